"""What a case can and cannot answer, and a plain description of it.

1. Counts of what it holds (store/holdings.py).
2. What looks alike in it: texts, objects, days on which accounts were created.
3. What a run of `coordinate` at these settings could find (coordination/answerable.py).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from fanal.case.coordinating import actions_in
from fanal.coordination import Settings, actions_of
from fanal.coordination.answerable import answerable
from fanal.coordination.creations import creation_days
from fanal.coordination.layers import LAYERS, layers_named, text_exact
from fanal.errors import AnalysisError
from fanal.model.foreseen import Foresight
from fanal.reports.answers import (
    Answers,
    Carried,
    Description,
    FirstPost,
    Holdings,
    InputHeld,
)
from fanal.store.folder import Folder, Snapshot
from fanal.store.holdings import holdings

#: Copies, and busiest objects of each other layer, that are described.
COPIES, BUSIEST = 10, 3
_HOUR_US = 3600 * 1_000_000
Rows = dict[str, list[dict[str, Any]]]


def answers_of(
    folder: Folder,
    layers: tuple[str, ...],
    settings: Settings,
    foresight: Foresight | None = None,
) -> Answers:
    """Return what the present state of a case can and cannot answer.

    Raises
    ------
    AnalysisError
        There is no such layer.
    """
    wanted = layers_named(layers)
    state = folder.snapshot()
    rows = _rows(folder, state, settings.threads)
    power, refusal = None, ""
    # 3. as a run would see it
    try:
        tables = actions_in(folder, state, wanted, settings.threads)
        power = answerable(actions_of(tables), settings, foresight)
    except AnalysisError as error:
        refusal = error.message
    return Answers(
        holdings=_holdings(rows, state),
        description=_description(rows),
        power=power,
        refusal=refusal,
        asked=tuple(layer.name for layer in wanted),
    )


def description_of(folder: Folder, threads: int = 0) -> Description:
    """Return what is in a case, as a plain description."""
    return _description(_rows(folder, folder.snapshot(), threads))


def _rows(folder: Folder, state: Snapshot, threads: int) -> Rows:
    # copies are counted word for word: that needs no grouping, and says less than it might
    layers = {layer.name: (layer.sql, BUSIEST) for layer in LAYERS if layer.table == "posts"}
    del layers[text_exact.LAYER.name]
    layers["text"] = (text_exact.LAYER.sql, COPIES)
    return holdings(folder, state, layers, threads)


def _description(rows: Rows) -> Description:
    # 2. what looks alike
    carried = [Carried(**row) for row in rows["carried"]]
    day = np.array([row["day"] for row in rows["created"]], np.int64)
    accounts = np.array([row["accounts"] for row in rows["created"]], np.int64)
    return Description(
        copies=tuple(one for one in carried if one.layer == "text"),
        busiest=tuple(one for one in carried if one.layer != "text"),
        first_posts=tuple(FirstPost(**row) for row in rows["first_posts"]),
        created_known=int(accounts.sum()),
        created_first=int(day[0]) if day.size else 0,
        created_last=int(day[-1]) if day.size else 0,
        created=tuple(creation_days(day, accounts)),
    )


def _holdings(rows: Rows, state: Snapshot) -> Holdings:
    # 1. counts
    (content,), (seen,), (silence,) = rows["content"], rows["seen"], rows["silences"]
    first, last = content.pop("first_us"), content.pop("last_us")
    span = (last - first) if first is not None else 0
    hours = last // _HOUR_US - first // _HOUR_US + 1 if first is not None else 0
    ended, longest = silence["ended_us"], silence["longest_us"]
    busiest = rows["busiest_hour"][0] if rows["busiest_hour"] else {}
    return Holdings(
        **content,
        **seen,
        kinds={row["kind"]: row["posts"] for row in rows["kinds"]},
        first=first,
        last=last,
        precisions=tuple((row["precision_s"], row["posts"]) for row in rows["precisions"]),
        hours=hours,
        hours_empty=hours - silence["hours"],
        silence_from=None if ended is None else ended - longest,
        silence_to=ended,
        silence_median_s=(silence["median_us"] or 0) / 1e6,
        silences_expected=_expected_silences(silence["timed"], span, longest),
        busiest_hour=busiest.get("hour_us"),
        busiest_posts=busiest.get("posts", 0),
        inputs=_inputs(rows, state),
    )


def _expected_silences(posts: int, span_us: int, longest_us: int | None) -> float:
    """Return how many silences of this length or more an even tempo would give."""
    if longest_us is None or not span_us:
        return 0.0
    return (posts - 1) * math.exp(-(posts - 1) * longest_us / span_us)


def _inputs(rows: Rows, state: Snapshot) -> tuple[InputHeld, ...]:
    counted = {row["input"]: row for row in rows["inputs"]}
    none = {"posts": 0, "accounts": 0, "reposts": 0, "unnamed": 0}
    return tuple(
        InputHeld(
            name=item.name,
            blind_spot=item.blind_spot,
            **{name: counted.get(item.id, none)[name] for name in none},
        )
        for item in state.inputs
    )
