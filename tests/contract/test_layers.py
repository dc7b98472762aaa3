"""Every layer passes the same tests by being found."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import pytest

from fanal import create_case
from fanal.coordination import layers
from fanal.coordination.layers import LAYERS, layers_named
from fanal.coordination.layers.base import Layer
from fanal.errors import AnalysisError

#: For each layer, what one post says so that it acts in that layer and, alone, in no other.
ACTS = {
    "repost": {"kind": "repost", "repost_of": "900", "text": "RT: the words of somebody else"},
    "url": {"text": "look", "urls": "https://news.example/a"},
    "hashtag": {"text": "look", "hashtags": "harbour"},
    "text": {"text": "The very same sentence, word for word, on the harbour"},
}
HEADER = "id,account_id,time,kind,repost_of,text,urls,hashtags"


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
            for name in ("repost_of", "urls", "hashtags"):
                if name in row:
                    row[name] += str(number)
            if layer == "text":
                row["text"] += f" number {number}"
            rows.append(row)
    return rows


def test_every_module_of_layers_is_in_the_tuple() -> None:
    names = {module.name for module in pkgutil.iter_modules(layers.__path__)} - {"base"}
    found = {
        importlib.import_module(f"fanal.coordination.layers.{name}").LAYER for name in names
    }
    assert set(LAYERS) == found
    assert {layer.name for layer in LAYERS} == names == set(ACTS)


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
def test_a_layer_finds_its_own_co_actions_and_no_others(layer: Layer, tmp_path: Path) -> None:
    rows = posts_of(layer.name, accounts=3, posts=6)
    case = create_case(tmp_path / "a.case")
    case.add(write(tmp_path / "posts.csv", rows), now=1)
    result = case.coordinate(layers=[layer.name], shuffles=0, fdr=0.99, now=1)
    assert result.summary["layers"][layer.name]["actions"] == len(rows)
    assert result.summary["layers"][layer.name]["co_actions"] == 3 * 6
    for other in LAYERS:
        if other.name != layer.name:
            with pytest.raises(AnalysisError, match="no post of this case acts"):
                case.coordinate(layers=[other.name], shuffles=0, now=1)


def test_the_same_words_are_found_behind_case_accents_links_and_mentions(
    tmp_path: Path,
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
    result = case.coordinate(layers=["text"], shuffles=0, now=1)
    assert result.summary["objects"] == 1
    assert result.summary["layers"]["text"]["co_actions"] == 3


def test_short_texts_are_no_object(tmp_path: Path) -> None:
    rows = posts_of("text", accounts=2, posts=3)
    for row in rows:
        row["text"] = "Good morning!"
    case = create_case(tmp_path / "a.case")
    case.add(write(tmp_path / "posts.csv", rows), now=1)
    with pytest.raises(AnalysisError, match="no post"):
        case.coordinate(layers=["text"], shuffles=0, now=1)


def test_an_unknown_layer_names_those_that_exist() -> None:
    with pytest.raises(AnalysisError, match="repost, url, hashtag, text"):
        layers_named(("image",))
    assert layers_named() == LAYERS
