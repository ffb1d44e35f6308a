#!/usr/bin/env bash
# Three silos run a campaign; a silo is killed three times and PostgreSQL restarted once in mid-fan-out; the delivered stream is
# checked: tests/Benchmarks/campaign-chaos.sh [customers]
set -euo pipefail
cd "$(dirname "$0")/../.."
export ZHICE_CAMPAIGN_CUSTOMERS=${1:-100000}
dotnet build -c Release -v q tests/System >&2
dotnet test tests/System -c Release --no-build --filter FullyQualifiedName~CampaignTests.Three_silos --logger 'console;verbosity=normal'
