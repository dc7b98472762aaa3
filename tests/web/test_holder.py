"""The holder sees what is known and shown, and what the holder asks for is done."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from fanal.about.estimate import ESTIMATES, REFUSALS
from fanal.about.memory import CELLS as ABOUT_CELLS
from fanal.about.memory import HELD as ABOUT_HELD
from fanal.about.memory import REASONS, Policy
from fanal.about.publish import publish, would_show
from fanal.store.cards import Cards
from fanal.web.desk_words import DeskSentences
from fanal.web.holder_told import preview_until, settled_content
from made_desk import (
    HOLDERS,
    JOURNALIST,
    MARIE,
    NEW,
    NOON,
    ON,
    PREVIEW,
    SAFE,
    SECRET,
    desk_of,
    entered,
    filled,
    sent,
    token_in,
)  # fmt: skip


@pytest.fixture
def cards(tmp_path: Path) -> Iterator[Cards]:
    made = filled(tmp_path / "cards.sqlite")
    yield made
    made.close()


#: Day rows of nobody.
DAYS = pa.schema(
    [("account", pa.string()), ("day", pa.date32()), ("country", pa.string()),
     ("kind", pa.string()), ("network", pa.uint64()), ("client", pa.string())]
)  # fmt: skip


def text(answer: Any) -> str:
    return " ".join(unescape(answer.text).split())


# what is told


def test_a_card_that_is_shown_is_told_with_what_it_rests_on(cards: Cards) -> None:
    told = text(entered(desk_of(cards), "1").get("/holder?lang=en"))
    assert 'Connects mostly from</span> <strong class="place">France' in told
    assert "124 days with a connection in a year, up to and including 20 October 2026." in told
    assert "an app from the store of France" in told
    assert "Tusky <b>" in told
    assert "others see this from" not in told.lower()


def test_behind_a_vpn_the_reason_the_share_and_the_list_with_its_date_are_told(
    cards: Cards,
) -> None:
    told = text(entered(desk_of(cards), "2").get("/holder?lang=en"))
    assert "At least half of the days went through a VPN" in told
    assert "70 of 92 days in the last 180 (76 %)" in told
    assert "the list “vpn-ipv4” of 23 December 2025" in told
    assert "Such a list is wrong at times" in told
    assert "Most probable country" not in told  # behind a proxy none is looked for


def test_a_preview_is_told_with_its_day(cards: Cards) -> None:
    told = text(entered(desk_of(cards), "3").get("/holder?lang=en"))
    assert "Others see this from 10 December 2026" in told
    assert told.index("not disclosed") < told.index("France")


def test_nothing_fresher_than_the_last_look_and_no_next_look_is_told(cards: Cards) -> None:
    browser = entered(desk_of(cards), "1")
    next_on = ON + timedelta(days=20)
    page, data = browser.get("/holder?lang=en").text, browser.get("/holder/data.json").text
    for day in (next_on.isoformat(), "12 December 2026", "next_on"):
        assert day not in page
        assert day not in data


@pytest.mark.parametrize("mode", ["private", "opt-in", "public"])
@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("account", [one.account for one in HOLDERS] + ["nobody"])
def test_every_holder_has_a_page_in_every_mode(
    cards: Cards, mode: str, lang: str, account: str
) -> None:
    answer = entered(desk_of(cards, mode), account).get(f"/holder?lang={lang}")
    assert answer.status_code == 200
    assert f'lang="{lang}"' in answer.text
    forbidden = {"based", "basé", "localis", "bot ", "troll", "validated", "origin"}
    assert not {word for word in forbidden if word in answer.text.lower()}


def test_in_private_mode_the_holder_is_told_that_nobody_sees_anything(cards: Cards) -> None:
    told = text(entered(desk_of(cards, "private"), "1").get("/holder?lang=en"))
    assert "This server shows no card to anybody" in told
    assert "Ask for a card" not in told


def test_who_has_not_asked_sees_what_asking_would_show(cards: Cards) -> None:
    browser = entered(desk_of(cards, "opt-in"), "3")
    assert "Others see this from 10 December 2026" in text(browser.get("/holder?lang=en"))
    sent(browser, "/holder/withdraw")
    told = text(browser.get("/holder?lang=en"))
    assert "Others see this" not in told
    assert told.index("not disclosed") < told.index("If you asked for a card it would say")
    assert told.index("If you asked for a card it would say") < told.index(">France<")
    assert "If you asked" not in text(entered(desk_of(cards), "3").get("/holder?lang=en"))


def test_every_precise_reason_has_words(cards: Cards) -> None:
    for lang in ("fr", "en"):
        say = DeskSentences(lang)
        for reason in (*REASONS, *filter(None, REFUSALS)):
            assert say("because.unknown") not in say.because(reason), reason
            assert say.because_short(reason) != reason or lang == "en", reason
            assert say.has(f"reason.{reason.replace(' ', '_').replace(chr(39), '')}"), reason


@pytest.mark.parametrize("wish", [None, "region", "nothing"])
@pytest.mark.parametrize("channel", [None, "web", "app"])
@pytest.mark.parametrize("country", ["FR", "IR", "DE", "PT", None])
def test_the_preview_is_what_the_publishing_rules_would_show(
    wish: str | None, channel: str | None, country: str | None
) -> None:
    """Many accounts open the cells; the page's look-up agrees with the rules over all of them."""
    crowd = (
        [("FR", "web")] * 30 + [("FR", "app")] * 3 + [("DE", "app")] * 25 + [("PT", None)] * 4
    )
    crowd += [("ES", None)] * 30 + [("IR", "web")] * 40 + [("IT", None)] * 17
    rows = [
        {"account": f"a{n}", "country": code, "channel": one, "number": 1, "state": "withheld",
         "next_on": ON + timedelta(days=9), "shield": False}
        for n, (code, one) in enumerate(crowd)
    ]  # fmt: skip
    mine = {**rows[0], "account": "me", "country": country, "channel": channel, "wish": wish}
    policy = Policy(mode="public", risk=frozenset({"IR"}))
    held = pa.Table.from_pylist([*rows, mine], ABOUT_HELD)
    nothing = DAYS.empty_table(), ESTIMATES.empty_table(), ABOUT_CELLS.empty_table()
    days, estimates, cells = nothing
    cells = publish(held, cells, estimates, days, on=ON, secret=SECRET, policy=policy).cells
    truth = would_show(held, cells, policy).to_pylist()[-1]
    told = settled_content({**mine, "created": None}, cells.to_pylist(), policy.risk)
    assert (told.state, told.label, told.channel) == (
        truth["state"], truth["label"], truth["shown_channel"],
    )  # fmt: skip


def test_the_preview_lasts_thirty_days_from_the_first_place_or_from_asking() -> None:
    held = {"first_on": date(2026, 6, 1), "asked_on": date(2026, 11, 1)}
    assert preview_until(held, "public") == date(2026, 7, 1)
    assert preview_until(held, "opt-in") == date(2026, 12, 1)
    assert preview_until({**held, "asked_on": None}, "opt-in") is None
    assert preview_until({**held, "first_on": None}, "public") is None


# what is done


def test_asking_for_safety_withholds_at_once(cards: Cards) -> None:
    browser = entered(desk_of(cards), "1")
    assert cards.card(account="1") is not None
    answer = sent(browser, "/holder/safety")
    assert answer.headers["location"] == "/holder?done=safety"
    assert cards.card(account="1") is None
    told = text(browser.get("/holder?done=safety&lang=en"))
    assert "Done: nothing is shown." in told
    assert "at your request nothing is shown" in told
    assert "Most probable country" not in told


def test_a_region_is_chosen_at_once_and_more_waits_for_the_next_look(cards: Cards) -> None:
    browser = entered(desk_of(cards), "1")
    assert sent(browser, "/holder/wish", {"wish": "region"}).status_code == 303
    shown = cards.card(account="1")
    assert shown is not None
    assert (shown.state, shown.label, shown.channel) == ("region", "Western Europe", None)
    assert sent(browser, "/holder/wish", {"wish": "country"}).status_code == 303
    held = cards.held("1")
    assert held is not None
    assert (held["wish"], held["pending"], held["pending_wish"]) == ("region", True, None)
    assert "Waiting for the next look" in browser.get("/holder?lang=en").text
    sent(browser, "/holder/wish", {"wish": "the moon"})
    assert cards.held("1") == held


def test_a_card_is_asked_for_once_and_withdrawn_and_a_waiting_wish_stays(cards: Cards) -> None:
    browser = entered(desk_of(cards, "opt-in"), "4")
    sent(browser, "/holder/wish", {"wish": "region"})  # more than nothing: waits
    assert sent(browser, "/holder/ask").headers["location"] == "/holder?done=asked"
    held = cards.held("4")
    assert held is not None
    assert (held["asked_on"], held["wish"], held["pending_wish"]) == (ON, "nothing", "region")
    later = entered(desk_of(cards, "opt-in", now=lambda: NOON + timedelta(minutes=50)), "4")
    assert "You asked for a card on 22 November 2026" in later.get("/holder?lang=en").text
    assert sent(later, "/holder/withdraw").headers["location"] == "/holder?done=withdrawn"
    held = cards.held("4")
    assert held is not None
    assert (held["asked_on"], held["pending_wish"]) == (None, "region")


def test_nobody_asks_for_a_card_where_that_is_not_offered(cards: Cards) -> None:
    browser = entered(desk_of(cards, "public"), "1")
    page = browser.get("/holder").text
    assert "/holder/ask" not in page
    other = entered(desk_of(cards, "opt-in"), "1")
    token = token_in(other.get("/holder").text, "/holder/ask")
    browser.cookies.set("fanal_holder", other.cookies["fanal_holder"], domain="cards.example")
    browser.post("/holder/ask", {"token": token})
    held = cards.held("1")
    assert held is not None
    assert held["asked_on"] is None


def test_a_dispute_goes_to_the_operator_and_its_answer_comes_back(cards: Cards) -> None:
    browser = entered(desk_of(cards), "2")
    words = "My firm's VPN.\r\nI live in Lyon. \u202e<b>\x07"
    assert (
        sent(browser, "/holder/dispute", {"text": words}).headers["location"].endswith("sent")
    )
    (one,) = cards.disputes()
    assert (one.account, one.text) == ("2", "My firm's VPN.\nI live in Lyon. <b>")
    assert "No answer yet." in browser.get("/holder?lang=en").text
    operator = entered(desk_of(cards))
    assert "Account 2, on 22 November 2026" in operator.get("/operator?lang=en").text
    sent(operator, "/operator/answer", {"id": str(one.id), "text": "We cannot tell. Sorry."})
    assert "We cannot tell. Sorry." in browser.get("/holder?lang=en").text


def test_a_dispute_too_long_or_too_many_is_not_sent_and_not_lost(cards: Cards) -> None:
    browser = entered(desk_of(cards), "2")
    answer = sent(browser, "/holder/dispute", {"text": "é" * 1001})
    assert answer.status_code == 422
    assert "é" * 1001 in answer.text
    assert (
        sent(browser, "/holder/dispute", {"text": " \n "}).headers["location"].endswith("empty")
    )
    assert cards.disputes() == []
    for _ in range(5):
        assert sent(browser, "/holder/dispute", {"text": "𝕏" * 1000}).status_code == 303
    answer = sent(browser, "/holder/dispute", {"text": "one more"})
    assert answer.status_code == 422
    assert "one more" in answer.text
    assert len(cards.disputes()) == 5


def test_all_data_are_given_but_the_day_of_the_next_look(cards: Cards) -> None:
    browser = entered(desk_of(cards), "1")
    sent(browser, "/holder/dispute", {"text": "Why?"})
    answer = browser.get("/holder/data.json")
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    data = json.loads(answer.text)
    assert data["kept"]["country"] == "FR"
    assert "next_on" not in data["kept"]
    assert set(data["kept"]) >= set(ABOUT_HELD.names) - {"next_on"}
    assert data["evidence"]["days"] == 124
    assert data["disputes"][0]["text"] == "Why?"
    assert data["shown_before"][0]["label"] == "FR"


def test_being_forgotten_asks_once_more_and_leaves_nothing(cards: Cards) -> None:
    browser = entered(desk_of(cards), "1")
    sent(browser, "/holder/dispute", {"text": "Forget me."})
    unsure = sent(browser, "/holder/forget", {}, on="/holder/forget")
    assert unsure.headers["location"] == "/holder?done=unsure"
    assert cards.held("1") is not None
    answer = sent(browser, "/holder/forget", {"sure": "yes"}, on="/holder/forget")
    assert answer.status_code == 200
    assert browser.get("/holder").status_code == 403  # the session is closed
    assert (cards.held("1"), cards.evidence("1"), cards.audit("1")) == (None, None, [])
    assert cards.disputes() == []
    assert cards.card(account="1") is None


def test_leaving_ends_the_session(cards: Cards) -> None:
    browser = entered(desk_of(cards), "1")
    assert sent(browser, "/holder/leave").status_code == 200
    assert browser.get("/holder").status_code == 403


def test_a_holder_whom_the_service_does_not_know_meets_no_error(cards: Cards) -> None:
    browser = entered(desk_of(cards), "nobody")
    assert "knows nothing of this account" in browser.get("/holder?lang=en").text
    assert json.loads(browser.get("/holder/data.json").text)["kept"] is None


def test_the_language_goes_along_with_a_form(cards: Cards) -> None:
    browser = entered(desk_of(cards), "1")
    page = browser.get("/holder?lang=fr").text
    answer = browser.post("/holder/safety?lang=fr", {"token": token_in(page, "/holder/safety")})
    assert answer.headers["location"] == "/holder?lang=fr&done=safety"


def test_hostile_accounts_and_handles_stay_text(tmp_path: Path) -> None:
    bad = '"><script>alert(1)</script>'
    cards = filled(
        tmp_path / "c.sqlite", (replace(MARIE, account=bad, handle=bad), NEW, SAFE, PREVIEW)
    )
    page = entered(desk_of(cards), bad).get("/holder").text
    assert "<script" not in page
    assert JOURNALIST.account not in [one.account for one in (NEW, SAFE, PREVIEW)]
    cards.close()
