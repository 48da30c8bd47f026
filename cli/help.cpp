// pgfk help, version and explain: what needs no input. The manual page docs/pgfk.1 says more; change both.
#include <string_view>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/run.h"
#include "cli/version.h"
#include "parsers/sql/pg_query.h"
#include "rules/explain.h"

namespace pgfk {
namespace {

constexpr std::string_view kHelp = R"(pgfk finds the statements of PostgreSQL dumps and seeds that fail with SQLSTATE 23503.

Usage:
  pgfk [check] [OPTION]... FILE|DIR...   what fails, why, what to do; - is standard input
  pgfk order   [OPTION]... FILE|DIR...   the order in which tables or files should load
  pgfk fix     [OPTION]... FILE|DIR...   scripts and plain dumps that load, written anew
  pgfk schema  [OPTION]... FILE...       tables and foreign keys as understood
  pgfk log     [OPTION]... LOGFILE...    foreign key failures in server logs
  pgfk explain CODE|23503|NAME           long text on a cause, with a worked example
  pgfk help, pgfk version

Input (each file is a session of its own, in one database):
      --one-session            all files in one session, as psql -f A -f B
      --against=FILE|DIR       schema and rows loaded before; repeatable
      --assume-parent=unknown|absent   tables of --against that nothing fills (default unknown)
  -n, -N, -t, -T PATTERN       only / except schemas, tables: whose foreign keys are told of
  -d, --dbname=NAME            the database the sessions start in
      --setting=NAME=VALUE     a setting every session starts with; repeatable
      --variable=NAME=VALUE    a psql variable, as psql -v; repeatable
      --pg-version=N           target server, 13 to 18 (default: the dump's, else 18)
  -E, --encoding=ENCODING      client_encoding of the sessions
  -Z, --decompress=auto|none|gzip|lz4|zstd|bzip2|xz
                               compressed inputs are decoded (auto: by content)

Restore (how the input will be loaded):
  -1, --single-transaction     -e, --exit-on-error (psql: ON_ERROR_STOP)
  -j, --jobs=N                 verdicts are the same
  of archives, as pg_restore has them:
  -a, --data-only   -s, --schema-only   --disable-triggers   --no-data-for-failed-tables
  -L, --use-list=FILE   --section=pre-data|data|post-data   -F, --format=c|d|t|p (else by content)
      --as=superuser|owner     who loads (default superuser)

Output:
  -o, --output=FILE            default standard output
  -f, --output-format=full|concise|summary|json|jsonl|sarif|github|gitlab|junit|rdjsonl
      --report=FORMAT:FILE     write that format too; repeatable
      --max-rows=N             rows and failures shown per constraint (default 3, 0 = all)
      --redact[=keys|all]      hash key values and hide rows; all: hide the input's text
      --stdin-filepath=PATH    what standard input is called
      --color=auto|always|never   --width=N   -q, --quiet   -v, --verbose   --statistics
      --progress=auto|always|never   on standard error, after a second

Rules and limits:
      --select=CODES           tell only these: codes, names or beginnings (FK00), with commas
      --ignore=CODES           leave these out of every output and of the exit status
      --strict                 undecided statements make exit status 3
      --fail-on=error|warning|undecided|never
      --baseline=FILE          known findings, which fail no check
      --write-baseline         write all there are now to it   --prune-baseline  drop what is gone
  -c, --config=FILE            instead of the nearest .pgfk.toml   --no-config
      --threads=N              default: one per core
      --memory=SIZE            bound on keys and rows held (default: half of memory)
      --tmpdir=DIR             for temporary files (default: TMPDIR, else /tmp)

order:   --emit=tables|files|list (for pg_restore -L)|sql (the whole script)
         --check (exit 1 if out of order)   --write (seed files, in place)   --diff
         --cycles=fail|deferrable|two-phase|not-valid   keys that no order of statements meets
fix:     --orphans=fail|stub|null|quarantine|drop   -o FILE|DIR   --diff   --cycles=...
schema:  --graph=dot|mermaid

log (LOGFILE may be a folder; - is standard input):
  -f, --output-format=summary|full|concise|json|jsonl|csv
      --log-format=stderr|csvlog|jsonlog|syslog|client   normally detected; -f takes these, too
  -p, --prefix=STRING          log_line_prefix, normally detected
      --time-zone=ZONE         of times without a zone
  -b, --begin=TIME             --end=TIME   in the log's own time where no zone is written
      --group-by=constraint,direction,db,user,app,statement,key,hour
      --top=N                  groups shown in texts
      --dump=FILE              whether missing keys are in that dump
      --follow                 go on reading until interrupted

Exit status:
  0  nothing fails                     1  a statement fails (order --check: out of order;
                                          fix, order --write: rows are missing all the same)
  2  usage, or an unreadable input     3  undecided, under --strict     130  interrupted


Comments in SQL:
  -- pgfk:ignore CODES [CONSTRAINT] -- why     in the next statement; pgfk:ignore-file: in the file
  -- pgfk:assume rows TABLE(COLUMN) from TABLE -- why

Environment: PGFK_OPTS, NO_COLOR, CLICOLOR_FORCE, PG_COLOR, TMPDIR. Nothing is sent anywhere.
)";

}  // namespace

int run_help(std::ostream& out) {
  out << kHelp;
  return kExitFine;
}

int run_version(std::ostream& out) {
  out << fmt::format("pgfk {} (PostgreSQL {} grammar)\n", kVersion, grammar_version());
  return kExitFine;
}

int run_explain(const CommandLine& line, std::ostream& out) {
  const std::string& topic = line.inputs.front();
  if (const std::optional<std::string> text = explanation(topic)) {
    out << *text;
    return kExitFine;
  }
  print_error({fmt::format("nothing known about \"{}\"", topic), {}, "pgfk explain 23503 lists the causes.", {}});
  return kExitUsage;
}

}  // namespace pgfk
