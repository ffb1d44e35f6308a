#!/usr/bin/env bash
# Memory per active customer, and the same customers in Redis: tests/Benchmarks/memory.sh [--help | options]
# Three rounds over 1,000,000 grains of six kinds take half an hour and up to 8 GiB; --rounds 1 --only customer is short.
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build -c Release -v q tests/Benchmarks/Zhice.Bench >&2
exec tests/Benchmarks/Zhice.Bench/bin/Release/net10.0/Zhice.Bench memory "$@"
