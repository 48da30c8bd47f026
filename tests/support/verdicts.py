"""What `pgfk check -f json` says of a script, reduced to what a server can be held against."""
import json
import os
import subprocess

FOREIGN_KEY_STATES = ('23503', '23001')
EXIT_STATES = (0, 1, 2, 3)


class Verdict:
    """The answer of one run.

    foreign_key: {(psql line or dumpId, constraint)} of what fails with 23503 or 23001.
    other: {(psql line, sqlstate)} of what fails otherwise.
    undecided: [psql line] of what it would not decide; doubts: why, as far as told.
    rows: {schema.table: rows_after}, None where it does not know.
    trouble: why there is no answer, or None.
    """

    def __init__(self, result=None, trouble=None):
        self.foreign_key, self.other, self.undecided, self.rows = set(), set(), [], {}
        self.findings, self.doubts, self.trouble = [], [], trouble
        if result is None:
            return
        try:
            self._read(result)
        except (KeyError, TypeError) as missing:
            self.trouble = 'not the JSON contract: %r' % missing

    def _read(self, result):
        self.findings = result['findings']
        for finding in self.findings:
            # In an archive there are no lines but those of its entries.
            line = finding['statement'].get('toc_id') or finding['statement']['psql_line']
            if finding['verdict'] == 'undecided':
                self.undecided.append(line)
                self.doubts.append(finding.get('doubt') or finding.get('headline') or 'not told')
            elif finding['verdict'] != 'fails' or not finding['sqlstate']:
                continue
            elif finding['sqlstate'] not in FOREIGN_KEY_STATES:
                self.other.add((line, finding['sqlstate']))
            elif finding['reported']:
                self.foreign_key.add((line, (finding['constraint'] or {}).get('name')))
        for table in result.get('tables', []):
            self.rows['%s.%s' % (table['schema'], table['table'])] = table['rows_after']


def ask(program, scripts, options=(), folder=None, timeout=60):
    """The Verdict of PROGRAM check on SCRIPTS, run in FOLDER."""
    command = [program, 'check', '-f', 'json', *options, *scripts]
    try:
        done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout)
    except subprocess.TimeoutExpired:
        return Verdict(trouble='no answer in %d s' % timeout)
    if done.returncode not in EXIT_STATES or not done.stdout:
        return Verdict(trouble='exit %d: %s' % (done.returncode, done.stderr.decode(errors='replace').strip()[-400:]))
    try:
        return Verdict(json.loads(done.stdout))
    except ValueError as error:
        return Verdict(trouble='not JSON: %s' % error)


def cores():
    return len(os.sched_getaffinity(0))
