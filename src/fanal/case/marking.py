"""Posts as a person names them, and what she says of them: yes, this carries the claim, or no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fanal.errors import CaseError
from fanal.model.names import pseudonymous
from fanal.store.folder import Folder
from fanal.store.marks import set_marks

#: How the pseudonym of a post begins.
HIDDEN = "O-"
ANSWERS = frozenset({"yes", "no", ""})
_NAMED = """
SELECT post, post AS name FROM posts WHERE post IN (SELECT unnest($names))
UNION SELECT post, post_id FROM posts WHERE post_id IN (SELECT unnest($names))
"""


def mark_posts(
    folder: Folder, case: Any, kind: str, values: Mapping[str, str], now: int
) -> None:
    """Keep what is said of posts, of one kind of mark.

    Parameters
    ----------
    values
        Post, as `post_keys` takes it -> ``yes``, ``no``, or empty to take a mark away.

    Raises
    ------
    CaseError
        Another word, or no such post.
    """
    wrong = sorted(set(values.values()) - ANSWERS)
    if wrong:
        raise CaseError(f"a mark is yes or no, not {wrong[0]!r}.")
    keys = post_keys(folder, case, list(values))
    set_marks(folder, kind, {keys[name]: value for name, value in values.items()}, now)


def post_keys(folder: Folder, case: Any, names: Sequence[str]) -> dict[str, str]:
    """Return the key of each post as it was named: a key, the platform's id, or ``O-...``.

    Raises
    ------
    CaseError
        There is no such post, or several have this id.
    """
    found: dict[str, set[str]] = {name: set() for name in names}
    rows = folder.ask(
        lambda connection, _: connection.sql(_NAMED, params={"names": list(names)}).fetchall()
    )
    for post, name in rows:
        found[name].add(post)
    if any(name.startswith(HIDDEN) for name in names):
        hide = pseudonymous(case.pseudonyms()).object
        for post in _all_posts(folder):
            if (name := hide(post)) in found:
                found[name].add(post)
    for name, keys in found.items():
        if len(keys) != 1:
            told = "several posts have this id" if keys else "no such post"
            raise CaseError(
                f"{folder.path}: post {name!r}: {told}.",
                hint=f'`fanal show {folder.path} --find "its words"` finds its key.',
            )
    return {name: keys.pop() for name, keys in found.items()}


def _all_posts(folder: Folder) -> list[str]:
    rows = folder.ask(lambda connection, _: connection.sql("SELECT post FROM posts").fetchall())
    return [post for (post,) in rows]
