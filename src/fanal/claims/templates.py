"""Groups that share a form, not a claim: weather reports, check-ins, scores.

1. For each group: at which places of its most copied text do the others put something else
   (`fanal.kernels.text_slots`).
2. A group is a template when at least one place is a slot whose entropy is `TEMPLATE_BITS` or
   more: as if four fillings were equally common. A claim that is copied with changes has its
   changes at places that differ from copy to copy; each place keeps one common filling.

What it cannot tell: a campaign that puts another name into the same sentence each time is a
template too. Templates are kept and shown, but are no objects of coordination.

Cost: O(texts of groups), at most 256 texts of a group and 128 words of each.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fanal.claims.different import Different
from fanal.kernels.text_slots import slots_of

#: Entropy of a slot from which on a group is a template; set on generated posts, seed 0.
TEMPLATE_BITS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Slots:
    """What varies in each group.

    Parameters
    ----------
    entropy
        float64, shape (groups,): bits, of the most varied slot; 0 where there is none.
    slots, fixed
        int32, shape (groups,): places that vary, and that hardly do.
    """

    entropy: NDArray[np.float64]
    slots: NDArray[np.int32]
    fixed: NDArray[np.int32]

    @property
    def template(self) -> NDArray[np.bool_]:
        """Whether each group is a template (2)."""
        return self.entropy >= TEMPLATE_BITS


def slots(
    texts: Different,
    members: NDArray[np.int32],
    starts: NDArray[np.int64],
    speakers: NDArray[np.int32],
    pool: ThreadPoolExecutor,
) -> Slots:
    """Return what varies in each group (1).

    Parameters
    ----------
    texts
        The different texts.
    members, starts
        The texts of group g are ``members[starts[g] : starts[g + 1]]``.
    speakers
        int32, shape (groups,): the most copied text of each.
    pool
        Threads; the result does not depend on how many.
    """
    groups = speakers.shape[0]
    entropy = np.empty(groups)
    varying, fixed = np.empty(groups, np.int32), np.empty(groups, np.int32)
    size = 512
    parts = [(first, min(first + size, groups)) for first in range(0, groups, size)]
    list(
        pool.map(
            lambda part: slots_of(
                texts.data, texts.starts, texts.ends, texts.copies, members, starts, speakers,
                *part, entropy, varying, fixed,
            ),
            parts,
        )
    )  # fmt: skip
    return Slots(entropy=entropy, slots=varying, fixed=fixed)
