#!/usr/bin/env python3
"""The project's figures, taken side by side in one run: pgfk against `wc -l` of the same file.

    bench/run.py --bin build/release/cli/pgfk [--mb 1000] [--runs 3] [--folder DIR]
    bench/run.py --bin build/release/cli/pgfk --memory-table 1000,2000,4000,8000 [--limit 256MB] [--style copy]

Makes the inputs with make_dump.py (COPY, one INSERT per row, multi-row INSERT, inline foreign keys) and a set of 50 seed files, runs
each some times with a warm page cache and prints a table: best wall time, processor time, MB/s, the ratio to `wc -l`, peak memory.
--memory-table prints another one instead: dumps of these sizes (MB; the disk has to have room for the largest, and for what is spilled), without
a bound and with --memory=LIMIT, and whether both say the same.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def measure(command, runs):
    """Best wall seconds, its processor seconds, peak resident bytes."""
    best = None
    for _ in range(runs):
        start = time.perf_counter()
        with open(os.devnull, 'w') as sink:
            child = subprocess.Popen(command, stdout=sink, stderr=sink)
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - start
        if child.returncode not in (0, 1):
            sys.exit('%s: exit %d' % (' '.join(command), child.returncode))
        taken = (wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)
        best = taken if best is None or taken < best else best
    return best


def make_seeds(folder):
    os.makedirs(folder)
    with open(os.path.join(folder, '00_schema.sql'), 'w') as out:
        out.write('CREATE TABLE customer (id serial PRIMARY KEY, name text NOT NULL);\n'
                  'CREATE TABLE orders (id serial PRIMARY KEY, customer_id integer NOT NULL REFERENCES customer);\n')
    for number in range(1, 50):
        with open(os.path.join(folder, '%02d_rows.sql' % number), 'w') as out:
            for row in range(10):
                out.write("INSERT INTO customer (name) VALUES ('c%d');\n" % row)
                out.write('INSERT INTO orders (customer_id) VALUES (%d);\n' % ((number - 1) * 10 + row + 1))


def verdict(command):
    """The JSON output without what differs from run to run."""
    found = json.loads(subprocess.run([*command[:1], '-f', 'json', *command[3:]], stdout=subprocess.PIPE, check=False).stdout)
    found.pop('invocation', None)
    return found


def memory_table(options, binary):
    print('| MB | memory | s | processor s | peak MB | x time | same answer |')
    print('| --- | --- | --- | --- | --- | --- | --- |')
    for megabytes in options.memory_table.split(','):
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            path = os.path.join(folder, 'dump.sql')
            with open(path, 'wb') as out:
                subprocess.run([sys.executable, os.path.join(HERE, 'make_dump.py'), '--mb', megabytes, '--style', options.style], stdout=out, check=True)
            size = os.path.getsize(path) / 1e6
            free = [binary, '-f', 'summary', path]
            bound = [binary, '-f', 'summary', '--memory=' + options.limit, '--tmpdir=' + folder, path]
            measured = [measure(command, options.runs) for command in (free, bound)]
            same = verdict(free) == verdict(bound)
            for name, (wall, processor, memory) in zip(('half of RAM', options.limit), measured):
                print('| %.0f | %s | %.2f | %.2f | %.0f | %.2f | %s |' %
                      (size, name, wall, processor, memory / 1e6, wall / measured[0][0], 'yes' if same else 'NO'), flush=True)


def main():
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument('--bin', required=True)
    cli.add_argument('--mb', type=float, default=1000)
    cli.add_argument('--runs', type=int, default=3)
    cli.add_argument('--folder', help='where the inputs go (default: a temporary folder)')
    cli.add_argument('--memory-table', metavar='MB,MB', help='measure memory instead, on dumps of these sizes')
    cli.add_argument('--limit', default='256MB', help='the bound of the memory table')
    cli.add_argument('--style', default='copy', choices=['copy', 'inserts', 'multi'], help='of the memory table\'s dumps')
    options = cli.parse_args()
    binary = os.path.abspath(options.bin)
    if options.memory_table:
        return memory_table(options, binary)
    rows = []
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        for name, arguments in (('COPY, keys at the end', []), ('COPY, inline keys', ['--fk', 'inline', '--orphans', '0']),
                                ('one INSERT per row', ['--style', 'inserts']), ('multi-row INSERT', ['--style', 'multi'])):
            path = os.path.join(folder, 'dump.sql')
            with open(path, 'wb') as out:
                subprocess.run([sys.executable, os.path.join(HERE, 'make_dump.py'), '--mb', str(options.mb), *arguments], stdout=out, check=True)
            size = os.path.getsize(path)
            lines = measure(['wc', '-l', path], options.runs)
            ours = measure([binary, '-f', 'summary', path], options.runs)
            rows.append((name, size, lines[0], *ours))
            os.remove(path)
        seeds = os.path.join(folder, 'seeds')
        make_seeds(seeds)
        ours = measure([binary, '-f', 'summary', seeds], max(options.runs, 10))
        size = sum(os.path.getsize(os.path.join(seeds, name)) for name in os.listdir(seeds))
        rows.append(('50 seed files', size, None, *ours))
    print('| input | MB | `wc -l` s | pgfk s | processor s | MB/s | x `wc -l` | peak MB | of the file |')
    print('| --- | --- | --- | --- | --- | --- | --- | --- | --- |')
    for name, size, lines, wall, processor, memory in rows:
        print('| %s | %.1f | %s | %.3f | %.3f | %.0f | %s | %.0f | %s |' %
              (name, size / 1e6, '-' if lines is None else '%.3f' % lines, wall, processor, size / 1e6 / wall,
               '-' if lines is None else '%.1f' % (wall / lines), memory / 1e6, '-' if lines is None else '%.0f %%' % (100 * memory / size)))


if __name__ == '__main__':
    main()
