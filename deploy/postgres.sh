#!/usr/bin/env bash
# A PostgreSQL server of one's own, in a folder and on a port of its own, for tests, benchmarks and deploy/cluster.sh.
#
#   deploy/postgres.sh start FOLDER PORT [SETTING=VALUE ...]   makes the cluster if need be; prints the connection string
#   deploy/postgres.sh stop FOLDER [smart|fast|immediate]      (fast)
#   deploy/postgres.sh restart FOLDER [smart|fast|immediate]   (fast)
#
# PostgreSQL refuses to run as root: as root it runs as the user "postgres", who then owns FOLDER. Only from this machine, and
# with the password in FOLDER/password, which its owner alone can read, anyone may connect. Commits are durable (fsync and synchronous_commit on) unless a SETTING says else.
set -euo pipefail

usage() { sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2; }
fail() { echo "deploy/postgres.sh: $1" >&2; exit 1; }

[ $# -ge 2 ] || usage
verb=$1 folder=$2
shift 2

bin=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -1 || true)
[ -n "$bin" ] || bin=$(dirname "$(command -v pg_ctl || echo /nowhere/pg_ctl)")
[ -x "$bin/pg_ctl" ] || fail "PostgreSQL's server is not installed; install the package 'postgresql' (apt-get install postgresql)."

# as_owner COMMAND...: as the user that the server runs as.
as_owner() { if [ "$(id -u)" -eq 0 ]; then (cd / && setpriv --reuid=postgres --regid=postgres --init-groups "$@"); else "$@"; fi; }

mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
data=$folder/data log=$folder/server.log

case $verb in
start)
  [ $# -ge 1 ] || usage
  port=$1
  shift
  if [ "$(id -u)" -eq 0 ]; then chown postgres "$folder"; fi
  if [ ! -f "$data/PG_VERSION" ]; then
    (umask 077 && head -c 24 /dev/urandom | base64 | tr '+/' '-_' >"$folder/password")
    if [ "$(id -u)" -eq 0 ]; then chown postgres "$folder/password"; fi
    as_owner "$bin/initdb" -D "$data" -U zhice --auth=scram-sha-256 --pwfile="$folder/password" --encoding=UTF8 --locale=C.UTF-8 >/dev/null ||
      fail "initdb failed in $data; may the user that the server runs as enter the folders above it?"
    cat >>"$data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
shared_buffers = 256MB
max_wal_size = 4GB
wal_compression = off
wal_init_zero = off
CONF
  fi
  sed -i '/^# by deploy\/postgres.sh start$/,$d' "$data/postgresql.conf"
  {
    echo "# by deploy/postgres.sh start"
    echo "port = $port"
    for setting in "$@"; do echo "${setting%%=*} = '${setting#*=}'"; done
  } >>"$data/postgresql.conf"
  as_owner "$bin/pg_ctl" -D "$data" -l "$log" -w -t 60 start >/dev/null || fail "the server did not start; see $log"
  # One that was made without a password asks for none.
  password=$(cat "$folder/password" 2>/dev/null || true)
  export PGPASSWORD=$password
  "$bin/psql" -h 127.0.0.1 -p "$port" -U zhice -d postgres -qAtc "SELECT 1 FROM pg_database WHERE datname = 'zhice'" | grep -q 1 ||
    "$bin/createdb" -h 127.0.0.1 -p "$port" -U zhice zhice
  echo "Host=127.0.0.1;Port=$port;Username=zhice;${password:+Password=$password;}Database=zhice"
  ;;
stop | restart)
  [ -f "$data/PG_VERSION" ] || fail "$folder holds no server."
  as_owner "$bin/pg_ctl" -D "$data" -l "$log" -w -t 60 -m "${1:-fast}" "$verb" >/dev/null || fail "pg_ctl $verb failed; see $log"
  ;;
*) usage ;;
esac
