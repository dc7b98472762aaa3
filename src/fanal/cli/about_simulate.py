"""`fanal about simulate`: a made-up platform whose truth is known, as day rows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from fanal.cli.common import plain_words, say, show, show_json


def simulate(
    out: Annotated[
        Path, typer.Option("--out", "-o", help="The folder to write; made when missing.")
    ],
    accounts: Annotated[int, typer.Option(min=1, help="How many accounts.")] = 10_000,
    seed: Annotated[int, typer.Option(min=0, help="Another seed, another platform.")] = 1,
    shift: Annotated[
        str,
        typer.Option(
            help="A world that differs in one way: detection_60, detection_97, false_flags, "
            "short_history, mislocated_doubled, new_countries, few_clients."
        ),
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Write day rows, accounts and the truth of a made-up platform; nobody in it exists."""
    with plain_words():
        told = _write(out, accounts, seed, shift or None)
    if json:
        show_json(told)
        return
    say(f"{told['rows']:,} day rows of {told['accounts']:,} made-up accounts")
    for path in told["files"]:
        show(path)


def _write(folder: Path, accounts: int, seed: int, shift: str | None) -> dict[str, Any]:
    import pyarrow.parquet as pq

    from fanal.about.simulate import simulate as simulated
    from fanal.about.world import reference_world
    from fanal.exports.files import written

    made = simulated(reference_world(), accounts, seed, shift)
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name in ("days", "accounts", "truth"):
        path = folder / f"{name}.parquet"
        with written(path) as temporary:
            pq.write_table(getattr(made, name), temporary, compression="zstd")
        files.append(str(path))
    return {
        "accounts": accounts,
        "rows": made.days.num_rows,
        "seed": seed,
        "shift": shift,
        "as_of": made.as_of.isoformat(),
        "files": files,
    }
