"""The tables that a run of `coordinate` gives, column by column."""

from __future__ import annotations

import pyarrow as pa

from fanal.coordination.bursts import BURST_ACCOUNTS, BURSTS
from fanal.coordination.evolution import EVOLUTION
from fanal.coordination.group_tables import EVENTS, GROUPS, MEMBERS, SUMMARY

_US = pa.timestamp("us", tz="UTC")
EDGES = pa.schema(
    [
        ("source", pa.string()),
        ("target", pa.string()),
        ("layers", pa.string()),
        ("window_s", pa.float64()),
        ("objects", pa.int64()),
        ("expected", pa.float64()),
        ("surprise", pa.float64()),
        ("p", pa.float64()),
        ("q", pa.float64()),
        ("q_affinity", pa.float64()),
        ("fragile", pa.bool_()),
        ("first_time", _US),
        ("last_time", _US),
        ("mean_delay_s", pa.float64()),
        ("top_objects", pa.list_(pa.string())),
    ]
)
CHECKS = pa.schema(
    [
        ("source", pa.string()),
        ("target", pa.string()),
        ("expected_affinity", pa.float64()),
        ("p_affinity", pa.float64()),
        ("explained_by", pa.string()),
        ("p_without_object", pa.float64()),
        ("p_without_day", pa.float64()),
        ("p_half_window", pa.float64()),
        ("p_double_window", pa.float64()),
        ("p_clock", pa.float64()),
        ("p_age", pa.float64()),
        ("fragile_because", pa.list_(pa.string())),
    ]
)
EVIDENCE = pa.schema(
    [
        ("source", pa.string()),
        ("target", pa.string()),
        ("layer", pa.string()),
        ("object", pa.string()),
        ("source_post", pa.string()),
        ("target_post", pa.string()),
        ("source_time", _US),
        ("target_time", _US),
        ("delay_s", pa.float64()),
        ("weight", pa.float64()),
        ("counted", pa.bool_()),
    ]
)
COMMUNITIES = pa.schema([("account", pa.string()), ("community", pa.int64())])
INSUFFICIENT = pa.schema([("account", pa.string()), ("reason", pa.string())])
#: Table of a `Result` -> its columns.
SCHEMAS = {
    "edges": EDGES,
    "checks": CHECKS,
    "evidence": EVIDENCE,
    "communities": COMMUNITIES,
    "insufficient": INSUFFICIENT,
    "bursts": BURSTS,
    "burst_accounts": BURST_ACCOUNTS,
    "groups": GROUPS,
    "group_members": MEMBERS,
    "group_events": EVENTS,
    "group_summary": SUMMARY,
    "evolution": EVOLUTION,
}
