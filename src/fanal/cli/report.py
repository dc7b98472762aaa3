"""`fanal report`: the findings of a case as one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from fanal.cli.common import now_us, plain_words, say, show, show_json, thread_count
from fanal.cli.watching import foresight, say_if_compiling


def report(
    case: Annotated[Path, typer.Argument(metavar="CASE", help="The folder of the case.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The report, an HTML file.")],
    run: Annotated[
        str, typer.Option(help="Id of the run, or how it begins; the latest when not given.")
    ] = "",
    names: Annotated[
        bool,
        typer.Option("--names", help="Show handles, texts, web addresses and file names."),
    ] = False,
    by: Annotated[str, typer.Option(help="Who makes the report; printed at its foot.")] = "",
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Write the findings of a case as one page: no script, nothing loaded, fit to print.

    Accounts stand under pseudonyms; texts, web addresses and names of input files are withheld,
    unless --names is given.
    """
    with plain_words():
        told = _write(case, out, run, by, names=names)
    if json:
        show_json(told)
        return
    form = "with names" if names else "under pseudonyms; --names shows names and texts"
    say(f"{told['links']:,} links of run {told['run']}, {form}")
    show(told["report"])


def _write(path: Path, out: Path, run_id: str, by: str, *, names: bool) -> dict[str, Any]:
    from fanal.case import telling
    from fanal.case.case import open_case
    from fanal.exports.files import written
    from fanal.reports.described import accounts_named
    from fanal.reports.page import report_html

    case = open_case(path)
    run = telling.chosen_run(case, run_id)
    result = case.run(run.id)
    say_if_compiling()
    before = foresight(out.absolute().parent)
    answers = telling.answers_of(case, run, threads=thread_count(0), foresight=before)
    shown = [
        *result.accounts(),
        *accounts_named(answers.description),
    ]
    page = report_html(
        result,
        about=telling.about_of(case, run, made_at=telling.moment(now_us()), made_by=by),
        names=telling.names_of(case.path, case.pseudonyms(), shown, real=names),
        posts=telling.posts_of(case.path),
        answers=answers,
    )
    with written(out) as temporary:
        temporary.write_text(page, encoding="utf-8", newline="\n")
    return {
        "report": str(out),
        "run": run.id,
        "links": result.edges.num_rows,
        "names": names,
        "stale": run.stale,
    }
