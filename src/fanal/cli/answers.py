"""What a case can and cannot answer, and what is in it, on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fanal.cli.common import show, show_json, thread_count
from fanal.cli.watching import foresight, say_if_compiling

if TYPE_CHECKING:
    from fanal.case import Case
    from fanal.coordination import Settings
    from fanal.coordination.actions import Actions
    from fanal.reports.answerable import Section
    from fanal.reports.answers import Answers, Description

#: Objects of a file that are described.
_BUSIEST = 10


def show_answers(case: Case, *, named: bool, as_json: bool) -> None:
    """Show what a case can answer at the settings of its latest run, or the usual ones."""
    from fanal.reports.answerable import sections
    from fanal.reports.wording import Words

    answers, say = _answers(case), Words()
    told = _told(case, answers.description, answers, named=named)
    if as_json:
        show_json(_plain(case, answers, [*sections(answers, say), told], named=named))
        return
    show(say("answers.title"))
    for section in sections(answers, say):
        show_section(section)
    show_section(told)


def show_description(case: Case, *, named: bool) -> None:
    """Show a plain description of what is in a case."""
    show_section(_told(case, case.describe(), None, named=named))


def show_file(actions: Actions, settings: Settings) -> None:
    """Show what could have been found among some actions, and what is alike in them."""
    from fanal.coordination.answerable import answerable
    from fanal.coordination.busiest import busiest
    from fanal.model.names import named
    from fanal.reports.answerable import power_section
    from fanal.reports.answers import Carried, Description
    from fanal.reports.described import description as told
    from fanal.reports.wording import Words

    say = Words()
    rows = tuple(Carried(**row) for row in busiest(actions, _BUSIEST))
    show_section(power_section(answerable(actions, settings), "", say))
    show_section(told(Description(busiest=rows), named({}), say))


def show_section(section: Section) -> None:
    """Show one heading and its sentences, made harmless for a terminal."""
    from fanal.reports.harmless import plain

    show()
    show(section.title)
    for line in section.lines:
        show(f"  {plain(line)}")


def _answers(case: Case) -> Answers:
    from fanal.case.telling import answers_of

    say_if_compiling()
    threads = thread_count(0)
    runs = [run for run in case.runs() if run.command == "coordinate"]
    if runs:
        return answers_of(case, runs[-1], threads=threads, foresight=foresight(case.path))
    return case.answerable(threads=threads, foresight=foresight(case.path))


def _told(
    case: Case, description: Description, answers: Answers | None, *, named: bool
) -> Section:
    from fanal.case.telling import names_of
    from fanal.reports.described import accounts_named
    from fanal.reports.described import description as told
    from fanal.reports.wording import Words

    accounts = accounts_named(description)
    names = names_of(case.path, case.pseudonyms(), accounts, real=named)
    return told(description, names, Words(), answers.holdings if answers else None)


def _plain(case: Case, answers: Answers, told: list[Section], *, named: bool) -> dict[str, Any]:
    from dataclasses import asdict

    from fanal.model.names import pseudonymous

    plain = asdict(answers)
    if not named:
        names = pseudonymous(case.pseudonyms())
        described = plain["description"]
        for row in (*described["copies"], *described["busiest"], *described["first_posts"]):
            for key in ("first_account", "account", "object", "post", "first_post"):
                if row.get(key) is not None:
                    row[key] = (names.key if "account" in key else names.object)(row[key])
    sentences = {section.title: list(section.lines) for section in told}
    return {"case": str(case.path), "sentences": sentences} | plain
