"""Which shape a log has, told by its first bytes: Parquet, JSON lines, or delimited text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from fanal.about.reading.base import Cells, Log, Tally
from fanal.about.reading.delimited import delimited_cells
from fanal.about.reading.json_lines import json_cells
from fanal.about.reading.parquet import parquet_cells
from fanal.errors import ReaderError
from fanal.readers.streams import DAMAGE, ZIP, open_plain, opener

Choice = Callable[[Sequence[str]], Mapping[str, str]]


def cells(path: Path, choose: Choice, tally: Tally) -> Iterator[Cells]:
    """Yield the rows of a log: ``.csv``, ``.jsonl``, ``.parquet``; the first two also .gz, .zst.

    Parameters
    ----------
    choose
        Names of the columns -> field to column; raises ReaderError when some are missing.
    tally
        Takes the rows that are no records.

    Raises
    ------
    ReaderError
        The file cannot be read as what it is. The message holds no value of it.
    """
    if not path.is_file():
        raise ReaderError(f"{path}: no such file", hint="Check the path.")
    log = Log(
        name=path.name,
        open=opener(path.name, lambda: open_plain(path), path.stat().st_size),
    )
    begins = _begins(log)
    if begins.startswith(b"PAR1"):
        return parquet_cells(path, choose)
    if begins.startswith(ZIP):
        raise ReaderError(f"{path.name}: an archive", hint="Unpack it and give the files.")
    if begins.startswith(b"["):
        raise ReaderError(
            f"{path.name}: a JSON list", hint="Give JSON lines: one object on each line."
        )
    read = json_cells if begins.startswith(b"{") else delimited_cells
    return read(log, choose, tally)


def _begins(log: Log) -> bytes:
    try:
        with log.open() as stream:
            begins = stream.read(4096)
    except DAMAGE:
        raise ReaderError(
            f"{log.name}: cannot be unpacked", hint="The file is damaged; fetch it again."
        ) from None
    begins = begins.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not begins:
        raise ReaderError(f"{log.name}: holds nothing")
    return begins
