"""What may be said of each account to others, when, and with how many it is said together.

All rules stand in this file, all thresholds below. It reads what the publisher remembers, and, of the
accounts whose turn it is, their estimates and day rows. It keeps nothing and reads no clock.

P1. Home, not whereabouts. A country is held when it has 60 % of the weighted days behind no proxy, in
    three calendar months, at a probability of .9. Once held it stays until another country has all
    that, or is lost: see LOST. The channel is the client of 60 % of the year's days when the country
    is first held; it changes when another has 75 %.
P2. Nothing is drawn at random but time. A country is told as it was found, or it is not told.
P3. Half of the days of 180 behind a proxy: withheld, whatever else is known. The days on which the
    proxy failed are not looked at: they would tell what it is there to hide.
P4. k accounts get the same (country, channel); else the country alone, when k get that; else its
    region, when k get that; else nothing. Such a cell opens at k and closes below k_leave, for all
    its accounts at once. A country's smallest channel is given up where the others would be too few
    to be told without one. A store's country is told only where it is the country told.
P5. Countries of the risk list, and holders who chose so, begin at the region. Who wants nothing told
    has nothing told, and no candidate remembered. All that is withheld looks the same; the precise
    reason is for the holder and the operator. Of a card without a place nothing else is told: its lack or presence would tell.
P6. The clock. An account is looked at after U[30, 90] days, by days that ended U[14, 45] days before;
    both are drawn from a secret, not from its days. Between two looks a card changes only when a
    cell opens or closes, when its holder wishes so, or when its preview ends.
P7. A card is its holder's alone for 30 days after it first had a place. Mode "private" shows nothing;
    "opt-in" only those who asked; "public" all.
P8. No day stands on a card: the year an account was made, the month in which its handle last changed
    when k accounts share it, and that as of its last look.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fanal.about import memory
from fanal.about.clock import first_waits, gaps_and_lags
from fanal.about.crowds import crowds, was_open
from fanal.about.memory import CELLS, HELD, Policy, Published, dates, days_of, differs
from fanal.about.shown_days import (
    Evidence,
    as_told,
    country_codes,
    evidence_of,
    region_of,
)
from fanal.about.weighted import OLDEST_DAYS, Mask, Numbers, array, equals, place, where

__all__ = ("CELLS", "HELD", "OLDEST_DAYS", "Policy", "Published")

#: P1. Least probability of a country: about 4 in 1,000 countries told are wrong at it.
LEAST_PROBABILITY: Final = 0.9
#: P1. Least share of the weighted days: more than half, and a short trip is no home.
LEAST_SHARE: Final = 0.6
#: P1. Least calendar months: a trip of 21 days is never in three.
LEAST_MONTHS: Final = 3
#: P1. Days after which a day counts half: shorter shows a move sooner, longer bears longer trips.
HALF_LIFE_DAYS: Final = 45
#: P1, LOST. A held country is lost at less than this share of the weighted days, when the account
#: was elsewhere in `LEAST_MONTHS` calendar months of the last `PROXY_DAYS` days.
LOST_SHARE: Final = 0.25
#: P1. The same for the channel: nearly the whole year counts, for whoever travels uses another client.
CHANNEL_HALF_LIFE_DAYS: Final = 365
#: P1. Share at which another channel takes the place of the one told with the same country.
CHANNEL_CHANGES: Final = 0.75
#: P3. Least share of proxy days, and how many days back they are counted.
PROXY_SHARE: Final = 0.5
PROXY_DAYS: Final = 180
#: P4. Accounts at which a cell opens; below `LEAVE_ACCOUNTS` it closes: one account moves no cell twice.
LEAST_ACCOUNTS: Final = 20
LEAVE_ACCOUNTS: Final = 15
#: P6. Days from one look to the next, and from the last day of the evidence to the look.
GAP_DAYS: Final = (30, 90)
LAG_DAYS: Final = (14, 45)
#: P7. Days that a new card is its holder's alone.
PREVIEW_DAYS: Final = 30
#: P4. What is told with the channel, alone, as a region.
LEVELS: Final = (memory.COUNTRY, memory.COUNTRY, memory.REGION)
REGION_LEVEL: Final = 2
#: Asked of an estimate.
_ASKED: Final = ("country", "probability", "refusal")


def with_new(held: pa.Table, accounts: pa.Array, *, on: date, secret: bytes) -> pa.Table:
    """Return the memory with accounts that it did not know; their first look is by the clock (P6).

    Parameters
    ----------
    held
        Table `HELD`.
    accounts
        Keys; those already known are left as they are.
    on
        The day on which they are first seen.
    secret
        The server's.
    """
    known = pc.is_in(accounts, held["account"].combine_chunks())
    names = accounts.filter(pc.invert(known))
    waits = first_waits(names.to_pylist(), secret, GAP_DAYS)
    return pa.concat_tables([held, memory.blank(names, days_of(on) + waits)])


def due(held: pa.Table, on: date, secret: bytes) -> tuple[Numbers, pa.Array]:
    """Return whose turn it is, and the last day of evidence of each (P6).

    Parameters
    ----------
    held
        Table `HELD`.
    on
        The day of the publication.
    secret
        The server's.

    Returns
    -------
    tuple
        int64: rows of `held`, ascending; date32: one a row. A look that was missed is made as of the
        day it was due.
    """
    next_on = array(held["next_on"].cast(pa.int32())).astype(np.int64)
    rows = np.flatnonzero(next_on <= days_of(on))
    _, lag = _clock(held.take(pa.array(rows)), secret)
    return rows, dates(next_on[rows] - lag)


def publish(
    held: pa.Table,
    cells: pa.Table,
    estimates: pa.Table,
    days: pa.Table,
    *,
    on: date,
    secret: bytes,
    policy: Policy,
) -> Published:
    """Return the memory and the cards after the publication of one day.

    Parameters
    ----------
    held, cells
        Tables `HELD` and `CELLS` as the last publication left them; wishes may have come since.
    estimates
        Table `ESTIMATES` (about/estimate.py) of the accounts that are `due`, each by the days up to
        its own last day of evidence. An account without a row has no day in the year.
    days
        Table `DAYS` (model/days.py) of the same accounts: any order; later days are not looked at.
    on
        The day of the publication.
    secret
        The server's.
    policy
        What the operator decided.

    Notes
    -----
    O(accounts + day rows of those due) time and memory.
    """
    rows, evidence_on = due(held, on, secret)
    looked_at = _looked_at(
        held.take(pa.array(rows)), estimates, days, evidence_on, policy, secret
    )
    order = np.arange(held.num_rows)
    order[rows] = held.num_rows + np.arange(rows.size)
    after = pa.concat_tables([held, looked_at]).take(pa.array(order))
    told = {name: after[name].combine_chunks() for name in memory.CANDIDATE}
    after = memory.with_columns(after, **_but_of_the_silent(after, told))
    own_turn = order >= held.num_rows
    levels, opened = _levels(after, cells, policy)
    shut = _not_out(after, policy, on)
    shown = _shown(after, levels, shut, own_turn, policy)
    changed = np.zeros(held.num_rows, bool)
    for name in memory.SHOWN:
        changed |= differs(held[name], shown[name])
    return Published(shown, opened, shown["account"].combine_chunks().filter(pa.array(changed)))


def would_show(held: pa.Table, cells: pa.Table, policy: Policy) -> pa.Table:
    """Return `held` with the cards as they would be were every preview over (P7): for holders."""
    levels, _ = _levels(held, cells, policy)
    nothing = pa.nulls(held.num_rows, pa.string())
    return _shown(held, levels, nothing, np.zeros(held.num_rows, bool), policy)


def _clock(held: pa.Table, secret: bytes) -> tuple[Numbers, Numbers]:
    """Return gap and lag of each account's next look (P6)."""
    look = array(held["number"]) + 1
    return gaps_and_lags(held["account"].to_pylist(), look, secret, GAP_DAYS, LAG_DAYS)


def _looked_at(
    held: pa.Table, estimates: pa.Table, days: pa.Table, evidence_on: pa.Array, policy: Policy,
    secret: bytes,
) -> pa.Table:  # fmt: skip
    """Return the memory of accounts whose turn it was, with the next turn set (P1, P3, P6)."""
    gap, _ = _clock(held, secret)
    turn = array(held["next_on"].cast(pa.int32())).astype(np.int64)
    found = candidates(held, estimates, days, evidence_on, policy)
    first = pc.if_else(found["country"].is_valid(), held["next_on"].combine_chunks(), None)
    return memory.with_columns(
        held,
        **found,
        number=pc.add(held["number"], 1),
        next_on=dates(turn + gap),
        evidence_on=evidence_on,
        first_on=pc.coalesce(held["first_on"].combine_chunks(), first),
    )


def candidates(
    held: pa.Table, estimates: pa.Table, days: pa.Table, evidence_on: pa.Array, policy: Policy
) -> dict[str, pa.Array]:
    """Return country, reason, channel and shield of some accounts (P1, P3)."""
    names = held["account"].combine_chunks()
    told = estimates.take(pc.index_in(names, estimates["account"].combine_chunks()))
    told = {name: told[name].combine_chunks() for name in ("account", *_ASKED)}
    refusal = pc.if_else(
        told["account"].is_null(), memory.NO_DAY, told["refusal"].cast(pa.string())
    )
    seen = evidence_of(names, days, evidence_on)
    behind = _behind_a_proxy(seen)
    # a country that may be held anew
    number = place(told["country"], country_codes())
    share, months = seen.plain.share(number, HALF_LIFE_DAYS), seen.plain.months_of(number)
    reason = pc.coalesce(
        where(behind, memory.PROXY),
        refusal,
        where(array(told["probability"].fill_null(0.0)) < LEAST_PROBABILITY, memory.IMPROBABLE),
        where((share < LEAST_SHARE) | (number < 0), memory.ELSEWHERE),
        where(months < LEAST_MONTHS, memory.FEW_MONTHS),
    )
    new = pc.if_else(reason.is_null(), told["country"].cast(pa.string()), None)
    # the one that was held
    before = held["country"].combine_chunks()
    taken = behind | array(pc.is_in(refusal, pa.array(memory.TAKING))) | _lost(seen, before)
    country = pc.coalesce(new, pc.if_else(pa.array(taken), None, before))
    known = array(country.is_valid()) & ~differs(country, before)
    found = {
        "country": country,
        "reason": pc.if_else(country.is_valid(), None, reason),
        "channel": _channel(held, seen, country, known, policy.fields),
        "shield": pa.array(behind),
    }
    return _but_of_the_silent(held, found)


def _but_of_the_silent(held: pa.Table, columns: dict[str, pa.Array]) -> dict[str, pa.Array]:
    """Return columns of the memory, null for who wants nothing told: a copy would tell it (P5)."""
    silent = pa.array(equals(held["wish"].combine_chunks(), memory.WISH_NOTHING))
    return {name: pc.if_else(silent, None, one) for name, one in columns.items()}


def _behind_a_proxy(seen: Evidence) -> Mask:
    """Return whether half of the days of the last 180 were behind a proxy (P3)."""
    behind, at_all = seen.behind.days(), seen.recent.days()
    return np.asarray((at_all > 0) & (behind >= PROXY_SHARE * at_all))


def _lost(seen: Evidence, held: pa.Array) -> Mask:
    """Return whether a held country is lost: little of it is left, and months are elsewhere (P1)."""
    number, plain = place(held, country_codes()), seen.plain
    elsewhere = plain.where((plain.label != number[plain.owner]) & (plain.age < PROXY_DAYS))
    little = plain.share(number, HALF_LIFE_DAYS) < LOST_SHARE
    return np.asarray((number >= 0) & little & (elsewhere.months() >= LEAST_MONTHS))


def _channel(
    held: pa.Table, seen: Evidence, country: pa.Array, same: Mask, fields: Collection[str]
) -> pa.Array:
    """Return the channel beside a country (P1, P4); its share is told nowhere: a trip moves it."""
    if "channel" not in fields:
        return pa.nulls(held.num_rows, pa.string())
    rows, labels = as_told(seen, country, fields)
    most = rows.heaviest(len(labels), CHANNEL_HALF_LIFE_DAYS)
    least = np.where(same, CHANNEL_CHANGES, LEAST_SHARE)
    enters = (most >= 0) & (rows.share(most, CHANNEL_HALF_LIFE_DAYS) >= least)
    enters &= rows.months_of(most) >= LEAST_MONTHS
    before = held["channel"].combine_chunks()
    before = pc.if_else(pc.starts_with(before, memory.STORE_OF), memory.STORE_OF, before)
    kept = place(before, pa.array(labels, pa.string()))
    stays = same & (kept >= 0) & (rows.share(kept, CHANNEL_HALF_LIFE_DAYS) >= LOST_SHARE)
    label = np.where(enters, most, np.where(stays, kept, -1))
    label[~array(country.is_valid())] = -1
    word = pa.array(labels, pa.string()).take(pa.array(label, mask=label < 0))
    of_country = pc.binary_join_element_wise(memory.STORE_OF, country, "")
    return pc.if_else(pc.equal(word, memory.STORE_OF), of_country, word)


def _levels(held: pa.Table, cells: pa.Table, policy: Policy) -> tuple[NDArray[Any], pa.Table]:
    """Return at which of `LEVELS` each account is told, 3 for nothing; the cells open (P4, P5)."""
    country, channel, wish = (
        held[name].combine_chunks() for name in ("country", "channel", "wish")
    )
    left = array(country.is_valid()) & ~equals(wish, memory.WISH_NOTHING)
    coarse = array(pc.is_in(country, pa.array(sorted(policy.risk), pa.string())))
    coarse |= equals(wish, memory.WISH_REGION)
    fine = crowds(country, channel, left & ~coarse, was_open(cells, memory.COUNTRY), policy)
    left &= fine.level == fine.NOWHERE
    none = pa.nulls(held.num_rows, pa.string())
    wide = crowds(region_of(country), none, left, was_open(cells, memory.REGION), policy)
    level = np.where(wide.level == wide.NOWHERE, fine.level, REGION_LEVEL)
    level = np.where(level == fine.NOWHERE, len(LEVELS), level)
    return level, pa.concat_tables([fine.cells(memory.COUNTRY), wide.cells(memory.REGION)])


def _not_out(held: pa.Table, policy: Policy, on: date) -> pa.Array:
    """Return why a card is not for others yet, null where it is (P7)."""
    first, asked = (
        held[name].combine_chunks().cast(pa.int32()) for name in ("first_on", "asked_on")
    )
    since = first if policy.mode == memory.OPEN else pc.max_element_wise(first, asked)
    out = array(pc.less_equal(since, days_of(on) - PREVIEW_DAYS).fill_null(fill_value=False))
    reasons = [where(~out, memory.IN_PREVIEW)]
    if policy.mode == memory.OPT_IN:
        reasons = [where(array(asked.is_null()), memory.NOT_ASKED), *reasons]
    if policy.mode == memory.PRIVATE:
        reasons = [pa.array([memory.IN_PRIVATE] * held.num_rows, pa.string())]
    return pc.coalesce(*reasons)


def _shown(
    held: pa.Table, level: NDArray[Any], shut: pa.Array, own_turn: Mask, policy: Policy
) -> pa.Table:
    """Return the memory with the cards that others see, and why they are so."""
    country, channel, created, reason, wish = (
        held[name].combine_chunks()
        for name in ("country", "channel", "created", "reason", "wish")
    )
    number = pa.array(np.where(array(shut.is_valid()), len(LEVELS), level))
    placed = pc.less(number, len(LEVELS))
    none = pa.nulls(held.num_rows, pa.string())
    first = pc.equal(number, 0)
    because = [
        none,
        pc.if_else(channel.is_valid(), memory.FEW_WITH_CHANNEL, None),
        pc.coalesce(
            pc.if_else(pc.equal(wish, memory.WISH_REGION), memory.WISHED, None),
            pc.if_else(pc.is_in(country, pa.array(sorted(policy.risk), pa.string())), memory.RISK, None),
            memory.FEW_ACCOUNTS,
        ),
        pc.coalesce(pc.if_else(pc.equal(wish, memory.WISH_NOTHING), memory.WISHED, None), reason,
                    where(level == len(LEVELS), memory.FEW_ACCOUNTS), shut),
    ]  # fmt: skip
    return memory.with_columns(
        held,
        state=pa.array([*LEVELS, memory.WITHHELD]).take(number),
        label=pc.choose(number, country, country, region_of(country), none),
        shown_channel=pc.if_else(first, channel, None),
        shown_created=pc.if_else(placed, created, None),
        shown_renamed=_renamed(held, array(placed), own_turn, policy),
        why=pc.choose(number, *because),
    )


def _renamed(held: pa.Table, placed: Mask, own_turn: Mask, policy: Policy) -> pa.Array:
    """Return the month of the last change of handle as it may be told (P8)."""
    month, before = (held[name].combine_chunks() for name in ("renamed", "shown_renamed"))
    counts = pc.value_counts(month.filter(held["country"].combine_chunks().is_valid()))
    number = counts.field(1).take(pc.index_in(month, counts.field(0))).fill_null(0)
    kept = pa.array(~differs(month, before))
    enough = pc.greater_equal(number, pc.if_else(kept, policy.k_leave, policy.k))
    anew = own_turn | equals(held["state"], memory.WITHHELD)
    found = pc.if_else(pa.array(anew), pc.if_else(enough, month, None), before)
    return pc.if_else(pa.array(placed), found, None)
