"""The places of X's fields, from ``x_fields.toml`` and a file of the user's own, ready to look up.

1. Both files are lists of paths by field; the user's places go before ours.
2. The paths of one section become a tree of keys, so that one walk over an object finds all
   fields: only what is there is descended into.
3. Of several places of one field the first that holds a value of the right kind wins. Paths with
   ``*`` are a tree of their own, walked only when something needed is missing.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from fanal.errors import ReaderError

#: The user's own file, below the folder for settings.
OVERRIDE: Final = ("fanal", "x_fields.toml")
_SECTIONS: Final = ("post", "account", "url", "hashtag", "mention")
_WRAPPERS: Final = "wrappers"
_NAMES: Final = frozenset({"screen_name", "screen_name_h", "username", "userName"})
_POST_ONLY: Final = frozenset({"full_text", "text", "rawContent", "tweet", "reply_count"})
_EXAMPLE: Final = '[post]\ntext = ["details.body", "legacy.full_text"]'

Places = Mapping[str, Any]
Check = Callable[[Any], bool]
#: A field that ends at a key: its number, the rank of the path, what its value must be.
Leaf = tuple[int, int, Check]
#: Key (text, place in a list, or None for any key) -> fields that end there, what lies below.
Node = dict[Any, tuple[tuple[Leaf, ...], "Node"]]


def is_text(value: Any) -> bool:
    """Tell whether a value is a text that says something."""
    return value.__class__ is str and bool(value) and not value.isspace()


def is_id(value: Any) -> bool:
    """Tell whether a value can be an id: a text, or a number above zero."""
    if value.__class__ is str:
        return bool(value) and value != "0"
    return value.__class__ is int and value > 0


def is_count(value: Any) -> bool:
    """Tell whether a value is a count: a number, or its digits in a text (X writes both)."""
    return value.__class__ is int or (value.__class__ is str and value.isdecimal())


def is_moment(value: Any) -> bool:
    """Tell whether a value can be a time."""
    return value.__class__ is str or (value.__class__ is int and value > 0)


def is_list(value: Any) -> bool:
    """Tell whether a value is a list with something in it."""
    return value.__class__ is list and bool(value)


def is_object(value: Any) -> bool:
    """Tell whether a value is an object with something in it."""
    return value.__class__ is dict and bool(value)


def is_there(value: Any) -> bool:
    """Tell whether a value is an object, empty or not."""
    return value.__class__ is dict


def is_account(value: Any) -> bool:
    """Tell whether an object is an account of X: it has a handle, or says that it is one."""
    if value.__class__ is not dict:
        return False
    if str(value.get("__typename")) in {"User", "XUser"}:
        return True
    for one in (value, value.get("legacy"), value.get("core")):
        if one.__class__ is dict and not _NAMES.isdisjoint(one):
            return _POST_ONLY.isdisjoint(value)
    return False


#: Field -> what its value must be; any other field is a text.
CHECKS: Final[Mapping[str, Check]] = {
    **dict.fromkeys(("id", "author_id", "repost_of", "quote_of", "reply_to"), is_id),
    **dict.fromkeys(("author", "reposted", "quoted"), is_object),
    **dict.fromkeys(("urls", "hashtags", "mentions", "media"), is_list),
    **dict.fromkeys(
        ("likes", "reposts", "replies", "quotes", "views", "bookmarks", "followers", "following",
         "posts"), is_count
    ),
    **dict.fromkeys(("time", "created_at"), is_moment),
    "entities": is_there,
}  # fmt: skip
#: The same for places with ``*``, which may lead anywhere.
CHECKS_ANYWHERE: Final[Mapping[str, Check]] = {**CHECKS, "author": is_account}


class Lookup:
    """Finds the fields of one section in objects.

    Parameters
    ----------
    places
        Field -> its paths, the surest first.
    """

    def __init__(self, places: Mapping[str, Sequence[str]]) -> None:
        self.fields = tuple(places)
        self._none: list[Any] = [None] * len(self.fields)
        self._worst = [1_000_000] * len(self.fields)
        self._plain = self._tree(places, wild=False)
        self._wild = self._tree(places, wild=True)

    def _tree(self, places: Mapping[str, Sequence[str]], *, wild: bool) -> Node:
        # 2. one tree
        root: dict[Any, Any] = {}
        checks = CHECKS_ANYWHERE if wild else CHECKS
        for number, (field, paths) in enumerate(places.items()):
            for rank, path in enumerate(paths):
                keys = path.split(".")
                if ("*" in keys) is wild:
                    node = root
                    for key in keys[:-1]:
                        node = node.setdefault(_key(key), ([], {}))[1]
                    leaf = node.setdefault(_key(keys[-1]), ([], {}))
                    leaf[0].append((number, rank, checks.get(field, is_text)))
        return _frozen(root)

    def find(self, one: dict[str, Any]) -> list[Any]:
        """Return the value of each of `fields`, None where nothing is found."""
        found, ranks = self._none[:], self._worst[:]
        _walk(self._plain, one, found, ranks)
        return found

    def find_anywhere(self, one: dict[str, Any], found: list[Any]) -> list[Any]:
        """Fill what `find` left None from places with ``*``."""
        # 3. never instead of a value from a sure place
        more, ranks = self._none[:], self._worst[:]
        _walk(self._wild, one, more, ranks)
        return [new if old is None else old for old, new in zip(found, more, strict=True)]


def _key(key: str) -> Any:
    return int(key) if key.lstrip("-").isdigit() else None if key == "*" else key


def _frozen(node: dict[Any, Any]) -> Node:
    return {key: (tuple(leaves), _frozen(below)) for key, (leaves, below) in node.items()}


def _walk(node: Node, one: Any, found: list[Any], ranks: list[int]) -> None:
    if one.__class__ is list:
        _walk_list(node, one, found, ranks)
        return
    for key in node.keys() & one.keys():
        value = one[key]
        if value is not None:
            leaves, below = node[key]
            for field, rank, check in leaves:
                if rank < ranks[field] and check(value):
                    found[field] = value
                    ranks[field] = rank
            if below and (value.__class__ is dict or value.__class__ is list):
                _walk(below, value, found, ranks)
    if None in node:
        leaves, below = node[None]
        for value in one.values():
            _take(value, leaves, below, found, ranks)


def _walk_list(node: Node, one: list[Any], found: list[Any], ranks: list[int]) -> None:
    for place, (leaves, below) in node.items():
        if place.__class__ is int and -len(one) <= place < len(one):
            _take(one[place], leaves, below, found, ranks)


def _take(
    value: Any, leaves: tuple[Leaf, ...], below: Node, found: list[Any], ranks: list[int]
) -> None:
    if value is None:
        return
    for field, rank, check in leaves:
        if rank < ranks[field] and check(value):
            found[field] = value
            ranks[field] = rank
    if below and (value.__class__ is dict or value.__class__ is list):
        _walk(below, value, found, ranks)


def first_value(one: Any, paths: Sequence[Sequence[str]]) -> Any:
    """Return the first value that is not None at one of several paths of keys."""
    for path in paths:
        value = one
        for key in path:
            value = value.get(key) if value.__class__ is dict else None
            if value is None:
                break
        if value is not None:
            return value
    return None


@cache
def own_places() -> Places:
    """Return the places that Fanal comes with."""
    text = resources.files("fanal.readers").joinpath("x_fields.toml").read_text("utf-8")
    return tomllib.loads(text)


def override_path() -> Path:
    """Return where the user's own places are looked for: ``~/.config/fanal/x_fields.toml``."""
    folder = os.environ.get("XDG_CONFIG_HOME", "")
    root = Path(folder) if folder else Path.home() / ".config"
    return root.joinpath(*OVERRIDE)


def user_places() -> dict[str, Any]:
    """Return the user's own places, empty when there is no such file.

    Raises
    ------
    ReaderError
        The file is there and cannot be used; the message names what is wrong in it.
    """
    path = override_path()
    try:
        places = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ReaderError(
            f"{path}: cannot be used: {error}", hint=f"Such as:\n{_EXAMPLE}"
        ) from error
    check_places(places, str(path))
    return places


def check_places(places: Mapping[str, Any], name: str) -> None:
    """Raise ReaderError unless every section and field is known and holds a list of paths."""
    known = own_places()
    for section, fields in places.items():
        if section == _WRAPPERS:
            _check_paths(fields, f"{name}: {_WRAPPERS}")
            continue
        if section not in _SECTIONS or not isinstance(fields, Mapping):
            raise ReaderError(
                f"{name}: no such section: {section!r}",
                hint=f"Sections: {_WRAPPERS}, {', '.join(_SECTIONS)}. Such as:\n{_EXAMPLE}",
            )
        for field, paths in fields.items():
            if field not in known[section]:
                raise ReaderError(
                    f"{name}: no such field: {section}.{field}",
                    hint=f"Fields: {', '.join(known[section])}.",
                )
            _check_paths(paths, f"{name}: {section}.{field}")


def _check_paths(paths: Any, where: str) -> None:
    if not isinstance(paths, list) or not all(
        isinstance(path, str) and path and all(path.split(".")) for path in paths
    ):
        raise ReaderError(
            f"{where} is no list of paths: {paths!r:.80}", hint=f"Such as:\n{_EXAMPLE}"
        )


def merged(user: Mapping[str, Any]) -> Places:
    """Return our places with the user's before them."""
    # 1. the user knows better
    own = own_places()
    both: dict[str, Any] = {_WRAPPERS: _in_order(user.get(_WRAPPERS, ()), own[_WRAPPERS])}
    for section in _SECTIONS:
        more = user.get(section, {})
        both[section] = {
            field: _in_order(more.get(field, ()), paths)
            for field, paths in own[section].items()
        }
    return both


def _in_order(first: Sequence[str], then: Sequence[str]) -> list[str]:
    return list(dict.fromkeys((*first, *then)))
