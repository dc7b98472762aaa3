"""The holder is told what the card rests on: days up to the last refresh, and nothing later."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from fanal.about.estimate import ESTIMATES
from fanal.about.evidence import evidence_of
from fanal.about.ip.sources import Source

ON = date(2026, 9, 30)
LISTS = tuple(
    Source(
        name=name, answers=answers, licence="", date="2025-12-23", networks=1,
        networks_ipv6=1, addresses=1,
    )
    for name, answers in (("vpn-ipv4", "kind"), ("whois", "country"))
)  # fmt: skip


def row(
    account: str, age: int, country: str, kind: str = "unknown", **more: Any
) -> dict[str, Any]:
    day = ON - timedelta(days=age)
    told = {"account": account, "day": day, "country": country, "kind": kind, "network": 7}
    return {**told, "client": "web", **more}


def told(
    rows: list[dict[str, Any]], accounts: tuple[str, ...] = ("a",)
) -> list[dict[str, Any]]:
    schema = pa.schema(
        [
            ("account", pa.string()), ("day", pa.date32()), ("country", pa.string()),
            ("kind", pa.string()), ("network", pa.uint64()), ("client", pa.string()),
        ]
    )  # fmt: skip
    estimates = pa.Table.from_pylist(
        [{"account": one, "country": "FR", "probability": 0.97} for one in accounts], ESTIMATES
    )
    days = pa.Table.from_pylist(rows, schema)
    return evidence_of(estimates, days, evidence_on=ON, lists=LISTS)


def test_days_are_counted_once_by_country_and_proxy() -> None:
    rows = [row("a", age, "FR") for age in (0, 1, 1, 40)]
    rows += [
        row("a", 1, "US", "hosting_or_vpn"),
        row("a", 2, "US", "hosting_or_vpn", network=8),
    ]
    (one,) = told(rows)
    assert one["days"] == 4
    assert one["countries"] == [
        {"country": "FR", "plain_days": 3, "proxy_days": 0,
         "first_on": "2026-08-21", "last_on": "2026-09-30"},
        {"country": "US", "plain_days": 0, "proxy_days": 2,
         "first_on": "2026-09-28", "last_on": "2026-09-29"},
    ]  # fmt: skip
    assert (one["days_180"], one["proxy_days_180"], one["networks"]) == (4, 2, 2)
    assert one["proxy_kinds"] == [{"kind": "hosting_or_vpn", "days": 2}]
    assert one["clients"] == [{"client": "web", "days": 4}]
    assert [(m["month"], m["country"], m["plain_days"]) for m in one["months"]] == [
        ("2026-09", "FR", 2), ("2026-09", "US", 0), ("2026-08", "FR", 1),
    ]  # fmt: skip


def test_a_states_rows_of_clients_are_no_days_in_an_unknown_country() -> None:
    (one,) = told([row("a", 0, "FR", client=None), row("a", 0, None, network=None)])  # type: ignore[arg-type]
    assert [entry["country"] for entry in one["countries"]] == ["FR"]
    assert one["clients"] == [{"client": "web", "days": 1}]
    assert one["days"] == 1


def test_days_after_the_refresh_and_before_the_year_are_not_told() -> None:
    (one,) = told(
        [row("a", -1, "NG"), row("a", 0, "FR"), row("a", 365, "SN"), row("a", 364, "BE")]
    )
    assert {entry["country"] for entry in one["countries"]} == {"FR", "BE"}
    assert "NG" not in json.dumps(one)


def test_proxy_days_are_those_of_180_days() -> None:
    (one,) = told([row("a", 179, "US", "tor"), row("a", 180, "US", "tor")])
    assert (one["days_180"], one["proxy_days_180"], one["days"]) == (1, 1, 2)


def test_the_lists_that_tell_proxies_are_named_with_their_dates() -> None:
    (one,) = told([row("a", 0, "FR")])
    assert one["lists"] == [{"name": "vpn-ipv4", "date": "2025-12-23"}]


def test_each_account_is_told_its_own_rows_and_an_account_without_rows_nothing() -> None:
    first, second, third = told([row("a", 0, "FR"), row("b", 0, "BE")], ("b", "a", "c"))
    assert first["countries"][0]["country"] == "BE"
    assert second["countries"][0]["country"] == "FR"
    assert (third["days"], third["countries"], third["networks"]) == (0, [], 0)


def test_unknown_countries_and_clients_are_told_as_unknown() -> None:
    (one,) = told([row("a", 0, None, client=None, network=None)])  # type: ignore[arg-type]
    assert one["countries"][0]["country"] is None
    assert (one["clients"], one["networks"]) == ([], 0)
    json.dumps(one)
