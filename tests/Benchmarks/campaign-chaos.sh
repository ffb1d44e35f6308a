#!/usr/bin/env bash
# Three silos run campaigns; a silo is killed three times and PostgreSQL crashed once in mid-fan-out, while customers refuse and
# allow, channels are stopped, and campaigns paused, recalled and cancelled. What gateways got is held against what was
# forbidden when:
#   tests/Benchmarks/campaign-chaos.sh [--failover] [customers]
# --failover: PostgreSQL has a synchronous standby, which is promoted in place of the crashed server. ZHICE_FAULT_SEED repeats a run.
# Ends with 0 when nothing was exceeded, wrongly refused, handed over against a word, lost or doubled.
set -euo pipefail
cd "$(dirname "$0")/../.."
if [ "${1:-}" = --failover ]; then export ZHICE_CAMPAIGN_FAILOVER=1; shift; fi
export ZHICE_CAMPAIGN_CUSTOMERS=${1:-100000}
dotnet build -c Release -v q tests/System >&2
# The test's own output comes with the detailed log, indented by one blank.
dotnet test tests/System -c Release --no-build --filter FullyQualifiedName~CampaignChaosTests --logger 'console;verbosity=detailed' |
  sed -un '/^ [^ ]/s/^ //p;/Error Message/,/Stack Trace/p;/^ *\(Failed\|Passed\)/p'
