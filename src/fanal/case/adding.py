"""Files into a case: recognise, read into staged parts, commit; one file at a time.

1. A path gives sources; each is one input and one commit.
2. The reader is recognised (or told), the mapping guessed (or told).
3. The same input adds nothing; the same file read otherwise replaces only when asked to.
4. Rows stream into staged parts, then one transaction lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from fanal import __version__
from fanal.case.results import Added
from fanal.errors import CaseError, ReaderError
from fanal.readers.base import Reader, Row, Rows, Settings, Source, input_id
from fanal.readers.recognise import recognise
from fanal.readers.sources import head, sources
from fanal.store.adding import Adding, Staging
from fanal.store.faults import readable
from fanal.store.folder import Folder
from fanal.store.records import Input, canonical

#: (file, bytes read, bytes in all, posts kept); bytes in all are 0 when not known.
AddProgress = Callable[[str, int, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How the user wants files read.

    `replace` says whether a file in the case may be read anew; asked with a sentence when it
    can be called.
    """

    format: str | None = None
    mapping: Mapping[str, Any] | None = None
    time_unit: str = ""
    captured_by: str = ""
    replace: bool | Callable[[str], bool] = False


def add_files(
    folder: Folder,
    paths: Iterable[str | Path],
    asked: Asked,
    now: int,
    progress: AddProgress | None,
    foresee: Callable[[Source], None] | None = None,
) -> Iterator[Added]:
    """Add each file under `paths`, one commit each, and yield what became of it."""
    # 1. a file that the user named must be read; one found in a folder may be something else
    for number, source in enumerate(outside(folder, paths)):
        try:
            if foresee is not None and number == 0:
                foresee(source)
            yield _add(folder, source, asked, now, progress)
        except ReaderError as error:
            if not source.found:
                raise
            yield Added(
                input_id="",
                name=source.name,
                reader="",
                status="not read",
                notes=(readable(str(error)),),
            )


def add_all(
    folder: Folder,
    paths: Iterable[str | Path],
    asked: Asked,
    now: int,
    progress: AddProgress | None,
    foresee: Callable[[Source], None] | None,
) -> list[Added]:
    """Add each file under `paths`; `foresee` is told the first of them beforehand.

    Raises
    ------
    KeyboardInterrupt
        It was stopped; says how many files are done with.
    """
    done: list[Added] = []
    try:
        for one in add_files(folder, paths, asked, now, progress, foresee):
            done.append(one)  # noqa: PERF402 - a stop must leave what there is
    except KeyboardInterrupt:
        raise KeyboardInterrupt(_so_far(len(done))) from None
    return done


def _so_far(files: int) -> str:
    """Return how far adding came before it was stopped, in words."""
    if not files:
        return "nothing half-written was kept."
    said = "1 file is" if files == 1 else f"{files} files are"
    return f"{said} in the case; nothing half-written was kept."


def outside(folder: Folder, paths: Iterable[str | Path]) -> Iterator[Source]:
    """Yield each file to read, by a name that can be shown; the files of the case are not read.

    Raises
    ------
    CaseError
        If a path is the case, or lies in it.
    """
    given, own = list(paths), folder.path.resolve()
    for path in given:
        if own in (place := Path(path).resolve(), *place.parents):
            raise CaseError(
                f"{path}: belongs to the case itself.",
                hint="Name the files to read into it.",
            )
    for source in sources(given):
        if own not in source.path.resolve().parents:
            yield named(source)


def named(source: Source) -> Source:
    """Return a source by a name that can be kept and shown, whatever bytes it has on disk."""
    return replace(source, name=readable(source.name))


def _add(
    folder: Folder, source: Source, asked: Asked, now: int, progress: AddProgress | None
) -> Added:
    reader, settings = understood(source, asked)
    told = told_text(settings)
    key = input_id(source.sha256, reader, told)
    there = [item for item in folder.snapshot().inputs if item.sha256 == source.sha256]
    if any(item.id == key for item in there):
        return added(there[0], "already there")
    if there:
        _check_may_replace(source, there[0], asked)
    item = _item(source, reader, settings, key, now)
    replaces = there[0].id if there else ""
    return _read(folder, source, reader, settings, item, replaces, progress)


def understood(source: Source, asked: Asked) -> tuple[Reader, Settings]:
    """Return the reader of a source and what it is told, guessed where nobody said."""
    # 2. a guess is part of the input's identity, so that a better mapping is another input
    start = head(source)
    reader = recognise(start, asked.format)
    mapping = asked.mapping
    if mapping is None:
        mapping = reader.guess(start) if reader.guess is not None else {}
    return reader, Settings(
        mapping=mapping, time_unit=asked.time_unit, captured_by=asked.captured_by
    )


def told_text(settings: Settings) -> str:
    """Return what the user (or the guess) says about a file in one spelling, or nothing."""
    if not settings.mapping and not settings.time_unit and not settings.captured_by:
        return ""
    return canonical(_told(settings))


def _told(settings: Settings) -> dict[str, Any]:
    told = {"mapping": dict(settings.mapping), "time_unit": settings.time_unit}
    return told | ({"captured_by": settings.captured_by} if settings.captured_by else {})


def _check_may_replace(source: Source, there: Input, asked: Asked) -> None:
    # 3. replacing is a decision
    said = (
        f"{source.name}: this file is in the case already (input {there.id}, read as"
        f" {there.reader}), with another mapping, reader or time unit."
    )
    may = asked.replace(said) if callable(asked.replace) else asked.replace
    if not may:
        raise CaseError(
            said,
            hint="Pass --replace (replace=True in Python) to take that input out and read the"
            " file anew.",
        )


def _item(source: Source, reader: Reader, settings: Settings, key: str, now: int) -> Input:
    return Input(
        id=key,
        name=source.name,
        sha256=source.sha256,
        size=source.size,
        reader=reader.name,
        reader_version=reader.version,
        mapping=_told(settings),
        added_at=now,
        blind_spot=reader.blind_spot,
        version=__version__,
    )


def _read(
    folder: Folder,
    source: Source,
    reader: Reader,
    settings: Settings,
    item: Input,
    replaces: str,
    progress: AddProgress | None,
) -> Added:
    # 4. whatever happens before the commit leaves nothing
    staging = Staging(folder, item.id)
    watched = _Watched(source, progress)
    rows = Rows(item.id, _flush(staging, watched, lambda: rows.kept))
    try:
        reader.read(watched.source, settings, rows)
        rows.finish()
        parts = staging.close()
    except BaseException:
        staging.abort()
        raise
    item = replace(
        item, skipped=dict(rows.skipped), rejected=dict(rows.rejected), notes=tuple(rows.notes)
    )
    committed = Adding(folder, item, parts, replaces=replaces).commit()
    if committed is None:
        return added(item, "already there")
    return added(committed, "replaced" if replaces else "added")


def _flush(
    staging: Staging, watched: _Watched, kept: Callable[[], int]
) -> Callable[[str, list[Row]], None]:
    def flush(name: str, rows: list[Row]) -> None:
        staging.take(name, rows)
        watched.tell(kept())

    return flush


class _Watched:
    """A source whose position in the file can be told while a reader reads it."""

    def __init__(self, source: Source, progress: AddProgress | None) -> None:
        self.source = replace(source, open=self._open)
        self._plain, self._progress = source, progress
        self._stream: BinaryIO | None = None

    def _open(self) -> BinaryIO:
        self._stream = self._plain.open()
        return self._stream

    def tell(self, kept: int) -> None:
        if self._progress is not None:
            done = self._position()
            self._progress(self._plain.name, done, self._plain.size if done else 0, kept)

    def _position(self) -> int:
        try:
            return self._stream.tell() if self._stream is not None else 0
        except (OSError, ValueError):
            return 0  # a compressed stream cannot tell where it is


def added(item: Input, status: Any) -> Added:
    """Return what became of a file from the input that the case holds."""
    return Added(
        input_id=item.id,
        name=item.name,
        reader=item.reader,
        status=status,
        kept=item.kept,
        duplicates=item.duplicates,
        filled=item.filled,
        skipped=item.skipped,
        rejected=item.rejected,
        mapping=item.mapping.get("mapping", {}),
        notes=item.notes,
        blind_spot=item.blind_spot,
    )
