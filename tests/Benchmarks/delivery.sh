#!/usr/bin/env bash
# Contacts acknowledged/s by one subscriber, and the time from a contact's commit to the stream: tests/Benchmarks/delivery.sh [--help | options]
# The same for a webhook: tests/Benchmarks/delivery.sh webhook [--help | options]
# The time of a lease on the store, behind contacts that wait or that came and went: tests/Benchmarks/delivery.sh lease [--help | options]
# Starts a PostgreSQL of its own in a temporary folder, and removes it at the end.
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build -c Release -v q tests/Benchmarks/Zhice.Bench >&2
[[ "${1:-}" == webhook || "${1:-}" == lease ]] || set -- delivery "$@"
exec tests/Benchmarks/Zhice.Bench/bin/Release/net10.0/Zhice.Bench "$@"
