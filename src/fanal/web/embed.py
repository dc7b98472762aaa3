"""`/embed.js`: the element <fanal-card>, with the words of both languages in it."""

from __future__ import annotations

import json
from functools import cache
from typing import Final

from fanal.web.rendering import file_bytes
from fanal.web.wording import LANGUAGES, catalogue

_WORDS: Final = (
    "from", "from.nothing", "withheld", "mark.", "through", "channel.", "embed.",
)  # fmt: skip


@cache
def embed_script() -> bytes:
    """Return the script."""
    words = {
        lang: {key: text for key, text in catalogue(lang).items() if _in_it(key)}
        for lang in LANGUAGES
    }
    told = json.dumps(words, ensure_ascii=False, separators=(",", ":"))
    return f"const WORDS = {told};\n".encode() + file_bytes("embed.js")


def _in_it(key: str) -> bool:
    return any(key.startswith(one) if one.endswith(".") else key == one for one in _WORDS)
