"""X by meaning: fields wherever they stand, a user's own places, one key moved or gone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fanal.errors import ReaderError
from fanal.model.tables import POSTS
from fanal.readers.base import Rows
from fanal.readers.x_meaning import XPosts
from fanal.readers.x_places import Lookup, merged, own_places, user_places
from reading import Read, read_path
from x_mutations_of import HOWS, keys_of, mutated, names_of, outcome, outcomes

SAMPLES = Path(__file__).resolve().parents[1] / "contract" / "samples"
Reading = Callable[..., Read]


def items(path: Path) -> list[dict[str, Any]]:
    """Return X's own objects out of the envelopes of a capture."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [line["data"] for line in lines if "data" in line]


def website(path: Path) -> list[dict[str, Any]]:
    """Return those of `items` that came as the website sends them."""
    return [item for item in items(path) if item.get("core")]


def posted(item: dict[str, Any], places: dict[str, Any] | None = None) -> tuple[Any, ...]:
    """Return the row of one object."""
    rows = Rows("test", lambda _name, _rows: None)
    XPosts(rows, "test", "0" * 64, places).post(item, None, 1)
    return rows.posts[-1]


def test_one_key_moved_renamed_or_gone_loses_no_post() -> None:
    ours = website(SAMPLES / "zeeschuimer" / "x.ndjson")
    found = list(outcomes(ours, depth=7))
    assert len(found) > 300
    assert sum(one.kept for one in found) >= 0.99 * sum(one.posts for one in found)
    for one in found:
        # without legacy, an account whose object is deleted is named nowhere else
        nobody = one.how == "deleted" and one.path[0] == "core"
        assert one.share >= (0.7 if nobody else 0.99), (one.how, one.path)
        assert one.alike >= 0.7 * one.posts, (one.how, one.path)


def test_a_renamed_legacy_costs_neither_text_nor_time_nor_author() -> None:
    ours = [one for one in website(SAMPLES / "zeeschuimer" / "x.ndjson") if "legacy" in one]
    for how in HOWS:
        found = outcome(ours, how, ("legacy",), names_of(ours))
        assert found.alike == found.posts
        if how != "deleted":
            assert found.fill["text"] == 1.0
        times = [posted(mutated(one, how, ("legacy",)))[4] for one in ours]
        written = [posted(one)[4] for one in ours]
        assert all(abs(a - b) < 1_000_000 for a, b in zip(times, written, strict=True))


def test_one_key_gone_loses_no_post_of_a_real_capture(fanal_data: Path) -> None:
    """The full form, every key at every depth, is bench/x_mutations.py."""
    real = items(
        fanal_data / "data" / "importer_zeeschuimer" / "test-files__twitter-test.ndjson"
    )
    names = names_of(real)
    for path in keys_of(real, 2):
        for how in HOWS:
            found = outcome(real, how, path, names)
            assert found.share >= 0.99, (how, path)
            assert found.alike == found.posts, (how, path)


def test_fields_are_found_where_the_first_of_their_places_says() -> None:
    lookup = Lookup({"text": ["a.b", "c", "*.d"], "likes": ["n.0.count"]})
    assert lookup.find({"c": "late", "a": {"b": "early"}, "n": [{"count": "7"}]}) == [
        "early", "7",
    ]  # fmt: skip
    assert lookup.find({"c": "late", "a": {"b": 12}}) == ["late", None]  # a number is no text
    nothing = lookup.find({"x": {"d": "anywhere"}})
    assert nothing == [None, None]
    assert lookup.find_anywhere({"x": {"d": "anywhere"}}, nothing) == ["anywhere", None]


def test_a_time_that_is_missing_is_in_the_id() -> None:
    row = posted({"rest_id": "1970760110699458617", "user_id_str": "5", "legacy": {}})
    assert row[4:8] == (1_758_700_800_000_000, None, "id", 0.001)
    assert row[3] == "x:5"


def test_a_picture_names_the_author_that_nothing_else_names() -> None:
    media = [{"expanded_url": "https://x.com/quay_lamp/status/77/photo/1"}]
    row = posted({"rest_id": "77", "legacy": {"full_text": "a", "entities": {"media": media}}})
    assert (row[0], row[3], row[15]) == ("x:77", "x:@quay_lamp", None)


def test_ids_rounded_by_javascript_are_not_taken() -> None:
    item = {"id": 1412345678901234700, "legacy": {"id_str": "1412345678901234688"}}
    assert posted(item | {"user_id_str": "1"})[0] == "x:1412345678901234688"


def test_the_users_own_places_go_before_ours(
    read: Reading, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    path = SAMPLES / "x-web" / "items.jsonl"
    moved = path.read_bytes().replace(b'"full_text"', b'"whole_words"')
    assert not any(post["text"] == "@brun_au_quai Indeed" for post in read(moved).posts)
    (tmp_path / "fanal").mkdir()
    (tmp_path / "fanal" / "x_fields.toml").write_text(
        '[post]\ntext = ["legacy.whole_words"]\n', encoding="utf-8"
    )
    places = user_places()
    found = read(moved, mapping={"x_fields": places})
    assert any(post["text"] == "@brun_au_quai Indeed" for post in found.posts)
    # the places are part of the input, so that the same file is read anew
    from fanal.readers.sources import head, sources

    (source,) = sources([path])
    assert found.reader.guess is not None
    assert found.reader.guess(head(source)) == {"x_fields": places}


@pytest.mark.parametrize(
    "media",
    [
        {"legacy": {"extended_entities": {"media": [{"id_str": "77"}, {"media_key": "7_78"}]}}},
        {"entities": {"media": [{"id": 77, "media_key": "3_77"}, {"id": 78}]}},
    ],
)
def test_pictures_are_known_by_the_ids_of_their_uploads(media: dict[str, Any]) -> None:
    row = posted(item_with(media))
    assert row[POSTS.names.index("media_hashes")] == ["x:media/77", "x:media/78"]


def test_a_repost_shows_the_pictures_of_what_it_reposts() -> None:
    inner = item_with({"extended_entities": {"media": [{"id_str": "77"}]}})
    outer = {"id_str": "1412345678901234690", "user_id_str": "2", "retweeted_status": inner}
    assert posted(outer)[POSTS.names.index("media_hashes")] == ["x:media/77"]


def item_with(media: dict[str, Any]) -> dict[str, Any]:
    return {"id_str": "1412345678901234688", "user_id_str": "1", "full_text": "look"} | media


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[post]\ntext = 3", "post.text is no list of paths"),
        ("[post]\nwords = ['a']", "no such field: post.words"),
        ("[posts]\ntext = ['a']", "no such section: 'posts'"),
        ("[post]\ntext = ['a..b']", "post.text is no list of paths"),
        ("post = [", "cannot be used"),
    ],
)
def test_places_that_cannot_be_used_are_refused_in_words(
    text: str, says: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "fanal").mkdir()
    (tmp_path / "fanal" / "x_fields.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ReaderError, match=r"x_fields\.toml") as caught:
        user_places()
    assert says in caught.value.message
    assert caught.value.hint


def test_our_own_places_are_as_we_ask_users_to_write_them() -> None:
    from fanal.readers.x_places import check_places

    check_places(own_places(), "x_fields.toml")
    assert merged({"wrappers": ["mine"]})["wrappers"][0] == "mine"


def test_how_often_each_field_was_found_is_told() -> None:
    found = read_path(SAMPLES / "zeeschuimer" / "x.ndjson")
    (told,) = [note for note in found.rows.notes if note.startswith("Found in")]
    assert "text 9" in told or "text 100%" in told
    for field in ("id", "time", "handle", "likes"):
        assert f"{field} " in told
