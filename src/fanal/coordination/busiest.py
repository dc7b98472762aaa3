"""The objects that the most accounts acted on: a description of actions, no finding.

1. Distinct accounts, actions, first and last time of each object.
2. Those of two accounts or more, the most accounts first, the shorter time first among equals.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from fanal.coordination.actions import Actions


def busiest(actions: Actions, most: int) -> list[dict[str, Any]]:
    """Return the objects that the most accounts acted on; O(actions log actions).

    Parameters
    ----------
    actions
        See `coordination.actions.actions_of`.
    most
        How many at most.

    Returns
    -------
    list
        One dict an object: layer, object, accounts, actions, first_us, last_us, first_account,
        first_post (None where unknown), objects (how many two accounts or more acted on).
    """
    # 1. of each object
    size = actions.layer_of.shape[0]
    pairs = np.unique(actions.object_of.astype(np.int64) << 32 | actions.account)
    accounts = np.bincount(pairs >> 32, minlength=size)
    counts = np.bincount(actions.object_of, minlength=size)
    order = np.lexsort((actions.account, actions.time, actions.object_of))
    ends = np.cumsum(counts)
    first, last = order[ends - counts], order[ends - 1]
    # 2. the most accounts first
    several = np.flatnonzero(accounts >= 2)
    span = actions.time[last[several]] - actions.time[first[several]]
    chosen = several[np.lexsort((several, span, -accounts[several]))[:most]]
    return [
        {
            "layer": actions.layers[actions.layer_of[one]],
            "object": _name(actions.objects, one),
            "accounts": int(accounts[one]),
            "actions": int(counts[one]),
            "first_us": int(actions.time[first[one]]),
            "last_us": int(actions.time[last[one]]),
            "first_account": _name(actions.accounts, actions.account[first[one]]),
            "first_post": None,
            "objects": int(several.size),
        }
        for one in chosen.tolist()
    ]


def _name(names: pa.Array, code: int) -> str:
    return str(names[int(code)].as_py())
