"""Counts by name as horizontal bars, one line each; no script, the numbers written beside."""

from __future__ import annotations

from fanal.reports.figures.drawn import WIDTH, box, filled_path, picture, text
from fanal.reports.figures.frame import Html, escaped

LINE = 22.0
_NAMES, _NUMBERS = 210.0, 70.0


def bars(
    name: str, rows: list[tuple[str, int, str]], *, title: str, alt: str, caption: str
) -> Html:
    """Return a figure of bars as HTML that is safe to put into a page as it is.

    Parameters
    ----------
    name
        The figure's id, once in the page.
    rows
        Name, count and the count as words; names may be hostile.
    title, alt, caption
        Words in the page's language.
    """
    most = max((count for _, count, _ in rows), default=1) or 1
    room = WIDTH - _NAMES - _NUMBERS
    content = "".join(
        text(_NAMES - 10, n * LINE + 15, label, anchor="end")
        + filled_path(box(_NAMES, n * LINE + 5, room * count / most, LINE - 9), colour="s0")
        + text(_NAMES + room * count / most + 7, n * LINE + 15, words, "tick")
        for n, (label, count, words) in enumerate(rows)
    )
    return Html(
        f'<figure class="fig" id="{name}" aria-labelledby="{name}-title">'
        f'<p class="figure-title" id="{name}-title">{escaped(title)}</p>'
        f"{picture(name, alt, len(rows) * LINE + 4, content)}"
        f"<figcaption>{escaped(caption)}</figcaption></figure>"
    )
