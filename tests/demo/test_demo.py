"""The demo: a world whose truth is known, what is found in it, and who is wronged."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from fanal.demo.scene import END_MS, FIRST_ACCOUNT, START_MS
from fanal.demo.score import GroupScore, Score, score, told
from fanal.demo.tour import Tour, tour
from fanal.demo.world import World, make_world, write_world

NOW = 1_760_000_000_000_000
SEEDS = (7, 8, 9)


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(7)


@pytest.fixture(scope="module")
def written(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    write_world(world, folder)
    return folder


@pytest.fixture(scope="module")
def tours(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Tour]:
    def quiet(*_: Any) -> None:
        pass

    root = tmp_path_factory.mktemp("tours")
    return {
        seed: tour(root / str(seed), seed=seed, now=NOW, say=quiet, progress=quiet)
        for seed in SEEDS
    }


def pages(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "world.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_the_same_seed_gives_the_same_world(
    world: World, written: Path, tmp_path: Path
) -> None:
    write_world(make_world(7), tmp_path)
    for name in ("world.jsonl", "truth.json"):
        assert (tmp_path / name).read_bytes() == (written / name).read_bytes()
    assert make_world(8).truth() != world.truth()


def test_pages_have_the_shape_that_twarc_writes(written: Path) -> None:
    for page in pages(written):
        assert set(page) == {"data", "includes", "meta", "__twarc"}
        assert page["meta"]["result_count"] == len(page["data"]) <= 100
        users = {user["id"] for user in page["includes"]["users"]}
        included = {post["id"] for post in page["includes"]["tweets"]}
        for post in page["data"] + page["includes"]["tweets"]:
            assert post["author_id"] in users
        for post in page["data"]:
            for reference in post.get("referenced_tweets", ()):
                assert reference["id"] in included
            for kind in ("hashtags", "urls"):
                for entity in post.get("entities", {}).get(kind, ()):
                    shown = post["text"][entity["start"] : entity["end"]]
                    assert shown == (
                        f"#{entity['tag']}" if kind == "hashtags" else entity["url"]
                    )


def test_posts_run_backwards_and_their_ids_fit_their_times(written: Path) -> None:
    ids = [int(post["id"]) for page in pages(written) for post in page["data"]]
    assert ids == sorted(set(ids), reverse=True)
    times = [(number >> 22) + 1_288_834_974_657 for number in ids]
    assert min(times) >= START_MS
    assert max(times) < END_MS


def test_nobody_in_it_can_exist(written: Path) -> None:
    for page in pages(written):
        for user in page["includes"]["users"]:
            assert int(user["id"]) >= FIRST_ACCOUNT
            assert "." in user["username"]
    text = (written / "world.jsonl").read_text(encoding="utf-8")
    hosts = set(re.findall(r"https?://([^/\"]+)", text))
    assert hosts
    assert all(host.endswith(".example") for host in hosts)


def test_the_world_is_as_large_as_told(world: World) -> None:
    truth = world.truth()
    assert 1_400 <= truth["accounts"] <= 1_600
    assert 10_000 <= truth["posts"] <= 20_000
    assert Counter(group["hidden"] for group in truth["groups"]) == {True: 5, False: 2}
    assert all(5 <= len(g["accounts"]) <= 15 for g in truth["groups"] if g["hidden"])
    everybody = [key for group in truth["groups"] for key in group["accounts"]]
    assert len(everybody) == len(set(everybody))


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_hidden_groups_are_found(tours: dict[int, Tour], seed: int) -> None:
    # Five looks (four layers, and all together) cost a factor of 5 in p: see docs/decisions.md.
    # Found of 179: 156, 171, 159 with these seeds; the linkers are the
    # weakest (29, 37, 35 of 45). Some worlds are harder: seeds 1 to 12 give 147 to 171.
    found, pairs = tours[seed].score.hidden
    assert found / pairs >= 0.85
    for group in tours[seed].score.groups:
        if group.hidden and group.findable:
            floor = 0.6 if group.name == "the linkers" else 0.85
            assert group.found / group.pairs >= floor, group.name


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_the_viral_post_alone_links_nobody(tours: dict[int, Tour], seed: int) -> None:
    assert tours[seed].score.viral_reposts > 500
    assert tours[seed].score.viral_links == 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_the_crowd_and_the_newsroom_are_left_alone(tours: dict[int, Tour], seed: int) -> None:
    held = tours[seed].score
    innocent = {group.name: group for group in held.groups if not group.hidden}
    assert innocent["the newsroom"].linked == 0
    assert held.others_linked <= 4
    assert innocent["the fan club"].linked <= 15


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_the_counts_add_up(tours: dict[int, Tour], seed: int) -> None:
    made = tours[seed]
    held, text = made.score, " ".join(told(made.score))
    found, pairs = held.hidden
    assert f"Hidden pairs found: {found} of {pairs}." in text
    parts = re.findall(r"(\d+) of (\d+) pairs found", text)
    assert sum(int(one) for one, _ in parts) == found
    innocents = re.search(r"Innocent accounts linked: (\d+) of ([\d,]+) \(([^)]*)\)", text)
    assert innocents
    shown = [(int(a), int(b.replace(",", ""))) for a, b in
             re.findall(r"(\d+) of ([\d,]+)", innocents[3])]  # fmt: skip
    assert sum(one for one, _ in shown) == int(innocents[1]) == held.innocent[0]
    assert sum(all_ for _, all_ in shown) == held.innocent[1]
    hidden = sum(group.accounts for group in held.groups if group.hidden)
    assert hidden + held.innocent[1] == made.accounts


@pytest.mark.slow
def test_the_report_tells_the_truth_and_says_all_is_invented(tours: dict[int, Tour]) -> None:
    page = tours[7].report_html
    assert "every account, text and address in it is invented" in page
    assert f"Hidden pairs found: {tours[7].score.hidden[0]} of" in page
    assert "<script" not in page


@pytest.mark.slow
def test_a_second_demo_in_the_same_place_replaces_the_world(tmp_path: Path) -> None:
    def quiet(*_: Any) -> None:
        pass

    for seed in (3, 4, 4):
        made = tour(tmp_path, seed=seed, now=NOW, say=quiet, progress=quiet)
        truth = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))
        assert truth["seed"] == seed
        from fanal import open_case

        assert len(open_case(made.case).inputs()) == 1
        assert made.posts == truth["posts"]


@pytest.mark.slow
def test_the_command_prints_answers_on_stdout_and_progress_on_stderr(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "fanal", "demo", str(tmp_path / "d"), "--no-open", "--seed", "5"],
        capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert "Innocent accounts linked:" in done.stdout
    assert "making a world" in done.stderr
    assert (tmp_path / "d" / "report.html").is_file()
    assert (tmp_path / "d" / "world.jsonl").is_file()


def test_a_score_by_hand() -> None:
    truth = {
        "accounts": 10,
        "groups": [
            {"name": "g", "about": "do", "hidden": True, "findable": True,
             "accounts": ["a", "b", "c"]},
            {"name": "fans", "about": "like", "hidden": False, "findable": True,
             "accounts": ["d", "e"]},
        ],
        "viral": {"post": "v", "reposted_by": ["a", "x"]},
    }  # fmt: skip
    edges = [("a", "b"), ("b", "d"), ("x", "y")]
    evidence = [("a", "b", "o"), ("a", "b", "v"), ("x", "y", "v"), ("b", "d", "o")]
    held = score(truth, edges, evidence)
    assert held == Score(
        groups=(
            GroupScore(name="g", about="do", hidden=True, findable=True, accounts=3, linked=2,
                       pairs=3, found=1),
            GroupScore(name="fans", about="like", hidden=False, findable=True, accounts=2,
                       linked=1, pairs=1, found=0),
        ),
        others=5, others_linked=2, links=3, viral_reposts=2, viral_links=1,
    )  # fmt: skip
    assert held.hidden == (1, 3)
    assert held.innocent == (3, 7)
