"""Weights of the estimate, from made-up worlds whose truth is known.

1. Worlds to fit on: the reference world, and worlds with other histories, recalls, false flags and
   clients, so that the weights do not lean on one of them. Seeds 1000 and on.
2. Weights: conditional logit over candidates (about/logit.py), with and without the store.
3. Temperature: two numbers that make the probabilities most likely on worlds of seeds 2000 and on.
4. Record: calibration on worlds of seeds 3000 and on, by kind of account and by days seen.

Tests and benches use none of these seeds. Same arguments, same bytes, at any number of threads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fanal.about import measured
from fanal.about.countries import numbers
from fanal.about.features import Candidates, candidates, home_prior
from fanal.about.logit import fitted_weights, probabilities, true_candidates
from fanal.about.rows import rows_of
from fanal.about.simulate import simulate
from fanal.about.weights import Weights, WeightsFile
from fanal.about.world import World, changed, reference_world

FIT_SEED: Final = 1000
HEAT_SEED: Final = 2000
RECORD_SEED: Final = 3000
#: Changes of the worlds to fit on (1); the reference world comes up again and again.
WORLDS: Final[tuple[dict[str, Any], ...]] = (
    {},
    {"vpn.recall": 0.7, "vpn.corporate_recall": 0.5, "place.false_flags": 0.03},
    {},
    {"days": 90, "place.move_days": [14, 87], "place.trips": 0.9},
    {},
    {"store.known": 0.35, "vpn.recall": 0.92, "place.false_flags": 0.003},
    {"days": 200, "place.move_days": [30, 195], "place.trips": 2.0},
    {"zipf": 0.6},
)
_HEATS: Final = np.linspace(0.6, 1.6, 41)
_EXTRA: Final = np.linspace(-1.0, 2.0, 13)


@dataclass(frozen=True, slots=True)
class _Known:
    """Candidates of accounts whose country is known."""

    found: Candidates
    truth: NDArray[np.int64]
    kind: NDArray[Any]


def train(
    *,
    accounts: int = 6000,
    date: str,
    world: World | None = None,
    seed: int = 0,
    progress: Callable[[str], None] = lambda _: None,
) -> WeightsFile:
    """Return weights fitted and measured on made-up worlds.

    Parameters
    ----------
    accounts
        Of each of the worlds; there are eight to fit on, two for the temperature, two measured.
    date
        Of the record: YYYY-MM-DD.
    world
        The reference world when None.
    seed
        Added to every seed: another seed, other worlds.
    progress
        Called with what is done next.

    Notes
    -----
    A minute and 1 GB for 6,000 accounts.
    """
    base = world or reference_world()
    sets, measures = [], {}
    for name, with_store in (("with_store", True), ("without_store", False)):
        progress(f"weights {name.replace('_', ' ')}")
        fit = _worlds(base, WORLDS, accounts, FIT_SEED + seed, with_store=with_store)
        values = fitted_weights(fit.found, true_candidates(fit.found, fit.truth))
        heat = _worlds(base, ({}, {}), accounts, HEAT_SEED + seed, with_store=with_store)
        chosen = Weights(values, _temperature(heat, values))
        test = _worlds(base, ({}, {}), accounts, RECORD_SEED + seed, with_store=with_store)
        sets.append(chosen)
        measures[name] = _measures(test, chosen)
    record = {
        "measured_on": "made-up worlds written by the makers of the method",
        "date": date,
        "world": base.sha256,
        "world_version": str(base["version"]),
        "accounts_of_a_world": accounts,
        "seeds_fitted": [FIT_SEED + seed, FIT_SEED + seed + len(WORLDS) - 1],
        "seeds_temperature": [HEAT_SEED + seed, HEAT_SEED + seed + 1],
        "seeds_measured": [RECORD_SEED + seed, RECORD_SEED + seed + 1],
        **measures,
    }
    return WeightsFile(sets[0], sets[1], record)


def top(found: Candidates, weights: Weights) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return each account's most probable country (-1: none) and its probability."""
    p = _probabilities(found, weights.values, weights.temperature)
    shown = np.where(found.country < 0, -1.0, p)
    begins = np.concatenate([[0], found.ends[:-1]])
    best = np.maximum.reduceat(shown, begins)
    counts = np.diff(found.ends, prepend=0)
    rows = np.flatnonzero(shown == np.repeat(best, counts))
    owner, first = np.unique(np.repeat(np.arange(counts.size), counts)[rows], return_index=True)
    country = np.full(counts.size, -1, np.int64)
    country[owner] = found.country[rows[first]]
    return country, np.maximum(best, 0.0)


def _probabilities(
    found: Candidates, values: NDArray[np.float64], temperature: NDArray[np.float64]
) -> NDArray[np.float64]:
    heat = temperature[0] + temperature[1] / np.sqrt(1.0 + found.facts[:, 1])
    return probabilities(found.x @ values, found.ends, heat)


def _worlds(
    base: World,
    changes: tuple[dict[str, Any], ...],
    accounts: int,
    seed: int,
    *,
    with_store: bool,
) -> _Known:
    parts = [
        _known(changed(base, change), accounts, seed + number, with_store=with_store)
        for number, change in enumerate(changes)
    ]
    before = np.cumsum([0, *(part.found.country.size for part in parts[:-1])])
    found = Candidates(
        np.concatenate([part.found.x for part in parts]),
        np.concatenate([part.found.country for part in parts]),
        np.concatenate([part.found.ends + b for part, b in zip(parts, before, strict=True)]),
        np.concatenate([part.found.facts for part in parts]),
    )
    truth = np.concatenate([part.truth for part in parts])
    return _Known(found, truth, np.concatenate([part.kind for part in parts]))


def _known(world: World, accounts: int, seed: int, *, with_store: bool) -> _Known:
    made = simulate(world, accounts, seed)
    rows = rows_of(made.days, made.as_of)
    names = made.truth["account"].to_pylist()
    place = {name: number for number, name in enumerate(names)}
    seen = np.array([place[name] for name in rows.accounts.to_pylist()])
    of = numbers()
    truth = np.array([of[code] for code in made.truth["country"].to_pylist()])[seen]
    kind = np.array(made.truth["kind_of_account"].to_pylist())[seen]
    return _Known(candidates(rows, home_prior(rows), with_store=with_store), truth, kind)


def _temperature(known: _Known, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the temperature under which the truth is most likely (3)."""
    chosen = true_candidates(known.found, known.truth)
    best, kept = -np.inf, np.array([1.0, 0.0])
    for first in _HEATS:
        for second in _EXTRA:
            if first + second <= 0.3:
                continue
            tried = np.array([first, second])
            p = _probabilities(known.found, values, tried)[chosen]
            likely = float(np.log(np.maximum(p, 1e-300)).sum())
            if likely > best:
                best, kept = likely, tried
    return kept


def _measures(known: _Known, weights: Weights) -> dict[str, Any]:
    """Return the record of one set (4)."""
    country, p = top(known.found, weights)
    right = country == known.truth
    kinds = {
        str(kind): measured.told(p[known.kind == kind], right[known.kind == kind])
        for kind in np.unique(known.kind)
    }
    by_days = measured.told_by_days(p, right, known.found.facts[:, 0])
    return {**measured.told(p, right), "by_kind": kinds, "by_days_seen": by_days}
