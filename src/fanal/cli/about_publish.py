"""`fanal about publish`: the day's cards, from a state into the cards' database."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fanal.cli.about_reading import secret_in
from fanal.cli.common import USAGE, fail, now_us, plain_words, say, show, show_json

if TYPE_CHECKING:
    from fanal.about.issuing import Issued, Order
    from fanal.about.settings import Settings
    from fanal.store.cards import Cards

Config = Annotated[
    Path, typer.Option("--config", metavar="FILE", help="The configuration, about.toml.")
]
_PER = 100_000


def publish(
    state: Annotated[
        Path,
        typer.Argument(metavar="STATE", help="The folder that `fanal about update` fills."),
    ],
    config: Config,
    accounts: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Columns account, handle, created_at, renamed_at."),
    ] = None,
    on: Annotated[
        str, typer.Option("--on", metavar="DAY", help="The day of the publication; today.")
    ] = "",
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Write nothing; count what would change, and by what."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Publish the cards of a day, once a day: whose turn it is, what others may see of them.

    The same day again changes nothing. Two at once do the work of one. A stop at any moment leaves
    the cards of the last publication.
    """
    with plain_words():
        from fanal.about.issuing import issue
        from fanal.about.settings import read_settings
        from fanal.about.state.folder import alone, require_state
        from fanal.store.cards import open_cards

        settings = read_settings(config)
        order = _order(settings, _day(on), accounts)
        cards = open_cards(settings.cards, order.secret)
        try:
            require_state(state)
            with alone(state):  # an update would take away files that are still to be read
                source = _source(state, settings, cards, trial=dry_run)
                _say_if_old(state, order.on)
                found = issue(cards, source, order, trial=dry_run, say=say)
        finally:
            cards.close()
        told = _told(found, order)
        if as_json:
            show_json(told)
        else:
            _show(told)


def _day(text: str) -> date:
    """Return the day of the publication: never a day to come."""
    today = datetime.fromtimestamp(now_us() / 1e6, UTC).date()
    if not text:
        return today
    try:
        day = date.fromisoformat(text)
    except ValueError:
        fail(f"--on {text}: a day was expected, such as 2026-01-31.", code=USAGE)
    if day > today:
        fail(f"--on {text}: this day is still to come.", code=USAGE)
    return day


def _order(settings: Settings, on: date, accounts: Path | None) -> Order:
    from fanal.about.handles import read_handles
    from fanal.about.ip import load
    from fanal.about.issuing import Order
    from fanal.about.weights import read_weights

    return Order(
        on=on,
        secret=secret_in(settings.secret),
        policy=settings.policy(),
        lists=[one for one in load().listed if one.answers == "kind"],
        weights=read_weights(settings.weights),
        facts=None if accounts is None else read_handles(accounts),
    )


def _source(state: Path, settings: Settings, cards: Cards, *, trial: bool) -> Any:
    """Return the state as a source of day rows, without those who asked to be forgotten."""
    from fanal.about.fields import fields_of
    from fanal.about.state.forget import forget_in_held
    from fanal.about.state.source import StateSource
    from fanal.about.weights import read_weights

    def source() -> StateSource:
        fields = fields_of(settings.source)
        return StateSource(state, fields=fields, weights=read_weights(settings.weights))

    found = source()
    gone = cards.forgotten(found.accounts().to_pylist())
    if not gone or trial:
        return found
    say(f"{len(gone):,} accounts asked to be forgotten: out of the state")
    forget_in_held(state, gone)
    return source()


def _say_if_old(state: Path, on: date) -> None:
    """Say that days are missing, when the state ends before the evidence of some looks does."""
    from fanal.about.memory import day_of
    from fanal.about.publish import LAG_DAYS
    from fanal.about.state.folder import read_manifest

    last = day_of(read_manifest(state).as_of)
    if (on - last).days > LAG_DAYS[0]:
        say(f"the state ends on {last}: what came after it is missing from the looks of today.")
        say("       `fanal about update` takes it in; give it before `publish`, each day.")


def _told(found: Issued, order: Order) -> dict[str, Any]:
    """Return what became of a publication, as JSON holds it: counts, no account."""
    count = found.held.num_rows
    states = Counter(found.held["state"].to_pylist())
    why = Counter(one for one in found.held["why"].to_pylist() if one is not None)

    def per_100000(counts: Counter[str]) -> dict[str, int]:
        return {name: round(_PER * number / count) for name, number in sorted(counts.items())}

    return {
        "on": order.on.isoformat(),
        "mode": order.policy.mode,
        "written": found.written,
        "accounts": count,
        "looked_at": found.looked_at,
        "changed": found.changed,
        "gone": found.gone,
        "state": dict(sorted(states.items())),
        "why": dict(sorted(why.items(), key=lambda one: (-one[1], one[0]))),
        "per_100000": {"state": per_100000(states), "why": per_100000(why)},
        "recomputation": found.report,
    }


def _show(told: dict[str, Any]) -> None:
    show(f"{told['on']}, mode {told['mode']}: {told['accounts']:,} accounts")
    for heading, names in (("shown", "state"), ("why, for you alone", "why")):
        show(f"  {heading}, people per 100,000:")
        for name, number in told[names].items():
            show(f"    {told['per_100000'][names][name]:>7,}  {name}  ({number:,})")
    show(f"  {told['looked_at']:,} looked at, {told['changed']:,} cards changed")
    if told["gone"]:
        show(f"  {told['gone']:,} accounts that the state has no more were erased")
    if told["recomputation"] is not None:
        _show_report(told["recomputation"])
    if not told["written"]:
        show("  nothing was written")


def _show_report(report: dict[str, Any]) -> None:
    """Show what lists or method change by themselves."""
    for name in ("lists", "method"):
        before, now = report[f"{name}_before"], report[name]
        show(f"  {name}: {now}" + ("" if before == now else f" (before: {before})"))
    show(
        f"  looked at again by the same days: {report['cards']:,} of {report['accounts']:,} cards"
        f" would change ({report['per_100000']:,} of 100,000), each at its own turn"
    )
    for way, number in report["ways"].items():
        show(f"    {number:>7,}  {way}")
