#!/usr/bin/env bash
# Run a command with TRAMA_DATABASE pointing at a throw-away PostgreSQL with PostGIS on a local socket.
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

as_owner "$bin/initdb" -D "$place/data" --auth=trust --encoding=UTF8 --no-sync >/dev/null
as_owner "$bin/pg_ctl" -D "$place/data" -w -l "$place/log" \
  -o "-c listen_addresses='' -c unix_socket_directories='$place' -c fsync=off" start >/dev/null
as_owner "$bin/psql" -h "$place" -d postgres -q -c "CREATE ROLE trama SUPERUSER LOGIN" -c "CREATE DATABASE trama OWNER trama"
as_owner "$bin/psql" -h "$place" -d template1 -q -c "CREATE EXTENSION postgis"
as_owner "$bin/psql" -h "$place" -d trama -q -c "CREATE EXTENSION IF NOT EXISTS postgis"
chmod o+x "$place"
TRAMA_DATABASE="postgresql://trama@/trama?host=$place" "$@"
