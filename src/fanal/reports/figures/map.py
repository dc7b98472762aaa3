"""The map: communities as discs, accounts as dots, links as lines.

1. Order communities by size, their accounts by links; number links within and between.
2. Place them (`layout`).
3. Pack numbers into base64; `static/map.js` draws them.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fanal.reports.figures.frame import Parts, counted, escaped, filled
from fanal.reports.figures.layout import I64, placed

WORDS = (
    "community", "accounts", "links", "outside", "members", "more", "zoom_in", "zoom_out",
    "reset", "keys", "noscript", "legend", "others", "col_community", "col_accounts",
    "col_links", "col_outside", "col_account",
)  # fmt: skip
#: Communities with a colour of their own, and with a button in the legend.
COLOURED = 5
#: Accounts named of a community that is clicked.
NAMED = 40


def prepared(
    name: str,
    accounts: Sequence[str],
    community: I64,
    source: I64,
    target: I64,
    *,
    count: int | None = None,
) -> dict[str, Any]:
    """Return the data of the map.

    Parameters
    ----------
    name
        The figure's id.
    accounts
        What each account is called in the page; empty where no account may be named.
    community
        Number of each account's community, from 0; int64, shape (accounts,).
    source, target
        Ends of each link, as places in `accounts`; int64, shape (links,).
    count
        Number of communities, where the last ones may be empty.

    Returns
    -------
    dict
        For ``block("map", ...)``. Communities keep their number; ranks follow size.
        O(accounts + links).
    """
    n = int(count if count is not None else community.max(initial=-1) + 1)
    sizes = np.bincount(community, minlength=n)
    kept = np.flatnonzero(sizes)
    ranked = kept[np.argsort(-sizes[kept], kind="stable")]
    rank = np.zeros(n, np.int64)
    rank[ranked] = np.arange(len(ranked))
    degree = np.bincount(np.concatenate([source, target]), minlength=len(community))
    order = np.lexsort((-degree, rank[community]))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    a, b = place[source], place[target]
    ends, first, bundles = _links(rank[community][order], a, b, len(ranked))
    at = placed(sizes[ranked], bundles)
    return {
        "id": name,
        "names": [accounts[n] for n in order.tolist()] if len(accounts) else [],
        "numbers": (ranked + 1).tolist(),
        "sizes": sizes[ranked].tolist(),
        "within": np.diff(first).tolist(),
        "outside": _outside(bundles, len(ranked)),
        "degree": degree[order].tolist(),
        "packed": _packed(at, ends, first, bundles, len(order)),
    }


def of_names(
    name: str,
    community_of: Mapping[str, int],
    links: Sequence[tuple[str, str]],
    shown: Callable[[str], str] | None,
) -> dict[str, Any]:
    """Return the data of the map from keys of accounts.

    Parameters
    ----------
    name
        The figure's id.
    community_of
        Key of an account -> its community, from 0.
    links
        Keys of the two ends; links with an end in no community are left out.
    shown
        Key -> what the account is called in the page; None where no account may be named.

    Returns
    -------
    dict
        As `prepared`; accounts with as many links stand in the order in which they are shown.
    """
    keys = sorted(community_of, key=shown or str)
    place = {key: n for n, key in enumerate(keys)}
    ends = np.array(
        [(place[a], place[b]) for a, b in links if a in place and b in place], np.int64
    ).reshape(-1, 2)
    community = np.array([community_of[key] for key in keys], np.int64)
    names = [shown(key) for key in keys] if shown else []
    return prepared(name, names, community, ends[:, 0], ends[:, 1])


def _links(rank: I64, a: I64, b: I64, n: int) -> tuple[tuple[I64, I64], I64, I64]:
    """Return links in order, where each community's own begin, and the bundles between (1).

    Each community's own links come first, those between communities after them.
    """
    low, high = np.minimum(rank[a], rank[b]), np.maximum(rank[a], rank[b])
    inner = low == high
    key = np.where(inner, low, n + low * n + high)
    order = np.argsort(key, kind="stable")
    first = np.searchsorted(key[order], np.arange(n + 1))
    pairs, counts = np.unique(key[~inner] - n, return_counts=True)
    by_count = np.argsort(counts, kind="stable")
    pairs, counts = pairs[by_count], counts[by_count]
    bundles = np.stack([pairs // max(n, 1), pairs % max(n, 1), counts], axis=1)
    return (a[order], b[order]), first, bundles.astype(np.int64)


def _outside(bundles: I64, n: int) -> list[int]:
    found = np.zeros(n, np.int64)
    for side in (0, 1):
        np.add.at(found, bundles[:, side], bundles[:, 2])
    return [int(count) for count in found]


def _packed(
    at: dict[str, Any], ends: tuple[I64, I64], first: I64, bundles: I64, accounts: int
) -> dict[str, Any]:
    """Return numbers as base64 of little-endian arrays, as `static/scene.js` reads them (3)."""
    width, height = (max(float(side), 1.0) for side in at["size"])
    index = "<u2" if accounts <= 65536 else "<u4"
    return {
        "width": round(width, 2),
        "height": round(height, 2),
        "wide": accounts > 65536,
        "discs": _base64(np.column_stack([at["centres"], at["radii"]]), "<f4"),
        "x": _base64(at["x"] / width * 65535, "<u2"),
        "y": _base64(at["y"] / height * 65535, "<u2"),
        "a": _base64(ends[0], index),
        "b": _base64(ends[1], index),
        "first": first.tolist(),
        "bundles": bundles.ravel().tolist(),
    }


def _base64(values: NDArray[Any], form: str) -> str:
    exact = np.rint(values) if "u" in form else values
    return base64.b64encode(np.ascontiguousarray(exact).astype(form).tobytes()).decode("ascii")


def parts(data: dict[str, Any], words: dict[str, str]) -> Parts:
    """Return the map's canvas, legend, table and data."""
    columns = [words[f"col_{key}"] for key in ("community", "accounts", "links", "outside")]
    rows = [
        list(row)
        for row in zip(
            data["numbers"], data["sizes"], data["within"], data["outside"], strict=True
        )
    ]
    return Parts(
        body=_canvas(data["id"], words),
        after=_legend(data, words),
        columns=columns,
        rows=rows,
        data={key: data[key] for key in ("names", "degree", "packed")},
    )


def _canvas(name: str, words: dict[str, str]) -> str:
    buttons = "".join(
        f'<button type="button" data-map="{key}" aria-label="{escaped(words[word])}" '
        f'title="{escaped(words[word])}">{sign}</button>'
        for key, word, sign in (
            ("in", "zoom_in", "+"), ("out", "zoom_out", "\u2212"), ("reset", "reset", "\u21ba"),
        )
    )  # fmt: skip
    return (
        f'<div class="fig-map-frame"><canvas class="fig-canvas" role="img" tabindex="0" '
        f'aria-label="{escaped(words["alt"])}" aria-describedby="{name}-keys"></canvas>'
        f'<div class="fig-map-buttons" hidden>{buttons}</div>'
        '<div class="fig-tip" hidden></div></div>'
        f'<noscript><p class="fig-keys">{escaped(words["noscript"])}</p></noscript>'
    )


def _legend(data: dict[str, Any], words: dict[str, str]) -> str:
    items = "".join(
        _legend_item(rank, number, size, words)
        for rank, (number, size) in enumerate(
            zip(data["numbers"][:COLOURED], data["sizes"][:COLOURED], strict=True)
        )
    )
    rest = len(data["sizes"]) - COLOURED
    if rest > 0:
        told = counted(words["others"], rest, words["lang"])
        items += f'<li><span class="fig-swatch fig-rest"></span>{escaped(told)}</li>'
    return (
        f'<ul class="fig-legend" aria-label="{escaped(words["legend"])}">{items}</ul>'
        '<div class="fig-chosen" role="status"></div>'
        f'<p class="fig-keys" id="{data["id"]}-keys">{escaped(words["keys"])}</p>'
    )


def _legend_item(rank: int, number: int, size: int, words: dict[str, str]) -> str:
    title = filled(words["community"], number=number)
    accounts = counted(words["accounts"], size, words["lang"])
    return (
        f'<li><button type="button" data-community="{rank}" aria-pressed="false">'
        f'<span class="fig-swatch fig-c{rank}"></span>{escaped(title)} '
        f'<span class="fig-soft">{escaped(accounts)}</span></button></li>'
    )
