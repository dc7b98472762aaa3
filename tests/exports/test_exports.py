"""Edges and communities as CSV, Parquet and GEXF: golden files, names, hostile content."""

from __future__ import annotations

import csv
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import networkx as nx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fanal.errors import CaseError
from fanal.exports import files, tables
from fanal.exports.csv import FORMULA, cell, write_csv
from fanal.exports.gexf import clean, write_gexf
from fanal.exports.parquet import write_parquet
from fanal.model.names import Names, named, pseudonymous, some_named

GOLDEN = Path(__file__).parent / "golden"
TIME = pa.timestamp("us", tz="UTC")
HANDLES = {"x:1": "=cmd|' /C calc'!A0", "x:2": "iris.vell", "x:3": "<b>&\x01bold"}


def pseudonym(key: str) -> str:
    """Stand in for a case's keyed pseudonyms."""
    return f"A-{sum(key.encode()) * 7919 % 10**8:08d}"


def moment(second: int, micro: int = 0) -> datetime:
    return datetime(2025, 3, 4, 14, 2, second, micro, tzinfo=UTC)


def edges() -> pa.Table:
    return pa.table(
        {
            "source": ["x:1", "x:1"],
            "target": ["x:2", "x:3"],
            "layers": ["repost+url", "text"],
            "window_s": pa.array([60.0, 60.0]),
            "objects": pa.array([14, 3], pa.int64()),
            "expected": [0.412345678, 0.02],
            "surprise": [88.5, 21.25],
            "p": [1.25e-16, 3e-9],
            "q": [2e-9, 4.5e-4],
            "q_affinity": [3e-8, 0.2],
            "fragile": [False, True],
            "first_time": pa.array([moment(5, 120_000), moment(7)], TIME),
            "last_time": pa.array([moment(58), moment(59)], TIME),
            "mean_delay_s": [7.25, 12.0],
            "top_objects": pa.array(
                [["https://a.example/1", "x:99"], ["@copied text"]], pa.list_(pa.string())
            ),
        }
    )


def communities() -> pa.Table:
    return pa.table({"account": ["x:1", "x:2", "x:3"], "community": pa.array([0, 0, 0])})


def check(path: Path, golden: str) -> None:
    """Compare with a golden file; FANAL_GOLDEN=write writes it anew."""
    kept = GOLDEN / golden
    if os.environ.get("FANAL_GOLDEN") == "write":
        kept.write_bytes(path.read_bytes())
    assert path.read_bytes().decode("utf-8") == kept.read_bytes().decode("utf-8")


NAMES = {
    "protected": pseudonymous(pseudonym),
    "named": some_named(pseudonym, HANDLES, ["x:1"]),
    "all": named(HANDLES),
}


@pytest.mark.parametrize("form", NAMES)
def test_csv_is_the_golden_one(form: str, tmp_path: Path) -> None:
    names = NAMES[form]
    write_csv(tables.edges(edges(), names), tmp_path / "e.csv")
    write_csv(tables.communities(communities(), names), tmp_path / "c.csv")
    check(tmp_path / "e.csv", f"edges-{form}.csv")
    check(tmp_path / "c.csv", f"communities-{form}.csv")


@pytest.mark.parametrize("form", NAMES)
def test_gexf_is_the_golden_one(form: str, tmp_path: Path) -> None:
    path = tmp_path / "g.gexf"
    write_gexf(edges(), communities(), path, NAMES[form], creator="Fanal test")
    check(path, f"links-{form}.gexf")


def test_gexf_read_back_has_every_number(tmp_path: Path) -> None:
    path = tmp_path / "g.gexf"
    write_gexf(edges(), communities(), path, NAMES["all"], creator="Fanal test")
    graph = nx.read_gexf(path, version="1.3")
    assert set(graph) == {"x:1", "x:2", "x:3"}
    edge: dict[str, Any] = graph["x:1"]["x:2"]
    assert edge["weight"] == 14
    assert edge["p"] == pytest.approx(1.25e-16)
    assert edge["q"] == pytest.approx(2e-9)
    assert edge["first_time"] == "2025-03-04T14:02:05.12Z"
    assert graph.nodes["x:1"]["community"] == 0
    assert graph.nodes["x:1"]["label"] == "@=cmd|' /C calc'!A0"
    assert graph.nodes["x:3"]["label"] == "@<b>&bold"
    assert graph.nodes["x:1"]["viz"]["color"]["b"] == 178


@pytest.mark.parametrize("kind", ["csv", "parquet", "gexf"])
def test_nothing_real_leaves_without_names(kind: str, tmp_path: Path) -> None:
    names, path = NAMES["protected"], tmp_path / "out"
    if kind == "gexf":
        write_gexf(edges(), communities(), path, names, creator="Fanal test")
        content = path.read_text("utf-8")
    else:
        table = tables.edges(edges(), names)
        (write_csv if kind == "csv" else write_parquet)(table, path)
        content = (
            str(pq.read_table(path).to_pylist())
            if kind == "parquet"
            else path.read_text("utf-8")
        )
    for secret in ("x:1", "x:2", "x:99", "iris", "a.example", "copied", "14:02:05", "02:58"):
        assert secret not in content
    assert "A-" in content


def test_pseudonyms_keep_the_graph(tmp_path: Path) -> None:
    hidden, shown = (tables.edges(edges(), NAMES[form]) for form in ("protected", "all"))
    assert len(set(hidden["source"].to_pylist())) == len(set(shown["source"].to_pylist()))
    assert hidden["p"].equals(shown["p"])
    assert hidden.schema.equals(shown.schema)


def backwards(key: str) -> str:
    """Return pseudonyms that sort the other way round than the keys."""
    return f"A-{9 - int(key.removeprefix('x:'))}" if key.startswith("x:") else f"A-{key}"


def tied() -> tuple[pa.Table, pa.Table]:
    """Return links of one p, and two communities of one size."""
    links = pa.concat_tables([edges(), edges().slice(0, 1)]).set_column(
        0, "source", pa.array(["x:1", "x:1", "x:4"])
    )
    links = links.set_column(1, "target", pa.array(["x:2", "x:3", "x:5"]))
    links = links.set_column(links.column_names.index("p"), "p", pa.array([1e-9] * 3))
    keys = ["x:1", "x:2", "x:4", "x:5"]
    return links, pa.table({"account": keys, "community": pa.array([0, 0, 1, 1])})


def test_rows_and_ends_stand_in_the_order_of_the_pseudonyms() -> None:
    links, members = tied()
    names = pseudonymous(backwards)
    table = tables.edges(links, names)
    ends = list(zip(table["source"].to_pylist(), table["target"].to_pylist(), strict=True))
    assert ends == [("A-4", "A-5"), ("A-6", "A-8"), ("A-7", "A-8")]
    for objects in table["top_objects"].to_pylist():
        assert objects == sorted(objects)
    assert tables.communities(members, names).to_pylist() == [
        {"account": "A-4", "community": 0},
        {"account": "A-5", "community": 0},
        {"account": "A-7", "community": 1},
        {"account": "A-8", "community": 1},
    ]


def test_a_graph_under_pseudonyms_has_their_order_too(tmp_path: Path) -> None:
    links, members = tied()
    path = tmp_path / "g.gexf"
    write_gexf(links, members, path, pseudonymous(backwards), creator="Fanal test")
    found = [
        (edge.get("source"), edge.get("target"))
        for edge in ET.parse(path).iter("{http://gexf.net/1.3}edge")
    ]
    assert found == [("A-4", "A-5"), ("A-6", "A-8"), ("A-7", "A-8")]
    assert nx.read_gexf(path, version="1.3").nodes["A-4"]["community"] == 0


@pytest.mark.parametrize("first", FORMULA)
def test_a_cell_that_begins_like_a_formula_is_quoted(first: str) -> None:
    assert cell(f"{first}HYPERLINK(1)") == f"'{first}HYPERLINK(1)"
    assert cell([f"{first}1", "b"]) == f"'{first}1 | b"


def test_numbers_are_not_quoted() -> None:
    assert cell(-1.5) == "-1.5"
    assert cell(-3) == "-3"
    assert cell(None) == ""


def test_csv_survives_line_ends_quotes_and_nul(tmp_path: Path) -> None:
    texts = ['a "quoted", one', "two\nlines", "nul\x00here", "été 日本"]
    write_csv(pa.table({"text": texts}), tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as file:
        rows = [row[0] for row in csv.reader(file)]
    assert rows == ["text", texts[0], texts[1], "nul�here", texts[3]]


def test_parquet_keeps_types_and_times(tmp_path: Path) -> None:
    table = tables.edges(edges(), NAMES["all"])
    write_parquet(table, tmp_path / "e.parquet")
    back = pq.read_table(tmp_path / "e.parquet")
    assert back.equals(table)
    assert back.schema.field("first_time").type == TIME


def test_xml_takes_any_text() -> None:
    hostile = "a\x00\x08\x0b￾\ud800b\t\n🜁" + "".join(map(chr, range(0x20)))
    ET.fromstring(f"<a>{clean(hostile)}</a>")
    assert clean("plain é 🜁") == "plain é 🜁"


def break_off(path: Path) -> None:
    with files.written(path) as temporary:
        temporary.write_text("half", encoding="utf-8")
        raise RuntimeError("broken off")


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(RuntimeError, match="broken off"):
        break_off(path)
    assert path.read_text(encoding="utf-8") == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.csv"]


def test_a_file_held_open_elsewhere_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise PermissionError(13, "in use")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(CaseError, match="replaced") as caught:
        write_csv(edges(), tmp_path / "x.csv")
    assert "Close the program" in caught.value.hint
    assert not list(tmp_path.iterdir())


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="no folder"):
        write_csv(edges(), tmp_path / "none" / "x.csv")


def test_communities_go_beside() -> None:
    assert files.beside(Path("a/b.csv")) == Path("a/b-communities.csv")


def test_both_forms_are_typed() -> None:
    assert all(isinstance(names, Names) for names in NAMES.values())
