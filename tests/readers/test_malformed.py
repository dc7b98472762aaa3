"""Bad input: each defect a small file named after it, and what is made of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fanal.errors import ReaderError
from reading import Read

FOLDER = Path(__file__).resolve().parents[1] / "malformed"
Reading = Callable[..., Read]


def texts(found: Read) -> list[str]:
    """Return the texts that were kept, in order."""
    return [post["text"] for post in found.posts]


@pytest.mark.parametrize("name", ["empty.csv", "blank.jsonl"])
def test_an_empty_file_is_said_to_be_empty(read: Reading, name: str) -> None:
    with pytest.raises(ReaderError, match="the file is empty"):
        read(FOLDER / name)


def test_a_truncated_gzip_keeps_what_came_before(read: Reading) -> None:
    found = read(FOLDER / "truncated.jsonl.gz")
    assert len(found.posts) == 290
    (rejected,) = found.rejected
    assert rejected["position"] == "truncated.jsonl.gz:291"
    assert "cut short" in rejected["reason"]
    assert rejected["raw"].startswith('{"id":"152')
    assert "damaged" in " ".join(found.rows.notes)


def test_a_row_with_nul_bytes_is_rejected(read: Reading) -> None:
    found = read(FOLDER / "nul_bytes.csv")
    assert texts(found) == ["whole", "whole too"]
    (rejected,) = found.rejected
    assert rejected["position"] == "nul_bytes.csv:3"
    assert rejected["reason"] == "NUL bytes"
    assert "\x00" not in rejected["raw"]


def test_an_escaped_nul_becomes_a_mark_and_a_bare_one_is_no_json(read: Reading) -> None:
    found = read(FOLDER / "nul_bytes_twarc.jsonl")
    assert texts(found) == ["a\ufffdb"]
    assert [row["position"] for row in found.rejected] == ["nul_bytes_twarc.jsonl:2"]


def test_latin_1_is_read_line_by_line_and_said(read: Reading) -> None:
    found = read(FOLDER / "latin_1.csv")
    assert texts(found) == ["le café ferme €", "café"]
    assert found.posts[0]["account"] == "other:chloé"
    assert "Line 2 is not UTF-8" in " ".join(found.rows.notes)


def test_latin_1_in_json_is_mended_and_said(read: Reading) -> None:
    found = read(FOLDER / "latin_1.jsonl")
    assert texts(found) == ["café", "thé"]
    assert "Line 1 holds broken characters" in " ".join(found.rows.notes)


def test_mixed_line_ends_are_line_ends_and_those_in_quotes_are_text(read: Reading) -> None:
    found = read(FOLDER / "mixed_line_ends.csv")
    assert texts(found) == ["one", "two", "three", "four\r\nand five"]
    assert [post["source_row"] for post in found.posts] == [2, 3, 4, 5]


def test_old_mac_line_ends_are_line_ends(read: Reading) -> None:
    assert texts(read(FOLDER / "old_mac_line_ends.csv")) == ["one", "two"]


def test_duplicate_ids_are_all_handed_on(read: Reading) -> None:
    found = read(FOLDER / "duplicate_ids.csv")
    assert [post["post"] for post in found.posts] == ["other:7"] * 3
    assert found.rows.kept == 3


def test_implausible_times_are_kept_flagged_and_counted(read: Reading) -> None:
    found = read(FOLDER / "implausible_times.csv")
    flags = {post["text"]: post["time_plausible"] for post in found.posts}
    assert flags == {
        "epoch": False, "zero": False, "far": False, "now": True, "none": False, "before": False,
    }  # fmt: skip
    assert found.rows.implausible_times == 5
    assert found.posts[0]["time"] == 0
    assert found.posts[4]["time"] is None
    assert "5 posts have no time between 1995 and 2100" in " ".join(found.rows.notes)


def test_an_unreadable_time_names_its_column(read: Reading) -> None:
    found = read(FOLDER / "unreadable_time.csv")
    assert texts(found) == ["good"]
    (rejected,) = found.rejected
    assert rejected["column"] == "time"
    assert rejected["position"] == "unreadable_time.csv:3"
    assert "2022-05-01 at eight" in rejected["raw"]


def test_ids_above_2_53_survive_in_json(read: Reading) -> None:
    found = read(FOLDER / "ids_above_2_53_twarc.jsonl")
    assert [post["post"] for post in found.posts] == [
        "x:9007199254740993", "x:18446744073709551617",
    ]  # fmt: skip
    assert found.posts[0]["account"] == "x:9007199254740995"
    assert found.posts[0]["reply_to"] == "x:1520000000000000001"


def test_ids_above_2_53_survive_in_tables_and_rounded_ones_are_not_believed(
    read: Reading,
) -> None:
    found = read(FOLDER / "ids_above_2_53.csv")
    posts = {post["text"]: post for post in found.posts}
    assert posts["kept"]["post"] == "x:9007199254740993"
    assert posts["kept"]["account"] == "x:9007199254740995"
    assert posts["rounded id"]["post_id"] is None
    assert posts["rounded id"]["post"].startswith("file:")
    assert (posts["floats"]["post"], posts["floats"]["account"]) == ("x:12", "x:13")
    (rejected,) = found.rejected
    assert rejected["column"] == "account_id"
    assert "rounded" in rejected["reason"]


def test_missing_columns_are_named_with_those_there_and_an_example(read: Reading) -> None:
    with pytest.raises(ReaderError, match="account, time, text") as caught:
        read(FOLDER / "missing_columns.csv")
    assert "person, moment, sentence" in caught.value.message
    assert "[columns]" in caught.value.hint
    with pytest.raises(ReaderError, match="no column found for time"):
        read(FOLDER / "no_time_column.csv")


def test_a_mapping_names_columns_with_other_names(read: Reading) -> None:
    columns = {"account": "person", "time": "moment", "text": "sentence"}
    found = read(FOLDER / "missing_columns.csv", mapping={"columns": columns})
    assert texts(found) == ["one", "two"]


def test_local_times_without_a_zone_refuse_the_file(read: Reading) -> None:
    with pytest.raises(ReaderError, match="no time zone") as caught:
        read(FOLDER / "no_time_zone.csv")
    assert "time_zone" in caught.value.hint
    found = read(FOLDER / "no_time_zone.csv", mapping={"time_zone": "Europe/Paris"})
    assert found.posts[0]["time"] == 1_651_384_800_000_000


def test_dates_that_can_be_read_two_ways_refuse_the_file(read: Reading) -> None:
    with pytest.raises(ReaderError, match="day or month first") as caught:
        read(FOLDER / "day_or_month.csv")
    assert "day_first" in caught.value.hint
    days = read(FOLDER / "day_or_month.csv", mapping={"day_first": True})
    months = read(FOLDER / "day_or_month.csv", mapping={"day_first": False})
    assert days.posts[0]["time"] - months.posts[0]["time"] == 30 * 86_400_000_000


def test_a_quote_that_never_closes_loses_one_line(read: Reading) -> None:
    found = read(FOLDER / "quote_never_closed.csv")
    assert texts(found) == ["two", "three"]
    (rejected,) = found.rejected
    assert rejected["position"] == "quote_never_closed.csv:2"
    assert rejected["reason"] == "a quote opens here and does not close"


def test_a_quote_that_never_closes_in_a_long_file_loses_one_line(read: Reading) -> None:
    row = "u{0},2022-05-01T08:00:00Z,text number {0} {1}\n"
    good = [row.format(n, "." * 200) for n in range(9000)]
    good.insert(10, 'bad,2022-05-01T08:00:00Z,"opens\n')
    found = read("account,time,text\n" + "".join(good))
    assert len(found.posts) == 9000
    assert [one["position"] for one in found.rejected] == ["file.csv:12"]


def test_a_stray_quote_does_not_swallow_the_lines_up_to_the_next_one(read: Reading) -> None:
    rows = [f"u{n},2022-05-01T08:00:00Z,text {n}\n" for n in range(300)]
    for place in (50, 120, 250):
        rows[place] = f'u{place},2022-05-01T08:00:00Z,"stray {place}\n'
    found = read("account,time,text\n" + "".join(rows))
    assert len(found.posts) == 297
    assert [one["position"] for one in found.rejected] == [
        "file.csv:52", "file.csv:122", "file.csv:252",
    ]  # fmt: skip


def test_rows_of_the_wrong_width_are_rejected(read: Reading) -> None:
    found = read(FOLDER / "ragged.csv")
    assert texts(found) == ["one"]
    assert {one["position"]: one["reason"] for one in found.rejected} == {
        "ragged.csv:3": "too few columns",
        "ragged.csv:4": "too many columns",
    }


def test_one_bad_post_does_not_lose_its_page(read: Reading) -> None:
    found = read(FOLDER / "one_bad_post_in_a_page.jsonl")
    assert texts(found) == ["good", "good too", "included"]
    assert [account["handle"] for account in found.accounts] == ["ada"]
    assert {(one["position"].partition(":1")[2], one["column"]) for one in found.rejected} == {
        (" data[1]", "text"), ("", "author_id"), (" users[1]", "username"),
        (" tweets[1]", "author_id"),
    }  # fmt: skip
    assert all(account["observed_at"] == 1_651_449_600_000_000 for account in found.accounts)


def test_half_a_surrogate_pair_is_mended(read: Reading) -> None:
    found = read(FOLDER / "half_surrogate.jsonl")
    assert texts(found) == ["half \ufffd of a pair", "whole 😀 pair"]


@pytest.mark.parametrize("start", ['{"id":', '{"data":', '{"x":'])
def test_a_line_nested_beyond_reason_is_rejected(read: Reading, start: str) -> None:
    good = '{"id":"1","author_id":"5","text":"t","conversation_id":"1","public_metrics":{}}\n'
    deep = start + "[" * 100_000 + "]" * 100_000 + "}\n"
    found = read(good + deep + good, "deep.jsonl")
    assert len(found.posts) == 2
    assert [one["position"] for one in found.rejected] == ["deep.jsonl:2"]
    assert len(found.rejected[0]["raw"]) == 4096


@pytest.mark.parametrize(
    ("name", "looks"),
    [
        ("json_list.json", "one JSON list"),
        ("web_page.csv", "a web page"),
        ("picture.csv", "a picture"),
    ],
)
def test_what_is_no_export_is_said_to_look_like_what_it_is(
    read: Reading, name: str, looks: str
) -> None:
    with pytest.raises(ReaderError, match=looks) as caught:
        read(FOLDER / name)
    assert caught.value.hint


def test_every_malformed_file_has_its_test() -> None:
    here = (Path(__file__), *Path(__file__).parents[1].glob("claims/test_*.py"))
    text = "".join(path.read_text(encoding="utf-8") for path in here)
    assert not [path.name for path in FOLDER.iterdir() if path.name not in text]
