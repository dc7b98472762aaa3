"""Tables: separators, guesses, mappings, Parquet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fanal.errors import ReaderError
from fanal.readers import READERS
from fanal.readers.base import Reader
from fanal.readers.columns import Sample, guess
from fanal.readers.mapping import check_mapping, dump_mapping, load_mapping
from fanal.readers.recognise import recognise
from fanal.readers.sources import head, sources
from reading import Read

Reading = Callable[..., Read]
GOOD = {"account": "ada", "time": "2022-05-01T08:00:00Z", "text": "one"}


def table(*rows: dict[str, Any], separator: str = ",") -> str:
    """Return rows as delimited text."""
    names = list(rows[0])
    lines = [separator.join(names)]
    lines += [separator.join(str(row[name]) for name in names) for row in rows]
    return "\n".join(lines) + "\n"


def of_guess(**columns: list[Any]) -> dict[str, Any]:
    """Return the mapping guessed for columns of values."""
    return guess(Sample(tuple(columns), list(zip(*columns.values(), strict=True))))


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_the_separator_is_found(read: Reading, separator: str) -> None:
    found = read(table(GOOD, GOOD | {"text": "two"}, separator=separator))
    assert [post["text"] for post in found.posts] == ["one", "two"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("tweet_id,author_id,created_at,text", ("tweet_id", "author_id", "created_at", "text")),
        ("id,author.id,timestamp,body", ("id", "author.id", "timestamp", "body")),
        ("Post ID,User ID,Date,Message", ("Post ID", "User ID", "Date", "Message")),
        (
            "identifiant,compte,publié le,contenu",
            ("identifiant", "compte", "publié le", "contenu"),
        ),
        (
            "id_tweet,id_compte,horodatage,texte",
            ("id_tweet", "id_compte", "horodatage", "texte"),
        ),
        ("uri,author_did,created_at,text", ("uri", "author_did", "created_at", "text")),
    ],
)
def test_columns_are_guessed_in_english_and_french(
    names: str, expected: tuple[str, ...]
) -> None:
    columns = of_guess(**{name: ["1"] for name in names.split(",")})["columns"]
    assert tuple(columns[field] for field in ("post_id", "account", "time", "text")) == expected


def test_names_with_two_meanings_are_believed_when_values_agree() -> None:
    assert "kind" in of_guess(type=["retweet", "tweet"])["columns"]
    assert "kind" not in of_guess(type=["photo", "video"])["columns"]
    assert "is_repost" in of_guess(retweet=["0", "1"])["columns"]
    assert "is_repost" not in of_guess(retweet=["12", "1"])["columns"]
    own = [f"https://x.example/post/{n}" for n in range(5)]
    assert "urls" not in of_guess(url=own)["columns"]
    assert "urls" in of_guess(url=[*own[:2], "https://news.example/a", "", ""])["columns"]


def test_the_platform_zone_and_order_of_dates_are_guessed_from_what_speaks_of_them() -> None:
    assert of_guess(tweet_id=["1"])["platform"] == "x"
    assert of_guess(id=["1"], author_did=["did:plc:1"])["platform"] == "bsky"
    assert of_guess(id=["1"])["platform"] == "other"
    assert of_guess(created_at_utc=["2022-05-01"])["time_zone"] == "UTC"
    assert "time_zone" not in of_guess(created_at=["2022-05-01"])
    assert of_guess(date=["03/04/2015", "26/04/2015"])["day_first"] is True
    assert of_guess(date=["03/04/2015", "04/26/2015"])["day_first"] is False
    assert "day_first" not in of_guess(date=["03/04/2015", "26/04/2015", "04/26/2015"])


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ({"kind": "RETWEET"}, "repost"),
        ({"kind": "QUOTE_TWEET"}, "quote"),
        ({"kind": "partage"}, "repost"),
        ({"kind": "forwarded"}, "forward"),
        ({"is_retweet": "True"}, "repost"),
        ({"is_retweet": "oui"}, "repost"),
        ({"is_retweet": "0"}, "post"),
        ({"is_quote": "1", "is_reply": "1"}, "quote"),
        ({"is_reply": "yes"}, "reply"),
        ({"retweeted_id": "8"}, "repost"),
        ({"in_reply_to_id": "8.0"}, "reply"),
    ],
)
def test_kinds_are_read_from_flags_names_and_references(
    read: Reading, cells: dict[str, str], kind: str
) -> None:
    (post,) = read(table(GOOD | cells)).posts
    assert post["kind"] == kind


@pytest.mark.parametrize(
    "cell", ['"[One, two]"', '"[\'One\', \'two\']"', '"[""One"", ""two""]"', "One|two", "#One #two", '"One, two"', "One;two"]
)  # fmt: skip
def test_lists_are_read_however_they_are_written(read: Reading, cell: str) -> None:
    (post,) = read(table(GOOD | {"hashtags": cell})).posts
    assert post["hashtags"] == ["one", "two"]


def test_links_with_commas_survive_in_lists(read: Reading) -> None:
    cell = "\"['https://a.example/1,2', 'https://b.example']\""
    (post,) = read(table(GOOD | {"urls": cell})).posts
    assert post["urls"] == ["https://a.example/1,2", "https://b.example"]


def test_without_columns_for_them_links_and_hashtags_come_from_the_text(read: Reading) -> None:
    text = (
        "RT @Ben: see https://a.example/x). #Été2022 #1 https://t.co/cut… &#39; mail@e.example"
    )
    found = read(table(GOOD | {"text": text}))
    (post,) = found.posts
    assert post["text"] == text
    assert post["kind"] == "post"
    assert post["urls"] == ["https://a.example/x"]
    assert post["hashtags"] == ["été2022"]
    assert post["mentions"] == ["Ben"]
    assert "taken from the text" in " ".join(found.rows.notes)


def test_an_account_known_by_its_handle_only_is_one_account_in_any_case(read: Reading) -> None:
    rows = [{"username": name} | GOOD | {"text": name} for name in ("Ada", "@ada")]
    for row in rows:
        del row["account"]
    found = read(table(*rows))
    assert {post["account"] for post in found.posts} == {"other:@ada"}
    assert {account["handle"] for account in found.accounts} == {"Ada", "ada"}


def test_a_row_without_an_account_is_rejected(read: Reading) -> None:
    found = read(table(GOOD, GOOD | {"account": ""}, GOOD | {"account": "nan"}))
    assert [one["column"] for one in found.rejected] == ["account", "account"]
    assert found.records == 3


def test_a_profile_is_observed_when_it_changes(read: Reading) -> None:
    found = read(table(*[GOOD | {"followers": n} for n in (1, 1, 2, 1)]))
    assert [account["followers"] for account in found.accounts] == [1, 2, 1]


def test_messages_of_two_telegram_channels_with_one_number_are_two_posts(read: Reading) -> None:
    columns = {"post_id": "id", "account": "account", "time": "time", "text": "text"}
    mapping = {"platform": "telegram", "columns": columns}
    rows = [GOOD | {"id": 7}, GOOD | {"id": 7, "account": "ben"}]
    found = read(table(*rows), mapping=mapping)
    assert [post["post"] for post in found.posts] == ["telegram:ada/7", "telegram:ben/7"]


def test_integer_times_follow_the_unit_that_is_said(read: Reading) -> None:
    rows = [GOOD | {"time": 1_651_392_000}]
    assert read(table(*rows)).posts[0]["time"] == 1_651_392_000_000_000
    assert read(table(*rows), time_unit="ms").posts[0]["time"] == 1_651_392_000_000
    found = read(table(*rows), mapping={"time_unit": "us"})
    assert found.posts[0]["time"] == 1_651_392_000


def test_times_on_full_minutes_have_the_precision_of_minutes(read: Reading) -> None:
    rows = [GOOD | {"time": f"2022-05-01T08:{n:02}:00Z"} for n in range(40)]
    rows.append(GOOD | {"time": "2022-05-01T09:00:07Z"})
    precise = [post["time_precision_s"] for post in read(table(*rows[:40])).posts]
    assert set(precise) == {60.0}
    precise = [post["time_precision_s"] for post in read(table(*rows)).posts]
    assert set(precise) == {1.0}


def parquet(folder: Path, **columns: Any) -> Path:
    """Write columns as Parquet."""
    path = folder / "posts.parquet"
    pq.write_table(pa.table(columns), path)
    return path


def test_parquet_types_are_read(read: Reading, tmp_path: Path) -> None:
    path = parquet(
        tmp_path,
        tweet_id=pa.array([9007199254740993, None], pa.int64()),
        user_id=pa.array(["5", "6"], pa.large_string()),
        created_at=pa.array(
            [datetime(2022, 5, 1, 8, tzinfo=UTC), None], pa.timestamp("ns", "UTC")
        ),
        text=pa.array(["one", None]).dictionary_encode(),
        hashtags=pa.array([["A", "b"], []]),
        like_count=pa.array([3, None], pa.int32()),
        is_retweet=[True, False],
    )
    first, second = read(path).posts
    assert first["post"] == "x:9007199254740993"
    assert first["time"] == 1_651_392_000_000_000
    assert first["hashtags"] == ["a", "b"]
    assert first["kind"] == "repost"
    assert second["time"] is None
    assert second["post"].startswith("file:")
    assert [post["source_row"] for post in (first, second)] == [1, 2]


def test_rounded_ids_in_parquet_are_not_believed(read: Reading, tmp_path: Path) -> None:
    path = parquet(
        tmp_path, user_id=[5.0, 1.5e18], timestamp=[1_651_392_000] * 2, text=["one", "two"]
    )
    found = read(path)
    assert [post["account"] for post in found.posts] == ["other:5"]
    assert found.rejected[0]["reason"] == "an id rounded by a spreadsheet or a float"
    assert found.rejected[0]["raw"]


def test_local_times_in_parquet_need_a_zone(read: Reading, tmp_path: Path) -> None:
    path = parquet(tmp_path, user=["a"], date=[datetime(2022, 5, 1, 8)], text=["x"])
    with pytest.raises(ReaderError, match="no time zone"):
        read(path)
    found = read(path, mapping={"time_zone": "Europe/Paris"})
    assert found.posts[0]["time"] == 1_651_384_800_000_000


def test_cut_parquet_is_an_error(read: Reading, tmp_path: Path) -> None:
    path = parquet(tmp_path, user=["a"], timestamp=[1], text=["x"])
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(ReaderError, match="not whole Parquet"):
        read(path)


def test_nested_keys_of_json_lines_are_columns(read: Reading) -> None:
    line = '{"who":{"id":7},"when":1651392000,"what":{"body":"hi"},"a.b":"en"}\n'
    columns = {"account": "who.id", "time": "when", "text": "what.body", "lang": "a.b"}
    (post,) = read(line, "x.jsonl", reader="jsonl", mapping={"columns": columns}).posts
    assert (post["account"], post["text"], post["lang"]) == ("other:7", "hi", "en")


def test_a_mapping_is_the_same_after_writing_and_reading() -> None:
    mapping = {
        "platform": "x", "time_zone": "Europe/Paris", "time_unit": "s", "day_first": True,
        "columns": {"account": 'user "id"', "time": "été", "text": "a\\b"},
    }  # fmt: skip
    assert load_mapping(dump_mapping(mapping)) == mapping


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"colums": {}}, "no such key"),
        ({"columns": {"acount": "a"}}, "no such field"),
        ({"columns": {"account": 3}}, "names no column"),
        ({"columns": []}, "columns cannot be"),
        ({"time_zone": "Mars/Olympus"}, "no such time zone"),
        ({"time_unit": "h"}, "time_unit cannot be"),
        ({"platform": "My Platform"}, "platform cannot be"),
        ({"platform": "file"}, "platform cannot be"),
        ({"day_first": "yes"}, "day_first cannot be"),
    ],
)
def test_a_wrong_mapping_names_what_is_wrong(mapping: dict[str, Any], message: str) -> None:
    with pytest.raises(ReaderError, match=message):
        check_mapping(mapping)


def test_a_mapping_that_is_no_toml_is_an_error() -> None:
    with pytest.raises(ReaderError, match="not TOML"):
        load_mapping("columns = ")


def test_a_mapped_column_that_is_not_there_is_named(read: Reading) -> None:
    columns = {"account": "account", "time": "when", "text": "text"}
    with pytest.raises(ReaderError, match="no such column: when"):
        read(table(GOOD), mapping={"columns": columns}, reader="table")


def test_a_reader_guesses_the_mapping_that_it_would_use(read: Reading, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(table(GOOD, GOOD | {"text": "two"}), encoding="utf-8")
    (source,) = sources([path])
    start = head(source)
    reader: Reader = recognise(start)
    assert reader.guess is not None
    guessed = reader.guess(start)
    assert guessed["columns"] == {"account": "account", "time": "time", "text": "text"}
    assert read(path, mapping=guessed).posts == read(path).posts


def test_a_format_that_does_not_exist_is_refused_with_those_that_do(read: Reading) -> None:
    with pytest.raises(ReaderError, match="no such format") as caught:
        read(table(GOOD), reader="excel")
    assert all(reader.name in caught.value.hint for reader in READERS)
