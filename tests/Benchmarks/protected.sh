#!/usr/bin/env bash
# What a caller at 200 recommendations a second notices of other work: tests/Benchmarks/protected.sh [--help | options]
# Beside 20 simulations, 100 exports, 40 event streams at full speed and 64 dear audience counts, in turn: failed calls,
# p50 and p99, and how much the silo grows. Ends with 1 if a bar is missed. Starts a PostgreSQL of its own in a temporary
# folder, and removes it at the end.
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build -c Release -v q silo >&2
dotnet build -c Release -v q tests/Benchmarks/Zhice.Bench >&2
exec tests/Benchmarks/Zhice.Bench/bin/Release/net10.0/Zhice.Bench protected "$@"
