"""The mapping of a table: which column means what, as a dict or a ``mapping.toml``.

::

    platform = "x"              # prefix of all keys; default "other"
    time_zone = "Europe/Paris"  # of times that name none
    time_unit = "s"             # s | ms | us, of integer times; default: by size
    day_first = true            # 03/04/2015 is the third of April
    holds = "accounts"          # a row is an account; default "posts"
    images = true               # hash the pictures beside a Telegram export (extra [images])

    [columns]
    account = "user id"
    time = "posted"
    text = "message"
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from fanal.errors import ReaderError
from fanal.model.time import HOLD_TIME, UNIT_US, time_zone
from fanal.readers.columns import CONTENT, NAMES

#: Fields that a mapping may fill.
FIELDS: Final = (*NAMES, "observed_at")
#: Fields that make a record a post even where nothing says what was posted.
_SIGNS: Final = frozenset({"post_id", "is_repost", "is_reply", "is_quote"})
_KEYS: Final = {
    "platform": str,
    "time_zone": str,
    "time_unit": str,
    "day_first": bool,
    "holds": str,
    "images": bool,
    "columns": Mapping,
}
_EXAMPLE: Final = 'platform = "x"\n[columns]\naccount = "user"\ntime = "date"\ntext = "message"'


def load_mapping(text: str, name: str = "mapping.toml") -> dict[str, Any]:
    """Return the mapping that a TOML text holds.

    Raises
    ------
    ReaderError
        Not TOML, or not a mapping; the message names the key at fault.
    """
    try:
        mapping = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ReaderError(f"{name}: not TOML: {error}", hint=f"Such as:\n{_EXAMPLE}") from error
    check_mapping(mapping, name)
    return mapping


def check_mapping(mapping: Mapping[str, Any], name: str = "mapping") -> None:
    """Raise ReaderError when a mapping holds an unknown key, field, zone or unit."""
    for key, value in mapping.items():
        if key not in _KEYS:
            raise ReaderError(f"{name}: no such key: {key!r}", hint=f"Keys are {_list(_KEYS)}.")
        if not isinstance(value, _KEYS[key]):
            raise ReaderError(
                f"{name}: {key} cannot be {value!r}", hint=f"Such as:\n{_EXAMPLE}"
            )
    for field, column in mapping.get("columns", {}).items():
        if field not in FIELDS:
            raise ReaderError(
                f"{name}: no such field: {field!r}", hint=f"Fields: {_list(FIELDS)}."
            )
        if not isinstance(column, str) or not column:
            raise ReaderError(f"{name}: {field} names no column: {column!r}")
    _check_values(mapping, name)


def _check_values(mapping: Mapping[str, Any], name: str) -> None:
    platform = mapping.get("platform", "other")
    if not re.fullmatch(r"[a-z][a-z0-9_-]{0,30}", platform) or platform == "file":
        raise ReaderError(
            f"{name}: platform cannot be {platform!r}", hint="One lower-case word, such as x."
        )
    if mapping.get("holds", "posts") not in {"posts", "accounts"}:
        raise ReaderError(
            f"{name}: holds cannot be {mapping['holds']!r}", hint="One of posts, accounts."
        )
    if mapping.get("time_unit", "") not in {"", *UNIT_US}:
        raise ReaderError(
            f"{name}: time_unit cannot be {mapping['time_unit']!r}", hint="One of s, ms, us."
        )
    if mapping.get("time_zone"):
        try:
            time_zone(mapping["time_zone"])
        except ValueError as error:
            raise ReaderError(
                f"{name}: {error}", hint='Such as "Europe/Paris" or "UTC".'
            ) from error


def dump_mapping(mapping: Mapping[str, Any]) -> str:
    """Return a mapping as TOML, in a fixed order: the text to save, and to hash."""
    lines = [
        f"{key} = {json.dumps(mapping[key], ensure_ascii=False)}"
        for key in _KEYS
        if key != "columns" and mapping.get(key) not in {None, ""}
    ]
    lines += ["", "[columns]"]
    columns = mapping.get("columns", {})
    lines += [
        f"{field} = {json.dumps(columns[field], ensure_ascii=False)}"
        for field in FIELDS
        if field in columns
    ]
    return "\n".join(lines).strip() + "\n"


def require(
    columns: Mapping[str, str],
    names: Sequence[str],
    file: str,
    mapping: Mapping[str, Any] | None = None,
    *,
    said: bool = False,
) -> None:
    """Raise ReaderError unless account, time and something to act on are mapped and there.

    Parameters
    ----------
    columns
        Field -> name of column.
    names
        Columns that the file has.
    file
        Name of the file, for the message.
    mapping
        For ``platform`` (ids of some hold the time) and ``holds`` (accounts need no time).
    said
        Whether the user named the columns: then posts without words are meant.
    """
    absent = [name for name in columns.values() if name not in names]
    if absent:
        raise ReaderError(
            f"{file}: no such column: {_list(absent)}; its columns are {_list(names)}",
            hint="Correct the mapping.",
        )
    mapping = mapping or {}
    of_posts = mapping.get("holds") != "accounts"
    missing = []
    if not {"account", "handle"} & columns.keys():
        missing.append("account")
    in_id = mapping.get("platform") in HOLD_TIME and "post_id" in columns
    if of_posts and "time" not in columns and not in_id:
        missing.append("time")
    if of_posts and not said and not (CONTENT | _SIGNS) & columns.keys():
        missing.append("text (or urls, hashtags, repost_of)")
    if missing:
        raise ReaderError(
            f"{file}: no column found for {_list(missing)}; its columns are {_list(names)}",
            hint=f"Say which is which in a file, and pass it with --mapping M.toml:\n{_EXAMPLE}",
        )


def _list(names: Any) -> str:
    shown = list(names)
    more = f" and {len(shown) - 40} more" if len(shown) > 40 else ""
    return ", ".join(str(name)[:60] for name in shown[:40]) + more
