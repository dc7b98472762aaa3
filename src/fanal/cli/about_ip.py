"""`fanal about ip`: the lists behind a country and a kind of network, and what they miss.

It takes no address: a command line stays in the shell's history.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fanal.cli.common import plain_words, show, show_json

if TYPE_CHECKING:
    from fanal.about.ip.recall import Recall
    from fanal.about.ip.sources import Source

NOT_MEASURED = (
    "recall not measured: give --known-exits FILE, addresses of VPN exits that you know, one a "
    "line, to see how many of them the lists name"
)


def ip(
    known_exits: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Known VPN exits, one address a line [,label]."),
    ] = None,
    countries: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Your own database (.mmdb, .csv) in place of ours."),
    ] = None,
    second: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A second database: where they disagree is flagged."),
    ] = None,
    relay: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Networks of relays, one a line.")
    ] = None,
    tor: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Tor exits, one a line.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Show which lists name a country and a kind of network, their dates, and what they miss."""
    with plain_words():
        from fanal.about.ip import load
        from fanal.about.ip.recall import recall_of

        table = load(countries=countries, second=second, relay=relay, tor=tor)
        recall = recall_of(table, known_exits) if known_exits else []
    if json:
        show_json(as_object(table.sources(), recall))
        return
    for source in table.sources():
        _show_source(source)
    for kind, file in (("relay", relay), ("tor", tor)):
        if file is None:
            show(f"{kind}: no list; give --{kind} FILE")
    for one in recall:
        show(told(one))
    if not recall:
        show(NOT_MEASURED)


def _show_source(source: Source) -> None:
    show(f"{source.answers}: {source.name}")
    day = f"data of {source.date}" if source.date else "date not stated"
    show(
        f"  {day}; {source.networks:,} IPv4 networks ({source.addresses:,} addresses), "
        f"{source.networks_ipv6:,} IPv6 networks"
    )
    show(f"  licence: {source.licence}")


def told(recall: Recall) -> str:
    """Return one line on the recall of one label."""
    kinds = ", ".join(f"{kind} {count:,}" for kind, count in recall.kinds.items())
    return (
        f"known exits, {recall.label}: {recall.named:,} of {recall.exits:,} on a list, "
        f"{recall.named / recall.exits:.3f} (95 %: {recall.low:.3f} to {recall.high:.3f}); {kinds}"
    )


def as_object(sources: list[Source], recall: list[Recall]) -> dict[str, object]:
    """Return what `--json` prints."""
    return {
        "sources": [source.as_row() for source in sources],
        "recall": [
            {
                "label": one.label,
                "exits": one.exits,
                "named": one.named,
                "low": one.low,
                "high": one.high,
                "kinds": one.kinds,
            }
            for one in recall
        ]
        or None,
        "recall_refusal": None if recall else NOT_MEASURED,
    }
