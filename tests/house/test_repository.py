"""What holds for every file of the repository."""

from __future__ import annotations

import ast
import re
import shutil
import socket
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src" / "fanal").rglob("*.py"))
CODE = {".py", ".sh", ".js", ".mjs", ".css", ".html", ".jinja", ".j2"}
#: Paths of one machine, its package mirrors, and hosts that only one network knows.
MACHINE = re.compile(
    r"/(?:work/(?:main|steering|shared)|farm/|root/|opt/(?:pypi|wheels))"
    r"|/tmp/(?:venv|brief|clone)"
    r"|(?:extra-)?index-url\s*="
)
#: What a lock file may name as the place of a package.
PUBLIC = {"pypi.org", "files.pythonhosted.org"}
#: Words that accuse or claim more than was measured; they never reach a screen.
ACCUSING = re.compile(r"\b(?:validated|amplifiers?|bots?|trolls?|guilty)\b", re.IGNORECASE)


def tracked() -> list[Path]:
    """Return the files that git tracks; outside a checkout the tests that ask are skipped."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    command = [git, "-c", "safe.directory=*", "-C", str(ROOT), "ls-files", "-z"]
    names = subprocess.run(command, check=True, capture_output=True).stdout.decode().split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def text_of(path: Path) -> str:
    """Return the text of a file, or nothing for a picture."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_no_file_of_code_is_too_long_to_know() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked()
        if path.suffix in CODE and (lines := len(text_of(path).splitlines())) >= 400
    }
    assert not long


def test_no_tracked_file_is_large_enough_to_be_data() -> None:
    large = {
        str(path.relative_to(ROOT)): path.stat().st_size
        for path in tracked()
        if path.stat().st_size > 1024 * 1024
    }
    assert not large


def test_no_tracked_file_names_a_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in tracked()
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if MACHINE.search(line)
    ]
    assert not found


def test_the_lock_file_names_public_places_only() -> None:
    lock = ROOT / "uv.lock"
    if not lock.exists():
        pytest.skip("no lock file")
    hosts = set(re.findall(r"https?://([^/\"]+)", lock.read_text(encoding="utf-8")))
    assert hosts <= PUBLIC


def public_without_docstring(path: Path) -> list[str]:
    """Return the public functions, classes and methods of a file that say nothing."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    missing = [] if ast.get_docstring(tree) else [str(path.name)]
    holders: list[ast.Module | ast.ClassDef] = [tree]
    while holders:
        for node in holders.pop().body:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            if node.name.startswith("_"):
                continue
            if not ast.get_docstring(node) and not is_overload(node):
                missing.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
            if isinstance(node, ast.ClassDef):
                holders.append(node)
    return missing


def is_overload(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    """Return whether the definition only states a signature."""
    return any(ast.unparse(mark).endswith("overload") for mark in node.decorator_list)


def test_everything_public_has_a_docstring() -> None:
    assert [line for path in SOURCES for line in public_without_docstring(path)] == []


def spoken(path: Path) -> list[tuple[int, str]]:
    """Return the text constants of a file, docstrings left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in silent
    ]


def test_no_text_of_ours_accuses_anyone() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text[:60]!r}"
        for path in SOURCES
        for line, text in spoken(path)
        if ACCUSING.search(text)
    ]
    templates = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in (ROOT / "src" / "fanal").rglob("*")
        if path.suffix in {".html", ".jinja", ".j2", ".toml"}
        and (match := ACCUSING.search(text_of(path)))
    ]
    assert found + templates == []


def test_the_changelog_has_the_version_that_is_built() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    version = re.search(r'^version = "([^"]+)"', pyproject, re.MULTILINE)
    assert version is not None
    assert re.search(r"^## Unreleased", text, re.MULTILINE) or f"## {version[1]}" in text
    package = (ROOT / "src/fanal/__init__.py").read_text(encoding="utf-8")
    assert f'__version__ = "{version[1]}"' in package
    assert f"version: {version[1]}" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "name", ["LICENSE", "README.md", "CONTRIBUTING.md", "SECURITY.md", "CITATION.cff"]
)
def test_the_papers_are_there(name: str) -> None:
    assert (ROOT / name).stat().st_size > 200


def test_links_between_pages_lead_somewhere() -> None:
    broken = []
    for page in [path for path in tracked() if path.suffix == ".md"]:
        for target in re.findall(r"\]\(([^)#\s]+)", text_of(page)):
            if not re.match(r"[a-z]+:", target) and not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)} -> {target}")
    assert not broken


def test_the_lock_file_locks_what_is_required() -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    about = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (ours,) = [package for package in lock["package"] if package["name"] == "fanal"]
    locked = {need["name"] for need in ours["metadata"]["requires-dist"]}
    extras = about["project"]["optional-dependencies"].values()
    lines = [*about["project"]["dependencies"], *(line for extra in extras for line in extra)]
    needed = {Requirement(line).name for line in lines}
    assert locked == needed, "run `uv lock`"


def test_a_test_that_asks_the_network_fails() -> None:
    with socket.socket() as asked, pytest.raises(AssertionError, match="asked the network"):
        asked.connect(("192.0.2.1", 80))
