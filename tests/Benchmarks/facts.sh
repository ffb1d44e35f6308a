#!/usr/bin/env bash
# Facts appended/s to PostgreSQL, and how long a campaign of a million contacts takes to report: tests/Benchmarks/facts.sh
# Starts a PostgreSQL of its own in a temporary folder, and removes it at the end.
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build -c Release -v q tests/Benchmarks/Zhice.StoreBench >&2
folder=$(mktemp -d)
chmod 755 "$folder"
trap 'deploy/postgres.sh stop "$folder" >&2; rm -rf "$folder"' EXIT
connection=$(deploy/postgres.sh start "$folder" "${PORT:-55499}")
tests/Benchmarks/Zhice.StoreBench/bin/Release/net10.0/Zhice.StoreBench facts "$connection"
