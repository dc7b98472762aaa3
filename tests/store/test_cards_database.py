"""The cards' database: one publication at a time, SQLite and PostgreSQL alike."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import postgres_server
from conftest import in_ci
from fanal.about import memory
from fanal.errors import StoreError
from fanal.store import cards_holder, cards_tables
from fanal.store.cards import Cards, Shown, open_cards
from fanal.store.cards_publishing import AUDIT_DAYS, After

SECRET = b"s" * 32
ON = date(2026, 3, 1)
OPEN = [{"label": "FR", "channel": "web", "level": "country", "open": True}]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    if reason := postgres_server.reason_without():
        if in_ci():
            pytest.fail(reason)
        pytest.skip(reason)
    with postgres_server.running() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return str(tmp_path / "cards.sqlite")
    url: str = request.getfixturevalue("server")
    names = ", ".join(cards_tables.METADATA.tables)
    postgres_server.execute(url, f"DROP TABLE IF EXISTS {names}")
    return url


@pytest.fixture
def cards(where: str) -> Iterator[Cards]:
    found = open_cards(where, SECRET)
    yield found
    found.close()


def held(*rows: dict[str, Any]) -> pa.Table:
    """Return memories of accounts; what is not said is as of an account shown in France."""
    usual = {
        "number": 1, "next_on": ON + timedelta(days=40), "country": "FR", "shield": False,
        "state": "country", "label": "FR", "shown_channel": "web",
        "shown_created": 2019, "evidence_on": ON - timedelta(days=20), "channel": "web",
    }  # fmt: skip
    return pa.Table.from_pylist([usual | row for row in rows], schema=cards_tables.HELD)


def publish(cards: Cards, *rows: dict[str, Any], on: date = ON, **values: Any) -> bool:
    before = cards.read(on)
    cells = pa.Table.from_pylist(OPEN, schema=cards_tables.CELLS)
    return cards.commit(before, After(on=on, held=held(*rows), cells=cells, **values))


def handles(**pairs: str | None) -> pa.Table:
    names = {"account": list(pairs), "handle": list(pairs.values())}
    return pa.table(
        names, schema=pa.schema([("account", pa.string()), ("handle", pa.string())])
    )


def test_the_tables_are_those_of_the_rules() -> None:
    assert cards_tables.HELD.equals(memory.HELD)
    assert cards_tables.CELLS.equals(memory.CELLS)
    assert cards_tables.SHOWN == memory.SHOWN
    assert cards_tables.CANDIDATE == memory.CANDIDATE
    assert cards_holder.WISHED == memory.WISHED


def test_what_is_published_is_read_again(cards: Cards) -> None:
    rows = [
        {"account": "1", "wish": "region", "asked_on": ON, "first_on": ON, "renamed": "2025-11"},
        {"account": "é 'x'", "state": "withheld", "label": None, "shield": True, "country": None,
         "reason": "proxy days", "why": "proxy days"},
    ]  # fmt: skip
    assert publish(cards, *rows, lists="a", method="b", policy="c")
    before = cards.read(ON)
    assert before.held.to_pylist() == held(*rows).to_pylist()
    assert before.cells.to_pylist() == OPEN
    assert (before.version, before.last_on) == (1, ON)
    assert cards.meta().lists == "a"
    assert cards.counts()["state"] == {"country": 1, "withheld": 1}


def test_a_card_is_found_by_key_and_by_handle_in_any_case(cards: Cards) -> None:
    publish(cards, {"account": "1"}, handles=handles(**{"1": "Marie"}))
    shown = Shown("1", "Marie", "country", "FR", "web", 2019, None)
    assert cards.card(account="1") == shown
    assert cards.card(handle="mARIE") == shown


@pytest.mark.parametrize(
    "name", ["nobody", "", "\0", "\ud800", "x" * 10_000, "'; DROP TABLE held"]
)
def test_nobody_and_what_is_withheld_are_the_same(cards: Cards, name: str) -> None:
    publish(cards, {"account": "1", "state": "withheld"}, handles=handles(**{"1": "marie"}))
    assert cards.card(account="1") is cards.card(handle="marie") is None
    assert cards.card(account=name) is cards.card(handle=name) is None
    assert cards.held(name) is None
    assert cards.held("1") is not None


def test_a_handle_goes_to_who_has_it_now(cards: Cards) -> None:
    publish(cards, {"account": "1"}, {"account": "2"}, handles=handles(**{"1": "a", "2": "b"}))
    publish(cards, {"account": "1"}, {"account": "2"}, handles=handles(**{"2": "A"}))
    found = cards.card(handle="a")
    assert found is not None
    assert (found.account, found.handle) == ("2", "A")
    kept = cards.held("1")
    assert kept is not None
    assert kept["handle"] is None
    publish(cards, {"account": "1"}, {"account": "2"}, handles=handles(**{"1": "b", "2": "c"}))
    assert [cards.card(handle=one) is None for one in "abc"] == [True, False, False]


def test_two_workers_publish_once(cards: Cards) -> None:
    before = cards.read(ON)
    after = After(on=ON, held=held({"account": "1"}), cells=before.cells)
    assert cards.commit(before, after)
    assert not cards.commit(before, after)
    assert [one["number"] for one in cards.audit("1")] == [1]


def test_of_many_workers_at_once_one_publishes(cards: Cards) -> None:
    before = cards.read(ON)
    after = After(on=ON, held=held({"account": "1"}, {"account": "2"}), cells=before.cells)
    with ThreadPoolExecutor(6) as threads:
        done = list(threads.map(lambda _: cards.commit(before, after), range(6)))
    assert sorted(done) == [False] * 5 + [True]
    assert [len(cards.audit(one)) for one in "12"] == [1, 1]


def test_the_audit_counts_what_others_saw_change(cards: Cards) -> None:
    for label in ("FR", "FR", "DE"):
        publish(cards, {"account": "1", "label": label}, {"account": "2", "state": "withheld",
                "label": None, "shown_channel": None,
                "shown_created": None})  # fmt: skip
    assert [(one["number"], one["label"]) for one in cards.audit("1")] == [(1, "FR"), (2, "DE")]
    assert cards.audit("2") == []


def test_the_audit_expires_and_goes_on_counting(cards: Cards) -> None:
    publish(cards, {"account": "1"})
    publish(cards, {"account": "1"}, on=ON + timedelta(days=AUDIT_DAYS - 1))
    assert len(cards.audit("1")) == 1
    publish(cards, {"account": "1"}, on=ON + timedelta(days=AUDIT_DAYS))
    assert cards.audit("1") == []
    publish(cards, {"account": "1", "label": "DE"}, on=ON + timedelta(days=AUDIT_DAYS + 1))
    assert [one["number"] for one in cards.audit("1")] == [2]


def test_evidence_is_the_holders(cards: Cards) -> None:
    told = {"days": 3, "countries": ["é"]}
    publish(cards, {"account": "1"}, {"account": "2"}, evidence={"1": told})
    assert cards.evidence("1") == told
    assert cards.evidence("2") is None


@pytest.mark.parametrize(
    ("state", "wish", "after"),
    [
        ("country", "nothing", "withheld"),
        ("country", "region", "withheld"),
        ("region", "region", "region"),
        ("region", "nothing", "withheld"),
    ],
)
def test_a_wish_towards_less_is_obeyed_at_once(
    cards: Cards, state: str, wish: str, after: str
) -> None:
    publish(cards, {"account": "1", "state": state, "asked_on": ON})
    assert cards.wish("1", wish, asked_on=ON, on=ON)
    kept = cards.held("1")
    assert kept is not None
    assert (kept["state"], kept["wish"]) == (after, wish)
    assert kept["shown_channel"] == ("web" if after == "region" else None)
    assert [one["cause"] for one in cards.audit("1")][1:] == ["wish"] * (after != state)


@pytest.mark.parametrize("is_open", [True, False])
def test_a_country_becomes_its_region_at_once_where_that_is_open(
    cards: Cards, is_open: bool
) -> None:
    before = cards.read(ON)
    cells = [
        *OPEN,
        {"label": "Western Europe", "channel": None, "level": "region", "open": is_open},
    ]
    table = pa.Table.from_pylist(cells, schema=cards_tables.CELLS)
    rows = held({"account": "1", "shown_renamed": "2025-11"}, {"account": "2", "asked_on": ON})
    assert cards.commit(before, After(on=ON, held=rows, cells=table))
    regions = {"FR": "Western Europe", "US": "Northern America"}
    cards.wish("1", "region", asked_on=None, on=ON, regions=regions)
    region = Shown("1", None, "region", "Western Europe", None, 2019, "2025-11")
    assert cards.card(account="1") == (region if is_open else None)
    assert cards.audit("1")[-1]["label"] == (region.label if is_open else None)
    kept = cards.held("1")
    assert kept is not None
    assert (kept["country"], kept["why"]) == ("FR", memory.WISHED)
    cards.wish("2", "region", asked_on=None, on=ON, regions=regions)  # and is asked for no more
    assert cards.card(account="2") is None
    cards.wish("1", "nothing", asked_on=None, on=ON, regions=regions)
    assert cards.card(account="1") is None


def test_of_who_wants_nothing_told_no_candidate_is_remembered(cards: Cards, where: str) -> None:
    shield = {"shield": True, "country": None, "reason": "proxy days", "state": "withheld",
              "label": None, "shown_channel": None, "shown_created": None}  # fmt: skip
    publish(cards, {"account": "1", "created": 2019, "renamed": "2025-11"},
            {"account": "2", "wish": "region", **shield}, {"account": "3"})  # fmt: skip
    for one in "12":
        cards.wish(one, "nothing", asked_on=None, on=ON)
    rows = cards.read(ON).held.select(["account", *memory.CANDIDATE]).to_pylist()
    assert [[row[name] for name in memory.CANDIDATE] for row in rows[:2]] == [[None] * 6] * 2
    assert rows[2]["country"] == "FR"


def test_a_wish_towards_more_waits_for_the_refresh(cards: Cards) -> None:
    due = ON + timedelta(days=40)
    publish(cards, {"account": "1", "wish": "nothing", "state": "withheld"})
    cards.wish("1", None, asked_on=None, on=ON)
    kept = cards.held("1")
    assert kept is not None
    assert (kept["wish"], kept["pending"], kept["pending_wish"]) == ("nothing", True, None)
    assert cards.read(due - timedelta(days=1)).held["wish"].to_pylist() == ["nothing"]
    before = cards.read(due)
    assert before.held["wish"].to_pylist() == [None]
    cards.commit(before, After(on=due, held=before.held, cells=before.cells))
    kept = cards.held("1")
    assert kept is not None
    assert (kept["wish"], kept["pending"]) == (None, False)


def test_who_takes_back_the_asking_is_shown_no_more(cards: Cards) -> None:
    publish(cards, {"account": "1", "asked_on": ON})
    cards.wish("1", None, asked_on=None, on=ON)
    assert cards.card(account="1") is None


def test_a_word_of_the_holder_outlives_a_publication_on_its_way(cards: Cards) -> None:
    publish(cards, {"account": "1"}, {"account": "2"}, {"account": "3"}, {"account": "4"})
    before = cards.read(ON)
    cards.wish("1", "nothing", asked_on=None, on=ON)
    cards.forget("2")
    cards.dispute("3", "no", 5)
    rows = [{"account": one, "label": "DE"} for one in "1234"]
    told = {one: {"days": 1} for one in "1234"}
    assert cards.commit(
        before, After(on=ON, held=held(*rows), cells=before.cells, evidence=told)
    )
    labels = {row["account"]: row["label"] for row in cards.read(ON).held.to_pylist()}
    assert labels == {"1": None, "3": "FR", "4": "DE"}
    assert [cards.evidence(one) for one in "1234"] == [None, None, None, {"days": 1}]
    assert cards.disputes("3")[0].text == "no"


def test_who_is_forgotten_is_not_taken_in_again(cards: Cards) -> None:
    publish(cards, {"account": "1"}, {"account": "2"}, handles=handles(**{"1": "a"}),
            evidence={"1": {}})  # fmt: skip
    cards.dispute("1", "no", 5)
    cards.wish("1", "nothing", asked_on=None, on=ON)
    cards.wish("1", None, asked_on=None, on=ON)
    cards.forget("1")
    assert (cards.held("1"), cards.evidence("1"), cards.audit("1")) == (None, None, [])
    assert cards.disputes() == []
    assert cards.forgotten(["1", "2"]) == ["1"]
    publish(cards, {"account": "1"}, {"account": "2"}, evidence={"1": {}})
    assert cards.held("1") is None
    assert cards.take_back("1")
    publish(cards, {"account": "1"}, {"account": "2"})
    assert cards.held("1") is not None


def test_who_is_gone_from_the_state_is_erased(cards: Cards) -> None:
    publish(cards, {"account": "1"}, {"account": "2"}, evidence={"1": {}})
    publish(cards, {"account": "2"})
    assert (cards.held("1"), cards.evidence("1")) == (None, None)
    publish(cards, {"account": "1"}, {"account": "2"})
    assert cards.held("1") is not None


def test_disputes_open_ones_first(cards: Cards) -> None:
    publish(cards, {"account": "1"}, {"account": "2"})
    assert not cards.dispute("nobody", "x", 1)
    for at, account in enumerate("121"):
        assert cards.dispute(account, f"no {at}", at)
    last = cards.disputes()[0]
    assert (last.account, last.text, last.answer) == ("1", "no 2", None)
    assert cards.answer(last.id, "mended", 9)
    assert not cards.answer(10_000, "mended", 9)
    assert [one.text for one in cards.disputes()] == ["no 1", "no 0", "no 2"]
    assert cards.disputes("1")[1].answer == "mended"
    assert cards.counts()["open_disputes"] == 2


def test_a_link_is_spent_once_and_forgotten_when_it_has_expired(cards: Cards) -> None:
    end = (ON - date(1970, 1, 1)).days * 86_400
    assert cards.spend("a", end - 1)
    assert not cards.spend("a", end - 1)
    publish(cards, {"account": "1"})
    assert cards.spend("a", end + 10)


def test_what_is_changed_in_a_body_is_found(cards: Cards, where: str) -> None:
    publish(cards, {"account": "1"}, {"account": "2"}, evidence={"1": {"days": 1}, "2": {}})
    swap = "UPDATE evidence SET body = (SELECT body FROM evidence WHERE account = '2')"
    if "://" in where:
        postgres_server.execute(where, swap)
    else:
        with closing(sqlite3.connect(where)) as connection, connection:
            connection.execute(swap)
    with pytest.raises(StoreError, match="not as it was written"):
        cards.evidence("1")


def test_another_secret_opens_nothing(cards: Cards, where: str) -> None:
    with pytest.raises(StoreError, match="another secret"):
        open_cards(where, b"t" * 32)


def test_a_newer_format_is_refused_with_the_version_to_install(
    cards: Cards, where: str
) -> None:
    newer = "UPDATE meta SET format = 99, written_by = '7.7'"
    if "://" in where:
        postgres_server.execute(where, newer)
    else:
        with closing(sqlite3.connect(where)) as connection, connection:
            connection.execute(newer)
    with pytest.raises(StoreError, match=r"Install fanal >= 7\.7"):
        open_cards(where, SECRET)


@pytest.mark.parametrize(
    "where",
    ["mysql://me:pass-word@host/x", "postgresql://me:pass-word@", "postgresql://me:pass-word@127.0.0.1:1/x",
     "sqlite://", "sqlite:////proc/nothing/x"],
)  # fmt: skip
def test_a_database_that_cannot_be_opened_says_so_without_the_password(where: str) -> None:
    with pytest.raises(StoreError) as caught:
        open_cards(where, SECRET)
    assert "pass-word" not in str(caught.value)
    assert "me@" not in str(caught.value)


def test_a_value_is_in_no_error(cards: Cards) -> None:
    rows = held({"account": "planted-name", "state": None})
    before = cards.read(ON)
    with pytest.raises(StoreError) as caught:
        cards.commit(before, After(on=ON, held=rows, cells=before.cells))
    assert "planted" not in str(caught.value)
    assert caught.value.__cause__ is None
