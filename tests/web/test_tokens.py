"""Tokens open what they say, once, until they expire, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.web import tokens
from fanal.web.tokens import form_token, is_form_token, new_token, read_token

SECRET = bytes(range(32))
NOW = 1_795_000_000.0


def link(account: str = "a1", *, secret: bytes = SECRET, lasts_s: int = 60) -> str:
    return new_token(
        secret, purpose="link", role="holder", account=account, now=NOW, lasts_s=lasts_s
    )


@given(st.text(min_size=1, max_size=60).filter(lambda text: text.isprintable()))
def test_a_token_says_what_was_put_in(account: str) -> None:
    token = read_token(SECRET, link(account), purpose="link", now=NOW)
    assert token is not None
    assert (token.role, token.account, token.expires) == ("holder", account, int(NOW) + 60)


def test_an_account_that_looks_like_the_fields_of_a_token_stays_an_account() -> None:
    account = "x\noperator\n9999999999"
    token = read_token(SECRET, link(account), purpose="link", now=NOW)
    assert token is not None
    assert (token.role, token.account) == ("holder", account)


def test_a_token_is_nothing_from_its_end_on() -> None:
    text = link(lasts_s=60)
    assert read_token(SECRET, text, purpose="link", now=NOW + 59.9) is not None
    assert read_token(SECRET, text, purpose="link", now=NOW + 60) is None


def test_a_link_is_no_session_and_another_secret_opens_nothing() -> None:
    assert read_token(SECRET, link(), purpose="session", now=NOW) is None
    assert read_token(SECRET, link(secret=bytes(32)), purpose="link", now=NOW) is None


def test_a_changed_letter_anywhere_is_refused() -> None:
    text = link()
    for place, letter in enumerate(text):
        other = "A" if letter != "A" else "B"
        changed = text[:place] + other + text[place + 1 :]
        token = read_token(SECRET, changed, purpose="link", now=NOW)
        # the last letter of each half carries bits that base64 does not use
        assert token is None or token.account == "a1"


@pytest.mark.parametrize(
    "text", ["", ".", "a.b", "é.é", "a" * 2_000, "..", "=.=", "\x00.\x00", link() + ".x"]
)
def test_what_is_no_token_is_refused(text: str) -> None:
    assert read_token(SECRET, text, purpose="link", now=NOW) is None


def test_a_form_is_bound_to_its_action_and_its_cookie() -> None:
    text = form_token(SECRET, "cookie", "/holder/wish")
    assert is_form_token(SECRET, text, "cookie", "/holder/wish")
    assert not is_form_token(SECRET, text, "cookie", "/holder/forget")
    assert not is_form_token(SECRET, text, "another", "/holder/wish")
    assert not is_form_token(SECRET, "é", "cookie", "/holder/wish")


def test_the_operator_has_no_account_and_a_holder_has_one() -> None:
    for role, account in (("operator", "a1"), ("holder", "")):
        with pytest.raises(ValueError, match="account"):
            new_token(SECRET, purpose="link", role=role, account=account, now=NOW, lasts_s=1)  # type: ignore[call-overload, unused-ignore]


def test_links_are_addresses_below_the_base() -> None:
    told = tokens.holder_link(SECRET, "https://cards.example/", account="a1", now=NOW)
    start = "https://cards.example/holder/enter?link="
    assert told.startswith(start)
    found = read_token(SECRET, told.removeprefix(start), purpose="link", now=NOW)
    assert found is not None
    assert found.role == "holder"
    assert "/operator/enter?link=" in tokens.operator_link(SECRET, "http://x", now=NOW)
