#!/usr/bin/env python3
"""What the program writes as SARIF against OASIS' schema, over inputs of every kind.

sarif.py --bin PGFK --fixtures DIR
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

SKIPPED = 77


def inputs(fixtures, scratch):
    """Arguments of a run, and the exit status it has to have (None: any)."""
    yield [fixtures / 'examples/shop.sql'], 1
    for topic in ('basics', 'composite', 'deferred', 'names', 'select_and_cte', 'self_and_cycles'):
        for script in sorted((fixtures / 'conformance' / topic).glob('*.sql'))[:10]:
            if not script.name.endswith('.before.sql'):
                yield [script], None
    for archive in sorted((fixtures / 'archives').rglob('*.dump'))[:3]:
        yield [archive], None
    yield [scratch / 'missing.sql'], 2

    odd = scratch / 'a b%c#d?e:f\xfc\n"g".sql'
    odd.write_bytes(b'CREATE TABLE r (id text PRIMARY KEY);\nCREATE TABLE t (c text REFERENCES r);\n'
                    b'-- pgfk:ignore FK001 -- \xe9 known\nINSERT INTO t VALUES (\'\xff\x01"\');\n'
                    b'/* \xc3\xa9 */ INSERT INTO t VALUES (\'x\');\n-- pgfk:ignore FK002\nSELECT 1;\n-- pgfk:what\n')
    yield [odd], None
    yield ['--redact', odd], None
    yield ['--encoding=LATIN1', odd], None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--bin', required=True)
    parser.add_argument('--fixtures', required=True, type=pathlib.Path)
    options = parser.parse_args()
    try:
        import jsonschema
    except ImportError:
        print('skipped: the Python package jsonschema is not installed')
        return SKIPPED
    schema = json.loads((options.fixtures / 'schemas/sarif-schema-2.1.0.json').read_text())
    validator = jsonschema.Draft4Validator(schema)
    runs = results = failures = 0
    with tempfile.TemporaryDirectory(prefix='pgfk_sarif_') as scratch:
        for arguments, status in inputs(options.fixtures, pathlib.Path(scratch)):
            command = [options.bin, '--no-config', '-q', '-f', 'sarif', *map(str, arguments)]
            run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60)
            log = json.loads(run.stdout.decode('utf-8'))
            problems = [error.message for error in validator.iter_errors(log)]
            if status is not None and run.returncode != status:
                problems.append('exit status %d, not %d' % (run.returncode, status))
            for problem in problems:
                print('%s: %s' % (arguments[-1], problem[:300]))
            runs += 1
            results += len(log['runs'][0]['results'])
            failures += bool(problems)
    print('%d runs with %d results, %d not valid' % (runs, results, failures))
    return 1 if failures or results == 0 else 0


if __name__ == '__main__':
    sys.exit(main())
