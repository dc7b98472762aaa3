"""Which column of a table means what: guessed from names, in English and French, and values.

1. Names are compared without case, accents and punctuation; the first match of a list wins.
2. Names that can mean two things are believed only when the values agree.
3. The platform, the zone of the times and whether the day comes first are guessed likewise; what
   cannot be told is left open, and the reader asks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fanal.model.keys import UNKNOWN_PLATFORM

#: Field -> names of columns, the surer first.
NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "post_id": (
        "post_id", "tweet_id", "tweetid", "status_id", "message_id", "msg_id", "id_tweet",
        "id_post", "id_message", "content_id", "uri", "id_str", "fullname", "id", "identifiant",
    ),
    "account": (
        "account_id", "author_id", "user_id", "userid", "author_did", "id_compte", "id_auteur",
        "channel_id", "sender_id", "from_id", "external_author_id", "account", "compte", "author",
        "auteur", "user", "utilisateur", "account_key", "author_hash", "user_hash", "fullname",
    ),
    "handle": (
        "handle", "username", "screen_name", "user_screen_name", "user_username", "author_handle",
        "author_username", "author_screen_name", "channel_name", "pseudo", "nom_utilisateur",
        "account_name",
    ),
    "time": (
        "time", "created_at", "created_at_utc", "created_utc", "time_utc", "date_utc",
        "unix_timestamp", "timestamp", "timestamp_share", "datetime", "date_time", "tweet_time",
        "publish_date", "published_at", "posted_at", "post_created", "creation_time",
        "create_time", "date_publication", "date_de_publication", "publie_le", "cree_le",
        "horodatage", "date",
    ),
    "text": (
        "text", "full_text", "tweet_text", "post_text", "content", "body", "message", "tweet",
        "texte", "contenu", "caption", "legende",
    ),
    "lang": ("lang", "language", "tweet_language", "language_guess", "langue"),
    "kind": ("kind", "post_type", "tweet_type", "type"),
    "is_repost": ("is_repost", "is_retweet", "is_forward", "is_rt", "retweet", "est_partage"),
    "is_reply": ("is_reply", "est_reponse"),
    "is_quote": ("is_quote", "is_quote_tweet", "est_citation"),
    "repost_of": (
        "repost_of", "retweet_tweetid", "retweeted_id", "retweet_id", "retweeted_status_id",
        "retweeted_tweet_id", "referenced_tweets_retweeted_id", "reposted_post", "fwd_link",
    ),
    "reply_to": (
        "reply_to", "in_reply_to_tweetid", "in_reply_to_status_id", "in_reply_to_id",
        "replied_to_post", "replied_to_id", "referenced_tweets_replied_to_id", "parent_id",
    ),
    "quote_of": (
        "quote_of", "quoted_tweet_tweetid", "quote_tweet_id", "quoted_status_id", "quoted_post",
        "quoted_id", "referenced_tweets_quoted_id",
    ),
    "urls": ("urls", "links", "expanded_urls", "expanded_url", "liens", "link_url", "url", "lien"),
    "hashtags": ("hashtags", "hashtag", "tags", "mots_diese"),
    "mentions": ("mentions", "user_mentions"),
    "media_hashes": ("media_hashes", "image_hash", "phash"),
    "client": ("client", "tweet_client_name", "source", "application"),
    "display_name": (
        "display_name", "user_display_name", "author_name", "author_fullname", "user_name", "name",
        "nom",
    ),
    "created_at": ("account_creation_date", "user_created_at", "author_created_at"),
    "declared_place": (
        "declared_place", "user_reported_location", "user_location", "author_location",
        "tweet_location", "location", "localisation",
    ),
    "description": ("user_profile_description", "user_description", "author_description", "bio"),
    "followers": (
        "followers", "followers_count", "follower_count", "user_followers_count",
        "author_public_metrics_followers_count", "abonnes",
    ),
    "following": ("following", "following_count", "friends_count", "abonnements"),
    "posts": ("statuses_count", "tweet_count", "updates"),
    "likes": ("likes", "like_count", "favorite_count", "public_metrics_like_count", "j_aime"),
    "reposts": (
        "reposts", "retweet_count", "repost_count", "retweets", "shares", "share_count",
        "public_metrics_retweet_count", "forwards", "partages",
    ),
    "replies": (
        "replies", "reply_count", "comments", "comment_count", "public_metrics_reply_count",
        "reponses", "commentaires",
    ),
    "quotes": ("quotes", "quote_count", "public_metrics_quote_count", "citations"),
    "views": ("views", "view_count", "impression_count", "vues"),
    "bookmarks": ("bookmarks", "bookmark_count"),
}  # fmt: skip

#: Fields that say what was done; posts without any of them are only counted and timed.
CONTENT: Final = frozenset(
    {"text", "urls", "hashtags", "repost_of", "media_hashes", "reply_to"}
)
#: Fields that describe an account; two of them make a table of accounts.
_DESCRIBES: Final = frozenset(
    {"followers", "following", "posts", "description", "declared_place"}
)
_OF_ACCOUNTS: Final = _DESCRIBES | {
    "account",
    "handle",
    "display_name",
    "created_at",
    "observed_at",
}
#: What `kind` columns hold, casefolded.
KINDS: Final = {
    "post": "post", "tweet": "post", "original": "post", "message": "post", "status": "post",
    "repost": "repost", "retweet": "repost", "retweeted": "repost", "rt": "repost", "r": "repost",
    "boost": "repost", "reblog": "repost", "share": "repost", "partage": "repost",
    "reply": "reply", "replied_to": "reply", "reponse": "reply", "réponse": "reply",
    "comment": "reply", "commentaire": "reply",
    "quote": "quote", "quoted": "quote", "quote_tweet": "quote", "q": "quote", "citation": "quote",
    "forward": "forward", "forwarded": "forward", "transfert": "forward",
}  # fmt: skip
TRUE: Final = frozenset({"1", "1.0", "true", "t", "yes", "y", "oui", "vrai"})
FALSE: Final = frozenset({"0", "0.0", "false", "f", "no", "n", "non", "faux"})

_PLATFORMS: Final = (
    ("x", re.compile(r"tweet|twitter")),
    ("bsky", re.compile(r"(^|_)did$|bsky|bluesky")),
    ("reddit", re.compile(r"subreddit|^(?:link|comment)_karma$")),
    ("telegram", re.compile(r"telegram|(^|_)fwd_|^msg_id$")),
    ("mastodon", re.compile(r"toot|reblog")),
)
#: Columns that stand beside the number of a message.
_CHATS: Final = frozenset({"channel", "chat", "chat_id", "channel_id", "sender_id"})
#: Reddit's names of things: t1 and t3 are comments and posts, t2 accounts.
_REDDIT: Final = {
    "post_id": re.compile(r"t[13]_\w+"), "reply_to": re.compile(r"t[13]_\w+"),
    "account": re.compile(r"t2_\w+"),
}  # fmt: skip
_ZONE_END: Final = re.compile(r"_(?:utc|gmt)$")
_HOST: Final = re.compile(r"https?://([^/\s]+)")
_SLASHED: Final = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.]\d{4}\b")


@dataclass(frozen=True, slots=True)
class Sample:
    """The beginning of a table: names of columns, and records (one value for each name)."""

    names: tuple[str, ...]
    records: Sequence[Sequence[Any]]

    def values(self, name: str) -> list[Any]:
        """Return the values of a column that are not empty."""
        place = self.names.index(name)
        found = (record[place] for record in self.records)
        return [value for value in found if value is not None and value != ""]


def guess(sample: Sample) -> dict[str, Any]:
    """Return a mapping for a table: platform, zone, order of dates, columns; what can be told."""
    columns = guess_columns(sample)
    mapping: dict[str, Any] = {"platform": guess_platform(sample, columns)}
    if "time" in columns:
        mapping |= guess_time(sample, columns["time"])
    if not CONTENT & columns.keys() and describes_accounts(sample, columns):
        return mapping | {"holds": "accounts", "columns": _of_accounts(columns)}
    return mapping | {"columns": columns}


def describes_accounts(sample: Sample, columns: Mapping[str, str]) -> bool:
    """Tell whether a table without words of posts describes accounts."""
    known = {"account", "handle", "post_id"} & columns.keys()
    karma = {"comment_karma", "link_karma"} & {plain_name(name) for name in sample.names}
    return bool(known) and (bool(karma) or len(_DESCRIBES & columns.keys()) >= 2)


def _of_accounts(columns: Mapping[str, str]) -> dict[str, str]:
    """Return the columns of a table of accounts: its id and its time are those of accounts."""
    found = {field: name for field, name in columns.items() if field in _OF_ACCOUNTS}
    for field, other in (("account", "post_id"), ("created_at", "time")):
        if field not in found and other in columns:
            found[field] = columns[other]
    return found


def guess_columns(sample: Sample) -> dict[str, str]:
    """Return field -> name of column, for the fields that can be told."""
    plain: dict[str, str] = {}
    for name in sample.names:
        plain.setdefault(plain_name(name), name)
        plain.setdefault(_ZONE_END.sub("", plain_name(name)), name)
    columns: dict[str, str] = {}
    for field, names in NAMES.items():
        for name in names:
            found = plain.get(name)
            if found and found not in columns.values() and _fits(field, found, sample):
                columns[field] = found
                break
    shown = columns.get("display_name", "")
    if not {"account", "handle"} & columns.keys() and _is_authors(plain_name(shown), plain):
        columns["handle"] = columns.pop("display_name")  # all that names the account
    return columns


def _is_authors(shown: str, plain: Mapping[str, str]) -> bool:
    """Tell whether a column of names names who posted, for want of a better one."""
    reddit = any("subreddit" in name or name.endswith("_karma") for name in plain)
    return shown in {"author_name", "user_name", "author_fullname"} or (
        reddit and shown == "name"
    )


def guess_platform(sample: Sample, columns: Mapping[str, str]) -> str:
    """Return the platform that names of columns or ids speak of, else ``other``."""
    names = [plain_name(name) for name in sample.names]
    for platform, pattern in _PLATFORMS:
        if any(pattern.search(name) for name in names):
            return platform
    if "message_id" in names and _CHATS & set(names):
        numbers = [
            str(value) for value in sample.values(columns.get("post_id", sample.names[0]))
        ]
        if numbers and all(value.isdigit() and len(value) < 11 for value in numbers):
            return "telegram"  # which counts messages for each channel
    if "post_id" in columns:
        ids = [str(value) for value in sample.values(columns["post_id"])]
        if ids and all(value.startswith("at://") for value in ids):
            return "bsky"
    return UNKNOWN_PLATFORM


def guess_time(sample: Sample, column: str) -> dict[str, Any]:
    """Return ``time_zone`` when the column's name says UTC, ``day_first`` when its values do."""
    found: dict[str, Any] = {}
    if re.search(r"(^|_)utc($|_)|(^|_)gmt($|_)", plain_name(column)):
        found["time_zone"] = "UTC"
    dates = [_SLASHED.match(str(value)) for value in sample.values(column)]
    first = {int(date[1]) > 12 for date in dates if date}
    second = {int(date[2]) > 12 for date in dates if date}
    if True in first and True not in second:
        found["day_first"] = True
    elif True in second and True not in first:
        found["day_first"] = False
    return found


def plain_name(name: str) -> str:
    """Return a column's name without case, accents and punctuation.

    Examples
    --------
    >>> plain_name("Date de création")
    'date_de_creation'
    """
    folded = unicodedata.normalize("NFKD", name.strip().casefold())
    letters = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return re.sub(r"[^\w]+", "_", letters).strip("_")


def _fits(field: str, column: str, sample: Sample) -> bool:
    """Tell whether values agree with a name that can mean two things."""
    plain = plain_name(column)
    values = [str(value).strip() for value in sample.values(column)]
    if field in {"is_repost", "is_reply", "is_quote"}:
        return bool(values) and all(value.casefold() in TRUE | FALSE for value in values)
    if plain in {"fullname", "parent_id"}:
        return bool(values) and all(map(_REDDIT[field].fullmatch, values))
    if field == "kind":
        return any(value.casefold() in KINDS for value in values)
    if field == "urls" and plain in {"url", "lien", "link_url"}:
        # the address of the post itself stands on one host and never twice
        hosts = {found[1] for value in values if (found := _HOST.match(value))}
        return not (len(hosts) == 1 and len(set(values)) == len(values) > 1)
    if field == "client" and plain == "source":
        return not any(_HOST.match(value) for value in values)
    return True
