"""What reaches a screen: nothing that steers it, and nothing that breaks off the program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fanal.cli import common, watching
from planted_world import planted_world

#: A title for the window, a colour, the same in one byte, a turn of direction, a hidden mark.
HOSTILE = "\x1b]0;mine\x07\x1b[31m\x9b2J\u202etxt\u200b"
STEERING = set("\x1b\x07\x9b\u202e\u200b")
COLUMNS = ["--object", "object", "--account", "account", "--time", "time"]


def run(
    *words: object, encoding: str = "utf-8", code: int | None = 0
) -> subprocess.CompletedProcess[bytes]:
    done = subprocess.run(
        [sys.executable, "-m", "fanal", *map(str, words)],
        capture_output=True,
        check=False,
        env=os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    assert code is None or done.returncode == code, done.stderr.decode()
    return done


def steers(*outputs: bytes) -> set[str]:
    return STEERING & set("".join(output.decode("utf-8") for output in outputs))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return actions whose accounts have hostile ids, in a file with a hostile name."""
    table = planted_world(31).table.select(["object", "account", "time"])
    ids = [f"{HOSTILE}\n{name}é" for name in table["account"].to_pylist()]
    path = tmp_path_factory.mktemp("w") / f"{HOSTILE}.parquet"
    pq.write_table(table.set_column(1, "account", pa.array(ids)), path)
    return path


def test_a_hostile_id_is_one_harmless_part_of_its_line(file: Path, tmp_path: Path) -> None:
    done = run("coordinate", file, *COLUMNS, "--shuffles", 0, "-o", tmp_path / "l.csv")
    assert not steers(done.stdout, done.stderr)
    lines = [line for line in done.stdout.decode().splitlines() if "objects in common" in line]
    assert len(lines) == 10
    assert all("[U+202E]" in line for line in lines)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_narrow_encoding_breaks_nothing_off(file: Path, encoding: str) -> None:
    done = run("coordinate", file, *COLUMNS, "--shuffles", 0, encoding=encoding)
    assert b"objects in common" in done.stdout
    assert (b"\\xe9" in done.stdout) == (encoding == "ascii")


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("c")
    lines = ["id,account_id,time,text", f"1,{HOSTILE},2024-01-01T00:00:00Z,é🜁 hello"]
    lines.append(f"2,a,{HOSTILE}never,hello")
    path = folder / f"{HOSTILE}é.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = run("add", folder / "a.case", path)
    assert not steers(done.stdout, done.stderr)
    return folder / "a.case"


@pytest.mark.parametrize("words", [[], ["--rejected"]])
def test_show_steers_nothing(case: Path, words: list[str]) -> None:
    done = run("show", case, *words)
    assert "[U+202E]" in done.stdout.decode()
    assert not steers(done.stdout)


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "cp1252"])
def test_json_loses_nothing_and_steers_nothing(case: Path, encoding: str) -> None:
    done = run("show", case, "--json", encoding=encoding)
    assert not steers(done.stdout)
    (read,) = json.loads(done.stdout)["inputs"]
    assert read["name"] == f"{HOSTILE}é.csv"


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_a_mapping_shown_is_toml_that_says_the_same(tmp_path: Path, encoding: str) -> None:
    text = f"{HOSTILE[-5:]}é🜁"
    header = f"id,account_id,time,{text}"
    (tmp_path / "x.csv").write_text(
        f"{header},text\n1,a,2024-01-01T00:00:00Z,b,c\n", encoding="utf-8"
    )
    mapping = tmp_path / "m.toml"
    mapping.write_text(
        f'platform = "x"\n[columns]\naccount = "account_id"\ntime = "time"\ntext = "{text}"\n',
        encoding="utf-8",
    )
    words = ("add", tmp_path / "a.case", tmp_path / "x.csv", "--mapping", mapping)
    done = run(*words, "--preview", encoding=encoding)
    assert not steers(done.stdout)
    assert tomllib.loads(done.stdout.decode("utf-8"))["columns"]["text"] == text


@pytest.mark.skipif(sys.platform == "win32", reason="file names there are whole text")
def test_a_file_name_that_is_not_utf_8_can_be_told(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/p\xff.csv"))
    path.write_text("id,account_id,time,text\n1,a,2024-01-01T00:00:00Z,b\n", encoding="utf-8")
    run("add", tmp_path / "a.case", path, "--preview", "--json")
    done = run("show", Path(os.fsdecode(b"no\xff.case")), code=1)
    assert "no�.case".encode() in done.stderr


def test_half_characters_do_not_stop_json(capsys: pytest.CaptureFixture[str]) -> None:
    common.show_json({"a\udcff": ["b\ud800", {"c": ("d\udcff",)}], "n": 1})
    assert json.loads(capsys.readouterr().out) == {"a?": ["b?", {"c": ["d?"]}], "n": 1}


def test_a_bar_takes_names_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    """Square brackets are no markup, and nothing steers."""
    bar = watching._bar()
    with bar:
        watching._BarProgress(bar, watching._Pace(of_bytes=True))(f"[/red]{HOSTILE}.csv", 1, 2)
        assert bar.tasks[0].description.startswith("[/red]")
        bar.refresh()
    assert not {"\u202e", "\x9b"} & set(capsys.readouterr().err)
