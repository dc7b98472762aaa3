"""JSON lines of flat or nested objects: columns are keys, ``author.id`` reaches inside.

1. A key written with dots in the file goes before the path of that name.
2. Mapping and guesses as for tables (readers/tabular.py).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

import msgspec

from fanal.errors import ReaderError
from fanal.readers import shapes, x_twarc
from fanal.readers.base import Head, Reader, Rows, Settings, Source
from fanal.readers.columns import Sample, guess
from fanal.readers.general import known_elsewhere
from fanal.readers.lines import Line, records
from fanal.readers.mapped import Mapped
from fanal.readers.sources import head as head_of
from fanal.readers.tabular import complete_mapping
from fanal.readers.undisturbed import undisturbed

_OBJECT: Final = msgspec.json.Decoder(dict[str, Any])
_SAMPLE: Final = 1000
#: Objects inside objects that are looked into for columns.
_DEPTH: Final = 3
#: Lines made rows of at once.
_AT_ONCE: Final = 1000


def _sniff(head: Head) -> float:
    start = head.data.lstrip()
    if not start.startswith(b"{") or known_elsewhere(head):
        return 0.0
    sample = _sample(head)
    if not sample.records or shapes.known_json(start):
        return 0.0
    columns = guess(sample)["columns"]
    return 0.5 if "time" in columns and {"account", "handle"} & columns.keys() else 0.0


def _guess(head: Head) -> Mapping[str, Any]:
    return guess(_sample(head))


def _sample(head: Head) -> Sample:
    lines = head.data.split(b"\n")
    if not head.complete:
        lines = lines[:-1]
    objects = list(_objects(lines[:_SAMPLE]))
    names: dict[str, None] = {}
    for one in objects:
        names.update(dict.fromkeys(_names(one)))
    return Sample(tuple(names), [[value_at(one, name) for name in names] for one in objects])


def _objects(lines: list[bytes]) -> Iterator[dict[str, Any]]:
    for line in lines:
        with contextlib.suppress(ValueError, TypeError):
            yield _decoded(line)[0]


def _names(one: Mapping[str, Any], before: str = "", depth: int = 0) -> Iterator[str]:
    for key, value in one.items():
        if isinstance(value, dict) and depth < _DEPTH:
            yield from _names(value, f"{before}{key}.", depth + 1)
        else:
            yield f"{before}{key}"


def value_at(one: Any, path: str) -> Any:
    """Return what stands at a path such as ``author.id``; None when nothing does."""
    # 1. the key as written first
    if not isinstance(one, dict):
        return None
    if path in one:
        return one[path]
    first, dot, rest = path.partition(".")
    return value_at(one.get(first), rest) if dot else None


def _read(source: Source, settings: Settings, rows: Rows) -> None:
    head = head_of(source)
    sample = _sample(head)
    if not sample.records:
        raise ReaderError(
            f"{source.name}: no JSON object on any of its first lines",
            hint="JSON lines hold one object a line: jq -c '.[]' FILE > FILE.jsonl",
        )
    # 2. mapping
    mapping = complete_mapping(settings.mapping, sample, source.name)
    mapped = Mapped(source, mapping, settings, rows)
    if "time" in mapping["columns"]:
        mapped.learn(sample.values(mapping["columns"]["time"]))
    with source.open() as stream:
        every = records(stream, source.name, rows)
        found = (line for line in every if line[1] and not line[1].isspace())
        while some := list(islice(found, _AT_ONCE)):
            with undisturbed():
                _add(some, mapped, rows, source)


def _add(some: list[Line], mapped: Mapped, rows: Rows, source: Source) -> None:
    objects, good = [], []
    for number, raw in some:
        try:
            one, mended = _decoded(raw)
        except (ValueError, TypeError):
            rows.reject(f"{source.name}:{number}", None, "not a JSON object", raw)
            continue
        if mended:
            sentence = f"Line {number} holds broken characters: such text was mended."
            rows.note(sentence, once="mended")
        objects.append(one)
        good.append((number, raw))
    columns = [_column(objects, column) for column in mapped.columns]
    mapped.add_all(columns, [number for number, _ in good], lambda place: good[place][1])


def _column(objects: list[dict[str, Any]], path: str) -> list[Any]:
    """Return what `value_at` finds in each object."""
    if "." not in path:
        return [one.get(path) for one in objects]
    first, _, rest = path.partition(".")
    if "." in rest or any(path in one for one in objects):
        return [value_at(one, path) for one in objects]
    found = [one.get(first) for one in objects]
    return [one.get(rest) if one.__class__ is dict else None for one in found]


def _decoded(raw: bytes) -> tuple[dict[str, Any], bool]:
    """Return an object, and whether its text had to be mended."""
    try:
        return _OBJECT.decode(raw), False
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    mended = x_twarc.mend(raw)
    return _OBJECT.decode(mended), mended != raw


READER = Reader(
    name="jsonl",
    version=1,
    title="JSON lines, one post a line; keys guessed or named by a mapping",
    blind_spot=(
        "The file shows what its maker chose to keep: which posts were left out, and on what "
        "ground, it does not say."
    ),
    sniff=_sniff,
    read=_read,
    guess=_guess,
)
