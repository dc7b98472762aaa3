"""A small result made by hand, for the report's tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from fanal.coordination.result import Result
from fanal.coordination.tables import CHECKS, COMMUNITIES, EDGES, EVIDENCE, SCHEMAS
from fanal.model.names import Level, Names, named, pseudonymous, some_named
from fanal.reports.about import About, Addition, InputRead
from fanal.reports.facts import Facts

START = datetime(2025, 3, 4, 14, 2, 5, 120_000, tzinfo=UTC)
MEMBERS = (["x:1", "x:2", "x:3", "x:4", "x:5"], ["x:8", "x:9"])
LAYERS = ("repost", "url", "hashtag", "text")
SHA = "0f" * 32


def pseudonym(key: str) -> str:
    """Stand in for a case's keyed pseudonyms."""
    return f"A-{sum(ord(letter) * 31**n for n, letter in enumerate(key)) % 16**8:08x}"


def result(
    objects: Mapping[str, list[str]] | None = None, members: Any = MEMBERS, **tables: pa.Table
) -> Result:
    """Return a result in which each group's accounts acted together on five objects.

    `tables` take the place of its own.
    """
    rows, evidence, communities = [], [], []
    for number, group in enumerate(members):
        communities += [{"account": account, "community": number} for account in group]
        for a, source in enumerate(group):
            for b, target in enumerate(group[a + 1 :], a + 1):
                rows.append(_edge(source, target, len(rows)))
                evidence += _evidence(source, target, a, b, objects or {})
    own = {
        "edges": pa.Table.from_pylist(rows, EDGES),
        "checks": pa.Table.from_pylist([_check(row) for row in rows], CHECKS),
        "evidence": pa.Table.from_pylist(evidence, EVIDENCE),
        "communities": pa.Table.from_pylist(communities, COMMUNITIES),
        "insufficient": pa.table(
            {"account": ["x:70", "x:71"], "reason": ["one action only"] * 2}
        ),
    }
    return Result(
        **own | tables,
        summary=_summary(len(rows), len(members)),
        settings={"seed": 0, "shuffles": 1, "fdr": 0.05, "fdr_method": "bh"},
    )


def full(objects: Mapping[str, list[str]] | None = None, members: Any = MEMBERS) -> Result:
    """Return a result with a burst, a group and what became of the communities, too."""
    accounts = [account for group in members for account in group]
    thing = (objects or {}).get("text", ["text thing"])[0]
    burst = {
        "layer": "text", "object": thing, "window_s": 60.0, "start": START, "accounts": len(accounts),
        "expected": 1.5, "p": 1e-6, "q": 1e-4,
    }  # fmt: skip
    acts = [
        {"layer": "text", "object": thing, "account": account, "time": START + timedelta(seconds=n),
         "post": f"{account}/0", "silent_s": None if n % 2 else 90_000.0}
        for n, account in enumerate(accounts)
    ]  # fmt: skip
    group = {
        "group": 0, "k": len(accounts), "x": 40.0, "expected": 4.2, "p": 1e-9, "p_timing": 1e-5,
        "verdict": "synchronised",
    }  # fmt: skip
    members_ = [{"group": 0, "account": one, "contribution": 2.0} for one in accounts]
    event = {"group": 0, "layer": "text", "object": thing, "start": START, "accounts": accounts}
    days = [
        {"day": (START + timedelta(days=n)).date(), "community": 0, "matched": 0,
         "accounts": 3 + n, "links": 3, "event": "born" if n == 0 else "grew", "other": None}
        for n in range(3)
    ]  # fmt: skip
    rows = {
        "bursts": [burst], "burst_accounts": acts, "group_summary": [group],
        "group_members": members_, "group_events": [event], "evolution": days,
    }  # fmt: skip
    tables = {name: pa.Table.from_pylist(rows[name], SCHEMAS[name]) for name in rows}
    return result(objects, members, **tables)


def _check(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "source": row["source"], "target": row["target"], "expected_affinity": 0.034,
        "p_affinity": 1e-7, "explained_by": None, "p_without_object": 1e-5,
        "p_without_day": None, "p_half_window": 1e-5, "p_double_window": 1e-5,
        "fragile_because": [],
    }  # fmt: skip


def _edge(source: str, target: str, rank: int) -> dict[str, Any]:
    return {
        "source": source, "target": target, "layers": "repost+url", "window_s": 60.0,
        "objects": 5, "expected": 0.0123, "surprise": 40.0, "p": 10.0 ** min(rank - 30, -3),
        "q": 10.0 ** min(rank - 25, -2), "q_affinity": 1e-3, "fragile": False, "first_time": START, "last_time": START + timedelta(days=4),
        "mean_delay_s": 7.3, "top_objects": ["x:500"],
    }  # fmt: skip


def _evidence(
    source: str, target: str, a: int, b: int, objects: Mapping[str, list[str]]
) -> list[dict[str, Any]]:
    rows = []
    for day in range(5):
        layer = LAYERS[day % 4]
        begin = START + timedelta(days=day)
        rows.append({
            "source": source, "target": target, "layer": layer,
            "object": objects.get(layer, [f"{layer} thing"])[0] + str(day),
            "source_post": f"{source}/{day}", "target_post": f"{target}/{day}",
            "source_time": begin + timedelta(seconds=7 * a),
            "target_time": begin + timedelta(seconds=7 * b),
            "delay_s": 7.0 * (b - a), "weight": 8.0 + day, "counted": True,
        })  # fmt: skip
    return rows


def _summary(links: int, communities: int) -> dict[str, Any]:
    return {
        "communities_kept": [1.0] * communities, "bursts_tested": 468,
        "accounts": 1500, "actions": 12_345, "objects": 4_321, "pairs_tested": 1_124_250,
        "pairs_weighed": 321, "links": links, "cutoff_p": 1e-6,
        "layers": {
            layer: {"actions": 900, "accounts": 90, "objects": 40, "co_actions": 77}
            for layer in LAYERS
        },
        "shuffles": [0],
        "shuffle_sentence": "With the same activity but no shared interest, chance makes 0 links "
        "(1 shuffle); this does not count fans, media or agencies.",
        "notes": ["A note of the run."], "left_out": {"without a usable time": 12},
        "windows_s": [60.0],
    }  # fmt: skip


def about(**changes: Any) -> About:
    """Return what surrounds the result."""
    fields: dict[str, Any] = {
        "case": "made-up",
        "made_at": datetime(2025, 4, 1, 9, 30, tzinfo=UTC),
        "version": "0.1.0",
        "inputs": (
            InputRead(
                name="posts.jsonl", sha256=SHA, reader="X API v2", kept=12_345,
                skipped={"a list": 3}, rejected={"not JSON": 2}, blind_spot="Deleted posts.",
            ),
        ),
        "posts": 12_345,
        "accounts": 1_500,
        "first": START - timedelta(days=1),
        "last": START + timedelta(days=9),
        "run": "r-1",
        "versions": {"duckdb": "2.0"},
        "notice": ("All accounts are invented.",),
        "additions": (Addition(title="The truth", lines=("one", "two")),),
    }  # fmt: skip
    return About(**(fields | changes))


def posts(texts: Mapping[str, str] | None = None, urls: list[str] | None = None) -> Any:
    """Return a look-up of posts: every key has one, with the text given or a plain one."""

    def look_up(keys: list[str]) -> dict[str, dict[str, Any]]:
        return {
            key: {"text": (texts or {}).get(key, f"What {key} said."), "urls": urls or []}
            for key in keys
        }

    return look_up


def facts(accounts: int = 9) -> Facts:
    """Return look-ups that know some times, and when every account was created."""
    at = (
        np.int64(START.timestamp()) * 1_000_000 + np.arange(400, dtype=np.int64) * 1_800_000_000
    )
    return Facts(
        times=lambda _: (at, np.arange(400) % 5 == 0),
        created=lambda keys: dict.fromkeys(keys[:accounts], START - timedelta(days=12)),
    )


def forms(
    handles: dict[str, str] | None = None, known: tuple[str, ...] = ()
) -> dict[str, Names]:
    """Return every form of names; `some` shows the accounts `known` alone."""
    return {
        "counts": pseudonymous(pseudonym, Level.COUNTS),
        "protected": pseudonymous(pseudonym),
        "some": some_named(pseudonym, handles or {}, known),
        "named": named(handles or {}),
    }
