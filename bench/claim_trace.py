"""A claim traced through a case of a million posts; a cut spread told from a whole one; one real hoax.

1. A million posts by ``tools/make_claims_corpus.py`` (needs polars and wordfreq; seed 1), in a case.
   Seconds to prepare its texts once, to index its words once, and MB in the cache. Then 40 claims
   of five posts or more, one exact copy of each as the question: seconds from `Case.trace` to the
   whole answer, and to words found; share of the claim's posts found, heavy rewordings and
   translations left out; share of the posts found that are of the claim.
2. 138 cascades with true times, from the repost back to the root, times alone: a file that begins
   at the moment at which a share of the posts has passed, and a file that begins so long before the
   first: how often the tool says that the first copy is probably outside. And the same posts with
   the first ones taken out of a file that began long before: nothing tells.
3. The poisoned-turkey story of November 2015: its posts are those of the accounts that Clemson
   University calls Fearmonger, 26 to 29 November, that name turkey, poison, Koch, USDA or FSIS. 250
   of them (50 letters and more, seed 3) as the question: the share of these posts that one
   sentence finds, and the share that its most common lead, a hashtag, leads to.

Seconds of a busy machine are longer; processor seconds stand beside them. Excluded: process start, imports, compiling, reading the files into the case. No peer.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

import sets
from fanal import create_case
from fanal.case import Case
from fanal.case.tracing import words_of
from fanal.claims.continuation import HOUR_US, coverage
from fanal.claims.query import carriers
from fanal.store.folder import Folder
from fanal.store.search import TextIndex, text_index
from measure import Measure, table
from shared_data import shared_folder

POSTS, QUESTIONS, SEED = 1_000_000, 40, 1
#: Kinds that no comparison of words finds.
BEYOND = ("heavy", "translation")
COLUMNS = {"post_id": "post", "account": "account", "text": "text", "time": "time"}
MAPPING = {"platform": "other", "columns": COLUMNS}
FINDS = ("council", '"bonne nuit"', "gouvern*", "president france")
HOAX = "turkey|poison|koch|usda|fsis"
SHARES, BEFORE_H = (0.01, 0.1, 0.3, 0.5), (1, 24, 168)


def main() -> list[Measure]:
    """Measure all three."""
    if shared_folder() is None:
        return [Measure("a claim traced", None, note=sets.ABSENT)]
    with tempfile.TemporaryDirectory() as folder:
        return [*a_million(Path(folder)), *cut_spreads(), *hoax(Path(folder))]


def a_million(folder: Path) -> list[Measure]:
    """Measure answers over a million posts (1)."""
    corpus = folder / "corpus.parquet"
    tool = sets.folder() / "tools/make_claims_corpus.py"
    made = [sys.executable, "-B", str(tool), str(POSTS), str(corpus), str(SEED)]
    if subprocess.run(made, check=False, capture_output=True, cwd=tool.parent).returncode:
        return [Measure("a claim traced", None, note="needs polars and wordfreq")]
    rows = pq.read_table(corpus)
    case = _case(folder / "million.case", rows)
    held = Folder(case.path)
    began = time.perf_counter()
    index = text_index(held)
    words_of(index, 2)
    prepared = time.perf_counter() - began
    place = _size_mb(index)
    began = time.perf_counter()
    index.find("first")
    indexed = time.perf_counter() - began
    return [
        Measure("texts of 1 M posts prepared, once", prepared, note=f"{place:.0f} MB of cache"),
        Measure("words of 1 M posts indexed, once", indexed, note=f"{_size_mb(index) - place:.0f} MB"),
        *_answers(case, rows),
        _finds(index),
    ]  # fmt: skip


def _case(path: Path, rows: pa.Table) -> Case:
    random = np.random.default_rng(SEED)
    many = rows.num_rows
    posts = pa.table(
        {
            "post": [f"p{n}" for n in range(many)],
            "account": [str(n) for n in random.zipf(1.6, many) % 200_000],
            "text": rows["text"],
            "time": 1_700_000_000 + random.integers(0, 30 * 86_400, many),
        }
    )
    file = path.with_suffix(".parquet")
    pq.write_table(posts, file)
    case = create_case(path)
    case.add(file, mapping=MAPPING, now=0)
    return case


def _size_mb(index: TextIndex) -> float:
    return sum(file.stat().st_size for file in index.folder.rglob("*") if file.is_file()) / 1e6


def _answers(case: Case, rows: pa.Table) -> list[Measure]:
    cluster, kind = rows["cluster"].to_numpy(), np.array(rows["kind"].to_pylist())
    sizes = np.bincount(cluster[cluster >= 0])
    claims = np.random.default_rng(SEED).permutation(np.flatnonzero(sizes >= 5))[:QUESTIONS]
    took, spent, found, missed, right, wrong = [], [], 0, 0, 0, 0
    for claim in claims:
        of_claim = np.flatnonzero(cluster == claim)
        exact = of_claim[kind[of_claim] == "exact"]
        if not exact.size:
            continue
        began, cpu = time.perf_counter(), time.process_time()
        trace = case.trace(text=rows["text"][int(exact[0])].as_py(), threads=2, now=0)
        took.append(time.perf_counter() - began)
        spent.append(time.process_time() - cpu)
        keys = {int(post.rpartition("p")[2]) for post in trace.posts["post"].to_pylist()}
        there = {int(n) for n in of_claim}
        near = {int(n) for n in of_claim[~np.isin(kind[of_claim], BEYOND)]}
        found, missed = found + len(near & keys), missed + len(near - keys)
        right, wrong = right + len(there & keys), wrong + len(keys - there)
    note = (
        f"{len(took)} questions, 2 threads, worst {max(took):.2f} s; "
        f"processor {float(np.median(spent)):.2f} s"
    )
    return [
        Measure("a claim traced over 1 M posts, median", float(np.median(took)), "s", 1.0, note=note),
        Measure("... share of the claim's posts found", found / (found + missed), "", lower_is_better=False),
        Measure("... share of the posts found that are of the claim", right / (right + wrong), "",
                lower_is_better=False),
    ]  # fmt: skip


def _finds(index: TextIndex) -> Measure:
    took = []
    for asked in FINDS:
        began = time.perf_counter()
        index.find(asked, limit=20)
        took.append(time.perf_counter() - began)
    return Measure("words found among 1 M posts, worst of four", max(took), "s", 1.0)


def cut_spreads() -> list[Measure]:
    """Count how often a cut spread is said to be cut, and a whole one (2)."""
    times = list(_cascades())
    random = np.random.default_rng(0)
    measures = []
    for share in SHARES:
        said = [_outside(rest, begins) for rest, begins in _cut(times, share, random)]
        name = f"file begins after {share:.0%} of the posts: said to be outside"
        measures.append(_share(name, said, lower_is_better=False))
    for hours in BEFORE_H:
        said = [_outside(one, int(one[0]) - hours * HOUR_US) for one in times]
        measures.append(
            _share(f"whole, file begins {hours} h before: said to be outside", said)
        )
    long_before = [
        _outside(one[len(one) // 10 :], int(one[0]) - 168 * HOUR_US) for one in times
    ]
    name = "first tenth taken out of a longer file: said to be outside"
    return [*measures, _share(name, long_before, lower_is_better=False)]


def _cascades() -> list[np.ndarray]:
    posts = pq.read_table(sets.folder() / "data/weibo_ced_cascades/reposts.parquet")
    roots = pq.read_table(sets.folder() / "data/weibo_ced_cascades/originals.parquet")
    began = dict(
        zip(roots["cascade_id"].to_pylist(), roots["time_utc"].to_pylist(), strict=True)
    )
    found = []
    for key in sorted(set(posts["cascade_id"].to_pylist())):
        at = posts.filter(pc.equal(posts["cascade_id"], key))["date_beijing"].drop_null()
        root = began[key].replace(tzinfo=UTC) + timedelta(
            hours=8
        )  # times of Beijing, as the others
        times = np.append(at.cast(pa.int64()).to_numpy(), int(root.timestamp() * 1e6))
        found.append(np.sort(times))
    return found


def _cut(
    times: list[np.ndarray], share: float, random: np.random.Generator
) -> list[tuple[np.ndarray, int]]:
    cut = []
    for one in times:
        place = int(np.ceil(len(one) * share))
        begins = int(random.integers(one[place - 1], max(one[place], one[place - 1] + 1)))
        cut.append((one[one > begins], begins))
    return [(rest, begins) for rest, begins in cut if len(rest) >= 5]


def _outside(times: np.ndarray, begins: int) -> bool:
    hours = np.arange(begins // HOUR_US, times[-1] // HOUR_US + 1)
    found = coverage(times, hours, file_first=begins, posts_before=1)
    return found.probably_outside is True


def _share(name: str, said: list[bool], *, lower_is_better: bool = True) -> Measure:
    note = f"{sum(said)} of {len(said)}"
    return Measure(name, sum(said) / len(said), "", lower_is_better=lower_is_better, note=note)


def hoax(folder: Path) -> list[Measure]:
    """Count what one sentence of a story finds of it (3)."""
    posts = pq.read_table(
        sets.folder() / "data/ira_troll_tweets/tweets_2015-11-01_2015-12-15.parquet"
    )
    file = folder / "hoax.parquet"
    names = {"account": "author_id", "text": "content", "time": "publish_date"}
    pq.write_table(posts.select(list(names.values())), file)
    case = create_case(folder / "hoax.case")
    case.add(file, mapping={"platform": "x", "time_zone": "UTC", "columns": names}, now=0)
    texts = posts["content"].to_pylist()
    story = _story(posts)
    rows_of: dict[str, set[int]] = {}
    for row, text in enumerate(texts):
        rows_of.setdefault(text, set()).add(row)
    asked = [texts[row] for row in sorted(story) if len(texts[row] or "") > 50]
    random = np.random.default_rng(3)
    index = text_index(Folder(case.path))
    words, shares = words_of(index, 2), []
    for text in random.permutation(asked)[:250]:
        found = carriers(str(text), index.texts, words, threads=2)
        there = index.texts.take(pa.array(found.numbers)).to_pylist()
        shares.append(len(set().union(*(rows_of[one] for one in there)) & story) / len(story))
    lead = "#kochfarms"
    led = {row for row, text in enumerate(texts) if lead in (text or "").lower()}
    note = f"{len(story):,} posts; one sentence finds at the most {max(shares):.1%} of them"
    return [
        Measure("share of a story's posts that one sentence of it finds, median", float(np.median(shares)),
                "", lower_is_better=False, note=note),
        Measure("... that its most common lead, a hashtag, leads to", len(led & story) / len(story), "",
                lower_is_better=False, note=f"{len(led):,} posts have it"),
    ]  # fmt: skip


def _story(posts: pa.Table) -> set[int]:
    first, last = datetime(2015, 11, 26), datetime(2015, 11, 30)
    kept = pc.and_(
        pc.equal(posts["account_category"], "Fearmonger"),
        pc.match_substring_regex(pc.utf8_lower(posts["content"]), HOAX),
    )
    inside = pc.and_(
        pc.greater_equal(posts["publish_date"], first), pc.less(posts["publish_date"], last)
    )
    return set(np.flatnonzero(pc.fill_null(pc.and_(kept, inside), fill_value=False).to_numpy()))


if __name__ == "__main__":
    print(table(main()))
