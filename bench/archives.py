#!/usr/bin/env python3
"""pgfk on archives against the codec alone on the same cores, side by side in one run.

    bench/archives.py --bin build/release/cli/pgfk --decode build/release/bench/decode_bench [--mb 1000] [--runs 3] [--folder DIR] [--pg-bin DIR]

Loads a dump of make_dump.py into a private PostgreSQL, writes it with the real pg_dump (custom and directory, gzip and uncompressed), packs the
files of the directory anew with lz4 and zstd (the codecs' own programs, pg_dump's levels) and compresses the plain dump. Prints for each: size,
decoding time, pgfk's time, their ratio, the same of processor times, pgfk's peak memory. Folders and server are removed at the end.
"""
import argparse
import glob
import os
import shutil
import subprocess
import sys
import tempfile

from run import measure

HERE = os.path.dirname(os.path.abspath(__file__))


def start_server(folder, pg_bin):
    data = os.path.join(folder, 'data')
    user = ['runuser', '-u', 'postgres', '--'] if os.geteuid() == 0 else []
    os.makedirs(data)
    if user:
        subprocess.run(['chown', '-R', 'postgres', folder], check=True)
        os.chmod(folder, 0o755)
    quiet = {'stdout': subprocess.DEVNULL, 'check': True}
    subprocess.run([*user, pg_bin + '/initdb', '-A', 'trust', '-U', 'postgres', '--no-sync', '-D', data], **quiet)
    subprocess.run([*user, pg_bin + '/pg_ctl', '-D', data, '-w', '-l', data + '/log', '-o',
                    '-c listen_addresses= -c fsync=off -c full_page_writes=off -c max_wal_size=8GB -c unix_socket_directories=' + data, 'start'], **quiet)
    return data, lambda: subprocess.run([*user, pg_bin + '/pg_ctl', '-D', data, '-m', 'immediate', 'stop'], **quiet)


def make_archives(options, folder):
    """Names and paths."""
    dump = os.path.join(folder, 'dump.sql')
    with open(dump, 'wb') as out:
        subprocess.run([sys.executable, os.path.join(HERE, 'make_dump.py'), '--mb', str(options.mb), '--style', 'copy'], stdout=out, check=True)
    server = os.path.join(folder, 'server')
    data, stop = start_server(server, options.pg_bin)
    made = []
    try:
        peer = ['-h', data, '-U', 'postgres']
        subprocess.run(['psql', '-X', '-q', *peer, '-f', dump, 'postgres'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        for name, words in (('custom gzip', ['-Fc']), ('custom none', ['-Fc', '-Z0']), ('directory gzip', ['-Fd']), ('directory none', ['-Fd', '-Z0'])):
            path = os.path.join(folder, name.replace(' ', '-'))
            subprocess.run(['pg_dump', *peer, *words, '-f', path, 'postgres'], check=True)
            made.append((name, path))
    finally:
        stop()
        shutil.rmtree(server)
    for codec, words in (('lz4', ['lz4', '-q', '-m', '--rm']), ('zstd', ['zstd', '-q', '--rm'])):
        path = os.path.join(folder, 'directory-' + codec)
        shutil.copytree(os.path.join(folder, 'directory-none'), path)
        subprocess.run([*words, *glob.glob(path + '/[0-9]*.dat')], check=True)
        made.append(('directory ' + codec, path))
    return made


def size_of(path):
    return os.path.getsize(path) if os.path.isfile(path) else sum(os.path.getsize(name) for name in glob.glob(path + '/*'))


def main():
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument('--bin', required=True)
    cli.add_argument('--decode', required=True)
    cli.add_argument('--mb', type=float, default=1000)
    cli.add_argument('--runs', type=int, default=3)
    cli.add_argument('--folder')
    cli.add_argument('--pg-bin', default=(sorted(glob.glob('/usr/lib/postgresql/*/bin')) or [''])[-1])
    options = cli.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        os.chmod(folder, 0o755)
        print('| archive | MB | decoding s | pgfk s | ratio | decoding processor s | pgfk processor s | ratio | peak MB |')
        print('| --- | --- | --- | --- | --- | --- | --- | --- | --- |')
        for name, path in make_archives(options, folder):
            alone = measure([options.decode, path], options.runs)
            taken = measure([options.bin, '-f', 'summary', path], options.runs)
            print('| %s | %.0f | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f | %.0f |' %
                  (name, size_of(path) / 1e6, alone[0], taken[0], taken[0] / alone[0], alone[1], taken[1], taken[1] / alone[1], taken[2] / 1e6), flush=True)


if __name__ == '__main__':
    main()
