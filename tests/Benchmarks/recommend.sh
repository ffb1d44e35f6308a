#!/usr/bin/env bash
# Recommend against a bare gRPC echo of the same messages, side by side in one run:
#   tests/Benchmarks/recommend.sh [rounds] [seconds] [silo settings...]
# The load generator shares the machine with both, so only the ratio says something. Prints each round, then medians.
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-5} seconds=${2:-5}
shift $(($# > 2 ? 2 : $#))
grpc=7371 echo=7391 placement=app_home lanes=4
command -v h2load >/dev/null || { echo "This needs h2load: apt-get install nghttp2-client" >&2; exit 1; }
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT

dotnet build -c Release -v q silo >&2
dotnet build -c Release -v q tests/Benchmarks/Zhice.Echo >&2

# until_said FILE WORDS: waits until a program says that it is ready.
until_said() { for _ in $(seq 600); do grep -q "$2" "$1" && return; sleep 0.2; done; cat "$1"; exit 1; }

ASPNETCORE_ENVIRONMENT=Development dotnet silo/bin/Release/net10.0/Zhice.Silo.dll --Zhice:Data="$work/data" --Zhice:GrpcPort=$grpc \
  --Zhice:HttpPort=7370 --Zhice:SiloPort=7372 --Zhice:GatewayPort=7373 --Zhice:Dashboard=false "$@" >"$work/silo.log" 2>&1 &
until_said "$work/silo.log" "is ready"
dotnet tests/Benchmarks/Zhice.Echo/bin/Release/net10.0/Zhice.Echo.dll --Like=http://127.0.0.1:$grpc \
  --Customer=bm-000001 --Placement=$placement --Port=$echo >"$work/echo.log" 2>&1 &
until_said "$work/echo.log" "is ready"

byte() { printf '\\x%02x' "$1"; }
# A gRPC frame with a RecommendRequest {customer_id, placement_id} for each lane's customer.
for lane in $(seq $lanes); do
  customer=$(printf 'bm-%06d' $((lane * 9973)))
  { printf '%b' "\\x00\\x00\\x00\\x00$(byte $((4 + ${#customer} + ${#placement})))"
    printf '%b' "\\x0a$(byte ${#customer})$customer\\x12$(byte ${#placement})$placement"; } >"$work/request.$lane"
done

# measure PORT: requests/s, p50 and p99 in microseconds.
measure() {
  rm -f "$work"/lane.*
  for lane in $(seq $lanes); do
    h2load -D "$seconds" --warm-up-time 1 -c 4 -m 8 -t 1 -d "$work/request.$lane" -H 'content-type: application/grpc' -H 'te: trailers' \
      --log-file="$work/lane.$lane" "http://127.0.0.1:$1/zhice.v1.RecommendationService/Recommend" >"$work/out.$lane" &
    pids[lane]=$!
  done
  wait "${pids[@]}"
  grep -h "^requests:" "$work"/out.* | grep -v " 0 failed" && { echo "requests failed" >&2; exit 1; }
  cat "$work"/lane.* | awk '$2 == 200 { print $3 }' | sort -n |
    awk -v s="$seconds" '{ t[NR] = $1 } END { printf "%d %d %d\n", NR / s, t[int(NR * 0.5)], t[int(NR * 0.99)] }'
}

measure $echo >/dev/null
measure $grpc >/dev/null # both are compiled now
printf '%-8s %12s %8s %8s %12s %8s %8s %8s\n' round "recommend/s" p50us p99us "echo/s" p50us p99us ratio
for round in $(seq "$rounds"); do
  read -r r50s r50 r99 <<<"$(measure $grpc)"
  read -r e50s e50 e99 <<<"$(measure $echo)"
  ratio=$(awk -v a="$r50s" -v b="$e50s" 'BEGIN { printf "%.3f", a / b }')
  printf '%-8s %12s %8s %8s %12s %8s %8s %8s\n' "$round" "$r50s" "$r50" "$r99" "$e50s" "$e50" "$e99" "$ratio" | tee -a "$work/rounds"
done
for column in 2:recommend/s 3:recommend-p50-us 4:recommend-p99-us 5:echo/s 6:echo-p50-us 7:echo-p99-us 8:ratio; do
  awk -v c="${column%%:*}" '{ print $c }' "$work/rounds" | sort -n |
    awk -v name="${column#*:}" '{ v[NR] = $1 } END { printf "%-18s median %s, from %s to %s\n", name, v[int((NR + 1) / 2)], v[1], v[NR] }'
done
