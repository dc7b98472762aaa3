"""Writes the demo world as twarc2 writes answers of the X API v2: a page of answers a line."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fanal.demo.scene import END_MS, Act, Person, Scene

PAGE = 100
#: A repost's own text is cut here by the platform; the whole stands in `includes`.
CUT = 140
#: A hashtag that stands in the words themselves.
_TAG = re.compile(r"#(\w+)")
_REFERENCE = {"repost": "retweeted", "reply": "replied_to", "quote": "quoted"}


def write_pages(scene: Scene, path: Path) -> None:
    """Write all acts, newest first, `PAGE` a line, with the users and posts they refer to."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for page in pages(scene):
            json.dump(page, file, ensure_ascii=False, separators=(",", ":"))
            file.write("\n")


def pages(scene: Scene) -> Iterator[dict[str, Any]]:
    """Yield each page as the API answers it."""
    reposts = Counter(act.of for act in scene.acts if act.kind == "repost")
    order = sorted(range(len(scene.acts)), key=lambda n: scene.acts[n].id, reverse=True)
    for begin in range(0, len(order), PAGE):
        yield _page(scene, order[begin : begin + PAGE], reposts)


def _page(scene: Scene, numbers: list[int], reposts: Counter[int]) -> dict[str, Any]:
    acts = [scene.acts[number] for number in numbers]
    included = list(dict.fromkeys(act.of for act in acts if act.of >= 0))
    authors = dict.fromkeys(
        [act.author for act in acts] + [scene.acts[number].author for number in included]
    )
    return {
        "data": [_tweet(scene, number, reposts[number]) for number in numbers],
        "includes": {
            "users": [_user(scene.people[author]) for author in authors],
            "tweets": [_tweet(scene, number, reposts[number]) for number in included],
        },
        "meta": {
            "newest_id": str(acts[0].id),
            "oldest_id": str(acts[-1].id),
            "result_count": len(acts),
        },
        "__twarc": {
            "url": "https://api.example/2/tweets/search/all?query=made-up",
            "version": "2.14.0",
            "retrieved_at": _clock(END_MS)[:19] + "+00:00",
        },
    }


def _tweet(scene: Scene, number: int, reposts: int) -> dict[str, Any]:
    act = scene.acts[number]
    text, entities = _text(scene, act)
    tweet: dict[str, Any] = {
        "id": str(act.id),
        "author_id": str(scene.people[act.author].id),
        "conversation_id": str(_conversation(scene, act).id),
        "created_at": _clock(act.at_ms // 1000 * 1000),
        "edit_history_tweet_ids": [str(act.id)],
        "lang": act.lang,
        "possibly_sensitive": False,
        "public_metrics": {
            "retweet_count": reposts,
            "reply_count": 0,
            "like_count": reposts * 3,
            "quote_count": 0,
            "impression_count": 40 + reposts * 90,
        },
        "reply_settings": "everyone",
        "text": text,
    }
    if entities:
        tweet["entities"] = entities
    if act.of >= 0:
        source = scene.acts[act.of]
        tweet["referenced_tweets"] = [{"type": _REFERENCE[act.kind], "id": str(source.id)}]
        if act.kind == "reply":
            tweet["in_reply_to_user_id"] = str(scene.people[source.author].id)
    return tweet


def _conversation(scene: Scene, act: Act) -> Act:
    return scene.acts[act.of] if act.kind == "reply" else act


def _text(scene: Scene, act: Act) -> tuple[str, dict[str, Any]]:
    """Return the text as the platform gives it, and the entities in it with their places."""
    text = act.text
    entities: dict[str, Any] = {}
    for found in _TAG.finditer(text):
        entry = {"start": found.start(), "end": found.end(), "tag": found[1]}
        entities.setdefault("hashtags", []).append(entry)
    for tag in act.tags:
        text, entry = _append(text, f"#{tag}", tag=tag)
        entities.setdefault("hashtags", []).append(entry)
    for url in act.urls:
        text, entry = _append(
            text, f"https://s.example/{act.id % 99_999_989:x}", expanded_url=url
        )
        entry |= {"url": text[entry["start"] :], "display_url": url.split("//", 1)[1][:30]}
        entities.setdefault("urls", []).append(entry)
    if act.kind != "repost":
        return text, entities
    author = scene.people[scene.acts[act.of].author]
    mention = {"start": 3, "end": 4 + len(author.handle), "username": author.handle}
    whole = f"RT @{author.handle}: {text}"
    cut = whole if len(whole) <= CUT else whole[: CUT - 1] + "…"
    return cut, {"mentions": [mention | {"id": str(author.id)}]}


def _append(text: str, piece: str, **fields: str) -> tuple[str, dict[str, Any]]:
    whole = f"{text} {piece}"
    return whole, {"start": len(text) + 1, "end": len(whole), **fields}


def _user(person: Person) -> dict[str, Any]:
    user: dict[str, Any] = {
        "id": str(person.id),
        "username": person.handle,
        "name": person.name,
        "created_at": _clock(person.created_ms),
        "description": "",
        "protected": False,
        "verified": False,
        "public_metrics": {
            "followers_count": person.followers,
            "following_count": person.following,
            "tweet_count": person.followers + person.following,
            "listed_count": 0,
        },
    }
    if person.place:
        user["location"] = person.place
    return user


def _clock(at_ms: int) -> str:
    moment = datetime.fromtimestamp(at_ms / 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{at_ms % 1000:03d}Z"
