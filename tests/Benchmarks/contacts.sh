#!/usr/bin/env bash
# The contact policy and the hand-over against a plain log of a million contacts: consents by their own times, lists, agent
# holds, stops, pauses, recalls, quiet hours and caps, with restarts and repeats. Ends with 0 when no cap was exceeded,
# nothing was wrongly refused, and nothing was handed over against a word:
#   tests/Benchmarks/contacts.sh [contacts] [seed]
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build -c Release -v q tests/Benchmarks/Zhice.ContactSimulation >&2
exec dotnet tests/Benchmarks/Zhice.ContactSimulation/bin/Release/net10.0/Zhice.ContactSimulation.dll "$@"
