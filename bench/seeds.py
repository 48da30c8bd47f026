#!/usr/bin/env python3
"""Measure pgfk on what people write by hand: statements that look ids up, in one large file and in a set of small ones.

    bench/seeds.py --bin build/release/cli/pgfk [--mb 100] [--runs 3]

Prints a table in Markdown: statements a second, the best of the runs, and the peak of memory.
"""
import argparse
import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from run import measure  # noqa: E402

COUNTRIES = 2000
SCHEMA = """CREATE TABLE country (id integer PRIMARY KEY, code varchar(20) UNIQUE, name text);
CREATE TABLE city (id serial PRIMARY KEY, country_id integer REFERENCES country, name text, n integer);
"""

# One statement, or two, for each number; {k} is a country.
FORMS = {
    'VALUES with a sub-select': "INSERT INTO city (country_id, name) VALUES ((SELECT id FROM country WHERE code = 'c{k}'), 'City {i}');\n",
    'INSERT .. SELECT': "INSERT INTO city (country_id, name) SELECT id, 'City {i}' FROM country WHERE name = 'Country {k}';\n",
    'unless it is there': "INSERT INTO city (country_id, name) SELECT {k}, 'City {i}' WHERE NOT EXISTS (SELECT 1 FROM city WHERE name = 'City {i}');\n",
    'upsert': "INSERT INTO country VALUES ({k}, 'd{i}', 'x') ON CONFLICT (id) DO UPDATE SET code = excluded.code;\n",
    'WITH .. RETURNING': "WITH c AS (INSERT INTO city (country_id, name) VALUES ({k}, 'x') RETURNING id) UPDATE city SET n = {i} WHERE id = {i};\n",
    'DO block': "DO $$ DECLARE v integer; BEGIN SELECT id INTO v FROM country WHERE code = 'c{k}'; INSERT INTO city (country_id) VALUES (v); END $$;\n",
}


def write_large(path, form, size):
    count = 0
    with open(path, 'w', encoding='utf-8') as out:
        out.write(SCHEMA)
        for i in range(COUNTRIES):
            out.write("INSERT INTO country VALUES (%d, 'c%d', 'Country %d');\n" % (i, i, i))
        while out.tell() < size:
            for _ in range(1000):
                out.write(form.format(i=count, k=count * 7919 % COUNTRIES))
                count += 1
    return count + COUNTRIES


def write_set(folder, looked_up):
    """50 files, 5,000 statements: ten tables, each refers to the one before it."""
    os.mkdir(folder)
    names = ['country', 'region', 'city', 'address', 'customer', 'supplier', 'product', 'category', 'orders', 'item']
    for number in range(50):
        table, parent = names[number // 5], names[number // 5 - 1] if number >= 5 else None
        with open('%s/%02d_%s.sql' % (folder, number, table), 'w', encoding='utf-8') as out:
            for at, name in enumerate(names if number == 0 else []):
                key = ', %s_id integer REFERENCES %s' % (names[at - 1], names[at - 1]) if at else ''
                out.write('CREATE TABLE %s (id serial PRIMARY KEY, code text UNIQUE%s, note text, created timestamptz DEFAULT now());\n' % (name, key))
            for row in range(100 if number else 90):
                code, other = '%s%d' % (table, number % 5 * 100 + row), (number * 7919 + row * 104729) % 390
                if parent is None:
                    out.write("INSERT INTO %s (code, note) VALUES ('%s', 'n');\n" % (table, code))
                elif looked_up and row % 3 == 0:
                    out.write("INSERT INTO %s (code, %s_id) VALUES ('%s', (SELECT id FROM %s WHERE code = '%s%d'));\n" % (table, parent, code, parent, parent, other))
                elif looked_up and row % 3 == 1:
                    out.write("INSERT INTO %s (code, %s_id) SELECT '%s', id FROM %s WHERE code = '%s%d';\n" % (table, parent, code, parent, parent, other))
                else:
                    out.write("INSERT INTO %s (code, %s_id) VALUES ('%s', %d);\n" % (table, parent, code, other + 1))


def main():
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument('--bin', required=True)
    cli.add_argument('--mb', type=float, default=100)
    cli.add_argument('--runs', type=int, default=3)
    options = cli.parse_args()
    binary = os.path.abspath(options.bin)
    print('| input | statements | pgfk s | processor s | statements/s | peak MB |')
    print('| --- | --- | --- | --- | --- | --- |')
    with tempfile.TemporaryDirectory() as folder:
        for name, form in FORMS.items():
            path = os.path.join(folder, 'seed.sql')
            count = write_large(path, form, options.mb * 1e6)
            wall, processor, memory = measure([binary, '-f', 'summary', path], options.runs)
            print('| %s, %.0f MB | %d | %.2f | %.2f | %.0f | %.0f |' %
                  (name, os.path.getsize(path) / 1e6, count, wall, processor, count / wall, memory / 1e6), flush=True)
            os.remove(path)
        for name, looked_up in (('50 files', False), ('50 files, two of three statements look up', True)):
            seeds = os.path.join(folder, 'set_%d' % looked_up)
            write_set(seeds, looked_up)
            wall, processor, memory = measure([binary, '-f', 'summary', seeds], max(options.runs, 20))
            print('| %s | 5000 | %.3f | %.3f | %.0f | %.0f |' % (name, wall, processor, 5000 / wall, memory / 1e6), flush=True)


if __name__ == '__main__':
    main()
