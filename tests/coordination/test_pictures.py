"""Pictures that look the same are one object."""

from __future__ import annotations

import pyarrow as pa

from fanal.coordination.pictures import one_object_for_alike

OFTEN, NEAR, FAR = (f"pdq:{digits:0>64}" for digits in ("0", "7fffffff", "ffffffff"))


def actions(*rows: tuple[str, str, int, str]) -> pa.Table:
    names = ("object", "account", "time", "post")
    return pa.table(dict(zip(names, zip(*rows, strict=True), strict=True)))


def test_the_most_frequent_hash_stands_for_those_within_31_bits() -> None:
    table = actions(
        (NEAR, "a", 1, "p1"), (OFTEN, "b", 2, "p2"), (OFTEN, "c", 3, "p3"), (FAR, "d", 4, "p4"),
        ("bsky:bafy", "e", 5, "p5"),
    )  # fmt: skip
    found = one_object_for_alike(table)
    assert found.column_names == table.column_names
    assert found["object"].to_pylist() == ["bsky:bafy", OFTEN, OFTEN, OFTEN, FAR]
    assert found["post"].to_pylist() == ["p5", "p1", "p2", "p3", "p4"]


def test_two_alike_pictures_in_one_post_are_one_action() -> None:
    table = actions((OFTEN, "a", 1, "p1"), (NEAR, "a", 1, "p1"))
    assert one_object_for_alike(table).num_rows == 1


def test_other_objects_are_left_as_they_are() -> None:
    table = actions(("x:media/1", "a", 1, "p1"), ("pdq:none", "b", 2, "p2"))
    assert one_object_for_alike(table) is table


def test_the_order_of_the_rows_changes_nothing() -> None:
    rows = [(NEAR, "a", 1, "p1"), (OFTEN, "b", 2, "p2"), (FAR, "d", 4, "p4")]
    assert one_object_for_alike(actions(*rows)).equals(
        one_object_for_alike(actions(*rows[::-1]))
    )
