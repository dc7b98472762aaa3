"""A small made-up platform and its publications, for tests of the cards' database."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

import pyarrow as pa

from fanal.about.day_source import DaySource
from fanal.about.ip.sources import Source
from fanal.about.issuing import Order
from fanal.about.memory import Policy
from fanal.about.simulate import simulate
from fanal.about.weights import read_weights
from fanal.about.world import reference_world
from fanal.store.cards import Cards, open_cards

SECRET = bytes(range(32))
ACCOUNTS = 240
LISTS = [
    Source(
        name="a list of exits", answers="kind", licence="none", date="2026-01-01",
        networks=1, networks_ipv6=0, addresses=1,
    )
]  # fmt: skip


@cache
def days() -> pa.Table:
    """Return day rows of the platform's accounts."""
    return simulate(reference_world(), ACCOUNTS, 11).days


@cache
def source() -> DaySource:
    """Return the platform as a source of day rows."""
    return DaySource(days())


def last_day() -> date:
    """Return the last day of the rows."""
    found: date = max(days()["day"].to_pylist())
    return found


def order(on: date, **values: Any) -> Order:
    """Return what the platform publishes with."""
    policy = Policy(mode="public", k=10, k_leave=7)
    given = {"secret": SECRET, "policy": policy, "lists": LISTS, "weights": read_weights()}
    return Order(on=on, **(given | values))


def publications(count: int = 5, apart: int = 22) -> list[date]:
    """Return the days of some publications, the last long after the first."""
    first = last_day() - timedelta(days=20)
    return [first + timedelta(days=apart * number) for number in range(count)]


def told(cards: Cards) -> dict[str, Any]:
    """Return all that a database of cards holds, decrypted, in one order."""
    before = cards.read(date(1971, 1, 1))
    names = before.stored["account"].to_pylist()
    return {
        "held": before.stored.to_pylist(),
        "cells": sorted(before.cells.to_pylist(), key=str),
        "evidence": {one: cards.evidence(one) for one in names},
        "audit": {one: cards.audit(one) for one in names},
        "last_on": before.last_on,
    }


def opened(where: str) -> Cards:
    """Return a database of cards under the platform's secret."""
    return open_cards(where, SECRET)
