#!/usr/bin/env python3
"""Writes a large server log for measurements; the same arguments always give the same bytes.

    make_log.py --mb 1024 [--format stderr|csv|json] [--failures 0.002] [--inserts 0] [--seed 1] [-o FILE] [--truth FILE]

The mix is that of a busy shop: durations of simple and prepared statements with parameters, statements over several lines, ordinary errors,
temporary files, autovacuum, and a fraction of foreign key failures with their DETAIL, CONTEXT and STATEMENT. Records are drawn from a pool
of some thousand, each under a time and a session of its own, so that making a gigabyte takes a minute. --inserts makes a fraction of the records
logged INSERTs, of rows that may be those that failures missed. --truth writes the counts of failures by constraint and direction."""
import argparse
import collections
import json
import random
import sys
import time

EPOCH = 1767225600  # 2026-01-01 00:00:00 UTC
POOL = 4000
WORDS = 'alpha beta gamma delta north south east west open closed paid draft final red green blue'.split()
TABLES = 'customers orders order_items products invoices payments shipments addresses users sessions roles tickets'.split()
APPLICATIONS = [('web', 'shop', 'checkout-api'), ('billing', 'shop', 'Billing Service: v2'), ('etl', 'warehouse', 'etl|nightly'), ('jobs', 'shop', 'sidekiq 7.2 shop [12 of 25 busy]')]

# severity, SQLSTATE, tag, message, detail, hint, context, statement
Record = collections.namedtuple('Record', 'severity state tag message detail hint context statement constraint direction')


def ordinary(r):
    table, other, number, word, state = r.choice(TABLES), r.choice(TABLES), r.randrange(10**7), r.choice(WORDS), r.choice(WORDS)
    kind = r.random()
    if kind < .4:
        sql = r.choice((f"SELECT id, name, status FROM {table} WHERE id = {number}",
                        f"UPDATE {table} SET status = '{word}', updated_at = now() WHERE id = {number}",
                        f"SELECT a.id,\n       a.name\n  FROM {table} a\n  JOIN {other} b ON b.ref = a.id\n WHERE a.status = '{word}'\n ORDER BY a.name\n LIMIT 50"))
        return Record('LOG', '00000', 'SELECT', f'duration: {r.random() * 40:.3f} ms  statement: {sql}', None, None, None, None, None, None)
    if kind < .93:
        sql = r.choice((f'SELECT "{table}".* FROM "{table}" WHERE "{table}"."id" = $1 LIMIT $2', f'update {table} set status=$1, version=$2 where id=$3',
                        f'select t.id as id1_0_, t.name as name2_0_\nfrom {table} t\nleft outer join {other} c on t.id=c.ref_id\nwhere t.status=$1'))
        return Record('LOG', '00000', 'SELECT', f'duration: {r.random() * 12:.3f} ms  execute S_{number % 40}: {sql}',
                      f"parameters: $1 = '{number}', $2 = '{word} {state}'", None, None, None, None, None)
    if kind < .95:
        return Record('LOG', '00000', 'SELECT', f'temporary file: path "base/pgsql_tmp/pgsql_tmp{number}.1", size {number * 13}', None, None, None,
                      f'SELECT status, count(*)\n  FROM {table}\n GROUP BY status', None, None)
    if kind < .96:
        return Record('LOG', '00000', '', f'automatic vacuum of table "shop.public.{table}": index scans: 1\npages: 0 removed, {number} remain\nelapsed: 1.02 s', None, None, None,
                      None, None, None)
    if kind < .99:
        return Record('ERROR', '23505', 'INSERT', f'duplicate key value violates unique constraint "{table}_pkey"', f'Key (id)=({number}) already exists.', None, None,
                      f"INSERT INTO {table} (id, name) VALUES ({number}, '{word}')", None, None)
    return Record('ERROR', '42703', 'SELECT', f'column "{word}" does not exist at character 8', None, f'Perhaps you meant "{table}.{state}".', None, f'SELECT {word} FROM {table}', None, None)


def insert(r):
    table, key = r.choice(TABLES), r.randrange(1, 10**6)
    return Record('LOG', '00000', 'INSERT', f"duration: {r.random() * 9:.3f} ms  statement: INSERT INTO {table} (id, name, status) VALUES ({key}, '{r.choice(WORDS)}', 'open')",
                  None, None, None, None, None, None)


def failure(r):
    table, parent = r.sample(TABLES, 2)
    constraint, key = f'{table}_{parent}_id_fkey', str(r.randrange(1, 10**6))
    if r.random() < .3:
        return Record('ERROR', '23503', 'DELETE', f'update or delete on table "{parent}" violates foreign key constraint "{constraint}" on table "{table}"',
                      f'Key (id)=({key}) is still referenced from table "{table}".', None, None, f'DELETE\n  FROM {parent}\n WHERE id = {key}', constraint, 'delete')
    context = None
    statement = f'INSERT INTO {table} ({parent}_id, name) VALUES ({key}, \'{r.choice(WORDS)}\')'
    if r.random() < .2:
        context = f'SQL statement "{statement}"\nPL/pgSQL function import_{table}(integer) line 7 at SQL statement'
        statement = f'SELECT import_{table}({key})'
    return Record('ERROR', '23503', 'INSERT', f'insert or update on table "{table}" violates foreign key constraint "{constraint}"',
                  f'Key ({parent}_id)=({key}) is not present in table "{parent}".', None, context, statement, constraint, 'insert')


def stderr(record, stamp, pid, who, line):
    user, database, application = who
    prefix = f'{stamp} [{pid}]: user={user},db={database},app={application},client=10.20.0.{pid % 200} '
    out = [f'{prefix}{record.severity}:  {record.message}']
    for label, text in (('DETAIL', record.detail), ('HINT', record.hint), ('CONTEXT', record.context), ('STATEMENT', record.statement)):
        if text:
            out.append(f'{prefix}{label}:  {text}')
    return '\n'.join(part.replace('\n', '\n\t') for part in out) + '\n'


def csv(record, stamp, pid, who, line):
    def quoted(text):
        return '' if text is None else '"' + text.replace('"', '""') + '"'
    user, database, application = who
    return (f'{stamp},"{user}","{database}",{pid},"10.20.0.{pid % 200}:5000",6955b900.{pid:x},{line},"{record.tag}",2026-01-01 00:00:00 UTC,4/{line},0,{record.severity},{record.state},'
            f'{quoted(record.message)},{quoted(record.detail)},{quoted(record.hint)},,,{quoted(record.context)},{quoted(record.statement)},,,{quoted(application)},"client backend",,0\n')


def jsonlog(record, stamp, pid, who, line):
    user, database, application = who
    fields = {'timestamp': stamp, 'user': user, 'dbname': database, 'pid': pid, 'remote_host': f'10.20.0.{pid % 200}', 'remote_port': 5000, 'session_id': f'6955b900.{pid:x}',
              'line_num': line, 'ps': record.tag, 'session_start': '2026-01-01 00:00:00 UTC', 'vxid': f'4/{line}', 'txid': 0, 'error_severity': record.severity,
              'state_code': record.state if record.state != '00000' else None, 'message': record.message, 'detail': record.detail, 'hint': record.hint,
              'context': record.context, 'statement': record.statement, 'application_name': application, 'backend_type': 'client backend', 'query_id': 0}
    return json.dumps({name: value for name, value in fields.items() if value is not None}, ensure_ascii=False, separators=(',', ':')) + '\n'


def pool_of(r, make, form, count):
    """Records in their final form, but for the time."""
    pool = []
    for number in range(count):
        record = make(r)
        pool.append((form(record, '\0', 2000 + r.randrange(30000), r.choice(APPLICATIONS), number).split('\0'), record))
    return pool


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--mb', type=float, required=True, help='size in MiB; the log stops at the first record past it')
    parser.add_argument('--format', choices=('stderr', 'csv', 'json'), default='stderr')
    parser.add_argument('--failures', type=float, default=.002, help='the fraction of records that are foreign key failures')
    parser.add_argument('--inserts', type=float, default=0, help='the fraction of records that are logged INSERTs')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('-o', '--out')
    parser.add_argument('--truth')
    options = parser.parse_args()
    r = random.Random(options.seed)
    form = {'stderr': stderr, 'csv': csv, 'json': jsonlog}[options.format]
    common, rare = pool_of(r, ordinary, form, POOL), pool_of(r, failure, form, POOL)
    inserts = pool_of(r, insert, form, POOL) if options.inserts else None
    truth = {'events': 0, 'by_constraint': collections.Counter(), 'by_direction': collections.Counter()}
    out = open(options.out, 'wb') if options.out else sys.stdout.buffer
    limit, size, now, held, held_size = int(options.mb * 1048576), 0, EPOCH * 1000, [], 0
    pick, number = r.random, r.randrange
    second, text = None, ''
    while size + held_size < limit:
        now += number(8)
        if now // 1000 != second:
            second = now // 1000
            text = time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime(second))
        failed = pick() < options.failures
        parts, record = (rare if failed else inserts if inserts and pick() < options.inserts else common)[number(POOL)]
        if failed:
            truth['events'] += 1
            truth['by_constraint'][record.constraint] += 1
            truth['by_direction'][record.direction] += 1
        line = f'{text}.{now % 1000:03d} UTC'.join(parts)
        held.append(line)
        held_size += len(line)
        if held_size > 1 << 20:
            data = ''.join(held).encode()
            out.write(data)
            size, held, held_size = size + len(data), [], 0
    out.write(''.join(held).encode())
    out.flush()
    if options.truth:
        with open(options.truth, 'w', encoding='utf-8') as f:
            json.dump(truth, f, indent=1)
            f.write('\n')


if __name__ == '__main__':
    main()
