"""How strong a finding is, in one of three words. The ladder stands here and nowhere else.

======  ==========================================  =====================================
word    communities                                 bursts, groups
======  ==========================================  =====================================
strong  median q <= .001 under both null models,    never: a burst is one object at one
        two layers or more, three accounts or       moment, and groups are experimental
        more, contours that hold (>= .9)
plain   median q <= .01, three accounts or more     q or p <= .001; of groups only where
        and contours that hold (>= .75)             the times were tested too
weak    what else passes the level                  what else passes the level
======  ==========================================  =====================================

All of them passed the level of the run, and no fragile link is in them. No word says "certain".
"""

from __future__ import annotations

#: Words, by their key in the catalogues: `strength.weak`, ...
WEAK, PLAIN, STRONG = "weak", "plain", "strong"
LADDER = (WEAK, PLAIN, STRONG)
#: q at most, by word.
Q_STRONG, Q_PLAIN = 0.001, 0.01
#: Share of the links that stay in one community over 20 seeds, at least.
KEPT_STRONG, KEPT_PLAIN = 0.9, 0.75
LAYERS_STRONG = 2
ACCOUNTS = 3


def of_community(*, q: float, layers: int, accounts: int, kept: float) -> str:
    """Return the word for a community.

    Parameters
    ----------
    q
        Median over its links in the headline of the larger q of both null models.
    layers
        Layers in which its co-actions count.
    accounts
        How many are in it.
    kept
        Share of its links that stay together over the seeds, 0 to 1.
    """
    if accounts < ACCOUNTS or kept < KEPT_PLAIN or q > Q_PLAIN:
        return WEAK
    strong = q <= Q_STRONG and kept >= KEPT_STRONG and layers >= LAYERS_STRONG
    return STRONG if strong else PLAIN


def of_burst(q: float) -> str:
    """Return the word for a burst."""
    return PLAIN if q <= Q_STRONG else WEAK


def of_group(p: float, *, times_tested: bool) -> str:
    """Return the word for a group; its p is corrected for every group there could be."""
    return PLAIN if p <= Q_STRONG and times_tested else WEAK
