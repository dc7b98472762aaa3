"""The command `fanal`: a list of commands, each in its own module.

No command's module imports anything heavy at its head: ``fanal --help`` stays light.
"""

from __future__ import annotations

from typing import Annotated

import typer

from fanal import __version__
from fanal.cli import (
    about,
    add,
    coordinate,
    demo,
    explain,
    export,
    forget,
    methods,
    pack,
    remove,
    replay,
    report,
    show,
    text,
    trace,
    verify,
)
from fanal.cli.common import write_what_can_be_written

app = typer.Typer(
    name="fanal",
    help=(
        "Which accounts act together beyond chance? Load real exports into a case, ask, and "
        "get every answer with its uncertainty.\n\n"
        "Start with `fanal demo`; then `fanal add my.case posts.jsonl` and "
        "`fanal coordinate my.case`."
    ),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

#: In the order of a first visit.
COMMANDS = (
    demo.demo,
    add.add,
    show.show,
    coordinate.coordinate,
    trace.trace,
    report.report,
    explain.explain,
    methods.methods,
    export.export,
    pack.pack,
    remove.remove,
    verify.verify,
    forget.forget,
    replay.replay,
)

for command in COMMANDS:
    app.command(no_args_is_help=command is not demo.demo)(command)
app.add_typer(about.app)
app.add_typer(text.app)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"fanal {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and leave.", callback=_version),
    ] = False,
) -> None:
    del version


def main() -> None:
    """Run the command line."""
    write_what_can_be_written()
    app()


if __name__ == "__main__":
    main()
