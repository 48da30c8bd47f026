#!/usr/bin/env python3
"""Hold pgfk's verdicts on what pg_dump wrote, compressed or not, against what a real restore answered.

    agree_archives.py --bin pgfk FOLDER

FOLDER/expected/NAME.json has the errors of the server for FOLDER/NAME (synthetic-X: FOLDER/synthetic/X), the files that were loaded before it, and
the rows of each table afterwards. The same constraints have to fail, at the same lines (scripts) or TOC entries (archives), with the same rows left.
FOLDER/damaged holds what cannot be read to its end: exit status 2, and a message that names the file, but for those that no reader can tell.
Where FOLDER/expected/damaged has a server's answer to what comes before the damage, that holds too.
"""
import argparse
import collections
import concurrent.futures
import glob
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import verdicts  # noqa: E402


# One changed letter in rows without a checksum; no damage at all.
UNSEEN = ('custom-lz4-flipped-literal.dump', 'custom-none-flipped-byte.dump', 'plain-bom-crlf.sql', 'plain-two-members.sql.gz')


def failed_key(error):
    """Where an error was raised, and the foreign key's name, which pg_restore tells in the message alone."""
    place = int(error['toc'].split(';')[0]) if 'toc' in error else error.get('line')
    if 'constraint' in error:
        return place, error['constraint']
    name = error['message'].split('constraint "', 1)[1]
    return place, name.rsplit('" on table "', 1)[0] if '" on table "' in name else name.rsplit('"', 1)[0]


def judge_sound(program, folder, name):
    """What is wrong, or ''."""
    with open(os.path.join(folder, 'expected', name + '.json'), encoding='utf-8') as recorded:
        expected = json.load(recorded)
    before = ['--against=' + path for path in expected.get('before', [])]
    # One row per constraint is enough; a server tells one.
    path = name.replace('synthetic-', 'synthetic/', 1) if name.startswith('synthetic-') else name
    verdict = verdicts.ask(program, [path], ['--max-rows=1', *before], folder)
    if verdict.trouble:
        return verdict.trouble
    wanted = {failed_key(e) for e in expected['errors'] if e.get('sqlstate') in verdicts.FOREIGN_KEY_STATES}
    said = []
    for what, difference in (('missed', wanted - verdict.foreign_key), ('false alarm', verdict.foreign_key - wanted)):
        said += ['%s %s' % (what, sorted(difference, key=str)[:3])] if difference else []
    said += ['undecided at %s' % verdict.undecided[:3]] if verdict.undecided else []
    for table, count in sorted(expected['rows'].items()):
        if verdict.rows.get(table, count) not in (count, None):
            said.append('%s has %d rows, not %d' % (table, count, verdict.rows[table]))
    return '; '.join(said[:5])


def judge_damaged(program, folder, name):
    done = subprocess.run([program, 'check', name], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    if done.returncode != 2:
        return 'exit %d, not 2' % done.returncode
    return '' if name in done.stderr.decode(errors='replace') else 'the message does not name the file'


def main():
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument('--bin', required=True)
    cli.add_argument('folder')
    given = cli.parse_args()
    program, folder = os.path.abspath(given.bin), os.path.abspath(given.folder)
    cases = [(judge_sound, os.path.relpath(path, folder + '/expected')[:-len('.json')])
             for path in glob.glob(folder + '/expected/**/*.json', recursive=True)]
    cases += [(judge_damaged, 'damaged/' + name) for name in os.listdir(folder + '/damaged') if name not in UNSEEN]
    cases.sort(key=lambda case: case[1])
    with concurrent.futures.ThreadPoolExecutor(verdicts.cores()) as pool:
        results = list(pool.map(lambda case: case[0](program, folder, case[1]), cases))
    bad = collections.Counter(bool(result) for result in results)[True]
    for (_, name), result in zip(cases, results):
        if result:
            print('%-44s %s' % (name, result))
    print('%d inputs, %d not as wanted' % (len(results), bad))
    sys.exit(1 if bad or not results else 0)


if __name__ == '__main__':
    main()
