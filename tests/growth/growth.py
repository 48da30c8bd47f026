#!/usr/bin/env python3
"""Hold pgfk to work that grows with its input, and no faster.

    growth.py --bin pgfk [--size N] [--only KIND]

For every kind of input: as many instructions (valgrind counts them) as four times the input may take. What a start costs is taken off. A
quadratic step of any weight passes the bound as the size grows: --size=10000 for nights. Exit 77 without valgrind.
"""
import argparse
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import tempfile

NOT_RUN = 77
BOUND = 5.0  # for four times the input: sorting and growing tables take a little more than four times the work

SCHEMA = """CREATE TABLE country (id integer PRIMARY KEY, code varchar(20) UNIQUE, name text);
CREATE TABLE city (id serial PRIMARY KEY, country_id integer REFERENCES country, twin_id integer REFERENCES city, name text, n integer);
"""


def each(count, line, *more):
    """The lines for 0 .. count-1; {k} is a number below count that goes to and fro."""
    return ''.join(one.format(i=i, k=i * 7919 % count, n=count) + '\n' for i in range(count) for one in (line, *more))


def countries(count):
    return SCHEMA + each(count, "INSERT INTO country VALUES ({i}, 'c{i}', 'Country {i}');")


def with_trigger(count):
    return countries(count) + """CREATE FUNCTION by_code() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found_id integer;
BEGIN
  SELECT id INTO found_id FROM country WHERE code = NEW.name;
  IF NOT FOUND THEN RAISE EXCEPTION 'no country %', NEW.name; END IF;
  NEW.country_id := found_id;
  RETURN NEW;
END $$;
CREATE TRIGGER t BEFORE INSERT ON city FOR EACH ROW EXECUTE FUNCTION by_code();
""" + each(count, "INSERT INTO city (name) VALUES ('c{k}');")


# What is asked of pgfk, and the input of a given size.
KINDS = {
    'insert': ('check', lambda n: countries(n) + each(n, "INSERT INTO city (country_id, name) VALUES ({k}, 'x');")),
    'orphans': ('check', lambda n: countries(n) + each(n, "INSERT INTO city (country_id, name) VALUES (-{i} - 1, 'x');")),
    'sub_select': ('check', lambda n: countries(n) +
                   each(n, "INSERT INTO city (country_id, name) VALUES ((SELECT id FROM country WHERE code = 'c{k}'), 'x');")),
    'insert_select': ('check', lambda n: countries(n) + each(n, "INSERT INTO city (country_id) SELECT id FROM country WHERE name = 'Country {k}';")),
    'unless_there': ('check', lambda n: countries(n) + each(
        n, "INSERT INTO city (country_id, name) SELECT {k}, 'City {i}' WHERE NOT EXISTS (SELECT 1 FROM city WHERE name = 'City {i}');")),
    'join': ('check', lambda n: countries(n) + each(
        n, "INSERT INTO city (id, country_id) VALUES ({i}, {k});",
        "INSERT INTO city (id, country_id, twin_id) SELECT 1000000 + {i}, k.id, c.id FROM city c JOIN country k ON k.id = c.country_id WHERE c.id = {i};")),
    'with_returning': ('check', lambda n: countries(n) + each(
        n, "WITH k AS (SELECT id FROM country WHERE code = 'c{k}'), c AS (INSERT INTO city (country_id) SELECT id FROM k RETURNING id) "
           "UPDATE city SET n = {i} WHERE id = {i};")),
    'update': ('check', lambda n: countries(n) + each(n, "INSERT INTO city (id, country_id) VALUES ({i}, {k});", "UPDATE city SET n = {i} WHERE id = {i};")),
    'update_from': ('check', lambda n: countries(n) + each(
        n, "INSERT INTO city (id, country_id) VALUES ({i}, {k});",
        "UPDATE city SET country_id = k.id FROM country k WHERE k.code = 'c{k}' AND city.id = {i};")),
    'delete': ('check', lambda n: countries(n) + each(
        n, "INSERT INTO city (id, country_id) VALUES ({i}, {k});", "DELETE FROM city WHERE id = {i} - 3;", "DELETE FROM country WHERE id = {i} - 5;")),
    'upsert': ('check', lambda n: countries(n) + each(n, "INSERT INTO country VALUES ({k}, 'd{i}', 'x') ON CONFLICT (id) DO UPDATE SET code = excluded.code;")),
    'merge': ('check', lambda n: countries(n) + each(
        n, "MERGE INTO city c USING (VALUES ({i}, {k})) v (id, country_id) ON c.id = v.id "
           "WHEN MATCHED THEN UPDATE SET country_id = v.country_id WHEN NOT MATCHED THEN INSERT (id, country_id) VALUES (v.id, v.country_id);")),
    'gset': ('check', lambda n: countries(n) + each(
        n, "SELECT id AS found FROM country WHERE code = 'c{k}' \\gset", "INSERT INTO city (country_id) VALUES (:found);")),
    'do_blocks': ('check', lambda n: countries(n) + each(
        n, "DO $$ DECLARE v integer; BEGIN SELECT id INTO v FROM country WHERE code = 'c{k}'; INSERT INTO city (country_id) VALUES (v); END $$;")),
    'loop': ('check', lambda n: countries(n) + "DO $$ BEGIN FOR i IN 0..%d LOOP INSERT INTO city (id, country_id) VALUES (i, i); "
                                               "UPDATE city SET n = i WHERE id = i; END LOOP; END $$;\n" % (n - 1)),
    'trigger': ('check', with_trigger),
    'transaction': ('check', lambda n: 'BEGIN;\n' + countries(n) + each(n, "SAVEPOINT s;", "INSERT INTO city (country_id) VALUES ({k} * 2);", "ROLLBACK TO s;") + 'COMMIT;\n'),
    'deferred': ('check', lambda n: SCHEMA.replace('REFERENCES country', 'REFERENCES country DEFERRABLE INITIALLY DEFERRED') + 'BEGIN;\n' + each(
        n, "INSERT INTO city (country_id) VALUES ({k});") + each(n, "INSERT INTO country (id) VALUES ({i});") + 'COMMIT;\n'),
    'tables': ('check', lambda n: 'CREATE TABLE t (id integer PRIMARY KEY);\n' + each(
        n, "CREATE TABLE t{i} (id integer PRIMARY KEY, t_id integer REFERENCES t);", "INSERT INTO t{i} VALUES (1, NULL);")),
    'order': ('order --emit=sql', lambda n: SCHEMA + each(n, "INSERT INTO city (country_id) VALUES ({k});") + each(n, "INSERT INTO country VALUES ({i});")),
    'fix': ('fix --orphans=stub', lambda n: countries(n) + each(n, "INSERT INTO city (country_id, name) VALUES ({k} * 2, 'x');")),
}


def instructions(program, command, script):
    with tempfile.TemporaryDirectory() as folder:
        with open(folder + '/seed.sql', 'w', encoding='utf-8') as out:
            out.write(script)
        # One thread: the second one's waiting is not work.
        done = subprocess.run(['valgrind', '--tool=cachegrind', '--cache-sim=no', '--cachegrind-out-file=/dev/null', program, *command.split(),
                               '--threads=1', 'seed.sql'], cwd=folder, capture_output=True, text=True, errors='replace', check=False)
    counted = re.search(r'I\s+refs:\s+([\d,]+)', done.stderr)
    if not counted or done.returncode not in (0, 1):
        sys.exit('growth.py: %s ended with %d and no count: %s' % (command, done.returncode, done.stderr[-500:]))
    return int(counted.group(1).replace(',', ''))


def main():
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument('--bin', required=True)
    cli.add_argument('--size', type=int, default=200)
    cli.add_argument('--only', choices=sorted(KINDS))
    given = cli.parse_args()
    program = os.path.abspath(given.bin)
    if not shutil.which('valgrind'):
        print('valgrind is not installed')
        sys.exit(NOT_RUN)

    kinds = [given.only] if given.only else list(KINDS)
    starts = {command: instructions(program, command, SCHEMA) for command in {KINDS[kind][0] for kind in kinds}}

    def measure(kind):
        command, script = KINDS[kind]
        small, large = (instructions(program, command, script(size)) - starts[command] for size in (given.size, 4 * given.size))
        return kind, small / given.size, large / small

    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        results = list(pool.map(measure, kinds))
    bad = 0
    for kind, per_line, ratio in results:
        bad += ratio > BOUND
        print('%-16s %9d instructions each, four times the input takes %.2f times as many%s' % (kind, per_line, ratio, '' if ratio <= BOUND else ': TOO MANY'))
    print('%d kinds, %d above %.1f' % (len(results), bad, BOUND))
    sys.exit(1 if bad else 0)


if __name__ == '__main__':
    main()
