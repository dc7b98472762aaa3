"""`fanal export`: the tables of a run for other programs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fanal.cli.common import one_line, plain_words, say, show, show_json
from fanal.cli.levels import LevelOption, NamesOption, PeopleOption, asked_level
from fanal.model.names import Level

if TYPE_CHECKING:
    import pyarrow as pa

    from fanal.coordination import Result
    from fanal.model.names import Names

_SAID = {
    Level.COUNTS: "counts only",
    Level.PROTECTED: "under pseudonyms; --level named --people FILE names who may be named",
    Level.NAMED: "by name: {named}; all others under pseudonyms",
}


class Form(StrEnum):
    """What can be written."""

    GEXF = "gexf"
    CSV = "csv"
    PARQUET = "parquet"


class Which(StrEnum):
    """Tables that can be written by themselves."""

    EDGES = "edges"
    COMMUNITIES = "communities"
    BURSTS = "bursts"
    GROUPS = "groups"


def export(
    case: Annotated[
        Path, typer.Argument(metavar="CASE", help="The folder of the case, or a pack.")
    ],
    to: Annotated[
        Form,
        typer.Option(
            help="gexf: a graph for Gephi and others; csv and parquet: the links in the file "
            "named, the communities beside it as FILE-communities."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write.")],
    table: Annotated[
        Which | None,
        typer.Option(help="With csv or parquet: this table alone, in the file named."),
    ] = None,
    level: LevelOption = Level.PROTECTED,
    people: PeopleOption = None,
    names: NamesOption = False,
    run: Annotated[
        str, typer.Option(help="Id of the run, or how it begins; the latest when not given.")
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Write links, communities, bursts or groups for other programs, under pseudonyms."""
    with plain_words():
        told = _write(case, to, out, table, run, asked_level(level, names=names), people)
    if json:
        show_json(told)
        return
    for account, why in told["refused"]:
        say(f"{one_line(account)} stays a pseudonym: {why}")
    said = _SAID[Level(told["level"])].format(named=len(told["named"]))
    say(f"{told['links']:,} links of run {told['run']}, {said}")
    for path in told["files"]:
        show(path)


def _write(
    path: Path,
    to: Form,
    out: Path,
    table: Which | None,
    run_id: str,
    level: Level,
    people: Path | None,
) -> dict[str, Any]:
    from fanal.case import open_case, telling
    from fanal.case.naming import naming

    _refuse(path, to, table, level)
    case = open_case(path)
    run = telling.chosen_run(case, run_id)
    result = case.run(run.id)
    named = naming(case, result, result.accounts(), level=level, people=people)
    if to is Form.GEXF:
        files = _gexf(result, out, named.names)
    else:
        files = _tables(_asked(result, table, named.names), to, out)
    return {
        "files": [str(file) for file in files],
        "run": run.id,
        "links": result.summary["links"],
        "level": level.value,
        "named": list(named.people),
        "refused": [list(one) for one in named.refused],
        "stale": run.stale,
    }


def _refuse(path: Path, to: Form, table: Which | None, level: Level) -> None:
    from fanal.errors import CaseError

    if to is Form.GEXF and table is not None:
        raise CaseError(
            f"{path}: a graph holds links and communities; --table is for csv, parquet."
        )
    if level is not Level.COUNTS:
        return
    if to is Form.GEXF:
        raise CaseError(
            f"{path}: a graph shows an account at each node; at level counts there is none.",
            hint="--to csv writes the counts.",
        )
    if table is not None:
        raise CaseError(
            f"{path}: at level counts there is one table, of counts: leave out --table."
        )


def _gexf(result: Result, out: Path, names: Names) -> list[Path]:
    from fanal import __version__
    from fanal.exports.gexf import write_gexf

    write_gexf(result.edges, result.communities, out, names, creator=f"Fanal {__version__}")
    return [out]


def _asked(result: Result, table: Which | None, names: Names) -> list[pa.Table]:
    """Return the tables that were asked for, the one of the file named first."""
    from fanal.exports import tables

    if names.level is Level.COUNTS:
        return [tables.counts(result.summary)]
    asked = (Which.EDGES, Which.COMMUNITIES) if table is None else (table,)
    return [getattr(tables, one)(getattr(result, one), names) for one in asked]


def _tables(found: list[pa.Table], to: Form, out: Path) -> list[Path]:
    from fanal.exports.csv import write_csv
    from fanal.exports.files import beside
    from fanal.exports.parquet import write_parquet

    write = write_csv if to is Form.CSV else write_parquet
    files = [out, beside(out)][: len(found)]
    for table, file in zip(found, files, strict=True):
        write(table, file)
    return files
