"""One figure of any kind as HTML: which module draws which kind, and the words each needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fanal.reports.figures import map as map_figure
from fanal.reports.figures import pair, raster, timeline
from fanal.reports.figures.frame import COMMON, Html, Parts, framed, harmless

_DRAWN: dict[str, tuple[Callable[[dict[str, Any], dict[str, str]], Parts], tuple[str, ...]]] = {
    "map": (map_figure.parts, map_figure.WORDS),
    "timeline": (timeline.parts, timeline.WORDS),
    "raster": (raster.parts, raster.WORDS),
    "pair": (pair.parts, pair.WORDS),
}
KINDS = tuple(_DRAWN)


def words_of(kind: str) -> tuple[str, ...]:
    """Return the keys that `words` must have for a figure of this kind."""
    return COMMON + _DRAWN[kind][1]


def block(kind: str, data: dict[str, Any], words: dict[str, str]) -> Html:
    """Return one figure as HTML that is safe to put into a page as it is.

    Parameters
    ----------
    kind
        ``map``, ``timeline``, ``raster`` or ``pair``.
    data
        What that module's `prepared` returns, and ``id``: a name of letters, digits, hyphens,
        used once in the page. Texts in it may be hostile.
    words
        Every word shown, in the page's language; the keys are those of `words_of`.

    Returns
    -------
    Html
        A ``<figure>``. It holds no script and no style, loads nothing, and every text from
        outside is escaped, its links written so that no program makes them live.

    Raises
    ------
    KeyError
        A word is missing; the message names all that are.
    """
    missing = sorted(set(words_of(kind)) - set(words))
    if missing:
        raise KeyError(f"figure {kind}: no words for {', '.join(missing)}")
    clean, said = harmless(data), harmless(words)
    draw, own = _DRAWN[kind]
    return framed(kind, clean["id"], draw(clean, said), said, own)
