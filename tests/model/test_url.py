"""Identity of links."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import fanal.model.url
from fanal.model.url import url_host, url_key


@pytest.mark.parametrize(
    "same",
    [
        (
            "https://www.example.org/news/",
            "http://example.org/news",
            "HTTPS://EXAMPLE.ORG:443/news#top",
            "http://example.org:80/news?utm_source=x&utm_medium=y",
            "https://m.example.org/news?fbclid=abc",
            "https://amp.example.org/news/amp",
            "https://example.org/news/index.html",
            "example.org/news",
            "  https://user:secret@example.org/news  ",
        ),
        ("https://example.org/?b=2&a=1", "http://example.org?a=1&b=2", "https://example.org/?a=1&gclid=3&b=2"),
        (
            "https://youtu.be/abcDEF123_-?si=xyz",
            "https://www.youtube.com/watch?v=abcDEF123_-&feature=share",
            "https://m.youtube.com/watch?v=abcDEF123_-&t=12s",
            "https://youtube.com/shorts/abcDEF123_-",
            "https://www.youtube-nocookie.com/embed/abcDEF123_-",
        ),
        (
            "https://twitter.com/Some_One/status/123?s=20",
            "https://mobile.twitter.com/some_one/status/123",
            "https://x.com/some_one/status/123/photo/1",
            "https://x.com/i/status/123",
            "https://www.twitter.com/renamed/statuses/123?ref_src=twsrc",
        ),
        ("https://telegram.me/channel/5", "https://t.me/channel/5"),
        ("https://example.org/caf%C3%A9", "https://example.org/café", "https://example.org/caf%c3%a9"),
        ("https://bücher.example/a", "https://xn--bcher-kva.example/a"),
        ("https://old.reddit.com/r/a/1", "https://www.reddit.com/r/a/1/"),
    ],
)  # fmt: skip
def test_links_to_one_page_have_one_key(same: tuple[str, ...]) -> None:
    assert len({url_key(url) for url in same}) == 1, [url_key(url) for url in same]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a", "https://example.org/A"),
        ("https://example.org/?id=1", "https://example.org/?id=2"),
        ("https://example.org/?s=1", "https://example.org/?s=2"),
        ("https://news.example.org/", "https://example.org/"),
        ("https://example.org:8080/", "https://example.org/"),
        ("https://youtu.be/aaa", "https://youtu.be/bbb"),
        ("https://x.com/a/status/1", "https://x.com/a/status/2"),
        ("https://m.org/a", "https://org/a"),
        ("https://example.org/a?b=", "https://example.org/a"),
    ],
)
def test_links_to_two_pages_have_two_keys(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


@pytest.mark.parametrize("text", ["", "not a link", "mailto:a@b.example", "http://[::1", "ftp://a.b/c", "http://", "//", "javascript:alert(1)", "https://\ud800.example/"])  # fmt: skip
def test_what_is_no_web_link_is_its_own_key(text: str) -> None:
    assert url_key(text) == text.strip()


@given(st.text(max_size=80))
def test_any_text_has_a_key(text: str) -> None:
    key = url_key(text)
    assert isinstance(key, str)
    assert bool(key) == bool(text.strip())


_WORD = st.text(alphabet="abcXYZ012-_é%?&=#/.~ ", max_size=15)


@given(_WORD, _WORD, _WORD)
def test_the_key_of_a_key_is_itself(path: str, query: str, rest: str) -> None:
    key = url_key(f"https://www.example.org/{path}?{query}#{rest}")
    assert url_key(key) == key


def test_a_key_begins_with_its_host() -> None:
    assert url_host(url_key("https://www.example.org/a?b=1")) == "example.org"
    assert url_host(url_key("https://example.org?b=1")) == "example.org"


@pytest.mark.parametrize(
    "host",
    [
        "example.org",
        "www.example.org",
        "m.facebook.com",
        "twitter.com",
        "youtu.be",
        "t.co",
        "x.com",
        "youtube.com",
        "amp.news.example",
        "nitter.net",
        "www.co.uk",
        "-a.org",
        "xn--abc.example",
    ],
)
@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/a/b/",
        "/index.html",
        "/amp",
        "/x/status/123/photo/1",
        "/shorts/abc",
        "/embed/x/",
        "/a.amp",
        "/A(b)'c;d=e,f",
        "//a//",
        "/@me/1",
        "/a:b",
        "/live/",
        "/amp/amp.html",
        "/watch",
    ],
)
def test_the_quick_way_gives_what_the_long_way_gives(host: str, path: str) -> None:
    link = f"https://{host}{path}"
    assert url_key(link) == fanal.model.url._key(link)
