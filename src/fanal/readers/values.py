"""Values of table cells: ids, texts, flags, counts, lists, and what a text itself holds."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from fanal.readers.columns import TRUE

#: Integers above are not exact in a float.
_EXACT: Final = 2**53
_ROUNDED: Final = re.compile(r"[+-]?\d(?:[.,]\d+)?[eE]\+?\d+")
_WHOLE: Final = re.compile(r"[+-]?\d+\.0+")
_QUOTED: Final = re.compile(
    r"""\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^,]+))\s*(?:,|$)"""
)
_URL_GAP: Final = re.compile(r"[|\s]+|[,;]\s*(?=https?:)")
_TAG_GAP: Final = re.compile(r"[|,;\s]+")
_EMPTY: Final = frozenset({"", "nan", "none", "null", "na", "n/a", "<na>", "nat"})

_URL_IN_TEXT: Final = re.compile(r"https?://[^\s<>\"'“”«»]+")
#: The sign first: it is looked for, then what stands before it.
_TAG_IN_TEXT: Final = re.compile(r"[#＃](?<![\w&/].)(\w*[^\W\d_]\w*)")
_MENTION_IN_TEXT: Final = re.compile(r"@(?<![\w/].)(\w{1,50})")


class RoundedIdError(ValueError):
    """An id that went through a spreadsheet or a float: its last digits are lost."""


def text_value(value: Any) -> str | None:
    """Return a cell as text; empty cells and NaN as None; NUL is replaced."""
    if type(value) is str:
        text = value
    elif value is None or value != value:  # noqa: PLR0124
        return None
    else:
        text = str(value)
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    return text if text and not text.isspace() else None


def id_value(value: Any) -> str | None:
    """Return a cell as an id: text as it is, ``12.0`` as ``12``.

    Raises
    ------
    RoundedIdError
        The last digits are lost (``1.05E+18``).
    """
    if isinstance(value, float):
        if value != value:  # noqa: PLR0124
            return None
        if abs(value) >= _EXACT:
            raise RoundedIdError("an id rounded by a spreadsheet or a float")
        return str(int(value)) if value.is_integer() else str(value)
    text = text_value(value)
    if text is None:
        return None
    text = text.strip()
    if text.isdigit():
        return text
    if text.casefold() in _EMPTY:
        return None
    if _ROUNDED.fullmatch(text):
        raise RoundedIdError("an id rounded by a spreadsheet or a float")
    return text.split(".")[0] if _WHOLE.fullmatch(text) else text


def flag_value(value: Any) -> bool:
    """Return whether a cell says yes."""
    if isinstance(value, bool):
        return value
    return value is not None and str(value).strip().casefold() in TRUE


def count_value(value: Any) -> int | None:
    """Return a cell as a count, None when it is none."""
    if type(value) is int:
        return value if -_EXACT <= value <= _EXACT else None
    if value is None or isinstance(value, bool):
        return None
    try:
        found = int(value) if not isinstance(value, str) else int(float(value.replace(" ", "")))
    except (ValueError, OverflowError, TypeError):
        return None
    return found if abs(found) <= _EXACT else None


def urls_value(value: Any) -> list[str]:
    """Return a cell as links: ``[a, b]``, ``a|b``, ``a b``, one for each once."""
    return _once(_items(value, _URL_GAP))


def hashtags_value(value: Any) -> list[str]:
    """Return a cell as hashtags: without ``#``, case folded, one for each once."""
    return _once(item.lstrip("#＃").casefold() for item in _items(value, _TAG_GAP))


def names_value(value: Any) -> list[str]:
    """Return a cell as handles or ids, without ``@``."""
    return _once(item.lstrip("@") for item in _items(value, _TAG_GAP))


def urls_in(text: str) -> list[str]:
    """Return the links in a text; one cut short by ``…`` is none."""
    if "://" not in text:
        return []
    found = []
    for link in _URL_IN_TEXT.findall(text):
        bare = link.rstrip(".,;:!?)]}*")
        if not bare.endswith("…"):
            found.append(bare)
    return _once(found)


def hashtags_in(text: str) -> list[str]:
    """Return the hashtags in a text, case folded."""
    if "#" not in text and "＃" not in text:
        return []
    return _once(tag.casefold() for tag in _TAG_IN_TEXT.findall(text))


def mentions_in(text: str) -> list[str]:
    """Return the handles that a text mentions."""
    return _once(_MENTION_IN_TEXT.findall(text)) if "@" in text else []


def _items(value: Any, gap: re.Pattern[str]) -> list[str]:
    if value is None or value == "":
        return []
    if isinstance(value, list | tuple):
        return [text for item in value if (text := _item(item))]
    text = str(value).strip()
    if text.casefold() in _EMPTY:
        return []
    if text.startswith("[") and text.endswith("]"):
        return _list_items(text)
    return [item for item in gap.split(text) if item]


def _item(item: Any) -> str | None:
    if type(item) is str:
        return text_value(item)
    if isinstance(item, dict):  # an entity object of a platform
        for key in ("unwound_url", "expanded_url", "url", "tag", "text", "username", "name"):
            if item.get(key):
                return str(item[key])
        return None
    return text_value(item)


def _list_items(text: str) -> list[str]:
    if text[1:2] in {'"', "{"}:
        try:
            return _items(json.loads(text), _TAG_GAP)
        except ValueError:
            pass
    found = (next(filter(None, groups), "").strip() for groups in _QUOTED.findall(text[1:-1]))
    return [item for item in found if item]


def _once(items: Any) -> list[str]:
    return list(dict.fromkeys(filter(None, items)))
