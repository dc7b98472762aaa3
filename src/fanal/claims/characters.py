"""What each character is folded to: tables for the kernels, made once from Python's Unicode data.

1. Compatibility decomposition (NFKD), case folded, decomposed again; accents and other marks that
   only adorn a letter are left out. Vowel signs that are letters of their script (Devanagari,
   Thai) stay.
2. Some letters that NFKD leaves whole lose their stroke or ligature: ø o, ł l, ı i, œ oe.
3. Symbols of category So from U+2190 on are emoji; what nobody sees vanishes; the rest is space.
4. Look-alikes between Latin, Cyrillic and Greek, written by hand: twins, and letters that only pass
   for another inside a word of the other script.

Unicode Technical Standard 39 (Davis, Suignard), "Unicode Security Mechanisms", names the idea of
a skeleton; its data is not used: it folds Н to H and н to н, which breaks case folding.
"""

from __future__ import annotations

import functools
import unicodedata
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fanal.kernels.text_fold import DROP, EMOJI, LETTER, SEQUENCE, SPACE

_LATIN, _CYRILLIC, _GREEK = 1, 2, 3
_PAGE = 256
_SCRIPTS_END = 0x2000
#: Letters that carry their mark inside.
_PLAIN = {
    "ø": "o", "đ": "d", "ł": "l", "ı": "i", "ɑ": "a", "ɡ": "g", "ħ": "h", "ŧ": "t", "æ": "ae",
    "œ": "oe", "þ": "th", "ð": "d", "ى": "ي", "ی": "ي", "ک": "ك", "ہ": "ه", "ھ": "ه",
}  # fmt: skip
#: Marks that adorn a letter and may be left out: first and last of each range.
_ADORNING = (
    (0x300, 0x36F), (0x483, 0x489), (0x591, 0x5C7), (0x610, 0x61A), (0x64B, 0x65F),
    (0x670, 0x670), (0x6D6, 0x6ED), (0x711, 0x74A), (0x8D3, 0x8FF), (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE00, 0xFE0F), (0xFE20, 0xFE2F), (0xE0100, 0xE01EF),
)  # fmt: skip
#: Letters by name that show nothing, and the Arabic stretcher.
_UNSEEN = {
    0x115F,
    0x1160,
    0x17B4,
    0x17B5,
    0x180B,
    0x180C,
    0x180D,
    0x2800,
    0x3164,
    0xFFA0,
    0x640,
}
_SKIN = range(0x1F3FB, 0x1F400)
#: Twins: Cyrillic and Latin, Greek and Latin, Greek and Cyrillic.
_TWINS = (
    ("аеіјорсухѕһԁԛԝӏАВЕІЈКМНОРСТУХЅԚԜӀ", "aeijopcyxshdqwlABEIJKMHOPCTYXSQWI"),
    ("οαριχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "oapixABEZHIKMNOPTYX"),
    ("οαριχΑΒΕΗΙΚΜΟΡΤΧ", "оаріхАВЕНІКМОРТХ"),
)
#: Letters that pass for another inside a word.
_LOOSE = (
    ("кмтв", "kmtb"),
    ("κτεβνυηγω", "ktebvunyw"),
    ("κτε", "кте"),
)


@dataclass(frozen=True, slots=True)
class Characters:
    """Tables for `fanal.kernels.text_fold`.

    Parameters
    ----------
    pages
        uint16, shape (4352,): page of `entries` for each 256 code points.
    entries
        uint32: kind, script, folded code point or place of a sequence.
    sequences
        uint8: a length, then that many bytes of UTF-8; again and again.
    alike
        uint64, shape (8192,): look-alikes of a code point in other scripts.
    longest
        Bytes that one byte can become at most.
    """

    pages: NDArray[np.uint16]
    entries: NDArray[np.uint32]
    sequences: NDArray[np.uint8]
    alike: NDArray[np.uint64]
    longest: int


@functools.cache
def characters() -> Characters:
    """Return the tables; made on the first call, some 0.1 s."""
    entries = np.full((0x110000 // _PAGE, _PAGE), SPACE, np.uint32)
    flat = entries.reshape(-1)
    sequences = bytearray()
    longest = 1
    whole = _whole(flat)
    for value in range(0x30000):
        if value < 0x20000 and whole[value]:
            continue
        if value >= 0x20000 and not 0x2F800 <= value < 0x2FA20:
            continue
        kind, text = _folded(value)
        if kind != LETTER:
            flat[value] = kind
            continue
        script = _script(text[0]) << 3
        if len(text) == 1:
            flat[value] = LETTER | script | ord(text) << 5
            longest = max(longest, -(-len(text.encode()) // len(chr(value).encode())))
            continue
        flat[value] = SEQUENCE | script | len(sequences) << 5
        bytes_of = text.encode()
        sequences += bytes([len(bytes_of)]) + bytes_of
        longest = max(longest, -(-len(bytes_of) // len(chr(value).encode())))
    for first, last in _ADORNING:
        flat[first : last + 1] = DROP
    flat[0xE0000:0xE0080] = DROP
    kept, pages = np.unique(entries, axis=0, return_inverse=True)
    return Characters(
        pages=pages.reshape(-1).astype(np.uint16),
        entries=np.ascontiguousarray(kept).reshape(-1),
        sequences=np.frombuffer(bytes(sequences), np.uint8),
        alike=_look_alikes(),
        longest=longest,
    )


def _whole(flat: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Enter the ideographs, which fold to themselves; return which of the first planes are done."""
    done = np.zeros(0x20000, np.bool_)
    for first, last in (
        (0x3400, 0x4DC0),
        (0x4E00, 0xA000),
        (0x20000, 0x2F800),
        (0x30000, 0x33480),
    ):
        flat[first:last] = LETTER  # and no value: itself
        done[first : min(last, 0x20000)] = True
    done[0xD800:0xF900] = True  # halves of characters and private use: space
    return done


def _folded(value: int) -> tuple[int, str]:
    """Return the kind of a code point, and its letters (1 to 3)."""
    char = chr(value)
    kind = unicodedata.category(char)
    if kind == "Cn":
        return (EMOJI if 0x1F000 <= value < 0x1FB00 else SPACE), ""
    if value in _UNSEEN or kind == "Cf" or (kind == "Cc" and not char.isspace()):
        return DROP, ""
    if kind[0] in "ZPC" and not unicodedata.decomposition(char):
        return SPACE, ""
    letters = str(unicodedata.digit(char)) if kind == "Nd" else _letters(char)
    if letters:
        return LETTER, letters
    emoji = (kind == "So" and value >= 0x2190) or value in _SKIN
    return (EMOJI if emoji else SPACE), ""


def _letters(char: str) -> str:
    """Return the letters and digits that a character folds to (1, 2)."""
    once = unicodedata.normalize("NFKD", char).casefold()
    text = unicodedata.normalize("NFKD", "".join(_PLAIN.get(one, one) for one in once))
    kinds = [unicodedata.category(one)[0] for one in text]
    return "".join(
        one
        for one, its in zip(text, kinds, strict=True)
        if its in "LN" or (its == "M" and not _adorns(one))
    )


def _adorns(char: str) -> bool:
    return any(first <= ord(char) <= last for first, last in _ADORNING)


def _script(char: str) -> int:
    value = ord(char)
    if value < 0x250:
        return _LATIN if char.isalpha() else 0
    if 0x370 <= value < 0x400:
        return _GREEK
    return _CYRILLIC if 0x400 <= value < 0x530 else 0


def _look_alikes() -> NDArray[np.uint64]:
    """Return the table of look-alikes (4)."""
    forms = _twins()
    table = np.zeros(_SCRIPTS_END, np.uint64)
    for value in range(_SCRIPTS_END):
        base = unicodedata.normalize("NFKD", chr(value))[0]
        script = _script(base)
        if not script or not base.isalpha():
            continue
        twin, others = forms.get(base, (False, {}))
        entry = script | int(twin) << 2
        for to, form in others.items():
            entry |= ord(form) << (16 * to)
        table[value] = entry
    return table


def _twins() -> dict[str, tuple[bool, dict[int, str]]]:
    """Return for each letter with a look-alike: whether a twin, and script -> form."""
    found: dict[str, tuple[bool, dict[int, str]]] = {}
    for twin, rows in ((True, _TWINS), (False, _LOOSE)):
        for some, others in rows:
            for one, other in zip(some, others, strict=True):
                for here, there in ((one, other), (other, one)):
                    known, forms = found.setdefault(here, (twin, {}))
                    forms.setdefault(_script(there), there)
                    found[here] = (known, forms)
    return found
