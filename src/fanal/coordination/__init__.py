"""Coordination: which accounts act together beyond chance."""

import fanal.coordination.compiled  # noqa: F401 - before anything below loads numba

# isort: split
from fanal.coordination.actions import Actions, actions_of
from fanal.coordination.analysis import coordinate
from fanal.coordination.coortweet import like_coortweet
from fanal.coordination.result import Result
from fanal.coordination.settings import Settings

__all__ = ["Actions", "Result", "Settings", "actions_of", "coordinate", "like_coortweet"]
