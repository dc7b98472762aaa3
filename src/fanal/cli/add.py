"""`fanal add`: read exports into a case."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fanal.cli.common import (
    TOO_MANY_REJECTS,
    fail,
    now_us,
    plain_words,
    say,
    show,
    show_json,
    show_toml,
)
from fanal.cli.watching import foresight, progress
from fanal.errors import FanalError

if TYPE_CHECKING:
    from fanal.case import Added, Case

#: Reasons, kinds and positions named before "and n more".
_NAMED = 5
_MAPPING_REMARK = (
    "columns were guessed; to change it, save `--preview` as M.toml: --mapping M.toml"
)


def add(
    case: Annotated[Path, typer.Argument(metavar="CASE", help="The folder of the case.")],
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Files or folders; also .gz, .zst and .zip."),
    ],
    format: Annotated[  # noqa: A002 - the word of the command line
        str, typer.Option(help="The reader to use; recognised when not given.")
    ] = "",
    mapping: Annotated[
        Path | None, typer.Option(help="A mapping.toml: which column is which field.")
    ] = None,
    time_unit: Annotated[
        str, typer.Option(help="s, ms or us for integer times; by size when not given.")
    ] = "",
    captured_by: Annotated[
        str, typer.Option(help="Who captured it, in your words; kept with platform cards.")
    ] = "",
    preview: Annotated[
        bool, typer.Option("--preview", help="Show how the file would be read; add nothing.")
    ] = False,
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Read anew what is in the case with another mapping."),
    ] = False,
    max_rejected: Annotated[
        int | None, typer.Option(min=0, help="More rejected records than this: exit code 3.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    r"""Read exports into a case; it is made when missing.

    Every record is kept, skipped (well-formed, of a kind not analysed) or rejected (unreadable,
    with its place and the reason). The same file again adds nothing.

    \b
    Examples
      fanal add my.case tweets.jsonl
      fanal add my.case export.csv --preview > mapping.toml
      fanal add my.case export.csv --mapping mapping.toml
    """
    if time_unit not in {"", "s", "ms", "us"}:
        raise typer.BadParameter("s, ms or us", param_hint="--time-unit")
    with plain_words():
        told = {
            "format": format or None,
            "mapping": _mapping(mapping),
            "time_unit": time_unit,
            "captured_by": captured_by,
        }
        if preview:
            _preview(files[0], told, as_json=json)
            return
        with _kept_if_filled(case) as opened:
            done = _add(opened, files, told, may_replace=replace)
        if json:
            show_json({"case": str(case), "added": [_plain(item) for item in done]})
        else:
            for item in done:
                _tell(opened, item, guessed=mapping is None)
        _judge(done, max_rejected)


def _mapping(path: Path | None) -> dict[str, Any] | None:
    if path is None:
        return None
    from fanal.readers.mapping import load_mapping

    try:
        return load_mapping(path.read_text(encoding="utf-8"), path.name)
    except UnicodeDecodeError:
        fail(f"{path}: not UTF-8 text.", "A mapping is a TOML file; --preview prints one.")


@contextmanager
def _kept_if_filled(path: Path) -> Iterator[Case]:
    """Open a case, or make one that goes again when nothing could be added."""
    from fanal.case import create_case, open_case
    from fanal.store.catalogue import FILE_NAME

    if path.is_file() or (path / FILE_NAME).exists():
        yield open_case(path)
        return
    new, case = not path.exists(), create_case(path)
    try:
        yield case
    except FanalError:
        if new and not case.inputs():
            shutil.rmtree(path, ignore_errors=True)
        raise


def _add(
    case: Case, files: Sequence[Path], told: Mapping[str, Any], *, may_replace: bool
) -> list[Added]:
    may = may_replace or (_ask if sys.stdin.isatty() else False)
    with progress(of_bytes=True) as tell:
        return case.add(
            files,
            **told,
            replace=may,
            now=now_us(),
            progress=lambda name, done, total, kept: tell(name, done or kept, total),
            foresight=foresight(case.path),
        )


def _ask(said: str) -> bool:
    say(said)
    return typer.confirm("Take that input out and read the file anew?", err=True)


def _preview(path: Path, told: Mapping[str, Any], *, as_json: bool) -> None:
    from fanal.case.adding import Asked
    from fanal.case.preview import preview_file
    from fanal.readers.mapping import dump_mapping

    seen = preview_file(path, Asked(**told))
    if as_json:
        show_json({"reader": seen.reader, "mapping": seen.mapping, "rows": list(seen.rows)})
        return
    say(
        f"{seen.name}: {seen.title} (--format {seen.reader}); its first {len(seen.rows)} posts:"
    )
    for row in seen.rows:
        say("  " + _row(row))
    if seen.refused is not None and "time_zone" not in seen.mapping:
        show('# time_zone = "UTC"  # where the clock stood, if times name no zone')
    if seen.mapping.get("columns"):
        show_toml(dump_mapping(seen.mapping).rstrip("\n"))
    else:
        say("A fixed shape: no mapping is needed.")
    if seen.refused is not None:
        raise seen.refused


def _row(row: Mapping[str, Any]) -> str:
    from fanal.cli.show import when

    text = " ".join(str(row["text"] or "").split())
    return f"{when(row['time'])}  {row['kind']:8} {row['account']}  {text[:60]}"


def _plain(item: Added) -> dict[str, Any]:
    return {name: getattr(item, name) for name in item.__slots__}


def _tell(case: Case, item: Added, *, guessed: bool) -> None:
    from fanal.cli.show import counted

    if item.status == "not read":
        show(f"{item.name}: not read")
        _remarks(item.notes)
        return
    show(f"{item.name}: {item.status} as input {item.input_id} ({item.reader})")
    show(
        f"  {item.kept:,} kept, of which {item.duplicates:,} seen already;"
        f" {item.filled:,} known posts had gaps filled"
    )
    show(f"  {sum(item.skipped.values()):,} skipped{counted(item.skipped, _NAMED)}")
    show(f"  {sum(item.rejected.values()):,} rejected{counted(item.rejected, _NAMED)}")
    _places(case, item)
    if columns := item.mapping.get("columns"):
        say("  read as: " + ", ".join(f"{field} = {name}" for field, name in columns.items()))
        if guessed and item.status != "already there":
            say(f"  ({_MAPPING_REMARK})")
    _remarks(item.notes)
    if item.blind_spot:
        show(f"  Not in this kind of file: {item.blind_spot}")


def _places(case: Case, item: Added) -> None:
    """Show where the first rejected records stand."""
    if not item.rejected:
        return
    from fanal.case.rejects import first_rejected

    places = first_rejected(case.path, item.input_id, _NAMED)
    show(f"    first at {', '.join(places)} (`fanal show {case.path} --rejected` shows all)")


def _remarks(notes: Sequence[str]) -> None:
    for note in notes:
        show(f"  {note}")


def _judge(done: Sequence[Added], max_rejected: int | None) -> None:
    rejected = sum(sum(item.rejected.values()) for item in done)
    if max_rejected is not None and rejected > max_rejected:
        fail(
            f"{rejected:,} records were rejected, more than the {max_rejected:,} allowed.",
            "What was kept is in the case.",
            TOO_MANY_REJECTS,
        )
