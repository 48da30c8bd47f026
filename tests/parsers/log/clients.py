#!/usr/bin/env python3
"""What psql, pg_restore and eleven drivers and ORMs print for the same failures: each is found once, with what the text shows.

    clients.py --bin log_events [--fixtures fixtures/logs]"""
import argparse
import json
import os
import subprocess
import sys

KEYS = ('kind', 'table', 'constraint', 'fk_table', 'pk_table', 'key_columns', 'key_values', 'sqlstate', 'schema')
# MATCH FULL names no referenced table; the driver prints no DETAIL in the second.
NOT_SHOWN = {('match_full', 'pk_table')}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--bin', required=True)
    parser.add_argument('--fixtures', default=os.path.join(os.path.dirname(__file__), '..', '..', '..', 'fixtures', 'logs'))
    arguments = parser.parse_args()
    with open(os.path.join(arguments.fixtures, 'clients.json'), encoding='utf-8') as f:
        expected = json.load(f)['files']
    bad = 0
    for path, entry in expected.items():
        run = subprocess.run([arguments.bin, os.path.join(arguments.fixtures, path)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
        found = [json.loads(line) for line in run.stdout.decode('utf-8').splitlines()]
        wanted = entry['failures']
        trouble = [] if len(found) == len(wanted) else ['%d found, %d happened' % (len(found), len(wanted))]
        for want, got in zip(wanted, found):
            for key in KEYS:
                shown = want.get(key) is not None and (want['kind'], key) not in NOT_SHOWN
                if shown and got.get(key) != want[key] and not (got.get('ambiguous') and key.startswith('key_')):
                    trouble.append('%s is %r, not %r' % (key, got.get(key), want[key]))
        if trouble:
            bad += 1
            print('%s: %s' % (path, '; '.join(trouble)))
    print('%d of %d differ' % (bad, len(expected)))
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
