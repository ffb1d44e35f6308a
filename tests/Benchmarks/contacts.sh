#!/usr/bin/env bash
# The contact policy against a plain log of a million contacts, with restarts and repeats; ends with 0 when no cap was
# exceeded and nothing was wrongly refused:
#   tests/Benchmarks/contacts.sh [contacts] [seed]
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build -c Release -v q tests/Benchmarks/Zhice.ContactSimulation >&2
exec dotnet tests/Benchmarks/Zhice.ContactSimulation/bin/Release/net10.0/Zhice.ContactSimulation.dll "$@"
