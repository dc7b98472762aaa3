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


def test_it_ends_with_a_link_and_its_two_posts_side_by_side(
    followed: tuple[Path, list[str]],
) -> None:
    html = (followed[0] / "report.html").read_text(encoding="utf-8")
    link = re.search(
        r'<details class="link" open>(?:(?!</details>).)*@corquen\.qui81.*?</details>', html, re.DOTALL
    )  # fmt: skip
    assert link
    act = re.search(r'<div class="side">(.*?)</li>', link[0], re.DOTALL)
    assert act
    assert re.findall(r'class="name">([^<]+)<', act[1]) == ["@corquen.qui81", "@ulzona.bre"]
    assert act[1].count("Pagamos el peaje y ellos pagan el silencio.") == 2
    assert "6\u00a0s later" in act[1]


def test_what_it_promises_is_there(followed: tuple[Path, list[str]]) -> None:
    names = {path.name for path in followed[0].iterdir()}
    assert {"links.gexf", "links.csv", "links-communities.csv", "report.html"} <= names
    truth = (followed[0] / "demo" / "truth.json").read_text(encoding="utf-8")
    assert '"the fan club"' in truth


def test_the_strongest_link_is_one_of_fans_as_the_page_says(
    followed: tuple[Path, list[str]],
) -> None:
    html = (followed[0] / "report.html").read_text(encoding="utf-8")
    first = html[html.index('id="link-1"') : html.index('id="link-2"')]
    assert re.search(r"\d+/40", first)
    community = re.search(r"<h3>Community 3: 8 accounts</h3>(.*?)</article>", html, re.DOTALL)
    assert community
    assert "@corquen.qui81" in community[1]
