"""Keys of accounts and posts."""

from __future__ import annotations

from fanal.model.keys import account_key, file_post_key, handle_key, platform_of, post_key


def test_accounts_of_two_platforms_never_share_a_key() -> None:
    assert account_key("x", "123") != account_key("telegram", "123")


def test_a_handle_is_one_account_in_any_case() -> None:
    assert handle_key("x", "@Some_One") == handle_key("x", "some_one") == "x:@some_one"


def test_a_post_without_an_id_is_its_file_and_row() -> None:
    assert file_post_key("ab" * 32, 12) == "file:abababab:12"


def test_a_key_tells_its_platform() -> None:
    assert platform_of(post_key("bsky", "at://did:plc:1/app.bsky.feed.post/2")) == "bsky"
