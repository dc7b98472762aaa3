"""Objects of X with one key moved, renamed or deleted: what is left of the posts."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fanal.readers.base import Rows
from fanal.readers.x_meaning import XPosts

Path = tuple[str, ...]
HOWS = ("up", "renamed", "deleted")


@dataclass(frozen=True)
class Outcome:
    """What became of posts after one mutation.

    `kept` of them were kept, `alike` under the key and account they have unmutated; `fill`: share
    of the posts in which each field was found.
    """

    how: str
    path: Path
    posts: int
    kept: int
    alike: int
    fill: dict[str, float]

    @property
    def share(self) -> float:
        """Share of the posts that were kept."""
        return self.kept / self.posts


def keys_of(items: list[dict[str, Any]], depth: int) -> list[Path]:
    """Return every path of keys, at most `depth` long, that one of the objects has."""
    found: dict[Path, None] = {}
    for item in items:
        found.update(dict.fromkeys(_paths(item, (), depth)))
    return list(found)


def _paths(one: dict[str, Any], before: Path, depth: int) -> Iterator[Path]:
    for key, value in one.items():
        yield (*before, key)
        if isinstance(value, dict) and depth > 1:
            yield from _paths(value, (*before, key), depth - 1)


def mutated(item: dict[str, Any], how: str, path: Path) -> dict[str, Any]:
    """Return a copy of an object with one key moved up, renamed or deleted; itself without it."""
    changed = copy.deepcopy(item)
    parents = [changed]
    for key in path[:-1]:
        inner = parents[-1].get(key)
        if not isinstance(inner, dict):
            return changed
        parents.append(inner)
    if path[-1] not in parents[-1]:
        return changed
    value = parents[-1].pop(path[-1])
    if how == "renamed":
        parents[-1][f"{path[-1]}_v2"] = value
    elif how == "up" and len(parents) > 1:
        parents[-2].setdefault(path[-1], value)
    elif how == "up" and isinstance(value, dict):  # an outer object: what is in it goes up
        for key, inner in value.items():
            parents[-1].setdefault(key, inner)
    return changed


def outcome(
    items: list[dict[str, Any]],
    how: str,
    path: Path,
    known: list[tuple[str, str]] | None = None,
) -> Outcome:
    """Return what is kept of the objects after one mutation, without any help of an envelope."""
    rows = Rows("mutations", lambda _name, _rows: None)
    posts = XPosts(rows, "mutations", "0" * 64)
    kept = alike = 0
    for number, item in enumerate(items, 1):
        before, rejected = len(rows.posts), len(rows.rejects)
        posts.post(mutated(item, how, path), None, number)
        last = rows.posts[-1] if len(rows.posts) > before else None
        if last is not None and len(rows.rejects) == rejected:
            kept += 1
            alike += known is not None and (last[0], last[3]) == known[number - 1]
    return Outcome(how, path, len(items), kept, alike, posts.fill)


def names_of(items: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return (key of the post, key of its account) of each object, unmutated."""
    rows = Rows("mutations", lambda _name, _rows: None)
    posts = XPosts(rows, "mutations", "0" * 64)
    found = []
    for number, item in enumerate(items, 1):
        posts.post(item, None, number)
        found.append((rows.posts[-1][0], rows.posts[-1][3]))
    return found


def outcomes(items: list[dict[str, Any]], depth: int) -> Iterator[Outcome]:
    """Yield what becomes of the objects under each mutation of each key."""
    known = names_of(items)
    for path in keys_of(items, depth):
        for how in HOWS:
            yield outcome(items, how, path, known)
