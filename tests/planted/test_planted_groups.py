"""Sparse groups on worlds whose truth is known: recall, and false groups where there is none."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from scipy.stats import binomtest

from fanal.coordination import Settings, actions_of
from fanal.coordination.groups import find_groups
from fanal.coordination.ordered import Ordered, ordered, with_accounts
from fanal.coordination.shuffle import shuffled
from planted_world import DAY, SECOND, START, planted_world

GROUPS, ACCOUNTS, BURSTS, JOIN, DELAY_S = 10, 8, 6, 0.6, 20.0


def sparse_world(seed: int) -> tuple[pa.Table, list[set[str]]]:
    """Six bursts of eight accounts on objects that others act on, each joined by six in ten."""
    draw = np.random.default_rng(seed)
    table = planted_world(seed, shares=20_000, accounts=4000, objects=5000, groups=0).table
    names, counts = np.unique(table["object"].to_pylist(), return_counts=True)
    popular = names[(counts >= 20) & (counts <= 300)]
    members = draw.choice(4000, GROUPS * ACCOUNTS, replace=False).reshape(GROUPS, ACCOUNTS)
    rows = []
    for number, group in enumerate(members):
        for burst, name in enumerate(draw.choice(popular, BURSTS)):
            start = START + int(draw.integers(0, 10 * DAY))
            for one in group[draw.random(ACCOUNTS) < JOIN]:
                when = (start + int(draw.exponential(DELAY_S))) * SECOND
                rows.append((str(name), f"a{one}", when, f"g{number}-{burst}-{one}", "en"))
    columns = [pa.array(list(column)) for column in zip(*rows, strict=True)]
    new = pa.table(columns, names=["object", "account", "time", "post", "lang"])
    new = new.select(table.column_names).cast(table.schema)
    return pa.concat_tables([table, new]), [{f"a{one}" for one in group} for group in members]


def groups_of(table: pa.Table) -> list[set[str]]:
    actions = actions_of({"url": table})
    found: dict[int, set[str]] = {}
    for row in find_groups(actions, ordered(actions), 60.0, Settings()).table.to_pylist():
        found.setdefault(row["group"], set()).add(row["account"])
    return list(found.values())


def test_sparse_groups_are_found_and_nearly_nobody_else() -> None:
    recovered = inside = accused = 0
    for seed in (41, 42, 43):
        table, truth = sparse_world(seed)
        found = groups_of(table)
        recovered += sum(any(2 * len(t & f) >= len(t | f) for f in found) for t in truth)
        accused += sum(len(f) for f in found)
        inside += sum(max(len(t & f) for t in truth) for f in found)
    assert recovered >= 25, recovered
    assert binomtest(inside, accused).proportion_ci(method="wilson").low >= 0.95, (
        inside,
        accused,
    )


def false_groups(rows: Ordered, table: pa.Table) -> int:
    return find_groups(actions_of({"url": table}), rows, 60.0, Settings()).summary.num_rows


def test_exchanged_accounts_are_no_groups() -> None:
    table, _ = sparse_world(44)
    rows = ordered(actions_of({"url": table}))
    draw = np.random.default_rng(6)
    everywhere = [with_accounts(rows, draw.permutation(rows.account)) for _ in range(10)]
    sessions = [shuffled(rows, draw) for _ in range(10)]
    assert sum(false_groups(one, table) > 0 for one in [*everywhere, *sessions]) <= 1


def test_true_groups_do_not_lower_the_bar_for_others() -> None:
    """By a false discovery rate they would: many true pairs, and innocent ones pass."""
    table, truth = sparse_world(45)
    actions = actions_of({"url": table})
    rows = ordered(actions)
    known = np.isin(np.array(actions.accounts.to_pylist()), sorted(set().union(*truth)))
    others = ~known[rows.account]
    draw = np.random.default_rng(7)
    for _ in range(10):
        account = rows.account.copy()
        account[others] = draw.permutation(account[others])
        groups = find_groups(actions, with_accounts(rows, account), 60.0, Settings())
        found: dict[int, set[str]] = {}
        for row in groups.table.to_pylist():
            found.setdefault(row["group"], set()).add(row["account"])
        assert len(found) >= 6
        assert all(any(len(one & t) >= 2 for t in truth) for one in found.values())
