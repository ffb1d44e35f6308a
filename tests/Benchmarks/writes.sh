#!/usr/bin/env bash
# Durable writes/s, group commit over stock AdoNet persistence, and their latency at half the rate: tests/Benchmarks/writes.sh [--help | options]
# Starts a PostgreSQL of its own in a temporary folder, and removes it at the end.
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build -c Release -v q tests/Benchmarks/Zhice.Bench >&2
exec tests/Benchmarks/Zhice.Bench/bin/Release/net10.0/Zhice.Bench writes "$@"
