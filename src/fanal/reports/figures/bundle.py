"""The script and the style sheet that a page with figures holds, once.

The browser's modules are files that import each other, as the workbench serves them. A page
that is one file cannot import: there they become one module, in the order of their needs.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib import resources

#: Each module after those it imports.
MODULES = (
    "colours", "words", "scene", "labels", "paint", "twin", "pointer", "panel", "map",
    "csv", "picture", "save", "copy", "start",
)  # fmt: skip
_IMPORT = re.compile(r"^import\s[^;]*;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function|const|class)", re.MULTILINE)


def scripts() -> list[str]:
    """Return the text of each inline module.

    It stands between ``<script type="module">`` and ``</script>`` as it is, without a blank
    more: its hash is in `csp_hashes`.
    """
    return [_joined()]


def csp_hashes() -> list[str]:
    """Return ``sha256-...`` of each script, for ``script-src`` (in single quotes there).

    Saving as PNG also needs ``img-src data:``; nothing else is needed.
    """
    digests = (hashlib.sha256(text.encode("utf-8")).digest() for text in scripts())
    return [f"sha256-{base64.b64encode(digest).decode('ascii')}" for digest in digests]


def style() -> str:
    """Return the figures' style sheet; it uses the page's custom properties."""
    return _file("figures.css")


@cache
def _joined() -> str:
    texts = (_file(f"{name}.js") for name in MODULES)
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", text)) for text in texts)


@cache
def _file(name: str) -> str:
    folder = resources.files("fanal.reports.figures").joinpath("static")
    return folder.joinpath(name).read_text(encoding="utf-8")
