"""A link opens one session, a session one role's pages, and a form of elsewhere nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from asking import Asking
from fanal.store.cards import Cards
from fanal.web.desk import Desk
from fanal.web.tokens import holder_link, new_token, operator_link
from made_desk import NOON, SECRET, desk_of, entered, filled, sent, service_of, token_in


@pytest.fixture
def cards(tmp_path: Path) -> Iterator[Cards]:
    made = filled(tmp_path / "cards.sqlite")
    yield made
    made.close()


def test_a_link_fetched_ahead_is_not_used_up_and_opens_once(cards: Cards) -> None:
    desk = desk_of(cards)
    browser = Asking(service_of(desk))
    link = holder_link(SECRET, "", account="1", now=NOON.timestamp())
    for _ in range(3):  # mail programs, messengers
        assert Asking(service_of(desk)).get(link).status_code == 200
    fields = {
        "token": token_in(browser.get(link).text, "/holder/enter"),
        "link": link.partition("link=")[2],
    }
    answer = browser.post("/holder/enter", fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/holder")
    assert "link=" not in answer.headers["location"]
    again = Asking(service_of(desk))
    fields["token"] = token_in(again.get(link).text, "/holder/enter")
    assert again.post("/holder/enter", fields).status_code == 403


def test_the_session_is_a_cookie_that_no_script_and_no_other_site_has(cards: Cards) -> None:
    for base, secure in (("https://cards.example", True), ("http://127.0.0.1:8000", False)):
        browser = Asking(service_of(desk_of(cards, base_url=base)), base)
        link = holder_link(SECRET, "", account="1", now=NOON.timestamp())
        fields = {
            "token": token_in(browser.get(link).text, "/holder/enter"),
            "link": link.partition("link=")[2],
        }
        kept = browser.post("/holder/enter", fields).headers.get_list("set-cookie")[0].lower()
        assert "httponly" in kept
        assert "samesite=strict" in kept
        assert "path=/holder" in kept
        assert "max-age=3600" in kept
        assert ("secure" in kept) is secure


def test_a_path_before_the_addresses_stands_before_all_of_them(cards: Cards) -> None:
    desk = desk_of(cards, base_url="https://social.example/cards")
    link = holder_link(SECRET, desk.site.base_url, account="1", now=NOON.timestamp())
    assert link.startswith("https://social.example/cards/holder/enter?link=")
    browser = Asking(service_of(desk))  # the proxy in front takes the path off
    fields = {"link": link.partition("link=")[2]}
    fields["token"] = token_in(browser.get("/holder/enter").text, "/cards/holder/enter")
    browser.cookies.set(
        "fanal_holder_enter", browser.cookies["fanal_holder_enter"], domain="cards.example"
    )
    answer = browser.post("/holder/enter", fields)
    assert answer.headers["location"] == "/cards/holder"
    assert "path=/cards/holder;" in answer.headers["set-cookie"].lower()


def test_links_that_are_old_foreign_or_anothers_open_nothing(cards: Cards) -> None:
    now = NOON.timestamp()
    session = new_token(
        SECRET, purpose="session", role="holder", account="1", now=now, lasts_s=60
    )
    for link in (
        holder_link(SECRET, "", account="1", now=now - 4 * 86_400),
        holder_link(b"x" * 32, "", account="1", now=now),
        operator_link(SECRET, "", now=now).replace("/operator", "/holder"),
        f"/holder/enter?link={session}",
        "/holder/enter?link=",
        "/holder/enter",
    ):
        browser = Asking(service_of(desk_of(cards)))
        page = browser.get(link)
        assert page.status_code == 200  # the page of a link tells nothing of it
        fields = {
            "token": token_in(page.text, "/holder/enter"),
            "link": link.partition("link=")[2],
        }
        answer = browser.post("/holder/enter", fields)
        assert answer.status_code == 403, link
        assert "fanal_holder=" not in answer.headers.get("set-cookie", "")


def test_without_a_session_nothing_is_told_or_done(cards: Cards) -> None:
    browser = Asking(service_of(desk_of(cards)))
    for path in ("/holder", "/holder/data.json", "/holder/forget"):
        answer = browser.get(path)
        assert answer.status_code == 403
        assert "Marie" not in answer.text
    for form in ("safety", "wish", "ask", "withdraw", "dispute", "forget", "leave"):
        assert browser.post(f"/holder/{form}", {"wish": "nothing"}).status_code == 403
    assert cards.held("1") is not None


def test_a_session_ends_after_an_hour(cards: Cards) -> None:
    browser = entered(desk_of(cards), "1")
    cookie = browser.cookies["fanal_holder"]
    later = Asking(service_of(desk_of(cards, now=lambda: NOON + timedelta(hours=1))))
    later.cookies.set("fanal_holder", cookie)
    assert later.get("/holder").status_code == 403


def test_the_operators_session_does_not_open_a_holders_page(cards: Cards) -> None:
    browser = entered(desk_of(cards))
    cookie = browser.cookies["fanal_operator"]
    browser.cookies.set("fanal_holder", cookie, domain="cards.example")
    assert browser.get("/holder").status_code == 403


@pytest.mark.parametrize(
    ("fields", "headers", "status"),
    [
        ({"x": "1"}, {}, 403),
        ({"token": "x"}, {}, 403),
        ({"token": "GOOD"}, {"sec-fetch-site": "cross-site"}, 403),
        ({"token": "GOOD"}, {"sec-fetch-site": "same-site"}, 403),
        ({"token": "GOOD"}, {"content-type": "text/plain"}, 415),
        ({"token": "GOOD", "more": "x" * 20_000}, {}, 413),
        ({"token": "GOOD", **{f"f{n}": "x" for n in range(20)}}, {}, 400),
        ({"token": "OTHER"}, {}, 403),
    ],
)
def test_a_form_of_elsewhere_changes_nothing(
    cards: Cards, fields: dict[str, str], headers: dict[str, str], status: int
) -> None:
    browser = entered(desk_of(cards), "1")
    page = browser.get("/holder").text
    good, other = (token_in(page, f"/holder/{one}") for one in ("safety", "wish"))
    fields = {
        name: {"GOOD": good, "OTHER": other}.get(one, one) for name, one in fields.items()
    }
    answer = browser.post("/holder/safety", fields, headers=headers)
    assert answer.status_code == status
    held = cards.held("1")
    assert held is not None
    assert held["state"] == "country"


def test_a_copy_of_a_cookie_opens_nothing_once_the_session_was_left(cards: Cards) -> None:
    desk = desk_of(cards)
    for form, fields, page in (
        ("/holder/leave", {}, "/holder"),
        ("/holder/forget", {"sure": "yes"}, "/holder/forget"),
    ):
        browser, other = entered(desk, "1"), entered(desk, "1")
        copy = Asking(service_of(desk))
        copy.cookies.set("fanal_holder", browser.cookies["fanal_holder"])
        assert copy.get("/holder").status_code == 200
        assert sent(browser, form, fields, on=page).status_code == 200
        assert copy.get("/holder").status_code == 403
        assert other.get("/holder").status_code == 200  # another session is another
    later = desk_of(cards, now=lambda: NOON + timedelta(hours=2), ended=desk.ended)
    assert len(desk.ended) == 2
    sent(_with_session(later), "/holder/leave")
    assert len(desk.ended) == 1  # those that are over are let go


def _with_session(desk: Desk) -> Asking:
    browser = Asking(service_of(desk))
    session = new_token(
        SECRET, purpose="session", role="holder", account="2", now=desk.seconds(), lasts_s=60
    )
    browser.cookies.set("fanal_holder", session)
    return browser


def test_cookies_are_secure_however_https_is_written(cards: Cards) -> None:
    assert desk_of(cards, base_url="HTTPS://cards.example").secure
