"""A run that is stopped anywhere goes on from there, to the same rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from fanal.coordination import Result, Settings, actions_of, coordinate, popularity
from fanal.coordination.cost import cost_of_run, pairs_again, pairs_of_actions
from fanal.coordination.ordered import ordered
from fanal.coordination.tables import SCHEMAS
from fanal.coordination.threads import Stopped, in_threads
from fanal.model.foreseen import Foreseen, Foresight
from planted_world import SECOND, planted_world

SETTINGS = Settings(windows_s=(60.0, 300.0), shuffles=2, threads=2)


class Impatient:
    """Keeps pieces, and is stopped by the user after a number of them."""

    def __init__(self) -> None:
        self.pieces: dict[str, Mapping[str, NDArray[Any]]] = {}
        self.patience = 10**9
        self.given = 0

    def get(self, name: str) -> Mapping[str, NDArray[Any]] | None:
        self.given += name in self.pieces
        return self.pieces.get(name)

    def put(self, name: str, arrays: Mapping[str, NDArray[Any]]) -> None:
        self.pieces[name] = {key: array.copy() for key, array in arrays.items()}
        self.patience -= 1
        if self.patience == 0:
            raise KeyboardInterrupt

    def forget(self, prefix: str) -> None:
        for name in [name for name in self.pieces if name.startswith(prefix)]:
            del self.pieces[name]


@pytest.fixture(scope="module")
def world() -> pa.Table:
    return planted_world(23, shares=6_000, accounts=600, objects=800).table


@pytest.fixture(scope="module")
def whole(world: pa.Table) -> Result:
    return coordinate(actions_of({"url": world}), SETTINGS)


def same(one: Result, other: Result) -> bool:
    tables = all(getattr(one, name).equals(getattr(other, name)) for name in SCHEMAS)
    return tables and one.summary == other.summary


@pytest.mark.parametrize("remembered", [1 << 27, 0])
def test_stopped_after_each_piece_it_goes_on_to_the_same_rows(
    world: pa.Table, whole: Result, remembered: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(popularity, "_REMEMBERED", remembered)
    keeper = Impatient()
    stops = 0
    while True:
        keeper.patience = 1
        try:
            result = coordinate(actions_of({"url": world}), SETTINGS, kept=keeper)
        except KeyboardInterrupt:
            stops += 1
            continue
        break
    assert stops >= 10
    assert keeper.given > stops
    assert same(result, whole)
    assert whole.edges.num_rows > 0


def test_a_run_over_two_layers_goes_on_look_by_look(world: pa.Table) -> None:
    tables = {"url": world, "text": world.slice(0, 4_000)}
    whole, keeper = coordinate(actions_of(tables), SETTINGS), Impatient()
    stops = 0
    while True:
        keeper.patience = 1
        try:
            result = coordinate(actions_of(tables), SETTINGS, kept=keeper)
        except KeyboardInterrupt:
            stops += 1
            continue
        break
    assert stops >= 12, "three looks in each of two windows"
    assert same(result, whole)


def test_progress_over_two_layers_counts_each_look(world: pa.Table) -> None:
    told: list[tuple[str, float, float]] = []
    tables = {"url": world, "text": world.slice(0, 4_000)}
    coordinate(actions_of(tables), SETTINGS, lambda *words: told.append(words))
    done = [done for what, done, _ in told if what == "meeting pairs"]
    assert done == sorted(done)
    assert done[-1] == pytest.approx(told[0][2])


def test_a_finished_shuffle_leaves_only_its_count(world: pa.Table) -> None:
    keeper = Impatient()
    result = coordinate(actions_of({"url": world}), SETTINGS, kept=keeper)
    assert not [name for name in keeper.pieces if name.startswith("shuffle-")]
    assert keeper.pieces["shuffles"]["links"].tolist() == result.summary["shuffles"]
    of_windows = {
        name.format(window)
        for name in ("affinity-{}-met", "stability-{}-windows")
        for window in (0, 1)
    }
    assert set(keeper.pieces) == {"tails", "shuffles"} | of_windows


def test_a_longer_run_takes_up_a_finished_one(world: pa.Table, whole: Result) -> None:
    keeper = Impatient()
    coordinate(actions_of({"url": world}), SETTINGS, kept=keeper)
    keeper.given = 0
    again = coordinate(actions_of({"url": world}), SETTINGS, kept=keeper)
    assert keeper.given == len(keeper.pieces) == 6
    assert same(again, whole)


def test_progress_is_told_in_pairs_of_actions_and_ends_at_their_number(world: pa.Table) -> None:
    told: list[tuple[str, float, float]] = []
    coordinate(actions_of({"url": world}), SETTINGS, lambda *words: told.append(words))
    meeting = [(done, total) for what, done, total in told if what == "meeting pairs"]
    rows = ordered(actions_of({"url": world}))
    pairs = pairs_of_actions(rows, [60 * SECOND, 300 * SECOND])
    assert {total for _, total in meeting} == {sum(pairs)}
    assert max(done for done, _ in meeting) == sum(pairs)
    shuffling = [done / total for what, done, total in told if what == "shuffling accounts"]
    assert shuffling[-1] == pytest.approx(1.0)
    assert all(0 <= share <= 1.0001 for share in shuffling)


@pytest.mark.parametrize(
    ("what", "times"), [("what shared interest explains", 1), ("what links rest on", 2)]
)
def test_what_is_asked_of_links_is_told_in_pairs_of_actions(
    world: pa.Table, what: str, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(popularity, "_REMEMBERED", 0)
    told: list[tuple[str, float, float]] = []
    coordinate(actions_of({"url": world}), SETTINGS, lambda *words: told.append(words))
    rows = ordered(actions_of({"url": world}))
    pairs = sum(pairs_of_actions(rows, [times * 60 * SECOND, times * 300 * SECOND]))
    mine = [(done, total) for name, done, total in told if name == what]
    assert {total for _, total in mine} == {pairs}
    assert [done for done, _ in mine] == sorted(done for done, _ in mine)
    assert mine[0][0] == 0
    assert mine[-1][0] == pytest.approx(pairs)


def test_bursts_and_groups_are_told_to_their_end(world: pa.Table) -> None:
    told: list[tuple[str, float, float]] = []
    coordinate(actions_of({"url": world}), SETTINGS, lambda *words: told.append(words))
    for what in ("looking for bursts", "looking for groups"):
        mine = [(done, total) for name, done, total in told if name == what]
        assert mine[0][0] == 0
        assert mine[-1][0] == mine[-1][1]
        assert [done for done, _ in mine] == sorted(done for done, _ in mine)


def test_what_is_asked_of_links_makes_a_run_dearer(world: pa.Table) -> None:
    rows = ordered(actions_of({"url": world}))
    again = pairs_again(rows, [60 * SECOND])
    assert again == sum(pairs_of_actions(rows, [60 * SECOND, 120 * SECOND]))
    pairs = pairs_of_actions(rows, [60 * SECOND])
    less, more = cost_of_run(rows, pairs, 1), cost_of_run(rows, pairs, 1, again)
    assert more.seconds == pytest.approx(less.seconds + again * 4e-8)
    assert more.basis == less.basis


def test_what_a_run_takes_is_told_before_it_begins(world: pa.Table) -> None:
    told: list[object] = []
    foresight = Foresight(tell=told.append, clock=lambda: 0.0)
    coordinate(
        actions_of({"url": world}),
        SETTINGS,
        lambda what, done, total: told.append(what),
        foresight=foresight,
    )
    (first, *later) = told
    assert isinstance(first, Foreseen)
    assert first.seconds > 0
    assert first.memory_bytes > 0
    assert "3 times (the file and its shuffles)" in first.basis
    assert not any(isinstance(one, Foreseen) for one in later)


def test_pairs_of_actions_are_those_of_each_object() -> None:
    rows = ordered(actions_of({"url": planted_world(9, shares=3_000, objects=60).table}))
    one_by_one = 0
    for o in range(rows.layer_of.shape[0]):
        time = rows.time[rows.starts[o] : rows.starts[o + 1]]
        near = np.abs(time[:, None] - time[None, :]) <= 60 * SECOND
        one_by_one += (int(near.sum()) - time.shape[0]) // 2
    assert pairs_of_actions(rows, [60 * SECOND]) == [one_by_one]


def test_threads_leave_when_the_work_is_broken_off() -> None:
    from threading import Event

    halt, left = Event(), []

    def work(part: int) -> int:
        if part == 0:
            raise KeyboardInterrupt
        if halt.wait(timeout=60):
            left.append(part)
            raise Stopped
        return part

    with pytest.raises(KeyboardInterrupt):
        in_threads(work, list(range(50)), 4, stop=halt)
    assert len(left) <= 4


def test_a_buffer_stops_when_told(world: pa.Table) -> None:
    from threading import Event

    rows = ordered(actions_of({"url": world}))
    halt = Event()
    halt.set()
    nothing = np.zeros(rows.layer_of.shape[0], np.bool_)
    with pytest.raises(Stopped):
        next(popularity.each_buffer(rows, 60 * SECOND, nothing, halt=halt))
