"""The command line against its page, and what it may not load before it is asked to work."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "commands.md"
HEAVY = ("duckdb", "pyarrow", "numpy", "numba", "networkit", "scipy", "sqlite3")


def commands() -> dict[str, Any]:
    """Return name -> command, as the terminal offers them."""
    from fanal.cli.main import app

    group: Any = typer.main.get_command(app)
    return dict(named(group.commands))


def named(commands: dict[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each command by the words that call it, those of a group in its place."""
    for name, command in commands.items():
        if hasattr(command, "commands"):
            yield from named(command.commands, f"{before}{name} ")
        else:
            yield before + name, command


def offered(command: Any) -> tuple[set[str], set[str]]:
    """Return a command's options (every spelling but help) and its arguments."""
    options: set[str] = set()
    arguments: set[str] = set()
    for parameter in command.params:
        if parameter.param_type_name == "argument":
            names = str(parameter.metavar or parameter.name.upper())
            arguments |= set(re.findall(r"[A-Z_]+", names))
        elif not parameter.hidden and "--help" not in parameter.opts:
            options |= {*parameter.opts, *parameter.secondary_opts}
    return options, arguments


def sections() -> Iterator[tuple[str, str]]:
    """Yield (command, its section) of the page."""
    parts = re.split(
        r"^## `fanal ((?:about|text) \w+|\w+)[^\n]*\n",
        PAGE.read_text(encoding="utf-8"),
        flags=re.MULTILINE,
    )
    yield from zip(parts[1::2], parts[2::2], strict=True)


def documented(section: str) -> tuple[set[str], set[str]]:
    """Return the options and arguments that the tables of a section list."""
    options: set[str] = set()
    arguments: set[str] = set()
    for cell in re.findall(r"^\| (`[^|]+`) \|", section, re.MULTILINE):
        found = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", cell))
        options |= found
        if not found:
            arguments |= {word.rstrip("…") for word in re.findall(r"[A-Z_]+…?", cell)}
    return options, arguments


def test_the_page_lists_the_commands_and_no_others() -> None:
    assert [name for name, _ in sections()] == list(commands())


@pytest.mark.parametrize("name", sorted(commands()))
def test_each_option_is_documented_and_each_documented_option_exists(name: str) -> None:
    options, arguments = offered(commands()[name])
    told_options, told_arguments = documented(dict(sections())[name])
    assert told_options == options
    assert told_arguments == arguments


@pytest.mark.parametrize("name", sorted(commands()))
def test_help_says_what_each_option_does(name: str) -> None:
    silent = [
        parameter.name
        for parameter in commands()[name].params
        if parameter.param_type_name == "option" and not parameter.hidden and not parameter.help
    ]
    assert not silent
    assert commands()[name].help


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """Run Python with the given words, and return what it said."""
    return subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["add", "--help"]])
def test_help_loads_nothing_heavy(words: list[str]) -> None:
    program = (
        "import json, sys\n"
        f"sys.argv = ['fanal', *{words!r}]\n"
        "from fanal.cli.main import main\n"
        "try:\n"
        "    main()\n"
        "except SystemExit as leave:\n"
        "    assert not leave.code, leave.code\n"
        f"print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))\n"
    )
    done = run("-c", program)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == []


def test_import_fanal_loads_nothing_heavy() -> None:
    done = run("-c", f"import fanal, sys; print([m for m in {HEAVY!r} if m in sys.modules])")
    assert done.stdout.strip() == "[]", done.stderr


def test_a_command_that_does_not_exist_is_a_usage_error() -> None:
    done = run("-m", "fanal", "nosuchcommand")
    assert done.returncode == 2
    assert "nosuchcommand" in done.stderr
    assert done.stdout == ""


def test_the_version_is_the_packages() -> None:
    from fanal import __version__

    assert run("-m", "fanal", "--version").stdout.strip() == f"fanal {__version__}"
