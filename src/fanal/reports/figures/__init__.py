"""Figures of a page: a block of HTML each, one script and one style sheet for all of them.

1. A figure's module draws its picture, its table and the data its script needs.
2. `frame` puts them into one ``<figure>``: caption, source, table, data, buttons.
3. `bundle` gives the script and the style sheet that a page holds once.

Without a script everything but the map is there to be seen; the map's table always is.
"""

from __future__ import annotations

from fanal.reports.figures.blocks import KINDS, block, words_of
from fanal.reports.figures.bundle import csp_hashes, scripts, style
from fanal.reports.figures.frame import Html

__all__ = ["KINDS", "Html", "block", "csp_hashes", "scripts", "style", "words_of"]
