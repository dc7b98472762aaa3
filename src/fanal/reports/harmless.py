"""Makes text from outside harmless: no direction tricks, no control characters, no live links.

Escaping for HTML is the template's work (autoescape); this is what escaping does not do.
"""

from __future__ import annotations

import re

#: Characters that turn the direction of the text around them (Unicode TR 9), or hide.
_TRICKS = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u2028\u2029]")
#: More marks than this on one letter are drawn over the neighbouring lines.
_MARKS = re.compile("([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{3})"
                    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+")  # fmt: skip
_SCHEME = re.compile(r"(h)tt(ps?|p)(://)([^\s/?#<>\"']+)", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"\b(ftp|file|javascript|vbscript|data|mailto):", re.IGNORECASE)
_BARE = re.compile(r"(?<![\w@.\[])((?:[\w-]+\.)+[^\W\d_]{2,})(?=[/?#])")
_WWW = re.compile(r"\bwww\.([\w.-]+)", re.IGNORECASE)


def plain(text: str) -> str:
    """Return the text without control characters; what turns or hides text is spelled out.

    The character U+202E becomes the text ``[U+202E]``: seen, and without effect.
    """
    text = _CONTROLS.sub("�", text)
    text = _TRICKS.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)
    return _MARKS.sub(r"\1", text)


def defanged(text: str) -> str:
    """Return the text with its links written so that no program makes them live.

    ``https://a.example/b`` becomes ``hxxps://a[.]example/b``.
    """
    text = _SCHEME.sub(lambda m: f"{m[1]}xx{m[2]}{m[3]}{_dots(m[4])}", text)
    text = _OTHER_SCHEME.sub(r"\1[:]", text)
    text = _BARE.sub(lambda m: _dots(m[1]), text)
    return _WWW.sub(lambda m: f"www[.]{_dots(m[1])}", text)


def _dots(host: str) -> str:
    return host.replace("[.]", ".").replace(".", "[.]")
