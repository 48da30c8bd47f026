#!/usr/bin/env python3
"""Tries the hooks as a new user would, with the real pre-commit: a fresh repository, install, a commit refused, the mistake mended, the commit accepted.

pre_commit.py --bin PGFK --hooks .pre-commit-hooks.yaml
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77

SCHEMA = """CREATE TABLE customers (id int PRIMARY KEY);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers);
"""
CONFIG = """[check]
order = ["schema.sql", "seeds/*.sql"]
"""


class Scratch:
    """A repository with a home of its own: neither the user's git configuration nor pre-commit's cache is touched."""

    def __init__(self, root, pgfk):
        self.root = root
        self.work = root / 'project'
        self.work.mkdir()
        self.env = dict(os.environ, HOME=str(root), GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_NOSYSTEM='1', PRE_COMMIT_HOME=str(root / 'cache'),
                        PATH='%s%s%s' % (pgfk.parent, os.pathsep, os.environ['PATH']))
        for name in ('AUTHOR', 'COMMITTER'):
            self.env['GIT_%s_NAME' % name] = 'A User'
            self.env['GIT_%s_EMAIL' % name] = 'user@example.org'
        for name in ('PGFK_OPTS', 'GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'PRE_COMMIT'):
            self.env.pop(name, None)

    def run(self, *command, cwd=None):
        return subprocess.run(command, cwd=cwd or self.work, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=100)

    def must(self, *command, cwd=None):
        result = self.run(*command, cwd=cwd)
        if result.returncode != 0:
            raise AssertionError('%s failed:\n%s' % (' '.join(command), result.stdout))
        return result.stdout

    def write(self, name, text):
        path = self.work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def commit(self, message):
        self.must('git', 'add', '--all')
        return self.run('git', 'commit', '-m', message)


def expect(condition, what, result):
    if not condition:
        raise AssertionError('%s\n--- exit status %d\n%s' % (what, result.returncode, result.stdout))


def hooks_repository(scratch, hooks):
    """A repository that holds the hooks' file alone, as a tag of pgfk's would."""
    folder = scratch.root / 'pgfk'
    folder.mkdir()
    shutil.copy(hooks, folder / '.pre-commit-hooks.yaml')
    for command in (['init', '-q'], ['add', '.'], ['commit', '-q', '-m', 'hooks'], ['tag', 'v1.0']):
        scratch.must('git', *command, cwd=folder)
    return folder


def try_hooks(scratch, hooks):
    scratch.must('git', 'init', '-q')
    scratch.write('.pre-commit-config.yaml', 'repos:\n- repo: %s\n  rev: v1.0\n  hooks:\n  - id: pgfk-check\n  - id: pgfk-order\n'
                  % hooks_repository(scratch, hooks))
    scratch.write('.pgfk.toml', CONFIG)
    scratch.write('schema.sql', SCHEMA)
    scratch.must('pre-commit', 'install')

    scratch.write('seeds/01_customers.sql', 'INSERT INTO customers VALUES (1);\n')
    scratch.write('seeds/10_orders.sql', 'INSERT INTO orders VALUES (1, 7);\n')
    refused = scratch.commit('orders of nobody')
    expect(refused.returncode != 0 and 'error[FK001]' in refused.stdout, 'an orphan row was committed', refused)
    expect('seeds/10_orders.sql' in refused.stdout, 'the file is not named', refused)

    scratch.write('seeds/20_customers.sql', 'INSERT INTO customers VALUES (7);\n')
    late = scratch.commit('customers, but late')
    expect(late.returncode != 0 and 'error[FK002]' in late.stdout, 'a wrong order was committed', late)
    expect(late.stdout.count('- exit code: 1') == 2, 'not both hooks refused it', late)

    (scratch.work / 'seeds/20_customers.sql').rename(scratch.work / 'seeds/05_customers.sql')
    accepted = scratch.commit('customers and orders')
    expect(accepted.returncode == 0, 'what loads was refused', accepted)
    expect(accepted.stdout.count('Passed') == 2, 'the hooks did not run', accepted)

    scratch.write('README', 'no SQL\n')
    other = scratch.commit('no SQL')
    expect(other.returncode == 0 and other.stdout.count('Skipped') == 2, 'the hooks run without SQL', other)

    scratch.write('seeds/30_more.sql', '-- pgfk:ignore FK001 -- of the old shop\nINSERT INTO orders VALUES (2, 99);\n')
    known = scratch.commit('a known orphan')
    expect(known.returncode == 0, 'an ignored finding refuses the commit', known)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--bin', required=True, type=pathlib.Path)
    parser.add_argument('--hooks', required=True, type=pathlib.Path)
    options = parser.parse_args()
    missing = [name for name in ('git', 'pre-commit') if shutil.which(name) is None]
    if missing:
        print('skipped: %s is not installed' % ' and '.join(missing))
        return SKIPPED
    with tempfile.TemporaryDirectory(prefix='pgfk_hooks_') as root:
        scratch = Scratch(pathlib.Path(root), options.bin.resolve())
        try:
            try_hooks(scratch, options.hooks)
        except AssertionError as trouble:
            print(trouble)
            return 1
    print('refused and accepted as they should be')
    return 0


if __name__ == '__main__':
    sys.exit(main())
