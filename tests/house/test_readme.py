"""What README and the guides tell people to type exists."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer.main

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def lines_to_type(page: Path) -> list[str]:
    """Return the lines of the shell blocks of a page, prompts and comments cut off."""
    blocks = re.findall(
        r"^```(?:sh|console|bash)\n(.*?)^```",
        page.read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    joined = "\n".join(blocks).replace("\\\n", " ")
    return [line.removeprefix("$ ").strip() for line in joined.splitlines()]


def typed(program: str) -> list[tuple[str, list[str]]]:
    """Return (page, words after the program) for each line that calls a program."""
    found = []
    for page in PAGES:
        for line in lines_to_type(page):
            for part in re.split(r"&&|\|\||;|\||(?<!\S)#", line):
                words = shlex.split(part) if part.count("'") % 2 == 0 else part.split()
                if program in words[:2]:
                    found.append((page.name, words[words.index(program) + 1 :]))
    return found


def test_the_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    told = typed("make")
    assert {"demo", "test"} <= {words[0] for page, words in told if page == "README.md"}
    assert {word for _, words in told for word in words if "=" not in word} <= targets


def test_the_commands_and_their_options_exist() -> None:
    from fanal.cli.main import app

    group: Any = typer.main.get_command(app)
    unknown = []
    told = typed("fanal")
    for page, words in told:
        if not words or words[0].startswith("-"):
            continue
        command = group.commands.get(words[0])
        if hasattr(command, "commands"):
            command = command.commands.get(words[1])
        if command is None:
            unknown.append(f"{page}: fanal {words[0]}")
            continue
        known = {"--help"} | {name for one in command.params for name in one.opts}
        unknown += [
            f"{page}: fanal {words[0]} {word}"
            for word in words[1:]
            if word.startswith("-") and word.split("=")[0] not in known
        ]
    assert told
    assert not unknown


def test_the_readmes_python_runs_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    rows = ["account,time,url"]
    for number in range(40):
        for member in range(5):  # five that share each link within seconds of each other
            second = number * 3600 + member
            rows.append(f"group{member},{1700000000 + second},https://example.org/{number}")
        for other in range(5):
            second = number * 3600 + 600 * (other + 1)
            rows.append(
                f"other{number}-{other},{1700000000 + second},https://example.org/{number}"
            )
    (tmp_path / "shares.csv").write_text("\n".join(rows), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    exec(compile(program, "README.md", "exec"), {})
    assert "group" in capsys.readouterr().out
