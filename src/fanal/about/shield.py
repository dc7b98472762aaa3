"""Who is behind a proxy on half of the days: they give nothing to what others are told.

The plain days of such an account are the days on which its proxy failed. Were they counted among the
homes of all, or among the votes on a network, others' cards would tell of them.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from fanal.about.rows import Rows
from fanal.kernels.day_rows import behind_proxies

#: Least share of proxy days, and how many days back they are counted: P3 of about/publish.py.
SHIELD_SHARE: Final = 0.5
SHIELD_DAYS: Final = 180


def hidden(rows: Rows) -> NDArray[np.bool_]:
    """Return bool, shape (accounts,): who is behind a proxy; of the year where half a year is empty."""
    found = np.zeros(rows.start.size - 1, bool)
    behind_proxies(rows.start, rows.age, rows.proxy, SHIELD_DAYS, SHIELD_SHARE, found)
    return found
