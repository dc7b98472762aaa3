"""The dossier of one account: with whom it acts, linked or not, and how usual that is.

1. All co-actions of the account within each window, whoever with.
2. Each partner is judged as links are (coordination/judging.py): counted co-actions, expectation,
   p over the looks. Partners met once are counted, not judged: one coincidence makes no link.
3. Controls: accounts about as active (draws within a quarter, at most 200, chosen by the seed).
   The smallest p of each of them; the account's rank is how many have one as small.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fanal.coordination.actions import Actions
from fanal.coordination.evidence import Evidence, best_of_episodes
from fanal.coordination.judging import FEWEST_CO_ACTIONS, judged
from fanal.coordination.links import views_of
from fanal.coordination.ordered import Ordered, ordered
from fanal.coordination.popularity import Popularity, each_co_action, popularity
from fanal.coordination.rounding import rounded
from fanal.coordination.settings import Settings
from fanal.errors import AnalysisError

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

#: Controls looked at, and how much their draws may differ from the account's.
CONTROLS, ALIKE = 200, 0.25
PARTNERS = pa.schema(
    [
        ("account", pa.string()),
        ("window_s", pa.float64()),
        ("objects", pa.int64()),
        ("counted", pa.int64()),
        ("expected", pa.float64()),
        ("p", pa.float64()),
    ]
)
ACTIVITY = pa.schema(
    [
        ("layer", pa.string()),
        ("actions", pa.int64()),
        ("objects", pa.int64()),
        ("busier", pa.int64()),
        ("accounts", pa.int64()),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """What a run can say of one account.

    Parameters
    ----------
    activity
        By layer: its actions, the distinct objects, how many of the layer's accounts act on
        more.
    partners
        Accounts that it met at two moments or more, ordered by p, account: objects in common,
        how many count (one an episode), expected, p over all looks.
    met_once
        Accounts that it met once only: no link can come of it.
    controls
        Accounts about as active that were looked at.
    as_strong
        Controls whose smallest p is at most the account's; None without partners or controls.
    smallest_p
        The account's smallest p; 1 without partners.
    """

    activity: pa.Table
    partners: pa.Table
    met_once: int
    controls: int
    as_strong: int | None
    smallest_p: float


def dossier_of(
    actions: Actions, account: str, windows_s: list[float], settings: Settings
) -> Dossier:
    """Return the dossier of an account.

    Parameters
    ----------
    actions
        The actions of the run.
    account
        Its name in `actions`.
    windows_s
        Windows of the run, in seconds.
    settings
        Settings of the run; seed and threads are used.

    Raises
    ------
    AnalysisError
        The account does not act in any layer of the run.

    Notes
    -----
    Costs one count and one enumeration of co-actions for each window.
    """
    code = code_of(actions, account)
    rows = ordered(actions)
    controls = _controls(rows, code, settings.seed)
    asked = np.append(controls, code)
    found = []
    layers = [-1, *range(rows.layers)] if rows.layers > 1 else [-1]
    looks = len(views_of(rows)) * len(windows_s)
    for window_s in windows_s:
        popular = popularity(rows, round(window_s * 1e6), settings.threads, len(windows_s))
        met = met_with(rows, popular, asked)
        found.append((window_s, met, _p(rows, popular, met, layers, looks, settings)))
    partners, once = _partners(actions, code, found)
    smallest = _smallest(rows.accounts, found)
    as_strong = int((smallest[controls] <= smallest[code]).sum())
    return Dossier(
        activity=_activity(actions, rows, code),
        partners=partners,
        met_once=once,
        controls=controls.size,
        as_strong=as_strong if controls.size and smallest[code] < 1 else None,
        smallest_p=float(rounded(smallest[[code]])[0]),
    )


def code_of(actions: Actions, account: str) -> int:
    """Return the number of an account among the actions.

    Raises
    ------
    AnalysisError
        It does not act in any layer of the run.
    """
    names = actions.accounts.cast(pa.string())
    code = pc.index(names, account).as_py()
    if code < 0:
        raise AnalysisError(
            f"{account}: this account does not act in any layer of the run.",
            hint="Without an action there is nothing to explain; it is in no link either.",
        )
    return int(code)


def _controls(rows: Ordered, code: int, seed: int) -> I64:
    # 3. controls
    draws = rows.draws.sum(axis=0)
    alike = np.abs(draws - draws[code]) <= ALIKE * draws[code]
    alike[code] = False
    near = np.flatnonzero(alike)
    if near.size > CONTROLS:
        near = np.random.default_rng(seed).choice(near, CONTROLS, replace=False)
    return np.sort(near).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Met:
    """Pairs that met (account codes, the smaller first), and their co-actions."""

    pair: I64
    other: I64
    shown: Evidence


def met_with(rows: Ordered, popular: Popularity, asked: I64) -> Met:
    """Return the pairs that any of some accounts is in, and their co-actions (1)."""
    # 1. co-actions
    wanted = np.zeros(rows.accounts, np.bool_)
    wanted[asked] = True
    parts: list[tuple[I64, I64]] = [(np.zeros(0, np.int64), np.zeros(0, np.int64))]
    for filled, early_rows, late_rows in each_co_action(rows, popular):
        buffer = early_rows[:filled].astype(np.int64), late_rows[:filled].astype(np.int64)
        mine = wanted[rows.account[buffer[0]]] | wanted[rows.account[buffer[1]]]
        parts.append((buffer[0][mine], buffer[1][mine]))
    early: I64 = np.concatenate([part[0] for part in parts])
    late: I64 = np.concatenate([part[1] for part in parts])
    ends = np.stack([rows.account[early], rows.account[late]]).astype(np.int64)
    keys, link = np.unique(ends.min(axis=0) << 32 | ends.max(axis=0), return_inverse=True)
    surprise = popular.surprise[rows.object_of[early]].astype(np.int64)
    order = np.lexsort((late, early, -surprise, link))
    early, late, link, surprise = early[order], late[order], link[order], surprise[order]
    counted = best_of_episodes(link, rows.time[early], surprise)
    shown = Evidence(link=link, early=early, late=late, surprise=surprise, counted=counted)
    return Met(keys >> 32, keys & 0xFFFFFFFF, shown)


def _p(
    rows: Ordered,
    popular: Popularity,
    met: Met,
    layers: list[int],
    looks: int,
    settings: Settings,
) -> tuple[F64, F64]:
    # 2. judge
    found = judged(rows, popular, (met.pair, met.other), met.shown, layers, settings)
    return np.minimum(found.p * looks, 1.0), found.expected


Found = list[tuple[float, Met, tuple[F64, F64]]]


def _partners(actions: Actions, code: int, found: Found) -> tuple[pa.Table, int]:
    best: dict[int, dict[str, Any]] = {}
    once: set[int] = set()
    names = actions.accounts.cast(pa.string())
    for window_s, met, (p, expected) in found:
        mine = np.flatnonzero((met.pair == code) | (met.other == code))
        objects = np.bincount(met.shown.link, minlength=met.pair.size)
        counted = np.bincount(met.shown.link[met.shown.counted], minlength=met.pair.size)
        for k in mine.tolist():
            partner = int(met.pair[k] + met.other[k] - code)
            if counted[k] < FEWEST_CO_ACTIONS:
                once.add(partner)
            elif partner not in best or p[k] < best[partner]["p"]:
                best[partner] = {
                    "account": names[partner].as_py(),
                    "window_s": window_s,
                    "objects": int(objects[k]),
                    "counted": int(counted[k]),
                    "expected": float(rounded(expected[[k]])[0]),
                    "p": float(rounded(p[[k]])[0]),
                }
    table = pa.Table.from_pylist(list(best.values()), schema=PARTNERS)
    return table.sort_by([("p", "ascending"), ("account", "ascending")]), len(once - set(best))


def _smallest(accounts: int, found: Found) -> F64:
    smallest = np.ones(accounts)
    for _, met, (p, _) in found:
        np.minimum.at(smallest, met.pair, p)
        np.minimum.at(smallest, met.other, p)
    return smallest


def _activity(actions: Actions, rows: Ordered, code: int) -> pa.Table:
    layer_of_rows = rows.layer_of[rows.object_of]
    told = []
    for number, name in enumerate(actions.layers):
        objects = int(rows.activity[number, code])
        told.append(
            {
                "layer": name,
                "actions": int(((rows.account == code) & (layer_of_rows == number)).sum()),
                "objects": objects,
                "busier": int((rows.activity[number] > objects).sum()),
                "accounts": int((rows.activity[number] > 0).sum()),
            }
        )
    return pa.Table.from_pylist(told, schema=ACTIVITY)
