"""A private PostgreSQL: a temporary cluster on a Unix socket, gone at the end, with one database per worker."""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

SETTINGS = """
listen_addresses = ''
unix_socket_directories = '%s'
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
lc_messages = 'C'
timezone = 'UTC'
statement_timeout = '10s'
"""

# What stands in the user's schemas, and a clean slate for the next script.
COUNTS = """
SELECT n.nspname || '.' || c.relname || E'\\t' ||
       (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %I.%I', n.nspname, c.relname), false, true, '')))[1]::text
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_t';
"""
CLEAN = "SET client_min_messages = error; DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA IF EXISTS side CASCADE;"

# psql that was made before August 2026 reads the data of a refused COPY as SQL, and loses the SELECT with them.
PROBE = "COPY nowhere FROM stdin;\nSELECT\n\\.\nSELECT 'skipped';\n"

ERROR = re.compile(r'psql:.*?:(\d+): (?:ERROR|FATAL):  ([0-9A-Z]{5}): (.*)')
FIELD = re.compile(r'(DETAIL|SCHEMA NAME|TABLE NAME|CONSTRAINT NAME|COLUMN NAME):  (.*)')
FIELD_KEYS = {'DETAIL': 'detail', 'SCHEMA NAME': 'schema', 'TABLE NAME': 'table', 'COLUMN NAME': 'column', 'CONSTRAINT NAME': 'constraint'}


def find_bindir(wanted=None):
    """The folder of a server's programs: the wanted version's, else the newest; None if there is none."""
    folders = glob.glob('/usr/lib/postgresql/*/bin') + glob.glob('/usr/pgsql-*/bin')
    pg_ctl = shutil.which('pg_ctl')
    folders += [os.path.dirname(os.path.realpath(pg_ctl))] if pg_ctl else []
    numbered = [(int((re.findall(r'\d+', folder) or ['0'])[0]), folder) for folder in folders
                if os.path.exists(folder + '/initdb')]
    chosen = [entry for entry in numbered if wanted in (None, entry[0])]
    return max(chosen)[1] if chosen else None


class Server:
    def __init__(self, bindir, workers):
        self.bindir = bindir
        self.folder = tempfile.mkdtemp(prefix='differential.')
        # The server refuses to run as root.
        self.as_user = ['runuser', '-u', 'postgres', '--'] if os.geteuid() == 0 else []
        if self.as_user:
            shutil.chown(self.folder, 'postgres')
        self.environment = dict(os.environ, LC_ALL='C')
        data = self.folder + '/data'
        self._control('initdb', '-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--locale=C')
        with open(data + '/postgresql.conf', 'a', encoding='utf-8') as conf:
            conf.write(SETTINGS % self.folder)
        self._control('pg_ctl', '-D', data, '-w', '-l', self.folder + '/log', 'start')
        self.major = int(self._psql('postgres', '-Atc', 'SHOW server_version_num').stdout) // 10000
        probe = subprocess.run(self._command('postgres', '-At'), input=PROBE.encode(), env=self.environment,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.psql_skips_refused_data = b'skipped' in probe.stdout
        for worker in range(workers):
            self._psql('postgres', '-c', 'CREATE DATABASE worker_%d' % worker)

    def _control(self, program, *arguments):
        done = subprocess.run([*self.as_user, self.bindir + '/' + program, *arguments], env=self.environment, cwd='/',
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode:
            sys.exit('%s failed: %s' % (program, done.stdout.decode(errors='replace')))

    def _command(self, database, *arguments):
        return [self.bindir + '/psql', '-X', '-q', '-h', self.folder, '-U', 'postgres', '-d', database, *arguments]

    def _psql(self, database, *arguments):
        return subprocess.run(self._command(database, *arguments), env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def answer(self, worker, path):
        """([error of the server], {schema.table: rows}) of the script at `path` in an empty database."""
        database = 'worker_%d' % worker
        done = self._psql(database, '-v', 'VERBOSITY=verbose', '-f', path)
        counted = self._psql(database, '-At', '-c', COUNTS, '-c', CLEAN)
        rows = dict(line.split('\t') for line in counted.stdout.decode().splitlines() if '\t' in line)
        return errors_of(done.stderr.decode(errors='replace')), {table: int(count) for table, count in rows.items()}

    def stop(self):
        subprocess.run([*self.as_user, self.bindir + '/pg_ctl', '-D', self.folder + '/data', '-m', 'immediate', 'stop'], cwd='/',
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        shutil.rmtree(self.folder, ignore_errors=True)


def errors_of(text):
    """psql's verbose report as a list of dicts, in the form of the recorded answers."""
    errors = []
    for line in text.splitlines():
        head = ERROR.match(line)
        field = FIELD.match(line)
        if head:
            errors.append({'line': int(head[1]), 'sqlstate': head[2], 'message': head[3]})
        elif field and errors:
            errors[-1].setdefault(FIELD_KEYS[field[1]], field[2])
    return errors
