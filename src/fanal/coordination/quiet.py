"""Accounts about which a run can say nothing: too quiet ever to reach significance.

1. The best an account can do: co-act on each of its objects, each with all the surprise it has.
2. The partner who makes that least expected acts on exactly these objects: lambda = d_a^2 2P / (m^2 - sum d^2).
3. If even then one layer's tail alone exceeds the cutoff, no link of the account could have been
   found; nor if it has fewer than two objects on which anybody co-acted.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fanal.coordination.ordered import Ordered
from fanal.coordination.pairs import critical_surprises
from fanal.coordination.popularity import Popularity
from fanal.kernels import null_model


def too_quiet(rows: Ordered, popular: Popularity, cutoff: float) -> NDArray[np.bool_]:
    """Return which accounts could not be linked to anyone in this look at the rows.

    Parameters
    ----------
    rows, popular
        The rows, and what `popularity` gives for the window.
    cutoff
        The largest p that counts as a link.

    Returns
    -------
    ndarray
        bool, shape (accounts,); true for accounts without a row as well. O(rows).
    """
    # 1. the best an account can do
    first = np.flatnonzero(rows.before < 0)
    units = popular.surprise[rows.object_of[first]]
    met = popular.by_object[rows.object_of[first]] > 0
    account = rows.account[first]
    best = np.bincount(account, weights=units, minlength=rows.accounts)
    objects = np.bincount(account[met], minlength=rows.accounts)
    quiet = objects < 2
    # 2., 3. against the least expected partner
    critical = critical_surprises(rows, popular, cutoff)
    for layer in range(rows.layers):
        expected = rows.draws[layer] ** 2 * popular.rate[layer]
        active = expected > 0
        bucket = null_model.bucket_of(expected[active])
        quiet[active] |= best[active] < critical[layer, bucket]
    return quiet
