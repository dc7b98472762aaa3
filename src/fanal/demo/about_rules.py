"""Two simple rules, and how often each of three rules is wrong over a made-up platform.

1. The last connection: the country of an account's latest day.
2. Thirty days: the country of most connections of the last thirty days, exits included; the last
   one where there is none. So X's rule seems to be; X has not published it.
3. Shown and wrong: another country, or a region that does not hold the true one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from fanal.about.countries import numbers, regions
from fanal.model.interval import wilson

DAYS: Final = 30
_BEHIND: Final = ("always_vpn", "corporate_vpn", "farm", "some_vpn")
#: Kind of account -> why its card is wrong.
CAUSES: Final = {
    "migrant": "moved",
    "mislocated": "mislocated",
    **dict.fromkeys(_BEHIND, "vpn"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fared:
    """How a rule fares.

    Parameters
    ----------
    of, shown, wrong
        Accounts; with a place shown; with a wrong one.
    """

    of: int
    shown: int
    wrong: int

    def per(self, count: int) -> int:
        """Return a count as accounts in 100,000."""
        return round(100_000 * count / self.of)

    def between(self) -> tuple[int, int]:
        """Return the 95 % interval (Wilson) of the wrong ones in 100,000."""
        low, high = wilson(self.wrong, self.of)
        return round(100_000 * low), round(100_000 * high)


def simple_rules(days: pa.Table, on: date) -> tuple[dict[str, str], dict[str, str]]:
    """Return account -> country by the last connection, and by thirty days (1, 2)."""
    placed = days.filter(days["country"].is_valid())
    counts = placed.group_by(["account", "country"]).aggregate([("day", "max")])
    last = _first(counts, [("day_max", "descending"), ("country", "ascending")])
    recent = placed.filter(pc.greater(placed["day"], on - timedelta(days=DAYS)))
    counts = recent.group_by(["account", "country"]).aggregate(
        [("day", "count"), ("day", "max")]
    )
    most = _first(
        counts,
        [("day_count", "descending"), ("day_max", "descending"), ("country", "ascending")],
    )
    return last, last | most


def _first(counts: pa.Table, order: list[tuple[str, str]]) -> dict[str, str]:
    """Return account -> country of its first row in an order."""
    rows = counts.sort_by(order)
    found: dict[str, str] = {}
    for account, country in zip(
        rows["account"].to_pylist(), rows["country"].to_pylist(), strict=True
    ):
        found.setdefault(account, country)
    return found


def always_shown(told: Mapping[str, str], truth: Mapping[str, str]) -> Fared:
    """Return how a rule fares that shows a country of every account."""
    wrong = sum(told[account] != home for account, home in truth.items() if account in told)
    shown = sum(account in told for account in truth)
    return Fared(of=len(truth), shown=shown, wrong=wrong)


def cards_fare(cards: Mapping[str, Mapping[str, Any]], truth: Mapping[str, str]) -> Fared:
    """Return how cards fare: rows of `HELD` by account (3)."""
    shown = [account for account in truth if account in cards and cards[account]["label"]]
    wrong = sum(is_wrong(cards[account], truth[account]) for account in shown)
    return Fared(of=len(truth), shown=len(shown), wrong=wrong)


def is_wrong(card: Mapping[str, Any], home: str) -> bool:
    """Return whether a card shows a place that is not the true one (3)."""
    if card["label"] is None:
        return False
    right = home if card["state"] == "country" else regions()[numbers()[home]]
    return bool(card["label"] != right)


def causes(
    cards: Mapping[str, Mapping[str, Any]], truth: Mapping[str, str], kinds: Mapping[str, str]
) -> Counter[str]:
    """Return how many cards are wrong by cause: moved, vpn, mislocated, other."""
    return Counter(
        CAUSES.get(kinds[account], "other")
        for account, home in truth.items()
        if account in cards and is_wrong(cards[account], home)
    )
