"""`fanal about train`: weights of the estimate, from made-up worlds whose truth is known."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from fanal.cli.common import now_us, plain_words, say, show, show_json


def train(
    out: Annotated[Path, typer.Option("--out", "-o", help="The file of weights to write.")],
    accounts: Annotated[
        int, typer.Option(min=200, help="Accounts of each made-up world.")
    ] = 6000,
    seed: Annotated[int, typer.Option(min=0, help="Another seed, other worlds.")] = 0,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Fit the weights, with and without the store, and write them with their record."""
    with plain_words():
        record = _write(out, accounts, seed)
    if json:
        show_json({"weights": str(out), "record": record})
        return
    for name in ("with_store", "without_store"):
        told = record[name]
        show(
            f"{name.replace('_', ' ')}: right {told['accuracy']:.3f} "
            f"({told['accuracy_low']:.3f} to {told['accuracy_high']:.3f}), calibration error "
            f"{told['ece']:.3f}, on {told['accounts']:,} made-up accounts not fitted on"
        )
    show(str(out))


def _write(out: Path, accounts: int, seed: int) -> dict[str, Any]:
    from fanal.about.train import train as trained
    from fanal.about.weights import weights_text
    from fanal.exports.files import check_place, written

    check_place(out)
    today = datetime.fromtimestamp(now_us() / 1e6, UTC).date().isoformat()
    made = trained(accounts=accounts, date=today, seed=seed, progress=say)
    with written(out) as temporary:
        temporary.write_text(weights_text(made), encoding="utf-8", newline="\n")
    return made.record
