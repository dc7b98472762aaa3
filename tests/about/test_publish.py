"""A first publication, the rules on an empty memory: each alone, nothing of what a proxy hides."""

from __future__ import annotations

import ast
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from fanal.about import publish, shield
from fanal.about.estimate import ESTIMATES, REFUSALS, estimate
from fanal.about.fields import fields_of
from fanal.about.first import PUBLIC, PUBLICATION, first_publication
from fanal.about.memory import FIELDS, NOT_DISCLOSED, TAKING
from fanal.about.overview import SURE
from fanal.about.simulate import Simulated, simulate
from fanal.about.world import reference_world
from fanal.cli import about_estimate
from fanal.kernels.day_bits import AGES
from fanal.model.days import DAYS
from fanal.store.schema import arrow_schema

LAST = date(2026, 6, 30)
HOME = range(0, 200, 2)
REGIONS = {"FR": "Western Europe", "BE": "Western Europe", "SN": "Western Africa"}


def day_rows(account: str, ages: Any, country: str | None = "FR", kind: str = "unknown",
             client: str | None = "web") -> list[tuple[Any, ...]]:  # fmt: skip
    return [(account, LAST - timedelta(days=age), country, kind, 5, client) for age in ages]


def day_table(found: list[tuple[Any, ...]]) -> pa.Table:
    schema = arrow_schema(DAYS)
    columns = zip(*found, strict=True)
    arrays = [pa.array(one, field.type) for one, field in zip(columns, schema, strict=True)]
    return pa.table(arrays, schema=schema)


def told(account: str, country: str | None = "FR", **more: Any) -> dict[str, Any]:
    """Return an estimate as about/estimate.py would make it."""
    return {
        "account": account, "country": country, "probability": 0.99 if country else None,
        "region": REGIONS.get(country or ""), "shield": False,
    } | more  # fmt: skip


def published(rows: list[dict[str, Any]], days: list[tuple[Any, ...]], k: int = 1,
              **more: Any) -> list[dict[str, Any]]:  # fmt: skip
    table = pa.Table.from_pylist(rows, schema=ESTIMATES)
    found = first_publication(table, day_table(days), as_of=LAST, k=k, **more)
    assert found.schema.equals(PUBLICATION)
    return found.to_pylist()


def one(days: list[tuple[Any, ...]], **more: Any) -> dict[str, Any]:
    return published([told("a", **more)], days)[0]


def seen(found: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(found[name] for name in ("state", "label", "reason", "public_reason"))


def withheld(reason: str) -> tuple[Any, ...]:
    return ("withheld", None, reason, NOT_DISCLOSED)


def test_a_plain_resident_gets_his_country_and_channel() -> None:
    found = one(day_rows("a", HOME))
    assert seen(found) == ("country", "FR", None, None)
    assert found["channel"] == "web"


@pytest.mark.parametrize(("behind", "told_country"), [(49, True), (50, False), (90, False)])
def test_p3_half_of_the_days_behind_a_proxy_withholds(behind: int, told_country: bool) -> None:
    days = day_rows("a", range(behind), "NL", "hosting_or_vpn")
    days += day_rows("a", range(behind, 100))
    found = one(days)
    assert (found["state"] == "country") is told_country
    if not told_country:
        assert seen(found) == withheld("proxy days")
        assert found["channel"] is None


def test_p3_looks_at_180_days_and_at_any_kind_of_proxy() -> None:
    old = day_rows("a", range(180, 360), "NL", "tor")
    assert one(old + day_rows("a", HOME))["state"] == "country"
    for kind in ("tor", "vpn", "hosting_or_vpn"):
        assert seen(one(day_rows("a", HOME, kind=kind))) == withheld("proxy days")
    for kind in ("cgnat", "relay"):
        assert one(day_rows("a", HOME, kind=kind))["state"] == "country"


def test_p3_comes_before_every_other_reason() -> None:
    days = day_rows("a", HOME, "NL", "tor")
    assert seen(one(days, refusal="conflicting")) == withheld("proxy days")
    assert seen(one(days, probability=0.2)) == withheld("proxy days")


@pytest.mark.parametrize("refusal", REFUSALS[1:])
def test_a_refused_estimate_is_withheld_with_its_refusal(refusal: str) -> None:
    assert seen(one(day_rows("a", HOME), refusal=refusal)) == withheld(refusal)


@pytest.mark.parametrize(("p", "state"), [(0.9, "country"), (0.899999, "withheld")])
def test_a_country_needs_a_probability_of_nine_tenths(p: float, state: str) -> None:
    assert one(day_rows("a", HOME), probability=p)["state"] == state


@pytest.mark.parametrize(("every", "state"), [(13, "country"), (12, "withheld")])
def test_p1_needs_sixty_per_cent_of_the_weighted_days(every: int, state: str) -> None:
    """Abroad on 5 of 13 days, .615 at home; on 5 of 12, .583."""
    abroad = [age for age in range(200) if age % every in (1, 3, 5, 8, 10)]
    home = [age for age in range(200) if age not in abroad]
    half = publish.HALF_LIFE_DAYS
    there, elsewhere = (sum(0.5 ** (age / half) for age in ages) for ages in (home, abroad))
    assert abs(there / (there + elsewhere) - 0.6) < 0.03
    assert one(day_rows("a", home) + day_rows("a", abroad, "BE"))["state"] == state


def test_p1_weighs_recent_days_more() -> None:
    moved = day_rows("a", range(120), "BE") + day_rows("a", range(120, 360))
    assert seen(one(moved)) == withheld("too many days elsewhere")
    assert one(moved, country="BE", region="Western Europe")["state"] == "country"


@pytest.mark.parametrize(("ages", "state"), [(range(60), "withheld"), (range(62), "country")])
def test_p1_needs_three_months(ages: Any, state: str) -> None:
    """30 June less 60 days is 1 May; one day more is April."""
    found = one(day_rows("a", ages))
    assert found["state"] == state
    if state == "withheld":
        assert found["reason"] == "too few months"


def test_days_ahead_days_older_than_a_year_and_unknown_countries_tell_nothing() -> None:
    odd = day_rows("a", [-3, -2, 400, 500], "BE", "tor") + day_rows("a", range(50), None)
    odd += day_rows("a", range(50, 99), "EU")
    assert one(odd + day_rows("a", HOME)) == one(day_rows("a", HOME))


def crowd(count: int, country: str, channel: str = "web", name: str = "") -> Any:
    names = [f"{name or country}{number:03d}" for number in range(count)]
    rows = [told(one, country) for one in names]
    return rows, [row for one in names for row in day_rows(one, HOME, country, client=channel)]


def together(*crowds: Any) -> list[dict[str, Any]]:
    return published(
        [row for rows, _ in crowds for row in rows],
        [row for _, days in crowds for row in days],
        k=20,
    )


def test_p4_twenty_of_a_country_and_channel_are_told_nineteen_are_not() -> None:
    assert {seen(one) for one in together(crowd(20, "SN"))} == {("country", "SN", None, None)}
    assert {seen(one) for one in together(crowd(19, "SN"))} == {withheld("too few accounts")}


def test_p4_two_small_countries_make_a_region() -> None:
    found = together(crowd(10, "FR"), crowd(10, "BE"), crowd(19, "SN"))
    assert {seen(one) for one in found[:20]} == {
        ("region", "Western Europe", "too few accounts", None)
    }
    assert {seen(one) for one in found[20:]} == {withheld("too few accounts")}


def test_p4_accounts_told_with_their_country_do_not_hide_those_of_the_region() -> None:
    found = together(crowd(40, "FR"), crowd(19, "BE"))
    assert {seen(one) for one in found[40:]} == {withheld("too few accounts")}


def test_p4_a_place_gives_up_a_channel_before_it_gives_up_accounts() -> None:
    """Three of the app are too few to be told without a channel: those of the web join them."""
    found = together(crowd(30, "FR"), crowd(3, "FR", "app", "x"))
    assert {(one["label"], one["channel"]) for one in found} == {("FR", None)}
    found = together(crowd(30, "FR"), crowd(25, "FR", "app", "x"), crowd(3, "FR", None, "y"))
    assert {one["channel"] for one in found[:30]} == {"web"}
    assert {(one["label"], one["channel"]) for one in found[30:]} == {("FR", None)}
    assert {one["reason"] for one in found[30:55]} == {"too few accounts with this channel"}
    assert {one["reason"] for one in found[55:]} == {None}


def test_p4_counts_only_accounts_that_are_told() -> None:
    rows, days = crowd(20, "SN")
    rows[3]["refusal"] = "dormant"
    assert all(found["state"] == "withheld" for found in published(rows, days, k=20))


@pytest.mark.parametrize(
    ("client", "fields", "channel"),
    [
        ("web", FIELDS, "web"),
        ("app", FIELDS, "app"),
        ("app:FR", FIELDS, "app store of FR"),
        ("app:SN", FIELDS, "an app store"),
        ("Client X", FIELDS, "Client X"),
        ("Client X", ("channel",), "another client"),
        ("app:FR", fields_of("mastodon"), "another client"),
        ("web", ("store_country",), None),
        (None, FIELDS, None),
    ],
)
def test_a_store_is_told_only_where_it_is_the_place_and_the_source_has_it(
    client: str | None, fields: Any, channel: str | None
) -> None:
    found = published([told("a")], day_rows("a", HOME, client=client), fields=fields)[0]
    assert found["state"] == "country"
    assert found["channel"] == channel


def test_the_channel_is_that_of_most_of_the_year_and_of_three_months() -> None:
    web, app = day_rows("a", range(40, 200, 2)), day_rows("a", range(40), client="app")
    assert one(web + app)["channel"] == "web"
    half = day_rows("a", range(0, 200, 2), client="app") + day_rows("a", range(1, 200, 2))
    assert one(half)["channel"] is None
    short = day_rows("a", range(40), client="app") + day_rows(
        "a", range(40, 200, 9), client=None
    )
    assert one(short)["channel"] is None


def test_beside_a_region_no_channel_is_told() -> None:
    found = together(crowd(10, "FR", "app:FR"), crowd(10, "BE", "app:BE"))
    assert {(one["label"], one["channel"]) for one in found} == {("Western Europe", None)}


@pytest.fixture(scope="module")
def made() -> Simulated:
    return simulate(reference_world(), 1500, 78)


def of_world(made: Simulated, days: pa.Table) -> tuple[pa.Table, pa.Table]:
    found = estimate(days, made.accounts, as_of=made.as_of, with_store=True)
    return found, first_publication(found, days, as_of=made.as_of)


def test_days_on_which_a_proxy_failed_change_no_byte_of_what_is_published(
    made: Simulated,
) -> None:
    """Twice the same file, once without the plain days of those behind a proxy, stores and all."""
    found, first = of_world(made, made.days)
    hidden = found["account"].filter(found["shield"]).combine_chunks()
    plain = pc.equal(made.days["kind"], "unknown")
    leaks = pc.and_(pc.is_in(made.days["account"], hidden), plain)
    assert pc.sum(leaks).as_py() > 500
    _, second = of_world(made, made.days.filter(pc.invert(leaks)))
    assert second.select(PUBLIC).equals(first.select(PUBLIC))
    theirs = first.filter(pc.is_in(first["account"], hidden))
    assert set(theirs["state"].to_pylist()) == {"withheld"}
    assert set(theirs["reason"].to_pylist()) == {"proxy days"}


@given(
    leaks=st.lists(st.integers(0, 364), max_size=40),
    country=st.sampled_from(["FR", "SN", None]),
    client=st.sampled_from(["web", "app:SN", "app:FR", None]),
)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_no_leak_of_any_place_and_store_shows(
    leaks: list[int], country: str | None, client: str | None
) -> None:
    proxied = day_rows("a", range(0, 300, 3), "NL", "hosting_or_vpn")
    failed = day_rows("a", leaks, country, client=client)
    without = one(proxied, country="NL")
    with_leaks = one(proxied + failed, country=country or "NL")
    assert with_leaks == without


def test_order_and_repeats_do_not_matter(made: Simulated) -> None:
    found, first = of_world(made, made.days)
    order = np.random.default_rng(4).permutation(made.days.num_rows)
    again = made.days.take(pa.array(np.concatenate([order, order[:9000]])))
    assert first_publication(found, again, as_of=made.as_of).equals(first)
    shuffled = found.take(pa.array(np.random.default_rng(5).permutation(found.num_rows)))
    other = first_publication(shuffled, made.days, as_of=made.as_of)
    assert other.sort_by("account").equals(first)


def test_words_of_a_dictionary_and_chunks_give_the_same(made: Simulated) -> None:
    found, first = of_world(made, made.days)
    days = pa.concat_tables([made.days.slice(0, 70_000), made.days.slice(70_000)])
    for name in ("account", "country", "kind"):
        place = days.column_names.index(name)
        days = days.set_column(place, name, days[name].dictionary_encode())
    assert first_publication(found, days, as_of=made.as_of).equals(first)


def test_every_place_and_channel_told_has_twenty_accounts(made: Simulated) -> None:
    _, first = of_world(made, made.days)
    told_places = first.filter(pc.not_equal(first["state"], "withheld"))
    cells = told_places.group_by(["label", "channel"]).aggregate([("account", "count")])
    assert cells.num_rows > 5
    assert min(cells["account_count"].to_pylist()) >= 20


def test_the_shield_is_that_of_the_estimates(made: Simulated) -> None:
    found, first = of_world(made, made.days)
    assert pc.equal(pc.fill_null(first["reason"], ""), "proxy days").equals(found["shield"])
    assert (publish.PROXY_SHARE, publish.PROXY_DAYS) == (
        shield.SHIELD_SHARE,
        shield.SHIELD_DAYS,
    )
    assert set(TAKING) < set(REFUSALS)
    assert publish.LEAST_PROBABILITY == SURE
    assert publish.OLDEST_DAYS == AGES


def test_one_public_reason_stands_for_all(made: Simulated) -> None:
    _, first = of_world(made, made.days)
    hidden = first.filter(pc.equal(first["state"], "withheld"))
    assert len(set(hidden["reason"].to_pylist())) > 4
    for name, only in (("public_reason", NOT_DISCLOSED), ("channel", None), ("label", None)):
        assert set(hidden[name].to_pylist()) == {only}


def test_the_rules_import_nothing_of_the_rest() -> None:
    tree = ast.parse(Path(publish.__file__).read_text(encoding="utf-8"))
    names = {
        node.module if isinstance(node, ast.ImportFrom) else name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    ours = {str(name) for name in names if str(name).startswith("fanal")}
    assert ours == {
        "fanal.about", "fanal.about.clock", "fanal.about.crowds", "fanal.about.memory",
        "fanal.about.shown_days", "fanal.about.weighted",
    }  # fmt: skip
    assert {str(name).split(".")[0] for name in names} - {"fanal", "__future__"} <= {
        "collections", "datetime", "typing", "numpy", "pyarrow",
    }  # fmt: skip
    assert len(Path(publish.__file__).read_text(encoding="utf-8").splitlines()) <= 400


def test_the_command_adds_state_label_and_reason(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    days = (row for n in range(25) for row in day_rows(f"a{n:02d}", HOME))
    lines = (f"{name},{day}T12:00:00Z,FR,web" for name, day, *_ in days)
    log.write_text("account,time,country,client\n" + "\n".join(lines) + "\n", "utf-8")
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(about_estimate.estimate)
    out = tmp_path / "out.csv"
    done = CliRunner().invoke(
        app, [str(log), "-o", str(out), "--secret", str(tmp_path / "secret")]
    )
    assert done.exit_code == 0, done.output
    head, *rows = out.read_text("utf-8").splitlines()
    assert head.endswith("state,label,reason")
    assert len(rows) == 25
    assert all(row.endswith("country,FR,") for row in rows)
