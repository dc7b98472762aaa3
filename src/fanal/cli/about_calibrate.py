"""`fanal about calibrate`: how well the estimates hold for accounts that told where they are."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from fanal.cli.common import now_us, plain_words, show, show_json


def calibrate(
    days: Annotated[
        Path, typer.Argument(metavar="DAYS", help="Day rows of all accounts, Parquet.")
    ],
    truth: Annotated[
        Path,
        typer.Option(
            metavar="FILE",
            help="Accounts that told where they are: account, country; CSV, Parquet.",
        ),
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="The file of recalibrated weights to write.")
    ],
    accounts: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The second table: account, time_zone, locale."),
    ] = None,
    weights: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Weights to measure; ours by default.")
    ] = None,
    as_of: Annotated[
        str, typer.Option(metavar="YYYY-MM-DD", help="Day of the estimates; the last one.")
    ] = "",
    error: Annotated[
        float,
        typer.Option(min=0.001, max=0.5, help="Error for which the labels needed are counted."),
    ] = 0.02,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Measure and recalibrate on an opt-in sample; people who volunteer are not everybody."""
    with plain_words():
        record = _write(days, truth, out, accounts, weights, as_of, error)
    if json:
        show_json({"weights": str(out), "record": record})
        return
    for line in _told(record):
        show(line)
    show(str(out))


def _told(record: dict[str, Any]) -> list[str]:
    before, after, published = record["before"], record["after"], record["published"]
    lines = [
        f"{record['accounts']:,} labelled accounts as of {record['as_of']}",
        (
            f"right: {before['accuracy']:.3f} ({before['accuracy_low']:.3f} to "
            f"{before['accuracy_high']:.3f}, 95 %)"
        ),
        (
            f"calibration error: {before['ece']:.3f} before, {after['ece']:.3f} after (heat "
            f"{record['heat']:g}, each half measured with the heat of the other)"
        ),
    ]
    if published["accounts"]:
        lines.append(
            f"probability 0.9 or more, nothing withheld: {published['accounts']:,} accounts "
            f"({published['coverage']:.3f}), right {published['precision']:.3f} "
            f"({published['precision_low']:.3f} to {published['precision_high']:.3f})"
        )
        lines.append(
            f"labels needed for an error of {published['error_asked']:g} on that: "
            f"{published['labels_needed']:,}"
        )
    return [*lines, f"cannot tell: {record['cannot_tell']}"]


def _write(
    days: Path,
    truth: Path,
    out: Path,
    accounts: Path | None,
    weights: Path | None,
    as_of: str,
    error: float,
) -> dict[str, Any]:
    from fanal.about.calibrate import calibrate as calibrated
    from fanal.about.weights import read_weights, weights_text
    from fanal.exports.files import check_place, written

    check_place(out)
    made = calibrated(
        _table(days),
        _table(truth),
        _table(accounts) if accounts else None,
        weights=read_weights(weights),
        made_on=datetime.fromtimestamp(now_us() / 1e6, UTC).date().isoformat(),
        as_of=_day(as_of),
        error=error,
    )
    with written(out) as temporary:
        temporary.write_text(weights_text(made.weights), encoding="utf-8", newline="\n")
    return made.record


def _day(text: str) -> date | None:
    from fanal.errors import AnalysisError

    try:
        return date.fromisoformat(text) if text else None
    except ValueError as wrong:
        raise AnalysisError(f"--as-of {text}: is no day; write 2026-01-31.") from wrong


def _table(path: Path) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq
    from pyarrow import csv

    from fanal.errors import ReaderError

    try:
        if path.suffix == ".csv":
            return csv.read_csv(path)
        return pq.read_table(path)
    except pa.ArrowInvalid as wrong:
        # Arrow's own words would quote what stands in the file
        raise ReaderError(f"{path}: neither CSV (.csv) nor Parquet.") from wrong
