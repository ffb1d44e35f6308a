#!/usr/bin/env bash
# Builds everything and runs all tests: deploy/test.sh [filter of dotnet test]
# deploy/test.sh --quick takes at most five minutes: of the grains and the system one test for each capability, of the other projects all
# but the slow classes (Category=Slow). Ends with one line "N passed, N failed, N skipped"; exits non-zero if anything failed.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
quick=
if [ "${1:-}" = --quick ]; then quick=Category=Quick; shift; fi
case ${1:-} in -*) echo "'$1' is unknown: deploy/test.sh [--quick] [filter of dotnet test]" >&2; exit 2 ;; esac
filter=${1:-}
passed=0 failed=0 skipped=0

finish() {
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
  exit
}

# need COMMAND PACKAGE: installs a Debian package when its command (a name, or a path with *) is missing, or says what to do.
need() {
  has() { command -v "$1" >/dev/null || compgen -G "$1" >/dev/null; }
  has "$1" && return
  if command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ]; then
    echo "Installing $2"
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$2"; } >/dev/null 2>&1
  fi
  has "$1" && return
  echo "The tests need '$1': install the package '$2' (apt-get install $2) and run this again." >&2
  failed=$((failed + 1))
  finish
}

# step NAME COMMAND...: counts as a test of its own. A command that could not check anything exits with 77.
step() {
  local name=$1 code=0
  shift
  echo "== $name"
  "$@" || code=$?
  case $code in
    0) passed=$((passed + 1)) ;;
    77) skipped=$((skipped + 1)) ;;
    *) failed=$((failed + 1)); echo "FAILED: $name" >&2; return 1 ;;
  esac
}

if ! command -v dotnet >/dev/null; then
  echo "The .NET 10 SDK is needed: https://dotnet.microsoft.com/download" >&2
  failed=1
  finish
fi
need node nodejs
need npm npm
need '/usr/lib/postgresql/*/bin/pg_ctl' postgresql
need /usr/sbin/nft nftables
need faketime faketime
need chromium chromium
need '/usr/share/fonts/opentype/noto/NotoSansCJK-*' fonts-noto-cjk
need /usr/sbin/pgbouncer pgbouncer

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
step "restore, as locked" dotnet restore --locked-mode -v q || finish
step "build" dotnet build -c Release --no-restore -v q || finish
if [ -z "$quick" ]; then
  step "install the contract's linter" npm ci --prefix protos --no-audit --no-fund --loglevel=error &&
    step "lint the contract" npx --prefix protos buf lint protos &&
    # After a release: npx --prefix protos buf build protos --exclude-source-info -o protos/released.binpb
    step "the contract breaks no caller of the release before" npx --prefix protos buf breaking protos --against protos/released.binpb
  step "install the Node client" npm ci --prefix tests/System/node --no-audit --no-fund --loglevel=error
  step "check the console's types" npm run --silent --prefix client/console check
  step "test the console's logic" npm run --silent --prefix client/console test
  step "list the packages of others" deploy/parts.sh list
  step "the packages have allowed licences" deploy/parts.sh licences
  step "the packages have no known vulnerability" deploy/parts.sh advisories
fi

results=$(mktemp -d) database=$(mktemp -d)
trap 'deploy/postgres.sh stop "$database" immediate; rm -rf "$results" "$database"' EXIT
trap 'exit 130' INT TERM

chmod 755 "$database"
port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
echo "== PostgreSQL on port $port"
ZHICE_TEST_POSTGRES=$(deploy/postgres.sh start "$database" "$port") || { failed=$((failed + 1)); finish; }
export ZHICE_TEST_POSTGRES

# run PROJECT: its tests; the exit code is kept for the count at the end.
run() {
  local chosen begun=$SECONDS
  local some=${quick:+Category!=Slow}
  case $1 in tests/Grains | tests/System) some=$quick ;; esac
  chosen=$some${some:+${filter:+&}}${filter:+($filter)}
  dotnet test "$1" -c Release --no-build --logger "trx;LogFileName=$results/${1##*/}.trx" --logger "console;verbosity=minimal" \
    ${chosen:+--filter "$chosen"}
  echo $? >"$results/${1##*/}.code"
  echo $((SECONDS - begun)) >"$results/${1##*/}.seconds"
}

# The tests that take longest, in seconds.
slowest() {
  sed -nE 's/.* testName="([^"]*)".* duration="([0-9]+):([0-9]+):([0-9]+)\..*/\2 \3 \4 \1/p' "$results"/*.trx |
    awk '{ seconds = $1 * 3600 + $2 * 60 + $3; $1 = $2 = $3 = ""; printf "%5d s %s\n", seconds, $0 }' | sort -rn | head -15
}

# One after the other, the fastest first: two at a time would take the processors from tests that wait for real processes.
projects=(tests/Architecture tests/Client tests/Catalogs tests/Cli tests/Domain tests/Api tests/Storage tests/Bulk tests/Grains tests/System)
for project in "${projects[@]}"; do
  echo "== $project"
  run "$project"
done
for project in "${projects[@]}"; do
  trx=$results/${project##*/}.trx code=$(cat "$results/${project##*/}.code" 2>/dev/null || echo 1)
  counter() { grep -o "<Counters [^>]*" "$trx" 2>/dev/null | grep -oE " $1=\"[0-9]+\"" | grep -oE '[0-9]+' || echo 0; }
  total=$(counter total) ok=$(counter passed) bad=$(counter failed)
  echo "$project: $ok passed, $bad failed, $((total - ok - bad)) skipped, in $(cat "$results/${project##*/}.seconds" 2>/dev/null || echo 0) s"
  passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + total - ok - bad))
  # A run that died, or a project that could not be run at all, has failed even when no test says so.
  if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then failed=$((failed + 1)); fi
done
echo "The slowest tests, of $((SECONDS / 60)) min $((SECONDS % 60)) s in all:"
slowest
finish
