#!/usr/bin/env bash
# How long the value of a campaign of a million contacts takes to compare, and the silo's memory for it: tests/Benchmarks/value.sh [--help | options]
# Starts a PostgreSQL of its own in a temporary folder, and removes it at the end.
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build -c Release -v q silo >&2
dotnet build -c Release -v q tests/Benchmarks/Zhice.Bench >&2
exec tests/Benchmarks/Zhice.Bench/bin/Release/net10.0/Zhice.Bench value "$@"
