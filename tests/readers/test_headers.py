"""CSV exports known by their header: what they mean beyond their columns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fanal.errors import ReaderError
from reading import Read

Reading = Callable[..., Read]

ROOT = Path(__file__).resolve().parents[2]
FOURCAT = (
    "id,thread_id,author,author_id,body,unix_timestamp,is_retweet,retweeted_user,retweet_count"
)
CROWDTANGLE = "Facebook Id,User Name,Post Created,Message,URL,Likes"


def fourcat(*rows: str) -> str:
    return "\n".join([FOURCAT, *rows]) + "\n"


def test_a_small_reader_has_fewer_than_sixty_lines_and_stands_in_the_docs() -> None:
    source = ROOT / "src" / "fanal" / "readers" / "meta_library.py"
    text = source.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 60
    assert text.rstrip() in (ROOT / "docs" / "adding-a-reader.md").read_text(encoding="utf-8")


def test_reposts_of_one_text_of_one_account_repeat_one_post(read: Reading) -> None:
    found = read(
        fourcat(
            '1,1,ada,11,"RT @Lamp: the ferry\nis late",1714552205,yes,Lamp,5',
            '2,2,ben,12,"RT @lamp: the ferry\r\nis late",1714552206,yes,lamp,5',
            '3,3,cleo,13,"RT @other: the ferry\nis late",1714552207,yes,other,5',
            '4,4,dora,14,"RT @lamp: the ferry\nis late",1714552208,no,,5',
        )
    )
    keys = [post["repost_of"] for post in found.posts]
    assert keys[0] == keys[1]
    assert str(keys[0]).startswith("x:@lamp/")
    assert keys[2] not in {None, keys[0]}
    assert keys[3] is None
    assert [post["kind"] for post in found.posts] == ["repost", "repost", "repost", "post"]
    assert [post["text"].split()[0] for post in found.posts] == ["the", "the", "the", "RT"]
    # the counts of a repost are those of what it repeats
    assert [counts["post"] for counts in found.counts] == ["x:4"]


def test_a_repost_without_its_mark_is_a_repost_of_a_post_nobody_knows(read: Reading) -> None:
    (post,) = read(fourcat("1,1,ada,11,no mark here,1714552205,yes,,5")).posts
    assert (post["kind"], post["repost_of"], post["text"]) == ("repost", None, "no mark here")


def test_the_local_clock_of_the_server_is_never_the_time(read: Reading) -> None:
    text = "id,thread_id,author,body,timestamp,unix_timestamp\n1,1,ada,x,2024-05-01 12:30:05,1714552205\n"
    (post,) = read(text).posts
    assert post["time"] == 1_714_552_205_000_000
    with pytest.raises(ReaderError, match="no time zone"):
        read("id,thread_id,author,body,timestamp,tiktok_url\n1,1,ada,x,2024-05-01 12:30:05,u\n")


@pytest.mark.parametrize(
    ("written", "hour"),
    [("CEST", 10), ("CET", 11), ("UTC", 12), ("EDT", 16)],
)
def test_the_zone_of_the_dashboard_is_read(read: Reading, written: str, hour: int) -> None:
    row = (
        f'1,quay,2021-05-01 12:30:05 {written},text,https://www.facebook.com/1/posts/9,"1,050"'
    )
    found = read(f"{CROWDTANGLE}\n{row}\n")
    (post,) = found.posts
    assert post["time"] // 3_600_000_000 % 24 == hour
    assert (post["post"], found.counts[0]["likes"]) == ("facebook:9", 1050)


def test_a_zone_with_several_meanings_is_asked_for(read: Reading) -> None:
    row = "1,quay,2021-05-01 12:30:05 IST,text,https://www.facebook.com/1/posts/9,5"
    with pytest.raises(ReaderError, match="no time zone"):
        read(f"{CROWDTANGLE}\n{row}\n")
    (post,) = read(f"{CROWDTANGLE}\n{row}\n", mapping={"time_zone": "Asia/Kolkata"}).posts
    assert post["time_plausible"]


def test_the_wrong_header_for_a_format_is_said(read: Reading) -> None:
    with pytest.raises(ReaderError, match="lacks columns") as caught:
        read("a,b,c\n1,2,3\n", reader="4cat")
    assert caught.value.hint
