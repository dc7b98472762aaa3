"""Made-up accounts and their cards, written to a store the way a publication writes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa

from fanal.about.memory import Policy
from fanal.store.cards import Cards, open_cards
from fanal.store.cards_publishing import After
from fanal.store.cards_tables import CELLS, HELD

SECRET, KEY = b"s" * 32, b"k" * 32
ON = date(2026, 11, 22)


@dataclass(frozen=True)
class Made:
    """An account; `why` says why nothing is shown, `wish` and `shield` what the store also holds."""

    account: str
    handle: str
    state: str = "withheld"
    label: str | None = None
    channel: str | None = None
    created: int | None = None
    renamed: str | None = None
    why: str | None = None
    wish: str | None = None
    shield: bool = False
    asked_on: date | None = None
    first_on: date | None = None


#: Why nothing is shown, one account each.
WITHHELD = (
    Made("11", "behind_a_proxy", why="proxy days", shield=True, first_on=ON),
    Made("12", "few_days", why="too few days", first_on=ON),
    Made("13", "few_accounts", why="too few accounts", first_on=ON, created=2019),
    Made("14", "wished", why="wish", wish="nothing", first_on=ON, created=2011),
    Made("15", "not_opted_in", why="not asked", first_on=ON),
    Made("16", "in_preview", why="preview", asked_on=ON, first_on=ON, created=2020),
)
SHOWN = (
    Made("1", "Marie_Dubreuil", "country", "FR", "web", 2019, "2025-11", first_on=ON),
    Made("2", "jonas", "region", "Western Europe", None, 2021, first_on=ON),
    Made("3", "south", "country", "GS", "app store of GS", 2008, first_on=ON),
    Made("4", "pusher", "country", "DE", "<b>Tusky</b>", None, first_on=ON),
)


def write(cards: Cards, made: list[Made] | tuple[Made, ...]) -> None:
    """Write accounts and their cards."""
    shown = {
        "shown_channel": [one.channel for one in made],
        "shown_created": [one.created if one.label else None for one in made],
        "shown_renamed": [one.renamed if one.label else None for one in made],
        "country": [one.label if one.state == "country" else None for one in made],
        "number": [1] * len(made),
        "next_on": [ON] * len(made),
    }
    columns: dict[str, Any] = {}
    for name, kind in zip(HELD.names, HELD.types, strict=True):
        values = shown.get(name) or [getattr(one, name, None) for one in made]
        columns[name] = pa.array(values, kind)
    before = cards.read(ON)
    after = After(
        on=ON,
        held=pa.table(columns, schema=HELD),
        cells=CELLS.empty_table(),
        handles=pa.table(
            {"account": columns["account"], "handle": pa.array([one.handle for one in made])}
        ),
    )
    assert cards.commit(before, after)


def settings(mode: str = "public", base_url: str = "https://cards.example") -> SimpleNamespace:
    """Return settings of a service."""
    return SimpleNamespace(
        mode=mode, base_url=base_url, profile_url="https://social.example/@{handle}", k=20,
        key=KEY, secret=SECRET, proxies=(), risk=frozenset(), decision="", source="mastodon", policy=lambda: Policy(mode=mode),
    )  # fmt: skip


def filled(folder: Path) -> Cards:
    """Return a store with the accounts above."""
    cards = open_cards(str(folder / "cards.sqlite"), SECRET)
    write(cards, (*SHOWN, *WITHHELD))
    return cards


def now() -> datetime:
    """Return the moment at which all tests ask."""
    return datetime(2026, 11, 22, 12, tzinfo=UTC)
