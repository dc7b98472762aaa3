"""What every figure has around it: title, caption, source, table, data, buttons.

Texts are made harmless on the way in (`harmless`) and escaped on the way out (`escaped`,
`island`).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from html import escape
from typing import Any, TypeVar

from fanal.reports.harmless import defanged, plain

#: Words of every figure. `file` names what is saved; `months` are twelve short names, by commas.
COMMON = (
    "lang", "title", "caption", "source", "alt", "table", "save", "svg", "png", "csv",
    "copy_caption", "copy_alt", "copied", "copy_failed", "save_failed", "file", "months",
)  # fmt: skip
#: Rows of a table that the page shows; the CSV has them all.
ROWS_SHOWN = 200
#: What would end a data island, or a line of a script, is written as an escape.
_ISLAND = {c: f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}
_ID = re.compile(r"[A-Za-z][\w-]*\Z")
_T = TypeVar("_T")


class Html(str):
    """Text that is HTML already: templates that escape leave it alone."""

    __slots__ = ()

    def __html__(self) -> str:
        """Return itself, as templates ask."""
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a figure's module gives to the frame.

    Parameters
    ----------
    body
        The picture, as HTML.
    columns, rows
        The table beside it, and the CSV: texts, whole numbers, floats, None.
    data
        What only the figure's script reads.
    after
        HTML below the picture: a legend.
    """

    body: str
    columns: list[str]
    rows: list[list[Any]]
    data: dict[str, Any] = field(default_factory=dict)
    after: str = ""


def harmless(value: _T) -> _T:
    """Return data with every text in it plain and without live links."""
    if isinstance(value, str):
        return defanged(plain(value))  # type: ignore[return-value]
    if isinstance(value, dict):
        return {key: harmless(one) for key, one in value.items()}  # type: ignore[return-value]
    if isinstance(value, list | tuple):
        return [harmless(one) for one in value]  # type: ignore[return-value]
    return value


def escaped(text: object) -> str:
    """Return a text for HTML, inside an element or an attribute in double quotes."""
    return escape(str(text), quote=True)


def island(data: dict[str, Any]) -> str:
    """Return data as JSON that cannot end the script element it stands in."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return "".join(_ISLAND.get(character, character) for character in text)


def number(value: float, lang: str) -> str:
    """Return a number as the language writes it: ``1 234,5`` or ``1,234.5``."""
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.6g}"
    if lang != "fr":
        return text
    return text.replace(",", "\u202f").replace(".", ",")


def filled(template: str, **fields: object) -> str:
    """Return a template of words with ``{name}`` filled in; nothing else is a field."""
    return re.sub(r"\{(\w+)\}", lambda m: str(fields.get(m[1], m[0])), template)


def counted(template: str, count: int, lang: str) -> str:
    """Return ``one link|{count} links`` for a count: the first form for one (in French, for none)."""
    one, _, many = template.rpartition("|")
    single = count == 1 or (lang == "fr" and count == 0)
    return filled(one if one and single else many, count=number(count, lang))


def framed(
    kind: str, name: str, parts: Parts, words: dict[str, str], own: tuple[str, ...]
) -> Html:
    """Return the whole figure.

    Raises
    ------
    ValueError
        `name` cannot be an element's id.
    """
    if not _ID.match(name):
        raise ValueError(f"a figure's id is letters, digits, hyphens: {name[:40]!r}")
    data = {
        **parts.data,
        "columns": parts.columns,
        "rows": parts.rows,
        "words": {key: words[key] for key in (*COMMON, *own)},
    }
    return Html(
        f'<figure class="fig fig-{kind}" id="{name}" data-figure="{kind}" '
        f'aria-labelledby="{name}-title">'
        f'<p class="figure-title" id="{name}-title">{escaped(words["title"])}</p>'
        f"{parts.body}{parts.after}"
        f'<figcaption><span class="fig-caption">{escaped(words["caption"])}</span> '
        f'<span class="fig-source">{escaped(words["source"])}</span></figcaption>'
        f"{_tools(words)}{_twin(parts, words)}"
        f'<script type="application/json" id="{name}-data">{island(data)}</script>'
        "</figure>"
    )


def _tools(words: dict[str, str]) -> str:
    """Return the buttons; hidden until a script says that they work."""
    title = escaped(words["title"])
    saves = "".join(
        f'<button type="button" data-save="{form}" aria-label="{escaped(words["save"])} '
        f'{escaped(words[form])}: {title}">{escaped(words[form])}</button>'
        for form in ("svg", "png", "csv")
    )
    copies = "".join(
        f'<button type="button" data-copy="{escaped(words[text])}" '
        f'data-copied="{escaped(words["copied"])}" '
        f'data-copy-failed="{escaped(words["copy_failed"])}" '
        f'aria-label="{escaped(words[f"copy_{text}"])}: {title}">'
        f"{escaped(words[f'copy_{text}'])}</button>"
        for text in ("caption", "alt")
    )
    return f'<div class="fig-tools" hidden><span>{escaped(words["save"])}</span>{saves}{copies}</div>'


def _twin(parts: Parts, words: dict[str, str]) -> str:
    """Return the table that says what the picture shows."""
    lang, rows = words["lang"], parts.rows[:ROWS_SHOWN]
    numeric = [all(not isinstance(row[n], str) for row in parts.rows) for n in range(len(parts.columns))]  # fmt: skip
    head = "".join(
        f'<th scope="col"{_right(numeric[n])}>{escaped(column)}</th>'
        for n, column in enumerate(parts.columns)
    )
    body = "".join(
        "<tr>"
        + "".join(_cell(value, lang, numeric[n]) for n, value in enumerate(row))
        + "</tr>"
        for row in rows
    )
    return (
        f'<details class="fig-twin"><summary>{escaped(words["table"])}</summary>'
        f'<div class="fig-scroll" tabindex="0" role="group" aria-label="{escaped(words["title"])}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div></details>"
    )


def _right(numeric: bool) -> str:  # noqa: FBT001
    return ' class="number"' if numeric else ""


def _cell(value: Any, lang: str, numeric: bool) -> str:  # noqa: FBT001
    if value is None:
        return "<td></td>"
    if isinstance(value, int | float):
        return f"<td{_right(numeric)}>{number(value, lang)}</td>"
    return f"<td><bdi>{escaped(value)}</bdi></td>"
