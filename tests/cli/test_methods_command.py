"""`fanal methods`: whole in both languages, the same from a pack, with sources that the docs name."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from fanal.cli.main import app
from fanal.reports.references import bibtex, sources
from packed_world import packed_world, secrets

DOCS = Path(__file__).resolve().parents[2] / "docs" / "methods"


def run(*words: object, code: int = 0) -> Any:
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == code, done.output
    return done


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return packed_world(tmp_path_factory.mktemp("methods") / "a.case").path


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_paragraph_has_every_number_of_the_run(case: Path, lang: str) -> None:
    text = run("methods", case, "--lang", lang).stdout
    head, table, sources = re.split(r"^## .*$", text, flags=re.MULTILINE)
    for number in ("817", "2\u202f080" if lang == "fr" else "2,080", "10 li", "60", "Fanal"):
        assert number in head
    assert "{" not in head + table
    rows = [row for row in table.splitlines() if row.startswith("| ")]
    assert len(rows) > 15
    assert all(row.count("|") == 3 for row in rows)
    assert sources.count("@") >= 10


def test_it_names_nobody(case: Path) -> None:
    text = run("methods", case, "--lang", "en").stdout
    assert not [word for word in (*secrets(), " A-", " O-") if word in text]


@pytest.mark.parametrize("level", ["counts", "protected"])
def test_a_pack_gives_the_methods_of_its_case(case: Path, tmp_path: Path, level: str) -> None:
    run("pack", case, "-o", tmp_path / "x.fanal.zip", "--level", level)
    told = run("methods", tmp_path / "x.fanal.zip", "--lang", "en").stdout
    assert told == run("methods", case, "--lang", "en").stdout


def test_a_run_can_be_named_and_the_file_chosen(case: Path, tmp_path: Path) -> None:
    name = json.loads(run("show", case, "--json").stdout)["runs"][0]["id"]
    done = run("methods", case, name[:6], "-o", tmp_path / "m.md", "--lang", "en")
    assert done.stdout.split() == [str(tmp_path / "m.md")]
    told = json.loads(run("methods", case, "--lang", "en", "--json").stdout)
    assert told["methods"] == (tmp_path / "m.md").read_text(encoding="utf-8")
    assert "no run" in run("methods", case, "zz", code=1).stderr


def test_every_source_stands_in_the_docs_with_its_doi() -> None:
    told = "".join(page.read_text(encoding="utf-8") for page in DOCS.glob("*.md"))
    for entry in sources().values():
        doi, year = re.search(r"doi = \{(.*)\}", entry), re.search(r"year = \{(\d+)\}", entry)
        assert doi is None or doi[1] in told
        assert year is not None
        assert year[1] in told


def test_bibtex_has_one_closed_entry_a_source() -> None:
    text = bibtex("1.2", 2026, sources())
    assert text.count("@") == len(sources()) + 1
    for entry in text.split("\n\n"):
        assert entry.count("{") == entry.count("}")
        assert re.match(r"@\w+\{\w+,\n", entry)
