#!/usr/bin/env python3
"""Hold pgfk's verdicts against the recorded answers of a real PostgreSQL.

    agree.py --bin pgfk [--pg 15|17|18] [--show N] [--jobs N] FOLDER

FOLDER/TOPIC/NAME.sql has the server's errors in NAME.expected.json, or NAME.expected-N.json where version N answered otherwise; a
script without an answer for the version is left out. NAME.before.sql is loaded first. A first line `-- oracle: single stop` stands
for psql -1 and ON_ERROR_STOP. A script agrees if the statements that fail with 23503 are the same, by psql's line and constraint, and
nothing is undecided. FOLDER/undecided.txt lists the scripts that may be undecided; it must be exact.

Exit 0 if every script agrees or is undecided as listed; nothing missed, no false alarm, no listed script that agrees.
"""
import argparse
import collections
import concurrent.futures
import glob
import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import verdicts  # noqa: E402

Result = collections.namedtuple('Result', 'script state what other_agrees')
LISTED = re.compile(r'(?P<script>\S+?)(?: (?P<versions>\d+(?:,\d+)*))?: (?P<reason>\S.*)')


def read_list(path, version):
    """The scripts that may be undecided for this version."""
    listed = set()
    if not os.path.exists(path):
        return listed
    with open(path, encoding='utf-8') as lines:
        for number, line in enumerate(lines, 1):
            line = line.strip()
            if not line or line.startswith('#'):
                continue
            entry = LISTED.fullmatch(line)
            if not entry:
                sys.exit('%s:%d: not "TOPIC/NAME [VERSION,..]: reason"' % (path, number))
            if not entry['versions'] or version in entry['versions'].split(','):
                listed.add(entry['script'])
    return listed


def recorded_answer(stem, version):
    for path in ('%s.expected-%s.json' % (stem, version), stem + '.expected.json'):
        if os.path.exists(path):
            with open(path, encoding='utf-8') as recorded:
                return json.load(recorded)['errors']
    return None


def options_for(script, version):
    options = ['--pg-version=' + version]
    with open(script, encoding='utf-8', errors='replace') as lines:
        head = lines.readline()
    flags = head.split(':', 1)[1].split() if head.startswith('-- oracle:') else []
    options += ['-1'] if 'single' in flags else []
    options += ['-e'] if 'stop' in flags else []
    before = script[:-len('.sql')] + '.before.sql'
    return options + (['--against', before] if os.path.exists(before) else [])


def judge(program, script, name, errors, version, may_be_undecided):
    keys = {(e['line'], e.get('constraint')) for e in errors if e['sqlstate'] in verdicts.FOREIGN_KEY_STATES}
    other = {(e['line'], e['sqlstate']) for e in errors if e['sqlstate'] not in verdicts.FOREIGN_KEY_STATES}
    verdict = verdicts.ask(program, [script], options_for(script, version), os.path.dirname(script))
    if verdict.trouble:
        return Result(name, 'broken', verdict.trouble, False)
    false = verdict.foreign_key - keys
    missed = keys - verdict.foreign_key
    if may_be_undecided:  # what it is undecided about is not missed
        missed = {(line, constraint) for line, constraint in missed if line not in verdict.undecided}
    if missed or false:
        what = '; '.join(['missed %s of line %s' % (c, l) for l, c in sorted(missed, key=str)] +
                         ['false alarm %s of line %s' % (c, l) for l, c in sorted(false, key=str)])
        return Result(name, 'wrong', what, False)
    if verdict.undecided:
        return Result(name, 'undecided', 'line ' + ', '.join(str(line) for line in sorted(set(verdict.undecided))), False)
    return Result(name, 'agrees', '', verdict.other == other)


def main():
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument('--bin', required=True)
    cli.add_argument('--pg', default='15')
    cli.add_argument('--show', type=int, default=40, help='differences shown')
    cli.add_argument('--jobs', type=int, default=verdicts.cores())
    cli.add_argument('folder')
    given = cli.parse_args()
    program, folder = os.path.abspath(given.bin), os.path.abspath(given.folder)

    listed = read_list(os.path.join(folder, 'undecided.txt'), given.pg)
    work = []
    for script in sorted(glob.glob(folder + '/**/*.sql', recursive=True)):
        stem = script[:-len('.sql')]
        errors = None if script.endswith('.before.sql') else recorded_answer(stem, given.pg)
        if errors is not None:
            name = os.path.relpath(stem, folder)
            work.append((program, script, name, errors, given.pg, name in listed))
    with concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
        results = list(pool.map(lambda arguments: judge(*arguments), work))

    topics = collections.defaultdict(collections.Counter)
    faults = ['%s: listed in undecided.txt, but no such script' % name for name in sorted(listed - {r.script for r in results})]
    for result in results:
        topics[os.path.dirname(result.script)][result.state] += 1
        if result.state == 'agrees' and result.script in listed:
            faults.append('%s: agrees, but is listed in undecided.txt' % result.script)
        elif result.state in ('wrong', 'broken') or (result.state == 'undecided' and result.script not in listed):
            faults.append('%s: %s: %s' % (result.script, result.state, result.what))

    for fault in faults[:given.show]:
        print(fault)
    if len(faults) > given.show:
        print('... and %d more' % (len(faults) - given.show))
    print('%-26s %7s %7s %9s %7s' % ('topic', 'scripts', 'agree', 'undecided', 'wrong'))
    for topic, states in sorted(topics.items()):
        print('%-26s %7d %7d %9d %7d' % (topic, sum(states.values()), states['agrees'], states['undecided'],
                                         states['wrong'] + states['broken']))
    total = sum(topics.values(), collections.Counter())
    print('PostgreSQL %s: %d of %d scripts agree, %d undecided, %d wrong, %d broken; %d agree on every other SQLSTATE as well' %
          (given.pg, total['agrees'], len(results), total['undecided'], total['wrong'], total['broken'],
           sum(r.other_agrees for r in results)))
    sys.exit(1 if faults or not results else 0)


if __name__ == '__main__':
    main()
