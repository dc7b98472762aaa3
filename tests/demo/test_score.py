"""A result against the truth: by links, by bursts, by groups, with and without the later tests."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from fanal.demo.score import headline, score, told

TRUTH: dict[str, Any] = {
    "accounts": 12,
    "groups": [
        {"key": "boost", "hidden": True, "between": [], "accounts": ["a", "b", "c"]},
        {"key": "burst", "hidden": True, "between": [90_000_000, 120_000_000],
         "accounts": ["m", "n", "o", "p"]},
        {"key": "fans", "hidden": False, "between": [], "accounts": ["d", "e"]},
    ],
    "viral": {"post": "v", "reposted_by": ["a", "x"]},
}  # fmt: skip
PAIRS = [("a", "b"), ("a", "c"), ("b", "d"), ("d", "e"), ("x", "y")]
ACTS = [("a", "b", "o"), ("a", "b", "v"), ("x", "y", "v"), ("b", "d", "o"), ("d", "e", "s")]


def result(**more: Any) -> Any:
    edges = {"source": [one for one, _ in PAIRS], "target": [other for _, other in PAIRS]}
    columns = more.pop("columns", {})
    acts = zip(*ACTS, strict=True)
    evidence = dict(zip(("source", "target", "object"), map(list, acts), strict=True))
    return SimpleNamespace(
        edges=pa.table(edges | columns),
        evidence=pa.table(evidence),
        settings={"fdr": 0.05},
        **more,
    )


def bursts(start: int, accounts: int) -> pa.Table:
    return pa.table({"start": [start], "accounts": [accounts]})


def groups(members: str, verdict: str) -> pa.Table:
    rows = {"group": [0] * len(members), "account": list(members)}
    return pa.table(rows | {"verdict": [verdict] * len(members)})


def test_links_alone_by_hand() -> None:
    held = score(TRUTH, result())
    boost, burst, fans = held.groups
    assert (boost.linked, boost.pairs, boost.found_by) == (2, 3, ("links",))
    assert (burst.linked, burst.found_by) == (0, ())
    assert (fans.linked, fans.headline, fans.named, fans.found_by) == (1, 1, 2, ())
    assert held.tests == ()
    assert held.found == (1, 2)
    assert held.hidden == (2, 9)
    assert held.innocent == (4, 5)
    assert (held.others, held.others_named) == (3, 2)
    assert (held.links, held.viral_reposts, held.viral_links) == (5, 2, 1)


def test_a_link_that_shared_interest_explains_leaves_the_headline() -> None:
    columns = {"q_affinity": [0.01, 0.05, None, 0.9, 0.06]}
    made = result(columns=columns)
    assert headline(made) == {frozenset("ab"), frozenset("ac")}
    held = score(TRUTH, made)
    assert held.tests == ("affinity",)
    assert held.innocent == (0, 5)
    assert (held.groups[2].linked, held.groups[2].headline) == (1, 0)


def test_a_fragile_link_leaves_the_headline() -> None:
    made = result(columns={"fragile": [False, True, False, True, True]})
    assert headline(made) == {frozenset("ab"), frozenset("bd")}
    assert not score(TRUTH, made).groups[0].found


@pytest.mark.parametrize(
    ("start", "accounts", "seen"),
    [
        (90_000_000, 4, True),
        (60_000_000, 2, True),
        (90_000_000, 1, False),
        (29_000_000, 4, False),
        (121_000_000, 4, False),
    ],
)
def test_a_burst_is_its_own_when_time_and_number_fit(
    start: int, accounts: int, *, seen: bool
) -> None:
    held = score(TRUTH, result(bursts=bursts(start, accounts)))
    assert held.tests == ("bursts",)
    assert held.groups[1].found_by == (("bursts",) if seen else ())


def test_a_burst_may_tell_its_start_as_a_time() -> None:
    start = pa.array([100_000_000], pa.timestamp("us", tz="UTC"))
    table = pa.table({"start": start, "accounts": [3]})
    assert score(TRUTH, result(bursts=table)).groups[1].found


@pytest.mark.parametrize(
    ("members", "verdict", "seen"),
    [
        ("mno", "synchronised", True),
        ("mno", "same audience", False),
        ("mno", "timing not testable", False),
        ("mnoxyzuv", "synchronised", False),
    ],
)
def test_a_group_counts_when_it_acts_in_step_and_is_mostly_the_planted_one(
    members: str, verdict: str, *, seen: bool
) -> None:
    held = score(TRUTH, result(groups=groups(members, verdict)))
    assert held.groups[1].found_by == (("groups",) if seen else ())


def test_innocents_in_a_group_that_acts_in_step_are_accused() -> None:
    held = score(
        TRUTH, result(columns={"fragile": [True] * 5}, groups=groups("dez", "synchronised"))
    )
    assert held.groups[2].named == 2
    assert held.innocent == (3, 5)


def test_the_truth_is_told_in_both_languages() -> None:
    held = score(TRUTH, result(bursts=bursts(90_000_000, 4)))
    english, french = " ".join(told(held)), " ".join(told(held, "fr"))
    assert "Hidden groups found: 2 of 2." in english
    assert "Found: 2 of their 3 pairs are linked." in english
    assert "Found by the test of bursts." in english
    assert "Groupes cachés trouvés : 2 sur 2." in french
    assert "les fans 2 sur 2 ; tous les autres 2 sur 3" in french
