"""The timeline: posts per hour, day or longer, and the linked accounts' share of them.

1. Choose the shortest round step that gives at most `BINS` bins; count posts in each (UTC).
2. Draw the posts as bars, those of linked accounts dark at their foot.
3. Below, on a scale of its own, draw the share that linked accounts have in each bin.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fanal.reports.figures import drawn
from fanal.reports.figures.drawn import WIDTH, at
from fanal.reports.figures.frame import Parts, counted, filled, number
from fanal.reports.figures.layout import I64

WORDS = ("posts", "linked", "share", "per", "col_time", "col_posts", "col_linked", "col_share")
BINS = 168
_H = 3_600_000_000
#: Steps a bin may have: hours, days, weeks; a year of weeks fits, longer files take four weeks.
_STEPS = tuple(_H * n for n in (1, 3, 6, 12, 24, 168, 672, 2688, 13440))
#: How dark the bars of all posts are.
ALL = 0.5
LEFT, RIGHT, TOP = 56.0, 12.0, 26.0
BARS, GAP, SHARE, FOOT = 150.0, 34.0, 52.0, 24.0


def prepared(name: str, times_us: I64, linked: NDArray[np.bool_]) -> dict[str, Any]:
    """Return the data of the timeline.

    Parameters
    ----------
    name
        The figure's id.
    times_us
        Time of each post, microseconds since 1970, UTC; int64, shape (posts,), any order.
    linked
        Whether its account has a link; bool, shape (posts,).

    Returns
    -------
    dict
        For ``block("timeline", ...)``: start, step, posts and linked posts of each bin; no bins
        without posts. O(posts).
    """
    if not len(times_us):
        return {"id": name, "start_us": 0, "step_us": _H, "posts": [], "linked": []}
    first, last = int(times_us.min()), int(times_us.max())
    step = next((s for s in _STEPS if last // s - first // s < BINS), _STEPS[-1])
    start = first // step * step
    which = (times_us - start) // step
    bins = int(which.max()) + 1
    return {
        "id": name,
        "start_us": start,
        "step_us": step,
        "posts": np.bincount(which, minlength=bins).tolist(),
        "linked": np.bincount(which[linked], minlength=bins).tolist(),
    }


def parts(data: dict[str, Any], words: dict[str, str]) -> Parts:
    """Return the timeline's picture and table."""
    step, start = data["step_us"], data["start_us"]
    rows = [
        [f"{drawn.moment(start + n * step):%Y-%m-%d %H:%M}", posts, linked,
         round(linked / posts, 4) if posts else None]
        for n, (posts, linked) in enumerate(zip(data["posts"], data["linked"], strict=True))
    ]  # fmt: skip
    columns = [words[f"col_{key}"] for key in ("time", "posts", "linked", "share")]
    return Parts(body=_picture(data, words), columns=columns, rows=rows)


def _picture(data: dict[str, Any], words: dict[str, str]) -> str:
    posts, linked = data["posts"], data["linked"]
    count = max(1, len(posts))
    wide = (WIDTH - LEFT - RIGHT) / count
    foot, base = TOP + BARS, TOP + BARS + GAP + SHARE
    content = _axis(data, wide, base, words) + _scale(
        max(posts, default=0), foot, words["lang"]
    )
    air = min(2.0, wide * 0.2)
    most = _round_up(max(posts, default=0))
    for values, colour, opacity in ((posts, "soft", ALL), (linked, "s0", 1.0)):
        bars = _bars(values, wide, air, foot, BARS / most)
        content += drawn.filled_path(bars, colour=colour, opacity=opacity)
    content += _shares(posts, linked, wide, base, words)
    content += drawn.line(LEFT, foot, WIDTH - RIGHT, foot, colour="soft")
    content += drawn.line(LEFT, base, WIDTH - RIGHT, base, colour="soft")
    return drawn.picture(data["id"], words["alt"], base + FOOT, content + _key(data, words))


def _bars(values: list[int], wide: float, air: float, foot: float, scale: float) -> str:
    return "".join(
        drawn.box(LEFT + n * wide + air / 2, foot - value * scale, wide - air, value * scale)
        for n, value in enumerate(values)
        if value
    )


def _round_up(value: int) -> int:
    """Return the next round count at or above `value`: 1, 2, 4, 6, 8, 10, 12, 16, 20, 24 ..."""
    power = 1
    while True:
        for lead in (10, 12, 16, 20, 24, 30, 40, 50, 60, 80):
            if lead * power % 10 == 0 and lead * power // 10 >= value:
                return lead * power // 10
        power *= 10


def _scale(most: int, foot: float, lang: str) -> str:
    top = _round_up(most)
    marks = [0, top // 2, top] if top > 1 and top % 2 == 0 else [0, top]
    content = ""
    for value in marks:
        y = foot - value / top * BARS
        content += drawn.line(LEFT, y, WIDTH - RIGHT, y) if value else ""
        content += drawn.text(LEFT - 8, y + 4, number(value, lang), "tick", "end")
    return content


def _axis(data: dict[str, Any], wide: float, base: float, words: dict[str, str]) -> str:
    start, step, bins = data["start_us"], data["step_us"], len(data["posts"])
    content = ""
    for us, label in drawn.time_ticks(start, start + bins * step, 8, words):
        x = LEFT + (us - start) / step * wide
        content += drawn.line(x, TOP, x, base + 4)
        if x < WIDTH - RIGHT - 24:
            content += drawn.text(x + 3, base + 17, label, "tick")
    return content


def _shares(
    posts: list[int], linked: list[int], wide: float, base: float, words: dict[str, str]
) -> str:
    """Return the share as steps, broken where no post is; its scale (3)."""
    shares = [b / a if a else None for a, b in zip(posts, linked, strict=True)]
    highest = max((share for share in shares if share), default=0.0)
    top = next(t for t in (0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0) if highest <= t)
    steps, inside, area = "", False, ""
    for n, share in enumerate(shares):
        x = LEFT + n * wide
        if share is None:
            inside = False
            continue
        y = base - share / top * SHARE
        steps += f"{'L' if inside else 'M'}{at(x)} {at(y)}h{at(wide)}"
        area += drawn.box(x, y, wide, base - y) if share else ""
        inside = True
    percent = f"{number(round(top * 100), words['lang'])}\u00a0%"
    return (
        drawn.text(LEFT - 8, base - SHARE + 4, percent, "tick", "end")
        + drawn.text(LEFT - 8, base + 4, "0", "tick", "end")
        + drawn.line(LEFT, base - SHARE, WIDTH - RIGHT, base - SHARE)
        + drawn.filled_path(area, colour="s0", opacity=0.16)
        + drawn.path(steps, colour="s0", width=1.5)
        + drawn.text(LEFT, base - SHARE - 9, words["share"], "strong")
    )


def _key(data: dict[str, Any], words: dict[str, str]) -> str:
    """Return what the bars are, above them: boxes and words."""
    hours = data["step_us"] // _H
    per = filled(words["posts"], per=counted_step(hours, words))
    split = LEFT + 15 + 7.0 * len(per) + 22
    return (
        drawn.filled_path(drawn.box(LEFT, 5, 10, 10), colour="soft", opacity=ALL)
        + drawn.text(LEFT + 15, 14, per, "strong")
        + drawn.filled_path(drawn.box(split, 5, 10, 10), colour="s0")
        + drawn.text(split + 15, 14, words["linked"], "strong")
    )


def counted_step(hours: int, words: dict[str, str]) -> str:
    """Return how long a bin is; `per` holds the forms for hours, days, weeks, by ``;``."""
    unit, size = next((n, size) for n, size in ((2, 168), (1, 24), (0, 1)) if hours % size == 0)
    return counted(words["per"].split(";")[unit], hours // size, words["lang"])
