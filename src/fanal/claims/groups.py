"""Posts whose words are the same, or nearly: groups, how each post differs, and the evidence.

1. Texts are folded and collapsed: each different text once (`different`).
2. Different texts that are alike are joined, each join with its evidence (`joining`).
3. Families of texts that share at least their form; those that are templates (`templates`).
4. A template's family is one group, flagged; all else is grouped by what its texts say. A group is
   two posts or more; its most copied text speaks for it. Groups are numbered from the largest on.
5. Each post has a kind, against the most copied text of its group (`kinds_of`).

A text with fewer than 20 characters left (an ideograph counts for two) says too little: such a
post stays alone, however often it is repeated. The same posts in another order, or at another
number of threads, give the same groups.

Cost: about 10 s, .9 GB for a million short posts on two busy cores; grows as posts.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fanal.claims.different import Different, different
from fanal.claims.joining import FAST, THOROUGH, Joined, joined
from fanal.claims.normalise import Texts
from fanal.claims.templates import GroupedTexts, Templates, templates
from fanal.kernels.text_joins import FORM
from fanal.kernels.text_kinds import CUT_OFF, REORDERED, kinds_of

#: Names of the kinds of a post, by number; the first: it stands alone.
KINDS = ("", "exact", "decorated", "edited", "truncated", "reordered")
ALONE, EXACT, DECORATED, EDITED, TRUNCATED, REORDERED_POST = range(6)
MEASURES = ("", "jaccard", "containment", "form")
#: Shares of the time of each part, for the progress.
_FOLDED, _JOINED = 0.35, 0.9

Told = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextGroups:
    """Groups of posts that carry nearly the same words.

    Parameters
    ----------
    group
        int64, shape (rows,): group of each post, 0 the largest; -1: alone.
    kind
        uint8, shape (rows,): place in `KINDS`. Exact: byte for byte the most common form of the
        group's most copied text; decorated: the same once links, mentions, hashtags, emoji, case,
        accents, punctuation and look-alike letters are set aside; truncated: cut off; reordered:
        its parts stand in another order; edited: any other change.
    size
        int64, shape (groups,): posts.
    speaker
        int64, shape (groups,): first row with the most copied text as it is most often written.
    template
        bool, shape (groups,): a form with slots, no claim.
    slot_entropy
        float64, shape (groups,): bits of the most varied slot of its family; 0 without one.
    merges
        Table row_a, row_b (int64), score (0 to 1), measure (jaccard, containment, or form: alike
        but with other numbers, inside templates only): the evidence of each join of two different
        texts, first rows that carry them. Groups of one text that is copied have none.
    """

    group: NDArray[np.int64]
    kind: NDArray[np.uint8]
    size: NDArray[np.int64]
    speaker: NDArray[np.int64]
    template: NDArray[np.bool_]
    slot_entropy: NDArray[np.float64]
    merges: pa.Table


def group_texts(
    texts: Texts, *, fast: bool = False, threads: int = 2, told: Told | None = None
) -> TextGroups:
    """Return the groups of posts that carry nearly the same words.

    Parameters
    ----------
    texts
        An Arrow column of texts, a row per post; null is an empty text.
    fast
        Half the time; finds somewhat fewer of the texts that were changed much.
    threads
        Threads; the result does not depend on it.
    told
        Called with the share that is done, 0 to 1.
    """
    tell = told or (lambda _: None)
    # 1. different texts
    known = different(texts, threads, lambda share: tell(share * _FOLDED))
    # 2. joined
    bars = FAST if fast else THOROUGH
    found = joined(
        known, bars, threads, lambda share: tell(_FOLDED + share * (_JOINED - _FOLDED))
    )
    with ThreadPoolExecutor(max(threads, 1)) as pool:
        # 3. families
        group, family = (_roots(one) for one in found.parent)
        families = _grouped(known, found, family, found.speaker[1])
        forms = templates(known, families, pool)
        # 4. groups
        of_form = np.append(forms.template, np.False_)[families.group]
        speaker = np.where(of_form, found.speaker[1], found.speaker[0])
        grouped = _grouped(known, found, np.where(of_form, family, group), speaker)
        # 5. kinds
        changes = _changes(known, grouped, pool)
    tell(1.0)
    return _told(known, found, grouped, changes, families, forms)


def _roots(parent: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the root of each text."""
    root = parent
    while not np.array_equal(root, above := root[root]):
        root = above
    return root


def _grouped(
    texts: Different, found: Joined, root: NDArray[np.int32], speaker: NDArray[np.int32]
) -> GroupedTexts:
    """Return the components of two posts or more, the largest first."""
    posts = np.zeros(len(texts), np.int64)
    np.add.at(posts, root, texts.copies)
    roots = np.flatnonzero((posts >= 2) & found.says)
    order = np.lexsort((speaker[roots], -posts[roots]))
    number = np.full(len(texts), -1, np.int64)
    number[roots[order]] = np.arange(roots.shape[0])
    group = number[root]
    inside = np.flatnonzero(group >= 0)
    members = inside[np.argsort(group[inside], kind="stable")].astype(np.int32)
    starts = np.searchsorted(group[members], np.arange(roots.shape[0] + 1))
    return GroupedTexts(
        group=group, members=members, starts=starts.astype(np.int64),
        speakers=speaker[roots[order]].astype(np.int32), size=posts[roots[order]],
    )  # fmt: skip


def _changes(
    texts: Different, grouped: GroupedTexts, pool: ThreadPoolExecutor
) -> NDArray[np.uint8]:
    """Return how each different text differs from its group's most copied one (5)."""
    members = grouped.members
    speakers = grouped.speakers[grouped.group[members]]
    kind = np.zeros(members.shape[0], np.uint8)
    size = 16_384
    parts = [(k, min(k + size, members.shape[0])) for k in range(0, members.shape[0], size)]
    list(
        pool.map(
            lambda part: kinds_of(
                texts.data, texts.starts, texts.ends, members, speakers, *part, kind
            ),
            parts,
        )
    )
    changes = np.zeros(len(texts), np.uint8)
    changes[members] = kind
    return changes


def _told(
    texts: Different,
    found: Joined,
    grouped: GroupedTexts,
    changes: NDArray[np.uint8],
    families: GroupedTexts,
    forms: Templates,
) -> TextGroups:
    group = grouped.group[texts.text]
    of_form = np.append(forms.template, np.False_)[families.group]
    exact, rows = _as_most_written(texts, grouped)
    by_change = np.full(4, EDITED, np.uint8)
    by_change[[0, CUT_OFF, REORDERED]] = DECORATED, TRUNCATED, REORDERED_POST
    kind = by_change[changes[texts.text]]
    kind[exact] = EXACT
    kind[group < 0] = ALONE
    family = families.group[grouped.speakers]
    return TextGroups(
        group=group,
        kind=kind,
        size=grouped.size,
        speaker=rows,
        template=forms.template[family],
        slot_entropy=forms.entropy[family],
        merges=_merges(texts, found, grouped.group, of_form),
    )


def _as_most_written(
    texts: Different, grouped: GroupedTexts
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows that are, byte for byte, the commonest form of a most copied text.

    And the first of them for each group. Of equally common forms the one whose hash is smallest.
    """
    speaks = np.zeros(len(texts), np.bool_)
    speaks[grouped.speakers] = True
    rows = np.flatnonzero(speaks[texts.text])
    of = grouped.group[texts.text[rows]]
    order = np.lexsort((rows, texts.raw_hash[rows], of))
    of, form, rows = of[order], texts.raw_hash[rows][order], rows[order]
    opens = np.ones(rows.shape[0], np.bool_)
    opens[1:] = (of[1:] != of[:-1]) | (form[1:] != form[:-1])
    begins = np.flatnonzero(opens)
    many = np.diff(begins, append=rows.shape[0])
    best = np.lexsort((np.arange(begins.shape[0]), -many, of[begins]))
    firsts = best[np.unique(of[begins][best], return_index=True)[1]]
    chosen = np.zeros(begins.shape[0], np.bool_)
    chosen[firsts] = True
    return rows[chosen[np.cumsum(opens) - 1]], rows[begins[firsts]]


def _merges(
    texts: Different, found: Joined, group: NDArray[np.int64], of_form: NDArray[np.bool_]
) -> pa.Table:
    together = group[found.a] == group[found.b]
    kept = np.flatnonzero(together & ((found.measure != FORM) | of_form[found.a]))
    names = pa.array(MEASURES, pa.string())
    measure = pa.DictionaryArray.from_arrays(
        pa.array(found.measure[kept].astype(np.int8)), names
    )
    return pa.table(
        {
            "row_a": texts.first[found.a[kept]],
            "row_b": texts.first[found.b[kept]],
            "score": found.score[kept],
            "measure": measure.cast(pa.string()),
        }
    )
