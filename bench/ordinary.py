"""Ordinary accounts, where no link should be; and known accounts, whose communities are compared.

1. 14,640 posts by 7,701 accounts that wrote to airlines in one week of 2015, through a case, layers
   text (the same words or nearly) and text-exact, 60 s: links; and links after each of twenty
   exchanges of accounts.
2. Posts of Nov 2015 by accounts that a platform attributed to one operation, times known to the
   minute, through a case: the communities of the links against the category that Clemson
   University gave each account. Adjusted Rand index: 0 as by chance, 1 the same partition; a
   category that falls into many communities lowers it. Homogeneity: 1 when no community mixes
   categories. Only accounts with a link are in it.

No peer. Excluded: time.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sklearn.metrics import adjusted_rand_score, homogeneity_score

import sets
from fanal import create_case
from fanal.case import Case
from measure import Measure, table
from shared_data import shared_folder

SHUFFLES = 20
AIRLINE = {
    "platform": "x",
    "time_zone": "UTC",
    "columns": {
        "account": "account",
        "post_id": "tweet_id",
        "time": "created_at_utc",
        "text": "text",
    },
}
ATTRIBUTED = {
    "platform": "x",
    "time_zone": "UTC",
    "columns": {
        "account": "author_id",
        "time": "publish_date",
        "text": "content",
        "lang": "language",
        "is_repost": "retweet",
    },
}
TEXTS = ("text", "text-exact")
LAYERS = (("text",), ("hashtag",), ("hashtag", "text"))


def main() -> list[Measure]:
    """Measure both sets."""
    if shared_folder() is None:
        return [Measure("ordinary accounts", None, note=sets.ABSENT)]
    with tempfile.TemporaryDirectory() as folder:
        return [*ordinary(Path(folder) / "airline.case"), *attributed(Path(folder))]


def added(case: Path, file: Path, mapping: dict[str, object]) -> Case:
    """Return a new case with one file in it."""
    made = create_case(case)
    made.add(file, mapping=mapping, now=0)
    return made


def ordinary(path: Path) -> list[Measure]:
    """Count links of ordinary accounts, and after shuffles (1)."""
    file = sets.folder() / "data/airline_2015_normal_accounts/tweets.parquet"
    case = added(path, file, AIRLINE)
    return [one for layer in TEXTS for one in links_of(case, layer)]


def links_of(case: Case, name: str) -> list[Measure]:
    """Count the links that a layer gives, those of the headline, and shuffles without any."""
    found = case.coordinate(layers=(name,), shuffles=SHUFFLES, threads=2, now=0).summary
    layer = found["layers"][name]
    note = (
        f"layer {name}, {found['windows_s'][0]:g} s, {layer['actions']:,} actions of "
        f"{layer['accounts']:,} accounts; {layer['co_actions']:,} co-actions"
    )
    clean = float(found["shuffles"].count(0))
    title = f"shuffles without a link, of {SHUFFLES}, ordinary accounts, {name}"
    links, headline = float(found["links"]), float(found["headline"])
    return [
        Measure(f"links among ordinary accounts, {name}", links, "", 0.0, note=note),
        Measure(f"links in their headline, {name}", headline, "", 0.0),
        Measure(title, clean, "", 19.0, lower_is_better=False),
    ]


def attributed(folder: Path) -> list[Measure]:
    """Compare communities with known categories (2)."""
    posts = pq.read_table(
        sets.folder() / "data/ira_troll_tweets/tweets_2015-11-01_2015-12-15.parquet"
    )
    november = posts.filter(
        pc.less(posts["publish_date"], pa.scalar("2015-12-01").cast(pa.timestamp("us")))
    )
    file = folder / "november.parquet"
    pq.write_table(november.select(list(ATTRIBUTED["columns"].values())), file)  # type: ignore[attr-defined]
    case = added(folder / "november.case", file, ATTRIBUTED)
    names = november["author_id"].to_pylist()
    known = dict(zip(names, november["account_category"].to_pylist(), strict=True))
    return [compared(case, layers, known) for layers in LAYERS]


def compared(case: Case, layers: tuple[str, ...], known: dict[str, str]) -> Measure:
    """Return the adjusted Rand index of the communities over some layers."""
    found = case.coordinate(layers=layers, shuffles=0, threads=2, now=0)
    accounts = [key.split(":", 1)[1] for key in found.communities["account"].to_pylist()]
    communities = found.communities["community"].to_pylist()
    name = f"communities against categories, {' and '.join(layers)}"
    if not accounts:
        return Measure(name, None, note="no links")
    categories = [known[one] for one in accounts]
    value = adjusted_rand_score(categories, communities)
    note = (
        f"adjusted Rand index; {found.summary['links']:,} links, {len(accounts):,} of "
        f"{found.summary['accounts']:,} accounts, {len(set(communities))} communities, "
        f"{len(set(categories))} categories, homogeneity "
        f"{homogeneity_score(categories, communities):.2f}, {found.summary['windows_s'][0]:g} s"
    )
    return Measure(name, float(value), "", note=note)


if __name__ == "__main__":
    print(table(main()))
