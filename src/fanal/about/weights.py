"""Weights of the estimate, with the record of how well they are calibrated: read and written.

Two sets: with the country of the app store, and without. Each carries its own record: on which
worlds and seeds it was fitted and measured, when, and what came out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fanal.errors import AnalysisError
from fanal.kernels.home import NAMES

#: Raised whenever a feature changes: weights of another format are refused.
FORMAT: Final = 1
_FILE: Final = "weights.json"
SETS: Final = ("with_store", "without_store")


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights and temperature of one set.

    Parameters
    ----------
    values
        float64, shape (FEATURES,).
    temperature
        float64, shape (2,): log-odds are divided by ``t0 + t1 / sqrt(1 + plain days)``.
    """

    values: NDArray[np.float64]
    temperature: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class WeightsFile:
    """Both sets and their record.

    Parameters
    ----------
    with_store, without_store
        The two sets.
    record
        What was measured; `docs/methods/about-estimate.md` says how to read it.
    """

    with_store: Weights
    without_store: Weights
    record: dict[str, Any]

    def chosen(self, *, with_store: bool) -> Weights:
        """Return one of the sets."""
        return self.with_store if with_store else self.without_store


def read_weights(path: Path | None = None) -> WeightsFile:
    """Return the weights of a file; those that Fanal comes with when None.

    Raises
    ------
    AnalysisError
        The file is not such a file, or of another format.
    """
    try:
        text = (
            resources.files("fanal.about").joinpath(_FILE).read_text("utf-8")
            if path is None
            else path.read_text("utf-8")
        )
        found = json.loads(text)
        if found["format"] != FORMAT or found["features"] != list(NAMES):
            raise AnalysisError(
                f"{path or _FILE}: weights of another format than {FORMAT}.",
                hint="Make them anew: fanal about train.",
            )
        with_store, without_store = (_set(found[name]) for name in SETS)
        record = dict(found["record"])
    except (ValueError, KeyError, TypeError) as error:
        raise AnalysisError(f"{path or _FILE}: not a file of weights.") from error
    return WeightsFile(with_store, without_store, record)


def weights_text(weights: WeightsFile) -> str:
    """Return weights as the text of a file: same weights, same bytes."""
    sets = {
        name: {
            "values": [float(f"{one:.12g}") for one in chosen.values],
            "temperature": [float(f"{one:.12g}") for one in chosen.temperature],
        }
        for name, chosen in zip(SETS, (weights.with_store, weights.without_store), strict=True)
    }
    whole = {"format": FORMAT, "features": list(NAMES), **sets, "record": weights.record}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _set(found: dict[str, Any]) -> Weights:
    values = np.array(found["values"], np.float64)
    temperature = np.array(found["temperature"], np.float64)
    if values.shape != (len(NAMES),) or temperature.shape != (2,):
        raise ValueError("wrong number of weights")
    return Weights(values, temperature)
