"""The holder's page: what this server knows and shows of an account, and the holder's word on it.

1. The page: what others see, why, from when on; what it rests on, as of the last look and never
   fresher; what the holder may do.
2. Forms: show nothing (at once); show less; ask for a card and withdraw; dispute.
3. All data as JSON, but the day of the next look, which nobody is told.
4. Being forgotten, after a page that says what goes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import Response

from fanal.about.countries import region_of_code
from fanal.about.memory import OPT_IN, WISH_NOTHING, WISH_REGION
from fanal.about.publish import PREVIEW_DAYS
from fanal.reports.harmless import plain
from fanal.web.desk import Desk, Visit, page, seen_at, told
from fanal.web.desk_words import DeskSentences, language
from fanal.web.entering import end_session, routes_of
from fanal.web.holder_told import evidence_told, history_told, now_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import Route

SCHEMA: Final = "fanal-holder-1"
#: Characters of a dispute; disputes of one account that wait for an answer.
MOST_CHARACTERS: Final = 1_000
MOST_OPEN: Final = 5
#: What may stand in ``?done=``.
DONE: Final = ("safety", "wish", "asked", "withdrawn", "sent", "empty", "unsure")
_WISHES: Final = {"country": None, "region": WISH_REGION, "nothing": WISH_NOTHING}
_NOT_TOLD: Final = ("next_on",)
_EMPTY_LINES: Final = re.compile(r"\n[ \n]*\n")

_Fields = Mapping[str, str]


def holder_routes(desk: Desk) -> list[Route]:
    """Return the addresses below ``/holder``."""
    pages = {"/holder": _page, "/holder/data.json": _data, "/holder/forget": _sure}
    forms = {
        "/holder/safety": _safety,
        "/holder/wish": _wish,
        "/holder/ask": _ask,
        "/holder/withdraw": _withdraw,
        "/holder/dispute": _dispute,
        "/holder/forget": _forget,
    }
    return routes_of(desk, "holder", pages, forms)


# 1. the page


def _page(desk: Desk, request: Request, visit: Visit) -> Response:
    done = request.query_params.get("done", "")
    say = DeskSentences(language(request))
    return _shown(desk, request, visit, say(f"holder.done.{done}") if done in DONE else "")


def _shown(
    desk: Desk, request: Request, visit: Visit, done: str, *, text: str = "", status: int = 200
) -> Response:
    """Return the page; `text` is a dispute that could not be sent."""
    say = DeskSentences(language(request))
    held = desk.cards.held(visit.account)
    evidence = desk.cards.evidence(visit.account)
    return page(
        desk, request, "holder.html.j2", cookie=visit.cookie, status=status,
        account=visit.account, held=held, mode=desk.settings.mode, done=done, text=text,
        now=now_of(held, desk.cards.cells().to_pylist(), desk.settings, say) if held else None,
        told=evidence_told(evidence, held, say) if held and evidence else None,
        history=history_told(desk.cards.audit(visit.account), say),
        disputes=desk.cards.disputes(account=visit.account),
        pending=_pending(held) if held else None,
        preview_days=PREVIEW_DAYS, most=MOST_CHARACTERS,
    )  # fmt: skip


def _pending(held: Mapping[str, Any]) -> str | None:
    """Return the wish that waits for the next look; None where none does."""
    return (held["pending_wish"] or "country") if held["pending"] else None


# 2. forms


def _safety(desk: Desk, request: Request, visit: Visit, fields: _Fields) -> Response:
    """Show nothing, at once; no question asked."""
    return _wished(desk, request, visit, {**fields, "wish": "nothing"}, "safety")


def _wish(desk: Desk, request: Request, visit: Visit, fields: _Fields) -> Response:
    return _wished(desk, request, visit, fields, "wish")


def _wished(desk: Desk, request: Request, visit: Visit, fields: _Fields, done: str) -> Response:
    wish = fields.get("wish", "")
    if wish not in _WISHES:
        return seen_at(desk, request, "/holder")
    held = desk.cards.held(visit.account)
    asked_on = held["asked_on"] if held else None
    known = desk.cards.wish(
        visit.account, _WISHES[wish], asked_on=asked_on, on=desk.today(),
        regions=region_of_code(),
    )  # fmt: skip
    return seen_at(desk, request, "/holder", done if known else "")


def _ask(desk: Desk, request: Request, visit: Visit, fields: _Fields) -> Response:  # noqa: ARG001
    return _asked(desk, request, visit, desk.today(), "asked")


def _withdraw(desk: Desk, request: Request, visit: Visit, fields: _Fields) -> Response:  # noqa: ARG001
    return _asked(desk, request, visit, None, "withdrawn")


def _asked(
    desk: Desk, request: Request, visit: Visit, asked_on: date | None, done: str
) -> Response:
    """Ask for a card or withdraw it; who has asked before keeps the day of it."""
    held = desk.cards.held(visit.account)
    if held is None or desk.settings.mode != OPT_IN or (asked_on and held["asked_on"]):
        return seen_at(desk, request, "/holder")
    wish = held["pending_wish"] if held["pending"] else held["wish"]
    desk.cards.wish(visit.account, wish, asked_on=asked_on, on=desk.today())
    return seen_at(desk, request, "/holder", done)


def _dispute(desk: Desk, request: Request, visit: Visit, fields: _Fields) -> Response:
    say = DeskSentences(language(request))
    text = written(fields.get("text", ""))
    if not text:
        return seen_at(desk, request, "/holder", "empty")
    if len(text) > MOST_CHARACTERS:
        length = say.numbers.count(len(text))
        most = say.numbers.count(MOST_CHARACTERS)
        done = say("holder.done.toolong", length=length, most=most)
        return _shown(desk, request, visit, done, text=text, status=422)
    waiting = [one for one in desk.cards.disputes(account=visit.account) if not one.closed_at]
    if len(waiting) >= MOST_OPEN:
        done = say("holder.done.toomany", most=MOST_OPEN)
        return _shown(desk, request, visit, done, text=text, status=422)
    known = desk.cards.dispute(visit.account, text, desk.seconds())
    return seen_at(desk, request, "/holder", "sent" if known else "")


def written(text: str) -> str:
    """Return a text as it is kept.

    Lines by one sign, one empty line at most, one kind of blank, no control characters, no marks heaped
    on a letter, no blank ends.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    blanks = (" " if one.isspace() and one != "\n" else one for one in lines)
    kept = "".join(one for one in blanks if one == "\n" or one.isprintable())
    return plain(_EMPTY_LINES.sub("\n\n", kept)).strip()


# 3. data


def _data(desk: Desk, request: Request, visit: Visit) -> Response:  # noqa: ARG001
    """Return all that is kept of the account as JSON (3)."""
    held = desk.cards.held(visit.account)
    kept = {name: one for name, one in (held or {}).items() if name not in _NOT_TOLD}
    disputes = desk.cards.disputes(account=visit.account)
    data = {
        "schema": SCHEMA,
        "account": visit.account,
        "kept": kept or None,
        "evidence": desk.cards.evidence(visit.account),
        "disputes": [
            {"at": one.at, "text": one.text, "closed_at": one.closed_at, "answer": one.answer}
            for one in disputes
        ],
        "shown_before": desk.cards.audit(visit.account),
    }
    text = json.dumps(data, ensure_ascii=False, indent=1, default=_json)
    headers = {"content-disposition": 'attachment; filename="about-this-account.json"'}
    return Response(text, media_type="application/json", headers=headers)


def _json(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in JSON")


# 4. being forgotten


def _sure(desk: Desk, request: Request, visit: Visit) -> Response:
    return page(desk, request, "holder_forget.html.j2", cookie=visit.cookie)


def _forget(desk: Desk, request: Request, visit: Visit, fields: _Fields) -> Response:
    if fields.get("sure") != "yes":
        return seen_at(desk, request, "/holder", "unsure")
    desk.cards.forget(visit.account)
    return end_session(desk, told(desk, request, "holder.forgotten"), visit)
