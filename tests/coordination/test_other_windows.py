"""One walk at the widest window gives what each window alone would give."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from fanal.coordination import actions_of, popularity
from fanal.coordination.evidence import evidence_of
from fanal.coordination.ordered import Ordered, ordered
from fanal.coordination.other_windows import at_windows
from planted_world import SECOND

WINDOWS = [5 * SECOND, 30 * SECOND, 120 * SECOND]


@pytest.fixture
def rows() -> Ordered:
    """Crowded objects in two layers, accounts that repeat themselves, whole seconds."""
    draw = np.random.default_rng(4)

    def layer(rows: int) -> pa.Table:
        return pa.table(
            {
                "object": [f"o{n}" for n in draw.integers(0, 40, rows)],
                "account": [f"u{n}" for n in draw.integers(0, 60, rows)],
                "time": draw.integers(0, 6_000, rows) * SECOND,
            }
        )

    return ordered(actions_of({"url": layer(3_000), "text": layer(1_000)}))


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("large", [False, True])
def test_counts_and_co_actions_are_those_of_each_window(
    rows: Ordered, threads: int, large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if large:  # some objects are too large at 120 s, fewer at 30 s
        monkeypatch.setattr(popularity, "MANY_ACTIONS", 10)
        monkeypatch.setattr(popularity, "MANY_PAIRS", 60)
    pairs = [(a, b) for a in range(0, 60, 3) for b in range(a + 1, 60, 2)]
    keys = np.array([a << 32 | b for a, b in pairs], np.int64)
    found = at_windows(rows, WINDOWS, keys, threads)
    skipped = []
    for window, (popular, shown) in zip(WINDOWS, found, strict=True):
        alone = popularity.popularity(rows, window, 1)
        skipped.append(int(alone.skipped.sum()))
        assert popular.by_object.tolist() == alone.by_object.tolist()
        assert popular.by_bin.tolist() == alone.by_bin.tolist()
        assert popular.laws.tolist() == alone.laws.tolist()
        assert popular.skipped.tolist() == alone.skipped.tolist()
        expected = evidence_of(rows, alone, keys)
        assert expected.link.size > 0
        for name in ("link", "early", "late", "surprise", "counted"):
            assert getattr(shown, name).tolist() == getattr(expected, name).tolist()
    assert (len(set(skipped)) > 1) == large


def test_without_a_window_nothing_is_walked(rows: Ordered) -> None:
    assert at_windows(rows, [], np.zeros(0, np.int64), 1) == []
