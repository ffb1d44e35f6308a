#!/usr/bin/env bash
# Three silos on one PostgreSQL under load, killed, frozen, and their database crashed, while customers refuse and allow, channels
# are stopped, and campaigns paused and cancelled; a checker keeps its own model:
#   tests/Benchmarks/chaos.sh [kills] [database restarts] [freezes] [events/s] [seconds between] [seed]
# Prints each fault with the seconds until every customer of a probe was served again, then the counts. Fails when an
# acknowledged event is lost or doubled, a cap is exceeded, something is handed over against a word or refused without one,
# or the grid takes longer than 20 s to serve again.
set -euo pipefail
cd "$(dirname "$0")/../.."
export ZHICE_CHAOS_KILLS=${1:-5} ZHICE_CHAOS_RESTARTS=${2:-3} ZHICE_CHAOS_FREEZES=${3:-1}
export ZHICE_SERVED_AGAIN_SECONDS=20 ZHICE_CHAOS_RATE=${4:-3500} ZHICE_CHAOS_PAUSE=${5:-5} ZHICE_CHAOS_CONTACTED=${ZHICE_CHAOS_CONTACTED:-6000}
if [ $# -ge 6 ]; then export ZHICE_FAULT_SEED=$6; fi

dotnet build -c Release -v q tests/System >&2
# The test's own output comes with the detailed log, indented by one blank.
dotnet test tests/System -c Release --no-build --filter FullyQualifiedName~Faults.ChaosTests --logger 'console;verbosity=detailed' |
  sed -un '/^ [^ ]/s/^ //p;/Error Message/,/Stack Trace/p;/^ *\(Failed\|Passed\)/p'
