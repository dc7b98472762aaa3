"""Where communities and their accounts stand on the map.

1. A community is a disc whose area follows its accounts.
2. The largest are pulled to those they are linked with and to the middle, and pushed apart until
   no two touch; exact, no approximation, no chance.
3. The others stand in rows below, the largest first.
4. Accounts stand on their disc as seeds on a sunflower, the best linked in its middle.

One unit is the distance between two neighbouring accounts. O(DRAWN^2) per round; 10,000 accounts
take a tenth of a second.

References
----------
H. Vogel (1979), A better way to construct the sunflower head, Mathematical Biosciences 44,
doi:10.1016/0025-5564(79)90080-4. T. Fruchterman, E. Reingold (1991), Graph drawing by
force-directed placement, Software: Practice and Experience 21, doi:10.1002/spe.4380211102.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

#: Communities placed by force (2); the rest stand in rows (3).
DRAWN = 220
ROUNDS = 110
#: Few communities stand further apart: there is room for their names.
FEW = 30
#: Width of the map over its height.
ASPECT = 1.55
#: Radius of the n-th seed is SEED * sqrt(n): neighbours are then one unit apart.
SEED = 0.53
_GOLDEN = np.pi * (3.0 - np.sqrt(5.0))


def radii(sizes: I64) -> F64:
    """Return the radius of each community's disc (1)."""
    found: F64 = SEED * np.sqrt(sizes.astype(np.float64)) + 0.7
    return found


def centres(sizes: I64, bundles: I64) -> F64:
    """Return the centre of each disc, the largest community first; shape (communities, 2).

    Parameters
    ----------
    sizes
        Accounts of each community, the largest first.
    bundles
        Rows of community, community, links between them; shape (n, 3).
    """
    r = radii(sizes)
    placed = min(len(sizes), DRAWN)
    middle = _forced(r[:placed], _weights(bundles, placed))
    if placed == len(sizes):
        return middle
    return np.vstack([middle, _rows(r[placed:], middle, r[:placed])])


def _weights(bundles: I64, placed: int) -> F64:
    weights = np.zeros((placed, placed))
    for a, b, count in bundles[(bundles[:, :2] < placed).all(axis=1)].tolist():
        weights[a, b] = weights[b, a] = np.log1p(count)
    return weights


def _forced(r: F64, weights: F64) -> F64:
    """Pull the linked together and all to the middle, the large most; push what touches apart."""
    order = np.arange(len(r)) + 0.5
    apart = r[:, None] + r[None, :]
    gap = apart * 1.16 + (2.4 if len(r) <= FEW else 1.1)
    spread = np.sqrt(2.2 * np.cumsum(r**2))
    at: F64 = (
        np.stack([np.cos(order * _GOLDEN), np.sin(order * _GOLDEN)], axis=1) * spread[:, None]
    )
    at = at * np.array([ASPECT**0.5, ASPECT**-0.5])
    at[0] = 0.0
    weight = 0.3 + 1.7 * (r / r.max())[:, None]
    total = np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)
    linked = (weights.sum(axis=1, keepdims=True) > 0).astype(np.float64)
    for turn in range(ROUNDS):
        cool = 1.0 - turn / ROUNDS
        at += linked * (weights @ at / total - at) * 0.12 * cool
        at -= at * weight * np.array([0.03, 0.03 * ASPECT**2]) * cool
        at += _pushed(at, r, gap)
    for _ in range(ROUNDS):
        push = _pushed(at, r, gap)
        at += push
        if np.abs(push).max(initial=0.0) < 0.05:
            break
    return at


def _pushed(at: F64, r: F64, gap: F64) -> F64:
    """Return how far each disc gives way to those nearer than `gap`, small before large."""
    delta = at[:, None, :] - at[None, :, :]
    distance = np.maximum(np.hypot(delta[..., 0], delta[..., 1]), 1e-6)
    touch = np.maximum(gap - distance, 0.0)
    np.fill_diagonal(touch, 0.0)
    give = (r**2)[None, :] / ((r**2)[:, None] + (r**2)[None, :])
    found: F64 = (delta * (touch * give / distance)[..., None]).sum(axis=1) * 0.7
    return found


def _rows(r: F64, middle: F64, r_middle: F64) -> F64:
    """Return the places of small communities, in rows below the others (3)."""
    left, right = (middle[:, 0] - r_middle).min(), (middle[:, 0] + r_middle).max()
    step = 2.2 * float(r.max()) + 1.2
    width = max(right - left, np.sqrt(len(r) * step * step * ASPECT * 2))
    columns = max(1, int(width // step))
    n = np.arange(len(r))
    x = (left + right) / 2 - width / 2 + (n % columns + 0.5) * (width / columns)
    y = (middle[:, 1] + r_middle).max() + 2.5 * step + (n // columns) * step
    return np.stack([x, y], axis=1)


def seeds(sizes: I64) -> tuple[F64, F64]:
    """Return x and y of each account from its disc's centre, community after community (4)."""
    first = np.repeat(np.cumsum(sizes) - sizes, sizes)
    n = np.arange(int(sizes.sum())) - first
    lone = np.repeat(sizes, sizes) == 1
    radius = np.where(lone, 0.0, SEED * np.sqrt(n + 0.5))
    return radius * np.cos(n * _GOLDEN), radius * np.sin(n * _GOLDEN)


def placed(sizes: I64, bundles: I64) -> dict[str, Any]:
    """Return all places, moved so that the map begins at 0: centres, radii, x, y, its size."""
    r = radii(sizes)
    if not len(sizes):
        none = np.zeros(0)
        return {"centres": np.zeros((0, 2)), "radii": r, "size": (1, 1), "x": none, "y": none}
    middle = centres(sizes, bundles)
    low = (middle - r[:, None]).min(axis=0)
    middle = middle - low
    size = (middle + r[:, None]).max(axis=0)
    x, y = seeds(sizes)
    which = np.repeat(np.arange(len(sizes)), sizes)
    return {
        "centres": middle, "radii": r, "size": size,
        "x": middle[which, 0] + x, "y": middle[which, 1] + y,
    }  # fmt: skip
