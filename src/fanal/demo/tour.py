"""The demo from end to end: the world, its case, the links, the truth, the report.

1. Make the world and write it as twarc would.      2. Add it to a case.
3. Look for links.      4. Hold them against the truth.      5. Write the report.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fanal.case import telling
from fanal.case.case import Case, create_case, open_case
from fanal.demo.score import Score, score, told
from fanal.demo.world import make_world, write_world
from fanal.reports.about import Addition
from fanal.reports.described import accounts_named
from fanal.reports.page import report_html

CASE = "world.case"
REPORT = "report.html"
NOTICE = (
    "This world is made up: every account, text and address in it is invented, and any likeness "
    "is chance. It shows what Fanal finds, what it misses, and whom it links though they agreed "
    "on nothing."
)
TRUTH = "The truth of this made-up world"

Say = Callable[[str], None]
Progress = Callable[[str, float, float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour:
    """What the demo made: its files, what was read, and how the links fare against the truth."""

    posts_file: Path
    case: Path
    posts: int
    accounts: int
    score: Score
    report_html: str


def tour(folder: Path, *, seed: int, now: int, say: Say, progress: Progress) -> Tour:
    """Make the demo in `folder`; what an earlier one left there is taken over or replaced.

    Parameters
    ----------
    folder
        Where it goes; created when missing.
    seed
        Of the world, 0 or more.
    now
        Microseconds since 1970, UTC.
    say
        Called with a sentence before each part.
    progress
        Called with (what, done, total).

    Returns
    -------
    Tour
        With the report as text; nothing but the world and the case is written.
    """
    # 1. the world
    say("making a world of two weeks ...")
    world = make_world(seed)
    posts_file, _ = write_world(world, folder)
    truth = world.truth()
    # 2. its case
    say(f"reading {posts_file.name} as any export of the X API ...")
    case = _case(folder / CASE)
    _only(case, posts_file, now)
    # 3. the links
    say("looking for accounts that act together ...")
    result = case.coordinate(now=now, progress=progress)
    # 4. the truth
    held = _held(truth, result)
    # 5. the report
    page = _report(case, result, held, now)
    return Tour(
        posts_file=posts_file,
        case=case.path,
        posts=truth["posts"],
        accounts=truth["accounts"],
        score=held,
        report_html=page,
    )


def _case(path: Path) -> Case:
    return open_case(path) if path.exists() else create_case(path)


def _only(case: Case, posts_file: Path, now: int) -> None:
    """Add the world; take out another world that an earlier demo left."""
    (added,) = case.add([posts_file], now=now)
    for other in case.inputs():
        if other.id != added.input_id:
            case.remove(other.id)


def _held(truth: dict[str, Any], result: Any) -> Score:
    edges, evidence = result.edges, result.evidence
    ends = zip(edges["source"].to_pylist(), edges["target"].to_pylist(), strict=True)
    columns = (evidence[name].to_pylist() for name in ("source", "target", "object"))
    return score(truth, ends, zip(*columns, strict=True))


def _report(case: Case, result: Any, held: Score, now: int) -> str:
    run = telling.chosen_run(case)
    answers = telling.answers_of(case, run)
    shown = [
        *result.communities["account"].to_pylist(),
        *accounts_named(answers.description),
    ]
    names = telling.names_of(case.path, case.pseudonyms(), shown, real=True)
    about = telling.about_of(
        case,
        run,
        made_at=telling.moment(now),
        made_by="fanal demo",
        notice=(NOTICE,),
        additions=(Addition(title=TRUTH, lines=told(held)),),
    )
    posts = telling.posts_of(case.path)
    return report_html(result, about=about, names=names, posts=posts, answers=answers)
