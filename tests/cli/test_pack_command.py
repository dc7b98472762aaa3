"""`fanal pack`, and a pack in place of CASE on the command line."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from fanal.cli.main import app
from packed_world import FILE, key, packed_world, secrets


def run(*words: object, code: int = 0) -> Any:
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == code, done.output
    return done


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return packed_world(tmp_path_factory.mktemp("cli") / "secretname.case").path


@pytest.fixture(scope="module")
def pack(case: Path) -> Path:
    run("pack", case, "-o", case.with_name("x.fanal.zip"), "--by", "The desk")
    return case.with_name("x.fanal.zip")


def test_the_sha256_of_the_file_is_said(case: Path, tmp_path: Path) -> None:
    done = run("pack", case, "-o", tmp_path / "x.fanal.zip")
    content = (tmp_path / "x.fanal.zip").read_bytes()
    assert done.stdout.split() == [
        hashlib.sha256(content).hexdigest(),
        str(tmp_path / "x.fanal.zip"),
    ]
    told = json.loads(run("pack", case, "-o", tmp_path / "y.fanal.zip", "--json").stdout)
    assert told["level"] == "protected"
    assert told["named"] == []


def test_who_stays_a_pseudonym_is_said(case: Path, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text(
        f"account,reason,asked,answer\n{key(40)},x,2024-01-01,none\n", encoding="utf-8"
    )
    words = ("pack", case, "-o", tmp_path / "x.fanal.zip", "--level", "named")
    done = run(*words, "--people", people)
    assert f"{key(40)} stays a pseudonym: no stable link" in done.stderr
    assert "--people" in run(*words, code=1).stderr


def test_a_pack_is_shown_as_its_case_without_names(case: Path, pack: Path) -> None:
    shown = run("show", pack).stdout
    told = [line.split(":", 1)[1] for line in run("show", case).stdout.splitlines()[:1]]
    assert told[0] in shown
    assert "input 1" in shown
    everything = shown + run("show", pack, "--json").stdout
    everything += run("show", pack, "--answerable").stdout
    everything += run("show", pack, "--answerable", "--names").stdout
    for word in secrets() | {FILE, "secretname"}:
        assert word not in everything


def test_a_pack_verifies_and_a_damaged_one_is_told(pack: Path, tmp_path: Path) -> None:
    assert "all is as it was written" in run("verify", pack).stdout
    hurt = bytearray(pack.read_bytes())
    hurt[len(hurt) // 2] ^= 0xFF
    (tmp_path / "x.fanal.zip").write_bytes(hurt)
    assert "not what was packed" in run("verify", tmp_path / "x.fanal.zip", code=1).stderr


@pytest.mark.parametrize(
    "words",
    [
        ("add", "PACK", __file__),
        ("remove", "PACK", "x"),
        ("forget", "PACK", "--account", "x", "--yes"),
        ("coordinate", "PACK"),
    ],
)
def test_what_writes_is_refused(pack: Path, words: tuple[str, ...]) -> None:
    before = pack.read_bytes()
    done = run(*(pack if word == "PACK" else word for word in words), code=1)
    assert "a pack is read-only" in done.stderr
    assert pack.read_bytes() == before


def test_what_a_pack_does_not_hold_is_said(pack: Path) -> None:
    assert "not the records" in run("show", pack, "--rejected", code=1).stderr
    assert "not the posts" in run("replay", pack, "x", code=1).stderr


def test_a_missing_folder_is_said_before_the_work(case: Path, tmp_path: Path) -> None:
    done = run("pack", case, "-o", tmp_path / "none" / "x.fanal.zip", code=1)
    assert "there is no folder" in done.stderr


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("report", "pack"):
        monkeypatch.setattr(f"fanal.cli.{module}.now_us", lambda: 1_760_000_000_000_000)


def reported(source: Path, out: Path, level: str = "protected") -> list[str]:
    run("report", source, "-o", out, "--level", level, "--lang", "fr")
    return out.read_text(encoding="utf-8").splitlines()


@pytest.mark.usefixtures("still")
@pytest.mark.parametrize("level", ["counts", "protected"])
def test_a_copy_elsewhere_gives_the_same_report_apart_from_its_name(
    case: Path, tmp_path: Path, level: str
) -> None:
    run("pack", case, "-o", tmp_path / "here.fanal.zip", "--level", level)
    there = tmp_path / "there" / "copied-for-the-editor.fanal.zip"
    there.parent.mkdir()
    there.write_bytes((tmp_path / "here.fanal.zip").read_bytes())
    ours = reported(tmp_path / "here.fanal.zip", tmp_path / "a.html", level)
    theirs = reported(there, tmp_path / "b.html", level)
    assert [line.replace("copied-for-the-editor", "here") for line in theirs] == ours


@pytest.mark.usefixtures("still")
@pytest.mark.parametrize("level", ["counts", "protected"])
def test_the_report_of_a_pack_says_what_that_of_its_case_says(
    case: Path, tmp_path: Path, level: str
) -> None:
    run("pack", case, "-o", tmp_path / "secretname.fanal.zip", "--level", level)
    theirs = reported(tmp_path / "secretname.fanal.zip", tmp_path / "a.html", level)
    ours = reported(case, tmp_path / "b.html", level)
    other = [
        (a, b)
        for a, b in zip(ours, theirs, strict=True)
        if a != b and "<time>" not in a and "Fanal" not in a and "no time in" not in a
    ]
    assert other == []
    assert sum(a != b for a, b in zip(ours, theirs, strict=True)) <= 12
