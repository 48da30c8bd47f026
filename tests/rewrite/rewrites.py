#!/usr/bin/env python3
"""Loads what `pgfk order` and `pgfk fix` have written into a real PostgreSQL: nothing may fail there.

    rewrites.py --bin pgfk [--pg VERSION] [--only NAME] fixtures/rewrite

Each folder is a case: schema.sql (what stands before, where there is one), scripts, and case.json:

    command        what pgfk is asked; the scripts follow, and -o for fix
    rows           {table: rows that stand afterwards, or [least, most]}
    inputs, load   the scripts named, and those loaded, in this order (all of the folder, by name)
    status, stderr the exit status (0), and what is said
    unchanged      the scripts have to stay as they are
    same_lines     only lines have moved
    moved          as many statements
    keys_stay      the constraints are those of the schema afterwards
    quarantined    {table: rows} that the quarantine file brings back where no key is checked
    select         [query, answer] afterwards
    contains       texts in what was written
    errors_left    rows are missing afterwards, too
    rows_before    the tables of schema.sql may hold rows: what refers to one that nothing fills is left alone
    other_errors_before   what fails at first is no foreign key alone

The scripts as given have to fail with 23503, and what was written has to be left as it is by a second run.
Exit status 77 where no PostgreSQL is installed.
"""
import argparse
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'differential'))
from server import CLEAN, COUNTS, Server, errors_of, find_bindir  # noqa: E402

KEYS = """SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) || convalidated FROM pg_constraint
 WHERE contype = 'f' ORDER BY 1"""


class Rewrites:
    def __init__(self, program, server):
        self.program, self.server = os.path.abspath(program), server
        self.faults = []

    def psql(self, *arguments, replica=False):
        environment = dict(self.server.environment)
        if replica:
            environment['PGOPTIONS'] = '-c session_replication_role=replica'
        return subprocess.run(self.server._command('worker_0', '-v', 'VERBOSITY=verbose', *arguments), env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def load(self, schema, scripts, replica=False):
        """The errors, each script being a session."""
        errors = []
        for path in ([schema] if schema else []) + scripts:
            errors += errors_of(self.psql('-f', path, replica=replica).stderr.decode(errors='replace'))
        return errors

    def answer(self, query):
        return self.psql('-At', '-c', query).stdout.decode().strip()

    def counts(self):
        lines = self.psql('-At', '-c', COUNTS).stdout.decode().splitlines()
        return {line.split('\t')[0].split('.')[-1]: int(line.split('\t')[1]) for line in lines if '\t' in line}

    def clean(self):
        self.psql('-c', CLEAN)

    def fault(self, text):
        self.faults.append(text)

    def run(self, folder):
        with open(folder + '/case.json', encoding='utf-8') as file:
            case = json.load(file)
        self.faults = []
        work = tempfile.mkdtemp(prefix='rewrites.')
        os.chmod(work, 0o755)
        try:
            self.run_in(folder, work, case)
        finally:
            self.clean()
            shutil.rmtree(work, ignore_errors=True)
        return self.faults

    def run_in(self, folder, work, case):
        for path in glob.glob(folder + '/*'):
            shutil.copy(path, work)
        schema = work + '/schema.sql' if os.path.exists(work + '/schema.sql') else None
        names = case.get('inputs') or sorted(os.path.basename(path) for path in glob.glob(work + '/*.sql') if not path.endswith('/schema.sql'))
        given = {name: open(os.path.join(folder, name), 'rb').read() for name in names}

        errors = self.load(schema, [work + '/' + name for name in names])
        if not any(error['sqlstate'] == '23503' for error in errors):
            self.fault('as given, nothing fails with 23503: %s' % errors)
        self.clean()

        against = ['--against=' + schema] + ([] if case.get('rows_before') else ['--assume-parent=absent']) if schema else []
        command = case['command'].split()
        out = work + '/out'
        os.mkdir(out)
        where = ['-o', out + '/'] if command[0] == 'fix' else []
        done = self.pgfk(*command, *against, *where, *names, cwd=work)
        said = done.stderr.decode(errors='replace')
        if done.returncode != case.get('status', 0):
            self.fault('status %d: %s' % (done.returncode, said))
        if case.get('stderr', '') not in said:
            self.fault('said %r' % said)
        if '--emit=sql' in command:
            with open(out + '/all.sql', 'wb') as file:
                file.write(done.stdout)
            written = [out + '/all.sql']
        elif command[0] == 'fix':
            written = sorted(path for path in glob.glob(out + '/*.sql') if not path.endswith('.quarantine.sql'))
        else:
            written = [work + '/' + name for name in case.get('load') or names]
        texts = {os.path.basename(path): open(path, 'rb').read() for path in written}
        if case.get('unchanged'):
            if texts != given:
                self.fault('it was changed')
            return
        self.compare(case, done, given, texts)

        if schema:
            self.load(schema, [])
            keys = self.answer(KEYS)
        errors = self.load(None if schema else schema, written)
        if errors and not case.get('errors_left'):
            self.fault('what was written fails: %s\n%s' % (errors, '\n'.join(text.decode(errors='replace') for text in texts.values())))
        counts = self.counts()
        for table, wanted in (case.get('rows') or {}).items():
            least, most = wanted if isinstance(wanted, list) else (wanted, wanted)
            if not least <= counts.get(table, 0) <= most:
                self.fault('%s holds %s rows\n%s' % (table, counts.get(table), '\n'.join(text.decode(errors='replace') for text in texts.values())))
        if case.get('keys_stay') and self.answer(KEYS) != keys:
            self.fault('keys are %s' % self.answer(KEYS))
        if 'select' in case and self.answer(case['select'][0]) != case['select'][1]:
            self.fault('select says %s' % self.answer(case['select'][0]))
        if case.get('quarantined'):
            aside = glob.glob(out + '/*.quarantine.sql')
            errors = self.load(None, aside, replica=True)
            more = self.counts()
            if errors or len(aside) != 1 or any(more.get(table, 0) - counts.get(table, 0) != rows for table, rows in case['quarantined'].items()):
                self.fault('quarantine %s brings %s beyond %s: %s' % (aside, more, counts, errors))
        self.run_again(command, against, case, written)

    def run_again(self, command, against, case, written):
        """Nothing is left to do."""
        if case.get('status') or 'inputs' in case:
            return
        if command[0] == 'order':
            done = self.pgfk('order', '--diff', '--check', *against, *written)
            if done.returncode or done.stdout:
                self.fault('a second run says %d:\n%s' % (done.returncode, done.stdout.decode(errors='replace') + done.stderr.decode(errors='replace')))
            return
        again = os.path.dirname(written[0]) + '/again'
        done = self.pgfk(*command, *against, '-o', again + '/', *written)
        for path in written:
            with open(path, 'rb') as one, open(os.path.join(again, os.path.basename(path)), 'rb') as other:
                if done.returncode or one.read() != other.read():
                    self.fault('a second run says %d and changes it: %s' % (done.returncode, done.stderr.decode(errors='replace')))

    def compare(self, case, done, given, texts):
        def lines(files):
            return sorted(line for text in files.values() for line in text.splitlines())
        if case.get('same_lines') and lines(given) != lines(texts):
            self.fault('lines differ:\n%s' % '\n'.join(text.decode(errors='replace') for text in texts.values()))
        if 'moved' in case and re.findall(r': (\d+) statements? moved', done.stdout.decode()) != [str(case['moved'])]:
            self.fault('moved: %s\n%s' % (done.stdout.decode(), '\n'.join(text.decode(errors='replace') for text in texts.values())))
        for text in case.get('contains', []):
            if not any(text.encode() in written for written in texts.values()):
                self.fault('%r is not in what was written' % text)

    def pgfk(self, *arguments, cwd=None):
        return subprocess.run([self.program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=cwd)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--bin', required=True)
    parser.add_argument('--pg', type=int)
    parser.add_argument('--only')
    parser.add_argument('folder')
    given = parser.parse_args()
    bindir = find_bindir(given.pg)
    if not bindir:
        print('rewrites.py: no PostgreSQL server is installed')
        return 77
    server = Server(bindir, 1)
    done = failed = 0
    try:
        rewrites = Rewrites(given.bin, server)
        for folder in sorted(glob.glob(given.folder + '/*/')):
            name = os.path.basename(folder.rstrip('/'))
            if given.only and given.only != name:
                continue
            done += 1
            faults = rewrites.run(folder.rstrip('/'))
            failed += bool(faults)
            for fault in faults:
                print('%s: %s' % (name, fault))
    finally:
        server.stop()
    print('%d cases with %s, %d fail' % (done, bindir, failed))
    return 1 if failed or not done else 0


if __name__ == '__main__':
    sys.exit(main())
