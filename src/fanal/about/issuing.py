"""One publication into the cards' database: read, computed apart, written at once.

1. The database is read at one version (store/cards_publishing.py).
2. Accounts that the state no longer has are left out: what it forgot has no card.
3. The rules: about/publishing.py. What each look rested on is kept for its holder.
4. When lists or method are others than those of the last publication, all that was looked at is
   looked at again by the same days: the report says how many cards change by that alone.
5. All is written if nobody published meanwhile; else it begins again with what they left.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fanal import __version__
from fanal.about.evidence import evidence_of
from fanal.about.handles import with_facts
from fanal.about.ip.sources import Source as List
from fanal.about.memory import Policy, Published, day_of, days_of
from fanal.about.publish import with_new
from fanal.about.publishing import Source, publish_day
from fanal.about.recomputing import recomputed
from fanal.about.weights import WeightsFile, weights_text
from fanal.errors import PolicyError, StoreError
from fanal.store.cards import Cards
from fanal.store.cards_publishing import After, Before

#: Other workers may publish so often in between.
_ATTEMPTS: Final = 5
#: A state that lacks more of the accounts with cards is another one.
_MOST_GONE: Final = 0.5
_FEW: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a publication is made with.

    Parameters
    ----------
    on
        Its day.
    secret
        The server's.
    policy
        What the operator decided.
    lists
        Those that told proxies, each with its date.
    weights
        Of the estimate.
    facts
        What the platform says of its accounts (about/handles.py), None when it was not asked.
    """

    on: date
    secret: bytes
    policy: Policy
    lists: Sequence[List]
    weights: WeightsFile
    facts: pa.Table | None = None

    def lists_are(self) -> str:
        """Return the lists and their dates, as text."""
        return "; ".join(f"{one.name} {one.date}".strip() for one in self.lists)

    def method_is(self) -> str:
        """Return Fanal's version and the hash of the weights, as text."""
        weights = hashlib.sha256(weights_text(self.weights).encode()).hexdigest()[:12]
        return f"fanal {__version__}, weights {weights}"

    def policy_is(self) -> str:
        """Return mode, k, risk list and fields, as text."""
        told = asdict(self.policy)
        plain = {one: sorted(v) if isinstance(v, frozenset) else v for one, v in told.items()}
        return json.dumps(plain, sort_keys=True)


@dataclass(slots=True, kw_only=True)
class Issued:
    """What became of a publication.

    Parameters
    ----------
    held
        The publisher's memory after it.
    looked_at, changed, gone
        Accounts whose turn it was; whose card others see otherwise; that the state has no more.
    report
        What lists or method changed, None when they are as before.
    written
        Whether it counts; False for a trial.
    """

    held: pa.Table
    looked_at: int
    changed: int
    gone: int
    report: dict[str, Any] | None
    written: bool


@dataclass(slots=True)
class _Kept:
    """What the looks of a publication rested on, for the holders."""

    lists: Sequence[List]
    evidence: dict[str, Any] = field(default_factory=dict)

    def __call__(self, estimates: pa.Table, days: pa.Table, evidence_on: pa.Array) -> None:
        last = evidence_on.cast(pa.int32()).to_numpy()
        owner = pc.index_in(days["account"], estimates["account"].combine_chunks())
        of_row = last[owner.fill_null(0).to_numpy()]
        for day in np.unique(last):
            rows, some = (
                table.take(pa.array(np.flatnonzero(of == day)))
                for table, of in ((days, of_row), (estimates, last))
            )
            told = evidence_of(some, rows, evidence_on=day_of(int(day)), lists=self.lists)
            self.evidence |= zip(some["account"].to_pylist(), told, strict=True)


def issue(
    cards: Cards,
    source: Source,
    order: Order,
    *,
    trial: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> Issued:
    """Publish a day into the cards' database; twice on one day is as once.

    Parameters
    ----------
    cards
        The database.
    source
        Day rows of all accounts.
    order
        What it is made with.
    trial
        Whether nothing is written, and all that was looked at is looked at again (4).
    say
        Is told how far it is.

    Raises
    ------
    PolicyError
        The last publication was of a later day, or the source lacks most accounts with cards.
    StoreError
        The database refuses, or others publish all the time.
    """
    for _ in range(_ATTEMPTS):
        before = cards.read(order.on)
        found, after = _computed(before, source, order, trial=trial, say=say)
        if trial:
            return found
        if cards.commit(before, after):
            found.written = True
            return found
        say("another worker published meanwhile: again, from what it left")
    raise StoreError(f"{cards.place}: others publish all the time.", hint="Run one of them.")


def _computed(
    before: Before, source: Source, order: Order, *, trial: bool, say: Callable[[str], None]
) -> tuple[Issued, After]:
    """Return a publication as it is to be written (2, 3, 4)."""
    if before.last_on is not None and order.on < before.last_on:
        raise PolicyError(
            f"the last publication was of {before.last_on}: a clock does not go back.",
            hint=f"Publish a day from {before.last_on} on.",
        )
    held = _without_gone(before.held, source)
    gone = before.held.num_rows - held.num_rows
    held = with_new(held, source.accounts(), on=order.on, secret=order.secret)
    if order.facts is not None:
        held = with_facts(held, order.facts)
    due = pc.less_equal(held["next_on"].cast(pa.int32()), days_of(order.on))
    looked_at = pc.sum(due).as_py() or 0
    say(f"{held.num_rows:,} accounts, {looked_at:,} whose turn it is")
    report = None
    if before.last_on is not None and (trial or _is_other(before, order)):
        say("what was looked at is looked at again, by the same days")
        report = {"lists_before": before.lists, "lists": order.lists_are(),
                  "method_before": before.method, "method": order.method_is(),
                  "on": order.on.isoformat()}  # fmt: skip
        report |= recomputed(source, held, before.cells, order.policy)
    kept = _Kept(order.lists)
    left: Published = publish_day(
        source, held, before.cells, on=order.on, secret=order.secret, policy=order.policy,
        keep=kept,
    )  # fmt: skip
    after = After(
        on=order.on,
        held=left.held,
        cells=left.cells,
        evidence=kept.evidence,
        handles=None if order.facts is None else order.facts.select(["account", "handle"]),
        method=order.method_is(),
        lists=order.lists_are(),
        policy=order.policy_is(),
        report=None if report is None else json.dumps(report, sort_keys=True),
    )
    found = Issued(held=left.held, looked_at=looked_at, changed=len(left.changed), gone=gone,
                   report=report, written=False)  # fmt: skip
    return found, after


def _is_other(before: Before, order: Order) -> bool:
    """Return whether lists or method are others than those of the last publication."""
    return (before.lists, before.method) != (order.lists_are(), order.method_is())


def _without_gone(held: pa.Table, source: Source) -> pa.Table:
    """Return the accounts that the source still has (2)."""
    there = pc.is_in(held["account"].combine_chunks(), source.accounts())
    left = held.filter(there)
    gone = held.num_rows - left.num_rows
    if gone > max(_FEW, _MOST_GONE * held.num_rows):
        raise PolicyError(
            f"this state lacks {gone:,} of the {held.num_rows:,} accounts with cards.",
            hint="Is it the right one? Their cards would be erased.",
        )
    return left
