"""JSON taken apart record by record: same records whatever the list they stand in."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fanal.readers.cutter import Cutter
from reading import Read

Reading = Callable[..., Read]
RECORDS: list[Any] = [
    {"a": 'x\\"}{', "b": [1, {"c": "]"}]},
    {"t": "\\"},
    {"u": "é\n", "d": {"e": []}},
    {"quote": '"', "slashes": "\\\\"},
]
DOCUMENTS = {
    "one after another": (0, "\n".join(json.dumps(one, indent=1) for one in RECORDS)),
    "a list": (1, json.dumps(RECORDS)),
    "a list over lines": (1, json.dumps(RECORDS, indent=2)),
    "a list in an object": (2, json.dumps({"k": "}", "list": RECORDS, "m": {"x": 1}})),
    "deeper": (3, json.dumps({"log": {"v": 1, "entries": RECORDS}})),
}


def cut(depth: int, data: bytes, size: int, limit: int = 10**6) -> tuple[list[Any], Cutter]:
    """Return the records of a document that comes in pieces of `size` bytes, with their lines."""
    cutter = Cutter(depth, limit)
    found = []
    for at in range(0, len(data), size):
        found += list(cutter.feed(data[at : at + size]))
    return found, cutter


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 10**6])
def test_records_are_the_same_in_pieces_of_any_size(name: str, size: int) -> None:
    depth, text = DOCUMENTS[name]
    found, cutter = cut(depth, text.encode(), size)
    assert [json.loads(raw) for _, raw in found] == RECORDS
    assert not cutter.open
    assert not cutter.between
    lines = text.split("\n")
    assert all(raw.decode().split("\n")[0] in lines[number - 1] for number, raw in found)


def test_a_document_cut_anywhere_gives_the_records_before_the_cut() -> None:
    depth, text = DOCUMENTS["a list over lines"]
    data = text.encode()
    random = np.random.default_rng(3)
    for end in random.integers(1, len(data) - 1, 200):
        found, cutter = cut(depth, data[:end], 5)
        assert [json.loads(raw) for _, raw in found] == RECORDS[: len(found)]
        assert cutter.open
        number, raw = cutter.rest()
        assert 1 <= number <= text.count("\n") + 1
        assert raw


def test_what_lies_between_records_is_told_with_its_line() -> None:
    found, cutter = cut(1, b'[{"a": 1},\n 12, "b",\n{"c": 2}]', 4)
    assert len(found) == 2
    assert {number for number, _ in cutter.between} == {2}
    assert b"12" in b"".join(raw for _, raw in cutter.between)


def test_a_record_beyond_the_limit_costs_itself_and_no_other() -> None:
    long = json.dumps({"a": "x" * 500 + "\n" * 3}, indent=1)
    text = f'[{{"b": 1}},\n{long},\n{{"c": 2}}]'
    for size in (7, 50, 10**6):
        found, cutter = cut(1, text.encode(), size, limit=200)
        assert [json.loads(raw) for _, raw in found] == [{"b": 1}, {"c": 2}]
        assert [number for number, _ in found] == [1, 5]
        ((number, raw),) = cutter.too_long
        assert number == 2
        assert raw.startswith(b'{\n "a": "xxx')
        assert not cutter.open


def test_what_never_closes_is_not_held() -> None:
    found, cutter = cut(1, b'[{"a": "' + b"x" * 500_000, 5000, limit=20_000)
    assert not found
    assert cutter.open
    assert len(cutter.rest()[1]) <= 4096


def test_a_list_that_does_not_end_is_said(read: Reading) -> None:
    one = {"id_str": "5", "text": "a", "user": {"id_str": "1", "screen_name": "quay"}}
    found = read(json.dumps([one, one])[:-1], "cut.json")
    assert (found.reader.name, len(found.posts)) == ("x-v11", 2)
    (rejected,) = found.rejected
    assert "does not end" in rejected["reason"]


def test_a_damaged_first_line_does_not_hide_that_they_are_lines(read: Reading) -> None:
    good = '{"source_platform": "x.com", "item_id": "1", "data": {"rest_id": "1", "user_id_str": "2"}}'
    found = read('{"source_platform": "x.com", "item_id"\n' + f"{good}\n{good}\n", "a.ndjson")
    assert (len(found.posts), [row["position"] for row in found.rejected]) == (
        2,
        ["a.ndjson:1"],
    )
