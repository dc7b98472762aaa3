"""Groups that share a form, not a claim: weather reports, check-ins, scores.

1. For each group: at which places of its most copied text do the others put something else
   (`fanal.kernels.text_slots`).
2. A group is a template when at least one place is a slot whose entropy is `TEMPLATE_BITS` or
   more: as if four fillings were equally common. A claim that is copied with changes has its
   changes at places that differ from copy to copy; each place keeps one common filling.
3. The fixed words of templates are forms. A small group of such a form, whose fillings are alike
   by chance, is a template too: of a form with n posts, one with at most 3 or n / 100 posts. More
   copies of one filling are copies.

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
from fanal.kernels.text_slots import FIXED, VARIES, WORDS, of_a_form, slots_of, words_of

#: Entropy of a slot from which on a group is a template; set on generated posts, seed 0.
TEMPLATE_BITS = 2.0
#: Posts of a group that chance may bring together: at least so many, and so large a share.
_BY_CHANCE, _SHARE = 3, 0.01
#: Fixed words that make a form, and slots for each of them at most.
_FEWEST_FIXED, _SLOTS_EACH = 2, 2
_PART = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Templates:
    """What varies in each group.

    Parameters
    ----------
    entropy
        float64, shape (groups,): bits, of the most varied slot; 0 where there is none.
    template
        bool, shape (groups,): whether it is a template.
    """

    entropy: NDArray[np.float64]
    template: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupedTexts:
    """Different texts in groups.

    Parameters
    ----------
    group
        int64, shape (texts,): group of each; -1 where it has none.
    members, starts
        The texts of group g are ``members[starts[g] : starts[g + 1]]``.
    speakers
        int32, shape (groups,): the most copied text of each.
    size
        int64, shape (groups,): posts.
    """

    group: NDArray[np.int64]
    members: NDArray[np.int32]
    starts: NDArray[np.int64]
    speakers: NDArray[np.int32]
    size: NDArray[np.int64]


def templates(texts: Different, grouped: GroupedTexts, pool: ThreadPoolExecutor) -> Templates:
    """Return which groups are templates; the result does not depend on the threads of `pool`."""
    groups = grouped.speakers.shape[0]
    # 1. what varies
    parts = [
        np.arange(first, min(first + _PART, groups), dtype=np.int32)
        for first in range(0, groups, _PART)
    ]
    found = pool.map(lambda part: _slots(texts, grouped, part, places=False)[0], parts)
    entropy = np.concatenate([np.zeros(0), *found])
    # 2. templates
    template = entropy >= TEMPLATE_BITS
    # 3. more of their forms
    forms = _forms(texts, grouped, np.flatnonzero(template).astype(np.int32))
    if forms is not None:
        rest = np.flatnonzero(~template)
        fits = np.empty(rest.shape[0], np.uint8)
        of_a_form(
            texts.data, texts.starts, texts.ends, grouped.speakers[rest], *forms[:2],
            grouped.size[rest], forms[2], fits,
        )  # fmt: skip
        template[rest] = fits.astype(np.bool_)
    return Templates(entropy=entropy, template=template)


def _slots(
    texts: Different, grouped: GroupedTexts, which: NDArray[np.int32], *, places: bool
) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    entropy = np.empty(which.shape[0])
    sort = np.zeros((which.shape[0] if places else 0, WORDS), np.uint8)
    slots_of(
        texts.data, texts.starts, texts.ends, texts.copies, grouped.members, grouped.starts,
        grouped.speakers, which, entropy, sort,
    )  # fmt: skip
    return entropy, sort


def _forms(
    texts: Different, grouped: GroupedTexts, which: NDArray[np.int32]
) -> tuple[NDArray[np.uint64], NDArray[np.int32], NDArray[np.int64]] | None:
    """Return fixed words, their number and that of slots, and posts by chance, of each form (3)."""
    known: dict[tuple[int, ...], list[int]] = {}
    words = np.empty(WORDS, np.uint64)
    _, places = _slots(texts, grouped, which, places=True)
    for group, sort in zip(which.tolist(), places, strict=True):
        speaker = grouped.speakers[group]
        many = words_of(texts.data, texts.starts[speaker], texts.ends[speaker], words)
        fixed = tuple(words[:many][sort[:many] == FIXED].tolist())
        slots = int((sort[:many] == VARIES).sum())
        if len(fixed) >= _FEWEST_FIXED and slots <= _SLOTS_EACH * len(fixed):
            form = known.setdefault(fixed, [0, 0])
            form[0] = max(form[0], slots)
            form[1] += int(grouped.size[group])
    if not known:
        return None
    forms = sorted(known)
    rows = np.zeros((len(forms), WORDS), np.uint64)
    for k, form_words in enumerate(forms):
        rows[k, : len(form_words)] = form_words
    sizes = np.array([(len(fixed), known[fixed][0]) for fixed in forms], np.int32)
    posts = np.array([known[fixed][1] for fixed in forms])
    return rows, sizes, np.maximum(_BY_CHANCE, (posts * _SHARE).astype(np.int64))
