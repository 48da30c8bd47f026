#!/usr/bin/env python3
"""Reading logs against `grep -c` and `wc -l` of the same file, side by side in one run.

    bench/logs.py --bin build/release/tests/parsers/log/log_events [--mb 1024] [--runs 3] [--folder DIR] [--pgbadger]

Makes the inputs with make_log.py, runs each some times with a warm page cache, holds what is found against what was written, and prints a table.
--pgbadger runs that too, on a tenth of the stderr log."""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def measure(command, runs):
    """Best wall seconds, its processor seconds, peak MB, and what it printed."""
    best = None
    for _ in range(runs):
        with tempfile.TemporaryFile() as out:
            start = time.perf_counter()
            child = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
            _, status, usage = os.wait4(child.pid, 0)
            wall = time.perf_counter() - start
            child.returncode = os.waitstatus_to_exitcode(status)
            if child.returncode != 0:
                sys.exit('%s: exit %d' % (' '.join(command), child.returncode))
            out.seek(0)
            taken = (wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, out.read())
        best = taken if best is None or taken[0] < best[0] else best
    return best


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
        for form in ('stderr', 'json', 'csv'):
            path, truth_path = os.path.join(folder, 'log'), os.path.join(folder, 'truth')
            subprocess.run([sys.executable, os.path.join(HERE, 'make_log.py'), '--mb', str(options.mb), '--format', form, '-o', path, '--truth', truth_path], check=True)
            with open(truth_path, encoding='utf-8') as f:
                truth = json.load(f)
            mb = os.path.getsize(path) / 1e6
            programs = [('pgfk', [options.bin, path]), ('grep -c', ['grep', '-c', 'violates foreign key', path]), ('wc -l', ['wc', '-l', path])]
            for name, command in programs:
                wall, processor, peak, out = measure(command, options.runs)
                found = ''
                if name == 'pgfk':
                    events = [json.loads(line) for line in out.splitlines()]
                    found = len(events)
                    by_direction = {side: sum(event['direction'] == side for event in events) for side in ('insert', 'delete')}
                    if found != truth['events'] or by_direction != truth['by_direction']:
                        sys.exit('%s: %d found, %d written' % (form, found, truth['events']))
                elif name == 'grep -c':
                    found = out.decode().strip()
                print('| %s, %d MB | %s | %.2f | %.2f | %.0f | %.0f | %s |' % (form, mb, name, wall, processor, mb / wall, peak, found), flush=True)
            if options.pgbadger and form == 'stderr' and shutil.which('pgbadger'):
                with open(path, 'rb') as whole, open(path + '.part', 'wb') as part:
                    part.write(whole.read(options.mb * 1048576 // 10))
                size = os.path.getsize(path + '.part') / 1e6
                wall, processor, peak, _ = measure(['pgbadger', '-q', '-f', 'stderr', '-p', '%m [%p]: user=%u,db=%d,app=%a,client=%h ', '-o', os.path.join(folder, 'out.html'), path + '.part'], 1)
                print('| stderr, %d MB | pgbadger | %.2f | %.2f | %.1f | %.0f | |' % (size, wall, processor, size / wall, peak), flush=True)


if __name__ == '__main__':
    main()
