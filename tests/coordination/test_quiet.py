"""Accounts too quiet to tell: nobody who is linked may be among them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from fanal.coordination import Settings, actions_of, coordinate
from fanal.coordination.links import looks_at
from fanal.coordination.ordered import ordered
from fanal.coordination.quiet import too_quiet
from planted_world import DAY, SECOND, START

SETTINGS = Settings(shuffles=0)


def world_with_a_busy_account(own: int) -> pa.Table:
    """One account acts on objects of its own, and eight times with one that does nothing else."""
    draw = np.random.default_rng(1)
    rows = [
        (
            f"o{int(100 * draw.random() ** 3)}",
            f"a{draw.integers(40)}",
            draw.integers(0, 5 * DAY),
        )
        for _ in range(6_000)
    ]
    rows += [(f"x{n}", "busy", draw.integers(0, 60 * DAY)) for n in range(own)]
    rows += [(f"r{n}", who, (6 + 6 * n) * DAY) for n in range(8) for who in ("busy", "quiet")]
    return pa.table(
        {
            "object": [row[0] for row in rows],
            "account": [row[1] for row in rows],
            "time": pa.array([(START + int(row[2])) * SECOND for row in rows], pa.int64()),
        }
    )


@pytest.mark.parametrize("own", [1_000, 3_000])
def test_who_is_busy_alone_may_yet_be_linked_to_one_who_is_not(own: int) -> None:
    actions = actions_of({"object": world_with_a_busy_account(own)})
    result = coordinate(actions, SETTINGS)
    assert {"busy", "quiet"} == {
        *result.edges["source"].to_pylist(),
        *result.edges["target"].to_pylist(),
    }
    rows = ordered(actions)
    (look,) = looks_at(rows, [60 * SECOND], SETTINGS)
    cutoff = 1.2 * max(result.edges["p"].to_pylist())
    quiet = too_quiet(look.rows, look.popular, cutoff)
    assert not quiet[actions.accounts.to_pylist().index("busy")]
    assert "busy" not in result.insufficient["account"].to_pylist()
