"""Pieces of SVG: lines, boxes, texts, axes of time.

Looks are attributes, colours the page's custom properties: a picture taken out of its page
keeps its look once ``var(--name)`` is replaced.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fanal.reports.figures.frame import escaped

WIDTH = 760.0
#: Kind of text -> size, weight, colour. The style sheet says the same, over the page's own.
TEXTS = {
    "label": (12, 400, "ink"),
    "strong": (12, 600, "ink"),
    "small": (10.5, 400, "ink"),
    "tick": (11, 400, "soft"),
}
_S = 1_000_000
#: Steps of an axis of time in seconds, and how its labels are written.
_STEPS = (
    (1, "s"), (2, "s"), (5, "s"), (10, "s"), (15, "s"), (30, "s"), (60, "m"), (120, "m"),
    (300, "m"), (600, "m"), (900, "m"), (1800, "m"), (3600, "m"), (7200, "m"), (10800, "m"),
    (21600, "m"), (43200, "m"), (86400, "d"), (172800, "d"), (604800, "d"), (1209600, "d"),
    (2592000, "d"), (7776000, "d"), (15552000, "d"), (31536000, "d"),
)  # fmt: skip


def at(value: float) -> str:
    """Return a coordinate to a tenth of a unit."""
    return f"{value:.1f}".removesuffix(".0")


def text(x: float, y: float, words: str, kind: str = "label", anchor: str = "start") -> str:
    """Return a text whose baseline begins, has its middle or ends at (x, y)."""
    size, weight, colour = TEXTS[kind]
    return (
        f'<text class="t-{kind}" x="{at(x)}" y="{at(y)}" font-size="{size}" '
        f'font-weight="{weight}" fill="var(--{colour})" text-anchor="{anchor}">'
        f"{escaped(words)}</text>"
    )


def line(x1: float, y1: float, x2: float, y2: float, *, colour: str = "rule", width: float = 1) -> str:  # fmt: skip
    """Return a straight line."""
    return (
        f'<line x1="{at(x1)}" y1="{at(y1)}" x2="{at(x2)}" y2="{at(y2)}" '
        f'stroke="var(--{colour})" stroke-width="{at(width)}"/>'
    )


def path(d: str, *, colour: str, width: float = 1, opacity: float = 1.0) -> str:
    """Return a path that is stroked, not filled."""
    return (
        f'<path d="{d}" fill="none" stroke="var(--{colour})" stroke-width="{width:g}" '
        f'stroke-opacity="{opacity:g}"/>'
    )


def filled_path(d: str, *, colour: str, opacity: float = 1.0) -> str:
    """Return a path that is filled, not stroked."""
    return f'<path d="{d}" fill="var(--{colour})" fill-opacity="{opacity:g}"/>'


def box(x: float, y: float, width: float, height: float) -> str:
    """Return the outline of a box, as a piece of a path."""
    return f"M{at(x)} {at(y)}h{at(width)}v{at(height)}h{at(-width)}z"


def picture(name: str, alt: str, height: float, content: str, *, width: float = WIDTH) -> str:
    """Return a whole SVG, in a box that scrolls sideways where the window is narrow."""
    return (
        f'<div class="fig-scroll" tabindex="0" role="group" aria-labelledby="{name}-title">'
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {at(width)} {at(height)}" '
        f'role="img" aria-label="{escaped(alt)}" font-family="var(--sans)" data-picture="">'
        f"{content}</svg></div>"
    )


def moment(us: int) -> datetime:
    """Return the time of microseconds since 1970, UTC."""
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=us)


def day(us: int, words: dict[str, str]) -> str:
    """Return a day: ``3 Mar``."""
    one = moment(us)
    return f"{one.day} {words['months'].split(',')[one.month - 1]}"


def time_ticks(first_us: int, last_us: int, most: int, words: dict[str, str]) -> list[tuple[int, str]]:  # fmt: skip
    """Return times and labels for an axis, `most` at most, at round times (UTC)."""
    span = max(1, last_us - first_us)
    step, form = next(((s, f) for s, f in _STEPS if span / (s * _S) <= most - 0.5), _STEPS[-1])
    step_us = step * _S
    begin = -(-first_us // step_us) * step_us
    return [(us, _label(us, form, words)) for us in range(begin, last_us + 1, step_us)]


def lapse_ticks(first_us: int, last_us: int, most: int, zero_us: int) -> list[tuple[int, str]]:
    """Return times and labels that say how long after `zero_us`: ``0 s``, ``+10 s``, ``+2 min``."""
    shifted = time_ticks(first_us - zero_us, last_us - zero_us, most, {"months": ",,,,,,,,,,,"})
    return [(us + zero_us, _lapse(us // _S)) for us, _ in shifted]


def _lapse(seconds: int) -> str:
    whole, unit = (seconds, "s") if seconds % 60 or not seconds else (seconds // 60, "min")
    return f"{'+' if whole > 0 else ''}{whole}\u00a0{unit}".replace("-", "\u2212")


def _label(us: int, form: str, words: dict[str, str]) -> str:
    if form == "d":
        return day(us, words)
    if form == "m" and us % (86400 * _S) == 0:
        return day(us, words)
    return f"{moment(us):{'%H:%M' if form == 'm' else '%H:%M:%S'}}"
