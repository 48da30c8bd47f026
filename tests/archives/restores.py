#!/usr/bin/env python3
"""Holds pgfk's verdict on archives against what a real pg_restore does with them, option by option.

    restores.py --bin pgfk [--pg VERSION]

A private server gets a database with orphans behind broken foreign keys. pg_dump writes it in each format; each is restored for real with each set
of options, into an empty database or into one that has the schema already, and pgfk is asked the same: the same keys have to fail, the same
rows have to be left. Last, an archive whose data fails in its own order has to load with the list of `pgfk order --emit=list`.
Exit status 77 where no PostgreSQL is installed.
"""
import argparse
import collections
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'differential'))
from server import COUNTS, Server, find_bindir  # noqa: E402

# Names are in the way: data comes in the order of names, and "a" refers to "z".
SCHEMA = '''
CREATE TABLE z_customers (id int PRIMARY KEY, name text NOT NULL, invited_by int REFERENCES z_customers);
CREATE TABLE m_orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES z_customers, code varchar(8) UNIQUE);
CREATE TABLE a_items (order_id int REFERENCES m_orders, line int, PRIMARY KEY (order_id, line));
CREATE TABLE b_parts (a int, b int, note text, FOREIGN KEY (a, b) REFERENCES a_items MATCH FULL);
CREATE TABLE y_events (id int, at date, customer_id int REFERENCES z_customers, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE y_events_1 PARTITION OF y_events FOR VALUES FROM ('2024-01-01') TO ('2024-07-01');
CREATE TABLE y_events_2 PARTITION OF y_events DEFAULT;
CREATE TABLE c_notes (event_id int, event_at date, text text, FOREIGN KEY (event_id, event_at) REFERENCES y_events);
'''
ROWS = '''
INSERT INTO z_customers SELECT g, 'customer ' || g, nullif(g / 2, 0) FROM generate_series(1, 500) g;
INSERT INTO m_orders SELECT g, g % 500 + 1, 'c' || g FROM generate_series(1, 2000) g;
INSERT INTO a_items SELECT g, l FROM generate_series(1, 2000) g, generate_series(1, 3) l;
INSERT INTO b_parts SELECT g, 1, E'tab\\there' FROM generate_series(1, 300) g;
INSERT INTO y_events SELECT g, date '2024-05-01' + g, g % 500 + 1 FROM generate_series(1, 200) g;
INSERT INTO c_notes SELECT g, date '2024-05-01' + g, 'note' FROM generate_series(1, 200) g;
'''
ORPHANS = '''
SET session_replication_role = replica;
INSERT INTO m_orders VALUES (9001, 777, 'orphan'), (9002, 778, NULL);
INSERT INTO b_parts VALUES (5000, 1, 'no such item'), (NULL, 1, 'mixed');
INSERT INTO y_events VALUES (900, '2024-02-01', 999);
INSERT INTO c_notes VALUES (1, '1999-01-01', 'no such event');
'''

FORMATS = [['-Fc'], ['-Fc', '-Z0'], ['-Fd'], ['-Fd', '-Z0'], ['-Ft'], ['-Fc', '--inserts'], ['-Fd', '--rows-per-insert=50']]
INTO_NOTHING = [[], ['-1'], ['-e'], ['-s'], ['--section=pre-data', '--section=data']]
INTO_SCHEMA = [['-a'], ['-a', '--disable-triggers'], ['-a', '-1'], ['--section=data']]
KEY = re.compile(r'violates foreign key constraint "([^"]+)"')


class Restores:
    def __init__(self, program, bindir):
        self.program, self.bindir = os.path.abspath(program), bindir
        self.server = Server(bindir, 2)
        self.peer = ['-h', self.server.folder, '-U', 'postgres']
        self.folder = tempfile.mkdtemp(prefix='restores.')
        self.schema = self.folder + '/schema.sql'
        self.done = self.failed = 0

    def sql(self, database, text):
        subprocess.run([self.bindir + '/psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', *self.peer, '-d', database], input=text.encode(), check=True)

    def fresh(self, with_schema):
        self.sql('postgres', 'DROP DATABASE IF EXISTS target;')
        self.sql('postgres', 'CREATE DATABASE target;')
        if with_schema:
            subprocess.run([self.bindir + '/psql', '-X', '-q', *self.peer, '-d', 'target', '-f', self.schema], stdout=subprocess.DEVNULL, check=True)

    def dump(self, *words):
        path = self.folder + '/archive'
        shutil.rmtree(path) if os.path.isdir(path) else os.path.exists(path) and os.remove(path)
        subprocess.run([self.bindir + '/pg_dump', *self.peer, *words, '-f', path, 'worker_0'], stderr=subprocess.DEVNULL, check=True)
        return path

    def restored(self, path, options, with_schema):
        """Exit status, the keys that failed, how often, and the rows that stand."""
        self.fresh(with_schema)
        done = subprocess.run([self.bindir + '/pg_restore', *self.peer, '-d', 'target', *options, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        counted = self.server._psql('target', '-At', '-c', COUNTS)
        rows = dict(line.split('\t') for line in counted.stdout.decode().splitlines() if '\t' in line)
        return done.returncode, collections.Counter(KEY.findall(done.stderr.decode())), {table: int(count) for table, count in rows.items()}

    def said(self, path, options, with_schema):
        before = ['--against=' + self.schema] if with_schema else []
        done = subprocess.run([self.program, 'check', '-f', 'json', '--max-rows=1', *options, *before, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        result = json.loads(done.stdout)
        undecided = [f.get('doubt') for f in result['findings'] if f['verdict'] == 'undecided']
        keys = collections.Counter(f['constraint']['name'] for f in result['findings'] if f['verdict'] == 'fails' and f['reported'] and f['sqlstate'] == '23503')
        return undecided, keys, {'%s.%s' % (t['schema'], t['table']): t['rows_after'] for t in result['tables']}

    def compare(self, path, name, options, with_schema):
        self.done += 1
        _, keys, rows = self.restored(path, options, with_schema)
        undecided, our_keys, our_rows = self.said(path, options, with_schema)
        wrong = {table: (count, our_rows.get(table)) for table, count in rows.items() if our_rows.get(table) != count}
        if undecided or keys != our_keys or wrong:
            self.failed += 1
            print('%s restored %s: missed %s, false %s, rows %s, undecided %s' %
                  (name, ' '.join(options), dict(keys - our_keys), dict(our_keys - keys), wrong, undecided[:2]))

    def check_list(self):
        """The data of an archive whose own order fails loads in the order of the list."""
        for form in (['-Fc'], ['-Fd']):
            self.done += 1
            path, order = self.dump(*form), self.folder + '/list'
            plain, _, _ = self.restored(path, ['-a'], True)
            with open(order, 'wb') as out:
                said = subprocess.run([self.program, 'order', '--emit=list', path], stdout=out, stderr=subprocess.PIPE)
            listed, keys, rows = self.restored(path, ['-a', '-L', order], True)
            if plain == 0 or said.returncode or listed or keys or not rows.get('public.c_notes'):
                self.failed += 1
                print('list for %s: exit %d without, %d with it, pgfk said %d: %s' %
                      (form, plain, listed, said.returncode, said.stderr.decode(errors='replace')[:300]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--bin', required=True)
    parser.add_argument('--pg', type=int)
    given = parser.parse_args()
    bindir = find_bindir(given.pg)
    if not bindir:
        print('restores.py: no PostgreSQL server is installed')
        return 77
    restores = Restores(given.bin, bindir)
    try:
        restores.sql('worker_0', SCHEMA + ROWS)
        subprocess.run([bindir + '/pg_dump', *restores.peer, '-s', '-f', restores.schema, 'worker_0'], check=True)
        restores.check_list()
        restores.sql('worker_0', ORPHANS)
        for form in FORMATS:
            path = restores.dump(*form)
            every = form in (['-Fc'], ['-Fc', '--inserts'])
            for options in INTO_NOTHING if every else INTO_NOTHING[:1]:
                restores.compare(path, ' '.join(form), options, False)
            for options in INTO_SCHEMA if every else INTO_SCHEMA[:1]:
                restores.compare(path, ' '.join(form), options, True)
    finally:
        restores.server.stop()
        shutil.rmtree(restores.folder, ignore_errors=True)
    print('%d restores with %s, %d differ' % (restores.done, bindir, restores.failed))
    return 1 if restores.failed else 0


if __name__ == '__main__':
    sys.exit(main())
