#!/usr/bin/env python3
"""`pgfk log` against `grep -c`, `wc -l` and pgBadger on the same files, side by side in one run.

    bench/logs.py --bin build/release/cli/pgfk [--mb 1024] [--runs 3] [--folder DIR] [--pgbadger]

Makes the inputs with make_log.py, runs each program some times with a warm page cache, holds what is found against what was written, and prints a table.
--pgbadger runs that too, on a twentieth of the stderr log. The last rows are for memory: a log in which each failure has a constraint, a user and a key
of its own, and one in which a fifth of the records are logged INSERTs, which are looked for the missing rows."""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PREFIX = '%m [%p]: user=%u,db=%d,app=%a,client=%h '


def measure(command, runs, allowed=(0,)):
    """Best wall seconds, its processor seconds, peak MB, and the file with what it printed."""
    best, kept = None, None
    for _ in range(runs):
        out = tempfile.TemporaryFile()
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in allowed:
            sys.exit('%s: exit %d' % (' '.join(command), child.returncode))
        taken = (wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
        if best is None or taken[0] < best[0]:
            best, kept = taken, out
    kept.seek(0)
    return *best, kept


def row(what, mb, name, figures, found):
    wall, processor, peak, _ = figures
    print('| %s, %d MB | %s | %.2f | %.2f | %.0f | %.0f | %s |' % (what, mb, name, wall, processor, mb / wall, peak, found), flush=True)


def found_by(form, out):
    """How many failures, and how many of each direction where the output tells."""
    if form == 'summary':
        words = out.read().decode().split('\n')[1]
        return int(words.split()[0].replace(',', '')), None
    sides = {'insert': 0, 'delete': 0}
    for line in out:
        for side in sides:
            sides[side] += b'"direction": "%s"' % side.encode() in line and b'"message"' in line and line.startswith((b'{"time"', b'{"pid"'))
    return sum(sides.values()), sides


def hostile_log(path, mb):
    """Nothing comes twice."""
    with open(path, 'w', encoding='ascii') as out:
        number = 0
        while out.tell() < mb << 20:
            number += 1
            head = '2026-01-01 %02d:%02d:%02d.%03d UTC [%d]: user=u%d,db=d%d,app=a%d,client=10.0.0.1 ' % (
                number // 3600000 % 24, number // 60000 % 60, number // 1000 % 60, number % 1000, number, number, number, number)
            out.write('%sERROR:  insert or update on table "t%d" violates foreign key constraint "c%d"\n%sDETAIL:  Key (k%d)=(%d) is not present in table "p%d".\n'
                      '%sSTATEMENT:  INSERT INTO t%d (k%d) VALUES (%d)\n' % (head, number, number, head, number, number, number, head, number, number, number))
    return number


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--bin', required=True)
    parser.add_argument('--mb', type=int, default=1024)
    parser.add_argument('--runs', type=int, default=3)
    parser.add_argument('--folder')
    parser.add_argument('--pgbadger', action='store_true')
    options = parser.parse_args()
    print('| log | program | s | processor s | MB/s | peak MB | failures |')
    print('| --- | --- | --- | --- | --- | --- | --- |')
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        path, truth_path = os.path.join(folder, 'log'), os.path.join(folder, 'truth')

        def make(*arguments):
            subprocess.run([sys.executable, os.path.join(HERE, 'make_log.py'), '--mb', str(options.mb), '-o', path, '--truth', truth_path, *arguments], check=True)
            with open(truth_path, encoding='utf-8') as f:
                return json.load(f), os.path.getsize(path) / 1e6

        def pgfk(what, mb, form, truth, runs=options.runs):
            figures = measure([options.bin, 'log', '-f', form, path], runs, (1,))
            found, sides = found_by(form, figures[3])
            if found != truth['events'] or sides not in (None, truth['by_direction']):
                sys.exit('%s, %s: %d found, %d written' % (what, form, found, truth['events']))
            row(what, mb, 'pgfk log -f %s' % form, figures, found)

        for form in ('stderr', 'json', 'csv'):
            truth, mb = make('--format', form)
            for output in ('summary', 'jsonl', 'json'):
                pgfk(form, mb, output, truth)
            grep = measure(['grep', '-c', 'violates foreign key', path], options.runs)
            row(form, mb, 'grep -c', grep, grep[3].read().decode().strip())
            row(form, mb, 'wc -l', measure(['wc', '-l', path], options.runs), '')
            if options.pgbadger and form == 'stderr' and shutil.which('pgbadger'):
                # What this process holds in memory counts as its children's.
                with open(path + '.part', 'wb') as part:
                    subprocess.run(['head', '-c', str(options.mb * 1048576 // 20), path], stdout=part, check=True)
                row(form, os.path.getsize(path + '.part') / 1e6, 'pgBadger, prefix given',
                    measure(['pgbadger', '-q', '-f', 'stderr', '-p', PREFIX, '-o', os.path.join(folder, 'out.html'), path + '.part'], 1), '')
        truth, mb = make('--format', 'stderr', '--inserts', '.2')
        pgfk('stderr, a fifth INSERTs', mb, 'summary', truth, 1)
        failures = hostile_log(path, options.mb // 2)
        for output in ('summary', 'jsonl', 'json'):
            figures = measure([options.bin, 'log', '-f', output, path], 1, (1,))
            row('stderr, nothing twice', os.path.getsize(path) / 1e6, 'pgfk log -f %s' % output, figures, failures)


if __name__ == '__main__':
    main()
