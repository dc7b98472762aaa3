"""The reference world's parameters: read, shifted, checked; and its hash."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

from fanal.errors import AnalysisError

_FILE: Final = "world.toml"
#: In the order of `[kinds]`; the truth table names them.
KINDS: Final = (
    "resident", "some_vpn", "traveller", "migrant", "border_worker", "always_vpn",
    "corporate_vpn", "farm", "shared", "mislocated",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class World:
    """Parameters of a made-up platform.

    Parameters
    ----------
    values
        As in world.toml, without the shifts.
    sha256
        Of the values, first 16 digits: what weights were trained on.
    """

    values: dict[str, Any]
    sha256: str

    def __getitem__(self, path: str) -> Any:
        """Return a value by its path: ``place.geo_noise``."""
        found: Any = self.values
        for name in path.split("."):
            found = found[name]
        return found


def reference_world() -> World:
    """Return the reference world (docs/reference-world.md)."""
    values = _file()
    values.pop("shifts")
    return _world(values)


def shift_names() -> tuple[str, ...]:
    """Return the names of the shifts: worlds that differ from the reference in one way."""
    return tuple(_file()["shifts"])


def shifted(world: World, shift: str | None) -> World:
    """Return `world` with the values of a named shift.

    Raises
    ------
    AnalysisError
        There is no such shift.
    """
    if shift is None:
        return world
    shifts = _file()["shifts"]
    if shift not in shifts:
        raise AnalysisError(
            f"there is no shift {shift!r}.", hint=f"There are: {', '.join(shifts)}."
        )
    return changed(world, shifts[shift])


def changed(world: World, changes: dict[str, Any]) -> World:
    """Return `world` with other values, by path."""
    values = json.loads(json.dumps(world.values, default=str))
    for path, value in changes.items():
        *parts, last = path.split(".")
        place = values
        for name in parts:
            place = place[name]
        place[last] = value
    return _world(values)


def _world(values: dict[str, Any]) -> World:
    text = json.dumps(values, sort_keys=True, default=str)
    total = sum(values["kinds"].values())
    if abs(total - 1.0) > 1e-9:
        raise AnalysisError(f"the shares of the kinds of account sum to {total}, not to 1.")
    return World(values, hashlib.sha256(text.encode()).hexdigest()[:16])


def _file() -> dict[str, Any]:
    text = resources.files("fanal.about").joinpath(_FILE).read_text("utf-8")
    return tomllib.loads(text)
