#!/bin/sh
# Sees to a PostgreSQL server for the tests of `fanal about sample`. As root on a Debian, apt brings
# it; elsewhere a missing one means skipped tests, and with CI=true failed ones.
set -eu
cd "$(dirname "$0")/.."

for folder in /usr/lib/postgresql/*/bin; do
  if [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ]; then exit 0; fi
done
if command -v initdb >/dev/null 2>&1 && command -v postgres >/dev/null 2>&1; then exit 0; fi
tools/apt.sh postgresql || echo 'postgres: no server; its tests will not run' >&2
