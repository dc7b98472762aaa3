#!/bin/sh
# Builds the wheel, installs it with its requirements into an empty environment outside the
# repository, and runs it there. Needs a package registry.
set -eu
cd "$(dirname "$0")/.."
root=$(pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT INT TERM
rm -rf build
.venv/bin/python -m hatchling build -t wheel -d "$place/wheel"
if command -v uv >/dev/null 2>&1; then
  uv venv --quiet --python "$root/.venv/bin/python" "$place/venv"
  uv pip install --quiet --python "$place/venv/bin/python" "$place"/wheel/*.whl
else
  .venv/bin/python -m venv "$place/venv"
  "$place/venv/bin/python" -m pip install --quiet --disable-pip-version-check "$place"/wheel/*.whl
fi
cd "$place"
"$place/venv/bin/fanal" --help
"$place/venv/bin/fanal" demo "$place/world" --no-open
du -sh "$place/venv"
