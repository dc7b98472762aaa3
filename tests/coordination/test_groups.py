"""Groups of accounts whose pairs are weak: what is found, and what it is called."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from fanal.coordination import Settings, actions_of
from fanal.coordination.groups import Groups, find_groups
from fanal.coordination.ordered import ordered, with_accounts
from planted_world import DAY, SECOND, START, planted_world

MEMBERS = [f"m{n}" for n in range(8)]
Row = tuple[str, str, int, str]


def background(seed: int, shares: int = 6000) -> list[Row]:
    table = planted_world(seed, shares=shares, accounts=900, objects=700, groups=0).table
    return [
        (row["object"], row["account"], row["time"] // SECOND - START, row["post"])
        for row in table.to_pylist()
    ]


def bursts(seed: int, objects: list[str], join: float = 0.7) -> list[Row]:
    """Eight accounts, each of which joins in each burst or does not."""
    draw = np.random.default_rng(seed)
    rows = []
    for name in objects:
        start = int(draw.integers(0, 10 * DAY))
        for one in MEMBERS:
            if draw.random() < join:
                rows.append((name, one, start + int(draw.exponential(15)), f"{name} {one}"))
    return rows


def ordinary_acts(seed: int) -> list[Row]:
    """What the eight do besides: a few things each, whenever."""
    draw = np.random.default_rng(seed)
    return [
        (f"o{int(draw.integers(0, 700))}", one, int(draw.integers(0, 10 * DAY)), f"x{one}{n}")
        for one in MEMBERS
        for n in range(6)
    ]


def as_table(rows: list[Row]) -> pa.Table:
    objects, accounts, times, posts = zip(*rows, strict=True)
    time = pa.array([(START + t) * SECOND for t in times], pa.int64())
    return pa.table({"object": objects, "account": accounts, "time": time, "post": posts})


def found(
    layers: dict[str, list[Row]], window_s: float = 60.0, settings: Settings | None = None
) -> Groups:
    actions = actions_of({name: as_table(rows) for name, rows in layers.items()})
    return find_groups(actions, ordered(actions), window_s, settings or Settings())


def popular(rows: list[Row], least: int) -> list[str]:
    names, counts = np.unique([row[0] for row in rows], return_counts=True)
    return [str(name) for name in names[counts >= least]]


@pytest.fixture(scope="module")
def shared() -> list[Row]:
    """Bursts on objects that others act on as well."""
    ordinary = background(31)
    return ordinary + ordinary_acts(2) + bursts(3, popular(ordinary, 15)[:7])


def test_a_group_is_found_with_its_members_and_called_synchronised(shared: list[Row]) -> None:
    groups = found({"url": shared})
    assert groups.summary.num_rows == 1
    row = groups.summary.to_pylist()[0]
    assert row["verdict"] == "synchronised"
    assert row["p"] < 0.001
    assert row["p_timing"] < 0.01
    assert row["x"] > 20 * row["expected"]
    accounts = groups.table["account"].to_pylist()
    assert len(set(accounts) & set(MEMBERS)) >= 7
    assert len(set(accounts) - set(MEMBERS)) == 0
    assert row["k"] == len(accounts)
    assert groups.members["account"].to_pylist() == accounts
    assert min(groups.members["contribution"].to_pylist()) > 5


def test_what_it_rests_on_is_what_was_planted(shared: list[Row]) -> None:
    groups = found({"url": shared})
    events = groups.events.to_pylist()
    planted = {row[0] for row in shared if row[1] in MEMBERS and " " in row[3]}
    large = [row for row in events if len(row["accounts"]) >= 3]
    assert len(large) >= 5
    for row in large:
        assert row["layer"] == "url"
        assert row["object"] in planted
        assert row["accounts"] == sorted(row["accounts"])
    assert groups.events["start"].to_pylist() == sorted(groups.events["start"].to_pylist())


def test_objects_of_their_own_say_nothing_about_their_times() -> None:
    own = background(31) + ordinary_acts(2) + bursts(3, [f"own{n}" for n in range(7)])
    row = found({"url": own}).summary.to_pylist()[0]
    assert row["verdict"] == "timing not testable"
    assert row["p_timing"] is None


def test_fans_whose_times_are_exchanged_are_the_same_audience() -> None:
    draw = np.random.default_rng(8)
    rows = background(32)
    fans = [f"fan{n}" for n in range(30)]
    for star in range(12):  # a star's post is passed on by fans and others within minutes
        start = int(draw.integers(0, 10 * DAY))
        for one in [fan for fan in fans if draw.random() < 0.6]:
            rows.append((f"star{star}", one, start + int(draw.exponential(90)), f"{one}{star}"))
        for other in draw.choice(900, 20, replace=False):
            when = start + int(draw.exponential(90))
            rows.append((f"star{star}", f"a{other}", when, f"b{other}-{star}"))
    actions = actions_of({"repost": as_table(rows)})
    data = ordered(actions)
    order = np.lexsort((draw.random(data.account.size), data.object_of))
    groups = find_groups(actions, with_accounts(data, data.account[order]), 60.0, Settings())
    assert groups.summary.num_rows >= 1
    assert set(groups.summary["verdict"].to_pylist()) == {"same audience"}


def fans_of_a_star(*, named: bool) -> pa.Table:
    """Thirty independent fans, quick on each post of their star; others come hours later."""
    draw = np.random.default_rng(9)
    rows = [(*row[:3], f"s{row[0]}") for row in background(32)]
    for post in range(30):
        start = int(draw.integers(0, 10 * DAY))
        quick = [f"fan{n}" for n in np.flatnonzero(draw.random(30) < 0.5)]
        slow = [f"a{other}" for other in draw.choice(900, 20, replace=False)]
        for one in [*quick, *slow]:
            mean = 60 if one in quick else 20_000
            rows.append((f"star{post}", one, start + int(draw.exponential(mean)), "star"))
    objects, accounts, times, sources = zip(*rows, strict=True)
    time = pa.array([(START + t) * SECOND for t in times], pa.int64())
    table = pa.table({"object": objects, "account": accounts, "time": time})
    return table.append_column("source", pa.array(sources)) if named else table


@pytest.mark.parametrize("named", [True, False])
def test_quick_fans_are_an_audience_whether_the_source_is_known_or_not(named: bool) -> None:
    actions = actions_of({"repost": fans_of_a_star(named=named)})
    groups = find_groups(actions, ordered(actions), 60.0, Settings())
    assert groups.summary["k"].to_pylist()[0] >= 20
    assert set(groups.summary["verdict"].to_pylist()) == {"same audience"}


def test_a_group_on_many_sources_stays_synchronised(shared: list[Row]) -> None:
    table = as_table(shared)
    numbers = [int(name.strip("o")) % 40 for name in table["object"].to_pylist()]
    sources = table.append_column("source", pa.array([f"s{n}" for n in numbers]))
    actions = actions_of({"url": sources})
    groups = find_groups(actions, ordered(actions), 60.0, Settings())
    assert groups.summary["verdict"].to_pylist() == ["synchronised"]


def test_what_is_met_in_two_layers_counts_once(shared: list[Row]) -> None:
    one, two = found({"url": shared}), found({"url": shared, "text": shared})
    assert two.summary["x"].to_pylist() == one.summary["x"].to_pylist()
    assert two.table["account"].to_pylist() == one.table["account"].to_pylist()
    assert two.summary["p"][0].as_py() >= one.summary["p"][0].as_py()


def test_one_half_hour_is_one_coincidence_however_much_is_done_in_it() -> None:
    rows = background(33) + ordinary_acts(2)
    for n in range(20):
        rows += [(f"own{n}", one, 5 * DAY + 80 * n, f"{one}{n}") for one in MEMBERS]
    groups = found({"url": rows})
    assert not set(groups.table["account"].to_pylist()) & set(MEMBERS)


def test_independent_accounts_with_sessions_are_no_groups() -> None:
    draw = np.random.default_rng(1)
    popularity = 1.0 / np.arange(1, 1001)
    rows = []
    for account in range(400):
        for session in range(7):
            start = session * DAY + int(draw.integers(8 * 3600, 23 * 3600))
            objects = draw.choice(1000, 15, p=popularity / popularity.sum(), replace=False)
            times = start + np.sort(draw.integers(0, 300, 15))
            rows += [
                (f"o{session}_{o}", f"a{account}", int(t), f"{account}-{o}-{session}")
                for o, t in zip(objects, times, strict=True)
            ]
    for window_s in (60.0, 300.0):
        assert found({"repost": rows}, window_s).summary.num_rows == 0


def test_nothing_found_gives_empty_tables_with_their_columns() -> None:
    groups = found({"url": [("o", "a", 0, "p"), ("o", "b", 5, "q")]})
    assert groups.table.column_names == ["group", "account", "p", "verdict"]
    assert groups.events.column_names == ["group", "layer", "object", "start", "accounts"]
    for table in (groups.table, groups.members, groups.events, groups.summary):
        assert table.num_rows == 0


def test_a_single_action_is_no_group() -> None:
    assert found({"url": [("o", "a", 0, "p")]}).table.num_rows == 0


def test_threads_and_order_of_rows_change_nothing(shared: list[Row]) -> None:
    turned = [shared[n] for n in np.random.default_rng(0).permutation(len(shared))]
    one, other = found({"url": shared}), found({"url": turned}, settings=Settings(threads=2))
    for name in ("table", "members", "events", "summary"):
        assert getattr(one, name).equals(getattr(other, name)), name


def test_progress_is_told(shared: list[Row]) -> None:
    told: list[tuple[str, float, float]] = []
    actions = actions_of({"url": as_table(shared)})
    find_groups(actions, ordered(actions), 60.0, Settings(), lambda *one: told.append(one))
    assert told
    assert all(what == "groups" and 0 <= done <= total for what, done, total in told)
