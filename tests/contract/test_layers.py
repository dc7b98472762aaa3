"""Every layer passes the same tests by being found."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from fanal import create_case
from fanal.case.coordinating import actions_in
from fanal.coordination import Settings, actions_of, coordinate, layers
from fanal.coordination.layers import LAYERS, layers_named
from fanal.coordination.layers.base import Layer
from fanal.errors import AnalysisError
from made_case import Row, add_rows, new_case, post, sentence

#: For each layer, what one post says so that it acts in that layer and, alone, in no other.
ACTS = {
    "repost": {"kind": "repost", "repost_of": "900", "text": "RT: the words of somebody else"},
    "url": {"text": "look", "urls": "https://news.example/a"},
    "hashtag": {"text": "look", "hashtags": "harbour"},
    "image": {"text": "look", "media_hashes": "bsky:bafkreipicture"},
    "text": {"text": "The very same sentence, word for word"},
    "text-exact": {"text": "The very same sentence, word for word"},
    "reply": {"kind": "reply", "reply_to": "900", "text": "so it is"},
}
#: Columns that name what is acted on; a number after it makes another object.
OBJECTS = ("repost_of", "reply_to", "urls", "hashtags", "media_hashes")
HEADER = f"id,account_id,time,kind,text,{','.join(OBJECTS)}"


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    names = HEADER.split(",")
    lines = [",".join(f'"{row.get(name, "")}"' for name in names) for row in rows]
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return path


def posts_of(layer: str, *, accounts: int, posts: int) -> list[dict[str, str]]:
    """`accounts` accounts that act `posts` times on the same things, ten seconds apart."""
    rows = []
    for number in range(posts):
        for account in range(accounts):
            row = dict(ACTS[layer])
            row["id"] = str(1000 + number * accounts + account)
            row["account_id"] = str(account + 1)
            row["kind"] = row.get("kind", "post")
            row["time"] = f"2024-05-{1 + number:02d}T12:00:{10 * account:02d}Z"
            for name in OBJECTS:
                if name in row:
                    row[name] += str(number)
            if layer.startswith("text"):
                row["text"] = sentence(number)
            rows.append(row)
    return rows


def test_every_module_of_layers_is_in_the_tuple() -> None:
    names = {module.name for module in pkgutil.iter_modules(layers.__path__)} - {"base"}
    found = {
        importlib.import_module(f"fanal.coordination.layers.{name}").LAYER for name in names
    }
    assert set(LAYERS) == found
    assert {layer.name for layer in LAYERS} == set(ACTS)
    assert {name.replace("_", "-") for name in names} == set(ACTS)


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
def test_a_layer_finds_its_own_co_actions_and_no_others(layer: Layer, tmp_path: Path) -> None:
    rows = posts_of(layer.name, accounts=3, posts=6)
    case = create_case(tmp_path / "a.case")
    case.add(write(tmp_path / "posts.csv", rows), now=1)
    result = case.coordinate(layers=[layer.name], shuffles=0, fdr=0.99, now=1)
    assert result.summary["layers"][layer.name]["actions"] == len(rows)
    assert result.summary["layers"][layer.name]["co_actions"] == 3 * 6
    for other in LAYERS:
        if other.name.removesuffix("-exact") != layer.name.removesuffix("-exact"):
            with pytest.raises(AnalysisError, match="no post of this case acts"):
                case.coordinate(layers=[other.name], shuffles=0, now=1)


def test_one_post_that_acts_in_four_layers_counts_once(tmp_path: Path) -> None:
    # two accounts: on six days posts with the same words, link, picture and tag; on six
    # others a repost of the same post
    rows = posts_of("text", accounts=2, posts=12)
    for number, row in enumerate(rows):
        day = number // 2
        if day % 2:
            row |= {"kind": "repost", "repost_of": str(900 + day)}
        row |= {"urls": f"https://news.example/{day}", "hashtags": f"tag{day}"}
        row["media_hashes"] = f"bsky:bafkrei{day}"
    case = create_case(tmp_path / "a.case")
    case.add(write(tmp_path / "posts.csv", rows + crowd()), now=1)
    result = case.coordinate(shuffles=0, now=1)
    assert set(result.summary["layers"]) == {"repost", "url", "hashtag", "image", "text"}
    (link,) = result.edges.to_pylist()
    assert link["layers"] == "repost+url+hashtag+image+text"
    assert link["objects"] == 4 * 6 + 6
    counted = [row for row in result.evidence.to_pylist() if row["counted"]]
    assert len({row["source_post"] for row in counted}) == len(counted) == 12
    assert link["surprise"] == sum(row["weight"] for row in counted)


def crowd() -> list[dict[str, str]]:
    """Two accounts of eighty, other ones each time, do the same thing seconds apart."""
    rows = []
    for number in range(720):
        met = number // 2
        row = {
            "id": str(5000 + number), "account_id": str(10 + (met * (1 + number % 2 * 6) + number) % 80),
            "kind": "post",
            "time": f"2024-05-{1 + met % 12:02d}T{12 + met % 5:02d}:{met % 60:02d}:{number % 2:02d}Z",
            "text": sentence(1000 + met),
            "urls": f"https://other.example/{met}", "hashtags": f"other{met}",
            "media_hashes": f"bsky:other{met}",
        }  # fmt: skip
        if met % 2:
            row |= {"kind": "repost", "repost_of": str(100 + met)}
        rows.append(row)
    return rows


def source_of(
    tmp_path: Path, layer: str, posts: list[Row], accounts: Iterable[Row] = ()
) -> Any:
    """Return the source of each object of a layer, of a case with these posts."""
    folder = new_case(tmp_path / "a.case")
    add_rows(folder, "one", posts, accounts=accounts)
    (named,) = layers_named((layer,))
    table = actions_in(folder, folder.snapshot(), (named,), 1)[layer]
    assert table["source"].type == pa.string()
    return dict(zip(table["object"].to_pylist(), table["source"].to_pylist(), strict=True))


def test_a_repost_comes_from_the_account_reposted(tmp_path: Path) -> None:
    share = {"kind": "repost", "account": "x:9"}
    ada = "bsky:at://did:plc:ada/app.bsky.feed.post/3k"
    posts = [
        post("x:1", account="x:5"),
        post("x:2", repost_of="x:1", **share),
        post("x:3", repost_of="x:70", text="RT @Known: as it was", **share),
        post("x:4", repost_of="x:71", text="RT @Unknown: as it was", **share),
        post("x:5", repost_of="x:72", text="as it was", **share),
        post("bsky:1", repost_of=ada, **share),
    ]
    known = {"account": "x:6", "platform": "x", "handle": "known"}
    assert source_of(tmp_path, "repost", posts, [known]) == {
        "x:1": "x:5",
        "x:70": "x:6",
        "x:71": "x:@unknown",
        "x:72": None,
        ada: "bsky:did:plc:ada",
    }


def test_a_link_comes_from_its_host_and_words_from_nobody(tmp_path: Path) -> None:
    keys = ["news.example/a?b=1", "x.example", "shop.example:8080/a", "mailto:a@b.example"]
    (tmp_path / "a").mkdir()
    assert source_of(tmp_path / "a", "url", [post("x:1", urls=keys, url_keys=keys)]) == {
        "news.example/a?b=1": "news.example",
        "x.example": "x.example",
        "shop.example:8080/a": "shop.example",
        "mailto:a@b.example": None,
    }
    for layer, shown in (("hashtag", "hashtags"), ("image", "media_hashes")):
        (tmp_path / layer).mkdir()
        assert source_of(tmp_path / layer, layer, [post("x:1", **{shown: ["a"]})]) == {
            "a": None
        }


def test_an_answer_comes_from_the_account_answered(tmp_path: Path) -> None:
    posts = [
        post("x:1", account="x:5"),
        post("x:2", kind="reply", reply_to="x:1"),
        post("x:3", kind="quote", reply_to="x:70", quote_of="x:1"),
    ]
    assert source_of(tmp_path, "reply", posts) == {"x:1": "x:5", "x:70": None}


@pytest.mark.parametrize("seed", range(2))
def test_fans_who_answer_their_own_star_each_for_himself_are_not_linked(seed: int) -> None:
    # five stars with 60 posts in 30 days; of 300 fans each, a tenth answers, half within 20 minutes
    draw = np.random.default_rng(seed)
    rows = []
    for star, number in product(range(5), range(60)):
        posted = 1_700_000_000 + int(draw.integers(0, 30)) * 86_400
        posted += int(draw.integers(8 * 3600, 23 * 3600))
        fans = np.flatnonzero(draw.random(300) < 0.1) + 300 * star
        delays = draw.lognormal(np.log(1200), 1.5, fans.size)
        rows += [
            (f"{star}/{number}", f"a{fan}", (posted + int(delay)) * 1_000_000)
            for fan, delay in zip(fans, delays, strict=True)
        ]
    table = pa.table(
        dict(zip(("object", "account", "time"), zip(*rows, strict=True), strict=True))
    )
    result = coordinate(actions_of({"reply": table}), Settings(shuffles=0))
    assert result.summary["layers"]["reply"]["co_actions"] > 3_000
    assert result.summary["links"] == 0


@pytest.mark.parametrize("layer", ["text", "text-exact"])
def test_the_same_words_are_found_behind_case_accents_links_and_mentions(
    tmp_path: Path, layer: str
) -> None:
    words = [
        "Le port de Brélès est fermé depuis ce matin",
        "LE PORT DE BRELES EST FERME DEPUIS CE MATIN!!",
        "@somebody le port de breles est ferme... depuis ce matin https://news.example/x",
    ]
    rows = [
        {"id": str(n), "account_id": str(n + 1), "kind": "post", "text": text,
         "time": f"2024-05-01T12:00:{n:02d}Z"}
        for n, text in enumerate(words)
    ]  # fmt: skip
    case = create_case(tmp_path / "a.case")
    case.add(write(tmp_path / "posts.csv", rows), now=1)
    result = case.coordinate(layers=[layer], shuffles=0, now=1)
    assert result.summary["objects"] == 1
    assert result.summary["layers"][layer]["co_actions"] == 3


def test_copies_with_changed_words_have_one_object_and_templates_share_none(
    tmp_path: Path,
) -> None:
    claim = (
        "The harbour of Breles has been closed since this morning, says the mayor of the town"
    )
    texts = [
        claim,
        claim.replace("morning", "evening"),
        claim.replace("mayor", "mаyor") + " #harbour",  # a Cyrillic letter
        claim[: len(claim) * 3 // 4] + "…",
        *(f"Weather in {town}: {n} degrees and {n + 40} % humidity this fine morning"
          for n, town in enumerate(["Brest", "Quimper", "Lannion", "Morlaix", "Vannes", "Redon"])),
    ]  # fmt: skip
    rows = [
        {"id": str(n), "account_id": str(n + 1), "kind": "post", "text": text,
         "time": f"2024-05-01T12:00:{n:02d}Z"}
        for n, text in enumerate(texts)
    ]  # fmt: skip
    case = create_case(tmp_path / "a.case")
    case.add(write(tmp_path / "posts.csv", rows), now=1)
    near = case.coordinate(layers=["text"], shuffles=0, now=1).summary["layers"]["text"]
    exact = case.coordinate(layers=["text-exact"], shuffles=0, now=1).summary["layers"]
    assert near["co_actions"] == 4 * 3 // 2
    assert near["actions"] == len(texts)  # what a template's posts did counts; none meet on it
    assert exact["text-exact"]["actions"] == len(texts)


def test_the_two_layers_of_words_are_never_asked_together() -> None:
    with pytest.raises(AnalysisError, match="would count twice"):
        layers_named(("text", "text-exact"))


def test_short_texts_are_no_object(tmp_path: Path) -> None:
    rows = posts_of("text", accounts=2, posts=3)
    for row in rows:
        row["text"] = "Good morning!"
    case = create_case(tmp_path / "a.case")
    case.add(write(tmp_path / "posts.csv", rows), now=1)
    with pytest.raises(AnalysisError, match="no post"):
        case.coordinate(layers=["text"], shuffles=0, now=1)


def test_an_unknown_layer_names_those_that_exist() -> None:
    with pytest.raises(AnalysisError, match="url, hashtag, image, text, text-exact, reply"):
        layers_named(("music",))
    assert layers_named() == tuple(layer for layer in LAYERS if not layer.by_name)
