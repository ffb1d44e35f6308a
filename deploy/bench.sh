#!/usr/bin/env bash
# Measures the product beside its peers, and writes artifacts/bench/bench.md and bench.json: deploy/bench.sh [OPTIONS] [NAME...]
#
#   NAME        which benchmarks; without a name those of most bars, in about 25 minutes. --list says all
#   --quick     2 rounds of 2 s with few customers: shows that all works, and no speed
#   --keep      make the ratios of this run the baseline, tests/Benchmarks/baseline.json
#   --soak-minutes N   how long the soak takes; 60 without
#   --out DIR   where the report goes
#
# Each benchmark starts what it needs and ends it. Run it on an idle machine. Exits with 1 when a ratio is worse than the baseline by over
# 10 %, with 2 when a benchmark broke.
set -euo pipefail
cd "$(dirname "$0")/.."
names=() options=()
while [ $# -gt 0 ]; do
  case $1 in
  -h | --help) sed -n '2,12s/^# \{0,1\}//p' "$0"; exit 0 ;;
  --list) list=yes ;;
  --quick | --keep) options+=("$1") ;;
  --soak-minutes) [ $# -ge 2 ] || { echo "--soak-minutes needs a number." >&2; exit 2; }
    options+=(--soak-minutes "$2"); shift ;;
  --out) [ $# -ge 2 ] || { echo "--out needs a folder." >&2; exit 2; }
    options+=(--out "$2"); shift ;;
  -*) echo "'$1' is unknown: deploy/bench.sh [--quick] [--keep] [--list] [--soak-minutes N] [--out DIR] [NAME...]" >&2; exit 2 ;;
  *) names+=("$1") ;;
  esac
  shift
done
[ ${#names[@]} -gt 0 ] || names=(peers reserved events start silos identity fan-out delivery cold)
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# need COMMAND PACKAGE: installs a Debian package when its command is missing, or says what to do.
need() {
  has() { command -v "$1" >/dev/null || compgen -G "$1" >/dev/null; }
  has "$1" && return
  if command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ]; then
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$2"; } >/dev/null 2>&1 || true
  fi
  has "$1" || { echo "The benchmarks need '$1': install the package '$2' (apt-get install $2) and run this again." >&2; exit 2; }
}
need '/usr/lib/postgresql/*/bin/pg_ctl' postgresql
need redis-server redis-server
case " ${names[*]} " in *" silos "*) need haproxy haproxy ;; esac
case " ${names[*]} " in *" profile "*) need perf linux-perf ;; esac

for project in silo client/Zhice.Cli tests/Benchmarks/Zhice.Echo tests/Benchmarks/Peers/Zhice.Peers tests/Benchmarks/Zhice.Bench; do
  dotnet build -c Release -v q "$project" >&2
done
bench=tests/Benchmarks/Zhice.Bench/bin/Release/net10.0/Zhice.Bench
[ -z "${list:-}" ] || { "$bench" bars --help; exit 0; }
commit=$(git rev-parse --short HEAD 2>/dev/null || echo unknown)
exec "$bench" bars "${names[@]}" --commit "$commit" "${options[@]}"
