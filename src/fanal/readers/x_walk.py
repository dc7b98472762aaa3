"""Posts, accounts and cards of X inside any JSON: an answer of the website, a list, a wrapper.

1. The tree is walked without recursion, in the order of the file.
2. What looks like a post, an account or a card is handed over; what lies inside a post is the
   post's own business.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal

from fanal.readers.x_places import is_account

Kind = Literal["post", "account", "card"]
#: An object with one of these has a post's id; with one of the others it says what the post says.
_IDS: Final = frozenset({"rest_id", "id_str", "id", "tweet_id", "tweetId", "id_h", "id_str_h"})
_SAYS: Final = frozenset(
    {"full_text", "rawContent", "fullText", "note_tweet", "extended_tweet"}
)
_TWEETS: Final = frozenset({"Tweet", "TweetWithVisibilityResults"})
_COUNTS: Final = frozenset(
    {
        "favorite_count", "retweet_count", "conversation_id_str", "likeCount", "retweetCount",
        "in_reply_to_status_id_str", "retweeted", "likes", "retweets", "id_str",
    }
)  # fmt: skip
#: An object without any of these is neither post nor account nor card.
_HINTS: Final = frozenset(
    {
        "about_profile", "aboutProfile", "about_account", "aboutAccount", "__typename", "legacy",
        "details", "text", "text_m", "screen_name", "screen_name_h", "username", "userName",
        "core", *_SAYS,
    }
)  # fmt: skip
_CARD: Final = ("about_profile", "aboutProfile", "about_account", "aboutAccount")


def is_post(one: dict[str, Any]) -> bool:
    """Tell whether an object is a post of X, in any shape."""
    name = one.get("__typename")
    if name.__class__ is str and name in _TWEETS:
        return True
    if name is not None and name != "Tweet" and str(name).startswith(("User", "Timeline")):
        return False
    if "about_profile" in one or "tweet_results" in one:
        return False
    legacy = one.get("legacy")
    if legacy.__class__ is dict and _says(legacy):
        return True
    details = one.get("details")
    if details.__class__ is dict and "full_text" in details and "rest_id" in one:
        return True
    return _says(one) and bool(_IDS & one.keys())


def _says(one: dict[str, Any]) -> bool:
    if _SAYS & one.keys():
        return True
    return ("text" in one or "text_m" in one) and (
        bool(_COUNTS & one.keys())
        or is_account(one.get("user"))
        or is_account(one.get("author"))
    )


def is_card(one: dict[str, Any]) -> bool:
    """Tell whether an object holds a card about an account (it may say nothing)."""
    return any(key in one for key in _CARD)


def things(tree: Any) -> Iterator[tuple[Kind, dict[str, Any]]]:
    """Yield what a JSON tree holds of X: posts, accounts that stand by themselves, cards."""
    stack = [tree]
    while stack:
        one = stack.pop()
        if one.__class__ is list:
            stack.extend(reversed(one))
        elif one.__class__ is dict:
            if _HINTS.isdisjoint(one):
                stack.extend(reversed(list(one.values())))
            elif is_card(one):
                yield "card", one
            elif is_post(one):
                yield "post", one
            elif is_account(one):
                yield "account", one
            else:
                stack.extend(reversed(list(one.values())))
