"""What a run of `coordinate` gives: tables of links, their evidence, communities; and a summary."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fanal.coordination.actions import Actions
from fanal.coordination.affinity import Affinity
from fanal.coordination.communities import communities
from fanal.coordination.links import Links
from fanal.coordination.ordered import Ordered
from fanal.coordination.rounding import rounded
from fanal.coordination.settings import TOP_OBJECTS
from fanal.coordination.stability import Stability
from fanal.coordination.tables import (
    CHECKS,
    COMMUNITIES,
    EDGES,
    EVIDENCE,
    SCHEMAS,
)
from fanal.kernels.null_model import LATTICE

I64 = NDArray[np.int64]

_US = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Links between accounts, and what they rest on.

    Parameters
    ----------
    edges
        One row a link, ordered by p, source, target. `objects`: distinct objects co-acted on;
        `expected`: how many the null model expects; `surprise`: nats; p; q; q_affinity: when
        shared interest is expected, too; fragile: it dies without what it rests on most.
    checks
        One row a link, ordered by source, target: p under shared interest and what explains it
        (null: nothing does); p without its strongest object, its busiest day, at half and at
        double the window (null: could not be asked), and with the accounts' habits by the clock and
        by age; what makes it fragile, a list.
    evidence
        One row a co-action of a link: two posts and the seconds between; `counted` is false
        where another object of the same two posts counts already.
    communities
        Account and community of the links in the headline, 0 the largest.
    insufficient
        Accounts too quiet ever to reach significance, with the reason.
    bursts, burst_accounts
        Objects on which more accounts act within the window than the tempo explains; who.
    groups, group_members, group_events, group_summary
        Weak pairs that make one strong group, see `coordination.group_tables.Groups`.
    evolution
        Communities by day or week, see `coordination.evolution.evolution`.
    summary
        What was read and tested, counts, notes in sentences.
    settings
        The parameters of the run.
    """

    edges: pa.Table
    evidence: pa.Table
    communities: pa.Table
    insufficient: pa.Table
    summary: dict[str, Any]
    settings: dict[str, Any]
    checks: pa.Table = field(default_factory=CHECKS.empty_table)
    bursts: pa.Table = field(default_factory=SCHEMAS["bursts"].empty_table)
    burst_accounts: pa.Table = field(default_factory=SCHEMAS["burst_accounts"].empty_table)
    groups: pa.Table = field(default_factory=SCHEMAS["groups"].empty_table)
    group_members: pa.Table = field(default_factory=SCHEMAS["group_members"].empty_table)
    group_events: pa.Table = field(default_factory=SCHEMAS["group_events"].empty_table)
    group_summary: pa.Table = field(default_factory=SCHEMAS["group_summary"].empty_table)
    evolution: pa.Table = field(default_factory=SCHEMAS["evolution"].empty_table)

    @property
    def headline(self) -> pa.Table:
        """Links that no shared interest explains and that are not fragile, as `edges`."""
        return headline_of(self.edges, self.settings["fdr"])

    def accounts(self) -> list[str]:
        """Return the accounts that any finding names, in order."""
        named = [self.edges["source"], self.edges["target"], self.groups["account"]]
        columns = [*named, self.burst_accounts["account"]]
        joined = pa.concat_arrays([column.combine_chunks() for column in columns])
        names: list[str] = pc.unique(joined).sort().to_pylist()
        return names

    def _repr_html_(self) -> str:
        """Return the first links as a table, for a notebook."""
        rows = self.edges.slice(0, 20).to_pylist()
        columns = ("source", "target", "layers", "objects", "expected", "q", "q_affinity")
        head = "".join(f"<th>{name}</th>" for name in columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(str(row[name]))}</td>" for name in columns) + "</tr>"
            for row in rows
        )
        more = f"<p>{self.edges.num_rows:,} links in all; the first {len(rows)} by p.</p>"
        return f"<table><tr>{head}</tr>{body}</table>{more}"


def headline_of(edges: pa.Table, fdr: float) -> pa.Table:
    """Return the edges that pass both null models and are not fragile, in their order."""
    unexplained = pc.less_equal(edges["q_affinity"], fdr)
    return edges.filter(pc.and_(unexplained, pc.invert(edges["fragile"])))


def link_tables(
    actions: Actions,
    rows: Ordered,
    links: Links,
    windows_s: list[float],
    affinity: Affinity,
    stability: Stability,
) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Return the tables of edges, of evidence and of checks, in their final order."""
    pair, other = _named(actions.accounts, links.pair), _named(actions.accounts, links.other)
    swapped = np.asarray(pc.greater(pair, other))
    source = pc.if_else(pa.array(swapped), other, pair)
    target = pc.if_else(pa.array(swapped), pair, other)
    evidence = _evidence(actions, rows, links, source, target, swapped)
    edges = _edges(evidence, links, source, target, windows_s, actions.layers)
    edges = edges.set_column(
        edges.schema.get_field_index("q_affinity"), "q_affinity", [rounded(affinity.q)]
    ).set_column(edges.schema.get_field_index("fragile"), "fragile", [stability.fragile])
    checks = _checks(source, target, affinity, stability, actions.sources)
    order = [("source", "ascending"), ("target", "ascending")]
    shown = evidence.drop_columns(["link", "layer_number"]).sort_by(
        [
            *order,
            ("weight", "descending"),
            ("source_time", "ascending"),
            ("object", "ascending"),
        ]
    )
    edges = edges.cast(EDGES).sort_by([("p", "ascending"), *order])
    return edges, shown.cast(EVIDENCE), checks.sort_by(order)


def _checks(
    source: pa.Array,
    target: pa.Array,
    affinity: Affinity,
    stability: Stability,
    sources: pa.Array | None,
) -> pa.Table:
    asked = {
        name: pa.array(rounded(stability.p[one]), from_pandas=True)
        for name, one in (
            ("p_without_object", "object"),
            ("p_without_day", "day"),
            ("p_half_window", "half"),
            ("p_double_window", "double"),
            ("p_clock", "clock"),
            ("p_age", "age"),
        )
    }
    return pa.table(
        {
            "source": source,
            "target": target,
            "expected_affinity": rounded(affinity.expected),
            "p_affinity": rounded(affinity.p),
            "explained_by": pa.array(affinity.explained_by(sources), pa.string()),
            **asked,
            "fragile_because": pa.array(stability.because(), pa.list_(pa.string())),
        },
        schema=CHECKS,
    )


def _named(names: pa.Array, codes: NDArray[np.integer[Any]]) -> pa.Array:
    return names.take(pa.array(codes)).cast(pa.string())


def _evidence(
    actions: Actions,
    rows: Ordered,
    links: Links,
    source: pa.Array,
    target: pa.Array,
    swapped: NDArray[np.bool_],
) -> pa.Table:
    link = np.concatenate(
        [np.flatnonzero(links.window == n)[one.link] for n, one in enumerate(links.evidence)]
    )
    early = np.concatenate([one.early for one in links.evidence])
    late = np.concatenate([one.late for one in links.evidence])
    first_is_early = rows.account[early] == links.pair[link]
    source_row = np.where(first_is_early != swapped[link], early, late)
    target_row = np.where(first_is_early != swapped[link], late, early)
    objects = rows.object_of[early]
    layer = rows.layer_of[objects]
    return pa.table(
        {
            "link": link,
            "source": source.take(pa.array(link)),
            "target": target.take(pa.array(link)),
            "layer": pa.array(actions.layers).take(pa.array(layer)),
            "layer_number": layer,
            "object": _named(actions.objects, objects),
            "source_post": _posts(actions, rows.post[source_row]),
            "target_post": _posts(actions, rows.post[target_row]),
            "source_time": pa.array(rows.time[source_row]).cast(_US),
            "target_time": pa.array(rows.time[target_row]).cast(_US),
            "delay_s": (rows.time[late] - rows.time[early]) / 1e6,
            "weight": np.concatenate([one.surprise for one in links.evidence]) * LATTICE,
            "counted": np.concatenate([one.counted for one in links.evidence]),
        }
    )


def _posts(actions: Actions, codes: NDArray[np.int32]) -> pa.Array:
    if actions.posts is None:
        return pa.nulls(codes.shape[0], pa.string())
    return actions.posts.take(pa.array(codes, mask=codes >= len(actions.posts))).cast(
        pa.string()
    )


def _edges(
    evidence: pa.Table,
    links: Links,
    source: pa.Array,
    target: pa.Array,
    windows_s: list[float],
    layers: tuple[str, ...],
) -> pa.Table:
    n = links.p.shape[0]
    link = evidence["link"].to_numpy()
    times = np.stack(
        [evidence[name].cast(pa.int64()).to_numpy() for name in ("source_time", "target_time")]
    )
    objects = np.bincount(link, minlength=n)
    first, last = np.full(n, np.iinfo(np.int64).max), np.full(n, np.iinfo(np.int64).min)
    np.minimum.at(first, link, times.min(axis=0))
    np.maximum.at(last, link, times.max(axis=0))
    delay_us = np.zeros(n, np.int64)
    np.add.at(delay_us, link, np.abs(times[0] - times[1]))
    bits = np.zeros(n, np.int64)
    np.bitwise_or.at(bits, link, 1 << evidence["layer_number"].to_numpy().astype(np.int64))
    return pa.table(
        {
            "source": source,
            "target": target,
            "layers": [_layer_names(one, layers) for one in bits.tolist()],
            "window_s": np.asarray(windows_s, np.float64)[links.window],
            "objects": objects,
            "expected": rounded(links.expected),
            "surprise": links.surprise * LATTICE,
            "p": rounded(links.p),
            "q": rounded(links.q),
            "q_affinity": np.zeros(n),
            "fragile": np.zeros(n, np.bool_),
            "first_time": pa.array(first).cast(_US),
            "last_time": pa.array(last).cast(_US),
            "mean_delay_s": rounded(delay_us / np.maximum(objects, 1) / 1e6),
            "top_objects": _top_objects(evidence, n),
        },
        schema=EDGES,
    )


def _layer_names(bits: int, layers: tuple[str, ...]) -> str:
    return "+".join(name for number, name in enumerate(layers) if bits >> number & 1)


def _top_objects(evidence: pa.Table, links: int) -> pa.Array:
    order = pc.sort_indices(
        evidence,
        sort_keys=[("link", "ascending"), ("weight", "descending"), ("object", "ascending")],
    )
    link = evidence["link"].take(order).to_numpy()
    starts = np.searchsorted(link, np.arange(links + 1))
    sizes = np.minimum(np.diff(starts), TOP_OBJECTS)
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    rank = np.arange(link.shape[0]) - starts[link]
    chosen = order.filter(pa.array(rank < TOP_OBJECTS))
    names = evidence["object"].take(chosen).combine_chunks()
    return pa.ListArray.from_arrays(pa.array(offsets), names)


def community_table(edges: pa.Table, seed: int) -> pa.Table:
    """Return the communities of the links: accounts ordered by community, then name."""
    ends = pa.concat_arrays(
        [edges["source"].combine_chunks(), edges["target"].combine_chunks()]
    )
    names = pc.unique(ends).sort()
    codes = pc.index_in(ends, names).to_numpy()
    half = edges.num_rows
    weight = edges["objects"].to_numpy().astype(np.float64)
    labels = communities(
        codes[:half].astype(np.int64), codes[half:].astype(np.int64), weight, seed
    )
    table = pa.table({"account": names, "community": labels}, schema=COMMUNITIES)
    return table.sort_by([("community", "ascending"), ("account", "ascending")])


#: Seeds with which communities are found again.
SEEDS = 20


def kept_together(edges: pa.Table, table: pa.Table) -> list[float]:
    """Return, by community, the share of its links whose ends stay together, over 20 seeds.

    Parameters
    ----------
    edges, table
        Links, and their communities with any seed.
    """
    if not edges.num_rows:
        return []
    names = table["account"]
    ends = [pc.index_in(edges[end], names).to_numpy() for end in ("source", "target")]
    of = table["community"].to_numpy()
    inside = of[ends[0]] == of[ends[1]]
    together = np.zeros(edges.num_rows)
    weight = edges["objects"].to_numpy().astype(np.float64)
    for seed in range(SEEDS):
        codes = [end.astype(np.int64) for end in ends]
        labels = communities(codes[0], codes[1], weight, seed)
        together += labels[ends[0]] == labels[ends[1]]
    number = of[ends[0]][inside]
    size = np.bincount(number, minlength=int(of.max()) + 1)
    total = np.bincount(number, weights=together[inside], minlength=size.size)
    return [round(float(share), 3) for share in total / np.maximum(size, 1) / SEEDS]


def evidence_of_links(evidence: pa.Table, edges: pa.Table) -> pa.Table:
    """Return the co-actions of some links, in their order."""
    pairs = edges.select(["source", "target"])
    order = [("source", "ascending"), ("target", "ascending"), ("weight", "descending"),
             ("source_time", "ascending"), ("object", "ascending")]  # fmt: skip
    return evidence.join(pairs, ["source", "target"], join_type="left semi").sort_by(order)
