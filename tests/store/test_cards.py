"""Platform cards in a case: kept beside posts, counted, forgotten by key and by handle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fanal.case import Case
from fanal.case.telling import cards_of
from fanal.store.folder import Folder
from made_case import DAY_ONE, add_rows, new_case

HOUR = 3_600_000_000


def card(account: str, handle: str | None, **values: Any) -> dict[str, Any]:
    return {
        "account": account, "platform": "x", "handle": handle, "captured_at": DAY_ONE,
        "capture": "session JSON", "based_in": "Japan", "place_code": "JP",
        "location_accurate": True, "handle_changes": 2, "raw": "{}", "source_sha256": "ab",
    } | values  # fmt: skip


@pytest.fixture
def case(tmp_path: Path) -> Case:
    folder: Folder = new_case(tmp_path / "a.case")
    accounts = [{"account": "x:1", "platform": "x", "account_id": "1", "handle": "Lamp_Post"}]
    cards = [
        card("x:1", "Lamp_Post", place_code=None, location_accurate=None),
        card("x:@lamp_post", "lamp_post", captured_at=DAY_ONE + HOUR),
        card("x:2", "quay_side", captured_at=DAY_ONE + 2 * HOUR),
    ]
    add_rows(folder, "cards", accounts=accounts, cards=cards)
    return Case(folder)


def test_cards_are_a_table_of_the_case(case: Case) -> None:
    rows = case.table("cards").to_pylist()
    assert [row["account"] for row in rows] == ["x:1", "x:2", "x:@lamp_post"]
    assert (rows[0]["location_accurate"], rows[1]["location_accurate"]) == (None, True)
    assert cards_of(case.path) == (3, 3)
    assert not case.verify()


def test_forgetting_an_account_takes_cards_that_know_it_by_handle_only(case: Case) -> None:
    assert case.forget(accounts=["x:1"], now=DAY_ONE).counts["cards"] == 2
    assert case.table("cards")["account"].to_pylist() == ["x:2"]
    assert not case.verify()


def test_a_handle_that_only_a_card_names_can_be_forgotten(case: Case) -> None:
    case.forget(accounts=["@Quay_Side"], now=DAY_ONE)
    assert "x:2" not in case.table("cards")["account"].to_pylist()


def test_cards_older_than_a_limit_go(case: Case) -> None:
    case.forget(before=DAY_ONE + HOUR, now=DAY_ONE)
    assert case.table("cards").num_rows == 2


def test_taking_the_file_out_takes_its_cards_out(case: Case) -> None:
    case.remove(case.inputs()[0].id)
    assert cards_of(case.path) == (0, 0)
