"""What these actions can and cannot answer at these settings, before any result.

1. Rows in order, popularity of each object within each window: as a run would see them.
2. By layer: accounts that could be linked to anyone at the cutoff of a first link.
3. The least number of joint actions that links a pair of accounts, and the smallest group that is
   found, for accounts of middling activity and for the busiest tenth (coordination/power.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from fanal.coordination.actions import Actions
from fanal.coordination.analysis import windows_of
from fanal.coordination.cost import cost_of_counting, looks_pairs
from fanal.coordination.links import Look, corrected_tests, looks_at, views_of
from fanal.coordination.ordered import Ordered, ordered
from fanal.coordination.power import TRIED, accounts_like, ground, pair_p, smallest
from fanal.coordination.quiet import too_quiet
from fanal.coordination.settings import Settings
from fanal.coordination.significance import tested_pairs
from fanal.model.foreseen import Foresight

#: Shares of a layer's accounts that are less busy than the accounts of the two examples.
MIDDLING, BUSY = 0.5, 0.9
#: Chances that a pair is found, over when its joint actions fall.
LIKELY, SURELY = 0.5, 0.9
#: How often a group acts together, in the table of smallest groups.
TIMES = tuple(range(1, 11))
#: A pair needs so many.
FEWEST_ACCOUNTS = 2
#: Largest numbers of joint actions and of accounts that are tried.
MOST = TRIED[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What accounts of one activity would have to do together to be found.

    Parameters
    ----------
    share
        Share of the layer's accounts that are no busier.
    activity
        Distinct objects that such an account acted on.
    pair, surely
        Objects that two of them must act on together, on top of that, to be linked as likely as
        not, and nine times out of ten; None: no number helps.
    groups
        (times, accounts): the smallest group found when all its accounts act together so many
        times; accounts is None when no number helps.
    tried, largest
        The largest number of joint actions, and the largest group, that was tried.
    """

    share: float
    activity: int
    pair: int | None
    surely: int | None
    groups: tuple[tuple[int, int | None], ...]
    tried: int
    largest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerPower:
    """What one layer can answer.

    Parameters
    ----------
    layer
        Its name.
    actions, accounts, objects
        How many; `shared` of the objects brought two accounts together within the window.
    co_actions
        Times that two accounts acted on one object within the widest window.
    linkable
        Accounts that could be linked to anyone by this layer alone.
    reaches
        For an account of middling activity and one of the busiest tenth; empty where there are
        not two accounts.
    """

    layer: str
    actions: int
    accounts: int
    objects: int
    shared: int
    co_actions: int
    linkable: int
    reaches: tuple[Reach, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answerable:
    """What a run at these settings could find.

    Parameters
    ----------
    accounts, pairs
        Accounts active in a layer used, and their pairs, all of which count as tests.
    linkable
        Accounts that could be linked to anyone, all layers together.
    cutoff_p
        The largest p that a first link can have.
    windows_s, fdr, precision_s
        Settings, and the precision of the times, in seconds.
    layers
        One for each layer with actions.
    left_out
        Actions left out, by reason.
    notes
        Sentences.
    """

    accounts: int
    pairs: int
    linkable: int
    cutoff_p: float
    windows_s: tuple[float, ...]
    fdr: float
    precision_s: float
    layers: tuple[LayerPower, ...]
    left_out: dict[str, int]
    notes: tuple[str, ...]


def answerable(
    actions: Actions, settings: Settings, foresight: Foresight | None = None
) -> Answerable:
    """Return what a run over `actions` at these settings could find.

    Parameters
    ----------
    actions, settings
        As for `coordination.coordinate`.
    foresight
        Told what counting will take.

    Raises
    ------
    AnalysisError
        A window asked for lies below the precision of the times.

    Notes
    -----
    Meets all co-actions once a window, as a run does; no pair of accounts is listed.
    """
    # 1. as a run would see them
    windows_s, notes = windows_of(actions, settings)
    rows = ordered(actions)
    windows_us = [round(window * 1_000_000) for window in windows_s]
    if foresight is not None:
        foresight.tell(cost_of_counting(rows, looks_pairs(views_of(rows), windows_us)))
    looks = looks_at(rows, windows_us, settings)
    tested = tested_pairs(rows)
    first = settings.fdr / corrected_tests(tested, settings)
    quiet = np.logical_and.reduce(
        [too_quiet(look.rows, look.popular, first / len(looks)) for look in looks]
    )
    quiet &= rows.activity.sum(axis=0) > 0
    active = int((rows.activity.sum(axis=0) > 0).sum())
    return Answerable(
        accounts=active,
        pairs=int(tested),
        linkable=active - int(quiet.sum()),
        cutoff_p=first,
        windows_s=tuple(windows_s),
        fdr=settings.fdr,
        precision_s=actions.precision_s,
        layers=tuple(
            _layer(_of_layer(looks, number), rows, (number, name), first / len(looks))
            for number, name in enumerate(actions.layers)
            if (rows.layer_of == number).any()
        ),
        left_out=dict(actions.left_out),
        notes=tuple(notes),
    )


def _of_layer(looks: list[Look], number: int) -> list[Look]:
    """Return the looks at one layer alone; of a single layer, all looks are."""
    alone = [look for look in looks if look.layer == number]
    return alone or looks


def _layer(
    looks: list[Look], rows: Ordered, layer: tuple[int, str], first: float
) -> LayerPower:
    """Return what a layer has power for; `first` is the p of a first link at one look."""
    # 2. who could be linked
    number, name = layer
    linkable = ~np.logical_and.reduce(
        [too_quiet(look.rows, look.popular, first) for look in looks]
    )
    mine = rows.layer_of == number
    active = int((rows.activity[number] > 0).sum())
    seen = looks[-1].popular
    return LayerPower(
        layer=name,
        actions=int(mine[rows.object_of].sum()),
        accounts=active,
        objects=int(mine.sum()),
        shared=int((seen.by_object > 0).sum()),
        co_actions=int(seen.by_layer.sum()),
        linkable=int(linkable.sum()),
        reaches=()
        if active < FEWEST_ACCOUNTS
        else tuple(_reach(looks, share, first) for share in (MIDDLING, BUSY)),
    )


def _reach(looks: list[Look], share: float, first: float) -> Reach:
    # 3. what accounts of this activity would have to do
    activity = looks[0].rows.activity[0]
    active = activity[activity > 0]
    alike = accounts_like(activity, share)
    grounds = [ground(look, alike) for look in looks]

    def found(accounts: int, times: int, chance: float = LIKELY) -> bool:
        p = min(pair_p(one, accounts, times, chance) for one in grounds)
        return p <= first * accounts * (accounts - 1) / 2

    most = min(MOST, active.size)
    sizes = [smallest(partial(found, times=times), most) for times in TIMES[1:]]
    return Reach(
        share=share,
        activity=int(np.quantile(active, share, method="inverted_cdf")),
        pair=smallest(partial(found, 2), MOST),
        surely=smallest(partial(found, 2, chance=SURELY), MOST),
        tried=MOST,
        largest=most,
        groups=tuple(zip(TIMES, (None, *sizes), strict=True)),  # one coincidence is no link
    )
