"""`fanal report`: the findings of a case as one page."""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from fanal.cli.common import (
    USAGE,
    fail,
    now_us,
    plain_words,
    say,
    show,
    show_json,
    thread_count,
)
from fanal.cli.levels import LevelOption, NamesOption, PeopleOption, asked_level
from fanal.cli.watching import foresight, say_if_compiling
from fanal.model.names import Level


class Lang(StrEnum):
    """Languages of a report."""

    FR = "fr"
    EN = "en"


FORMS = {
    Level.COUNTS: "counts only",
    Level.PROTECTED: "under pseudonyms",
    Level.NAMED: "with names where they may stand",
}


def report(
    case: Annotated[Path, typer.Argument(metavar="CASE", help="The folder of the case.")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="The report, HTML.")] = None,
    run: Annotated[
        str, typer.Option(help="Id of the run, or how it begins; the latest when not given.")
    ] = "",
    lang: Annotated[
        Lang | None, typer.Option(help="fr or en; when not given, as LC_ALL or LANG say.")
    ] = None,
    level: LevelOption = Level.PROTECTED,
    names: NamesOption = False,
    people: PeopleOption = None,
    people_form: Annotated[
        Path | None,
        typer.Option(
            "--people-form",
            metavar="FILE",
            help="Write an empty people file with the accounts that may be named.",
        ),
    ] = None,
    by: Annotated[str, typer.Option(help="Who makes the report; printed at its foot.")] = "",
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Write the findings of a case as one page: nothing loaded, fit to print.

    Accounts stand under pseudonyms. By name stand only those that a people file lists with the
    reason, the day they were asked and their answer, and whose links stand on two layers.
    """
    if out is None and people_form is None:
        fail("nothing to write.", "Say where: --out report.html", USAGE)
    with plain_words():
        told: dict[str, Any] = {}
        if people_form is not None:
            told |= _form(case, people_form, run)
        if out is not None:
            told |= _write(
                case,
                out,
                run,
                lang=str(lang or spoken(os.environ)),
                level=asked_level(level, names=names),
                people=people,
                by=by,
            )
    if json:
        show_json(told)
        return
    _say_told(told)


def _say_told(told: Mapping[str, Any]) -> None:
    if "form" in told:
        say(f"{told['nameable']:,} accounts may be named; fill in reason, asked and answer.")
        show(told["form"])
    if "report" in told:
        form = FORMS[told["level"]]
        say(f"{told['headline']:,} of {told['links']:,} links of run {told['run']}, {form}")
        for who, why in told["refused"]:
            say(f"not named: {who}: {why}")
        show(told["report"])


def spoken(environment: Mapping[str, str]) -> Lang:
    """Return the language that an environment asks for: the first of LC_ALL, LANG that is set."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            return Lang.FR if value.lower().startswith("fr") else Lang.EN
    return Lang.EN


def _form(path: Path, form: Path, run_id: str) -> dict[str, Any]:
    from fanal.case import open_case, telling
    from fanal.case.naming import write_people_form

    case = open_case(path)
    result = case.run(telling.chosen_run(case, run_id).id)
    return {"form": str(form), "nameable": write_people_form(form, case, result)}


def _write(
    path: Path, out: Path, run_id: str, *, lang: str, level: Level, people: Path | None, by: str
) -> dict[str, Any]:
    from fanal.case import open_case, telling
    from fanal.case.naming import naming
    from fanal.case.packed import PackedCase
    from fanal.exports.files import written
    from fanal.reports.described import accounts_named
    from fanal.reports.page import report_html

    case = open_case(path)
    run = telling.chosen_run(case, run_id)
    result = case.run(run.id)
    say_if_compiling()
    before = foresight(out.absolute().parent)
    answers = telling.answers_of(case, run, threads=thread_count(0), foresight=before)
    shown = [*result.accounts(), *accounts_named(answers.description)]
    named = naming(case, result, shown, level=level, people=people)
    if isinstance(case, PackedCase) and case.level is Level.COUNTS:
        page = case.report(lang)
    else:
        page = report_html(
            result,
            about=telling.about_of(
                case,
                run,
                made_at=telling.moment(now_us()),
                made_by=by,
                people=named.printed(),
            ),
            names=named.names,
            posts=telling.posts_of(case.path),
            answers=answers,
            facts=telling.facts_of(case.path),
            lang=lang,
        )
    with written(out) as temporary:
        temporary.write_text(page, encoding="utf-8", newline="\n")
    return {
        "report": str(out),
        "run": run.id,
        "lang": lang,
        "level": level,
        "links": result.summary["links"],
        "headline": result.summary["headline"],
        "named": len(named.people),
        "refused": [list(one) for one in named.refused],
        "stale": run.stale,
    }
