"""A link to a card in a profile field verifies on Mastodon.

Mastodon's rule, written again from app/services/verify_link_service.rb, app/lib/request.rb and
app/models/account/field.rb: the field's value is an https address without user and password, in its
normal form; it is fetched with ``Accept: text/html``; the answer is 200; in its first megabyte, some
``a`` or ``link`` whose ``rel`` has the word ``me`` has the profile's address as ``href``, upper and
lower case the same. Older versions refuse a body of more than a megabyte instead of cutting it; the
oldest want ``rel`` to be ``me`` and nothing else, and the address letter for letter.
"""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import quote, unquote, urlsplit

import pytest

from asking import Asking
from fanal.store.cards import Cards
from fanal.web.app import create_app
from made_cards import SHOWN, WITHHELD, filled, now, settings

MEGABYTE = 1024 * 1024


class Links(HTMLParser):
    """The links back of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str | None] = []
        self.alone = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        rel = given.get("rel") or ""
        if tag in {"a", "link"} and "me" in rel.split():
            self.found.append(given.get("href"))
            self.alone = rel == "me"


def verifiable(value: str) -> bool:
    """Return whether a field's value may be verified (Account::Field#verifiable?)."""
    parts = urlsplit(value)
    path = quote(unquote(parts.path), safe="/@:!$&'()*+,;=-._~")
    return (
        parts.scheme == "https"
        and parts.username is None
        and parts.password is None
        and bool(parts.hostname)
        and parts.netloc == parts.netloc.lower()
        and parts.netloc.isascii()
        and (not parts.path or parts.path == path)
        and len(value) <= 255
    )


def verified(ask: Asking, field: str, profile: str) -> bool:
    """Return whether Mastodon marks the field as verified (VerifyLinkService)."""
    answer = ask.get(field, headers={"accept": "text/html", "user-agent": "Mastodon/4.5.0"})
    if not verifiable(field) or answer.status_code != 200 or len(answer.content) > MEGABYTE:
        return False
    links = Links(answer.text).found
    return any(href is not None and href.lower() == profile.lower() for href in links)


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cards]:
    store = filled(tmp_path_factory.mktemp("cards"))
    yield store
    store.close()


@pytest.mark.parametrize("one", [*SHOWN, *WITHHELD], ids=lambda one: str(one.handle))
def test_a_card_verifies_the_profile_that_it_is_of(cards: Cards, one: object) -> None:
    ask = Asking(create_app(settings(), cards, now))
    handle = str(getattr(one, "handle", ""))
    profile = f"https://social.example/@{handle}"
    for written in (handle, handle.lower(), handle.upper()):
        for query in ("", "?lang=fr"):
            assert verified(ask, f"https://cards.example/@{written}{query}", profile)


@pytest.mark.parametrize("one", [*SHOWN, *WITHHELD], ids=lambda one: str(one.handle))
def test_it_verifies_on_the_oldest_versions_too(cards: Cards, one: object) -> None:
    handle = str(getattr(one, "handle", ""))
    page = Asking(create_app(settings(), cards, now)).get(f"/@{handle}").text
    links = Links(page)
    assert links.alone
    assert links.found == [f"https://social.example/@{handle}"]


def test_it_verifies_no_other_profile(cards: Cards) -> None:
    ask = Asking(create_app(settings(), cards, now))
    field = "https://cards.example/@jonas"
    assert not verified(ask, field, "https://social.example/@marie_dubreuil")
    assert not verified(ask, field, "https://elsewhere.example/@jonas")


def test_in_private_mode_nothing_verifies(cards: Cards) -> None:
    ask = Asking(create_app(settings("private"), cards, now))
    assert not verified(ask, "https://cards.example/@jonas", "https://social.example/@jonas")


def test_a_page_stays_far_below_what_mastodon_reads(cards: Cards) -> None:
    ask = Asking(create_app(settings(), cards, now))
    assert len(ask.get("/@" + "a" * 64).content) < MEGABYTE / 50
