"""The interval of a share.

Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference,
doi:10.1080/01621459.1927.10502953.
"""

from __future__ import annotations

from math import sqrt

#: 97.5 % point of the normal distribution.
_Z95 = 1.959963984540054


def wilson(right: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share; 0 .. 1 of nothing.

    Examples
    --------
    >>> [round(one, 3) for one in wilson(9, 10)]
    [0.596, 0.982]
    """
    if of == 0:
        return 0.0, 1.0
    share, z2 = right / of, _Z95**2
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = _Z95 * sqrt(share * (1 - share) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    low = middle - half if right else 0.0
    return low, middle + half if right < of else 1.0
