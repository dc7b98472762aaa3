"""What a run of `coordinate` promises."""

from __future__ import annotations

import hashlib

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from fanal.coordination import Result, Settings, actions_of, coordinate
from fanal.coordination.ordered import ordered
from fanal.coordination.rounding import rounded
from fanal.coordination.shuffle import shuffled
from fanal.coordination.tables import SCHEMAS
from fanal.errors import AnalysisError
from planted_world import SECOND, START, planted_world


def digest(table: pa.Table) -> str:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table.combine_chunks())
    return hashlib.sha256(sink.getvalue()).hexdigest()


@pytest.fixture(scope="module")
def world() -> pa.Table:
    return planted_world(21).table


def test_rows_are_equal_at_any_thread_count_and_in_two_runs(world: pa.Table) -> None:
    runs = [
        coordinate(actions_of({"object": world}), Settings(threads=threads))
        for threads in (1, 1, 2, 4)
    ]
    for name in SCHEMAS:
        assert len({digest(getattr(run, name)) for run in runs}) == 1, name
    assert len({str(run.summary) for run in runs}) == 1


def test_the_order_of_the_input_does_not_matter(world: pa.Table) -> None:
    order = np.random.default_rng(1).permutation(world.num_rows)
    one = coordinate(actions_of({"object": world}), Settings(shuffles=0))
    other = coordinate(actions_of({"object": world.take(order)}), Settings(shuffles=0))
    columns = ["source", "target", "objects", "expected", "surprise", "p", "q"]
    assert one.edges.select(columns).equals(other.edges.select(columns))


def test_tables_have_the_columns_that_are_promised(world: pa.Table) -> None:
    result = coordinate(actions_of({"object": world}), Settings(shuffles=0))
    for name, schema in SCHEMAS.items():
        assert getattr(result, name).schema.equals(schema)
    edges = result.edges
    assert pc.all(pc.less(edges["source"], edges["target"])).as_py()
    assert pc.all(pc.less_equal(edges["q"], 0.05)).as_py()
    assert edges["p"].to_pylist() == sorted(edges["p"].to_pylist())


def test_evidence_adds_up_to_each_link(world: pa.Table) -> None:
    result = coordinate(actions_of({"object": world}), Settings(shuffles=0))
    by_link: dict[tuple[str, str], list[dict[str, object]]] = {}
    for row in result.evidence.to_pylist():
        by_link.setdefault((row["source"], row["target"]), []).append(row)
    times = {
        (row["object"], row["account"], row["time"], row["post"]) for row in world.to_pylist()
    }
    for edge in result.edges.to_pylist():
        rows = by_link.pop((edge["source"], edge["target"]))
        assert len(rows) == edge["objects"]
        assert sum(row["weight"] for row in rows if row["counted"]) == edge["surprise"]
        delays = [abs((r["source_time"] - r["target_time"]).total_seconds()) for r in rows]
        assert edge["mean_delay_s"] == pytest.approx(np.mean(delays), rel=1e-5)
        assert max(delays) <= edge["window_s"]
        for row in rows:
            us = round(row["source_time"].timestamp() * SECOND)
            assert (row["object"], edge["source"], us, row["source_post"]) in times
    assert not by_link


def pair_of(result: Result) -> set[tuple[str, str]]:
    return {(row["source"], row["target"]) for row in result.edges.to_pylist()}


def with_two(crowd: pa.Table, gap_s: int) -> pa.Table:
    """Add two accounts that meet on eight tags, one meeting every `gap_s` seconds."""
    rows = [
        {
            "object": f"tag{n}",
            "account": account,
            "time": (START + 1000 + n * gap_s + late) * SECOND,
            "post": f"{account} {n}",
            "lang": "en",
        }
        for account, late in (("left", 0), ("right", 20))
        for n in range(8)
    ]
    return pa.concat_tables([crowd, pa.Table.from_pylist(rows, schema=crowd.schema)])


@pytest.mark.parametrize("gap_s", [0, 60, 1700])
def test_one_episode_counts_once_however_much_is_met_in_it(gap_s: int) -> None:
    table = with_two(planted_world(22, groups=0).table, gap_s)
    result = coordinate(actions_of({"hashtag": table}), Settings(shuffles=0))
    assert ("left", "right") not in pair_of(result)


def test_the_same_meetings_in_episodes_of_their_own_make_a_link() -> None:
    table = with_two(planted_world(22, groups=0).table, 7200)
    result = coordinate(actions_of({"hashtag": table}), Settings(shuffles=0))
    assert ("left", "right") in pair_of(result)


def test_accounts_that_are_online_together_by_chance_are_not_linked() -> None:
    draw = np.random.default_rng(1)
    rows = []
    popular = 1.0 / np.arange(1, 1001)
    for account in range(400):
        for session in range(7):
            start = session * 86_400 + int(draw.integers(8, 22)) * 3600
            start += int(draw.integers(0, 3600))
            objects = draw.choice(1000, 15, p=popular / popular.sum(), replace=False)
            times = start + np.sort(draw.integers(0, 300, 15))
            rows += [(f"o{session}_{o}", f"a{account}", START + int(t)) for o, t in
                     zip(objects, times, strict=True)]  # fmt: skip
    objects, accounts, times = zip(*rows, strict=True)
    table = pa.table(
        {
            "object": objects,
            "account": accounts,
            "time": pa.array([t * SECOND for t in times], pa.int64()),
        }
    )
    result = coordinate(actions_of({"repost": table}), Settings(shuffles=1))
    assert result.edges.num_rows <= 1
    assert result.summary["shuffles"][0] <= 1


def test_a_layer_that_says_nothing_does_not_hide_what_another_one_says(world: pa.Table) -> None:
    draw = np.random.default_rng(2)
    text = with_two(world, 7200)
    noise = pa.table(
        {
            "object": [f"u{n}" for n in draw.integers(0, 12, 1500)],
            "account": ["left", "right", "third"] * 500,
            "time": pa.array(
                (START + draw.integers(0, 10 * 86_400, 1500)) * SECOND, pa.int64()
            ),
            "post": [f"n{n}" for n in range(1500)],
            "lang": ["en"] * 1500,
        }
    )
    alone = coordinate(actions_of({"text": text}), Settings(shuffles=0))
    both = coordinate(actions_of({"text": text, "url": noise}), Settings(shuffles=0))
    assert ("left", "right") in pair_of(alone)
    assert ("left", "right") in pair_of(both)
    row = next(r for r in both.edges.to_pylist() if r["source"] == "left")
    assert row["layers"] == "text"


@pytest.mark.parametrize("accounts", [2, 3, 5, 10])
def test_a_handful_of_independent_accounts_is_not_linked(accounts: int) -> None:
    links = 0
    for seed in range(6):
        draw = np.random.default_rng(40 + seed)
        rows = 300 * accounts
        table = pa.table(
            {
                "object": [f"o{n}" for n in draw.integers(0, 150, rows)],
                "account": [f"a{n}" for n in draw.integers(0, accounts, rows)],
                "time": pa.array(
                    (START + draw.integers(0, 864_000, rows)) * SECOND, pa.int64()
                ),
            }
        )
        actions = actions_of({"object": table})
        links += coordinate(actions, Settings(windows_s=(300,), shuffles=0)).edges.num_rows
    assert links <= 1


def test_threads_of_zero_are_all_threads(world: pa.Table) -> None:
    actions = actions_of({"object": world})
    every = coordinate(actions, Settings(threads=0, shuffles=0))
    assert every.edges.equals(coordinate(actions, Settings(shuffles=0)).edges)
    assert every.edges.num_rows > 0


def test_unknown_posts_are_not_one_post(world: pa.Table) -> None:
    unknown = world.set_column(3, "post", [pa.nulls(world.num_rows, pa.string())])
    result = coordinate(actions_of({"object": unknown}), Settings())
    known = coordinate(actions_of({"object": world}), Settings())
    assert result.edges.equals(known.edges)
    assert result.summary["shuffles"] == known.summary["shuffles"]
    assert result.evidence["source_post"].null_count == result.evidence.num_rows


def test_several_windows_cost_a_correction_and_say_which_one(world: pa.Table) -> None:
    one = coordinate(actions_of({"object": world}), Settings(windows_s=(60,), shuffles=0))
    three = coordinate(
        actions_of({"object": world}), Settings(windows_s=(10, 60, 300), shuffles=0)
    )
    assert set(three.edges["window_s"].to_pylist()) <= {10.0, 60.0, 300.0}
    p_of = {(r["source"], r["target"]): r["p"] for r in one.edges.to_pylist()}
    for row in three.edges.to_pylist():
        alone = p_of.get((row["source"], row["target"]))
        assert alone is None or row["p"] <= 3 * alone * 1.00001


def test_benjamini_yekutieli_is_stricter(world: pa.Table) -> None:
    actions = actions_of({"object": world})
    bh = coordinate(actions, Settings(shuffles=0))
    by = coordinate(actions, Settings(shuffles=0, fdr_method="by"))
    assert 0 < by.edges.num_rows <= bh.edges.num_rows
    q_of = {(r["source"], r["target"]): r["q"] for r in bh.edges.to_pylist()}
    for row in by.edges.to_pylist():
        assert row["q"] > 5 * q_of[row["source"], row["target"]]


def coarse(world: pa.Table, step_s: int) -> pa.Table:
    step = step_s * SECOND
    time = pc.multiply(pc.divide(world["time"], step), step)
    return world.set_column(2, "time", time)


def test_a_default_window_below_the_precision_is_raised_with_a_line(world: pa.Table) -> None:
    result = coordinate(actions_of({"object": coarse(world, 3600)}), Settings(shuffles=0))
    assert result.summary["windows_s"] == [3600.0]
    assert "raised" in result.summary["notes"][0]


def test_a_window_below_the_precision_is_refused_when_asked_for(world: pa.Table) -> None:
    with pytest.raises(AnalysisError, match="smallest window that works here is 60 s"):
        coordinate(actions_of({"object": coarse(world, 60)}), Settings(windows_s=(10.0,)))


def test_accounts_too_quiet_are_named_and_never_linked(world: pa.Table) -> None:
    result = coordinate(actions_of({"object": world}), Settings(shuffles=0))
    quiet = set(result.insufficient["account"].to_pylist())
    assert quiet
    assert not quiet & set(result.communities["account"].to_pylist())
    counts = world.group_by("account").aggregate([("object", "count_distinct")]).to_pylist()
    alone = {row["account"] for row in counts if row["object_count_distinct"] < 2}
    assert alone <= quiet


def test_rows_that_say_too_little_are_counted() -> None:
    table = planted_world(23, shares=2000, groups=1).table
    holed = table.set_column(
        1, "account", pc.if_else(pc.equal(table["account"], "a3"), None, table["account"])
    )
    left = actions_of({"object": holed}).left_out
    assert left == {"without an account": pc.sum(pc.equal(table["account"], "a3")).as_py()}


def test_nothing_usable_is_refused() -> None:
    empty = planted_world(24, shares=100, groups=0).table.slice(0, 0)
    with pytest.raises(AnalysisError, match="no action"):
        actions_of({"object": empty})


def test_a_shuffle_keeps_popularity_and_exchanges_whole_sessions(world: pa.Table) -> None:
    rows = ordered(actions_of({"object": world}))
    other = shuffled(rows, np.random.default_rng(3))
    assert np.array_equal(rows.object_of, other.object_of)
    assert not np.array_equal(rows.account, other.account)
    again = shuffled(rows, np.random.default_rng(3))
    assert np.array_equal(other.account, again.account)
    by_account = np.lexsort((rows.time, rows.account))
    account, time = rows.account[by_account], rows.time[by_account]
    together = (account[1:] == account[:-1]) & (np.diff(time) < 1800 * SECOND)
    moved = other.account[by_account]
    assert (moved[1:] == moved[:-1])[together].all()


def test_a_shuffle_keeps_how_many_sessions_begin_in_each_bin(world: pa.Table) -> None:
    rows = ordered(actions_of({"object": world}))
    other = shuffled(rows, np.random.default_rng(4))
    single = np.ones(rows.time.size, np.bool_)  # accounts whose sessions are one row each
    by_account = np.lexsort((rows.time, rows.account))
    account, time = rows.account[by_account], rows.time[by_account]
    near = (account[1:] == account[:-1]) & (np.diff(time) < 1800 * SECOND)
    single[by_account[1:][near]] = single[by_account[:-1][near]] = False
    for time_bin in np.unique(rows.time_bin)[:5]:
        inside = rows.time_bin == time_bin
        assert single[inside].mean() > 0.5
        before = np.bincount(rows.account[inside], minlength=rows.accounts) > 0
        after = np.bincount(other.account[inside], minlength=rows.accounts) > 0
        assert abs(int(before.sum()) - int(after.sum())) <= 0.1 * before.sum()


def test_six_digits_are_written() -> None:
    values = np.array([0.0, 1.23456789e-12, 123456.789, 1e-300, 1.0])
    assert rounded(values).tolist() == [0.0, 1.23457e-12, 123457.0, 1e-300, 1.0]


@pytest.mark.parametrize(
    "wrong",
    [{"fdr": 0.0}, {"fdr_method": "holm"}, {"windows_s": (0.0,)}, {"shuffles": -1}],
)
def test_settings_that_no_data_could_answer_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(AnalysisError):
        Settings(**wrong)  # type: ignore[arg-type]


def test_a_notebook_shows_links_as_harmless_html(world: pa.Table) -> None:
    hostile = world.set_column(
        1, "account", pc.binary_join_element_wise("<script>", world["account"], "")
    )
    html = coordinate(actions_of({"object": hostile}), Settings(shuffles=0))._repr_html_()
    assert "&lt;script&gt;" in html
    assert "<script>" not in html
