"""``fanal coordinate``: which accounts act together beyond chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fanal.cli.common import (
    USAGE,
    fail,
    now_us,
    one_line,
    plain_words,
    show,
    show_json,
    thread_count,
)
from fanal.cli.files import Peer, read_file, write_table
from fanal.cli.watching import Progress, foresight, progress, say_if_compiling

if TYPE_CHECKING:
    from fanal.coordination import Result
    from fanal.coordination.actions import Actions

_FILE = "Of a FILE"
_PEER = "As the peer does it"
_SHOWN = 10


def coordinate(
    target: Annotated[Path, typer.Argument(metavar="CASE|FILE", help="A case, or one file.")],
    layers: Annotated[
        str,
        typer.Option(help="Of a case: repost,url,hashtag,image,text,reply; all if not given."),
    ] = "",
    windows: Annotated[
        str,
        typer.Option(
            help="Seconds between two actions, inclusive; several as 10,60,300. "
            "60 if not given, or the precision of the times if that is coarser."
        ),
    ] = "",
    fdr: Annotated[float, typer.Option(help="Level of the false discovery rate.")] = 0.05,
    fdr_method: Annotated[
        str, typer.Option(help="bh (Benjamini-Hochberg) or by (Benjamini-Yekutieli).")
    ] = "bh",
    shuffles: Annotated[
        int,
        typer.Option(help="Repeat on accounts exchanged at random, to see what chance makes."),
    ] = 1,
    seed: Annotated[
        int, typer.Option(min=0, max=2**63 - 1, help="Seed of shuffles and communities.")
    ] = 0,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Write the links: .csv or .parquet.")
    ] = None,
    communities: Annotated[
        Path | None, typer.Option(help="Write the communities: .csv or .parquet.")
    ] = None,
    bursts: Annotated[
        Path | None,
        typer.Option(help="Write the bursts, many accounts on one object: .csv or .parquet."),
    ] = None,
    groups: Annotated[
        Path | None,
        typer.Option(help="Write the groups that weak pairs make: .csv or .parquet."),
    ] = None,
    names: Annotated[
        bool, typer.Option("--names", help="Of a case: real names in what is written or shown.")
    ] = False,
    object_column: Annotated[
        str, typer.Option("--object", help="Column of what is acted on.", rich_help_panel=_FILE)
    ] = "",
    account_column: Annotated[
        str, typer.Option("--account", help="Column of who acts.", rich_help_panel=_FILE)
    ] = "",
    time_column: Annotated[
        str, typer.Option("--time", help="Column of when.", rich_help_panel=_FILE)
    ] = "",
    post_column: Annotated[
        str,
        typer.Option(
            "--post",
            help="Column of the post's id, to show with each link.",
            rich_help_panel=_FILE,
        ),
    ] = "",
    source_column: Annotated[
        str,
        typer.Option(
            "--source",
            help="Column of the account or domain that the object comes from.",
            rich_help_panel=_FILE,
        ),
    ] = "",
    lang_column: Annotated[
        str, typer.Option("--lang", help="Column of the language.", rich_help_panel=_FILE)
    ] = "",
    time_unit: Annotated[
        str, typer.Option(help="s, ms or us for integer times; by size if not given.")
    ] = "",
    time_zone: Annotated[
        str, typer.Option(help="Zone of times that name none, such as Europe/Paris.")
    ] = "",
    like: Annotated[
        str, typer.Option(help="coortweet: that peer's pairs and edges, without any test.")
    ] = "",
    window: Annotated[
        float | None, typer.Option(help="With --like: seconds, inclusive.")
    ] = None,
    min_participation: Annotated[
        int, typer.Option(help="With --like: rows an account needs.")
    ] = 2,
    pairs: Annotated[Path | None, typer.Option(help="With --like: write the pairs.")] = None,
    threads: Annotated[int, typer.Option(help="Threads; results do not depend on it.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Find accounts that act on the same objects within a window, more often than chance.

    A link means: these two accounts co-acted more, and on rarer objects, than accounts of the
    same activity at the same hours would. It does not mean that they are inauthentic, and it
    does not clear fans who follow the same source.

    \b
    Examples
      fanal coordinate my.case
      fanal coordinate my.case --layers repost,url --windows 10,60,300 -o links.csv
      fanal coordinate shares.parquet --object url --account user --time at -o links.parquet
    """  # noqa: D301 - \b keeps the lines of the examples
    fields = {
        "object": object_column,
        "account": account_column,
        "time": time_column,
        "post": post_column,
        "source": source_column,
        "lang": lang_column,
    }
    outputs = {"edges": out, "communities": communities, "bursts": bursts, "groups": groups}
    reading = {"time_unit": time_unit, "zone": time_zone}
    with plain_words():
        _refuse_early(time_unit, (*outputs.values(), pairs))
        if like:
            Peer(like, window, min_participation, pairs, out).run(target, fields, reading)
            return
        asked = {
            "windows": _seconds(windows),
            "fdr": fdr,
            "fdr_method": fdr_method,
            "shuffles": shuffles,
            "seed": seed,
            "threads": thread_count(threads),
        }
        say_if_compiling()
        with progress() as tell:
            if _is_case(target):
                _refuse_columns(fields | {"time-unit": time_unit, "time-zone": time_zone})
                result, shown = _of_case(target, layers, asked, names, tell)
                describe = partial(_describe_case, target, named=names)
            else:
                actions = _actions(target, fields, reading)
                found = frozenset(name for name, path in outputs.items() if path is not None)
                result, shown = _of_file(actions, asked, found, tell), None
                describe = partial(_describe_file, actions, result)
        _write(result, shown, outputs)
        _tell(result, shown, as_json=as_json)
        if not result.edges.num_rows and not as_json:
            describe()


def _describe_case(target: Path, *, named: bool) -> None:
    """Say what is in a case, so that "0 links" never stands alone."""
    from fanal import open_case
    from fanal.cli.answers import show_description

    show_description(open_case(target), named=named)
    show(f"What it could have answered: fanal show {target} --answerable")


def _describe_file(actions: Actions, result: Result) -> None:
    """Say what is in a file, and what could have been found in it."""
    from fanal.cli.answers import show_file
    from fanal.coordination import Settings

    asked = dict(result.settings)
    del asked["layers"]
    show_file(actions, Settings(**(asked | {"windows_s": tuple(asked["windows_s"])})))


def _is_case(target: Path) -> bool:
    if not target.exists():
        fail(f"{target}: no such case or file.", "`fanal add CASE FILE` makes a case.")
    if target.is_dir():
        return True
    from fanal.case.pack_file import is_pack

    return is_pack(target)


def _seconds(windows: str) -> tuple[float, ...]:
    try:
        return tuple(float(one) for one in windows.split(",") if one.strip())
    except ValueError:
        fail(f"--windows {windows!r}: seconds separated by commas were expected.", code=USAGE)


def _refuse_columns(fields: dict[str, str]) -> None:
    given = [f"--{name}" for name, value in fields.items() if value]
    if given:
        fail(f"{given[0]} tells how a FILE is read; a case has its layers.", code=USAGE)


def _refuse_early(time_unit: str, outputs: Iterable[Path | None]) -> None:
    """Refuse before the work what would be refused after it."""
    from fanal.exports.files import check_place

    if time_unit not in {"", "s", "ms", "us"}:
        fail(f"--time-unit {time_unit!r}: s, ms or us was expected.", code=USAGE)
    for path in outputs:
        if path is not None:
            if path.suffix.lower() not in {".csv", ".parquet"}:
                fail(f"{path}: .csv or .parquet was expected.", code=USAGE)
            check_place(path)


def _of_case(
    target: Path, layers: str, asked: dict[str, Any], names: bool, tell: Progress
) -> tuple[Result, Any]:
    from fanal import open_case
    from fanal.case.telling import names_of

    case = open_case(target)
    wanted = tuple(one.strip() for one in layers.split(",") if one.strip())
    result = case.coordinate(
        layers=wanted or None, now=now_us(), progress=tell, foresight=foresight(target), **asked
    )
    return result, names_of(case.path, case.pseudonyms(), result.accounts(), real=names)


def _actions(target: Path, fields: dict[str, str], reading: dict[str, str]) -> Actions:
    from fanal.coordination import actions_of

    return actions_of({"object": read_file(target, fields, reading)})


def _of_file(
    actions: Actions, asked: dict[str, Any], wanted: frozenset[str], tell: Progress
) -> Result:
    from fanal.coordination import Settings, coordinate

    settings = Settings(windows_s=asked.pop("windows"), **asked)
    return coordinate(actions, settings, tell, wanted=wanted, foresight=foresight())


def _write(result: Result, shown: Any, outputs: dict[str, Path | None]) -> None:
    from fanal.exports import tables

    for name, path in outputs.items():
        if path is not None:
            table = getattr(result, name)
            write_table(table if shown is None else getattr(tables, name)(table, shown), path)


def _tell(result: Result, shown: Any, *, as_json: bool) -> None:
    from fanal.exports import tables

    if as_json:
        show_json({"settings": result.settings, "summary": result.summary})
        return
    for line in _sentences(result):
        show(line)
    edges = result.headline if shown is None else tables.edges(result.headline, shown)
    for row in edges.slice(0, _SHOWN).to_pylist():
        show(
            f"  {one_line(row['source'])}  {one_line(row['target'])}  {row['layers']}: "
            f"{row['objects']} objects in common, {row['expected']:.3g} expected, "
            f"q = {row['q']:.3g}, with shared interest {row['q_affinity']:.3g}"
        )
    if edges.num_rows > _SHOWN:
        show(f"  ... and {edges.num_rows - _SHOWN:,} more (-o FILE writes all)")


def _sentences(result: Result) -> list[str]:
    found = result.summary
    windows = ", ".join(f"{window:g} s" for window in found["windows_s"])
    tested = f"q <= {result.settings['fdr']:g}, {found['pairs_tested']:,} pairs tested"
    links = (
        f"{found['links']:,} links among {found['accounts']:,} accounts: pairs that acted on the "
        f"same objects within {windows} more than accounts of the same activity at the same "
        f"hours would ({tested})."
    )
    stand = (
        f"{found['headline']:,} of them stand: {found['explained']:,} are explained by following "
        f"the same sources, {found['fragile']:,} are fragile (some are both)."
    )
    quiet = (
        f"{found['too_quiet']:,} accounts were too quiet ever to reach significance: about them "
        "nothing can be said."
    )
    lines = [links, stand, *_others(result), quiet]
    if found["shuffle_sentence"]:
        lines.append(found["shuffle_sentence"])
    lines += [f"Left out: {count:,} actions {why}." for why, count in found["left_out"].items()]
    return lines + list(found["notes"])


def _others(result: Result) -> list[str]:
    found = result.summary
    lines = []
    if found["bursts"]:
        lines.append(
            f"{_counted(found['bursts'], 'burst')}: more accounts on one object at once than the tempo "
            f"explains ({found['bursts_tested']:,} objects tested). An event in the world makes "
            "one too."
        )
    if found["groups"]:
        timed = Counter(row["verdict"] for row in result.group_summary.to_pylist())
        how = ", ".join(f"{count} {verdict}" for verdict, count in sorted(timed.items()))
        lines.append(
            f"{_counted(found['groups'], 'group')} made by many weak pairs ({how}); experimental."
        )
    return lines


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
