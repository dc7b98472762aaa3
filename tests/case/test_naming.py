"""Who may be named: never on one layer, never on a fragile link, never unasked."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from fanal.case import naming as rule
from fanal.coordination.result import headline_of
from fanal.coordination.tables import SCHEMAS
from fanal.errors import PolicyError
from fanal.model.names import Level

AT = datetime(2025, 3, 4, 14, 2, tzinfo=UTC)
ASKED = "account,reason,asked,answer\n"


def result(
    links: dict[tuple[str, str], dict[str, Any]], bursts: dict[str, str] | None = None
) -> Any:
    """Return a result: ends -> layers, fragile, q_affinity; account -> layer of its burst."""
    edges, evidence = [], []
    for (source, target), link in links.items():
        row = dict.fromkeys(SCHEMAS["edges"].names) | {"source": source, "target": target}
        edges.append(row | {"fragile": False, "q_affinity": 0.001, "layers": "x"} | link)
        for layer, counted in link["resting"]:
            ends = {"source": source, "target": target, "layer": layer, "counted": counted}
            evidence.append(dict.fromkeys(SCHEMAS["evidence"].names) | ends)
    edges_table = pa.Table.from_pylist(edges, SCHEMAS["edges"])
    members = [{"layer": layer, "account": one} for one, layer in (bursts or {}).items()]
    return SimpleNamespace(
        edges=edges_table,
        headline=headline_of(edges_table, 0.05),
        evidence=pa.Table.from_pylist(evidence, SCHEMAS["evidence"]),
        burst_accounts=pa.Table.from_pylist(members, SCHEMAS["burst_accounts"]),
    )


TWO = [("url", True), ("text", True)]
ONE = [("url", True), ("url", True)]


def test_a_stable_link_on_two_layers_lets_both_accounts_be_named() -> None:
    assert rule.nameable(result({("a", "b"): {"resting": TWO}})) == {
        "a": ("text", "url"),
        "b": ("text", "url"),
    }


def test_one_layer_alone_names_nobody() -> None:
    assert rule.nameable(result({("a", "b"): {"resting": ONE}})) == {}


def test_a_layer_that_does_not_count_for_the_link_does_not_count_here() -> None:
    nested = [("url", True), ("text", False), ("hashtag", False)]
    assert rule.nameable(result({("a", "b"): {"resting": nested}})) == {}


@pytest.mark.parametrize("flaw", [{"fragile": True}, {"q_affinity": 0.2}])
def test_a_fragile_or_explained_link_names_nobody(flaw: dict[str, Any]) -> None:
    assert rule.nameable(result({("a", "b"): {"resting": TWO, **flaw}})) == {}


def test_a_burst_alone_names_nobody() -> None:
    assert rule.nameable(result({}, {"a": "text"})) == {}


def test_a_burst_in_another_layer_is_the_second_layer_of_a_stable_link() -> None:
    link = {("a", "b"): {"resting": ONE}}
    assert rule.nameable(result(link, {"a": "text", "b": "url"})) == {"a": ("text", "url")}


def test_a_people_file_is_read_with_either_separator(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(
        "\ufeffAccount;Reason;Asked;Answer;Rests_on\n"
        'x:1;elected;2025-03-04;"says: a friend\'s posts";url\nx:2;;;;url\n\n',
        encoding="utf-8",
    )
    (one,) = rule.people_in(path)
    assert one == rule.Person(
        account="x:1", reason="elected", asked=date(2025, 3, 4), answer="says: a friend's posts"
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("account,reason\n", "no column asked, answer"),
        (ASKED + "x:1,elected,2025-03-04,\n", ":2: nothing under answer"),
        (ASKED + "x:1,,2025-03-04,none\n", "nothing under reason"),
        (ASKED + "x:1,elected,yesterday,none\n", "a day is written"),
    ],
)
def test_what_a_people_file_lacks_is_said(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "people.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(PolicyError, match=said):
        rule.people_in(path)


@pytest.fixture
def case(monkeypatch: pytest.MonkeyPatch) -> Any:
    handles = {"x:1": "Iris.Vell", "x:2": "ob", "x:3": "ob"}
    monkeypatch.setattr(rule, "handles_of", lambda _, keys: {k: handles[k] for k in keys})
    return SimpleNamespace(
        path="c", level=None, pseudonyms=lambda: lambda key: f"A-{hash(key):08x}"
    )


LINKED = {("x:1", "x:2"): {"resting": TWO}, ("x:1", "x:3"): {"resting": ONE}}


def test_names_are_refused_without_a_people_file(case: Any) -> None:
    with pytest.raises(PolicyError, match="account, reason, asked, answer"):
        rule.naming(case, result(LINKED), ["x:1"], level=Level.NAMED)


def test_only_who_is_listed_and_may_be_named_is_named(case: Any, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(
        ASKED + "@iris.vell,elected,2025-03-04,none\nx:3,firm,2025-03-04,none\n"
        "@ob,firm,2025-03-04,none\n@nobody,firm,2025-03-04,none\n",
        encoding="utf-8",
    )
    accounts = ["x:1", "x:2", "x:3"]
    found = rule.naming(case, result(LINKED), accounts, level=Level.NAMED, people=path)
    assert found.names.account("x:1") == "@Iris.Vell"
    assert [found.names.known(key) for key in accounts] == [True, False, False]
    assert all(found.names.account(key).startswith("A-") for key in accounts[1:])
    assert found.names.object("https://a.example").startswith("O-")
    assert not found.names.named
    assert set(found.people) == {"x:1"}
    assert [who for who, _ in found.refused] == ["x:3", "@ob", "@nobody"]


@pytest.mark.parametrize("level", [Level.COUNTS, Level.PROTECTED])
def test_the_other_levels_name_nobody(case: Any, level: Level) -> None:
    found = rule.naming(case, result(LINKED), ["x:1"], level=level)
    assert found.names.level is level
    assert not found.names.known("x:1")


def test_the_form_holds_who_may_be_named_and_is_not_written_over(
    case: Any, tmp_path: Path
) -> None:
    path = tmp_path / "form.csv"
    assert rule.write_people_form(path, case, result(LINKED)) == 2
    assert path.read_text(encoding="utf-8-sig").splitlines() == [
        "account,handle,rests_on,reason,asked,answer",
        "x:1,Iris.Vell,text + url,,,",
        "x:2,ob,text + url,,,",
    ]
    assert rule.people_in(path) == []
    with pytest.raises(PolicyError, match="not written over"):
        rule.write_people_form(path, case, result(LINKED))
