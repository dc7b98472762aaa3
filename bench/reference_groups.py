"""The same settings on groups that nobody suspects: how many of their pairs are linked.

1. Made up, in the demo's world (seeds 7, 8, 9): fans, a newsroom, members of a parliament, an
   agency's clients, people with one subject. Real: French media, Russian-language news channels,
   ordinary accounts that wrote to airlines. Apart: local sites of one owner.
2. Each through a case, all layers, the defaults (60 s, or the precision of the times).
3. Pairs within the group, pairs linked, pairs in the headline (also with shared interest
   expected, and not fragile), and the exact 95 % interval (Clopper and Pearson 1934,
   doi:10.1093/biomet/26.4.404) of the share linked. Pairs share accounts, so it is too narrow.

Alone (``python bench/reference_groups.py``) it prints the table of docs/reference-groups.md; with
``toml`` behind it, what src/fanal/reports/reference_groups.toml holds.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from scipy.stats import beta

import sets
from fanal import __version__, create_case
from fanal.demo.score import headline, score
from fanal.demo.world import make_world, write_world
from measure import Measure
from shared_data import shared_folder

SEEDS = (7, 8, 9)
MADE_UP = {
    "fans": "made up: fans of a singer with notifications",
    "newsroom": "made up: a newsroom's staff",
    "parliament": "made up: members of a parliament",
    "agency": "made up: an agency's clients",
    "cohort": "made up: people with one subject",
}
FRENCH = {
    "made up: fans of a singer with notifications": "inventé : fans d'une chanteuse, notifications activées",
    "made up: a newsroom's staff": "inventé : une rédaction",
    "made up: members of a parliament": "inventé : des parlementaires",
    "made up: an agency's clients": "inventé : les clients d'une agence",
    "made up: people with one subject": "inventé : des passionnés d'un même sujet",
    "French media, 100 posts each": "médias français, 100 messages chacun",
    "Russian-language news channels": "chaînes d'information en russe",
    "ordinary accounts, one week of 2015": "comptes ordinaires, une semaine de 2015",
    "local sites of one owner": "sites locaux d'un seul propriétaire",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Real:
    """A real set: its file, what its columns mean, and whether one owner is behind it."""

    name: str
    file: str
    columns: dict[str, str]
    platform: str = "x"
    one_owner: bool = False


REAL = (
    Real(
        name="French media, 100 posts each",
        file="french_media_tweets/tweets",
        columns={"account": "id_compte", "post_id": "id_tweet", "time": "created_at", "text": "text"},
    ),
    Real(
        name="Russian-language news channels",
        file="telegram_ru_news/posts",
        columns={"account": "channel", "time": "date", "text": "text"},
        platform="telegram",
    ),
    Real(
        name="ordinary accounts, one week of 2015",
        file="airline_2015_normal_accounts/tweets",
        columns={"account": "account", "post_id": "tweet_id", "time": "created_at_utc", "text": "text"},
    ),
    Real(
        name="local sites of one owner",
        file="pinkslime_local_journals/stories_2020-02_on",
        columns={"account": "site", "time": "publishedOn", "text": "storyTitle"},
        platform="web",
        one_owner=True,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What was counted in one group."""

    name: str
    accounts: int
    pairs: int
    links: int
    headline: int
    window_s: float

    @property
    def interval(self) -> tuple[float, float]:
        """The exact 95 % interval of the share of pairs linked."""
        k, n = self.links, self.pairs
        low = float(beta.ppf(0.025, k, n - k + 1)) if k else 0.0
        return low, float(beta.ppf(0.975, k + 1, n - k)) if k < n else 1.0


def main() -> list[Measure]:
    """Count in all groups."""
    return [
        Measure(
            f"pairs linked: {one.name}",
            float(one.links),
            "",
            note=f"of {one.pairs:,} pairs of {one.accounts:,} accounts, {one.window_s:g} s; "
            f"in the headline {one.headline:,}",
        )
        for one in counted()
    ] + ([] if shared_folder() else [Measure("real groups", None, note=sets.ABSENT)])


def counted() -> list[Counted]:
    """Return what was counted, group by group."""
    with tempfile.TemporaryDirectory() as folder:
        found = made_up(Path(folder))
        if shared_folder() is not None:
            found += [real(one, Path(folder) / f"{n}.case") for n, one in enumerate(REAL)]
    return found


def made_up(folder: Path) -> list[Counted]:
    """Return the groups of the demo's world (1), counts of all seeds together."""
    sums: dict[str, list[int]] = {key: [0, 0, 0, 0] for key in MADE_UP}
    for seed in SEEDS:
        world = make_world(seed)
        posts, _ = write_world(world, folder / str(seed))
        result = linked(folder / f"{seed}.case", posts, None)
        for group in score(world.truth(), result).lookalikes:
            for place, count in enumerate(
                (group.accounts, group.pairs, group.linked, group.headline)
            ):
                sums[group.key][place] += count
    return [
        Counted(name=MADE_UP[key], accounts=row[0], pairs=row[1], links=row[2],
                headline=row[3], window_s=60.0)
        for key, row in sums.items()
    ]  # fmt: skip


def real(one: Real, case: Path) -> Counted:
    """Return what was counted in a real set."""
    path = sets.folder() / f"data/{one.file}.parquet"
    mapping = {"platform": one.platform, "time_zone": "UTC", "columns": one.columns}
    result = linked(case, path, mapping)
    accounts = len(set(pq.read_table(path)[one.columns["account"]].to_pylist()))
    return Counted(
        name=one.name,
        accounts=accounts,
        pairs=accounts * (accounts - 1) // 2,
        links=result.edges.num_rows,
        headline=len(headline(result)),
        window_s=result.summary["windows_s"][0],
    )


def linked(path: Path, file: Path, mapping: dict[str, Any] | None) -> Any:
    """Return the result of a run with the defaults on one file (2)."""
    case = create_case(path)
    case.add(file, mapping=mapping, now=0)
    return case.coordinate(shuffles=0, threads=2, now=0)


def page(found: list[Counted]) -> str:
    """Return the table of the page, in Markdown."""
    lines = ["| group | accounts | pairs | linked | share, 95 % | headline | window |",
             "|---|---|---|---|---|---|---|"]  # fmt: skip
    for one in found:
        low, high = (f"{100 * share:.2g}" for share in one.interval)
        lines.append(
            f"| {one.name} | {one.accounts:,} | {one.pairs:,} | {one.links:,} | "
            f"{low} to {high} % | {one.headline:,} | {one.window_s:g} s |"
        )
    return "\n".join(lines)


def as_toml(found: list[Counted]) -> str:
    """Return the counts as the report's data file holds them."""
    owners = {one.name for one in REAL if one.one_owner}
    return "\n\n".join(
        f'[[group]]\nfr = "{FRENCH[one.name]}"\nen = "{one.name}"\n'
        f"made_up = {str(one.name in MADE_UP.values()).lower()}\n"
        f"one_owner = {str(one.name in owners).lower()}\n"
        f"accounts = {one.accounts}\npairs = {one.pairs}\nlinks = {one.links}\n"
        f'headline = {one.headline}\nwindow_s = {one.window_s:g}\nmeasured_on = "{__version__}"'
        for one in found
    )


if __name__ == "__main__":
    print((as_toml if sys.argv[1:] == ["toml"] else page)(counted()))
