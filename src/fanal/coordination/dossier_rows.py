"""What the p of one account's pairs rests on, as plain numbers, and the same p from them again.

1. Her own actions; of each pair asked for its co-actions, with their surprise and the time since
   the pair's first one, what was expected by layer, and the jump law of each layer.
2. Again: of each episode the most surprising co-action counts; the tail of their sum at the
   expected rate, over the looks. Nobody else's actions are needed for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fanal.coordination.actions import Actions
from fanal.coordination.dossier import Met, code_of, met_with
from fanal.coordination.evidence import best_of_episodes
from fanal.coordination.judging import FEWEST_CO_ACTIONS, judged
from fanal.coordination.links import views_of
from fanal.coordination.ordered import Ordered, ordered
from fanal.coordination.popularity import Popularity, popularity
from fanal.coordination.rounding import rounded
from fanal.coordination.settings import EPISODE_US, Settings
from fanal.coordination.significance import expected_co_actions, p_values
from fanal.errors import AnalysisError
from fanal.kernels.null_model import LATTICE

I64 = NDArray[np.int64]
Shown = Callable[[str], str]
Rows = dict[str, Any]

#: Number of this form.
FORMAT = 1
#: Numbers that differ by less, relatively, are the same on another machine.
SAME = 1e-4
#: Below this a p is a bound, whose size depends on what else was computed beside it.
BOUND = 1e-17


def rows_of_account(
    actions: Actions,
    account: str,
    partners: Sequence[Mapping[str, Any]],
    settings: Settings,
    windows_s: Sequence[float],
    names: tuple[Shown, Shown],
) -> Rows:
    """Return what the p of an account's pairs rests on (1).

    Parameters
    ----------
    actions, account
        The actions of the run; the account's name in them.
    partners
        Rows of `dossier.PARTNERS`: those whose p is to be taken again.
    settings, windows_s
        Of the run.
    names
        How accounts and how objects are shown.
    """
    rows = ordered(actions)
    code = code_of(actions, account)
    looks = len(views_of(rows)) * len(windows_s)
    told: Rows = {
        "format": FORMAT,
        "account": names[0](account),
        "looks": looks,
        "lattice": LATTICE,
        "episode_us": EPISODE_US,
        "fewest": FEWEST_CO_ACTIONS,
        "layers": list(actions.layers),
        "actions": _own(actions, code, names[1]),
        "laws": {},
        "pairs": [],
    }
    for window_s in sorted({row["window_s"] for row in partners}):
        asked = {row["account"]: row for row in partners if row["window_s"] == window_s}
        popular = popularity(rows, round(window_s * 1e6), settings.threads, len(windows_s))
        told["laws"][f"{window_s:g}"] = [law.tolist() for law in popular.laws]
        pairs = _pairs(actions, rows, popular, code, asked, settings, names)
        told["pairs"] += [pair | {"window_s": window_s} for pair in pairs]
    return told


def _own(actions: Actions, code: int, shown: Shown) -> list[Rows]:
    mine = np.flatnonzero(actions.account == code)
    objects = actions.objects.take(pa.array(actions.object_of[mine])).cast(pa.string())
    layers = actions.layer_of[actions.object_of[mine]]
    order = np.argsort(actions.time[mine], kind="stable")
    things = objects.to_pylist()
    return [
        {
            "layer": actions.layers[layers[n]],
            "object": shown(things[n]),
            "time_us": int(actions.time[mine][n]),
        }
        for n in order.tolist()
    ]


def _pairs(
    actions: Actions,
    rows: Ordered,
    popular: Popularity,
    code: int,
    asked: Mapping[str, Mapping[str, Any]],
    settings: Settings,
    names: tuple[Shown, Shown],
) -> list[Rows]:
    met = met_with(rows, popular, np.array([code], np.int64))
    layers = [-1, *range(rows.layers)] if rows.layers > 1 else [-1]
    best = judged(rows, popular, (met.pair, met.other), met.shown, layers, settings)
    rates = expected_co_actions(rows, popular, met.pair, met.other)
    accounts = actions.accounts.cast(pa.string()).to_pylist()
    found = []
    for n in range(met.pair.size):
        partner = accounts[int(met.pair[n] + met.other[n] - code)]
        if partner in asked:
            found.append(
                {
                    "account": names[0](partner),
                    "layer": int(best.layer[n]),
                    "expected": rates[n].tolist(),
                    "co_actions": _co_actions(actions, rows, met, n, names[1]),
                    "expected_in_all": asked[partner]["expected"],
                    "p": asked[partner]["p"],
                }
            )
    return sorted(found, key=lambda pair: str(pair["account"]))


def _co_actions(
    actions: Actions, rows: Ordered, met: Met, pair: int, shown: Shown
) -> list[Rows]:
    mine = np.flatnonzero(met.shown.link == pair)
    early, late = met.shown.early[mine], met.shown.late[mine]
    objects = rows.object_of[early]
    things = actions.objects.take(pa.array(objects)).cast(pa.string()).to_pylist()
    first = int(rows.time[early].min())
    return [
        {
            "layer": int(rows.layer_of[objects[n]]),
            "object": shown(things[n]),
            "since_first_us": int(rows.time[early[n]]) - first,
            "delay_us": int(rows.time[late[n]] - rows.time[early[n]]),
            "surprise": int(met.shown.surprise[mine[n]]),
        }
        for n in range(mine.size)
    ]


def _judged_again(told: Rows, pair: Rows) -> tuple[float, float]:
    """Return p over the looks, and what was expected, from the rows alone (2)."""
    acts = pair["co_actions"]
    layer = np.array([one["layer"] for one in acts], np.int64)
    time = np.array([one["since_first_us"] for one in acts], np.int64)
    surprise = np.array([one["surprise"] for one in acts], np.int64)
    inside = np.ones(layer.size, np.bool_) if pair["layer"] < 0 else layer == pair["layer"]
    time, surprise = time[inside], surprise[inside]
    counted = best_of_episodes(np.zeros(time.size, np.int64), time, surprise)
    columns = slice(None) if pair["layer"] < 0 else slice(pair["layer"], pair["layer"] + 1)
    rate = np.array([pair["expected"][columns]], np.float64)
    laws = np.array(told["laws"][f"{pair['window_s']:g}"][columns], np.float64)
    total = np.array([surprise[counted].sum()], np.int64)
    p = np.ones(1)
    if counted.sum() >= told["fewest"]:
        p = p_values(rate, laws, total, 1)
    over_looks = np.minimum(p * told["looks"], 1.0)
    return float(rounded(over_looks)[0]), float(rounded(rate.sum(axis=1))[0])


def differences(told: Rows) -> list[str]:
    """Return what comes out otherwise when p is taken again from the rows; empty: all the same.

    Raises
    ------
    AnalysisError
        These are no such rows.
    """
    found = []
    try:
        if told["format"] != FORMAT:
            raise AnalysisError(f"rows of form {told['format']}; form {FORMAT} is read.")
        for pair in told["pairs"]:
            p, expected = _judged_again(told, pair)
            least = BOUND * told["looks"]
            for name, now, then in (
                ("p", max(p, least), max(pair["p"], least)),
                ("expected", expected, pair["expected_in_all"]),
            ):
                if abs(now - then) > SAME * abs(then):
                    found.append(
                        f"{pair['account']}: {name} was {then:g}, comes out as {now:g}."
                    )
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise AnalysisError(
            f"these are no rows of `fanal explain --rows` ({error!r})."
        ) from error
    return found
