"""One run of `coordinate`: from actions to links, communities, and what chance makes.

1. Windows: those asked for, or 60 s raised to the precision of the times.
2. Links (coordination/links.py); what shared interest explains of them
   (coordination/affinity.py); which are fragile (coordination/stability.py); their tables.
3. Bursts, one object at a time (coordination/bursts.py).
4. Groups of weak pairs (coordination/groups.py), at each window.
5. Shuffles: links on exchanged accounts (coordination/shuffle.py); counts only.
6. Accounts too quiet to tell (coordination/quiet.py).
7. Communities of the links in the headline, and how they change.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fanal.coordination.actions import Actions
from fanal.coordination.affinity import affinity_of
from fanal.coordination.bursts import BURSTS, burst_accounts, find_bursts, tested_objects
from fanal.coordination.cost import cost_of_run, looks_pairs, pairs_again
from fanal.coordination.evolution import evolution
from fanal.coordination.groups_at import groups_at
from fanal.coordination.keeping import (
    Forgetful,
    Keeper,
    Within,
    generator_state,
    set_generator,
)
from fanal.coordination.links import Links, corrected_tests, find_links, views_of
from fanal.coordination.ordered import Ordered, ordered
from fanal.coordination.progress import Progress
from fanal.coordination.quiet import too_quiet
from fanal.coordination.result import (
    Result,
    community_table,
    evidence_of_links,
    headline_of,
    kept_together,
    link_tables,
)
from fanal.coordination.settings import DEFAULT_WINDOW_S, MANY_ACTIONS, MANY_PAIRS, Settings
from fanal.coordination.shuffle import shuffled
from fanal.coordination.stability import stability_of
from fanal.coordination.tables import INSUFFICIENT
from fanal.errors import AnalysisError
from fanal.model.foreseen import Foresight

#: What is found besides links.
EVERYTHING = frozenset({"bursts", "groups", "communities"})
TOO_QUIET = "too quiet ever to reach significance here"


def coordinate(
    actions: Actions,
    settings: Settings,
    progress: Progress | None = None,
    *,
    wanted: frozenset[str] = EVERYTHING,
    foresight: Foresight | None = None,
    kept: Keeper | None = None,
) -> Result:
    """Return the links among the accounts of `actions` that the null model does not explain.

    Parameters
    ----------
    actions
        See `coordination.actions.actions_of`.
    settings
        See `Settings`.
    progress
        Called with (what, done, total).
    wanted
        Of bursts, groups, communities: what to find; the tables of the others are empty.
    foresight
        Told what the run will take, before it begins.
    kept
        Keeps finished pieces of the run, and gives them back when it is done again.

    Returns
    -------
    Result
        With zero links where nothing is significant; accounts about which nothing can be said
        are in `insufficient`.

    Raises
    ------
    AnalysisError
        A window asked for lies below the precision of the times.

    Notes
    -----
    Memory is set by the rows, the pairs that co-act twice, and 1 GiB of remembered co-actions;
    time by the row pairs within the window.
    """
    # 1. windows
    windows_s, notes = windows_of(actions, settings)
    windows_us = [round(window * 1_000_000) for window in windows_s]
    # 2. links
    rows = ordered(actions)
    if foresight is not None:
        pairs = looks_pairs(views_of(rows), windows_us)
        again = pairs_again(rows, windows_us)
        foresight.tell(cost_of_run(rows, pairs, 1 + settings.shuffles, again))
    kept, tell = kept or Forgetful(), progress or _unheard
    links = find_links(rows, windows_us, settings, progress, kept)
    affinity = affinity_of(rows, links, windows_us, settings, progress, kept)
    stability = stability_of(
        rows, links, windows_us, actions.precision_s, settings, progress, kept
    )
    edges, evidence, checks = link_tables(actions, rows, links, windows_s, affinity, stability)
    notes += _large_objects(links, windows_s)
    # 3. bursts, 4. groups
    bursts = BURSTS.empty_table()
    if "bursts" in wanted:
        tell("looking for bursts", 0.0, 1.0)
        bursts = find_bursts(actions, rows, windows_s, settings, actions.source_of)
        tell("looking for bursts", 1.0, 1.0)
    groups = {}
    if "groups" in wanted:
        groups = groups_at(actions, rows, windows_s, settings, progress)
    # 5. shuffles
    counts = _shuffles(rows, windows_us, settings, progress, kept)
    # 6. too quiet
    insufficient = _insufficient(actions, rows, links, settings)
    # 7. communities
    headline = headline_of(edges, settings.fdr)
    shown = headline if "communities" in wanted else headline.slice(0, 0)
    communities = community_table(shown, settings.seed)
    summary = _summary(actions, rows, links, windows_s, counts, insufficient.num_rows)
    summary |= {
        "headline": headline.num_rows,
        "explained": int(pc.sum(pc.greater(edges["q_affinity"], settings.fdr)).as_py() or 0),
        "fragile": int(stability.fragile.sum()),
        "bursts": bursts.num_rows,
        "bursts_tested": int(tested_objects(rows).size),
        "groups": len(set(groups["groups"]["group"].to_pylist())) if groups else 0,
        "communities_kept": kept_together(shown, communities),
        "notes": notes,
    }
    return Result(
        edges=edges,
        checks=checks,
        evidence=evidence,
        communities=communities,
        insufficient=insufficient,
        bursts=bursts,
        burst_accounts=burst_accounts(actions, rows, bursts),
        evolution=evolution(evidence_of_links(evidence, shown), settings.seed),
        **groups,
        summary=summary,
        settings=settings.parameters() | {"layers": list(actions.layers)},
    )


def windows_of(actions: Actions, settings: Settings) -> tuple[list[float], list[str]]:
    """Return the windows of a run in seconds, and what there is to say about them (1).

    Raises
    ------
    AnalysisError
        A window asked for lies below the precision of the times.
    """
    precision = actions.precision_s
    if settings.windows_s:
        if min(settings.windows_s) < precision and precision >= 1:
            raise AnalysisError(
                f"a window of {min(settings.windows_s):g} s lies below the precision of the "
                f"times, {precision:g} s: rounding alone would make co-actions.",
                hint=f"The smallest window that works here is {precision:g} s.",
            )
        return sorted(set(settings.windows_s)), []
    if precision <= DEFAULT_WINDOW_S:
        return [DEFAULT_WINDOW_S], []
    note = (
        f"Times are known to {precision:g} s only; the window was raised to that "
        f"from {DEFAULT_WINDOW_S:g} s."
    )
    return [precision], [note]


def _unheard(what: str, done: float, total: float) -> None:
    del what, done, total


def _large_objects(links: Links, windows_s: list[float]) -> list[str]:
    notes = []
    for window, look in zip(windows_s, links.together, strict=True):
        popular = look.popular
        skipped = int(popular.skipped.sum())
        if skipped:
            notes.append(
                f"At {window:g} s {skipped} object(s) with more than {MANY_ACTIONS:,} actions "
                f"would give {popular.skipped_pairs:,} pairs of actions (more than "
                f"{MANY_PAIRS:,} each): they count in the null model, but no link rests on them."
            )
    return notes


def _shuffles(
    rows: Ordered,
    windows_us: list[int],
    settings: Settings,
    progress: Progress | None,
    kept: Keeper,
) -> list[int]:
    generator = np.random.default_rng(settings.seed)
    counts: list[int] = []
    if (known := kept.get("shuffles")) is not None:
        counts = known["links"].tolist()
        set_generator(generator, known["generator"])
    for number in range(len(counts), settings.shuffles):
        links = find_links(
            shuffled(rows, generator),
            windows_us,
            settings,
            _within(progress, number, settings.shuffles),
            Within(kept, f"shuffle-{number}-"),
        )
        counts.append(int(links.p.shape[0]))
        done = {"links": np.array(counts), "generator": generator_state(generator)}
        kept.put("shuffles", done)
        kept.forget(f"shuffle-{number}-")
    return counts


def _within(progress: Progress | None, number: int, shuffles: int) -> Progress | None:
    if progress is None:
        return None

    def told(_: str, done: float, total: float) -> None:
        progress("shuffling accounts", number + done / max(total, 1.0), shuffles)

    return told


def _insufficient(
    actions: Actions, rows: Ordered, links: Links, settings: Settings
) -> pa.Table:
    tests = corrected_tests(links.tested, settings)
    cutoff = max(links.cutoff, settings.fdr / tests) / len(links.looks)
    quiet = np.logical_and.reduce(
        [too_quiet(look.rows, look.popular, cutoff) for look in links.looks]
    )
    quiet &= rows.activity.sum(axis=0) > 0
    names = actions.accounts.filter(pa.array(quiet)).cast(pa.string()).sort()
    return pa.table({"account": names, "reason": [TOO_QUIET] * len(names)}, schema=INSUFFICIENT)


def _summary(
    actions: Actions,
    rows: Ordered,
    links: Links,
    windows_s: list[float],
    shuffles: list[int],
    quiet: int,
) -> dict[str, Any]:
    widest = links.together[-1].popular
    layer_of_rows = rows.layer_of[rows.object_of]
    return {
        "accounts": int((rows.activity.sum(axis=0) > 0).sum()),
        "actions": int(rows.time.shape[0]),
        "objects": int(rows.layer_of.shape[0]),
        "pairs_tested": int(links.tested),
        "pairs_weighed": links.weighed,
        "links": int(links.p.shape[0]),
        "cutoff_p": links.cutoff,
        "too_quiet": quiet,
        "layers": {
            name: {
                "actions": int((layer_of_rows == number).sum()),
                "accounts": int((rows.activity[number] > 0).sum()),
                "objects": int((rows.layer_of == number).sum()),
                "co_actions": int(widest.by_layer[number]),
            }
            for number, name in enumerate(actions.layers)
        },
        "windows_s": windows_s,
        "precision_s": actions.precision_s,
        "left_out": actions.left_out,
        "shuffles": shuffles,
        "shuffle_sentence": shuffle_sentence(shuffles),
    }


def shuffle_sentence(shuffles: list[int]) -> str:
    """Return what the shuffles say, in the one wording that is allowed; empty without any."""
    if not shuffles:
        return ""
    mean = sum(shuffles) / len(shuffles)
    low, high = min(shuffles), max(shuffles)
    links = f"{mean:g} links" if low == high else f"{mean:g} links ({low} to {high})"
    times = "1 shuffle" if len(shuffles) == 1 else f"{len(shuffles)} shuffles"
    return (
        f"With the same activity but no shared interest, chance makes {links} ({times}); "
        "this does not count fans, media or agencies."
    )
