#!/usr/bin/env python3
"""Holds the archive reader against a real pg_dump and pg_restore.

    agree.py --tool archive_tool [--pg VERSION] [--seed N]

A private server gets a made-up database. pg_dump writes it in each format with each option; then archive_tool's list and script have to be, byte
for byte, those of pg_restore, for the whole archive, for selections, and for lists in another order. The random key of \\restrict and the
time zone of -l are left out. Exit status 77 where no PostgreSQL is installed.
"""
import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'differential'))
from server import Server, find_bindir  # noqa: E402

# What entries differ in: kinds, schemas, names that need quotes or are keywords, owners, rights, comments, dependencies.
DATABASE = r'''
CREATE ROLE keeper; CREATE ROLE "Sales Team";
CREATE SCHEMA shop AUTHORIZATION keeper; CREATE SCHEMA "Big Deal";
COMMENT ON SCHEMA shop IS 'one line
another';
CREATE TYPE shop.state AS ENUM ('new', 'paid'); CREATE DOMAIN shop.sku AS text CHECK (VALUE <> ''); CREATE TYPE shop.pair AS (a int, b text);
CREATE FUNCTION shop.nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE PROCEDURE shop."do"(a int) LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE shop.total(int) (SFUNC = int4pl, STYPE = int);
CREATE TABLE shop.customers (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text DEFAULT 'x', kind shop.sku);
CREATE TABLE shop."order" (id serial PRIMARY KEY, customer_id int REFERENCES shop.customers, total numeric, doubled numeric GENERATED ALWAYS AS (total * 2) STORED);
CREATE TABLE "Big Deal"."Line ""one""" (id int, note text, UNIQUE (id)) ; ALTER TABLE "Big Deal"."Line ""one""" OWNER TO "Sales Team";
CREATE TABLE shop.events (at date, n int) PARTITION BY RANGE (at);
CREATE TABLE shop.events_2024 PARTITION OF shop.events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE shop.events_rest PARTITION OF shop.events DEFAULT;
CREATE TABLE public.no_columns ();
CREATE UNLOGGED TABLE public.empty (a int);
CREATE INDEX ON shop."order" (customer_id);
CREATE TRIGGER quiet AFTER INSERT ON shop.customers FOR EACH ROW EXECUTE FUNCTION shop.nothing();
CREATE VIEW shop.names AS SELECT name FROM shop.customers; CREATE MATERIALIZED VIEW shop.counts AS SELECT count(*) FROM shop.customers;
CREATE RULE ignore AS ON DELETE TO shop.names DO INSTEAD NOTHING;
CREATE POLICY mine ON shop.customers USING (id > 0);
CREATE STATISTICS shop.stats ON id, customer_id FROM shop."order";
CREATE PUBLICATION everything FOR TABLE shop.customers;
CREATE FUNCTION public.noticed() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION public.noticed();
COMMENT ON EVENT TRIGGER watch IS 'late'; COMMENT ON TABLE shop."order" IS 'an order'; COMMENT ON COLUMN shop."order".total IS 'sum';
GRANT SELECT ON shop."order" TO keeper; GRANT SELECT (name) ON shop.customers TO keeper; GRANT INSERT ON shop.customers TO "Sales Team";
ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO keeper;
INSERT INTO shop.customers (name, kind) SELECT E'na\tme\n\\' || g, 'k' FROM generate_series(1, 3000) g;
INSERT INTO shop."order" (customer_id, total) SELECT g % 3000 + 1, g * 1.5 FROM generate_series(1, 9000) g;
INSERT INTO "Big Deal"."Line ""one""" VALUES (1, NULL), (2, repeat('long ', 90000)), (3, E'\\.');
INSERT INTO shop.events SELECT date '2024-12-01' + g, g FROM generate_series(1, 60) g; INSERT INTO public.no_columns DEFAULT VALUES;
SELECT lo_from_bytea(70001, 'abc'); SELECT lo_from_bytea(70002, decode(repeat('00ff', 20000), 'hex')); SELECT lo_create(70003);
COMMENT ON LARGE OBJECT 70001 IS 'small'; GRANT SELECT ON LARGE OBJECT 70002 TO keeper;
REFRESH MATERIALIZED VIEW shop.counts;
'''

FORMATS = [['-Fc'], ['-Fc', '-Z0'], ['-Fc', '-Z9'], ['-Fd'], ['-Fd', '-Z0'], ['-Fd', '-j2'], ['-Ft']]
CONTENTS = [[], ['--inserts'], ['--rows-per-insert=100', '--on-conflict-do-nothing'], ['-a'], ['-s'], ['-O'], ['-x'], ['-c'], ['-C'],
            ['--load-via-partition-root'], ['--quote-all-identifiers'], ['-n', 'shop'], ['--section=data'], ['--exclude-table-data=shop.*']]
SELECTIONS = [[], ['-a'], ['-s'], ['-C'], ['-n', 'shop'], ['-N', 'shop'], ['-t', 'customers'], ['-t', 'order', '-a'], ['-n', 'shop', '-t', 'order_id_seq'],
              ['--section=data', '--disable-triggers'], ['--section=pre-data'], ['--section=post-data'], ['-a', '--disable-triggers']]


def run(*command):
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def shown(output):
    """What both programs have to agree on."""
    output = re.sub(rb'(?m)^\\(un)?restrict .*$', rb'\\\1restrict KEY', output)
    return re.sub(rb'(?m)^(; Archive created at .{19}) .*$', rb'\1', output)


class Comparison:
    def __init__(self, tool, bindir):
        self.tool, self.restore = tool, bindir + '/pg_restore'
        self.done = self.failed = 0

    def check(self, archive, name, options):
        # With -L, -l prints its lines in the order of the list, which is not that of a restore.
        commands = (('script', ['-f', '-']), ('list', ['-l']))
        for command, flag in commands[:1] if '-L' in options else commands:
            theirs, ours = run(self.restore, *flag, *options, archive), run(self.tool, command, archive, *options)
            self.done += 1
            if shown(theirs.stdout) != shown(ours.stdout):
                self.failed += 1
                print('%s of %s %s differs' % (command, name, ' '.join(options)), (theirs.stderr + ours.stderr).decode(errors='replace')[:500])

    def check_lists(self, archive, name, folder):
        lines = [line for line in run(self.restore, '-l', archive).stdout.splitlines(keepends=True) if not line.startswith(b';')]
        chosen = random.sample(lines, len(lines) * 2 // 3)
        tar = name.startswith('-Ft')  # pg_restore cannot take the data of a tar in another order
        path = folder + '/list'
        with open(path, 'wb') as file:
            file.writelines(sorted(chosen, key=lines.index) if tar else chosen)
        self.check(archive, name, ['-L', path])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--tool', required=True)
    parser.add_argument('--pg', type=int)
    parser.add_argument('--seed', type=int, default=1)
    arguments = parser.parse_args()
    random.seed(arguments.seed)
    bindir = find_bindir(arguments.pg)
    if not bindir:
        print('agree.py: no PostgreSQL server is installed')
        return 77
    server = Server(bindir, 1)
    folder = tempfile.mkdtemp(prefix='archives.')
    comparison = Comparison(arguments.tool, bindir)
    try:
        database = ['-h', server.folder, '-U', 'postgres']
        made = subprocess.run([bindir + '/psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', *database, '-d', 'worker_0'], input=DATABASE.encode(), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE)
        if made.returncode:
            sys.exit('agree.py: the database could not be made: ' + made.stderr.decode(errors='replace'))
        for contents in CONTENTS:
            # Each format with everything; the other contents in a format at a time.
            for form in FORMATS if not contents else random.sample(FORMATS, 2):
                path, name = folder + '/archive', ' '.join(form + contents)
                dump = run(bindir + '/pg_dump', *database, *form, *contents, '-f', path, 'worker_0')
                if dump.returncode:
                    sys.exit('agree.py: pg_dump %s: %s' % (name, dump.stderr.decode(errors='replace')))
                for selection in SELECTIONS if not contents else SELECTIONS[:1] + random.sample(SELECTIONS[1:], 3):
                    comparison.check(path, name, selection)
                comparison.check_lists(path, name, folder)
                shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)
        # Written to a pipe, and appended: no offsets.
        for form, name in ((['-Fc', '-Z0'], 'piped'), (['-Ft'], 'piped tar')):
            path = folder + '/archive'
            with open(path, 'wb') as file:
                file.write(run(bindir + '/pg_dump', *database, *form, 'worker_0').stdout)
            comparison.check(path, name, [])
            os.remove(path)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print('%d comparisons with %s, %d differ' % (comparison.done, bindir, comparison.failed))
    return 1 if comparison.failed else 0


if __name__ == '__main__':
    sys.exit(main())
