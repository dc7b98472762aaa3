"""`fanal export`: levels, tables, and the same from a pack."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import networkx as nx
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from fanal.cli.main import app
from packed_world import handle, key, packed_world, secrets

FORMS = ("gexf", "csv", "parquet")


def run(*words: object, code: int = 0) -> Any:
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == code, done.output
    return done


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return packed_world(tmp_path_factory.mktemp("export") / "a.case").path


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("people") / "people.csv"
    path.write_text(
        f"account,reason,asked,answer\n@{handle(1)},elected,2024-02-01,says no\n"
        f"{key(30)},a firm,2024-02-02,no answer\n",
        encoding="utf-8",
    )
    return path


def content(path: Path) -> str:
    if path.suffix == ".parquet":
        return str(pq.read_table(path).to_pylist())
    return path.read_text(encoding="utf-8")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("to", FORMS)
def test_an_export_is_pseudonymous_until_names_are_asked_for(
    case: Path, tmp_path: Path, people: Path, to: str
) -> None:
    plain, named = tmp_path / f"p.{to}", tmp_path / f"n.{to}"
    run("export", case, "--to", to, "-o", plain)
    run("export", case, "--to", to, "-o", named, "--names", "--people", people)
    assert not [word for word in secrets() if word in content(plain)]
    assert "A-" in content(plain)
    assert not [word for word in secrets(but={1}) if word in content(named)]
    assert key(1) in content(named)
    assert key(0) not in content(named)


@pytest.mark.parametrize("level", [("--names",), ("--level", "named")])
def test_names_need_people_who_were_asked(
    case: Path, tmp_path: Path, level: tuple[str, ...]
) -> None:
    done = run("export", case, "--to", "csv", "-o", tmp_path / "x.csv", *level, code=1)
    assert "--people" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_who_stays_a_pseudonym_is_said(case: Path, tmp_path: Path, people: Path) -> None:
    done = run("export", case, "--to", "csv", "-o", tmp_path / "x.csv", "--names", "--people", people)  # fmt: skip
    assert f"{key(30)} stays a pseudonym: no stable link" in done.stderr
    members = {row["account"]: row["handle"] for row in rows(tmp_path / "x-communities.csv")}
    assert members[key(1)] == handle(1)
    assert sum(bool(one) for one in members.values()) == 1


def test_counts_show_no_account(case: Path, tmp_path: Path) -> None:
    run("export", case, "--to", "csv", "-o", tmp_path / "x.csv", "--level", "counts")
    counted = {
        (row["what"], row["layer"]): int(row["count"]) for row in rows(tmp_path / "x.csv")
    }
    assert counted["links", ""] == counted["headline", ""] == 10
    assert counted["co_actions", "url"] > 0
    assert not [
        word for word in (*secrets(), "A-", "O-") if word in content(tmp_path / "x.csv")
    ]
    assert [one.name for one in tmp_path.iterdir()] == ["x.csv"]


def test_a_graph_of_counts_and_a_table_of_a_graph_are_refused(
    case: Path, tmp_path: Path
) -> None:
    out = ("-o", tmp_path / "x")
    done = run("export", case, "--to", "gexf", *out, "--level", "counts", code=1)
    assert "--to csv" in done.stderr
    assert (
        "graph" in run("export", case, "--to", "gexf", *out, "--table", "groups", code=1).stderr
    )
    words = ("--level", "counts", "--table", "groups")
    assert "one table" in run("export", case, "--to", "csv", *out, *words, code=1).stderr
    assert run("export", case, "--to", "csv", *out, "--level", "counts", "--names", code=2)


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("edges", ["q_affinity", "fragile"]),
        ("communities", ["account", "community"]),
        ("bursts", ["layer", "object", "window_s", "start"]),
        ("groups", ["group", "account", "p", "verdict"]),
    ],
)
def test_a_table_can_be_written_by_itself(
    case: Path, tmp_path: Path, table: str, columns: list[str]
) -> None:
    done = run("export", case, "--to", "csv", "-o", tmp_path / "x.csv", "--table", table)
    assert done.stdout.split() == [str(tmp_path / "x.csv")]
    header = content(tmp_path / "x.csv").splitlines()[0].split(",")
    assert set(columns) <= set(header)


def test_all_forms_hold_the_same_links(case: Path, tmp_path: Path) -> None:
    for to in FORMS:
        done = run("export", case, "--to", to, "-o", tmp_path / f"l.{to}", "--json")
        assert json.loads(done.stdout)["links"] == 10
    graph = nx.read_gexf(tmp_path / "l.gexf", version="1.3")
    found = rows(tmp_path / "l.csv")
    assert (
        len(found) == graph.number_of_edges() == pq.read_table(tmp_path / "l.parquet").num_rows
    )
    assert {row["source"] for row in found} <= set(graph)
    members = pq.read_table(tmp_path / "l-communities.parquet")
    assert set(members["account"].to_pylist()) == set(graph)


@pytest.mark.parametrize("to", FORMS)
def test_a_pack_gives_the_bytes_of_its_case(
    case: Path, tmp_path: Path, people: Path, to: str
) -> None:
    for level in ("protected", "named"):
        words = ("--people", people) if level == "named" else ()
        run("pack", case, "-o", tmp_path / "x.fanal.zip", "--level", level, *words)
        ours, theirs = tmp_path / f"a.{to}", tmp_path / f"b.{to}"
        run("export", case, "--to", to, "-o", ours, "--level", level, *words)
        run("export", tmp_path / "x.fanal.zip", "--to", to, "-o", theirs, "--level", level)
        assert ours.read_bytes() == theirs.read_bytes()


def test_a_pack_gives_no_more_than_its_level(case: Path, tmp_path: Path) -> None:
    pack, out = tmp_path / "x.fanal.zip", tmp_path / "x.csv"
    run("pack", case, "-o", pack, "--level", "counts")
    done = run("export", pack, "--to", "csv", "-o", out, code=1)
    assert "made at level counts" in done.stderr
    assert "--level counts" in done.stderr
    run("export", pack, "--to", "csv", "-o", out, "--level", "counts")
    run("export", case, "--to", "csv", "-o", tmp_path / "y.csv", "--level", "counts")
    assert out.read_bytes() == (tmp_path / "y.csv").read_bytes()
