#!/bin/sh
# tools/apt.sh PACKAGE...: installs Debian packages as root; otherwise says what to install and
# fails. Quiet unless it fails.
set -eu
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "apt: missing: $*. On Debian or Ubuntu: sudo apt-get install $*" >&2
  exit 1
fi
echo "apt: installing $*" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
DEBIAN_FRONTEND=noninteractive
export DEBIAN_FRONTEND
if apt-get update -qq >"$log" 2>&1 &&
  apt-get install -y -qq --no-install-recommends "$@" >>"$log" 2>&1; then
  exit 0
fi
tail -n 20 "$log" >&2
echo "apt: could not install $*" >&2
exit 1
