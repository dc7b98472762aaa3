"""`fanal explain`: the page about one account."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from fanal.cli.common import now_us, plain_words, say, show, show_json, thread_count
from fanal.cli.levels import LevelOption, PeopleOption
from fanal.cli.report import Lang, spoken
from fanal.cli.watching import say_if_compiling
from fanal.model.names import Level


def explain(
    case: Annotated[
        Path, typer.Argument(metavar="CASE", help="The folder of the case, or a pack.")
    ],
    account: Annotated[
        str, typer.Argument(metavar="ACCOUNT", help="Its key, its handle or its pseudonym.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="The page, an HTML file.")],
    rows: Annotated[
        Path | None,
        typer.Option(
            help="Write what its p rest on, as JSON; `fanal replay` computes them again from it."
        ),
    ] = None,
    lang: Annotated[
        Lang | None, typer.Option(help="fr or en; when not given, as LC_ALL or LANG say.")
    ] = None,
    level: LevelOption = Level.PROTECTED,
    people: PeopleOption = None,
    run: Annotated[
        str, typer.Option(help="Id of the run, or how it begins; the latest when not given.")
    ] = "",
    by: Annotated[str, typer.Option(help="Who makes the page; printed at its foot.")] = "",
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Write the page about one account: what links it, what each link hangs on, what would decide.

    The account stands as it was asked for, with its own words; asked for by pseudonym, without.
    All others stand under pseudonyms, but for those that --level named may name.
    """
    with plain_words():
        told = _write(case, account, out, rows, str(lang or spoken(os.environ)), level, people, run, by)  # fmt: skip
    if json:
        show_json(told)
        return
    say(f"{told['links']:,} links of this account in run {told['run']}")
    for path in told["files"]:
        show(path)


def _write(
    path: Path,
    account: str,
    out: Path,
    rows: Path | None,
    lang: str,
    level: Level,
    people: Path | None,
    run_id: str,
    by: str,
) -> dict[str, Any]:
    from fanal.case import open_case, telling
    from fanal.case.explaining import explained
    from fanal.exports.files import check_place
    from fanal.reports.dossier import dossier_html

    for place in (out, rows):
        if place is not None:
            check_place(place)
    say_if_compiling()
    case = open_case(path)
    found = explained(
        case, account, run_id=run_id, level=level, people=people, threads=thread_count(0)
    )
    moment = telling.moment(now_us())
    page = dossier_html(
        found.subject,
        found.result,
        about=telling.about_of(case, found.run, made_at=moment, made_by=by),
        names=found.names,
        posts=telling.posts_of(case.path),
        lang=lang,
    )
    files = [_written(out, page)]
    if rows is not None:
        files.append(_rows(rows, found.rows, path))
    ends = (found.result.edges[end].to_pylist() for end in ("source", "target"))
    links = sum(found.subject.key in pair for pair in zip(*ends, strict=True))
    return {"files": files, "run": found.run.id, "links": links, "level": level.value}


def _written(path: Path, text: str) -> str:
    from fanal.exports.files import written

    with written(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
    return str(path)


def _rows(path: Path, rows: dict[str, Any] | None, case: Path) -> str:
    import msgspec

    from fanal.errors import CaseError

    if rows is None:
        raise CaseError(
            f"{case}: a pack does not hold the rows that p rests on.",
            hint="Who has the case can give them.",
        )
    return _written(path, msgspec.json.format(msgspec.json.encode(rows), indent=1).decode())
