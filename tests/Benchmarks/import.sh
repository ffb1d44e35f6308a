#!/usr/bin/env bash
# Bulk import into PostgreSQL through a silo and the command line, bar 30,000 customers/s:
#   tests/Benchmarks/import.sh [rows] [rounds]
# Each round loads the same file (60 tags a row) into an empty schema. Prints each round's customers/s, then lowest,
# median and highest; last, what the load alone takes, with no silo above the store.
set -euo pipefail
cd "$(dirname "$0")/../.."
rows=${1:-1000000} rounds=${2:-3}
grpc=7511
work=$(mktemp -d)
chmod 755 "$work"
trap 'kill $(jobs -p) 2>/dev/null || true; wait 2>/dev/null || true; deploy/postgres.sh stop "$work/pg" >/dev/null 2>&1 || true; rm -rf "$work"' EXIT

for project in silo client/Zhice.Cli tests/Benchmarks/Zhice.BulkFile; do
  dotnet build -c Release -v q "$project" >&2
done
bulkfile=(dotnet tests/Benchmarks/Zhice.BulkFile/bin/Release/net10.0/Zhice.BulkFile.dll)
zhice=(dotnet client/Zhice.Cli/bin/Release/net10.0/zhice.dll --address "http://127.0.0.1:$grpc")
postgres=$(deploy/postgres.sh start "$work/pg" 7513)
echo "Writing $rows customers of 60 tags"
"${bulkfile[@]}" "$work" "$rows"

# until_said FILE WORDS: waits until a program says that it is ready.
until_said() { for _ in $(seq 600); do grep -q "$2" "$1" && return; sleep 0.2; done; cat "$1"; exit 1; }

# rate FORMAT SCHEMA: loads the file into an empty schema, and prints rows/s from the operation's own times.

rate() {
  local service=$2
  ASPNETCORE_ENVIRONMENT=Development dotnet silo/bin/Release/net10.0/Zhice.Silo.dll --Zhice:Store=postgres --ConnectionStrings:Zhice="$postgres" \
    --Zhice:ServiceId="import_$service" --Zhice:Data="$work/data$service" --Zhice:GrpcPort=$grpc --Zhice:HttpPort=7510 \
    --Zhice:SiloPort=7512 --Zhice:GatewayPort=7514 --Zhice:Sample=false --Zhice:Dashboard=false >"$work/silo$service.log" 2>&1 &
  local silo=$!
  until_said "$work/silo$service.log" "is ready"
  "${zhice[@]}" catalog apply "$work/catalog" >/dev/null
  "${zhice[@]}" import "$work/customers.$1" --json | node -e '
    const about = JSON.parse(require("fs").readFileSync(0, "utf8")).metadata;
    const seconds = (new Date(about.endTime) - new Date(about.createTime)) / 1000;
    console.log(Math.round(about.loadedRows / seconds));'
  kill "$silo"
  wait "$silo" 2>/dev/null || true
}

for format in csv parquet; do
  : >"$work/rates.$format"
  for round in $(seq "$rounds"); do
    rate "$format" "$format$round" | tee -a "$work/rates.$format" | sed "s/^/$format, round $round: /; s/\$/ customers\/s/"
  done
  sort -n "$work/rates.$format" | awk -v format="$format" '{ r[NR] = $1 } END { print format ": lowest " r[1] ", median " r[int((NR + 1) / 2)] ", highest " r[NR] " customers/s" }'
  echo "$format, the load alone: $("${bulkfile[@]}" --load "$postgres" "$work" "customers.$format")"
done
