#!/usr/bin/env python3
"""--progress and SIGINT: a long run tells how far it is, where that was asked for or standard error is a terminal; when it is interrupted it says
what it has found, ends with 130 and leaves nothing behind in the folder of temporary files."""
import argparse
import json
import os
import pty
import re
import signal
import subprocess
import sys
import tempfile
import time

SCHEMA = ('CREATE TABLE customers (id int PRIMARY KEY);\n'
          'CREATE TABLE orders (id int, customer_id int REFERENCES customers);\n'
          'INSERT INTO orders VALUES (1, 7);\n')
SLOW = 'INSERT INTO customers SELECT g FROM generate_series(%d, %d) g;\n'
STATEMENTS, ROWS = 4000, 2000  # minutes of work
SIZE = rb'[\d.]+ (?:bytes|[kMG]B)'
LINE = re.compile(SIZE + rb' of ' + SIZE + rb', [\d,]+ rows?, ' + SIZE + rb'/s, \d+ s left')


def check(wish, seen):
    if not wish:
        sys.exit('not as promised: %s' % (seen,))


def start(program, folder, script, *options, errors):
    return subprocess.Popen([program, '-f', 'json', '--tmpdir=' + folder, *options, script], stdout=subprocess.PIPE, stderr=errors)


def read_until(stream, wanted, seconds=120):
    """What a descriptor gives until the pattern is in it."""
    seen, end = b'', time.time() + seconds
    while not wanted.search(seen):
        check(time.time() < end, seen)
        try:
            piece = os.read(stream, 4096)
        except OSError:  # a terminal that was closed
            piece = b''
        check(piece, seen)
        seen += piece
    return seen


def interrupted(run):
    """Ends it as ^C does; its report."""
    run.send_signal(signal.SIGINT)
    out = run.communicate(timeout=120)[0]
    check(run.returncode == 130, run.returncode)
    return json.loads(out)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument('--bin', required=True)
    program = arguments.parse_args().bin
    with tempfile.TemporaryDirectory(prefix='pgfk_interrupt.') as folder:
        script, temporary = folder + '/long.sql', folder + '/tmp'
        os.mkdir(temporary)
        with open(script, 'w', encoding='ascii') as out:
            out.write(SCHEMA)
            for number in range(STATEMENTS):
                out.write(SLOW % (number * ROWS, (number + 1) * ROWS - 1))

        run = start(program, temporary, script, '--progress=always', errors=subprocess.PIPE)
        before = time.time()
        read_until(run.stderr.fileno(), LINE)
        check(time.time() - before >= 0.9, 'a line within the first second')
        report = interrupted(run)
        rows = [finding['code'] for finding in report['findings'] if finding['verdict'] == 'fails']
        check(len(rows) == 1 and rows[0] in ('FK001', 'FK002', 'FK009'), report['findings'])
        check(report['invocation']['exit_code'] == 130, report['invocation'])
        check(os.listdir(temporary) == [], os.listdir(temporary))

        terminal, end = pty.openpty()
        run = start(program, temporary, script, errors=end)
        os.close(end)
        read_until(terminal, LINE)
        interrupted(run)
        os.close(terminal)

        for options in ([], ['--progress=never']):
            run = start(program, temporary, script, *options, errors=subprocess.PIPE)
            time.sleep(2.5)
            check(run.poll() is None, 'the script is too short')
            run.send_signal(signal.SIGINT)
            errors = run.communicate(timeout=120)[1]
            check(run.returncode == 130 and b'\r' not in errors and b'interrupted' in errors, errors)


if __name__ == '__main__':
    main()
