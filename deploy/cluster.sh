#!/usr/bin/env bash
# A cluster of N silos on this machine, on one PostgreSQL.
#
#   deploy/cluster.sh N [--port BASE] [--data FOLDER] [--connection CS] [--balancer] [-- SETTING ...]
#
#   N                how many silos, 1 to 20
#   --port BASE      the first of the ports (7300): HTTP and gRPC of the balancer at BASE and BASE+1; silo i has
#                    BASE+10i HTTP, +1 gRPC, +2 silo, +3 Orleans' gateway; PostgreSQL BASE+9
#   --data FOLDER    where logs lie, and PostgreSQL if none is given (cluster-data)
#   --connection CS  the connection string of a PostgreSQL; without it one is started in FOLDER by deploy/postgres.sh.
#                    Keep a password out of the command line: leave this away and set ConnectionStrings__Zhice
#   --balancer       HAProxy before the silos, by deploy/haproxy.cfg: one customer's calls go to one silo
#   SETTING          of every silo, such as --Zhice:Sample=true
#
# A silo that ends is started again, at once the first time, then with pauses that grow to 30 s. Ctrl-C or SIGTERM stops
# all of them, each drained.
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

usage() { sed -n '2,17s/^# \{0,1\}//p' "$0"; }
fail() { echo "deploy/cluster.sh: $1" >&2; exit 2; }

base=7300 data=cluster-data connection=${ConnectionStrings__Zhice:-} balancer='' count=''
while [ $# -gt 0 ]; do
  case $1 in
  -h | --help) usage; exit 0 ;;
  --port | --data | --connection) [ $# -ge 2 ] || fail "$1 needs a value; see --help."
    case $1 in --port) base=$2 ;; --data) data=$2 ;; --connection) connection=$2 ;; esac
    shift ;;
  --balancer) balancer=yes ;;
  --) shift; break ;;
  -*) fail "there is no option '$1'; settings of the silos come after '--'. See --help." ;;
  *) [ -z "$count" ] || fail "one number of silos is enough; '$1' is too much. See --help."
    count=$1 ;;
  esac
  shift
done
whole() { [[ $1 =~ ^[0-9]{1,5}$ ]] && ((10#$1 >= $2 && 10#$1 <= $3)); }
whole "$count" 1 20 || fail "say how many silos, 1 to 20. See --help."
whole "$base" 1024 65000 || fail "--port must be 1024 to 65000."
count=$((10#$count)) base=$((10#$base))
silo=$root/silo/bin/Release/net10.0/Zhice.Silo.dll
[ -f "$silo" ] || { echo "Building the silo" && dotnet build -c Release "$root/silo" -v q; } || fail "the silo did not build."
[ -z "$balancer" ] || command -v haproxy >/dev/null || fail "--balancer needs HAProxy (apt-get install haproxy)."
mkdir -p "$data" || fail "$data cannot be made."
data=$(cd "$data" && pwd)

own_postgres=''
if [ -z "$connection" ]; then
  # PostgreSQL does not run as root and must be able to enter the folder.
  chmod a+x "$data"
  connection=$("$root/deploy/postgres.sh" start "$data/postgres" "$((base + 9))") || exit 1
  own_postgres=yes
fi
# Callers are the developer, who needs no token: the silos listen on this machine only.
export ASPNETCORE_ENVIRONMENT=${ASPNETCORE_ENVIRONMENT:-Development}
# In the environment, as a command line can be read by everyone on the machine.
export ConnectionStrings__Zhice=$connection

declare -A pid restarts due
stopping=''

start() {
  local i=$1 port=$((base + 10 * $1))
  shift
  # In a group of its own: Ctrl-C at the terminal is for this script, which then stops the silos one way.
  setsid dotnet "$silo" --Zhice:Store=postgres "--Zhice:Data=$data/silo-$i" "--Zhice:HttpPort=$port" "--Zhice:GrpcPort=$((port + 1))" \
    "--Zhice:SiloPort=$((port + 2))" "--Zhice:GatewayPort=$((port + 3))" --Zhice:Dashboard=false "$@" >>"$data/silo-$i.log" 2>&1 &
  pid[$i]=$!
}

balance() {
  # The servers of the sample configuration are replaced by ours, in each of its back ends.
  awk -v base="$base" -v count="$count" '
    /^ *server silo/ { next }
    /^ *bind/ { sub(/:7301/, ":" base + 1); sub(/:7300/, ":" base) }
    { print }
    /^backend / { kind = $2 }
    /# servers/ { for (i = 1; i <= count; i++) {
      http = base + 10 * i
      server = sprintf("    server silo%d 127.0.0.1:", i)
      if (kind == "silos_grpc") printf "%s%d proto h2 check-proto h1 port %d\n", server, http + 1, http
      else if (kind == "silos_http") printf "%s%d track silos_grpc/silo%d\n", server, http, i
      else printf "%s%d proto h2 track silos_grpc/silo%d\n", server, http + 1, i } }' "$root/deploy/haproxy.cfg" >"$data/haproxy.cfg"
  if ! haproxy -c -q -f "$data/haproxy.cfg"; then
    echo "HAProxy refuses $data/haproxy.cfg." >&2
    stop
    return
  fi
  setsid haproxy -db -f "$data/haproxy.cfg" >>"$data/haproxy.log" 2>&1 &
  pid[0]=$!
}

stop() {
  [ -z "$stopping" ] || return
  stopping=yes
  echo
  echo "Stopping, each silo drained"
}
trap stop INT TERM HUP

for ((i = 1; i <= count; i++)); do restarts[$i]=0 due[$i]=0; start "$i" "$@"; done
[ -z "$balancer" ] || balance
echo "$count silos on $([ -n "$own_postgres" ] && echo "a PostgreSQL of their own at 127.0.0.1:$((base + 9))" || echo "the PostgreSQL given"); logs in $data"
for ((i = 1; i <= count; i++)); do echo "  silo $i   gRPC http://127.0.0.1:$((base + 10 * i + 1))   REST http://127.0.0.1:$((base + 10 * i))"; done
[ -z "$balancer" ] || echo "  all      gRPC http://127.0.0.1:$((base + 1))   REST http://127.0.0.1:$base"
echo "  Try      dotnet run -c Release --project client/Zhice.Cli -- catalog apply deploy/sample/catalog --address http://127.0.0.1:$((base + 11))"

ready() { [ "$(curl -s -o /dev/null -m 2 -w '%{http_code}' "http://127.0.0.1:$((base + 10 * $1))/healthz")" = 200 ]; }

shown=''
while [ -z "$stopping" ]; do
  line=''
  for ((i = 1; i <= count; i++)); do
    if kill -0 "${pid[$i]}" 2>/dev/null; then
      if ready "$i"; then line+=" silo $i ready"; due[$i]=0; else line+=" silo $i starting"; fi
      continue
    fi
    now=$(date +%s)
    if [ "${due[$i]}" -eq 0 ]; then
      code=0
      wait "${pid[$i]}" 2>/dev/null || code=$?
      pause=$((restarts[$i] == 0 ? 0 : 1 << (restarts[$i] < 6 ? restarts[$i] - 1 : 5)))
      [ "$pause" -le 30 ] || pause=30
      due[$i]=$((now + pause))
      echo "$(date +%T) silo $i ended with $code: $(grep '^Zhice.Silo ' "$data/silo-$i.log" | tail -n 1 | cut -c1-200) starting it again in $pause s"
    fi
    if [ "$now" -ge "${due[$i]}" ]; then
      due[$i]=0 restarts[$i]=$((restarts[$i] + 1))
      start "$i" "$@"
    fi
    line+=" silo $i down"
  done
  if [ -n "$balancer" ] && ! kill -0 "${pid[0]}" 2>/dev/null; then line+=", no balancer (see $data/haproxy.log)"; balance; fi
  if [ "$line" != "$shown" ]; then echo "$(date +%T)$line"; shown=$line; fi
  sleep 1 &
  wait $! 2>/dev/null
done

for ((i = 1; i <= count; i++)); do kill -TERM "${pid[$i]}" 2>/dev/null; done
for ((i = 1; i <= count; i++)); do
  while kill -0 "${pid[$i]}" 2>/dev/null; do wait "${pid[$i]}" 2>/dev/null; done
done
[ -z "$balancer" ] || kill -TERM "${pid[0]}" 2>/dev/null
[ -z "$own_postgres" ] || "$root/deploy/postgres.sh" stop "$data/postgres"
echo "Stopped"
