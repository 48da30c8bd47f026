#!/usr/bin/env python3
"""What psql, pg_restore and eleven drivers and ORMs print for the same failures: each is found once, with what the text shows.

    clients.py --bin pgfk [--fixtures fixtures/logs]"""
import argparse
import json
import os
import subprocess
import sys

# Members of clients.json, and of what is found.
KEYS = {'kind': 'kind', 'table': 'table', 'constraint': 'constraint', 'fk_table': 'referencing_table', 'pk_table': 'ref_table', 'key_columns': 'key_columns',
        'key_values': 'key_values', 'sqlstate': 'sqlstate', 'schema': 'schema'}
# MATCH FULL names no referenced table; the driver prints no DETAIL in the second.
NOT_SHOWN = {('match_full', 'pk_table')}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--bin', required=True)
    parser.add_argument('--fixtures', default=os.path.join(os.path.dirname(__file__), '..', '..', 'fixtures', 'logs'))
    arguments = parser.parse_args()
    with open(os.path.join(arguments.fixtures, 'clients.json'), encoding='utf-8') as f:
        expected = json.load(f)['files']
    bad = 0
    for path, entry in expected.items():
        run = subprocess.run([arguments.bin, 'log', '-f', 'jsonl', os.path.join(arguments.fixtures, path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        found = [json.loads(line) for line in run.stdout.decode('utf-8').splitlines()]
        wanted = entry['failures']
        trouble = [] if len(found) == len(wanted) else ['%d found, %d happened' % (len(found), len(wanted))]
        for want, got in zip(wanted, found):
            for key, member in KEYS.items():
                shown = want.get(key) is not None and (want['kind'], key) not in NOT_SHOWN
                if shown and got.get(member) != want[key] and not (got.get('key_ambiguous') and key.startswith('key_')):
                    trouble.append('%s is %r, not %r' % (member, got.get(member), want[key]))
        if run.returncode != (1 if wanted else 0):
            trouble.append('exit status %d: %s' % (run.returncode, run.stderr.decode('utf-8', 'replace').strip()))
        if trouble:
            bad += 1
            print('%s: %s' % (path, '; '.join(trouble)))
    print('%d of %d differ' % (bad, len(expected)))
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
