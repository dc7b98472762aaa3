"""The demo from end to end: the world, its case, the links, the truth, the report.

1. Make the world and write it as twarc would.      2. Add it to a case.
3. Look for links.      4. Hold them against the truth.      5. Tell the story, write the report.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fanal.case import Case, create_case, open_case, telling
from fanal.demo.plain_tool import plain_pairs
from fanal.demo.score import Score, score, told
from fanal.demo.story import Part, one_finding, story
from fanal.demo.words_tour import TOUR
from fanal.demo.world import World, make_world, write_world
from fanal.reports.about import Addition
from fanal.reports.described import accounts_named
from fanal.reports.page import report_html

CASE = "world.case"
REPORT = "report.html"
Say = Callable[[str], None]
Progress = Callable[[str, float, float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour:
    """What the demo made: its files, what was read, how the links fare, and the story of it."""

    posts_file: Path
    case: Path
    posts: int
    accounts: int
    score: Score
    story: tuple[Part, ...]
    report_html: str


def tour(
    folder: Path, *, seed: int, now: int, say: Say, progress: Progress, lang: str = "en"
) -> Tour:
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
    lang
        Of the story and the report, ``fr`` or ``en``; `fanal.demo.words_tour.spoken` knows the user's.

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
    held = score(truth, result)
    # 5. the story and the report
    parts = _story(lang, world, case, result, held)
    page = _report(case, result, held, now, lang)
    return Tour(
        posts_file=posts_file,
        case=case.path,
        posts=truth["posts"],
        accounts=truth["accounts"],
        score=held,
        story=parts,
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


def _story(lang: str, world: World, case: Case, result: Any, held: Score) -> tuple[Part, ...]:
    found = one_finding(world, result, lang)
    shown = [] if found is None else [found.act["source_post"], found.act["target_post"]]
    texts = telling.posts_of(case.path)(shown)
    return story(
        lang=lang,
        world=world,
        result=result,
        held=held,
        plain=plain_pairs(case),
        names={person.key: person.handle for person in world.scene.people},
        texts={post: row["text"] or "" for post, row in texts.items()},
        found=found,
    )


def _report(case: Case, result: Any, held: Score, now: int, lang: str) -> str:
    run = telling.chosen_run(case)
    answers = telling.answers_of(case, run)
    shown = [
        *result.accounts(),
        *accounts_named(answers.description),
    ]
    names = telling.names_of(case.path, case.pseudonyms(), shown, real=True)
    about = telling.about_of(
        case,
        run,
        made_at=telling.moment(now),
        made_by="fanal demo",
        notice=(TOUR[lang]["notice"],),
        additions=(Addition(title=TOUR[lang]["truth.title"], lines=told(held, lang)),),
    )
    return report_html(
        result,
        about=about,
        names=names,
        posts=telling.posts_of(case.path),
        answers=answers,
        facts=telling.facts_of(case.path),
        lang=lang,
    )
