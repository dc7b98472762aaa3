"""The page for users of CooRTweet: its options exist, and its R reads our tables."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from typer.testing import CliRunner

from fanal.cli.main import app
from fanal.coordination import like_coortweet
from packed_world import packed_world

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "from-coortweet.md").read_text("utf-8")


def run(*words: object) -> Any:
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    return done


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    case = packed_world(folder / "a.case")
    run("export", case.path, "--to", "csv", "-o", folder / "links.csv")
    return folder


def test_the_peers_columns_are_those_of_the_page() -> None:
    empty = pa.table(
        {name: pa.array([], pa.string()) for name in ("object", "account", "content")}
        | {"time": pa.array([], pa.int64())}
    )
    for table in like_coortweet(empty, 60):
        assert [name for name in table.column_names if f"`{name}`" not in PAGE] == []


def test_the_command_of_the_page_runs(tmp_path: Path) -> None:
    shares = tmp_path / "s.csv"
    shares.write_text(
        "object,account,post,time\n"
        + "".join(f"o{n},{who},{who}{n},{1_700_000_000 + n * 1000 + k}\n" for n in range(4) for k, who in enumerate("ab")),
        encoding="utf-8",
    )  # fmt: skip
    (command,) = re.findall(r"`fanal (coordinate FILE --like [^`]*)`", PAGE)
    places = {"FILE": shares, "pairs.csv": tmp_path / "p.csv", "edges.csv": tmp_path / "e.csv"}
    words = [places.get(word, word) for word in command.split()]
    columns = [
        word for name in ("object", "account", "post", "time") for word in (f"--{name}", name)
    ]
    run(*words, *columns, "--time-unit", "s")
    assert (tmp_path / "e.csv").read_text(encoding="utf-8").splitlines()[1].startswith("a,b,4,")


def test_the_r_of_the_page_reads_our_tables(tables: Path) -> None:
    program = shutil.which("Rscript")
    if program is None:
        pytest.skip("no Rscript on the path: the page's R was not run")
    (script,) = re.findall(r"```r\n(.*?)```", PAGE, re.DOTALL)
    (tables / "read.R").write_text(script, encoding="utf-8")
    done = subprocess.run(
        [program, "--vanilla", str(tables / "read.R")],
        capture_output=True, text=True, encoding="utf-8", check=False,
        env=os.environ | {"FANAL_TABLES": str(tables)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["10", "10", "1"]


def test_the_columns_that_the_r_uses_are_in_our_tables(tables: Path) -> None:
    header = (tables / "links.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    members = (tables / "links-communities.csv").read_text(encoding="utf-8").splitlines()[0]
    (script,) = re.findall(r"```r\n(.*?)```", PAGE, re.DOTALL)
    used = set(re.findall(r"links\$(\w+)", script)) - {"objects_named"}
    assert used <= set(header)
    assert set(re.findall(r"members\$(\w+)", script)) <= set(members.split(","))
