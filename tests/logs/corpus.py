#!/usr/bin/env python3
"""Logs of real servers in every format, language and envelope we know: `pgfk log` tells the failures that happened, field by field.

    corpus.py --bin pgfk [--fixtures fixtures/logs] [NAME...]

expected.json.xz holds, for each log, what clients and the wire protocol said about each failure; no log was read to make it. "has" says which
facts a log can show at all: these have to be told, and be right. Nothing may be missing, and nothing may be found that did not happen, apart from
errors that quote such a text under another SQLSTATE where the log has none ("lookalikes")."""
import argparse
import collections
import concurrent.futures
import datetime
import json
import lzma
import os
import subprocess
import sys

# What the log itself cannot tell: the zone behind an abbreviation of several, and the fields of a prefix that is padded so that no text marks where they end.
OPTIONS = {'tz_kolkata': ['--time-zone=Asia/Kolkata'], 'padded': ['--prefix=%-30m %8p %-12u|%-8d|%6e|%-24a|%4l ']}
# The client's clock says when each failure happened at the earliest and at the latest; the log may stray from that by its resolution. For %t the server
# asks time(2), which runs behind clock_gettime(2) by up to a tick, 4 ms at 250 Hz (2.4 ms seen): a failure just behind the turn of a second has the one before.
SLACK = {'s': datetime.timedelta(seconds=1.005), 'ms': datetime.timedelta(milliseconds=2)}
# Its prefix has whole seconds. The milliseconds are the envelope's, which was put around the lines with made-up ones: a few per line.
SLACK_OF = {'cloudwatch': datetime.timedelta(milliseconds=20)}
# The file ends behind the last but one failure: nothing of the last one is in it.
GONE = {'damaged': 1}
WHO = ('pid', 'session_id', 'database', 'user', 'application_name', 'sqlstate')


def parse_time(text):
    return datetime.datetime.fromisoformat(text.replace('Z', '+00:00'))


def wanted_of(expected, event, found):
    """What the found event has to say, if it is this one."""
    has = expected['has']
    wanted = {key: event[key] for key in ('direction', 'table', 'constraint')}
    wanted.update({key: event[key] for key in WHO if has.get(key)})
    # csvlog and jsonlog show that there is none, line prefixes do not.
    if not event['application_name'] and 'application_name' in wanted and 'application_name' not in found:
        del wanted['application_name']
    # Without the DETAIL an insert may as well break MATCH FULL.
    if has.get('detail') or event['direction'] != 'insert':
        wanted['kind'] = event['kind']
    whole = not event.get('lossy')
    if has.get('detail'):
        shown = event['key_shown']
        wanted['key_columns'] = event['key_columns'] if shown else None
        if whole:
            wanted['key_values'] = event['key_values'] if shown else None
        if found.get('key_ambiguous'):
            wanted['key_columns'] = wanted['key_values'] = None
    if has.get('statement') is True and whole:
        cut = found.get('statement_cut') and event['statement'] and event['statement'].startswith(found.get('statement', ''))
        wanted['statement'] = found.get('statement') if cut else event['statement']
    return wanted


def in_time(name, expected, event, found):
    resolution = expected['has'].get('time')
    if not resolution:
        return True
    if 'time' not in found:
        return False
    slack = SLACK_OF.get(name, SLACK[resolution])
    return parse_time(event['time_from']) - slack <= parse_time(found['time']) <= parse_time(event['time_to']) + slack


def fits(name, expected, event, found):
    return all(found.get(key) == value for key, value in wanted_of(expected, event, found).items()) and in_time(name, expected, event, found)


def hold(name, expected, found):
    """Lines that say what is wrong."""
    left = collections.deque(found)
    missing = []
    for event in expected['events']:
        match = next((f for f in left if fits(name, expected, event, f)), None)
        if match is None:
            missing.append(event)
        else:
            left.remove(match)
    extra = [f for f in left if f['message'] not in expected['lookalikes']]
    trouble = []
    if len(missing) != GONE.get(name, 0):
        trouble += ['  missing: %s' % json.dumps(event, ensure_ascii=False)[:600] for event in missing]
    trouble += ['  not expected: %s' % json.dumps(f, ensure_ascii=False)[:600] for f in extra]
    # Leaving out is allowed where the text is ambiguous, and only there.
    unsplit = sum(f.get('key_ambiguous', False) for f in found)
    if unsplit * 10 > len(found):
        trouble.append('  %d of %d keys are called ambiguous' % (unsplit, len(found)))
    return trouble


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--bin', required=True)
    parser.add_argument('--fixtures', default=os.path.join(os.path.dirname(__file__), '..', '..', 'fixtures', 'logs'))
    parser.add_argument('names', nargs='*')
    arguments = parser.parse_args()
    with lzma.open(os.path.join(arguments.fixtures, 'corpus', 'expected.json.xz'), 'rt', encoding='utf-8') as f:
        corpus = json.load(f)

    def check(entry):
        name, expected = entry
        files = [os.path.join(arguments.fixtures, 'corpus', f) for f in expected['files']]
        # Rotated files in any order: their times say which one comes first.
        run = subprocess.run([arguments.bin, 'log', '-f', 'jsonl'] + OPTIONS.get(name, []) + files[::-1], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        trouble = hold(name, expected, [json.loads(line) for line in run.stdout.decode('utf-8').splitlines()])
        if run.returncode != 1:
            trouble.append('  exit status %d: %s' % (run.returncode, run.stderr.decode('utf-8', 'replace').strip()))
        return name, trouble

    chosen = [(name, expected) for name, expected in corpus.items() if not arguments.names or name in arguments.names]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        wrong = [(name, trouble) for name, trouble in pool.map(check, chosen) if trouble]
    for name, trouble in wrong:
        print('\n'.join([name] + trouble))
    failures = sum(len(expected['events']) for _, expected in chosen)
    print('%d logs, %d failures; %d logs differ' % (len(chosen), failures, len(wrong)))
    return 1 if wrong or not chosen else 0


if __name__ == '__main__':
    sys.exit(main())
