"""`fanal demo about`: a year of cards on a made-up platform, against a rule like X's."""

from __future__ import annotations

import asyncio
import os
import time
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fanal.cli.common import fail, plain_words, say, show, show_json
from fanal.cli.watching import progress, say_if_compiling

if TYPE_CHECKING:
    from fanal.demo.about_year import Year

#: The service that the pages lead to once it runs.
BASE = "http://127.0.0.1:8000"
_NEEDED = ("sqlalchemy", "cryptography")


def demo_about(folder: Path, *, seed: int, as_json: bool) -> Path:
    """Make the year in a folder, tell it, and return the page of the journalist's card."""
    began = time.monotonic()
    if any(find_spec(name) is None for name in _NEEDED):
        fail("cards need a database and a signature.", "pip install 'fanal[about]'")
    with plain_words():
        say_if_compiling()
        from fanal.demo.about_year import year
        from fanal.demo.words_tour import spoken

        lang = spoken(os.environ)
        with progress() as tell:
            made = year(folder.absolute(), seed=seed, say=say, progress=tell)
        pages = write_pages(made)
    page = pages[made.people[0].person.handle, lang]
    if as_json:
        show_json(_json(made, page))
    else:
        _tell(made, lang, page, time.monotonic() - began)
    return page


def _tell(made: Year, lang: str, page: Path, seconds: float) -> None:
    from fanal.demo.about_story import about_story
    from fanal.demo.about_words import ABOUT
    from fanal.web.desk_words import DeskSentences

    for part in about_story(made, lang, DeskSentences(lang)):
        show(part.title)
        for line in part.lines:
            show(f"  {line}".rstrip())
        show()
    show(f"{ABOUT[lang]['table.page']:<8} {page}")
    show(f"{ABOUT[lang]['table.folder']:<8} {made.config.parent}")
    say(f"done in {seconds:.1f} s")


def _json(made: Year, page: Path) -> dict[str, Any]:
    def fared(one: Any) -> dict[str, Any]:
        low, high = one.between()
        wrong = {"per_100000": one.per(one.wrong), "low": low, "high": high}
        return {"accounts": one.of, "shown": one.shown, "wrong": one.wrong, **wrong}

    return {
        "accounts": made.accounts,
        "people": [
            {
                "handle": one.person.handle,
                "account": one.person.account,
                "truth": one.person.home,
                "rule": one.rule,
                "card": one.card["label"],
                "state": one.card["state"],
                "why": one.card["why"],
            }
            for one in made.people
        ],
        "last_connection": fared(made.last),
        "thirty_days": fared(made.most),
        "cards": fared(made.ours),
        "states": made.states,
        "wrong_cards_by_cause": made.why,
        "config": str(made.config),
        "page": str(page),
    }


# the pages, as the service answers them


def write_pages(made: Year) -> dict[tuple[str, str], Path]:
    """Write the planted accounts' cards in both languages as files.

    Returns
    -------
    dict
        (handle, language) -> file.
    """
    from fanal.web.rendering import STATIC, file_bytes
    from fanal.web.wording import LANGUAGES

    folder = made.config.parent / "pages"
    folder.mkdir(exist_ok=True)
    for name in STATIC:
        (folder / name).write_bytes(file_bytes(name))
    asked = {
        (one.person.handle, lang): folder / f"{one.person.handle}-{lang}.html"
        for one in made.people
        for lang in LANGUAGES
    }
    answers = _answers(made, list(asked))
    for (key, path), page in zip(asked.items(), answers, strict=True):
        path.write_text(_as_file(page, key[0]), encoding="utf-8", newline="\n")
    return asked


def _as_file(page: str, handle: str) -> str:
    """Return a page whose links lead to the files beside it, else to the service."""
    from fanal.web.rendering import STATIC, address_of
    from fanal.web.wording import LANGUAGES

    for lang in LANGUAGES:
        page = page.replace(f'href="/@{handle}?lang={lang}"', f'href="{handle}-{lang}.html"')
    for name in STATIC:
        page = page.replace(f'href="{address_of(name)}"', f'href="{name}"')
    return page.replace('href="/', f'href="{BASE}/')


def _answers(made: Year, asked: list[tuple[str, str]]) -> list[str]:
    """Return what the service answers, asked in this process, on the last day of the platform."""
    from fanal.about.secret import secret_of
    from fanal.about.settings import read_settings
    from fanal.store.cards import open_cards
    from fanal.web.app import create_app

    settings = read_settings(made.config)
    cards = open_cards(settings.cards, secret_of(settings.secret)[0])
    noon = datetime(made.as_of.year, made.as_of.month, made.as_of.day, 12, tzinfo=UTC)
    try:
        app = create_app(settings, cards, lambda: noon)
        return [asyncio.run(_answer(app, handle, lang)) for handle, lang in asked]
    finally:
        cards.close()


async def _answer(app: Any, handle: str, lang: str) -> str:
    """Return the body of one answer (ASGI 3)."""
    path, body = f"/@{handle}", bytearray()
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
        "scheme": "http", "path": path, "raw_path": path.encode(), "root_path": "",
        "query_string": f"lang={lang}".encode(), "headers": [], "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        body.extend(message.get("body", b""))

    await app(scope, receive, send)
    return body.decode("utf-8")
