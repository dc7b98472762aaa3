"""Cards in public: the same for all that is withheld, signed, checked by a code, and quiet."""

from __future__ import annotations

import json
import logging
from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from asking import Asking
from fanal.store.cards import Cards
from fanal.web.app import create_app
from fanal.web.card import measured_of
from fanal.web.limits import Limits
from fanal.web.wording import Sentences
from made_cards import SHOWN, WITHHELD, filled, now, settings

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = (
    "/@jonas", "/@nobody", "/cards/2.json", "/check", "/embed.js", "/.well-known/fanal.json",
    "/openapi.json",
)  # fmt: skip
MANY = Limits(1e9, 10**9)


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cards]:
    store = filled(tmp_path_factory.mktemp("cards"))
    yield store
    store.close()


def service(cards: Any, mode: str = "public", **given: Any) -> Asking:
    return Asking(create_app(settings(mode), cards, now, reading=MANY, **given))


def without(answer: httpx.Response, *names: str) -> tuple[int, dict[str, str], str]:
    """Return an answer whole, the names that it was asked by taken out."""
    text = answer.text
    for name in names:
        text = text.replace(name, "NAME")
    return answer.status_code, dict(answer.headers), text


# what a card says


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("fr", ["Se connecte le plus souvent depuis", "France", "Passe surtout par", "le web",
                "novembre 2025", "4e trimestre 2026"]),
        ("en", ["Connects mostly from", "France", "Mostly through", "the web",
                "November 2025", "the 4th quarter of 2026"]),
    ],
)  # fmt: skip
def test_a_card_says_place_channel_year_and_quarter(
    cards: Cards, lang: str, words: list[str]
) -> None:
    page = service(cards).get(f"/@marie_dubreuil?lang={lang}").text
    for one in (*words, "@Marie_Dubreuil", "2019"):
        assert one in page
    assert page.count('class="mark"') == 1


def test_the_language_is_the_one_asked_for_else_the_one_accepted(cards: Cards) -> None:
    ask = service(cards)
    french = ask.get("/@jonas", headers={"accept-language": "de, fr-CA;q=0.9, en;q=0.8"})
    assert french.headers["content-language"] == "fr"
    assert "Europe de l’Ouest" in french.text
    english = ask.get("/@jonas?lang=en", headers={"accept-language": "fr"})
    assert english.headers["content-language"] == "en"
    assert english.headers["vary"] == "Accept-Language"


def test_a_clients_name_cannot_become_html(cards: Cards) -> None:
    page = service(cards).get("/@pusher").text
    assert "<b>Tusky" not in page
    assert "&lt;b&gt;Tusky" in page


def test_no_percentage_stands_on_a_card_before_it_was_measured_here(cards: Cards) -> None:
    record = {
        "calibrated_here": {
            "without_store": {
                "published": {
                    "accounts": 812, "precision": 0.9701, "precision_low": 0.956,
                    "precision_high": 0.9801,
                }
            }
        }
    }  # fmt: skip
    measured = measured_of(record, with_store=False)
    assert "%" not in service(cards).get("/@marie_dubreuil?lang=en").text
    told = service(cards, measured=measured).get("/@jonas?lang=en").text
    assert "812 accounts" in told
    assert "right for 97% of them (95% interval: 95 to 99%)" in told
    assert measured_of(record, with_store=True) is None
    assert measured_of({}, with_store=False) is None


# withheld


def test_all_that_is_withheld_has_one_page(cards: Cards) -> None:
    ask = service(cards)
    handles = [one.handle for one in WITHHELD] + ["nobody", "gone_and_forgotten"]
    for lang in ("fr", "en"):
        pages = set()
        for handle in handles:
            answer = ask.get(f"/@{handle}?lang={lang}")
            code = answer.text.split("<code>")[1].split("</code>")[0]
            status, headers, text = without(answer, handle, code)
            length = int(headers.pop("content-length"))
            times = answer.text.count(handle)
            pages.add((status, length - times * len(handle), tuple(headers.items()), text))
        assert len(pages) == 1
        assert Sentences(lang)("withheld") in text


def test_all_that_is_withheld_has_one_content_as_data(cards: Cards) -> None:
    ask = service(cards)
    found = set()
    for account in [one.account for one in WITHHELD] + ["98", "99"]:
        answer = ask.get(f"/cards/{account}.json")
        told = answer.json()
        assert told.pop("account") == account
        assert len(b64decode(told.pop("signature")["value"])) == 64
        found.add((answer.status_code, tuple(answer.headers.items()), json.dumps(told)))
    assert len(found) == 1
    ((status, _, told),) = found
    assert status == 200
    assert json.loads(told) | {
        "state": "withheld",
        "handle": None,
        "place": None,
    } == json.loads(told)


def test_what_is_withheld_echoes_the_handle_as_it_was_asked(cards: Cards) -> None:
    ask = service(cards)
    assert "@FEW_Days" in ask.get("/@FEW_Days").text
    assert "@few_days" not in ask.get("/@FEW_Days").text


@pytest.mark.parametrize(
    "path",
    ["/@", "/@.a", "/@a b", "/@%3Cscript%3E", "/@a%0d%0ab", "/@" + "a" * 65, "/@é", "/@a@b.c",
     "/cards/.json", "/cards/a%20b.json", "/cards/-1.json", "/cards/1", "/nothing", "/@a/",
     "/static/../app.py", "/static/none.css"],
)  # fmt: skip
def test_what_is_no_handle_and_no_address_is_answered_404(cards: Cards, path: str) -> None:
    assert service(cards).get(path).status_code == 404


def test_in_private_mode_nothing_is_public(cards: Cards) -> None:
    ask = service(cards, "private")
    answers = [ask.get(path) for path in (*PUBLIC, "/nothing")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_opt_in_mode_serves(cards: Cards) -> None:
    assert {service(cards, "opt-in").get(path).status_code for path in PUBLIC} == {200}


# signed and checked


def signature_holds(told: dict[str, Any], keys: list[dict[str, str]]) -> bool:
    """Check a card as its documentation says, with nothing of ours."""
    signature = told["signature"]
    (public,) = [one["public"] for one in keys if one["id"] == signature["key"]]
    rest = {name: value for name, value in told.items() if name != "signature"}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    key = Ed25519PublicKey.from_public_bytes(b64decode(public))
    try:
        key.verify(b64decode(signature["value"]), text.encode())
    except InvalidSignature:
        return False
    return True


def test_the_signature_of_a_card_holds_and_of_an_altered_one_does_not(cards: Cards) -> None:
    ask = service(cards)
    keys = ask.get("/.well-known/fanal.json").json()["keys"]
    for account in ("1", "2", "11", "99"):
        told = ask.get(f"/cards/{account}.json").json()
        assert signature_holds(told, keys)
        assert not signature_holds(told | {"quarter": "2026-Q3"}, keys)
        assert not signature_holds(told | {"created": 2018}, keys)


def test_a_card_as_data_is_as_its_schema_says(cards: Cards) -> None:
    import jsonschema_rs

    schema = json.loads((ROOT / "docs/about/card.schema.json").read_text("utf-8"))
    check = jsonschema_rs.validator_for(schema)
    for account in [one.account for one in (*SHOWN, *WITHHELD)] + ["nobody"]:
        check.validate(service(cards).get(f"/cards/{account}.json").json())
    described = service(cards).get("/openapi.json").json()["components"]["schemas"]["Card"]
    assert described == {name: one for name, one in schema.items() if name[0] != "$"}


def code_of(page: str) -> str:
    return page.split("<code>", 1)[1].split("</code>", 1)[0]


def test_the_code_of_a_card_is_confirmed_and_another_is_not(cards: Cards) -> None:
    ask = service(cards)
    code = code_of(ask.get("/@marie_dubreuil?lang=en").text)
    assert len(code) == 19

    def heading(**asked: str) -> str:
        given = {"handle": "@Marie_Dubreuil", "place": "FR", "quarter": "2026-Q4", "code": code}
        page = ask.get("/check", params={"lang": "en", **given, **asked}).text
        return page.split("<h1>")[1].split("</h1>")[0]

    yes, no = "Yes, this server showed it", "No, this code does not match"
    assert heading() == yes
    assert heading(code=code.lower().replace("-", " ")) == yes
    assert heading(quarter="T4 2026") == yes
    assert heading(place="DE") == no
    assert heading(place="") == no
    assert heading(handle="jonas") == no
    assert heading(quarter="2026-Q3") == no
    assert heading(code="A" * 16) == no
    assert heading(code="é" * 16) == no
    assert heading(quarter="winter") == "Something is missing"
    assert heading(code="") == "Something is missing"
    assert heading(handle="<script>") == "Something is missing"


def test_the_link_on_a_card_confirms_it(cards: Cards) -> None:
    ask = service(cards)
    for handle in ("marie_dubreuil", "jonas", "few_days"):
        page = ask.get(f"/@{handle}?lang=fr").text
        link = page.split('href="/check?')[1].split('"')[0].replace("&amp;", "&")
        assert "Oui, ce serveur l’a montré" in ask.get(f"/check?{link}").text


def test_a_card_of_another_quarter_has_another_code(cards: Cards) -> None:
    later = create_app(
        settings(), cards, lambda: datetime(2027, 1, 1, tzinfo=UTC), reading=MANY
    )
    assert code_of(Asking(later).get("/@jonas").text) != code_of(
        service(cards).get("/@jonas").text
    )
    assert Asking(later).get("/cards/2.json").json()["quarter"] == "2027-Q1"


# quiet


def test_an_error_tells_neither_visitor_nor_log_what_was_asked(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Broken:
        def card(self, **asked: str) -> None:
            raise RuntimeError(f"no such thing: {asked}, 203.0.113.77")

        def meta(self) -> SimpleNamespace:
            return SimpleNamespace(policy="")

    broken = create_app(settings(), Broken(), now, reading=MANY)
    ask = Asking(broken, client="203.0.113.77")
    with caplog.at_level(logging.DEBUG):
        answers = [
            ask.get("/@secret_handle", headers={"x-forwarded-for": "203.0.113.77"})
            for _ in range(3)
        ]
    assert [one.status_code for one in answers] == [500] * 3
    ours = [one for one in caplog.records if not one.name.startswith("httpx")]
    said = "".join(map(str, (vars(one) for one in ours))) + "".join(
        one.text + str(one.headers) for one in answers
    )
    assert "secret_handle" not in said
    assert "203.0.113" not in said
    lines = [one.getMessage() for one in caplog.records if one.name.startswith("fanal")]
    assert len(lines) == 1
    assert lines[0].startswith("RuntimeError at test_card_api.py:")


def test_no_answer_says_when_a_card_changed_or_may_be_kept(cards: Cards) -> None:
    for path in ("/@jonas", "/cards/2.json", "/check"):
        headers = service(cards).get(path).headers
        assert headers["cache-control"] == "no-store"
        assert not {"etag", "last-modified", "expires", "set-cookie", "server"} & set(headers)


def test_cards_as_data_may_be_read_by_other_sites_and_pages_may_not(cards: Cards) -> None:
    ask = service(cards)
    for path in ("/cards/2.json", "/embed.js", "/.well-known/fanal.json"):
        assert ask.get(path).headers["access-control-allow-origin"] == "*"
    for path in ("/@jonas", "/check", "/holder"):
        assert "access-control-allow-origin" not in ask.get(path).headers


def test_a_service_below_a_path_links_below_it(cards: Cards) -> None:
    below = below_path(cards, "https://social.example/about")
    page = below.get("/@jonas").text
    assert 'href="/about/static/fanal.css?' in page
    assert 'href="/about/check?' in page


def below_path(cards: Cards, base: str) -> Asking:
    told = SimpleNamespace(**{**vars(settings()), "base_url": base})
    return Asking(create_app(told, cards, now, reading=MANY))
