#!/usr/bin/env bash
# The console against its bars, on a quiet machine:
#   tests/Benchmarks/console.sh [customers] [turns]
# It starts a silo with so many customers (default 1,000,000), one of whom has 10,000 events, and prints:
#   - the first page: from the navigation to its title, in a browser with an empty cache (bar 1,000 ms)
#   - the overview with its figures (bar 500 ms) and the page of the customer with 10,000 events (bar 300 ms): from a click on another page
#     of the console, and in a new tab with the console's parts in the cache, where the browser starts the console too
#   - p99 of Recommend without a page and with 20 open overviews, by turns (bar 2 % more). The browser, which is on other machines in reality,
#     has the lowest priority then
# Needs chromium, h2load (nghttp2-client) and Node.js 20.10 or newer.
set -euo pipefail
cd "$(dirname "$0")/../.."
customers=${1:-1000000} turns=${2:-5}
grpc=7571 http=7570
for tool in chromium h2load node; do command -v "$tool" >/dev/null || { echo "This needs $tool." >&2; exit 1; }; done
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT

dotnet build -c Release -v q silo >&2
dotnet build -c Release -v q client/Zhice.Cli >&2
zhice() { dotnet client/Zhice.Cli/bin/Release/net10.0/zhice.dll --address http://127.0.0.1:$grpc "$@"; }
until_said() { for _ in $(seq 1500); do grep -q "$2" "$1" && return; sleep 0.2; done; cat "$1"; exit 1; }

ASPNETCORE_ENVIRONMENT=Development dotnet silo/bin/Release/net10.0/Zhice.Silo.dll --Zhice:Data="$work/data" --Zhice:GrpcPort=$grpc \
  --Zhice:HttpPort=$http --Zhice:SiloPort=7572 --Zhice:GatewayPort=7573 >"$work/silo.log" 2>&1 &
until_said "$work/silo.log" "is ready"

# The sample's customers and a day of their traffic; then others, until there are so many.
zhice sample play --customers 2000 >&2
rest=$((customers > 41188 ? customers - 41188 : 0))
if [ "$rest" -gt 0 ]; then
  awk -v n="$rest" 'BEGIN { print "customer_id,age,job"; for (i = 1; i <= n; i++) printf "load-%07d,%d,%s\n", i, 18 + i % 60, i % 2 ? "technician" : "services" }' >"$work/more.csv"
  zhice import "$work/more.csv" >&2
fi
awk 'BEGIN { srand(1); for (i = 1; i <= 10000; i++) printf "{\"eventId\":\"busy-%d\",\"customerId\":\"bm-000007\",\"eventTypeId\":\"%s\"}\n", i, (i % 3 ? "page_view" : "app_open") }' >"$work/events.ndjson"
zhice events stream "$work/events.ndjson" >&2

chromium --headless=new --no-sandbox --disable-gpu --remote-debugging-port=9333 --user-data-dir="$work/browser" about:blank >"$work/chromium.log" 2>&1 &
until_said "$work/chromium.log" "DevTools listening"
node --experimental-websocket --no-warnings tests/Benchmarks/console.mjs "http://127.0.0.1:$http" 9333 times

pgrep -f "user-data-dir=$work/browser" | xargs -r renice -n 19 -p >/dev/null 2>&1 || true
placement=app_home customer=bm-000001
byte() { printf '\\x%02x' "$1"; }
{ printf '%b' "\\x00\\x00\\x00\\x00$(byte $((4 + ${#customer} + ${#placement})))"
  printf '%b' "\\x0a$(byte ${#customer})$customer\\x12$(byte ${#placement})$placement"; } >"$work/request"
# p99 of Recommend in microseconds, at a rate that leaves the silo room.
measure() {
  h2load -D 8 --warm-up-time 1 -c 4 -m 2 -t 1 -r 500 --rate-period 1s -d "$work/request" -H 'content-type: application/grpc' -H 'te: trailers' \
    --log-file="$work/lane" "http://127.0.0.1:$grpc/zhice.v1.RecommendationService/Recommend" >/dev/null 2>&1 ||
  h2load -D 8 --warm-up-time 1 -c 4 -m 2 -t 1 -d "$work/request" -H 'content-type: application/grpc' -H 'te: trailers' \
    --log-file="$work/lane" "http://127.0.0.1:$grpc/zhice.v1.RecommendationService/Recommend" >/dev/null
  awk '$2 == 200 { print $3 }' "$work/lane" | sort -n | awk '{ t[NR] = $1 } END { print t[int(NR * 0.99)] }'
  rm -f "$work/lane"
}
measure >/dev/null
for _ in $(seq "$turns"); do
  alone=$(measure)
  node --experimental-websocket --no-warnings tests/Benchmarks/console.mjs "http://127.0.0.1:$http" 9333 open 20
  watched=$(measure)
  node --experimental-websocket --no-warnings tests/Benchmarks/console.mjs "http://127.0.0.1:$http" 9333 close
  awk -v a="$alone" -v b="$watched" 'BEGIN { printf "p99 of Recommend: %d us alone, %d us with 20 pages, %+.1f %%\n", a, b, 100 * (b / a - 1) }'
done
