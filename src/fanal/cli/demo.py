"""`fanal demo`: a made-up world whose truth is known, from the file to the report."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from fanal.cli.common import USAGE, fail, now_us, plain_words, say, show, show_json
from fanal.cli.demo_about import demo_about
from fanal.cli.watching import progress, say_if_compiling

#: The world that the docs and their pictures show.
SEED = 7
#: The word that asks for the other demo; a folder of that name is `./about`.
ABOUT = "about"


def demo(
    words: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[about] DIR",
            help="Where the demo goes; a folder of your user data when not given. With `about` "
            "before it: the other demo.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="The report; DIR/report.html when not given."),
    ] = None,
    no_open: Annotated[
        bool, typer.Option("--no-open", help="Do not open the report in a browser.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Another seed, another world.")] = SEED,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Make a world whose truth is known, look for links, and say what was found and missed.

    Also how many innocent accounts a plain threshold links, and how many Fanal does: fans, a
    newsroom, members of a parliament, an agency's clients. In French when LANG begins with fr.

    `fanal demo about`: what a card says of where accounts connect from, for a year of a made-up
    platform, and what a rule like X's says: a journalist behind her firm's VPN, among others.
    """
    about, folder = _asked(words or [])
    if about:
        if out is not None:
            fail("--out: `fanal demo about` writes into its folder alone.", code=USAGE)
        page = demo_about(folder or _home() / ABOUT, seed=seed, as_json=json)
        if not no_open and not json:
            _open(page)
        return
    began = time.monotonic()
    with plain_words():
        say_if_compiling()
        made, report = _make(folder or _home(), out, seed)
    if json:
        show_json(_json(made, report))
    else:
        _tell(made, report, time.monotonic() - began)
    if not no_open and not json:
        _open(report)


def _asked(words: list[Path]) -> tuple[bool, Path | None]:
    """Return whether the demo of cards is asked for, and the folder."""
    about = bool(words) and str(words[0]) == ABOUT
    rest = words[about:]
    if len(rest) > 1:
        fail("fanal demo: one folder was expected.", "`fanal demo --help`", USAGE)
    return about, rest[0] if rest else None


def _make(folder: Path, out: Path | None, seed: int) -> tuple[Any, Path]:
    from fanal.demo.tour import REPORT, tour
    from fanal.demo.words_tour import spoken
    from fanal.exports.files import written

    folder = folder.absolute()
    with progress() as tell:
        made = tour(
            folder, seed=seed, now=now_us(), say=say, progress=tell, lang=spoken(os.environ)
        )
    report = out or folder / REPORT
    with written(report) as temporary:
        temporary.write_text(made.report_html, encoding="utf-8", newline="\n")
    return made, report


def _tell(made: Any, report: Path, seconds: float) -> None:
    for part in made.story:
        show(part.title)
        for line in part.lines:
            show(f"  {line}")
        show()
    show(f"world    {made.posts_file}")
    show(f"case     {made.case}")
    show(f"report   {report}")
    say(f"done in {seconds:.1f} s")


def _json(made: Any, report: Path) -> dict[str, Any]:
    from dataclasses import asdict

    found, pairs = made.score.hidden
    linked, innocent = made.score.innocent
    return {
        "posts": made.posts,
        "accounts": made.accounts,
        "hidden_pairs": pairs,
        "hidden_pairs_found": found,
        "innocent_accounts": innocent,
        "innocent_accounts_linked": linked,
        "score": asdict(made.score),
        "world": str(made.posts_file),
        "case": str(made.case),
        "report": str(report),
    }


def _home() -> Path:
    """Return the folder of the user's data where the demo lives when no folder is named."""
    if sys.platform == "win32":
        root = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        root = Path.home() / "Library" / "Application Support"
    else:
        root = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(root) / "fanal" / "demo"


def _open(report: Path) -> None:
    """Open the report where there is a screen to show it on; say so when it does not work."""
    shown = sys.platform in {"win32", "darwin"} or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    )
    if not shown:
        return
    import webbrowser

    if not webbrowser.open(report.absolute().as_uri()):
        say(f"open {report} in a browser to read it.")
