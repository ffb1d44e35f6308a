#!/usr/bin/env bash
# Recommend with TLS and a JWT against the same in clear text without one, by turns in one run, and with the JWT alone between them:
#   tests/Benchmarks/identity.sh [rounds] [seconds]
# Three silos in memory; the load generator shares the machine with them and encrypts too, so only the ratios say something. As callers in Go,
# Java and C++ do, it sends the token once on a connection, and then its place in the table of headers. Prints each round, then medians;
# cpu is the processor time of the silo for a call, which other work on the machine disturbs less.
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-5} seconds=${2:-5}
plain=7371 token_only=7376 secured=7381 placement=app_home customers='bm-009973 bm-019946 bm-029919 bm-039892'
load=tests/Benchmarks/Zhice.Bench/bin/Release/net10.0/Zhice.Bench
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT
[ -n "${NO_BUILD:-}" ] || { dotnet build -c Release -v q silo && dotnet build -c Release -v q tests/Benchmarks/Zhice.Bench; } >&2

base64url() { base64 -w0 | tr '+/' '-_' | tr -d '='; }
# A local issuer: its key as a JWK set, and a token of the role app for an hour, about 600 bytes long.
openssl genrsa -out "$work/key.pem" 2048 2>/dev/null
modulus=$(openssl rsa -in "$work/key.pem" -noout -modulus | cut -d= -f2 | sed 's/../\\x&/g')
modulus=$(printf '%b' "$modulus" | base64url)
printf '{"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":"bench","e":"AQAB","n":"%s"}]}' "$modulus" >"$work/keys.json"
head=$(printf '{"alg":"RS256","typ":"at+jwt","kid":"bench"}' | base64url)
body=$(printf '{"iss":"bench","aud":"zhice","sub":"bank-app","client_id":"bank-app","roles":["app"],"exp":%d}' $(($(date +%s) + 3600)) | base64url)
token=$head.$body.$(printf '%s' "$head.$body" | openssl dgst -sha256 -sign "$work/key.pem" -binary | base64url)
printf "%s" "$token" >"$work/token"
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

# measure PORT [OPTIONS OF THE LOAD...]: calls/s, p99 and processor time of a call in microseconds. It calls for a second before it measures; that
# takes processor time too: calls are taken to be as many in it as in the others.
measure() {
  local before after
  before=$(ticks "${pid[$1]}")
  # shellcheck disable=SC2086 # one customer each
  "$load" load --port "$1" --id $customers --placement $placement --seconds "$seconds" --warm 1 "${@:2}" >"$work/load.json"
  after=$(ticks "${pid[$1]}")
  awk -v s="$seconds" -v us=$(((after - before) * 1000000 / $(getconf CLK_TCK))) '
    function number() { sub(/.*: /, ""); sub(/,.*/, ""); return $0 + 0 }
    /"PerSecond":/ { rate = number() } /"P99Ms":/ { p99 = number() } /"Failed":|"Refused":/ { bad += number() }
    END { if (bad > 0 || rate == 0) { print "calls failed" > "/dev/stderr"; exit 1 } printf "%d %d %.1f\n", rate, p99 * 1000, us / (rate * (s + 1)) }
  ' "$work/load.json"
}

with_token=(--token "$work/token")
measure $plain >/dev/null
measure $token_only "${with_token[@]}" >/dev/null
measure $secured --tls "${with_token[@]}" >/dev/null # all are compiled now
printf '%-6s %10s %8s %6s %10s %8s %6s %10s %8s %6s %8s %8s\n' round "secured/s" p99us cpuus "token/s" p99us cpuus "plain/s" p99us cpuus secured token
for round in $(seq "$rounds"); do
  read -r s s99 scpu <<<"$(measure $secured --tls "${with_token[@]}")"
  read -r p p99 pcpu <<<"$(measure $plain)"
  read -r t t99 tcpu <<<"$(measure $token_only "${with_token[@]}")"
  ratios=$(awk -v s="$s" -v t="$t" -v p="$p" 'BEGIN { printf "%8.3f %8.3f", s / p, t / p }')
  printf '%-6s %10s %8s %6s %10s %8s %6s %10s %8s %6s %s\n' "$round" "$s" "$s99" "$scpu" "$t" "$t99" "$tcpu" "$p" "$p99" "$pcpu" "$ratios" | tee -a "$work/rounds"
done
for column in 2:secured/s 4:secured-cpu-us 5:token/s 7:token-cpu-us 8:plain/s 10:plain-cpu-us 11:secured-ratio 12:token-ratio; do
  awk -v c="${column%%:*}" '{ print $c }' "$work/rounds" | sort -n |
    awk -v name="${column#*:}" '{ v[NR] = $1 } END { printf "%-18s median %s, from %s to %s\n", name, v[int((NR + 1) / 2)], v[1], v[NR] }'
done
