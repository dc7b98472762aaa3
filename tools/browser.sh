#!/bin/sh
# Sees to Chromium, one font and a library that Playwright's own node needs, for the browser
# tests. As root on a Debian, apt brings what is missing; elsewhere a missing Chromium means
# skipped tests, and with CI=true failed ones.
set -eu
cd "$(dirname "$0")/.."

has_chromium() {
  for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then return 0; fi
  done
  return 1
}

missing=""
has_chromium || missing="chromium fonts-dejavu-core"
for node in .venv/lib/python3*/site-packages/playwright/driver/node; do
  "$node" --version >/dev/null 2>&1 || missing="$missing libatomic1"
done
[ -n "$missing" ] || exit 0
# shellcheck disable=SC2086 # one word per package
tools/apt.sh $missing || echo 'browser: no browser; its tests will not run' >&2
