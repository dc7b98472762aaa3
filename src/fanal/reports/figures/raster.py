"""The minute raster: accounts by time, each act a tick, joint acts joined.

1. Keep the accounts with most joint acts, `ROWS` at most; the table has them all.
2. Show the whole period as a thin strip; below it the busiest spells (`spells`), as wide as
   their length asks, never narrower than a readable panel.
3. In a spell draw each act as a tick; join neighbouring acts on one object within the window.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from fanal.reports.figures import drawn
from fanal.reports.figures.drawn import WIDTH, at
from fanal.reports.figures.frame import Parts, counted
from fanal.reports.figures.map import COLOURED
from fanal.reports.figures.spells import Act, Spell, busiest, joined

WORDS = (
    "whole", "more_accounts", "col_time", "col_account", "col_object", "col_layer", "col_joint",
    "yes", "no",
)  # fmt: skip
ROWS = 32
ROW = 17.0
LEFT, GAP, STRIP, HEAD, FOOT = 136.0, 22.0, 20.0, 60.0, 26.0
LETTERS = 19
TICKS = {1: 7, 2: 4, 3: 3, 4: 2}


def prepared(
    name: str,
    accounts: Sequence[str],
    acts: Sequence[tuple[int, int, int]],
    objects: Sequence[str],
    layers: Sequence[str],
    window_s: float,
    *,
    colour: int = 0,
    to_the_minute: bool = False,
) -> dict[str, Any]:
    """Return the data of the raster.

    Parameters
    ----------
    name
        The figure's id.
    accounts
        What each account is called in the page.
    acts
        Place in `accounts`, time in microseconds since 1970 (UTC; rounded already where the
        page rounds times), place in `objects`.
    objects, layers
        What each object is called, and its layer in words; one each per object.
    window_s
        The window, seconds.
    colour
        The community's rank, from 0: the colour it has on the map.
    to_the_minute
        No time is told to the second: the axes say how long after a spell's first act, and that
        one is told to the minute.

    Returns
    -------
    dict
        For ``block("raster", ...)``.
    """
    return {
        "id": name,
        "accounts": list(accounts),
        "acts": [tuple(act) for act in acts],
        "objects": list(objects),
        "layers": list(layers),
        "window_s": float(window_s),
        "to_the_minute": to_the_minute,
        "colour": f"s{colour}" if colour < COLOURED else "ink",
    }


def parts(data: dict[str, Any], words: dict[str, str]) -> Parts:
    """Return the raster's picture and table."""
    acts: list[Act] = sorted((tuple(act) for act in data["acts"]), key=lambda act: act[1])
    window_us = round(data["window_s"] * 1e6)
    pairs = joined(acts, window_us)
    joint = {act for pair in pairs for act in pair}
    columns = [words[f"col_{key}"] for key in ("time", "account", "object", "layer", "joint")]
    clock = "%Y-%m-%d %H:%M" if data["to_the_minute"] else "%Y-%m-%d %H:%M:%S"
    rows = [
        [f"{drawn.moment(act[1]):{clock}}", data["accounts"][act[0]],
         data["objects"][act[2]], data["layers"][act[2]], words["yes" if act in joint else "no"]]
        for act in acts
    ]  # fmt: skip
    return Parts(body=_picture(data, acts, joint, words), columns=columns, rows=rows)


def _shown(acts: list[Act], joint: set[Act]) -> list[int]:
    """Return the accounts drawn, by their first joint act (1)."""
    counts = Counter(act[0] for act in joint) or Counter(act[0] for act in acts)
    kept = sorted(counts, key=lambda account: (-counts[account], account))[:ROWS]
    first = {act[0]: act[1] for act in sorted(joint or acts, key=lambda act: -act[1])}
    return sorted(kept, key=lambda account: (first[account], account))


def _picture(
    data: dict[str, Any], acts: list[Act], joint: set[Act], words: dict[str, str]
) -> str:
    shown = _shown(acts, joint)
    row_of = {account: n for n, account in enumerate(shown)}
    seen = [act for act in acts if act[0] in row_of]
    found = busiest(seen, round(data["window_s"] * 1e6)) if seen else []
    colour = data["colour"]
    height = HEAD + ROW * len(shown)
    content = _names(data, shown)
    for spell, (x, width) in zip(found, _widths(found), strict=True):
        lapse = data["to_the_minute"]
        content += _spell(spell, x, width, row_of, height, colour, words, lapse=lapse)
    content += _strip(seen, found, colour, words)
    left_out = len(data["accounts"]) - len(shown)
    if left_out:
        note = counted(words["more_accounts"], left_out, words["lang"])
        content += drawn.text(0, height + FOOT + 6, note, "tick")
    total = height + FOOT + (14 if left_out else 0)
    return drawn.picture(data["id"], words["alt"], total, content)


def _names(data: dict[str, Any], shown: list[int]) -> str:
    content = ""
    for n, account in enumerate(shown):
        name = data["accounts"][account]
        short = name if len(name) <= LETTERS else f"{name[: LETTERS - 1]}…"
        y = HEAD + ROW * (n + 0.5)
        content += drawn.text(LEFT - 10, y + 4, short, "small", "end")
        content += drawn.line(LEFT, y, WIDTH, y)
    return content


def _widths(found: list[Spell]) -> list[tuple[float, float]]:
    """Return where each panel begins and how wide it is (2)."""
    if not found:
        return []
    free = WIDTH - LEFT - GAP * (len(found) - 1)
    lengths = [(s.acts[-1][1] - s.acts[0][1]) ** 0.5 + 1.0 for s in found]
    least = free / len(found) * 0.55
    spare = free - least * len(found)
    widths = [least + spare * length / sum(lengths) for length in lengths]
    return [(LEFT + sum(widths[:n]) + GAP * n, width) for n, width in enumerate(widths)]


def _span(spell: Spell) -> tuple[int, int]:
    """Return the first and last time drawn of a spell: some air around its acts."""
    first, last = spell.acts[0][1], spell.acts[-1][1]
    air = max(2_000_000, (last - first) // 14)
    return first - air, last + air


def _spell(
    spell: Spell, x: float, width: float, row_of: dict[int, int], height: float, colour: str,
    words: dict[str, str], *, lapse: bool,
) -> str:  # fmt: skip
    """Return one panel (3)."""
    begin, end = _span(spell)

    def place(us: int) -> float:
        return x + (us - begin) / (end - begin) * width

    def middle(account: int) -> float:
        return HEAD + ROW * (row_of[account] + 0.5)

    paper = f'<path d="{drawn.box(x - GAP + 1, HEAD - 1, GAP - 2, height - HEAD + 2)}" fill="var(--paper)"/>'  # fmt: skip
    content = paper if x > LEFT + 1 else ""
    first, most = spell.acts[0][1], max(3, int(width // 56))
    title = drawn.day(first, words)
    title = f"{title}, {drawn.moment(first):%H:%M}" if lapse else title
    content += drawn.text(x, HEAD - 8, title, "strong")
    free = x - 1.0
    ticks_ = drawn.lapse_ticks(begin, end, most, first) if lapse else drawn.time_ticks(begin, end, most, words)  # fmt: skip
    for us, label in ticks_:
        content += drawn.line(place(us), HEAD, place(us), height + 3)
        half = 3.1 * len(label)
        if place(us) - half > free and place(us) + half < x + width + 8:
            content += drawn.text(place(us), height + 16, label, "tick", "middle")
            free = place(us) + half + 6
    chains = "".join(
        f"M{at(place(a[1]))} {at(middle(a[0]))}L{at(place(b[1]))} {at(middle(b[0]))}"
        for a, b in spell.joined
    )
    content += drawn.path(chains, colour=colour, width=1.2, opacity=0.45)
    joint = spell.joint
    for kind, opacity, wide in ((True, 1.0, 2.6), (False, 0.75, 1.2)):
        ticks = "".join(
            f"M{at(place(act[1]))} {at(middle(act[0]) - 5)}v10"
            for act in spell.acts
            if (act in joint) is kind
        )
        content += drawn.path(
            ticks, colour=colour if kind else "soft", width=wide, opacity=opacity
        )
    return content


def _strip(acts: list[Act], found: list[Spell], colour: str, words: dict[str, str]) -> str:
    """Return the whole period as a strip, the spells marked on it (2)."""
    if not acts:
        return ""
    first, last = acts[0][1], max(acts[-1][1], acts[0][1] + 1)
    wide = WIDTH - LEFT

    def place(us: int) -> float:
        return LEFT + (us - first) / (last - first) * (wide - 2) + 1

    ticks = "".join(f"M{at(place(us))} 6v10" for us in sorted({act[1] for act in acts}))
    content = drawn.text(LEFT - 10, 15, words["whole"], "tick", "end")
    content += drawn.line(LEFT, STRIP, WIDTH, STRIP, colour="rule")
    content += drawn.path(ticks, colour="soft", width=1, opacity=0.55)
    for spell, (x, _) in zip(found, _widths(found), strict=True):
        a, b = place(spell.acts[0][1]), place(spell.acts[-1][1])
        content += drawn.path(f"M{at(a)} 6v10M{at(b)} 6v10", colour=colour, width=2.2)
        middle = (a + b) / 2
        content += drawn.path(f"M{at(middle)} {STRIP}L{at(x + 3)} {HEAD - 22}", colour=colour, opacity=0.6)  # fmt: skip
    return content
