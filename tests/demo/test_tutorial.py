"""The tutorial, as a new user would follow it: each command is run, each quoted line appears."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tutorial.md"
BLOCK = re.compile(r"```(sh|text)\n(.*?)```", re.DOTALL)
pytestmark = pytest.mark.slow


def run(line: str, folder: Path) -> str:
    words = shlex.split(line)
    assert words[0] == "fanal"
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{line}: {done.stderr}"
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Run all commands in order; return the folder, and quoted lines that did not appear."""
    folder = tmp_path_factory.mktemp("tutorial")
    said, missing = "", []
    for kind, block in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if kind == "sh":
            said = "".join(run(line, folder) for line in block.strip().splitlines())
            continue
        for line in block.strip("\n").splitlines():
            pattern = ".*".join(re.escape(piece) for piece in line.split("…"))
            if not re.search(f"^{pattern}$", said, re.MULTILINE):
                missing.append(line)
    return folder, missing


def test_each_command_works_and_says_what_the_page_says(
    followed: tuple[Path, list[str]],
) -> None:
    assert followed[1] == []


def links_shown(folder: Path) -> list[str]:
    html = (folder / "demo" / "report.html").read_text(encoding="utf-8")
    return re.findall(r'<details class="link".*?</details>', html, re.DOTALL)


def test_the_link_it_names_shows_the_same_sentence_seconds_apart(
    followed: tuple[Path, list[str]],
) -> None:
    links = links_shown(followed[0])
    both = [one for one in links if "@uldric.grinelle" in one and "@halnelle.ol" in one]
    assert both
    assert "Mon cousin travaille au port" in both[0].replace("#", "")
    assert re.search("\\d\u00a0s later", both[0])


def test_the_agencys_clients_are_in_no_link_shown(followed: tuple[Path, list[str]]) -> None:
    assert not any("Agence Littoral" in link for link in links_shown(followed[0]))


def test_what_it_promises_is_there(followed: tuple[Path, list[str]]) -> None:
    names = {path.name for path in followed[0].iterdir()}
    assert {
        "links.gexf",
        "links.csv",
        "links-communities.csv",
        "report.html",
        "dossier.html",
    } <= names
    truth = (followed[0] / "demo" / "truth.json").read_text(encoding="utf-8")
    assert '"the fan club"' in truth
