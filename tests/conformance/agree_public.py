#!/usr/bin/env python3
"""Hold pgfk's verdicts on real schemas and dumps against what a real PostgreSQL 15 answered.

    agree_public.py --bin pgfk FOLDER

FOLDER/INPUT holds the files, source.json (where they come from) and expected.json: steps, each a psql session of its own over one file,
with the errors of the server, and the rows of every table in the end. All files go to one run of pgfk. The 23503 of each file must be the
same, by psql's line and constraint, and the rows where nothing is undecided. FOLDER/undecided.txt lists the inputs that may be undecided
("INPUT: reason"), exactly.
"""
import argparse
import concurrent.futures
import glob
import gzip
import json
import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import verdicts  # noqa: E402


def unpack(home, folder):
    for path in glob.glob(home + '/*'):
        name = os.path.basename(path)
        if name.endswith('.gz'):
            with gzip.open(path) as packed, open(os.path.join(folder, name[:-len('.gz')]), 'wb') as plain:
                shutil.copyfileobj(packed, plain)
        elif not name.endswith('.json'):
            os.symlink(path, os.path.join(folder, name))


def failures_in(verdict, name):
    found = set()
    for finding in verdict.findings:
        path = (finding['statement']['loc'] or {}).get('path', '')
        if os.path.basename(path) == name and finding['verdict'] == 'fails' and finding['reported'] and \
                finding['sqlstate'] in verdicts.FOREIGN_KEY_STATES:
            found.add((finding['statement']['psql_line'], (finding['constraint'] or {}).get('name')))
    return found


def judge(program, home):
    """(name, state, what)."""
    name = os.path.basename(home)
    with open(home + '/expected.json', encoding='utf-8') as recorded:
        expected = json.load(recorded)
    with tempfile.TemporaryDirectory() as folder:
        unpack(home, folder)
        files = [step['file'] for step in expected['steps']]
        verdict = verdicts.ask(program, files, ['--pg-version=15'], folder, timeout=300)
    if verdict.trouble:
        return name, 'broken', verdict.trouble
    said = []
    for step in expected['steps']:
        wanted = {(e.get('line'), e.get('constraint')) for e in step['errors_23503']}
        got = failures_in(verdict, step['file'])
        said += ['%s: missed %s' % (step['file'], sorted(wanted - got, key=str)[:3])] if wanted - got else []
        said += ['%s: false alarm %s' % (step['file'], sorted(got - wanted, key=str)[:3])] if got - wanted else []
    if not verdict.undecided:
        rows = expected['after_the_run']['rows_by_table']
        wrong = [table for table, count in sorted(rows.items()) if verdict.rows.get(table, count) not in (count, None)]
        said += ['%s has %d rows, not %d' % (table, rows[table], verdict.rows[table]) for table in wrong[:3]]
    if said:
        return name, 'wrong', '; '.join(said)
    return name, 'undecided' if verdict.undecided else 'agrees', '%d findings' % len(verdict.undecided) if verdict.undecided else ''


def main():
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument('--bin', required=True)
    cli.add_argument('folder')
    given = cli.parse_args()
    program, folder = os.path.abspath(given.bin), os.path.abspath(given.folder)
    listed = set()
    if os.path.exists(folder + '/undecided.txt'):
        with open(folder + '/undecided.txt', encoding='utf-8') as lines:
            listed = {line.split(':')[0] for line in lines if ':' in line and not line.startswith('#')}
    homes = [os.path.dirname(path) for path in sorted(glob.glob(folder + '/*/source.json'))]
    with concurrent.futures.ThreadPoolExecutor(verdicts.cores()) as pool:
        results = list(pool.map(lambda home: judge(program, home), homes))
    bad = 0
    for name, state, what in results:
        fits = state == 'undecided' if name in listed else state == 'agrees'
        bad += not fits
        note = '' if fits else ' (listed in undecided.txt)' if name in listed else ' (not listed in undecided.txt)' if state == 'undecided' else ''
        print('%-28s %s%s %s' % (name, state, note, what))
    print('%d inputs, %d not as wanted' % (len(results), bad))
    sys.exit(1 if bad or not results else 0)


if __name__ == '__main__':
    main()
