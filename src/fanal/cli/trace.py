"""`fanal trace`: who carries a claim in a case, since when, and what the case holds of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fanal.cli.common import (
    USAGE,
    fail,
    now_us,
    one_line,
    plain_words,
    say,
    show,
    show_json,
    thread_count,
)
from fanal.cli.levels import LevelOption, PeopleOption
from fanal.cli.report import Lang, spoken
from fanal.cli.watching import say_if_compiling
from fanal.model.names import Level

if TYPE_CHECKING:  # heavy
    from fanal.claims.trace import Trace
    from fanal.model.names import Names
    from fanal.reports.about_section import Section
    from fanal.reports.traced import Told


def trace(
    case: Annotated[Path, typer.Argument(metavar="CASE", help="The folder of the case.")],
    text: Annotated[
        str, typer.Option(help="The text to trace: a sentence of it will do.")
    ] = "",
    post: Annotated[
        str, typer.Option(help="Trace the text of this post: its key, its id or its pseudonym.")
    ] = "",
    url: Annotated[str, typer.Option(help="Trace this link.")] = "",
    mark: Annotated[
        list[str] | None,
        typer.Option(
            metavar="POST=yes",
            help="Note whether a post does carry it: POST=yes, POST=no, POST= to take it away.",
        ),
    ] = None,
    checker: Annotated[
        list[str] | None,
        typer.Option(metavar="DOMAIN", help="A checker's domain: who links to it denies."),
    ] = None,
    names: Annotated[
        bool,
        typer.Option("--names", help="Names in place of pseudonyms, here and with --json."),
    ] = False,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="A page, HTML.")] = None,
    lang: Annotated[
        Lang | None, typer.Option(help="fr or en; when not given, as LC_ALL or LANG say.")
    ] = None,
    level: LevelOption = Level.PROTECTED,
    people: PeopleOption = None,
    by: Annotated[str, typer.Option(help="Who makes the page; printed at its foot.")] = "",
    threads: Annotated[int, typer.Option(min=0, help="Threads; 0: all.")] = 0,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Trace a claim: each post that carries it, how, the earliest found, relays, denials.

    The words are compared, whatever their links, hashtags, case or look-alike letters. The first
    answer on a case takes longer: its texts are prepared, and kept in its cache.
    """
    if sum(map(bool, (text, post, url))) != 1:
        fail("say what to trace: --text, --post or --url, one of them.", code=USAGE)
    marks = dict(_mark(one) for one in mark or ())
    spoken_here = str(lang or spoken(os.environ))
    with plain_words():
        from fanal.case import open_case

        say_if_compiling()
        opened = open_case(case)
        found = opened.trace(
            text=text,
            post=post,
            url=url,
            marks=marks,
            checkers=checker or (),
            threads=thread_count(threads),
            now=now_us(),
        )
        if out is not None:
            _write(opened, found, out, spoken_here, level, people, by)
        shown = _names(opened, found, everybody=names)
        if json:
            show_json(_plain(found, shown))
        elif out is None:
            _show(found, shown, spoken_here)
    if out is not None and not json:
        say(f"{found.posts.num_rows:,} posts carry it")
        show(str(out))
    if not found.posts.num_rows:
        say(
            "Other words may say the same: `fanal show CASE --find` looks for words, not copies."
        )


def _mark(given: str) -> tuple[str, str]:
    post, equal, value = given.rpartition("=")
    if not equal or value not in {"yes", "no", ""} or not post:
        fail(f"--mark {given!r}: POST=yes or POST=no is meant.", code=USAGE)
    return post, value


def _names(case: Any, found: Trace, *, everybody: bool) -> Names:
    from fanal.case.telling import names_of

    return names_of(case.path, case.pseudonyms(), _accounts(found), real=everybody)


def _accounts(found: Trace) -> list[str]:
    accounts: set[str] = {
        *found.posts["account"].to_pylist(),
        *found.denying_answers["account"].to_pylist(),
    }
    for link in found.touched.links:
        accounts |= {str(link["source"]), str(link["target"])}
    return sorted(accounts)


def _write(
    case: Any, found: Trace, out: Path, lang: str, level: Level, people: Path | None, by: str
) -> None:
    from fanal import __version__
    from fanal.case import telling
    from fanal.case.naming import naming
    from fanal.exports.files import check_place, written
    from fanal.model.names import pseudonymous
    from fanal.reports.trace_page import trace_html

    check_place(out)
    shown = pseudonymous(case.pseudonyms(), level)
    if level is Level.NAMED:
        result = case.run(telling.chosen_run(case).id)
        shown = naming(case, result, _accounts(found), level=level, people=people).names
    page = trace_html(
        found,
        names=shown,
        case=case.name,
        made_at=telling.moment(now_us()),
        version=__version__,
        made_by=by,
        lang=lang,
    )
    with written(out) as temporary:
        temporary.write_text(page, encoding="utf-8", newline="\n")


def _plain(found: Trace, names: Names) -> dict[str, Any]:
    from fanal.reports.trace_plain import plain_trace

    return plain_trace(found, names)


def _show(found: Trace, names: Names, lang: str) -> None:
    from fanal.reports.traced import Told
    from fanal.reports.wording import Words

    told = Told(found, names, Words(lang), screen=True)
    show(told.title())
    for sentence in (told.deck(), told.asked()):
        if sentence:
            show(one_line(sentence))
    for section in told.sections():
        show()
        show(told.say(section.title))
        for line in _lines(section, told):
            show(f"  {line}")
        if section.anchor == "touched":
            _show_posts(told)


def _lines(section: Section, told: Told) -> Iterator[str]:
    yield from map(one_line, section.sentences)
    rows = [[told.say(key) for key, _ in section.columns], *section.rows]
    if section.rows:
        cells = [[one_line(cell) for cell in row] for row in rows]
        widths = [max(len(row[place]) for row in cells) for place in range(len(cells[0]))]
        right = [kind == "number" for _, kind in section.columns]
        for row in cells:
            padded = (
                cell.rjust(width) if number else cell.ljust(width)
                for cell, width, number in zip(row, widths, right, strict=True)
            )
            yield "  ".join(padded).rstrip()
    yield from map(one_line, section.below)


def _show_posts(told: Told) -> None:
    from fanal.reports.traced_posts import PostsTold

    show()
    show(told.say("trace.section.posts"))
    for sentence in PostsTold(told).intro():
        show(f"  {sentence}")
    marks = {"added": "{{+{}+}}", "missing": "[-{}-]", "same": "{}"}
    for one in PostsTold(told).posts():
        marked = f"  [{one.mark}]" if one.mark else ""
        show(f"  {one.when}  {one_line(one.who)}  {one.how}, {one.score}{marked}")
        words = " ".join(marks[what].format(words) for what, words in one.difference)
        show(f"    {one_line(words)}")
        show(f"    {one_line(one.post)}")
