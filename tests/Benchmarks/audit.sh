#!/usr/bin/env bash
# What the audit trail costs: changes and reads that are recorded, beside a durable write that is not: tests/Benchmarks/audit.sh
# Starts a PostgreSQL of its own in a temporary folder, and removes it at the end.
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build -c Release -v q silo >&2
dotnet build -c Release -v q tests/Benchmarks/Zhice.Bench >&2
exec tests/Benchmarks/Zhice.Bench/bin/Release/net10.0/Zhice.Bench audit
