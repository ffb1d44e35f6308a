#!/usr/bin/env bash
# What the domain's hot paths cost, without a silo round them, by BenchmarkDotNet: tests/Benchmarks/domain.sh [OPTIONS]
#   tests/Benchmarks/domain.sh                      all, in about 6 minutes; the report goes to artifacts/bench/domain
#   tests/Benchmarks/domain.sh --filter '*Part*'    those whose names fit; --list flat names them, --help has all options
set -euo pipefail
cd "$(dirname "$0")/../.."
[ $# -gt 0 ] || set -- --filter '*'
dotnet build -c Release -v q tests/Benchmarks/Zhice.DomainBench >&2
exec tests/Benchmarks/Zhice.DomainBench/bin/Release/net10.0/Zhice.DomainBench "$@"
