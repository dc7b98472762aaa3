#!/bin/sh
# Sees to Chromium and one font for the browser tests. As root on a Debian, apt brings them;
# elsewhere a missing Chromium means skipped tests, and with CI=true failed ones.
set -eu
missing=""
if ! command -v chromium >/dev/null 2>&1 && ! command -v chromium-browser >/dev/null 2>&1 &&
  ! command -v google-chrome >/dev/null 2>&1; then
  missing="chromium"
fi
if [ -n "$missing" ] && ! ls /usr/share/fonts/truetype/dejavu/*.ttf >/dev/null 2>&1; then
  missing="$missing fonts-dejavu-core"
fi
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "browser: no Chromium found; install it to run the browser tests" >&2
  exit 0
fi
echo "browser: apt-get install $missing" >&2
apt-get update -qq >/dev/null || echo "browser: apt-get update failed" >&2
# shellcheck disable=SC2086 # one word per package
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null ||
  echo "browser: apt-get could not install $missing" >&2
