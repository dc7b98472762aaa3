"""Texts folded to what their words say: one pass over UTF-8 bytes, driven by tables.

1. Links, mentions and hashtags are left out and counted; so is ``RT`` before a mention.
2. Every character is looked up: letters and digits become their folded form, emoji are counted,
   marks and invisible characters vanish, all else is a space.
3. A text whose words mix Latin with Cyrillic or Greek letters is rewritten first, each look-alike
   into the script of its word (`fanal.kernels.text_scripts`), and folded again.
4. Hashes of the bytes as they came and of the folded bytes (FNV-1a, mixed).
"""

from __future__ import annotations

import numpy as np
from numba import boolean, int32, int64, types, uint8, uint16, uint32, uint64
from numpy.typing import NDArray

from fanal.kernels.compiled import njit
from fanal.kernels.text_scripts import in_one_script
from fanal.kernels.text_utf8 import READ, decoded, encoded, hash_of

#: What an entry of the table says in its lowest three bits; the script is in the next two, the
#: folded code point (0: itself), or the place of a sequence, above.
SPACE, DROP, EMOJI, LETTER, SEQUENCE = 0, 1, 2, 3, 4
_PAGES = types.Array(uint16, 1, "C", readonly=True)
_ENTRIES = types.Array(uint32, 1, "C", readonly=True)
_ALIKE = types.Array(uint64, 1, "C", readonly=True)
_FIXED = types.Array(int32, 1, "C", readonly=True)
_LATIN = 1 << 1
_WIDEST = 0x2E80  # from here on scripts write no spaces: a link ends before them


@njit(boolean(int64), cache=True, nogil=True, inline="always")
def _is_word(c: int) -> bool:
    return 48 <= c <= 57 or 97 <= (c | 32) <= 122


@njit(boolean(READ, int64, int64), cache=True, nogil=True)
def _opens_link(data: NDArray[np.uint8], i: int, end: int) -> bool:
    """Tell whether ``http://``, ``https://`` or ``www.`` begins at `i` (1)."""
    if (data[i] | 32) == 119:
        return i + 4 < end and (data[i + 1] | 32) == 119 and (data[i + 2] | 32) == 119 and (
            data[i + 3] == 46
        )  # fmt: skip
    if i + 8 > end or (data[i + 1] | 32) != 116 or (data[i + 2] | 32) != 116:
        return False
    if (data[i + 3] | 32) != 112:
        return False
    at = i + 4 + int((data[i + 4] | 32) == 115)
    return at + 2 < end and data[at] == 58 and data[at + 1] == 47 and data[at + 2] == 47


@njit(int64(READ, int64, int64), cache=True, nogil=True)
def _link_end(data: NDArray[np.uint8], i: int, end: int) -> int:
    """Return where a link that contains `i` ends: at a space, a quote, or a script without spaces."""
    while i < end:
        c = int64(data[i])
        if c < 128:
            if c <= 32 or c == 34 or c == 60 or c == 62:
                break
            i += 1
            continue
        value, size = decoded(data, i, end)
        if value >= _WIDEST or value == 0xA0 or 0x2000 <= value <= 0x200A:
            break
        i += size
    return i


@njit(int64(READ, int64, int64), cache=True, nogil=True)
def _bare_link(data: NDArray[np.uint8], i: int, end: int) -> int:
    """Return where the ``/`` of ``name.tld/`` stands when the dot at `i` is of one, else -1."""
    letters = 0
    k = i + 1
    while k < end:
        c = int64(data[k])
        if 97 <= (c | 32) <= 122:
            letters += 1
        elif 48 <= c <= 57 or c == 45:
            letters = -64
        elif c == 46 and letters != 0:
            letters = 0
        else:
            break
        k += 1
    return k if k < end and data[k] == 47 and letters >= 2 else -1


@njit(
    int64(READ, int64, int64, _PAGES, _ENTRIES, int64), cache=True, nogil=True
)  # fmt: skip
def _name_end(
    data: NDArray[np.uint8],
    i: int,
    end: int,
    pages: NDArray[np.uint16],
    entries: NDArray[np.uint32],
    mention: int,
) -> int:
    """Return where the name of a mention or hashtag that begins at `i` ends; `i` if there is none."""
    began = i
    named = False
    while i < end:
        c = int64(data[i])
        if c < 128:
            if _is_word(c) or c == 95:
                named = named or mention != 0 or c > 57
                i += 1
                continue
            joins = c == 46 or c == 45 or c == 64
            if mention and joins and i > began and i + 1 < end and _is_word(int64(data[i + 1])):
                i += 1
                continue
            break
        value, size = decoded(data, i, end)
        kind = entries[(int64(pages[value >> 8]) << 8) | (value & 255)] & 7
        if kind != LETTER and kind != SEQUENCE and kind != DROP:
            break
        named = named or kind != DROP
        i += size
    return i if named else began


@njit(int64(READ, int64, int64, int64), cache=True, nogil=True)
def _without_label(data: NDArray[np.uint8], start: int, i: int, at: int) -> int:
    """Return `at` less what the letters, digits and hyphens right before `i` had become."""
    word = False
    k = i
    while k > start and (_is_word(int64(data[k - 1])) or data[k - 1] == 45):
        k -= 1
        if data[k] != 45:
            at -= 1
            word = True
        elif word and k > start and _is_word(int64(data[k - 1])):
            at -= 1
            word = False
    return at


@njit(
    types.UniTuple(int64, 2)(
        READ, int64, int64, _PAGES, _ENTRIES, READ, uint8[::1], int64, uint16[::1]
    ),
    cache=True,
    nogil=True,
)
def fold_one(
    data: NDArray[np.uint8],
    start: int,
    end: int,
    pages: NDArray[np.uint16],
    entries: NDArray[np.uint32],
    sequences: NDArray[np.uint8],
    out: NDArray[np.uint8],
    began: int,
    counts: NDArray[np.uint16],
) -> tuple[int, int]:
    """Fold one text into `out` from `began` on (1, 2).

    Parameters
    ----------
    data, start, end
        The bytes of the text.
    pages, entries, sequences
        Tables of `fanal.claims.characters`.
    out, began
        Where the folded bytes go; there must be room for the longest form.
    counts
        uint16, shape (4,): links, mentions, hashtags, emoji; filled.

    Returns
    -------
    tuple
        Where the folded text ends, and its scripts (bit 1 Latin, 2 Cyrillic, 3 Greek).
    """
    counts[:] = 0
    at = began
    scripts = 0
    space = False  # one is due before the next letter
    word = False  # the character before is a letter or digit of ASCII
    word_at = began  # where the last word began in `out`
    i = start
    while i < end:
        c = int64(data[i])
        if (
            word and c < 128 and _is_word(c)
        ):  # the next letter of a word: most of all characters
            out[at] = c if c < 64 else c | 32
            scripts |= 0 if c < 64 else _LATIN
            at += 1
            i += 1
            continue
        size = 1
        if 0xC2 <= c < 0xE0 and i + 1 < end:
            c, size = ((c & 0x1F) << 6) | (int64(data[i + 1]) & 0x3F), 2
        elif c >= 128:
            c, size = decoded(data, i, end)
            if c == 0xFF20 or c == 0xFF03:  # full-width @ and #
                c -= 0xFEE0
        # 1. links, mentions, hashtags
        if c < 128 and not word:
            if ((c | 32) == 104 or (c | 32) == 119) and _opens_link(data, i, end):
                counts[0] += counts[0] < 65535
                i = _link_end(data, i, end)
                space = True
                continue
            if c == 64 or c == 35:
                k = _name_end(data, i + size, end, pages, entries, int64(c == 64))
                if k > i + size:
                    which = 1 if c == 64 else 2
                    counts[which] += counts[which] < 65535
                    if c == 35 and k < end and data[k] == 35:
                        k += 1
                    if c == 64 and at - word_at == 2 and out[word_at] == 114 and (
                        out[word_at + 1] == 116
                    ):  # fmt: skip
                        at = word_at - (word_at > began)
                    i = k
                    space = True
                    continue
        elif c == 46 and i + 1 < end and _is_word(int64(data[i + 1])):
            k = _bare_link(data, i, end)
            if k >= 0:
                counts[0] += counts[0] < 65535
                at = _without_label(data, start, i, at)
                at -= at > began and out[at - 1] == 32
                i = _link_end(data, k, end)
                space, word = True, False
                continue
        # 2. by the table
        entry = entries[(int64(pages[c >> 8]) << 8) | (c & 255)]
        kind = entry & 7
        i += size
        word = c < 128 and _is_word(c)
        if kind in (LETTER, SEQUENCE):
            scripts |= 1 << ((entry >> 3) & 3)
            if space and at > began:
                out[at] = 32
                at += 1
            if space or at == began:
                word_at = at
            space = False
            value = int64(entry >> 5)
            if kind == LETTER:
                at = encoded(value or c, out, at)
            else:
                for k in range(value + 1, value + 1 + int64(sequences[value])):
                    out[at] = sequences[k]
                    at += 1
        elif kind == EMOJI:
            counts[3] += counts[3] < 65535
            space = True
        elif kind == SPACE:
            space = True
    return at, scripts


@njit(
    int64(
        _FIXED, READ, int64, int64, _PAGES, _ENTRIES, READ, _ALIKE, int64,
        uint8[::1], int64[::1], uint64[::1], uint64[::1], uint16[:, ::1],
    ),
    cache=True,
    nogil=True,
)  # fmt: skip
def fold_rows(
    offsets: NDArray[np.int32],
    data: NDArray[np.uint8],
    first: int,
    last: int,
    pages: NDArray[np.uint16],
    entries: NDArray[np.uint32],
    sequences: NDArray[np.uint8],
    alike: NDArray[np.uint64],
    longest: int,
    out: NDArray[np.uint8],
    ends: NDArray[np.int64],
    raw_hash: NDArray[np.uint64],
    folded_hash: NDArray[np.uint64],
    counts: NDArray[np.uint16],
) -> int:
    """Fold the texts `first` to `last` - 1 into `out` (1 to 4).

    Parameters
    ----------
    offsets, data
        An Arrow column of texts.
    pages, entries, sequences, alike
        Tables of `fanal.claims.characters`.
    longest
        Bytes that a byte can become at most.
    out
        Room for folded texts, one behind the other.
    ends
        int64, shape (last - first,): where each ends in `out`; filled.
    raw_hash, folded_hash, counts
        Of each text; filled.

    Returns
    -------
    int
        The first text that was not folded for want of room; `last` when all were. O(bytes).
    """
    at = int64(0)
    scratch = np.empty(256, np.uint8)
    for row in range(first, last):
        start, end = int64(offsets[row]), int64(offsets[row + 1])
        if at + longest * (end - start) + 4 > out.shape[0]:
            return row
        k = row - first
        stop, scripts = fold_one(
            data, start, end, pages, entries, sequences, out, at, counts[k]
        )
        # 3. words of one script
        several = scripts & 0b1110
        if several & (several - 1):
            room = 4 * (end - start) + 4
            if scratch.shape[0] < room:
                scratch = np.empty(room, np.uint8)
            written = in_one_script(data, start, end, alike, scratch)
            if written >= 0:
                stop, scripts = fold_one(
                    scratch, 0, written, pages, entries, sequences, out, at, counts[k]
                )
        # 4. hashes
        raw_hash[k] = hash_of(data, start, end)
        folded_hash[k] = hash_of(out, at, stop)
        at = stop
        ends[k] = at
    return last
