#!/usr/bin/env bash
# What grows with the number of customers, at a tenth of them and at all of them: tests/Benchmarks/scale.sh [customers]
# 1,000,000 by default take about 6 GB of disk; 5,000,000 take 30. Starts a PostgreSQL of its own in a temporary folder,
# and removes it at the end.
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build -c Release -v q silo >&2
dotnet build -c Release -v q tests/Benchmarks/Zhice.Bench >&2
exec tests/Benchmarks/Zhice.Bench/bin/Release/net10.0/Zhice.Bench scale --customers "${1:-1000000}"
