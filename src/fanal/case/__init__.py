"""One investigation: a folder that adds files, runs analyses and keeps what they found."""

from fanal.case.case import Case, create_case
from fanal.case.opening import open_case
from fanal.case.results import Added, Forgotten, Replayed, Run

__all__ = ["Added", "Case", "Forgotten", "Replayed", "Run", "create_case", "open_case"]
