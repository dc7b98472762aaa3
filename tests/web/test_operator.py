"""The operator sees how many and why, never who is where."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from asking import Asking
from fanal.store.cards import Cards
from fanal.web.desk_words import DeskSentences, desk_catalogue
from fanal.web.operator_told import counted, recomputed
from fanal.web.tokens import holder_link
from made_desk import (
    HOLDERS,
    JOURNALIST,
    MARIE,
    NOON,
    PREVIEW,
    SAFE,
    SECRET,
    desk_of,
    entered,
    filled,
    sent,
    service_of,
    token_in,
)  # fmt: skip


@pytest.fixture
def cards(tmp_path: Path) -> Iterator[Cards]:
    many = [
        replace(one, account=f"{letter}{n}", handle=f"{letter}{n}")
        for letter, one, most in (("m", MARIE, 480), ("j", JOURNALIST, 70), ("s", SAFE, 25))
        for n in range(most)
    ]
    made = filled(tmp_path / "cards.sqlite", (*HOLDERS, *many, replace(PREVIEW, account="p")))
    yield made
    made.close()


def told(browser: Asking, lang: str = "en") -> str:
    return " ".join(unescape(browser.get(f"/operator?lang={lang}").text).split())


def test_cards_are_counted_by_state_and_reason_without_a_small_cell(cards: Cards) -> None:
    page = told(entered(desk_of(cards)))
    assert '<th scope="row">country</th><td class="number">481</td>' in page
    assert '<th scope="row">VPN, proxy or hosting</th><td class="number">71</td>' in page
    assert '<th scope="row">the holder’s wish</th>' not in page  # 26, joined to make others 29
    assert '<th scope="row">others (3)</th><td class="number">29</td>' in page
    numbers = [int(one.replace(",", "")) for one in re.findall(r'number">([\d,]+)</td>', page)]
    assert not [one for one in numbers if 0 < one < 20]


def test_no_account_is_named_and_none_can_be_asked_for(cards: Cards) -> None:
    browser = entered(desk_of(cards))
    page = told(browser)
    for one in HOLDERS:
        assert one.handle is None or one.handle not in page
    assert "France" not in page
    for path in ("/operator/1", "/operator/accounts", "/operator?account=1"):
        answer = browser.get(path)
        assert answer.status_code == 404 or "Marie" not in answer.text


def test_a_holders_link_does_not_open_the_operators_page(cards: Cards) -> None:
    desk = desk_of(cards)
    browser = Asking(service_of(desk))
    link = holder_link(SECRET, "", account="1", now=NOON.timestamp()).partition("link=")[2]
    page = browser.get(f"/operator/enter?link={link}").text
    fields = {"token": token_in(page, "/operator/enter"), "link": link}
    assert browser.post("/operator/enter", fields).status_code == 403
    holder = entered(desk, "1")
    holder.cookies.set("fanal_operator", holder.cookies["fanal_holder"], domain="cards.example")
    assert holder.get("/operator").status_code == 403


def test_mode_decision_and_age_of_the_lists_are_told(cards: Cards) -> None:
    page = told(entered(desk_of(cards)))
    assert "public: every account has a card, after a preview" in page
    assert "ab" * 32 in page
    assert "Iran" in page
    assert "334 days (over 180 days)" in page
    assert "undated" in page
    assert "none; the public mode needs one" in told(entered(desk_of(cards, "opt-in")))


def test_open_disputes_come_oldest_first_and_are_answered_or_closed(cards: Cards) -> None:
    cards.dispute("2", "second", 1_795_000_000)
    cards.dispute("1", "first", 1_794_000_000)
    browser = entered(desk_of(cards))
    page = told(browser)
    assert "2 wait for an answer." in page
    assert page.index("first") < page.index("second")
    first, second = sorted(cards.disputes(), key=lambda one: one.at)
    answer = sent(browser, "/operator/answer", {"id": str(first.id), "text": "Thank you."})
    assert answer.headers["location"] == "/operator?done=answered"
    answer = sent(browser, "/operator/close", {"id": str(second.id)})
    assert answer.headers["location"] == "/operator?done=closed"
    assert [one.answer for one in cards.disputes("1")] == ["Thank you."]
    assert all(one.closed_at for one in cards.disputes())
    assert "None waits for an answer." in told(browser)


@pytest.mark.parametrize(
    ("fields", "done"),
    [
        ({"id": "1", "text": ""}, "empty"),
        ({"id": "1", "text": "x" * 1001}, "toolong"),
        ({"id": "99", "text": "x"}, "gone"),
        ({"id": "1 OR 1", "text": "x"}, "gone"),
        ({"id": "9" * 40, "text": "x"}, "gone"),
        ({"text": "x"}, "gone"),
    ],
)
def test_an_answer_that_cannot_be_kept_is_told_so(
    cards: Cards, fields: dict[str, str], done: str
) -> None:
    cards.dispute("1", "first", 1_794_000_000)
    browser = entered(desk_of(cards))
    answer = sent(browser, "/operator/answer", fields)
    assert answer.headers["location"] == f"/operator?done={done}"
    assert cards.disputes()[0].closed_at is None


def test_a_recomputation_tells_how_many_which_way_and_by_what() -> None:
    ways = {
        "country -> withheld": 31, "withheld -> country": 25, "country -> another country": 22,
        "channel or dates": 40, "region -> country": 5,
    }  # fmt: skip
    report = {
        "on": "2026-11-20", "accounts": 20_000, "cards": 123, "candidates": 80, "ways": ways,
        "lists_before": "vpn-ipv4 2025-12-23", "lists": "vpn-ipv4 2026-11-01",
        "method_before": "fanal 0.1.0", "method": "fanal 0.1.0", "per_100000": 615,
    }  # fmt: skip
    found = recomputed(json.dumps(report), DeskSentences("en"))
    assert found is not None
    assert found.sentences == (
        (
            "Publication of 20 November 2026: by the same days, 123 cards of 20,000 change, each at"
            " its own turn, within three months."
        ),
        "Lists, before: vpn-ipv4 2025-12-23. Now: vpn-ipv4 2026-11-01.",
    )
    assert found.ways == (
        ("the means or the dates only", "", "40"),
        ("country", "not disclosed", "31"),
        ("not disclosed", "country", "25"),
        ("others (2)", "", "27"),
    )
    assert recomputed(None, DeskSentences("en")) is None


def test_every_way_that_a_card_can_change_has_words() -> None:
    states = ("country", "region", "withheld")
    ways = [f"{one} -> {two}" for one in states for two in states if one != two]
    ways += ["country -> another country", "region -> another region", "channel or dates"]
    report = {
        "on": "2026-11-20", "accounts": 9, "cards": 9, "lists_before": "", "lists": "x",
        "method_before": "", "method": "y", "ways": dict.fromkeys(ways, 99),
    }  # fmt: skip
    for lang in ("fr", "en"):
        found = recomputed(json.dumps(report), DeskSentences(lang))
        assert found is not None
        assert len(set(found.ways)) == len(ways)


def test_a_small_server_is_told_no_number_that_points_at_somebody() -> None:
    counts = {
        "accounts": 30, "asked": 3, "open_disputes": 0, "forgotten": 0,
        "state": {"country": 22, "withheld": 8}, "why": {"proxy days": 8}, "wish": {"nothing": 1},
    }  # fmt: skip
    found = counted(counts, DeskSentences("en"))
    assert found.states == (("others (2)", "30", "100\u00a0%"),)
    assert found.reasons == (("others (1)", "under 20", ""),)
    assert dict(found.wishes)["want nothing shown"] == "under 20"


def test_both_languages_have_the_same_words_with_the_same_fields() -> None:
    french, english = desk_catalogue("fr"), desk_catalogue("en")
    assert set(french) == set(english)
    for key, sentence in french.items():
        fields = set(re.findall(r"{(\w+)}", sentence))
        assert fields == set(re.findall(r"{(\w+)}", english[key])), key


def test_both_pages_speak_both_languages(cards: Cards) -> None:
    browser = entered(desk_of(cards))
    assert "Administration des fiches" in told(browser, "fr")
    assert "Cards: the operator’s page" in told(browser)
