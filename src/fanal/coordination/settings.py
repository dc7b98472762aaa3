"""What a run of `coordinate` is asked to do, and the constants of the method."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from typing import Any

from fanal.errors import AnalysisError

DEFAULT_WINDOW_S = 60.0
#: Width of the time bins in which hours are compared, microseconds.
BIN_US = 6 * 3600 * 1_000_000
#: Co-actions of a pair closer than this are one coincidence; posts of an account closer than
#: this are one session.
EPISODE_US = 30 * 60 * 1_000_000
#: Accounts that a stratum of the shuffle needs before it stands alone.
STRATUM_ACCOUNTS = 50
#: An object with more actions than this is looked at before its pairs are listed ...
MANY_ACTIONS = 100_000
#: ... and left out of the pairs (not of the null model) when it would give more than this.
MANY_PAIRS = 2_000_000_000
#: Most surprising objects named with each link.
TOP_OBJECTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings of one run.

    Parameters
    ----------
    windows_s
        Seconds, inclusive; several are corrected for. Empty: 60 s, raised to the precision of
        the times when that is coarser.
    fdr
        Level of the false discovery rate, 0 to 1.
    fdr_method
        "bh" (Benjamini-Hochberg) or "by" (Benjamini-Yekutieli).
    shuffles
        How many times accounts are shuffled to see what chance makes.
    seed
        Seed of the shuffles and of the communities.
    threads
        Threads, 0: all there are; results do not depend on it.
    """

    windows_s: tuple[float, ...] = ()
    fdr: float = 0.05
    fdr_method: str = "bh"
    shuffles: int = 1
    seed: int = 0
    threads: int = 1

    def __post_init__(self) -> None:
        """Refuse what no data could answer."""
        if not 0 < self.fdr < 1:
            raise AnalysisError(f"--fdr is {self.fdr}; it lies between 0 and 1.")
        if self.fdr_method not in {"bh", "by"}:
            raise AnalysisError(f"--fdr-method is {self.fdr_method!r}; it is bh or by.")
        if any(not 0 < window <= 86_400 * 31 for window in self.windows_s):
            raise AnalysisError("a window lies between 0 s (excluded) and 31 days.")
        if self.shuffles < 0:
            raise AnalysisError(f"--shuffles is {self.shuffles}; it is 0 or more.")
        if not 0 <= self.seed < 2**63:
            raise AnalysisError(f"--seed is {self.seed}; it lies between 0 and 2**63 - 1.")
        if self.threads < 0:
            raise AnalysisError(f"--threads is {self.threads}; it is 0 (all) or more.")
        if self.threads == 0:
            object.__setattr__(self, "threads", os.cpu_count() or 1)

    def parameters(self) -> dict[str, Any]:
        """Return the settings that results depend on (all but `threads`)."""
        values = asdict(self)
        del values["threads"]
        values["windows_s"] = list(self.windows_s)
        return values
