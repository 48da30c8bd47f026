#!/usr/bin/env python3
"""Writes a plain dump of a small shop, as pg_dump would, of any size: input for measuring.

    make_dump.py --mb 1000 [--style copy|inserts|multi] [--orphans 10] [--seed 1] [--fk end|inline] > dump.sql

customer (bigint), product (uuid), category (refers to itself), orders, order_item (composite key, two foreign keys), event (text key, wide
rows: most of the bytes), event_kind, refund (composite foreign key). The same options give the same bytes.
--fk end: constraints behind the data and tables by name, as pg_dump writes them; inline: within CREATE TABLE, referenced tables first.
--orphans N: N rows, evenly over five foreign keys, refer to nothing; the last line of the dump is a comment that lists them.
"""
import argparse
import random
import sys
import uuid

BLOCK = 20000  # rows formatted at once
PER_INSERT = 1000  # rows of a multi-row INSERT
STAMP_PERIOD = 840  # after so many rows month, day, hour, minute and second begin again

KINDS = ['view', 'click', 'add_to_cart', 'checkout', 'refund', 'search', 'login', 'logout']
WORDS = ('lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et dolore magna aliqua ut enim ad '
         'minim veniam quis nostrud exercitation ullamco laboris').split()

# table: columns, primary key, foreign keys as (name, columns, referenced table, its columns)
TABLES = {
    'category': (['id integer NOT NULL', 'parent_id integer', 'name text NOT NULL'], 'id',
                 [('category_parent_id_fkey', 'parent_id', 'category', 'id')]),
    'customer': (['id bigint NOT NULL', 'email text NOT NULL', 'created_at timestamp with time zone NOT NULL', 'note text'], 'id', []),
    'event': (['id bigint NOT NULL', 'kind text NOT NULL', 'customer_id bigint', 'order_id bigint', 'payload text',
               'at timestamp with time zone NOT NULL'], 'id',
              [('event_customer_id_fkey', 'customer_id', 'customer', 'id'), ('event_kind_fkey', 'kind', 'event_kind', 'code'),
               ('event_order_id_fkey', 'order_id', 'orders', 'id')]),
    'event_kind': (['code text NOT NULL', 'title text'], 'code', []),
    'order_item': (['order_id bigint NOT NULL', 'line integer NOT NULL', 'product_id uuid NOT NULL', 'qty integer', 'price numeric(10,2)'],
                   'order_id, line', [('order_item_order_id_fkey', 'order_id', 'orders', 'id'),
                                      ('order_item_product_id_fkey', 'product_id', 'product', 'id')]),
    'orders': (['id bigint NOT NULL', 'customer_id bigint NOT NULL', 'placed_at timestamp with time zone', 'status text'], 'id',
               [('orders_customer_id_fkey', 'customer_id', 'customer', 'id')]),
    'product': (['id uuid NOT NULL', 'category_id integer', 'title text', 'price numeric(10,2)'], 'id',
                [('product_category_id_fkey', 'category_id', 'category', 'id')]),
    'refund': (['id bigint NOT NULL', 'order_id bigint NOT NULL', 'line integer NOT NULL', 'reason text'], 'id',
               [('refund_order_id_line_fkey', 'order_id, line', 'order_item', 'order_id, line')]),
}
PARENTS_FIRST = ['category', 'customer', 'event_kind', 'product', 'orders', 'order_item', 'refund', 'event']

HEAD = """--
-- PostgreSQL database dump
--

-- Dumped from database version 15.8
-- Dumped by pg_dump version 15.8

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

"""


class Spelling:
    """How a style writes a cell. Texts are spelled once, where they repeat, and rows only put together."""

    def __init__(self, style):
        self.copy = style == 'copy'
        self.null = '\\N' if self.copy else 'NULL'
        self.quote = '' if self.copy else "'"

    def text(self, value):
        if self.copy:
            return value.replace('\\', '\\\\').replace('\t', '\\t').replace('\n', '\\n').replace('\r', '\\r')
        return "'" + value.replace("'", "''") + "'"


class Shop:
    def __init__(self, options):
        self.spell = Spelling(options.style)
        self.random = random.Random(options.seed)
        self.orders = max(50, int(options.mb * 1e6) // 1100)  # an order brings about so many bytes with its items and events
        self.customers = max(10, self.orders // 4)
        self.products = max(10, self.orders // 20)
        self.categories = max(5, self.orders // 200)
        self.product_ids = [self.spell.text(str(uuid.UUID(int=self.random.getrandbits(128), version=4))) for _ in range(self.products)]
        phrases = [' '.join(self.random.choices(WORDS, k=self.random.randint(4, 22))) for _ in range(4096)]
        phrases[7] = 'tab\there, newline\nthere, back\\slash and a quote \' too'
        self.phrases = [self.spell.text(phrase) for phrase in phrases]
        self.kinds = [self.spell.text(kind) for kind in KINDS]
        self.stamps = [f'{self.spell.quote}2024-{n % 12 + 1:02}-{n % 28 + 1:02} {n % 24:02}:{n % 60:02}:{n * 7 % 60:02}.'
                       for n in range(STAMP_PERIOD)]
        self.sizes = {'category': self.categories, 'customer': self.customers, 'event': self.orders * 5, 'event_kind': len(KINDS),
                      'order_item': self.orders * 3, 'orders': self.orders, 'product': self.products, 'refund': self.orders // 10}
        self.orphans = self.choose_orphans(options.orphans)
        self.broken = []

    def choose_orphans(self, count):
        """The rows, from 0, of each table that shall refer to nothing: in the midst of equal stretches."""
        tables = ['event', 'order_item', 'orders', 'product', 'refund']
        chosen = {}
        for index, table in enumerate(tables):
            wanted = min(count // len(tables) + (index < count % len(tables)), self.sizes[table])
            step = self.sizes[table] // wanted if wanted else 0
            chosen[table] = [step * nth + step // 2 for nth in range(wanted)]
        return chosen

    def breaks(self, table, first, end):
        return [row for row in self.orphans[table] if first <= row < end]

    def times(self, numbers):
        stamps, quote = self.stamps, self.spell.quote
        return [f'{stamps[n % STAMP_PERIOD]}{n * 7919 % 1000000:06}+00{quote}' for n in numbers]

    def some_customers(self, count):
        return self.random.choices(range(3, self.customers * 3 + 1, 3), k=count)

    def some_phrases(self, numbers):
        phrases = self.phrases
        return [phrases[n & 4095] for n in numbers]

    # Columns of the rows [first, end) of each table, spelled.

    def category(self, first, end):
        null, ids = self.spell.null, range(first + 1, end + 1)
        return [ids, [null if n < 5 else n // 3 for n in ids], [self.spell.text(f'cat {n}') for n in ids]]

    def customer(self, first, end):
        numbers = range(first + 1, end + 1)
        notes = [note if n % 3 else self.spell.null for n, note in zip(numbers, self.some_phrases(numbers))]
        return [range(first * 3 + 3, end * 3 + 1, 3), [self.spell.text(f'user{n}@example.com') for n in numbers], self.times(numbers), notes]

    def event_kind(self, first, end):
        return [self.kinds[first:end], [self.spell.text(kind.title()) for kind in KINDS[first:end]]]

    def product(self, first, end):
        rows = range(first, end)
        categories = self.random.choices(range(1, self.categories + 1), k=end - first)
        for row in self.breaks('product', first, end):
            categories[row - first] = self.categories + 1000 + row
            self.broken.append(('product_category_id_fkey', categories[row - first]))
        quote = self.spell.quote
        return [self.product_ids[first:end], categories, self.some_phrases(rows), [f'{quote}{n % 900}.{n % 100:02}{quote}' for n in rows]]

    def order(self, first, end):
        ids = range(first + 1, end + 1)
        customers = self.some_customers(end - first)
        for row in self.breaks('orders', first, end):
            customers[row - first] += 1
            self.broken.append(('orders_customer_id_fkey', customers[row - first]))
        states = [self.spell.text('closed')] + [self.spell.text('open')] * 3
        return [ids, customers, self.times(ids), [states[n & 3] for n in ids]]

    def order_item(self, first, end):
        rows = range(first, end)
        products = self.random.choices(self.product_ids, k=end - first)
        for row in self.breaks('order_item', first, end):
            lost = str(uuid.UUID(int=row, version=4))
            products[row - first] = self.spell.text(lost)
            self.broken.append(('order_item_product_id_fkey', lost))
        quote = self.spell.quote
        orders, lines = [n // 3 + 1 for n in rows], [n % 3 + 1 for n in rows]
        prices = [f'{quote}{order % 500}.0{line}{quote}' for order, line in zip(orders, lines)]
        return [orders, lines, products, lines, prices]

    def refund(self, first, end):
        ids = range(first + 1, end + 1)
        orders, lines = [n * 10 for n in ids], [n % 3 + 1 for n in ids]
        for row in self.breaks('refund', first, end):
            lines[row - first] = 9
            self.broken.append(('refund_order_id_line_fkey', f'{orders[row - first]}, 9'))
        return [ids, orders, lines, self.some_phrases(ids)]

    def event(self, first, end):
        ids = range(first + 1, end + 1)
        null, last = self.spell.null, self.sizes['event'] - 5
        orders = [n // 5 + 1 if n & 3 and n < last else null for n in ids]
        for row in self.breaks('event', first, end):
            orders[row - first] = self.orders + 5000 + row
            self.broken.append(('event_order_id_fkey', orders[row - first]))
        kinds = self.kinds
        return [ids, [kinds[n & 7] for n in ids], self.some_customers(end - first), orders, self.some_phrases([n * 31 for n in ids]),
                self.times(ids)]

    def columns(self, table, first, end):
        return getattr(self, 'order' if table == 'orders' else table)(first, end)


def table_text(table, inline):
    columns, key, foreign_keys = TABLES[table]
    parts = list(columns)
    if inline:
        parts.append(f'CONSTRAINT {table}_pkey PRIMARY KEY ({key})')
        parts += [f'CONSTRAINT {name} FOREIGN KEY ({these}) REFERENCES public.{other}({those})' for name, these, other, those in foreign_keys]
    return comment(table, 'TABLE') + f'CREATE TABLE public.{table} (\n    ' + ',\n    '.join(parts) + '\n);\n\n\n'


def comment(name, kind):
    return f'--\n-- {"Data for " if kind == "TABLE DATA" else ""}Name: {name}; Type: {kind}; Schema: public; Owner: -\n--\n\n'


def constraint_text(table, name, kind, definition):
    return comment(f'{table} {name}', kind) + f'ALTER TABLE ONLY public.{table}\n    ADD CONSTRAINT {name} {definition};\n\n\n'


def write_rows(write, shop, table, style):
    columns = TABLES[table][0]
    count = shop.sizes[table]
    if style == 'copy':
        names = ', '.join(column.split()[0] for column in columns)
        write(f'COPY public.{table} ({names}) FROM stdin;\n')
        template = '\t'.join(['%s'] * len(columns)) + '\n'
    else:
        template = '(' + ', '.join(['%s'] * len(columns)) + ')'
        template = f'INSERT INTO public.{table} VALUES {template};\n' if style == 'inserts' else '\t' + template
    for first in range(0, count, BLOCK):
        rows = map(template.__mod__, zip(*shop.columns(table, first, min(first + BLOCK, count))))
        if style != 'multi':
            write(''.join(rows))
            continue
        rows = list(rows)
        for at in range(0, len(rows), PER_INSERT):
            write(f'INSERT INTO public.{table} VALUES\n' + ',\n'.join(rows[at:at + PER_INSERT]) + ';\n')
    write('\\.\n\n\n' if style == 'copy' else '\n\n')


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument('--mb', type=float, default=100)
    parser.add_argument('--style', choices=['copy', 'inserts', 'multi'], default='copy')
    parser.add_argument('--orphans', type=int, default=10)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--fk', choices=['end', 'inline'], default='end')
    options = parser.parse_args()
    shop = Shop(options)

    def write(text):
        sys.stdout.buffer.write(text.encode())

    inline = options.fk == 'inline'
    names = PARENTS_FIRST if inline else list(TABLES)
    write(HEAD)
    for table in names:
        write(table_text(table, inline))
    for table in names:
        write(comment(table, 'TABLE DATA'))
        write_rows(write, shop, table, options.style)
    if not inline:
        for table, (_, key, _) in TABLES.items():
            write(constraint_text(table, f'{table}_pkey', 'CONSTRAINT', f'PRIMARY KEY ({key})'))
        for table, (_, _, foreign_keys) in TABLES.items():
            for name, these, other, those in foreign_keys:
                write(constraint_text(table, name, 'FK CONSTRAINT', f'FOREIGN KEY ({these}) REFERENCES public.{other}({those})'))
    write('--\n-- PostgreSQL database dump complete\n--\n\n')
    write('-- orphans: ' + '; '.join(f'{name}=({key})' for name, key in shop.broken) + '\n')


main()
