"""Groups as tables: their members, what each contributes, their joint events, a summary."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fanal.coordination.actions import Actions
from fanal.coordination.joint_events import Events, expected

I32 = NDArray[np.int32]
F64 = NDArray[np.float64]

SYNCHRONISED = "synchronised"
NOT_TESTABLE = "timing not testable"
SAME_AUDIENCE = "same audience"
#: A smaller p is shown as this one.
SMALLEST_P = 1e-300

GROUPS = pa.schema(
    [
        ("group", pa.int64()),
        ("account", pa.string()),
        ("p", pa.float64()),
        ("verdict", pa.string()),
    ]
)
MEMBERS = pa.schema(
    [("group", pa.int64()), ("account", pa.string()), ("contribution", pa.float64())]
)
EVENTS = pa.schema(
    [
        ("group", pa.int64()),
        ("layer", pa.string()),
        ("object", pa.string()),
        ("start", pa.timestamp("us", tz="UTC")),
        ("accounts", pa.list_(pa.string())),
    ]
)
SUMMARY = pa.schema(
    [
        ("group", pa.int64()),
        ("k", pa.int64()),
        ("x", pa.float64()),
        ("expected", pa.float64()),
        ("p", pa.float64()),
        ("p_timing", pa.float64()),
        ("verdict", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """Groups whose joint events chance does not explain, and what they rest on.

    Parameters
    ----------
    table
        One row a member: group (0 has the smallest p), account, p of the group, corrected for
        every group there could be, and the verdict: "synchronised" (its times pass as well),
        "same audience" (its times do not: it acts on the same objects as others of its taste
        would), "timing not testable" (nobody else acts on its objects).
    members
        group, account, contribution: evidence of the account against the others, nats.
    events
        group, layer, object, start, accounts: the joint events, members in each.
    summary
        One row a group: k accounts; x, their joint events (members - 1, summed; each member
        once in an episode); expected; p; p_timing (null where times cannot be tested); verdict.
    """

    table: pa.Table
    members: pa.Table
    events: pa.Table
    summary: pa.Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One group: accounts, contributions, log p, joint events and members that count in each."""

    accounts: I32
    contribution: F64
    log_p: float
    events: I32
    counts: I32
    log_p_timing: float | None = None
    verdict: str = ""


def tables_of(actions: Actions, events: Events, found: list[Found]) -> Groups:
    """Return the tables of the groups, the first being group 0."""
    members, resting = [], []
    for number, group in enumerate(found):
        names = actions.accounts.take(pa.array(group.accounts)).cast(pa.string()).to_pylist()
        members += [
            (number, name, _shown(value), _p(group.log_p), group.verdict)
            for name, value in sorted(zip(names, group.contribution.tolist(), strict=True))
        ]
        by_code = dict(zip(group.accounts.tolist(), names, strict=True))
        resting += [_event(actions, events, number, e, by_code) for e in sorted(group.events)]
    summary = [
        (
            number,
            group.accounts.size,
            float((group.counts - 1).sum()),
            _shown(expected(events, group.accounts)),
            _p(group.log_p),
            None if group.log_p_timing is None else _p(group.log_p_timing),
            group.verdict,
        )
        for number, group in enumerate(found)
    ]
    return Groups(
        table=_table(GROUPS, [(row[0], row[1], row[3], row[4]) for row in members]),
        members=_table(MEMBERS, [row[:3] for row in members]),
        events=_table(EVENTS, resting),
        summary=_table(SUMMARY, summary),
    )


def _event(
    actions: Actions, events: Events, group: int, event: int, names: dict[int, str]
) -> tuple[object, ...]:
    inside = events.their_accounts[events.of_event[event] : events.of_event[event + 1]].tolist()
    return (
        group,
        actions.layers[events.layer[event]],
        str(actions.objects[int(events.object[event])].as_py()),
        int(events.time[event]),
        sorted(names[account] for account in inside if account in names),
    )


def _table(schema: pa.Schema, rows: Sequence[tuple[object, ...]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    return pa.table(
        [pa.array(list(one), kind.type) for one, kind in zip(columns, schema, strict=True)],
        schema=schema,
    )


def _shown(value: float) -> float:
    return float(f"{value:.6g}")


def _p(log_p: float) -> float:
    return _shown(max(math.exp(log_p), SMALLEST_P))
