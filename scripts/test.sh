#!/usr/bin/env bash
# Builds and tests everything, as a change has to pass: scripts/test.sh [release|sanitizers|threads]...
#
#   release     warnings are errors; all tests, the recorded answers of PostgreSQL and a run against a live server among them
#   sanitizers  the same tests under the address and undefined-behaviour sanitizers
#   threads     the tests that use several threads under the thread sanitizer
#
# Without arguments all three. Missing Debian packages are installed first. The last line counts the tests of all runs.
set -uo pipefail
cd "$(dirname "$0")/.."

scripts/packages.sh test || exit 1

jobs=$(nproc)
launcher=()
command -v ccache >/dev/null && launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
results=()

# stage PRESET TARGET [CTEST-OPTION...]: a build that fails ends everything, a test that fails does not end the other stages.
stage() {
  local preset=$1 target=$2
  shift 2
  echo "== $preset"
  cmake --preset "$preset" "${launcher[@]}" >/dev/null || exit 1
  cmake --build --preset "$preset" --parallel "$jobs" --target "$target" || exit 1
  local report="$PWD/build/$preset/tests.xml"
  rm -f "$report"
  ctest --test-dir "build/$preset" --parallel "$jobs" --output-on-failure --output-junit "$report" "$@"
  results+=("$report")
}

[ $# -eq 0 ] && set -- release sanitizers threads
for name in "$@"; do
  case "$name" in
    release) stage ci all ;;
    sanitizers) stage dev all ;;
    threads) stage thread thread_tests --label-regex threads ;;
    *) echo "test.sh: no stage \"$name\"" >&2; exit 2 ;;
  esac
done

python3 - "${results[@]}" <<'PYTHON'
import sys
import xml.etree.ElementTree

total = failed = skipped = 0
for path in sys.argv[1:]:
    suite = xml.etree.ElementTree.parse(path).getroot()
    total += int(suite.get('tests'))
    failed += int(suite.get('failures'))
    skipped += int(suite.get('skipped')) + int(suite.get('disabled'))
passed = total - failed - skipped
print('%d passed, %d failed%s' % (passed, failed, ', %d skipped' % skipped if skipped else ''))
sys.exit(1 if failed or not passed else 0)
PYTHON
