#!/usr/bin/env bash
# What the domain's hot paths cost, without a silo round them: tests/Benchmarks/domain.sh [expressions | --help]; default: expressions
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build -c Release -v q tests/Benchmarks/Zhice.DomainBench >&2
exec tests/Benchmarks/Zhice.DomainBench/bin/Release/net10.0/Zhice.DomainBench "${@:-expressions}"
