"""What a card of an account rests on, told to its holder: days by country, by client, by month.

1. Of the day rows up to the last evidence day, those of a year; of proxies, those of 180 days.
2. A day counts once for each (country, behind a proxy or not), once for each client.
3. Beside it: the estimate, and the lists that told proxies, each with its date.

It is made when a card is computed, and never afresh: who sees it more often than the card changes
could try out which exits of a VPN are seen. It holds no address and no network's number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from fanal.about.ip.sources import Source
from fanal.about.publish import OLDEST_DAYS, PROXY_DAYS
from fanal.model.days import PROXY_KINDS

SCHEMA: Final = "fanal-evidence-1"
_ESTIMATED: Final = ("country", "probability", "refusal", "mixture_country", "mixture_share")

_By = dict[str, list[dict[str, Any]]]


def evidence_of(
    estimates: pa.Table, days: pa.Table, *, evidence_on: date, lists: Sequence[Source]
) -> list[dict[str, Any]]:
    """Return what each account's card rests on, as one object of JSON an account.

    Parameters
    ----------
    estimates
        `ESTIMATES` of about/estimate.py: the accounts that are told, as of `evidence_on`.
    days
        `DAYS` (model/days.py), any order; rows of other accounts, later or older rows are not read.
    evidence_on
        The last day that counts.
    lists
        Sources of the kinds of networks (`about ip`); those of countries are left out.

    Returns
    -------
    list[dict]
        In the order of `estimates`: ``schema``, ``evidence_on``, ``days`` (distinct, of a year),
        ``countries`` (country, plain_days, proxy_days, first_on, last_on; most days first),
        ``months`` (month, country, plain_days, proxy_days), ``clients`` (client, days),
        ``days_180``, ``proxy_days_180``, ``proxy_kinds`` (kind, days), ``networks`` (how many),
        ``lists`` (name, date), ``estimate``. Shares are for the page to say.

    Notes
    -----
    O(day rows) and a few sorts of them.
    """
    rows = _rows(estimates, days, evidence_on)  # 1
    recent = rows.filter(pc.greater(rows["day"], evidence_on - timedelta(days=PROXY_DAYS)))
    behind = recent.filter(recent["proxy"])
    # 2
    placed = rows.filter(_of_a_connection(rows))
    countries = _both(placed, ["country"])
    months = _both(placed, ["month", "country"])
    clients = _counted(rows.filter(rows["client"].is_valid()), ["client"])
    kinds = _counted(behind, ["kind"])
    total, total_180, proxy_180 = (_days(table) for table in (rows, recent, behind))
    networks = _networks(rows)
    # 3
    told = [{"name": one.name, "date": one.date} for one in lists if one.answers == "kind"]
    return [
        {
            "schema": SCHEMA,
            "evidence_on": evidence_on.isoformat(),
            "days": total[account],
            "countries": sorted(countries[account], key=_most_first),
            "months": _newest_first(months[account]),
            "clients": sorted(clients[account], key=_most_first),
            "days_180": total_180[account],
            "proxy_days_180": proxy_180[account],
            "proxy_kinds": sorted(kinds[account], key=_most_first),
            "networks": networks[account],
            "lists": told,
            "estimate": estimated,
        }
        for account, estimated in zip(
            estimates["account"].to_pylist(),
            estimates.select(_ESTIMATED).to_pylist(),
            strict=True,
        )
    ]


def _rows(estimates: pa.Table, days: pa.Table, evidence_on: date) -> pa.Table:
    """Return the rows that count, with their month and whether they are behind a proxy."""
    day = days["day"].cast(pa.date32())
    inside = pc.and_(
        pc.less_equal(day, evidence_on),
        pc.greater(day, evidence_on - timedelta(days=OLDEST_DAYS)),
    )
    account = days["account"].cast(pa.string())
    inside = pc.and_(inside, pc.is_in(account, estimates["account"].combine_chunks()))
    kind = days["kind"].cast(pa.string())
    return pa.table(
        {
            "account": account,
            "day": day,
            "month": pc.strftime(day, "%Y-%m"),
            "country": days["country"].cast(pa.string()),
            "kind": kind,
            "proxy": pc.is_in(kind, pa.array(PROXY_KINDS)),
            "client": days["client"].cast(pa.string()),
            "network": days["network"].cast(pa.uint64()),
        }
    ).filter(inside)


def _of_a_connection(rows: pa.Table) -> pa.ChunkedArray:
    """Return which rows tell where from; a state tells clients in rows of their own, without that."""
    where = pc.or_(rows["country"].is_valid(), rows["network"].is_valid())
    return pc.or_(where, rows["client"].is_null())


def _both(rows: pa.Table, by: list[str]) -> _By:
    """Return days behind no proxy and behind one, by these columns; first and last of a country."""
    keys = ["account", *by, "proxy"]
    counted = rows.group_by(keys).aggregate(
        [("day", "count_distinct"), ("day", "min"), ("day", "max")]
    )
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in counted.to_pylist():
        name = tuple(row[key] for key in keys[:-1])
        empty = {"plain_days": 0, "proxy_days": 0, "first_on": "9", "last_on": ""}
        told = found.setdefault(name, {**{key: row[key] for key in by}, **empty})
        told["proxy_days" if row["proxy"] else "plain_days"] = row["day_count_distinct"]
        told["first_on"] = min(told["first_on"], row["day_min"].isoformat())
        told["last_on"] = max(told["last_on"], row["day_max"].isoformat())
    grouped: _By = defaultdict(list)
    for name, told in found.items():
        if "month" in told:
            del told["first_on"], told["last_on"]
        grouped[name[0]].append(told)
    return grouped


def _counted(rows: pa.Table, by: list[str]) -> _By:
    counted = rows.group_by(["account", *by]).aggregate([("day", "count_distinct")])
    grouped: _By = defaultdict(list)
    for row in counted.to_pylist():
        told = {key: row[key] for key in by}
        grouped[row["account"]].append({**told, "days": row["day_count_distinct"]})
    return grouped


def _days(rows: pa.Table) -> dict[str, int]:
    counted = rows.group_by("account").aggregate([("day", "count_distinct")])
    pairs = zip(
        counted["account"].to_pylist(), counted["day_count_distinct"].to_pylist(), strict=True
    )
    return defaultdict(int, pairs)


def _networks(rows: pa.Table) -> dict[str, int]:
    known = rows.filter(rows["network"].is_valid())
    counted = known.group_by("account").aggregate([("network", "count_distinct")])
    pairs = zip(
        counted["account"].to_pylist(),
        counted["network_count_distinct"].to_pylist(),
        strict=True,
    )
    return defaultdict(int, pairs)


def _most_first(told: dict[str, Any]) -> tuple[int, str]:
    days = told.get("days", told.get("plain_days", 0) + told.get("proxy_days", 0))
    word = told.get("country", told.get("client", told.get("kind")))
    return -days, word or ""


def _newest_first(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return months, the last first; within one, countries with most days first."""
    ordered = sorted(told, key=_most_first)
    return sorted(ordered, key=lambda one: str(one["month"]), reverse=True)
