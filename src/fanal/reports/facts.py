"""What a report asks of a case besides the result of a run: times of posts, births of accounts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

Times = tuple[NDArray[np.int64], NDArray[np.bool_]]


def _no_times(accounts: list[str]) -> Times:
    del accounts
    return np.zeros(0, np.int64), np.zeros(0, np.bool_)


def _no_births(accounts: list[str]) -> Mapping[str, datetime]:
    del accounts
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Look-ups in a case; as made here they know nothing.

    Parameters
    ----------
    times
        Keys of accounts -> time of every post (microseconds, UTC), and whether one of these
        accounts wrote it.
    created
        Keys of accounts -> when each was created, where that is known.
    """

    times: Callable[[list[str]], Times] = _no_times
    created: Callable[[list[str]], Mapping[str, datetime]] = _no_births
