"""A small result made by hand, for the report's tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pyarrow as pa

from fanal.model.names import Names, named, pseudonymous
from fanal.reports.about import About, Addition, InputRead

TIME = pa.timestamp("us", tz="UTC")
START = datetime(2025, 3, 4, 14, 2, 5, 120_000, tzinfo=UTC)
MEMBERS = (["x:1", "x:2", "x:3", "x:4", "x:5"], ["x:8", "x:9"])
LAYERS = ("repost", "url", "hashtag", "text")
SHA = "0f" * 32


def pseudonym(key: str) -> str:
    """Stand in for a case's keyed pseudonyms."""
    return f"A-{sum(ord(letter) * 31**n for n, letter in enumerate(key)) % 16**8:08x}"


def result(objects: Mapping[str, list[str]] | None = None, members: Any = MEMBERS) -> Any:
    """Return a result in which each group's accounts acted together on five objects."""
    rows, evidence, communities = [], [], []
    for number, group in enumerate(members):
        communities += [{"account": account, "community": number} for account in group]
        for a, source in enumerate(group):
            for b, target in enumerate(group[a + 1 :], a + 1):
                rows.append(_edge(source, target, len(rows)))
                evidence += _evidence(source, target, a, b, objects or {})
    return SimpleNamespace(
        edges=pa.Table.from_pylist(rows, EDGES) if rows else EDGES.empty_table(),
        evidence=pa.Table.from_pylist(evidence, EVIDENCE),
        communities=pa.Table.from_pylist(communities, COMMUNITIES),
        insufficient=pa.table({"account": ["x:70", "x:71"], "reason": ["one action only"] * 2}),
        summary=_summary(len(rows)),
        settings={"seed": 0, "shuffles": 1, "fdr": 0.05, "fdr_method": "bh"},
    )


def _edge(source: str, target: str, rank: int) -> dict[str, Any]:
    return {
        "source": source, "target": target, "layers": "repost+url", "window_s": 60.0,
        "objects": 5, "expected": 0.0123, "surprise": 40.0, "p": 10.0 ** min(rank - 30, -3),
        "q": 10.0 ** min(rank - 25, -2), "first_time": START, "last_time": START + timedelta(days=4),
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


def _summary(links: int) -> dict[str, Any]:
    return {
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


EDGES = pa.schema(
    [
        ("source", pa.string()), ("target", pa.string()), ("layers", pa.string()),
        ("window_s", pa.float64()), ("objects", pa.int64()), ("expected", pa.float64()),
        ("surprise", pa.float64()), ("p", pa.float64()), ("q", pa.float64()),
        ("first_time", TIME), ("last_time", TIME), ("mean_delay_s", pa.float64()),
        ("top_objects", pa.list_(pa.string())),
    ]
)  # fmt: skip
EVIDENCE = pa.schema(
    [
        ("source", pa.string()), ("target", pa.string()), ("layer", pa.string()),
        ("object", pa.string()), ("source_post", pa.string()), ("target_post", pa.string()),
        ("source_time", TIME), ("target_time", TIME), ("delay_s", pa.float64()),
        ("weight", pa.float64()), ("counted", pa.bool_()),
    ]
)  # fmt: skip
COMMUNITIES = pa.schema([("account", pa.string()), ("community", pa.int64())])


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


def forms(handles: dict[str, str] | None = None) -> dict[str, Names]:
    """Return both forms of names."""
    return {"protected": pseudonymous(pseudonym), "named": named(handles or {})}
