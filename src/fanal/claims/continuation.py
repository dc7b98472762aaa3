"""Earliest found, and whether the first copy is probably outside the file.

1. Earliest found is the earliest plausible time among the posts that carry the text.
2. If that post passes on, quotes or answers a post that is not in the file, an earlier one is
   outside: that is no inference.
3. Tempo: the first posts (at most `FIRST_POSTS`) after it, per hour. The file watched before it
   for so many hours: those, from its first post on, in which it holds any post of the platforms
   on which the text is found. Tempo times hours is how many posts would have been seen before,
   had the spread gone on already.
4. Fewer than `EXPECTED` of them: the file begins too shortly before to show that nothing came
   earlier (at a steady tempo a silence as long as that has a chance of more than 1 in 20), and
   the first copy is probably outside. Otherwise there is no sign that the file cut it.
5. With fewer than `FEWEST_POSTS` posts there is no tempo: nothing is said, unless the file holds
   no earlier post at all.

What it cannot tell: whether a file that was sampled, or collected by a search for these words, left
out earlier posts; such a file watches nothing else, and hours without posts are not counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

#: Posts after the earliest whose tempo is taken.
FIRST_POSTS = 10
#: Posts that a going spread would have shown before; exp(-3) is 1 in 20.
EXPECTED = 3.0
#: Posts with a time below which there is no tempo.
FEWEST_POSTS = 3
HOUR_US = 3_600_000_000


class Sign(StrEnum):
    """What the file says of posts before the earliest found."""

    #: The earliest found passes on a post that is not in the file.
    REFERS = "refers to a post outside"
    #: The file holds nothing before it.
    FILE_BEGINS = "the file begins with it"
    #: The file begins too shortly before it.
    TEMPO = "the file begins shortly before it"
    #: No sign that the file cut the spread.
    NONE = "no sign"
    #: Too few posts for a tempo.
    TOO_FEW = "too few posts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What the file covers before the earliest found.

    Parameters
    ----------
    earliest, file_first
        Microseconds since 1970, UTC; None without any plausible time.
    posts_before
        Posts of the file before the earliest found.
    before_s
        Seconds from the first post of the file to the earliest found.
    watched_hours
        Hours among these in which the file holds posts.
    per_hour
        Tempo of the first posts; None where there are too few.
    expected
        Posts that would have been seen before at that tempo; None where there is no tempo.
    sign
        What follows.
    """

    earliest: int | None
    file_first: int | None
    posts_before: int
    before_s: float
    watched_hours: float
    per_hour: float | None
    expected: float | None
    sign: Sign

    @property
    def probably_outside(self) -> bool | None:
        """Whether the first copy is probably outside this file; None: nothing can be said."""
        if self.sign is Sign.TOO_FEW:
            return None
        return self.sign is not Sign.NONE


def coverage(
    times: NDArray[np.int64],
    hours: NDArray[np.int64],
    *,
    file_first: int | None,
    posts_before: int,
    refers_outside: bool = False,
) -> Coverage:
    """Return what a file says of posts before the earliest that carries a text.

    Parameters
    ----------
    times
        Plausible times of the posts that carry it, microseconds, sorted.
    hours
        Hours since 1970 in which the file holds posts of the same platforms, sorted.
    file_first
        Time of the first of these posts.
    posts_before
        How many of them are earlier than the earliest that carries the text.
    refers_outside
        Whether the earliest passes on, quotes or answers a post that is not in the file.
    """
    if not len(times) or file_first is None:
        return Coverage(
            earliest=None,
            file_first=file_first,
            posts_before=posts_before,
            before_s=0.0,
            watched_hours=0.0,
            per_hour=None,
            expected=None,
            sign=Sign.REFERS if refers_outside else Sign.TOO_FEW,
        )
    # 1.
    earliest = int(times[0])
    watched = watched_hours(hours, file_first, earliest)
    per_hour = tempo(times)
    expected = None if per_hour is None else per_hour * watched
    return Coverage(
        earliest=earliest,
        file_first=file_first,
        posts_before=posts_before,
        before_s=max(earliest - file_first, 0) / 1e6,
        watched_hours=watched,
        per_hour=per_hour,
        expected=expected,
        sign=_sign(expected, posts_before, refers_outside=refers_outside),
    )


def tempo(times: NDArray[np.int64]) -> float | None:
    """Return posts per hour from the earliest on (3); None where there are too few (5)."""
    if len(times) < FEWEST_POSTS:
        return None
    last = min(FIRST_POSTS, len(times) - 1)
    span = max(int(times[last] - times[0]), 1_000_000)  # at once: within a second
    return last / (span / HOUR_US)


def watched_hours(hours: NDArray[np.int64], first: int, earliest: int) -> float:
    """Return the hours before `earliest` in which the file holds posts, the last ones in part (3)."""
    begin, end = first // HOUR_US, earliest // HOUR_US
    if begin == end:
        return max(earliest - first, 0) / HOUR_US
    whole = np.searchsorted(hours, end) - np.searchsorted(hours, begin, side="right")
    return float(whole) + 1 - first % HOUR_US / HOUR_US + earliest % HOUR_US / HOUR_US


def _sign(expected: float | None, posts_before: int, *, refers_outside: bool) -> Sign:
    if refers_outside:  # 2.
        return Sign.REFERS
    if posts_before == 0:
        return Sign.FILE_BEGINS
    if expected is None:  # 5.
        return Sign.TOO_FEW
    return Sign.TEMPO if expected < EXPECTED else Sign.NONE  # 4.
