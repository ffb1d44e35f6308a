#!/usr/bin/env bash
# Contacts a second of a campaign, all durable: tests/Benchmarks/fan-out.sh [--help | options]
# Starts a PostgreSQL of its own in a temporary folder, and removes it at the end.
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build -c Release -v q silo >&2
dotnet build -c Release -v q client/Zhice.Cli >&2
dotnet build -c Release -v q tests/Benchmarks/Zhice.Bench >&2
export DOTNET_GCgen0size=0x10000000 DOTNET_GCGen0MaxBudget=0x10000000 # as docs/operations.md advises for campaigns
exec tests/Benchmarks/Zhice.Bench/bin/Release/net10.0/Zhice.Bench fan-out "$@"
