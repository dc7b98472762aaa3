#!/bin/sh
# Sees to Chromium and one font for the browser tests. As root on a Debian, apt brings them;
# elsewhere a missing Chromium means skipped tests, and with CI=true failed ones.
set -eu
cd "$(dirname "$0")/.."
for name in chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
tools/apt.sh chromium fonts-dejavu-core || echo 'browser: no Chromium; its tests will not run' >&2
