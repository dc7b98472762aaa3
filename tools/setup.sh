#!/bin/sh
# Makes .venv with what a make target needs: tools/setup.sh run|lint|test|bench
#
# 1. uv does it when it is there; otherwise python -m venv and pip.
# 2. apt is asked only as root and only for what is missing.
# 3. The stamp .venv/.ready-NAME tells make that nothing is left to do.
set -eu
cd "$(dirname "$0")/.."
need=${1:?usage: tools/setup.sh run|lint|test|bench}

say() { printf 'setup: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# Prints the first Python that is new enough, or nothing.
new_enough_python() {
  for python in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      printf '%s\n' "$python"
      return
    fi
  done
}

make_venv() {
  .venv/bin/python -m pip --version >/dev/null 2>&1 && return
  python=$(new_enough_python)
  if [ -z "$python" ]; then
    tools/apt.sh python3 python3-venv || fail "Fanal needs Python 3.11 or newer"
    python=$(new_enough_python)
    [ -n "$python" ] || fail "Fanal needs Python 3.11 or newer; this system has an older one"
  fi
  if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    tools/apt.sh python3-venv || fail "Python's venv module is missing"
  fi
  say "making .venv with $("$python" --version)"
  "$python" -m venv --clear .venv
}

with_uv() {
  group=""
  [ "$need" = run ] || group="--group $need"
  say "uv sync $group"
  # shellcheck disable=SC2086 # an empty group is no argument
  uv sync --quiet --inexact --no-default-groups $group
}

with_pip() {
  make_venv
  group=""
  if [ "$need" != run ]; then
    group="--group $need"
    # `--group` came with pip 25.1, Debian 12 has 23.0.
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
  fi
  say "pip install --editable . $group (a minute or two, once)"
  # shellcheck disable=SC2086 # an empty group is no argument
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --editable . $group
}

if command -v uv >/dev/null 2>&1; then with_uv; else with_pip; fi
touch ".venv/.ready-$need"
