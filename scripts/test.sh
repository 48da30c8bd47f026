#!/usr/bin/env bash
# Builds and tests everything, as a change has to pass: scripts/test.sh [release|sanitizers|threads]...
#
#   release     the program as it is shipped (GCC), warnings being errors, against recorded answers of PostgreSQL and against a live server
#   sanitizers  the unit tests and the recorded answers under the address and undefined-behaviour sanitizers (clang, which takes half the time)
#   threads     the parts that use several threads under the thread sanitizer (clang)
#   fuzz        each fuzz target for FUZZ_SECONDS (5), from the fixtures on
#
# Without arguments all four. Missing Debian packages are installed first. The last line counts the tests of all runs.
set -uo pipefail
cd "$(dirname "$0")/.."

scripts/packages.sh test || exit 1

jobs=$(nproc)
launcher=()
command -v ccache >/dev/null && launcher+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
command -v mold >/dev/null && launcher+=(-DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=mold)
results=()

# stage PRESET COMPILER TARGETS [CTEST-OPTION...]: a build that fails ends everything, a test that fails does not end the other stages.
stage() {
  local preset=$1 compiler=$2 targets
  read -ra targets <<< "$3"
  shift 3
  echo "== $preset"
  # Without debug information and optimisation a build takes half the time, and the sanitizers find the same or more.
  cmake --preset "$preset" -DCMAKE_CXX_COMPILER="$compiler" "${launcher[@]}" -DPGFK_WERROR=ON -DCMAKE_CXX_FLAGS_DEBUG=-O0 >/dev/null || exit 1
  cmake --build --preset "$preset" --parallel "$jobs" --target "${targets[@]}" || exit 1
  local report="$PWD/build/$preset/tests.xml"
  rm -f "$report"
  ctest --test-dir "build/$preset" --parallel "$jobs" --output-on-failure --output-junit "$report" "$@"
  results+=("$report")
}

fuzz_failed=0
[ $# -eq 0 ] && set -- release sanitizers threads fuzz
for name in "$@"; do
  case "$name" in
    release) stage ci g++ "pgfk archive_tool" --label-regex 'conformance|differential|growth|hooks' ;;
    sanitizers) stage dev clang++ all --exclude-regex 'conformance_1[78]|differential|growth|restores|^archives$|^hooks' ;;
    threads) stage thread clang++ thread_tests --label-regex '^threads$' ;;
    fuzz) echo "== fuzz"; scripts/fuzz.sh "${FUZZ_SECONDS:-5}" || fuzz_failed=1 ;;
    *) echo "test.sh: no stage \"$name\"" >&2; exit 2 ;;
  esac
done

[ ${#results[@]} -eq 0 ] && exit $fuzz_failed
FUZZ_FAILED=$fuzz_failed python3 - "${results[@]}" <<'PYTHON'
import os
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
sys.exit(1 if failed or not passed or os.environ['FUZZ_FAILED'] != '0' else 0)
PYTHON
