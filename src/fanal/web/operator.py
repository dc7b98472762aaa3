"""The operator's page: how many cards, in which state and why; disputes; lists; what would change.

Counts have no cell below twenty accounts. There is no list of accounts and no search: who is where
cannot be read here. Only a dispute names an account, for its holder wrote it to be answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from fanal.about.cells import LEAST_SHOWN
from fanal.web.desk import Desk, Visit, page, seen_at
from fanal.web.desk_words import DeskSentences, language
from fanal.web.entering import routes_of
from fanal.web.holder import MOST_CHARACTERS, written
from fanal.web.operator_told import counted, lists_told, recomputed

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import Route

#: Open disputes on one page, the oldest first.
MOST_SHOWN: Final = 20
#: What may stand in ``?done=``.
DONE: Final = ("answered", "closed", "empty", "toolong", "gone")


def operator_routes(desk: Desk) -> list[Route]:
    """Return the addresses below ``/operator``."""
    forms = {"/operator/answer": _answer, "/operator/close": _close}
    return routes_of(desk, "operator", {"/operator": _page}, forms)


def _page(desk: Desk, request: Request, visit: Visit) -> Response:
    say = DeskSentences(language(request))
    done = request.query_params.get("done", "")
    counts, meta = desk.cards.counts(), desk.cards.meta()
    waiting = [one for one in desk.cards.disputes() if one.closed_at is None]
    return page(
        desk, request, "operator.html.j2", cookie=visit.cookie,
        done=say(f"operator.done.{done}") if done in DONE else "",
        counted=counted(counts, say) if counts["accounts"] else None,
        meta=meta,
        settings=desk.settings,
        risk=", ".join(sorted(say.place(code) for code in desk.settings.risk)),
        waiting=len(waiting),
        disputes=sorted(waiting, key=lambda one: one.at)[:MOST_SHOWN],
        lists=lists_told(desk.lists, desk.today(), say),
        recomputed=recomputed(desk.cards.report(), say),
        k=LEAST_SHOWN, most=MOST_CHARACTERS,
    )  # fmt: skip


def _answer(
    desk: Desk,
    request: Request,
    visit: Visit,  # noqa: ARG001
    fields: Mapping[str, str],
) -> Response:
    text = written(fields.get("text", ""))
    if not text or len(text) > MOST_CHARACTERS:
        return seen_at(desk, request, "/operator", "toolong" if text else "empty")
    return _closed(desk, request, fields, text, "answered")


def _close(
    desk: Desk,
    request: Request,
    visit: Visit,  # noqa: ARG001
    fields: Mapping[str, str],
) -> Response:
    return _closed(desk, request, fields, "", "closed")


def _closed(
    desk: Desk, request: Request, fields: Mapping[str, str], text: str, done: str
) -> Response:
    number = fields.get("id", "")
    known = number.isascii() and number.isdigit() and len(number) < 16
    found = known and desk.cards.answer(int(number), text, desk.seconds())
    return seen_at(desk, request, "/operator", done if found else "gone")
