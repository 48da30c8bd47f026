#!/usr/bin/env python3
"""Random scripts, once through a real PostgreSQL and once through pgfk: the answers must be the same.

    differential.py --bin pgfk [--seed N] [--scripts N | --minutes M] [--out FOLDER] [--bindir DIR] [--server-version N]
    differential.py --server-only [...]     no pgfk: which errors the generated scripts raise
    differential.py --print N [--seed N]    the script of number N

Compared are the statements that fail with 23503 or 23001 (psql's line and constraint), the rows left in each table, and, as a second
figure that fails nothing, all other SQLSTATEs. Where pgfk is undecided, what it leaves open is no difference. A difference is made small
and written to FOLDER: NAME.sql, NAME.expected.json (the server's answer, as in fixtures/conformance) and NAME.txt. Exit 0 if there is
none, 1 if there is, 77 if no PostgreSQL server is installed.

What psql does with the data of a COPY that the server refuses has changed in minor versions of August 2026, and a script does not tell
which psql will read it. Where the psql at hand does otherwise than pgfk assumes, scripts with such a COPY are left out, and counted; so are
those that the server does not end within 10 s a statement.
"""
import argparse
import collections
import concurrent.futures
import itertools
import json
import os
import queue
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'support')]
import server as server_module  # noqa: E402
import shrink  # noqa: E402
import verdicts  # noqa: E402
from generator import Generator  # noqa: E402
from statement import copy_lines, script_of  # noqa: E402

NOT_RUN = 77
SECONDS_TO_SHRINK = 40

Outcome = collections.namedtuple('Outcome', 'number state difference errors doubts other_agrees')


def seed_of(seed, number):
    return '%d/%d' % (seed, number)


def difference_of(errors, rows, verdict):
    """What pgfk says otherwise than the server, as {kind: text}; empty where they agree."""
    if verdict.trouble:
        return {'broken': verdict.trouble}
    wanted = {(e['line'], e.get('constraint')) for e in errors if e['sqlstate'] in verdicts.FOREIGN_KEY_STATES}
    different = {}
    false = verdict.foreign_key - wanted
    missed = wanted - verdict.foreign_key
    if false:
        different['false alarm'] = ', '.join('%s in line %d' % (constraint, line) for line, constraint in sorted(false, key=str))
    if missed and not verdict.undecided:
        different['missed'] = ', '.join('%s in line %d' % (constraint, line) for line, constraint in sorted(missed, key=str))
    if not verdict.undecided:
        wrong = {table: (rows.get(table), count) for table, count in verdict.rows.items() if count is not None and rows.get(table) != count}
        if wrong:
            different['rows'] = ', '.join('%s has %s, not %s' % (table, *counts) for table, counts in sorted(wrong.items()))
    return different


FIRST_ASSUMED_TO_SKIP = 17  # the version from which pgfk takes the data of a refused COPY as skipped


class Bench:
    """Runs scripts on both sides; as many at a time as there are workers."""

    def __init__(self, server, program, workers, folder):
        self.server, self.program, self.folder = server, program, folder
        self.other_psql = server.psql_skips_refused_data != (server.major >= FIRST_ASSUMED_TO_SKIP)
        self.free = queue.Queue()
        for worker in range(workers):
            self.free.put(worker)

    def answers(self, statements):
        """(errors of the server, its rows, pgfk's Verdict or None)."""
        worker = self.free.get()
        try:
            path = os.path.join(self.folder, 'script_%d.sql' % worker)
            with open(path, 'w', encoding='utf-8', newline='') as script:
                script.write(script_of(statements))
            errors, rows = self.server.answer(worker, path)
            verdict = None
            if self.program:
                verdict = verdicts.ask(self.program, [path], ['--pg-version=%d' % self.server.major], self.folder, timeout=30)
            return errors, rows, verdict
        finally:
            self.free.put(worker)

    def is_no_answer(self, statements, errors):
        """A psql that reads refused data otherwise than is assumed, or a statement that was cancelled: triggers may run for ever."""
        cancelled = any(e['sqlstate'] == '57014' for e in errors)
        return cancelled or (self.other_psql and bool(copy_lines(statements) & {e['line'] for e in errors}))

    def judge(self, number, statements):
        errors, rows, verdict = self.answers(statements)
        if verdict is None:
            return Outcome(number, 'agrees', {}, errors, [], True)
        if self.is_no_answer(statements, errors):
            return Outcome(number, 'left out', {}, errors, [], False)
        difference = difference_of(errors, rows, verdict)
        state = 'differs' if difference else 'undecided' if verdict.undecided else 'agrees'
        other = {(e['line'], e['sqlstate']) for e in errors if e['sqlstate'] not in verdicts.FOREIGN_KEY_STATES}
        return Outcome(number, state, difference, errors, verdict.doubts, other == verdict.other)

    def smaller(self, statements, kinds):
        """The statements that show a difference of one of these kinds, and no more."""
        def still_differs(some):
            errors, rows, verdict = self.answers(some)
            if self.is_no_answer(some, errors):
                return False
            return bool(set(difference_of(errors, rows, verdict)) & kinds)
        return shrink.shrink(statements, still_differs, SECONDS_TO_SHRINK)

    def write_case(self, out, name, statements):
        os.makedirs(out, exist_ok=True)
        errors, rows, verdict = self.answers(statements)
        difference = difference_of(errors, rows, verdict)
        stem = os.path.join(out, name)
        with open(stem + '.sql', 'w', encoding='utf-8', newline='') as script:
            script.write(script_of(statements))
        with open(stem + '.expected.json', 'w', encoding='utf-8') as recorded:
            recorded.write(json.dumps({'errors': errors}, indent=1, ensure_ascii=False) + '\n')
        with open(stem + '.txt', 'w', encoding='utf-8') as told:
            for kind, text in sorted(difference.items()):
                told.write('%s: %s\n' % (kind, text))
            told.write('\nrows: %s\n\npgfk:\n%s\n' % (rows, json.dumps(verdict.findings, indent=1, ensure_ascii=False)))
        return stem + '.sql', difference


def run(bench, given):
    """Yields the Outcome of each script, in order, until the number or the time is reached."""
    deadline = time.monotonic() + given.minutes * 60 if given.minutes else None
    numbers = itertools.count(1) if deadline else iter(range(1, given.scripts + 1))
    with concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
        waiting = collections.deque()
        while True:
            while len(waiting) < 2 * given.jobs and not (deadline and time.monotonic() > deadline):
                number = next(numbers, None)
                if number is None:
                    break
                waiting.append(pool.submit(bench.judge, number, Generator(seed_of(given.seed, number)).script()))
            if not waiting:
                return
            yield waiting.popleft().result()


def main():
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument('--bin')
    cli.add_argument('--server-only', action='store_true')
    cli.add_argument('--print', type=int, metavar='N')
    cli.add_argument('--seed', type=int, default=1)
    cli.add_argument('--scripts', type=int, default=200)
    cli.add_argument('--minutes', type=float)
    cli.add_argument('--out', default='differential-cases')
    cli.add_argument('--shrink', type=int, default=5, metavar='N', help='make the first N differences small, only count the others')
    cli.add_argument('--bindir')
    cli.add_argument('--server-version', type=int)
    cli.add_argument('--jobs', type=int, default=verdicts.cores())
    given = cli.parse_args()
    if given.print:
        print(script_of(Generator(seed_of(given.seed, given.print)).script()), end='')
        return 0
    if not given.bin and not given.server_only:
        cli.error('--bin or --server-only is needed')
    bindir = given.bindir or server_module.find_bindir(given.server_version)
    if not bindir:
        print('no PostgreSQL server found (apt-get install postgresql-15), nothing compared')
        return NOT_RUN

    started = time.monotonic()
    states, sqlstates, doubts, shrunk, other_agrees = collections.Counter(), collections.Counter(), collections.Counter(), 0, 0
    server = server_module.Server(bindir, given.jobs)
    try:
        with tempfile.TemporaryDirectory(prefix='differential-scripts.') as folder:
            os.chmod(folder, 0o755)
            bench = Bench(server, os.path.abspath(given.bin) if given.bin else None, given.jobs, folder)
            for outcome in run(bench, given):
                states[outcome.state] += 1
                other_agrees += outcome.other_agrees
                sqlstates.update(e['sqlstate'] for e in outcome.errors)
                doubts.update(outcome.doubts[:1])
                if outcome.state != 'differs':
                    continue
                print('script %s: %s' % (seed_of(given.seed, outcome.number),
                                         '; '.join('%s: %s' % item for item in sorted(outcome.difference.items()))), flush=True)
                if shrunk < given.shrink:
                    shrunk += 1
                    statements = bench.smaller(Generator(seed_of(given.seed, outcome.number)).script(), set(outcome.difference))
                    path, difference = bench.write_case(given.out, 'seed_%d_%d' % (given.seed, outcome.number), statements)
                    print('  made small in %s: %s' % (path, '; '.join('%s: %s' % item for item in sorted(difference.items()))), flush=True)
    finally:
        server.stop()
    total = sum(states.values())
    print('errors of the server: ' + ', '.join('%s %d' % item for item in sqlstates.most_common()))
    if doubts:
        print('scripts undecided, by the first reason: ' + ', '.join('%s %d' % item for item in doubts.most_common(10)))
    if not given.server_only:
        print('%d scripts on PostgreSQL %d: %d agree, %d undecided, %d differ, %d left out; %d have all other SQLSTATEs alike; %.0f s' %
              (total, server.major, states['agrees'], states['undecided'], states['differs'], states['left out'], other_agrees,
               time.monotonic() - started))
    return 1 if states['differs'] or not total else 0


if __name__ == '__main__':
    sys.exit(main())
