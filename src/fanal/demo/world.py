"""The made-up world: a capture of two weeks round one invented rumour, and the truth about it.

1. The crowd lives its life (`crowd`).   2. Hidden groups (`hidden`) and innocents who look alike
(`innocents`) join it.   3. The posts are written as twarc2 writes them (`twarc`), the truth beside
them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fanal.demo import crowd, hidden, innocents, twarc
from fanal.demo.groups import Group
from fanal.demo.scene import Scene
from fanal.demo.words_groups import GROUPS

POSTS_FILE = "world.jsonl"
TRUTH_FILE = "truth.json"


@dataclass(frozen=True, slots=True)
class World:
    """A scene and the truth about its accounts."""

    seed: int
    scene: Scene
    groups: tuple[Group, ...]
    viral: int

    def truth(self) -> dict[str, Any]:
        """Return what is true, ready for JSON: accounts by their key in a case."""
        people, acts = self.scene.people, self.scene.acts
        return {
            "seed": self.seed,
            "accounts": len({act.author for act in acts}),
            "posts": len(acts),
            "groups": [
                {
                    "key": group.key,
                    "name": GROUPS["en"][group.key].name,
                    "about": GROUPS["en"][group.key].about,
                    "hidden": group.hidden,
                    "seen_by": group.seen_by,
                    "between": list(group.between_us),
                    "accounts": [people[member].key for member in group.members],
                }
                for group in self.groups
            ],
            "viral": {
                "post": f"x:{acts[self.viral].id}",
                "reposted_by": [
                    people[act.author].key for act in acts if act.of == self.viral
                    and act.kind == "repost"
                ],
            },
        }  # fmt: skip


def make_world(seed: int) -> World:
    """Return the world that `seed` gives; the same seed gives the same world."""
    scene = Scene(np.random.default_rng(seed))
    people = crowd.gather(scene)
    planted = (*hidden.plant(scene, people), *innocents.join(scene, people))
    return World(seed, scene, planted, people.viral)


def write_world(world: World, folder: Path) -> tuple[Path, Path]:
    """Write the posts and the truth into `folder`; returns both paths."""
    folder.mkdir(parents=True, exist_ok=True)
    posts, truth = folder / POSTS_FILE, folder / TRUTH_FILE
    twarc.write_pages(world.scene, posts)
    text = json.dumps(world.truth(), ensure_ascii=False, indent=1)
    truth.write_text(text + "\n", encoding="utf-8", newline="\n")
    return posts, truth
