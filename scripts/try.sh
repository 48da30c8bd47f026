#!/usr/bin/env bash
# Builds pgfk and shows what it says of an example dump with one orphan row: scripts/try.sh [ARGUMENT OF PGFK...]
# Missing Debian packages are installed first. Afterwards the program is build/release/cli/pgfk.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/packages.sh build
cmake --preset release -DPGFK_TESTS=OFF >/dev/null
cmake --build --preset release --parallel "$(nproc)" --target pgfk

[ $# -eq 0 ] && set -- fixtures/examples/shop.sql
echo "\$ pgfk $*"
status=0
build/release/cli/pgfk "$@" || status=$?
# 1 is the answer "something fails", which is what the example is for.
[ $status -eq 1 ] || exit $status
