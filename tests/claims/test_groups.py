"""Groups of near copies: found, told apart, with their evidence, whatever the order."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from claim_world import words, world
from fanal.claims.groups import KINDS, TextGroups, group_texts

MALFORMED = Path(__file__).resolve().parents[1] / "malformed"


def kinds(found: TextGroups) -> list[str]:
    return [KINDS[kind] for kind in found.kind]


def as_sets(group: np.ndarray) -> set[frozenset[int]]:
    """Return the groups as sets of rows."""
    return {
        frozenset(np.flatnonzero(group == one).tolist()) for one in set(group.tolist()) - {-1}
    }


@pytest.mark.parametrize("seed", [4, 5])
@pytest.mark.parametrize("fast", [False, True])
def test_changed_copies_are_found_and_strangers_are_not(seed: int, fast: bool) -> None:
    texts, claim, kind = world(seed)
    found = group_texts(pa.array(texts), fast=fast)
    for one in range(claim.max() + 1):
        groups = set(found.group[claim == one].tolist())
        assert len(groups) <= 2, "a claim hardly falls apart"
    for group in as_sets(found.group):
        assert len({int(claim[row]) for row in group}) == 1, "no group holds two claims"
    alone = found.group[[row for row, one in enumerate(kind) if one == "other"]]
    assert (alone == -1).all()


def test_kinds_are_told_against_the_most_copied_text() -> None:
    texts, claim, kind = world(6)
    got = kinds(group_texts(pa.array(texts)))
    told = [
        (said, was)
        for said, was, one in zip(got, kind, claim, strict=True)
        if one >= 0 and said and was in KINDS
    ]
    wrong = [pair for pair in told if pair[0] != pair[1]]
    assert len(wrong) <= 0.05 * len(told)


def test_look_alike_letters_count_as_decoration() -> None:
    texts, _, kind = world(7)
    got = kinds(group_texts(pa.array(texts)))
    rows = [row for row, one in enumerate(kind) if one == "look-alike"]
    assert len(rows) > 10
    assert {got[row] for row in rows} <= {"decorated", "exact"}


def test_rows_in_another_order_give_the_same_groups() -> None:
    texts, _, _ = world(8)
    order = np.random.default_rng(8).permutation(len(texts))
    one = group_texts(pa.array(texts))
    other = group_texts(pa.array([texts[k] for k in order]))
    back = np.empty_like(other.group)
    back[order] = other.group
    assert np.array_equal(one.group, back)
    assert np.array_equal(one.kind[order], other.kind)
    assert np.array_equal(one.template, other.template)


def test_threads_and_chunks_change_nothing() -> None:
    texts, _, _ = world(9)
    whole = pa.array(texts)
    one = group_texts(whole, threads=1)
    many = group_texts(pa.chunked_array([whole.slice(0, 50), whole.slice(50)]), threads=4)
    for name in ("group", "kind", "size", "speaker", "template", "slot_entropy"):
        assert np.array_equal(getattr(one, name), getattr(many, name)), name
    assert one.merges.equals(many.merges)


def test_every_join_has_its_evidence() -> None:
    texts, _, _ = world(10)
    found = group_texts(pa.array(texts))
    rows = found.merges.to_pylist()
    for row in rows:
        assert found.group[row["row_a"]] == found.group[row["row_b"]] >= 0
        assert row["measure"] in {"jaccard", "containment", "form"}
        assert 0.4 < row["score"] <= 1.0
    joined = {row["row_a"] for row in rows} | {row["row_b"] for row in rows}
    for group in as_sets(found.group):
        many = len({texts[row] for row in group})
        assert many == 1 or joined & group


def test_the_largest_group_comes_first_and_sizes_add_up() -> None:
    texts, _, _ = world(11)
    found = group_texts(pa.array(texts))
    assert (np.diff(found.size) <= 0).all()
    assert np.array_equal(np.bincount(found.group[found.group >= 0]), found.size)
    assert np.array_equal(found.group[found.speaker], np.arange(len(found.size)))
    assert {kinds(found)[row] for row in found.speaker} == {"exact"}


def test_a_chain_of_small_changes_does_not_join_its_ends() -> None:
    said = words(np.random.default_rng(3), 120)
    chain = [" ".join(said[k : k + 20]) for k in range(100)]
    found = group_texts(pa.array(chain))
    assert found.group[0] != found.group[-1]
    assert found.size.max() < 50


def test_other_numbers_are_other_news() -> None:
    said = "the exchange rate of the dollar reached {} roubles on the market today"
    found = group_texts(pa.array([said.format(101), said.format(105), said.format(101)]))
    assert found.group.tolist() in ([0, -1, 0], [0, 0, 0])
    short = "the dollar is above {} roubles now and the euro is above {}"
    found = group_texts(pa.array([short.format(101, 110), short.format(105, 118)]))
    assert found.group.tolist() == [-1, -1]


def test_short_texts_are_no_object_however_often() -> None:
    found = group_texts(pa.array(["I voted today!"] * 50))
    assert (found.group == -1).all()


def test_ideographs_count_for_two() -> None:
    text = "市政府宣布周日关闭大桥进行维修"
    found = group_texts(pa.array([text, text + "🔥", text.replace("周日", "周六"), "大桥"]))
    assert found.group.tolist() == [0, 0, 0, -1]


def test_a_text_repeated_a_hundred_thousand_times_costs_one_row() -> None:
    text = "the bridge over the river will be closed on sunday for repairs"
    texts = pa.DictionaryArray.from_arrays(
        pa.array(np.zeros(100_000, np.int32)), pa.array([text])
    ).cast(pa.string())
    group_texts(texts.slice(0, 10))
    tracemalloc.start()
    found = group_texts(texts)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.size.tolist() == [100_000]
    assert found.merges.num_rows == 0
    assert peak < 60e6


@pytest.mark.parametrize("texts", [[], [None], ["", ""], [None, "x"]])
def test_nothing_gives_nothing(texts: list[str | None]) -> None:
    found = group_texts(pa.array(texts, pa.string()))
    assert found.group.tolist() == [-1] * len(texts)
    assert found.merges.num_rows == 0


@pytest.mark.parametrize(
    ("name", "groups"),
    [
        ("texts_without_words.csv", set()),
        ("texts_one_character.csv", set()),
        ("texts_zero_width.csv", {frozenset({0, 1, 2, 3})}),
        ("texts_flood_of_marks.csv", {frozenset({0, 1})}),
        ("texts_mixed_scripts.csv", {frozenset({0, 1, 2, 3})}),
        ("texts_right_to_left.csv", {frozenset({0, 1}), frozenset({2, 3})}),
    ],
)
def test_bad_input_is_grouped_by_what_it_says(name: str, groups: set[frozenset[int]]) -> None:
    table = pa.csv.read_csv(MALFORMED / name)
    assert as_sets(group_texts(table["text"].cast(pa.string())).group) == groups


@pytest.mark.timeout(60)
def test_texts_of_a_megabyte_are_compared_by_their_beginning() -> None:
    rng = np.random.default_rng(1)
    letters = np.frombuffer(b"abcdefgh    ", np.uint8)
    long, other = (letters[rng.integers(0, 12, 1_000_000)].tobytes().decode() for _ in range(2))
    group_texts(pa.array(["x"]))
    tracemalloc.start()
    found = group_texts(pa.array([long, other, long[:-100], long]))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.group.tolist() == [0, -1, 0, 0]
    assert peak < 120e6


def test_progress_goes_from_nothing_to_all() -> None:
    shares: list[float] = []
    group_texts(pa.array(world(12)[0]), told=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_every_verbatim_repeat_of_real_posts_is_found(fanal_data: Path) -> None:
    posts = pq.read_table(fanal_data / "data" / "telegram_ru_news" / "posts.parquet")
    found = group_texts(posts["text"].cast(pa.string()))
    channels: dict[str, set[str]] = {}
    groups: dict[str, set[int]] = {}
    rows = zip(
        posts["text"].to_pylist(), posts["channel"].to_pylist(), found.group, strict=True
    )
    for text, channel, group in rows:
        if text is not None and len(text) > 40:
            channels.setdefault(text, set()).add(channel)
            groups.setdefault(text, set()).add(int(group))
    repeated = [text for text, seen in channels.items() if len(seen) > 1]
    assert len(repeated) == 523
    assert all(len(groups[text]) == 1 and groups[text] != {-1} for text in repeated)
