#!/usr/bin/env bash
# A funnel of 90 days by DuckDB over a lake of 50,000,000 facts, on two cores: tests/Benchmarks/lake.sh [FACTS]
# Writes the lake into a temporary folder (about 1 GB), and removes it at the end.
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build -c Release -v q tests/Benchmarks/Zhice.LakeBench >&2
exec tests/Benchmarks/Zhice.LakeBench/bin/Release/net10.0/Zhice.LakeBench "$@"
