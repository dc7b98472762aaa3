"""The command `text group` as a person uses it."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from fanal.cli.main import app

SAID = "The bridge over the river will be closed on Sunday for repairs"
TEXTS = [
    SAID,
    SAID,
    f"🚨 {SAID.upper()} https://t.co/a",
    SAID.replace("Sunday", "Monday"),
    "hi",
]
COLUMNS = ["--id", "id", "--text", "text"]


def run(*asked: str | Path) -> Result:
    return CliRunner().invoke(app, ["text", "group", *map(str, asked)])


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    path = tmp_path / "posts.parquet"
    pq.write_table(pa.table({"id": [f"p{k}" for k in range(5)], "text": TEXTS}), path)
    return path


def test_posts_are_written_with_group_kind_and_template(posts: Path, tmp_path: Path) -> None:
    out = tmp_path / "groups.parquet"
    result = run(posts, *COLUMNS, "-o", out)
    assert result.exit_code == 0, result.output
    assert pq.read_table(out).to_pydict() == {
        "post": ["p0", "p1", "p2", "p3", "p4"],
        "group": [0, 0, 0, 0, None],
        "kind": ["exact", "exact", "decorated", "edited", ""],
        "template": [False, False, False, False, None],
    }
    assert "5 posts: 4 in 1 groups" in result.stdout
    assert "2 exact, 1 decorated, 1 edited" in result.stdout


def test_merges_name_the_posts_and_the_score(posts: Path, tmp_path: Path) -> None:
    merges = tmp_path / "merges.parquet"
    assert run(posts, *COLUMNS, "--merges", merges).exit_code == 0
    (row,) = pq.read_table(merges).to_pylist()
    assert {row["post_a"], row["post_b"]} == {"p0", "p3"}
    assert row["measure"] == "jaccard"
    assert 0.6 < row["score"] < 1


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_csv_and_json_lines_are_read_too(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"posts.{kind}"
    rows = [{"id": k, "text": text} for k, text in enumerate(TEXTS)]
    if kind == "csv":
        pa.csv.write_csv(pa.Table.from_pylist(rows), path)
    else:
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    answer = json.loads(run(path, *COLUMNS, "--json", "--fast").stdout)
    assert answer["posts"] == 5
    assert answer["in_groups"] == 4
    assert answer["kinds"]["edited"] == 1


def test_columns_must_be_named_and_must_be_there(posts: Path) -> None:
    unnamed = run(posts, "--id", "id")
    assert (unnamed.exit_code, "--text" in unnamed.stderr) == (2, True)
    absent = run(posts, "--id", "id", "--text", "body")
    assert absent.exit_code == 1
    assert "no column 'body'" in absent.stderr


def test_a_folder_is_refused_with_the_way_to_go(tmp_path: Path) -> None:
    refused = run(tmp_path, *COLUMNS)
    assert refused.exit_code == 1
    assert "fanal coordinate" in refused.stderr


def test_an_output_of_an_unknown_kind_is_refused_before_the_work(
    posts: Path, tmp_path: Path
) -> None:
    refused = run(posts, *COLUMNS, "-o", tmp_path / "groups.xlsx")
    assert refused.exit_code == 2
    assert ".csv or .parquet" in refused.stderr


def test_texts_cannot_steer_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "posts.parquet"
    pq.write_table(pa.table({"id": [1, 2], "text": [f"\x1b[31m{SAID}"] * 2}), path)
    assert "\x1b" not in run(path, *COLUMNS).stdout
