#!/usr/bin/env python3
"""pgfk log --follow: what is appended is told, once, across a rename, a cut file and a new name in the folder; SIGINT ends it with the sums."""
import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

RECORD = ('2026-11-20 10:34:%02d.000 UTC [77] app@shop ERROR:  insert or update on table "orders" violates foreign key constraint "orders_fk"\n'
          '2026-11-20 10:34:%02d.000 UTC [77] app@shop DETAIL:  Key (customer_id)=(%d) is not present in table "customers".\n'
          '2026-11-20 10:34:%02d.000 UTC [77] app@shop STATEMENT:  INSERT INTO orders VALUES (1, %d)\n')


def record(number):
    return RECORD % (number, number, number, number, number)


def append(path, text):
    with open(path, 'a', encoding='ascii') as log:
        log.write(text)


def keys(path):
    with open(path, encoding='utf-8') as lines:
        return [json.loads(line)['key_values'][0] for line in lines if line.endswith('\n')]


def wait_for(path, wanted):
    end = time.time() + 60
    while time.time() < end:
        if keys(path) == wanted:
            return
        time.sleep(0.1)
    raise SystemExit('wanted %s, found %s' % (wanted, keys(path)))


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument('--bin', required=True)
    program = arguments.parse_args().bin
    folder = tempfile.mkdtemp(prefix='pgfk_follow.')
    try:
        logs, out = folder + '/logs', folder + '/found.jsonl'
        os.mkdir(logs)
        log = logs + '/postgresql.log'
        append(log, record(1))
        run = subprocess.Popen([program, 'log', '--follow', '-f', 'jsonl', '-o', out, logs])
        try:
            while not os.path.exists(out):
                time.sleep(0.05)
            wait_for(out, ['1'])
            append(log, record(2))
            wait_for(out, ['1', '2'])
            # A record that comes in two parts is one failure, with its statement.
            first, rest = record(3).split('DETAIL', 1)
            append(log, first)
            time.sleep(0.2)
            append(log, 'DETAIL' + rest)
            wait_for(out, ['1', '2', '3'])
            # In the same folder, where it is not taken for a new one.
            os.rename(log, log + '.1')
            append(log + '.1', record(4))
            time.sleep(1)
            append(log, record(5))
            wait_for(out, ['1', '2', '3', '4', '5'])
            os.truncate(log, 0)
            time.sleep(2)
            append(log, record(6))
            wait_for(out, ['1', '2', '3', '4', '5', '6'])
            append(logs + '/postgresql-2.log', record(7))
            wait_for(out, ['1', '2', '3', '4', '5', '6', '7'])
        finally:
            run.send_signal(signal.SIGINT)
        status = run.wait(timeout=60)
        with open(out, encoding='utf-8') as lines:
            whole = all('statement' in json.loads(line) for line in lines)
        print('exit status %d, statements %s' % (status, 'whole' if whole else 'missing'))
        return 0 if status == 1 and whole else 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


sys.exit(main())
