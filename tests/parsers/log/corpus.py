#!/usr/bin/env python3
"""Logs of real servers in every format, language and envelope we know: the events found have to be those that happened.

    corpus.py --bin log_events [--fixtures fixtures/logs] [NAME...]

expected.json.xz holds, for each log, what clients and the wire protocol said about each failure; no log was read to make it. What a log
does not show ("has") is not compared, nor is what the program leaves out; but nothing may be missing, and nothing may be found that did not
happen, apart from errors that quote such a text under another SQLSTATE where the log has none ("lookalikes")."""
import argparse
import collections
import datetime
import json
import lzma
import os
import subprocess
import sys

# Options that the log itself cannot replace: abbreviations of several zones, and padding that hides where fields end.
OPTIONS = {'tz_kolkata': ['-z', 'Asia/Kolkata'], 'padded': ['-p', '%-30m %8p %-12u|%-8d|%6e|%-24a|%4l ']}
# The log's clock is the server's; whole seconds and envelopes stray from the client's by up to this.
SLACK = {'s': datetime.timedelta(seconds=1.01), 'ms': datetime.timedelta(milliseconds=2)}
SLACK_OF = {'cloudwatch': datetime.timedelta(milliseconds=20)}
# The log ends before its last failure does.
CUT = {'damaged': 1}


def parse_time(text):
    return datetime.datetime.fromisoformat(text.replace('Z', '+00:00'))


def fits(name, expected, event, found):
    has = expected['has']
    keys = ['kind', 'direction', 'table', 'constraint']
    keys += [key for key in ('pid', 'session_id', 'database', 'user', 'application_name', 'sqlstate') if has.get(key)]
    if has.get('detail'):
        keys += ['key_columns', 'key_values']
    if has.get('statement') is True:
        keys.append('statement')
    if event.get('lossy'):
        keys = [key for key in keys if key not in ('key_values', 'statement')]
    for key in keys:
        wanted = event[key] if event['key_shown'] or key not in ('key_columns', 'key_values') else None
        cut = key == 'statement' and found.get('statement_cut') and wanted is not None and wanted.startswith(found[key])
        if key in found and found[key] != wanted and not cut:
            return False
    if 'time' in found and has.get('time'):
        slack = SLACK_OF.get(name, SLACK[has['time']])
        return parse_time(event['time_from']) - slack <= parse_time(found['time']) <= parse_time(event['time_to']) + slack
    return True


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
    if len(missing) > CUT.get(name, 0):
        trouble += ['  missing: %s' % json.dumps(event, ensure_ascii=False)[:400] for event in missing]
    trouble += ['  not expected: %s' % json.dumps(f, ensure_ascii=False)[:400] for f in extra]
    # Leaving out is allowed where the text is ambiguous, and only there.
    unsplit = sum(f.get('ambiguous', False) for f in found)
    if unsplit * 4 > len(found):
        trouble.append('  %d of %d keys are called ambiguous' % (unsplit, len(found)))
    return trouble


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--bin', required=True)
    parser.add_argument('--fixtures', default=os.path.join(os.path.dirname(__file__), '..', '..', '..', 'fixtures', 'logs'))
    parser.add_argument('names', nargs='*')
    arguments = parser.parse_args()
    with lzma.open(os.path.join(arguments.fixtures, 'corpus', 'expected.json.xz'), 'rt', encoding='utf-8') as f:
        corpus = json.load(f)
    bad = 0
    for name, expected in corpus.items():
        if arguments.names and name not in arguments.names:
            continue
        files = [os.path.join(arguments.fixtures, 'corpus', f) for f in expected['files']]
        run = subprocess.run([arguments.bin] + OPTIONS.get(name, []) + files, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        found = [json.loads(line) for line in run.stdout.decode('utf-8').splitlines()]
        trouble = hold(name, expected, found)
        if run.returncode != 0:
            trouble.append('  exit status %d: %s' % (run.returncode, run.stderr.decode('utf-8', 'replace').strip()))
        if trouble:
            bad += 1
            print('\n'.join([name] + trouble))
    print('%d of %d logs differ' % (bad, len(arguments.names) or len(corpus)))
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
