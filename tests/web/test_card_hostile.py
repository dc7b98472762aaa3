"""A service begun or fed wrongly: hostile keys and letters, a policy that was narrowed, no TLS."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from asking import Asking
from fanal.about.countries import codes, regions
from fanal.about.memory import Policy
from fanal.errors import PolicyError
from fanal.store.cards import Cards, open_cards
from fanal.web.app import create_app
from fanal.web.holder import written
from fanal.web.starting import require_published, say_if_open
from made_cards import ON, SECRET, Made, now, settings, write

HOSTILE = '7"></a><h1>Not this server</h1><a href="https://evil.example'


@pytest.fixture
def cards(tmp_path: Path) -> Iterator[Cards]:
    store = open_cards(str(tmp_path / "cards.sqlite"), SECRET)
    write(store, [Made(HOSTILE, "hostile", "country", "FR", first_on=ON), Made("2", "wished")])
    yield store
    store.close()


def test_a_key_of_an_account_cannot_become_html(cards: Cards) -> None:
    page = Asking(create_app(settings(), cards, now)).get("/@hostile?lang=en").text
    assert "<h1>Not" not in page
    assert 'href="https://evil' not in page
    assert "&lt;h1&gt;Not this server" in page


def test_the_code_of_a_withheld_card_fits_no_country_and_no_region(cards: Cards) -> None:
    ask = Asking(create_app(settings(), cards, now))
    code = ask.get("/@wished").text.split("<code>")[1].split("</code>")[0]
    form = {"handle": "wished", "quarter": "2026-Q4", "code": code, "lang": "en"}
    assert "Yes, this server showed it" in ask.get("/check", params=form).text
    signer_says = {
        place
        for place in (*codes(), *regions())[:60]
        if "Yes, this server" in ask.get("/check", params={**form, "place": place}).text
    }
    assert not signer_says


def published(**policy: Any) -> Any:
    """Return cards as a publication under a policy leaves them."""
    told = asdict(Policy(**policy))
    plain = {one: sorted(v) if isinstance(v, frozenset) else v for one, v in told.items()}
    meta = SimpleNamespace(policy=json.dumps(plain) if policy else "")
    return SimpleNamespace(meta=lambda: meta)


def configured(**policy: Any) -> Any:
    made = Policy(**policy)
    return SimpleNamespace(mode=made.mode, policy=lambda: made)


@pytest.mark.parametrize(
    ("was", "now_"),
    [
        ({"mode": "public"}, {"mode": "opt-in"}),
        ({"mode": "public"}, {"mode": "public", "k": 40}),
        ({"mode": "public"}, {"mode": "public", "risk": frozenset({"IR"})}),
    ],
)
def test_cards_that_show_more_than_the_configuration_are_not_served(
    was: dict[str, Any], now_: dict[str, Any]
) -> None:
    with pytest.raises(PolicyError, match="showed more") as told:
        require_published(configured(**now_), published(**was))
    assert "fanal about publish" in str(told.value.hint)


def test_cards_that_show_less_are_served_and_in_private_mode_nothing_is() -> None:
    require_published(configured(mode="public"), published(mode="opt-in", k=40))
    require_published(configured(mode="public"), published())
    require_published(configured(mode="private"), published(mode="public"))


def test_the_policy_is_read_as_a_publication_notes_it() -> None:
    from fanal.about.issuing import Order

    policy = Policy(mode="public", risk=frozenset({"IR", "BY"}))
    noted = Order.policy_is(SimpleNamespace(policy=policy))  # type: ignore[arg-type]
    cards = SimpleNamespace(meta=lambda: SimpleNamespace(policy=noted))
    require_published(SimpleNamespace(mode="public", policy=lambda: policy), cards)
    with pytest.raises(PolicyError):
        require_published(configured(mode="opt-in", risk=policy.risk), cards)


@pytest.mark.parametrize(
    ("base_url", "lines"),
    [
        ("http://cards.example", 1),
        ("http://203.0.113.4:8000", 1),
        ("https://cards.example", 0),
        ("http://127.0.0.1:8000", 0),
        ("http://[::1]:8000", 0),
        ("http://localhost", 0),
    ],
)
def test_an_address_without_tls_is_told(
    caplog: pytest.LogCaptureFixture, base_url: str, lines: int
) -> None:
    with caplog.at_level(logging.WARNING):
        say_if_open(base_url)
    assert len(caplog.messages) == lines


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\u00a0b\tc\u3000d", "a b c d"),
        ("d\u2019accord\u202f!", "d\u2019accord !"),
        ("a\r\n\r\n \n\n\nb", "a\n\nb"),
        ("a\n  b", "a\n  b"),
        ("z" + "\u0301" * 300, "z" + "\u0301" * 3),
        ("\u202eevil\u200b\x00\x1b[2J", "evil[2J"),
        (" \n\t ", ""),
    ],
)
def test_a_dispute_is_kept_as_it_can_be_read(text: str, kept: str) -> None:
    assert written(text) == kept
