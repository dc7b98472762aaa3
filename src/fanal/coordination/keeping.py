"""Finished pieces of a run, kept by whoever can keep them, so that it can go on after a stop.

Pieces are arrays under a name; what they are depends on nothing but the actions, the settings and
the number of threads, which is part of their names where it matters.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[Any]]


class Keeper(Protocol):
    """Keeps arrays under names; what cannot be kept is simply not there later."""

    def get(self, name: str) -> Arrays | None:
        """Return what was kept under a name, or None."""

    def put(self, name: str, arrays: Arrays) -> None:
        """Keep arrays under a name; what was there is replaced."""

    def forget(self, prefix: str) -> None:
        """Let go of all whose names begin so."""


class Forgetful:
    """A keeper that keeps nothing."""

    def get(self, name: str) -> Arrays | None:
        """Return None."""
        del name
        return None

    def put(self, name: str, arrays: Arrays) -> None:
        """Keep nothing."""
        del name, arrays

    def forget(self, prefix: str) -> None:
        """Have nothing to let go of."""
        del prefix


class Within:
    """A keeper whose names all begin alike: one shuffle of several.

    Parameters
    ----------
    keeper
        Keeps.
    prefix
        Put before each name.
    """

    def __init__(self, keeper: Keeper, prefix: str) -> None:
        self._keeper, self._prefix = keeper, prefix

    def get(self, name: str) -> Arrays | None:
        """Return what was kept under a name, or None."""
        return self._keeper.get(self._prefix + name)

    def put(self, name: str, arrays: Arrays) -> None:
        """Keep arrays under a name."""
        self._keeper.put(self._prefix + name, arrays)

    def forget(self, prefix: str) -> None:
        """Let go of all whose names begin so."""
        self._keeper.forget(self._prefix + prefix)


def generator_state(generator: np.random.Generator) -> NDArray[np.uint8]:
    """Return where a generator stands, as bytes."""
    return np.frombuffer(json.dumps(generator.bit_generator.state).encode(), np.uint8)


def set_generator(generator: np.random.Generator, state: NDArray[np.uint8]) -> None:
    """Put a generator where `generator_state` found it."""
    generator.bit_generator.state = json.loads(state.tobytes())
