"""`fanal export`: links and communities for other programs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from fanal.cli.common import plain_words, say, show, show_json


class Form(StrEnum):
    """What can be written."""

    GEXF = "gexf"
    CSV = "csv"
    PARQUET = "parquet"


def export(
    case: Annotated[Path, typer.Argument(metavar="CASE", help="The folder of the case.")],
    to: Annotated[
        Form,
        typer.Option(
            help="gexf: a graph for Gephi and others; csv and parquet: the links in the file "
            "named, the communities beside it as FILE-communities."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write.")],
    run: Annotated[
        str, typer.Option(help="Id of the run, or how it begins; the latest when not given.")
    ] = "",
    names: Annotated[
        bool,
        typer.Option("--names", help="Write account keys, handles and objects as they are."),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Write links and communities for other programs, under pseudonyms unless --names is given."""
    with plain_words():
        told = _write(case, to, out, run, names=names)
    if json:
        show_json(told)
        return
    form = "with names" if names else "under pseudonyms; --names writes names"
    say(f"{told['links']:,} links of run {told['run']}, {form}")
    for path in told["files"]:
        show(path)


def _write(path: Path, to: Form, out: Path, run_id: str, *, names: bool) -> dict[str, Any]:
    from fanal.case import telling
    from fanal.case.case import open_case

    case = open_case(path)
    run = telling.chosen_run(case, run_id)
    result = case.run(run.id)
    shown = result.accounts()
    named = telling.names_of(case.path, case.pseudonyms(), shown, real=names)
    files = _gexf(result, out, named) if to is Form.GEXF else _tables(result, to, out, named)
    return {
        "files": [str(file) for file in files],
        "run": run.id,
        "links": result.edges.num_rows,
        "names": names,
        "stale": run.stale,
    }


def _gexf(result: Any, out: Path, names: Any) -> list[Path]:
    from fanal import __version__
    from fanal.exports.gexf import write_gexf

    write_gexf(result.edges, result.communities, out, names, creator=f"Fanal {__version__}")
    return [out]


def _tables(result: Any, to: Form, out: Path, names: Any) -> list[Path]:
    from fanal.exports import tables
    from fanal.exports.csv import write_csv
    from fanal.exports.files import beside
    from fanal.exports.parquet import write_parquet

    write = write_csv if to is Form.CSV else write_parquet
    write(tables.edges(result.edges, names), out)
    write(tables.communities(result.communities, names), beside(out))
    return [out, beside(out)]
