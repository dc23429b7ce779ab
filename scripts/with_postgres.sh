#!/usr/bin/env bash
# Run a command with TRAMA_DATABASE pointing at a throw-away PostgreSQL with PostGIS on loopback.
# Uses an existing server instead where TRAMA_TEST_DATABASE is already set.
set -euo pipefail
if [ -n "${TRAMA_TEST_DATABASE:-}" ]; then TRAMA_DATABASE="$TRAMA_TEST_DATABASE" exec "$@"; fi

bin="$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)"
if [ -z "$bin" ]; then
  echo "Manca PostgreSQL con PostGIS. Su Debian: sudo apt-get install postgresql postgresql-15-postgis-3" >&2
  exit 2
fi
place="$(mktemp -d)"
as_owner() { "$@"; }
if [ "$(id -u)" -eq 0 ]; then
  chown postgres "$place"
  as_owner() { runuser -u postgres -- "$@"; }
fi
stop() { as_owner "$bin/pg_ctl" -D "$place/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$place"; }
trap stop EXIT

port="$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"
as_owner "$bin/initdb" -D "$place/data" --auth=trust --encoding=UTF8 --no-sync >/dev/null
as_owner "$bin/pg_ctl" -D "$place/data" -w -l "$place/log" \
  -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='$place' -c fsync=off" start >/dev/null
sql() { as_owner "$bin/psql" -h "$place" -p "$port" -q "$@"; }
sql -d template1 -c "CREATE EXTENSION postgis"
sql -d postgres -c "CREATE ROLE trama SUPERUSER LOGIN" -c "CREATE DATABASE trama OWNER trama"
TRAMA_DATABASE="postgresql://trama@127.0.0.1:$port/trama" "$@"
