"""What is remembered of accounts, so as not to repeat them."""

from __future__ import annotations

from fanal.readers.seen import LastSeen


def test_a_profile_is_told_again_only_when_it_changed() -> None:
    seen = LastSeen(10)
    told = [seen.again("x:1", profile) for profile in (("a", 1), ("a", 1), ("b", 1), ("a", 1))]
    assert told == [False, True, False, False]


def test_one_profile_of_two_accounts_is_told_of_both() -> None:
    seen = LastSeen(10)
    assert not seen.again("x:1", ("a", None))
    assert not seen.again("x:2", ("a", None))


def test_all_are_forgotten_at_the_limit() -> None:
    seen = LastSeen(2)
    assert [seen.again(f"x:{n}", "same") for n in range(3)] == [False, False, False]
    assert seen.again("x:2", "same")
    assert not seen.again("x:0", "same")


def test_cells_that_are_lists_are_compared_too() -> None:
    seen = LastSeen(10)
    assert [seen.again("x:1", (["a"],)), seen.again("x:1", (["a"],))] == [False, True]
    assert not seen.again("x:1", (["b"],))
