#!/usr/bin/env python3
"""A real server, started here, logs failures in all three formats and in two languages: each is found in each of them.

    live_server.py --bin log_events

Exit 77 where no PostgreSQL server is installed. The second language is left out, and said so, where no locale for it can be made."""
import argparse
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', '..', 'differential'))
import server as private_server  # noqa: E402

NOT_RUN = 77
# log_line_prefix, and the formats beside stderr; jsonlog is there from 15 on.
PREFIX = '%m [%p] %q%u@%d app=%a '
SCHEMA = """
CREATE TABLE customers (id int PRIMARY KEY, region text, code text, UNIQUE (region, code));
INSERT INTO customers VALUES (1, 'EU, East', 'D1');
CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customers DEFERRABLE, region text, code text,
                     FOREIGN KEY (region, code) REFERENCES customers (region, code) MATCH FULL);
INSERT INTO orders VALUES (1, 1, 'EU, East', 'D1');
"""
# Statement, constraint, direction, and the key where the text alone tells it.
FAILURES = [
    ("INSERT INTO orders VALUES (2, 7)", 'orders_customer_id_fkey', 'insert', ['7']),
    ("DELETE FROM customers\\n WHERE id = 1", 'orders_customer_id_fkey', 'delete', ['1']),
    ("INSERT INTO orders VALUES (3, 1, 'EU', 'x, y')", 'orders_region_code_fkey', 'insert', ['EU', 'x, y']),
    ("INSERT INTO orders VALUES (4, 1, 'EU', NULL)", 'orders_region_code_fkey', 'insert', None),
    ("BEGIN; SET CONSTRAINTS ALL DEFERRED; INSERT INTO orders VALUES (5, 8); COMMIT", 'orders_customer_id_fkey', 'insert', ['8']),
]


def make_locale(folder):
    """The name of a German locale that lives in `folder`, or None."""
    if shutil.which('localedef') is None or not os.path.exists('/usr/share/i18n/locales/de_DE') or not glob.glob('/usr/share/locale/de/LC_MESSAGES/postgres-*.mo'):
        return None
    made = subprocess.run(['localedef', '-i', 'de_DE', '-f', 'UTF-8', os.path.join(folder, 'de_DE.UTF-8')], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return 'de_DE.UTF-8' if made.returncode in (0, 1) and os.path.isdir(os.path.join(folder, 'de_DE.UTF-8')) else None


def run_server(bindir, folder, language, formats):
    """Starts a server, makes it log the failures, stops it; the folder of its logs."""
    as_user = []
    if os.getuid() == 0:
        shutil.chown(folder, 'postgres', 'postgres')
        as_user = ['runuser', '-u', 'postgres', '--']
    data = os.path.join(folder, 'data')
    environment = dict(os.environ, LC_ALL='C', LOCPATH=folder)
    if language:
        environment.pop('LC_ALL')
    quiet = {'stdout': subprocess.DEVNULL, 'stderr': subprocess.DEVNULL, 'env': environment, 'cwd': folder}
    subprocess.run([*as_user, os.path.join(bindir, 'initdb'), '-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync', '--locale=C', '-E', 'UTF8'], check=True, **quiet)
    with open(os.path.join(data, 'postgresql.conf'), 'a', encoding='utf-8') as f:
        f.write("listen_addresses = ''\nunix_socket_directories = '%s'\nfsync = off\nlogging_collector = on\nlog_directory = 'log'\nlog_filename = 'server.log'\n"
                "log_destination = '%s'\nlog_line_prefix = '%s'\nlc_messages = '%s'\ntimezone = 'UTC'\nlog_timezone = 'UTC'\n" % (folder, formats, PREFIX, language or 'C'))
    control = [*as_user, os.path.join(bindir, 'pg_ctl'), '-D', data, '-w', '-s']
    subprocess.run([*control, 'start'], check=True, **quiet)
    try:
        psql = [os.path.join(bindir, 'psql'), '-X', '-q', '-h', folder, '-U', 'postgres', '-d', 'postgres']
        subprocess.run([*psql, '-c', SCHEMA], check=True, **quiet)
        for statement, _, _, _ in FAILURES:
            subprocess.run([*psql, '-c', statement.replace('\\n', '\n')], **quiet)
    finally:
        subprocess.run([*control, '-m', 'fast', 'stop'], check=True, **quiet)
    return os.path.join(data, 'log')


def check(binary, path, what):
    """Lines that say what is wrong."""
    for _ in range(50):  # the collector writes the last lines after the server is gone
        if os.path.exists(path):
            break
        time.sleep(.1)
    run = subprocess.run([binary, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True)
    found = [json.loads(line) for line in run.stdout.decode('utf-8').splitlines()]
    trouble = [] if len(found) == len(FAILURES) else ['%s: %d found, %d happened' % (what, len(found), len(FAILURES))]
    for event, (statement, constraint, direction, key) in zip(found, FAILURES):
        wanted = {'constraint': constraint, 'direction': direction, 'database': 'postgres', 'user': 'postgres', 'application_name': 'psql',
                  'key_values': key, 'statement': statement.replace('\\n', '\n')}
        trouble += ['%s: %s is %r, not %r' % (what, name, event.get(name), value) for name, value in wanted.items() if event.get(name) != value]
    return trouble


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--bin', required=True)
    parser.add_argument('--bindir')
    options = parser.parse_args()
    bindir = private_server.find_bindir(options.bindir)
    if bindir is None:
        print('no PostgreSQL server is installed')
        return NOT_RUN
    version = int(subprocess.run([os.path.join(bindir, 'postgres'), '-V'], stdout=subprocess.PIPE, check=True).stdout.decode().split()[2].split('.')[0])
    formats = {'stderr': 'server.log', 'csvlog': 'server.csv'}
    if version >= 15:
        formats['jsonlog'] = 'server.json'
    trouble, languages = [], 0
    for german in (False, True):
        with tempfile.TemporaryDirectory(prefix='pgfk-log-') as folder:
            os.chmod(folder, 0o755)
            language = make_locale(folder) if german else None
            if german and language is None:
                print('no German locale: that language is left out')
                continue
            logs = run_server(bindir, folder, language, ','.join(formats))
            for form, name in formats.items():
                trouble += check(options.bin, os.path.join(logs, name), '%s, %s' % (form, language or 'C'))
            languages += 1
    print('\n'.join(trouble + ['%d formats, %d languages: %d differences' % (len(formats), languages, len(trouble))]))
    return 1 if trouble else 0


if __name__ == '__main__':
    sys.exit(main())
