"""What adding files will take: tried out on the beginning of the first one.

1. Bytes under the paths named; where they are compressed, unpacked as the sample would be.
2. The first 4 MiB are read as they will be, by the clock; their rows are packed as they will be.
3. Time, disk: in proportion. Memory does not depend on the size of a file.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, cast

from fanal.case.adding import Asked, understood
from fanal.errors import ReaderError
from fanal.model.foreseen import Foreseen, Foresight
from fanal.readers.base import Row, Rows, Source
from fanal.readers.streams import DAMAGE, GZIP, ZIP, ZSTD
from fanal.store.footprint import bytes_in_case

SAMPLE_BYTES = 4 * 1024 * 1024
#: Fewer bytes than this take no ten seconds with any reader.
SMALLEST_BYTES = 16 * 1024 * 1024
#: Reading is this share of adding; the rest writes, sorts keys and commits.
READING = 0.6
#: Where a sample cannot be read alone (Parquet, spreadsheets), bytes a second; and what a byte
#: takes in the case.
USUAL_RATE, USUAL_DISK = 20e6, 0.3
#: Memory that adding takes at most, whatever the size of a file.
MEMORY_BYTES = 500_000_000


def foresee_adding(
    paths: Iterable[str | Path], asked: Asked, foresight: Foresight, first: Source
) -> None:
    """Tell what adding takes, if it may take long.

    Parameters
    ----------
    paths
        All that was named.
    asked
        How files are to be read.
    foresight
        Whom to tell, and the clock.
    first
        The first file under them: the sample is taken from it.
    """
    # 1. bytes
    size = sum(_bytes_under(Path(path)) for path in paths)
    if size < SMALLEST_BYTES:
        return
    sample = _sample(first)
    unpacked = size * _ratio(first, sample)
    # 2. a try
    rate, share = _tried(first, sample, asked, foresight)
    measured = rate > 0
    rate, share = (rate, share) if measured else (USUAL_RATE, USUAL_DISK)
    how = (
        f"measured on the first {len(sample) / 1e6:.0f} MB of {first.name}"
        if measured
        else "as other files took; this one cannot be tried out"
    )
    # 3. in proportion
    foresight.tell(
        Foreseen(
            what="reading",
            seconds=unpacked / rate / READING,
            memory_bytes=MEMORY_BYTES,
            disk_bytes=int(unpacked * share),
            basis=f"from {unpacked / 1e6:,.0f} MB at {rate / 1e6:.0f} MB/s, {how}",
        )
    )


def _bytes_under(path: Path) -> int:
    try:
        if path.is_dir():
            return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
        return path.stat().st_size
    except OSError:
        return 0


def _sample(source: Source) -> bytes:
    data = b""
    with suppress(ReaderError, *DAMAGE), source.open() as stream:
        while len(data) < SAMPLE_BYTES and (piece := stream.read(SAMPLE_BYTES - len(data))):
            data += piece
    return data


def _ratio(source: Source, sample: bytes) -> float:
    """Return by how much the file grows when it is unpacked, from packing the sample."""
    with suppress(OSError), source.path.open("rb") as stream:
        if stream.read(4).startswith((GZIP, ZSTD, *ZIP)) and sample:
            return len(sample) / len(zlib.compress(sample))
    return 1.0


def _tried(
    source: Source, sample: bytes, asked: Asked, foresight: Foresight
) -> tuple[float, float]:
    """Return bytes a second and bytes in the case for each byte; zeros where it fails."""
    taken: dict[str, list[Row]] = {}
    whole = sample[: sample.rfind(b"\n") + 1] or sample
    part = replace(source, size=len(whole), open=lambda: cast("BinaryIO", io.BytesIO(whole)))
    rows = Rows("sample", lambda name, some: taken.setdefault(name, []).extend(some))
    try:
        reader, settings = understood(source, asked)
        began = foresight.clock()
        reader.read(part, settings, rows)
        rows.finish()
        seconds = foresight.clock() - began
    except (ReaderError, *DAMAGE):
        return 0.0, 0.0
    if not taken or seconds <= 0:
        return 0.0, 0.0
    return len(whole) / seconds, bytes_in_case(taken) / len(whole)
