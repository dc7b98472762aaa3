"""`fanal methods`: the methods of a run, for a paper."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from fanal.cli.common import now_us, plain_words, say, show, show_json
from fanal.cli.report import Lang, spoken


def methods(
    case: Annotated[
        Path, typer.Argument(metavar="CASE", help="The folder of the case, or a pack.")
    ],
    run: Annotated[
        str,
        typer.Argument(
            metavar="[RUN]", help="Id of the run, or how it begins; the latest when not given."
        ),
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="The file to write, Markdown; stdout when not given."),
    ] = None,
    lang: Annotated[
        Lang | None, typer.Option(help="fr or en; when not given, as LC_ALL or LANG say.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Write what a paper says of a run: a paragraph, the parameters, BibTeX, as Markdown.

    What was tested, on what, what was expected and how, corrections, windows, what was found,
    versions, and what a link cannot say. It names no account.
    """
    with plain_words():
        told = _methods(case, run, str(lang or spoken(os.environ)))
        if out is not None:
            _write(out, told["methods"])
    if json:
        show_json(told)
    elif out is None:
        show(told["methods"].rstrip("\n"))
    else:
        say(f"the methods of run {told['run']}")
        show(str(out))


def _methods(path: Path, run_id: str, lang: str) -> dict[str, Any]:
    from fanal.case import open_case, telling
    from fanal.reports.methods import methods_text

    case = open_case(path)
    run = telling.chosen_run(case, run_id)
    about = telling.about_of(case, run, made_at=telling.moment(now_us()))
    return {"run": run.id, "lang": lang, "methods": methods_text(case.run(run.id), about, lang)}


def _write(out: Path, text: str) -> None:
    from fanal.exports.files import written

    with written(out) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
