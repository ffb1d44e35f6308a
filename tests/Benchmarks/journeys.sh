#!/usr/bin/env bash
# Journeys: event to move, timers due by the thousand, a million that wait, event to contact: tests/Benchmarks/journeys.sh [--help | options]
# A million timers that are due at the same instant: tests/Benchmarks/journeys.sh same-instant [--help | options]
# Starts a PostgreSQL of its own in a temporary folder, and removes it at the end. Takes about 5 minutes.
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build -c Release -v q silo >&2
dotnet build -c Release -v q tests/Benchmarks/Zhice.Bench >&2
[[ "${1:-}" == same-instant ]] || set -- journeys "$@"
exec tests/Benchmarks/Zhice.Bench/bin/Release/net10.0/Zhice.Bench "$@"
