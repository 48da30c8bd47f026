#!/usr/bin/env bash
# Builds the fuzz targets with clang and runs each, two at a time: scripts/fuzz.sh [SECONDS [TARGET...]] (default: 60 seconds, all targets)
#
# What a target has learnt stays in build/fuzz/corpus, an input that breaks it goes to build/fuzz/findings, and the exit status is 1.
# Needs clang and its runtime (Debian: clang-14 libclang-rt-14-dev, or the newer ones).
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
shift || true
build=build/fuzz

launcher=()
command -v ccache >/dev/null && launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
cmake -S . -B "$build" -G Ninja -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_BUILD_TYPE=RelWithDebInfo -DPGFK_FUZZ=ON -DPGFK_TESTS=OFF "${launcher[@]}" >/dev/null
cmake --build "$build" --target fuzz_targets

targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
  for seeds in "$build"/fuzz/*.seeds; do targets+=("$(basename "$seeds" .seeds)"); done
fi

run() {
  local name=$1 seconds=$2 build=$3
  local corpus="$build/corpus/$name" seeds="$build/seeds/$name" findings="$build/findings"
  mkdir -p "$corpus" "$seeds" "$findings"
  # Patterns, one a line.
  while read -r pattern; do
    for file in $pattern; do [ -f "$file" ] && cp "$file" "$seeds/${file//\//_}"; done
  done < "$build/fuzz/$name.seeds"
  local log="$build/$name.log" status=0
  "$build/fuzz/$name" -max_total_time="$seconds" -timeout=120 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 \
    -artifact_prefix="$findings/$name-" "$corpus" "$seeds" >"$log" 2>&1 || status=$?
  local runs
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  if [ $status -eq 0 ]; then echo "$name: ${runs:-0} runs, no finding"; return 0; fi
  echo "$name: FINDING after ${runs:-?} runs, see $log and $findings"
  return 1
}
export -f run

printf '%s\n' "${targets[@]}" | xargs -P 2 -I{} bash -c 'run "$@"' run {} "$seconds" "$build"
