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
from fanal.demo.score import told
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


def test_each_repost_carries_the_account_that_is_reposted(written: Path) -> None:
    reposts = 0
    for page in pages(written):
        users = {user["id"] for user in page["includes"]["users"]}
        authors = {post["id"]: post["author_id"] for post in page["includes"]["tweets"]}
        for post in page["data"]:
            for one in post.get("referenced_tweets", ()):
                reposts += one["type"] == "retweeted"
                assert authors[one["id"]] in users
    assert reposts > 3_000


def test_the_world_is_as_large_as_told(world: World) -> None:
    truth = world.truth()
    assert 1_700 <= truth["accounts"] <= 1_900
    assert 8_000 <= truth["posts"] <= 10_000
    assert {act.lang for act in world.scene.acts} == {"fr", "en"}
    assert Counter(group["hidden"] for group in truth["groups"]) == {True: 6, False: 5}
    assert all(8 <= len(g["accounts"]) <= 14 for g in truth["groups"] if g["hidden"])
    everybody = [key for group in truth["groups"] for key in group["accounts"]]
    assert len(everybody) == len(set(everybody))


def test_the_fresh_accounts_are_days_old_and_post_once(world: World) -> None:
    (fresh,) = (group for group in world.groups if group.key == "burst")
    acts = [act for act in world.scene.acts if act.author in fresh.members]
    assert len(acts) == len(fresh.members) == 12
    assert len({act.text for act in acts}) == 1
    assert max(act.at_ms for act in acts) - min(act.at_ms for act in acts) <= 50_000
    ages = [START_MS - world.scene.people[one].created_ms for one in fresh.members]
    assert max(ages) <= 2 * 86_400_000


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_groups_that_pairs_can_see_are_found(tours: dict[int, Tour], seed: int) -> None:
    # Pairs linked with seeds 1 to 10: reposters 85 to 91 of 91, linkers 45, pasters 35 or 36 of 36.
    truth = {group.key: group.seen_by for group in make_world(seed).groups}
    for group in tours[seed].score.planted:
        if truth[group.key] == "pairs":
            assert group.linked / group.pairs >= 0.7, group.key


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_what_pairs_cannot_see_they_do_not_see(tours: dict[int, Tour], seed: int) -> None:
    held = {group.key: group for group in tours[seed].score.planted}
    assert held["burst"].linked == held["slow"].linked == 0
    assert held["sparse"].headline / held["sparse"].pairs <= 0.2
    assert not held["slow"].found


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_the_viral_post_alone_links_nobody(tours: dict[int, Tour], seed: int) -> None:
    assert tours[seed].score.viral_reposts > 300
    assert tours[seed].score.viral_links == 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_the_crowd_and_the_cyclists_are_left_alone(tours: dict[int, Tour], seed: int) -> None:
    held = tours[seed].score
    assert {group.key: group.linked for group in held.lookalikes}["cohort"] == 0
    assert held.others_named <= 4


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_a_plain_threshold_links_fans_newsroom_parliament_and_clients(
    tours: dict[int, Tour], seed: int
) -> None:
    (part,) = (one for one in tours[seed].story if one.title == "Innocents who look alike")
    rows = [re.split(r"\s{2,}", line.strip()) for line in part.lines if line.startswith("  ")]
    table = {row[0]: [int(cell.replace(",", "")) for cell in row[1:]] for row in rows[1:]}
    assert table["the fan club"][:2] == [30, 435]
    assert table["the fan club"][2] > 400
    assert table["the newsroom"][2] >= 15
    assert table["the members of parliament"][2] >= 70
    assert table["the agency's clients"][2] == 91
    assert table["the canal cyclists"][2] == 0
    held = {group.key: group for group in tours[seed].score.lookalikes}
    assert [table["the fan club"][3], table["the fan club"][4]] == [
        held["fans"].linked,
        held["fans"].headline,
    ]


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_the_counts_add_up(tours: dict[int, Tour], seed: int) -> None:
    made = tours[seed]
    held, text = made.score, " ".join(told(made.score))
    assert f"Hidden groups found: {held.found[0]} of 6." in text
    innocents = re.search(r"Innocent accounts accused: (\d+) of ([\d,]+) \(([^)]*)\)", text)
    assert innocents
    shown = [(int(a), int(b.replace(",", ""))) for a, b in
             re.findall(r"(\d+) of ([\d,]+)", innocents[3])]  # fmt: skip
    assert sum(one for one, _ in shown) == int(innocents[1]) == held.innocent[0]
    assert sum(all_ for _, all_ in shown) == held.innocent[1]
    assert sum(group.accounts for group in held.planted) + held.innocent[1] == made.accounts


@pytest.mark.slow
def test_the_report_tells_the_truth_and_says_all_is_invented(tours: dict[int, Tour]) -> None:
    page = tours[7].report_html
    assert "every account, text and address in it is invented" in page
    assert f"Hidden groups found: {tours[7].score.found[0]} of 6" in page
    assert not re.findall(r'<script(?! type="(?:module|application/json)")', page)


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
    assert "Innocent accounts accused:" in done.stdout
    assert "making a world" in done.stderr
    assert (tmp_path / "d" / "report.html").is_file()
    assert (tmp_path / "d" / "world.jsonl").is_file()
