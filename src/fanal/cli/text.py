"""``fanal text group``: posts whose words are the same, or nearly."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fanal.cli.common import (
    USAGE,
    fail,
    one_line,
    plain_words,
    say,
    show,
    show_json,
    thread_count,
)
from fanal.cli.files import write_table
from fanal.cli.watching import foresight, progress, say_if_compiling

if TYPE_CHECKING:
    import pyarrow as pa

    from fanal.claims.groups import TextGroups

app = typer.Typer(
    name="text",
    help="What posts say: copies, with changed words or look-alike letters.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
_SHOWN, _WIDTH = 10, 100
#: Seconds and bytes for a post, from a million generated ones on two busy cores.
_SECONDS, _SECONDS_FAST, _BYTES = 10e-6, 7e-6, 900


@app.callback()
def _text() -> None:
    """Keep `group` a command of its own."""


@app.command(no_args_is_help=True)
def group(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, JSONL or Parquet.")],
    id_column: Annotated[str, typer.Option("--id", help="Column of the post's id.")] = "",
    text_column: Annotated[str, typer.Option("--text", help="Column of the text.")] = "",
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="Write the posts and their groups: .csv or .parquet."),
    ] = None,
    merges: Annotated[
        Path | None,
        typer.Option(help="Write which two posts joined what, and their score."),
    ] = None,
    fast: Annotated[
        bool, typer.Option("--fast", help="Quicker; finds fewer of the texts changed much.")
    ] = False,
    threads: Annotated[int, typer.Option(help="Threads; results do not depend on it.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Group the posts of a file whose words are the same, or nearly.

    Links, mentions, hashtags, emoji, case, accents and look-alike letters do not count; changed
    words, cuts and other orders are found. Posts that share a form with slots (a weather report)
    are flagged as templates. The same words do not mean that accounts act together.

    \b
    Examples
      fanal text group posts.csv --id id --text text -o groups.csv
      fanal text group posts.parquet --id id --text text -o g.parquet --merges m.csv --fast
    """  # noqa: D301 - \b keeps the lines of the examples
    with plain_words():
        _refuse_early(file, id_column, text_column, (out, merges))
        table = _read(file, {"post": id_column, "text": text_column})
        say_if_compiling()
        found = _grouped(table["text"], fast=fast, threads=thread_count(threads))
        if out is not None:
            write_table(_rows(table["post"], found), out)
        if merges is not None:
            write_table(_evidence(table["post"], found), merges)
    _tell(table["text"], found, as_json=as_json)


def _refuse_early(
    file: Path, id_column: str, text_column: str, outputs: tuple[Path | None, ...]
) -> None:
    from fanal.exports.files import check_place

    if not id_column or not text_column:
        fail(f"{file}: --id and --text are needed: which column is what.", code=USAGE)
    if not file.is_file():
        fail(f"{file}: no such file.", "Posts of a case are compared by `fanal coordinate`.")
    for path in outputs:
        if path is not None:
            if path.suffix.lower() not in {".csv", ".parquet"}:
                fail(f"{path}: .csv or .parquet was expected.", code=USAGE)
            check_place(path)


def _read(file: Path, columns: dict[str, str]) -> pa.Table:
    import pyarrow as pa

    from fanal.readers.action_table import read_columns

    read = read_columns(file, columns)
    for reason, count in read.rejected.items():
        say(f"{file.name}: {count:,} rows rejected: {reason}")
    text = read.table["text"]
    if not pa.types.is_string(text.type) and not pa.types.is_large_string(text.type):
        text = text.cast(pa.string())
    return pa.table({"post": read.table["post"], "text": text})


def _grouped(texts: pa.ChunkedArray, *, fast: bool, threads: int) -> TextGroups:
    from fanal.claims.groups import group_texts
    from fanal.model.foreseen import Foreseen

    each = (_SECONDS_FAST if fast else _SECONDS) * 2 / min(threads, 2)
    foresight().tell(
        Foreseen(
            what=f"grouping {len(texts):,} posts",
            seconds=len(texts) * each,
            memory_bytes=int(texts.nbytes + len(texts) * _BYTES),
            disk_bytes=0,
            basis=f"at {each * 1e6:.0f} microseconds and {_BYTES:,} bytes a post",
        )
    )
    with progress() as tell:
        return group_texts(
            texts, fast=fast, threads=threads, told=lambda share: tell("grouping", share, 1.0)
        )


def _rows(posts: pa.ChunkedArray, found: TextGroups) -> pa.Table:
    """Return the posts in their order: group, kind and template; empty where a post is alone."""
    import numpy as np
    import pyarrow as pa

    from fanal.claims.groups import KINDS

    alone = found.group < 0
    kinds = pa.DictionaryArray.from_arrays(found.kind.astype(np.int8), pa.array(KINDS))
    template = np.append(found.template, np.False_)[found.group]
    return pa.table(
        {
            "post": posts,
            "group": pa.array(found.group, mask=alone),
            "kind": kinds.cast(pa.string()),
            "template": pa.array(template, mask=alone),
        }
    )


def _evidence(posts: pa.ChunkedArray, found: TextGroups) -> pa.Table:
    import pyarrow as pa

    merges = found.merges
    return pa.table(
        {
            "post_a": posts.take(merges["row_a"]),
            "post_b": posts.take(merges["row_b"]),
            "score": merges["score"],
            "measure": merges["measure"],
        }
    )


def _tell(texts: pa.ChunkedArray, found: TextGroups, *, as_json: bool) -> None:
    facts = _facts(found)
    if as_json:
        show_json(facts)
        return
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in facts["kinds"].items() if count)
    show(
        f"{facts['posts']:,} posts: {facts['in_groups']:,} in {facts['groups']:,} groups whose "
        f"words are the same or nearly ({kinds})."
    )
    if facts["templates"]:
        show(
            f"{facts['template_posts']:,} more in {facts['templates']:,} groups that share a form "
            "with slots, no claim: templates."
        )
    for number in (~found.template).nonzero()[0][:_SHOWN].tolist():
        text = texts[int(found.speaker[number])].as_py() or ""
        show(f"  {number}: {found.size[number]:,} posts  {one_line(text[:_WIDTH])}")


def _facts(found: TextGroups) -> dict[str, Any]:
    import numpy as np

    from fanal.claims.groups import KINDS

    template = np.append(found.template, np.False_)[found.group]
    of_claim = (found.group >= 0) & ~template
    kinds = np.bincount(found.kind[of_claim], minlength=len(KINDS))
    return {
        "posts": len(found.group),
        "in_groups": int(of_claim.sum()),
        "groups": int((~found.template).sum()),
        "kinds": dict(zip(KINDS[1:], kinds[1:].tolist(), strict=True)),
        "templates": int(found.template.sum()),
        "template_posts": int(found.size[found.template].sum()),
    }
