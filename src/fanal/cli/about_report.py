"""`fanal about report`: what an operator's own connections say, as one private page."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from fanal.cli.about_reading import accounts_of, day_of, settings_of
from fanal.cli.common import USAGE, fail, now_us, plain_words, say, show, show_json
from fanal.cli.report import Lang, spoken


def report(
    days: Annotated[
        list[Path],
        typer.Argument(metavar="DAYS…", help="Day rows, Parquet; or a sampler's folder."),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="R.html", help="The page.")],
    accounts: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Columns account, time_zone, locale, signed_up_at."),
    ] = None,
    weights: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What `fanal about calibrate` wrote here."),
    ] = None,
    lang: Annotated[
        Lang | None, typer.Option(help="fr or en; when not given, as LC_ALL or LANG say.")
    ] = None,
    as_of: Annotated[
        str, typer.Option(metavar="DAY", help="The day of the estimates; the last one.")
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Write what the connections say as a whole: for the operator, no account, no address.

    Coverage, shields, countries, sign-up networks that stand out, people wrong per 100,000.
    """
    with plain_words():
        told = _write(
            days, out, accounts, weights, str(lang or spoken(os.environ)), day_of(as_of)
        )
    if json:
        show_json(told)
        return
    say(
        f"{told['accounts']:,} accounts: {told['given']:,} with a country and no refusal, "
        f"{told['sure']:,} of them at 0.9 or more without a shield"
    )
    show(told["report"])


def _write(
    paths: list[Path],
    out: Path,
    accounts: Path | None,
    weights: Path | None,
    lang: str,
    as_of: date | None,
) -> dict[str, Any]:
    from fanal import __version__
    from fanal.about.fields import fields_of
    from fanal.about.intake import intake_of, read_days
    from fanal.about.ip import load
    from fanal.about.overview import overview, told_of
    from fanal.about.weights import read_weights
    from fanal.exports.files import check_place, written
    from fanal.reports.about_page import about_html

    check_place(out)
    given = intake_of(paths)
    if given.logs:
        fail(
            f"{given.logs[0]}: not a file of day rows.",
            "Make day rows first: fanal about days LOG -o DAYS.parquet.",
            USAGE,
        )
    known = accounts_of(given, accounts, settings_of([], "", "", as_of))
    rows = read_days(*given.day_files)
    # a folder is a Mastodon sampler's
    fields = fields_of("mastodon" if any(path.is_dir() for path in paths) else "log")
    found = overview(rows, known, as_of=as_of, weights=read_weights(weights), fields=fields)
    sources = load().sources()
    page = about_html(
        found,
        sources=sources,
        made_on=datetime.fromtimestamp(now_us() / 1e6, UTC).date(),
        version=__version__,
        lang=lang,
    )
    with written(out) as temporary:
        temporary.write_text(page, encoding="utf-8", newline="\n")
    lists = [{"name": one.name, "answers": one.answers, "date": one.date} for one in sources]
    return {"report": str(out), "lang": lang, "lists": lists, **told_of(found)}
