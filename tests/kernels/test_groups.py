"""Events, pairs, growth and tails of groups against brute force and scipy."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from fanal.coordination.actions import actions_of
from fanal.coordination.joint_events import Events, events_of
from fanal.coordination.ordered import Ordered, ordered
from fanal.kernels import group_growth, group_tails, groups

SECOND = 1_000_000
EPISODE = 30 * SECOND
Row = tuple[int, int, int]
Found = dict[tuple[int, int], set[int]]

rows_of_actions = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 6), st.integers(0, 90)), min_size=1, max_size=60
)


def arranged(rows: list[Row]) -> Ordered:
    objects, accounts, times = zip(*rows, strict=True)
    table = pa.table(
        {
            "object": [f"o{o}" for o in objects],
            "account": [f"a{a}" for a in accounts],
            "time": pa.array([1_700_000_000 * SECOND + t * SECOND for t in times]),
        }
    )
    return ordered(actions_of({"object": table}))


def brute_force(rows: Ordered, window_us: int) -> Found:
    """(object, time of its first action) -> accounts of the event."""
    found: Found = {}
    opened: dict[int, int] = {}
    for i in range(rows.time.size):
        o, t = int(rows.object_of[i]), int(rows.time[i])
        if o not in opened or t - opened[o] > window_us:
            opened[o] = t
        found.setdefault((o, opened[o]), set()).add(int(rows.account[i]))
    return found


def in_events(events: Events) -> Found:
    return {
        (int(events.object[e]), int(events.time[e])): set(
            events.their_accounts[events.of_event[e] : events.of_event[e + 1]].tolist()
        )
        for e in range(events.time.size)
    }


def episodes(times: list[int]) -> int:
    """Times closer than an episode to the one before are one."""
    return sum(n == 0 or t - times[n - 1] >= EPISODE for n, t in enumerate(times))


@given(rows_of_actions, st.integers(0, 25))
def test_events_are_those_of_brute_force(rows: list[Row], window_s: int) -> None:
    data = arranged(rows)
    expected = brute_force(data, window_s * SECOND)
    events = events_of(data, window_s * SECOND)
    assert in_events(events) == {key: who for key, who in expected.items() if len(who) >= 2}
    assert np.all(np.diff(events.time) >= 0)
    counted = np.diff(events.rows_of)
    for account in range(data.accounts):
        assert counted[account] == sum(account in who for who in expected.values())
    for kinds in events.kinds:
        assert kinds.rows.sum() == sum(len(who) for who in expected.values())
        assert kinds.count.sum() == events.time.size
    assert np.allclose(events.share.sum(axis=0), 1.0)


@given(rows_of_actions, st.integers(0, 25), st.integers(1, 40))
def test_pairs_are_those_of_brute_force(rows: list[Row], window_s: int, room: int) -> None:
    data = arranged(rows)
    events = events_of(data, window_s * SECOND)
    times: dict[tuple[int, int], list[int]] = {}
    for (_, time), who in sorted(in_events(events).items(), key=lambda one: one[0][1]):
        for pair in combinations(sorted(who), 2):
            times.setdefault(pair, []).append(time)
    expected = {pair: episodes(when) for pair, when in times.items() if episodes(when) >= 2}
    found, account = {}, 0
    while account < data.accounts:
        size = max(room, data.accounts)  # so little room that it takes several calls
        pair, other, met = (np.empty(size, np.int32) for _ in range(3))
        weight = np.empty(size)
        filled, account = groups.pairs(
            account, events.of_account, events.their_events, events.of_event,
            events.their_accounts, events.time, EPISODE, events.share,
            np.full(1, 1e-9), 0.0, pair, other, met, weight,
        )  # fmt: skip
        for n in range(filled):
            found[int(pair[n]), int(other[n])] = int(met[n])
            rate = events.share[pair[n], 0] * events.share[other[n], 0] * 1e-9
            assert weight[n] == pytest.approx(groups.evidence(float(met[n]), rate))
    assert found == expected


@given(rows_of_actions, st.integers(2, 3))
def test_events_in_common_are_those_of_brute_force(rows: list[Row], together: int) -> None:
    data = arranged(rows)
    events = events_of(data, 20 * SECOND)
    everyone = sorted(in_events(events).items(), key=lambda one: one[0][1])
    for who in combinations(range(data.accounts), together):
        times = [time for (_, time), there in everyone if set(who) <= there]
        accounts = np.array(who, np.int32)
        found = groups.common_events(
            events.of_account, events.their_events, events.time, EPISODE, accounts
        )
        assert found == episodes(times)


@given(rows_of_actions)
def test_a_group_leaves_the_scratch_as_it_was_and_is_the_same_again(rows: list[Row]) -> None:
    data = arranged(rows)
    events = events_of(data, 20 * SECOND)
    joined = np.zeros(events.time.size, np.int32)
    together, member = np.zeros(data.accounts, np.int32), np.zeros(data.accounts, np.int32)
    found = np.zeros((2, data.accounts), np.int32)
    for a, b in combinations(range(data.accounts), 2):
        first, again = (
            group_growth.grow(
                a, b, events.of_account, events.their_events, events.of_event,
                events.their_accounts, events.time, events.layer, events.share, EPISODE,
                0.1, 0.4, 5, joined, together, member, found,
            )
            for _ in range(2)
        )  # fmt: skip
        assert first[0].tolist() == sorted(set(first[0].tolist())) == again[0].tolist()
        assert np.array_equal(first[1], again[1])
        assert np.all(first[1] >= 0.1)
        assert not joined.any()
        assert not together.any()
        assert not member.any()


@given(rows_of_actions)
def test_a_member_counts_once_in_an_episode(rows: list[Row]) -> None:
    data = arranged(rows)
    events = events_of(data, 20 * SECOND)
    everyone = np.arange(data.accounts, dtype=np.int32)
    joint, counts = group_growth.joint_events(
        everyone, events.of_account, events.their_events, events.of_event,
        events.their_accounts, events.time, EPISODE, np.zeros(events.time.size, np.int32),
    )  # fmt: skip
    there = np.diff(events.of_event)[joint]
    assert np.all((counts >= 2) & (counts <= there))
    if counts.size:
        assert counts[0] == there[0] == np.diff(events.of_event).max()
    span = data.time.max() - data.time.min()
    assert counts.sum() <= data.accounts * (span // EPISODE + 1)


@pytest.mark.parametrize(
    ("n", "expected"), [(2, 0.01), (5, 1.3), (40, 3.0), (3, 3.0), (400, 1e-3)]
)
def test_the_poisson_tail_is_that_of_scipy(n: int, expected: float) -> None:
    exact = stats.poisson.logsf(n - 1, expected) if n > expected else 0.0
    if np.isfinite(exact):
        assert groups.log_poisson_tail(n, expected) == pytest.approx(exact, rel=1e-9)
    else:
        assert groups.log_poisson_tail(n, expected) < -700


def exact_tail(laws: list[np.ndarray], x: int) -> float:
    """P(sum >= x) of independent counts J, each giving (J - 1)+."""
    total = np.ones(1)
    for law in laws:
        total = np.convolve(total, np.concatenate([[law[0] + law[1]], law[2:]]))
    return float(total[x:].sum())


@pytest.mark.parametrize("x", [1, 3, 8, 15, 30])
@pytest.mark.parametrize("means", [[0.02, 0.02, 0.3], [1.5, 0.1], [0.001]])
def test_the_bound_at_random_is_never_below_the_exact_tail(x: int, means: list[float]) -> None:
    mean, count = np.array(means), np.arange(3.0, 3.0 + len(means))
    laws = [
        stats.poisson.pmf(np.arange(60), mu)
        for mu, times in zip(means, count, strict=True)
        for _ in range(int(times))
    ]
    exact = exact_tail(laws, x)
    bound = group_tails.log_tail_at_random(float(x), mean, count)
    assert np.exp(bound) >= exact * (1 - 1e-9)
    assert bound <= 0
    observed = group_tails.expected_at_random(mean, count)
    assert observed == pytest.approx(sum(float(law[2:] @ np.arange(1, 59)) for law in laws))
    if 1e-250 < exact < 0.01:
        assert bound <= np.log(exact) + 7  # and not far above it


@pytest.mark.parametrize("x", [1, 4, 9])
@pytest.mark.parametrize("part", [0.05, 0.5, 1.0])
def test_the_bound_within_objects_is_never_below_the_exact_tail(x: int, part: float) -> None:
    size, count = np.array([2.0, 5.0]), np.array([4.0, 2.0])
    laws = [stats.binom.pmf(np.arange(int(n) + 1), n, part) for n in (2, 2, 2, 2, 5, 5)]
    bound = group_tails.log_tail_within_objects(float(x), size, np.full(2, part), count)
    assert np.exp(bound) >= exact_tail(laws, x) * (1 - 1e-9)


def test_accounts_placed_at_random_stay_below_the_bound() -> None:
    draw = np.random.default_rng(3)
    sizes = np.array([2, 3, 3, 5, 9, 14])
    mine, runs = 12, 4000
    members = np.array(
        [draw.multivariate_hypergeometric(sizes, mine) for _ in range(runs)]
    )  # a group's 12 actions fall among 36
    x = np.maximum(members - 1, 0).sum(axis=1)
    mean = sizes * mine / sizes.sum()
    for level in np.unique(x):
        bound = group_tails.log_tail_at_random(float(level), mean, np.ones(sizes.size))
        assert np.exp(bound) >= (x >= level).mean()
