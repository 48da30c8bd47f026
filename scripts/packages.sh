#!/usr/bin/env bash
# Installs the Debian packages that are missing: scripts/packages.sh build|test
# "build" is what compiling needs, "test" that and what all tests need.
set -euo pipefail

build=(g++ cmake ninja-build pkg-config libpg-query-dev libsimdjson-dev libabsl-dev libfmt-dev libboost-dev libboost-program-options-dev
  libhwy-dev libicu-dev libre2-dev libtomlplusplus-dev nlohmann-json3-dev libbz2-dev libisal-dev liblz4-dev liblzma-dev libzstd-dev zlib1g-dev)
test=(catch2 git pre-commit python3 python3-jsonschema libxml2 mold clang libclang-rt-14-dev valgrind)

case "${1:-}" in
  build) wanted=("${build[@]}") ;;
  test) wanted=("${build[@]}" "${test[@]}") ;;
  *) echo "usage: scripts/packages.sh build|test" >&2; exit 2 ;;
esac

installed() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }

missing=()
for package in "${wanted[@]}"; do installed "$package" || missing+=("$package"); done
# A server of any version will do for the differential test; 15 is the one whose answers are recorded most.
server=false
[ "$1" = test ] && ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null && server=true
[ ${#missing[@]} -eq 0 ] && [ "$server" = false ] && exit 0

if ! command -v apt-get >/dev/null; then
  echo "packages.sh: missing, and no apt-get to install them with: ${missing[*]}" >&2
  exit 1
fi
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -q
if [ "$server" = true ]; then
  if apt-cache show postgresql-15 >/dev/null 2>&1; then missing+=(postgresql-15); else missing+=(postgresql); fi
fi
"${as_root[@]}" apt-get install -q -y --no-install-recommends "${missing[@]}"
