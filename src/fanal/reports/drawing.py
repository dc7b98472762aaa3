"""Two still pictures: when communities acted together, and one burst seen close.

Only geometry here; the template draws it. Units are those of the SVG's view box.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fanal.model.names import Names
from fanal.reports.communities import Community, Moment
from fanal.reports.wording import Words

WIDTH = 760.0
LABEL = 118.0
ROW = 38.0
BURST_ROW = 15.0
FOOT = 26.0
#: A burst is drawn with at most this many accounts, within this many windows.
BURST_ACCOUNTS = 24
MARKED_AT_MOST = 6


@dataclass(frozen=True, slots=True)
class Mark:
    """A dot, and the number of its row."""

    x: float
    y: float
    r: float
    row: int


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across the picture and what it says."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Rows with their labels, dots, ticks; a title, a caption."""

    kind: str
    title: str
    caption: str
    width: float
    height: float
    left: float
    rows: tuple[tuple[float, str], ...]
    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]


def when(communities: list[Community], say: Words, window_s: float) -> Picture | None:
    """Return the timeline of the largest communities; None without moments."""
    told = [one for one in communities if one.moments][:MARKED_AT_MOST]
    if not told:
        return None
    times = [act[0] for one in told for moment in one.moments for act in moment.acts]
    first, last = _whole_days(min(times), max(times))
    most = max(len(moment.acts) for one in told for moment in one.moments)
    span = (last - first).total_seconds()

    def place(at: datetime) -> float:
        share = (at - first).total_seconds() / span
        return round(LABEL + 8 + share * (WIDTH - LABEL - 32), 1)

    marks, rows = [], []
    for row, one in enumerate(told):
        y = ROW * (row + 0.5) + 6
        rows.append((y, say("figure.row", number=one.number)))
        for moment in one.moments:
            radius = 2.2 + 9.0 * (len(moment.acts) / most) ** 0.5
            marks.append(Mark(place(moment.acts[0][0]), y, round(radius, 1), row))
    begin, end = say.numbers.days(first, last - timedelta(seconds=1))
    caption = say(
        "figure.when.caption",
        window=say.numbers.duration(window_s),
        most=say.numbers.count(most),
        first=begin,
        last=end,
    )
    return Picture(
        "when",
        say("figure.when"),
        caption,
        WIDTH,
        ROW * len(told) + FOOT + 6,
        LABEL,
        tuple(rows),
        tuple(marks),
        tuple(_day_ticks(first, last, place, say)),
    )


def _whole_days(first: datetime, last: datetime) -> tuple[datetime, datetime]:
    begin = first.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    end = last.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return begin, end + timedelta(days=1)


def _day_ticks(first: datetime, last: datetime, place: object, say: Words) -> list[Tick]:
    total = (last - first).days
    step = next((n for n in (1, 2, 7, 14, 28, 91, 182, 365) if total / n <= 8), 730)
    ticks = []
    for offset in range(0, total, step):
        at = first + timedelta(days=offset)
        text = f"{at.day} {say.numbers.month(at, 3)}"
        ticks.append(Tick(place(at), text))  # type: ignore[operator]
    return ticks


def burst(
    communities: list[Community], names: Names, say: Words, window_s: float
) -> Picture | None:
    """Return the moment with the most accounts, seen close; None when none has four."""
    moments = [(one, moment) for one in communities[:MARKED_AT_MOST] for moment in one.moments]
    if not moments:
        return None
    community, moment = max(
        moments, key=lambda pair: (_close(pair[1], window_s), -pair[0].number)
    )
    acts = moment.acts[:BURST_ACCOUNTS]
    start = acts[0][0]
    offsets = [(at - start).total_seconds() for at, _ in acts]
    kept = [n for n, offset in enumerate(offsets) if offset <= window_s]
    if len(kept) < 4:
        return None
    longest = max(offsets[n] for n in kept)
    step = next((n for n in (1, 2, 5, 10, 15, 30, 60, 300, 600) if longest / n <= 7), 3600)
    end = step * (int(longest // step) + 1)

    def place(offset: float) -> float:
        return round(LABEL + 8 + offset / end * (WIDTH - LABEL - 32), 1)

    rows, marks = [], []
    for row, n in enumerate(kept):
        y = BURST_ROW * (row + 0.5) + 8
        rows.append((y, names.account(acts[n][1])))
        marks.append(Mark(place(offsets[n]), y, 4.2, (community.number - 1) % 6))
    key = f"thing.{moment.layer}"
    caption = say(
        "figure.burst.caption",
        accounts=say.numbers.count(len(kept)),
        number=community.number,
        thing=say(key if say.has(key) else "thing.other"),
        day=f"{say.numbers.day(start)}, {say.numbers.clock(start, seconds=names.named)}",
    )
    ticks = [Tick(place(at), say("figure.seconds", count=at)) for at in range(0, end + 1, step)]
    return Picture(
        "burst",
        say("figure.burst"),
        caption,
        WIDTH,
        BURST_ROW * len(kept) + FOOT + 8,
        LABEL,
        tuple(rows),
        tuple(marks),
        tuple(ticks),
    )


def _close(moment: Moment, window_s: float) -> int:
    start = moment.acts[0][0]
    return sum((at - start).total_seconds() <= window_s for at, _ in moment.acts)
