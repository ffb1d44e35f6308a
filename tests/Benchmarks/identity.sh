#!/usr/bin/env bash
# Recommend with TLS and a JWT against the same in clear text without one, by turns in one run, and with the JWT alone between them:
#   tests/Benchmarks/identity.sh [rounds] [seconds]
# Three silos in memory; the load generator shares the machine with them and encrypts too, so only the ratios say something. Prints each
# round, then medians; cpu is the processor time of the silo for a call, which other work on the machine disturbs less.
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-5} seconds=${2:-5}
plain=7371 token_only=7376 secured=7381 placement=app_home lanes=4
command -v h2load >/dev/null || { echo "This needs h2load: apt-get install nghttp2-client" >&2; exit 1; }
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT
[ -n "${NO_BUILD:-}" ] || dotnet build -c Release -v q silo >&2

base64url() { base64 -w0 | tr '+/' '-_' | tr -d '='; }
# A local issuer: its key as a JWK set, and a token of the role app for an hour, about 600 bytes long.
openssl genrsa -out "$work/key.pem" 2048 2>/dev/null
modulus=$(openssl rsa -in "$work/key.pem" -noout -modulus | cut -d= -f2 | sed 's/../\\x&/g')
modulus=$(printf '%b' "$modulus" | base64url)
printf '{"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":"bench","e":"AQAB","n":"%s"}]}' "$modulus" >"$work/keys.json"
head=$(printf '{"alg":"RS256","typ":"at+jwt","kid":"bench"}' | base64url)
body=$(printf '{"iss":"bench","aud":"zhice","sub":"bank-app","client_id":"bank-app","roles":["app"],"exp":%d}' $(($(date +%s) + 3600)) | base64url)
token=$head.$body.$(printf '%s' "$head.$body" | openssl dgst -sha256 -sign "$work/key.pem" -binary | base64url)
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/tls.key" -out "$work/tls.pem" -days 1 -subj /CN=localhost 2>/dev/null

# start NAME PORT SETTINGS...
start() {
  local name=$1 port=$2
  shift 2
  dotnet silo/bin/Release/net10.0/Zhice.Silo.dll --Zhice:Store=memory --Zhice:Data="$work/$name" --Zhice:Dashboard=false --Zhice:GrpcPort="$port" \
    --Zhice:HttpPort=$((port + 1)) --Zhice:SiloPort=$((port + 2)) --Zhice:GatewayPort=$((port + 3)) "$@" >"$work/$name.log" 2>&1 &
  pid[$port]=$!
}
declare -A pid
ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }
ASPNETCORE_ENVIRONMENT=Development start plain $plain
identity=(--Zhice:Identity:KeysFile="$work/keys.json" --Zhice:Identity:Issuer=bench --Zhice:Identity:Audience=zhice)
start token $token_only "${identity[@]}"
start secured $secured --Zhice:Tls:CertificateFile="$work/tls.pem" --Zhice:Tls:KeyFile="$work/tls.key" "${identity[@]}"
for name in plain token secured; do
  for _ in $(seq 900); do grep -q "is ready" "$work/$name.log" && break; sleep 0.2; done
  grep -q "is ready" "$work/$name.log" || { cat "$work/$name.log" >&2; exit 1; }
done

byte() { printf '\\x%02x' "$1"; }
# A gRPC frame with a RecommendRequest {customer_id, placement_id} for each lane's customer.
for lane in $(seq $lanes); do
  customer=$(printf 'bm-%06d' $((lane * 9973)))
  { printf '%b' "\\x00\\x00\\x00\\x00$(byte $((4 + ${#customer} + ${#placement})))"
    printf '%b' "\\x0a$(byte ${#customer})$customer\\x12$(byte ${#placement})$placement"; } >"$work/request.$lane"
done

# measure SCHEME PORT [OPTIONS OF H2LOAD...]: requests/s, p99 and processor time of a call in microseconds.
measure() {
  local before after
  rm -f "$work"/lane.*
  before=$(ticks "${pid[$2]}")
  for lane in $(seq $lanes); do
    h2load -D "$seconds" --warm-up-time 1 -c 4 -m 8 -t 1 -d "$work/request.$lane" -H 'content-type: application/grpc' -H 'te: trailers' \
      "${@:3}" --log-file="$work/lane.$lane" "$1://127.0.0.1:$2/zhice.v1.RecommendationService/Recommend" >"$work/out.$lane" &
    pids[lane]=$!
  done
  wait "${pids[@]}"
  after=$(ticks "${pid[$2]}")
  grep -h "^requests:" "$work"/out.* | grep -v " 0 failed" && { echo "requests failed" >&2; exit 1; }
  # The warm-up takes processor time too: calls are taken to be as many in its second as in the others.
  cat "$work"/lane.* | awk '$2 == 200 { print $3 }' | sort -n |
    awk -v s="$seconds" -v us=$(((after - before) * 1000000 / $(getconf CLK_TCK))) \
      '{ t[NR] = $1 } END { printf "%d %d %.1f\n", NR / s, t[int(NR * 0.99)], us / (NR * (s + 1) / s) }'
}

with_token=(-H "authorization: Bearer $token")
# A refusal is an answer of HTTP 200 too: one call must have a recommendation in it.
curl -sk --http2 -o "$work/answer" -H 'content-type: application/grpc' -H 'te: trailers' "${with_token[@]}" --data-binary "@$work/request.1" \
  "https://127.0.0.1:$secured/zhice.v1.RecommendationService/Recommend"
[ "$(stat -c %s "$work/answer")" -gt 100 ] || { echo "the token is refused" >&2; exit 1; }

measure http $plain >/dev/null
measure http $token_only "${with_token[@]}" >/dev/null
measure https $secured "${with_token[@]}" >/dev/null # all are compiled now
printf '%-6s %10s %8s %6s %10s %8s %6s %10s %8s %6s %8s %8s\n' round "secured/s" p99us cpuus "token/s" p99us cpuus "plain/s" p99us cpuus secured token
for round in $(seq "$rounds"); do
  read -r s s99 scpu <<<"$(measure https $secured "${with_token[@]}")"
  read -r p p99 pcpu <<<"$(measure http $plain)"
  read -r t t99 tcpu <<<"$(measure http $token_only "${with_token[@]}")"
  ratios=$(awk -v s="$s" -v t="$t" -v p="$p" 'BEGIN { printf "%8.3f %8.3f", s / p, t / p }')
  printf '%-6s %10s %8s %6s %10s %8s %6s %10s %8s %6s %s\n' "$round" "$s" "$s99" "$scpu" "$t" "$t99" "$tcpu" "$p" "$p99" "$pcpu" "$ratios" | tee -a "$work/rounds"
done
for column in 2:secured/s 4:secured-cpu-us 5:token/s 7:token-cpu-us 8:plain/s 10:plain-cpu-us 11:secured-ratio 12:token-ratio; do
  awk -v c="${column%%:*}" '{ print $c }' "$work/rounds" | sort -n |
    awk -v name="${column#*:}" '{ v[NR] = $1 } END { printf "%-18s median %s, from %s to %s\n", name, v[int((NR + 1) / 2)], v[1], v[NR] }'
done
