"""A year of cards on a made-up platform whose truth is known, in a folder that can be served.

1. Make the platform; plant seven accounts into it (about_people.py).
2. Write the folder: configuration, the decision that mode "public" asks for, the server's secret.
3. Publish once a month for a year into the folder's database. (`fanal about publish` makes looks
   that were missed day by day; here all of a month are one publication, each by its own evidence.)
4. Hold the last cards, and two simple rules, against the truth (about_rules.py).
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fanal import __version__
from fanal.about.day_source import DaySource
from fanal.about.evidence import evidence_of
from fanal.about.handles import SCHEMA, with_facts
from fanal.about.ip.sources import Source
from fanal.about.memory import days_of
from fanal.about.publish import due, publish, with_new
from fanal.about.secret import secret_of
from fanal.about.settings import Settings, read_settings
from fanal.about.simulate import simulate
from fanal.about.world import reference_world
from fanal.demo.about_people import PEOPLE, Person, planted, settings
from fanal.demo.about_rules import Fared, always_shown, cards_fare, causes, simple_rules
from fanal.errors import PolicyError
from fanal.exports.files import written
from fanal.store.cards import Cards, open_cards
from fanal.store.cards_publishing import After

CONFIG: Final = "about.toml"
ACCOUNTS: Final = 3000
MONTHS: Final = 12
#: Begins the configuration; a folder with another one is somebody's own.
MARK: Final = "# Made by `fanal demo about`: nobody in it exists.\n"
DECISION: Final = (
    "Made up for a demo. The board of the Tavélune forum, which does not exist, decides to show\n"
    "cards to everybody from 4 February 2025 on.\n"
)
LIST: Final = Source(
    name="a made-up list of VPN networks", answers="kind", licence="none", date="2026-01-01",
    networks=1, networks_ipv6=0, addresses=1,
)  # fmt: skip
_TOML: Final = """
mode = "public"
decision = "sha256:{decision}"
decision_file = "decision.txt"
cards = "cards.sqlite"
secret = "secret"
key = "key"
base_url = "http://127.0.0.1:8000"
profile_url = "https://tavelune.example/@{{handle}}"
k = 20
source = "log"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """A made-up platform (1): day rows, settings, truth and kind by account, handles, last day."""

    days: pa.Table
    settings: pa.Table
    truth: dict[str, str]
    kinds: dict[str, str]
    facts: pa.Table
    as_of: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is said of a planted account in the end.

    Parameters
    ----------
    person
        The account.
    rule
        Country by thirty days of connections.
    leaks
        Days of the last year on which the last connection was from home, of one behind a VPN.
    card
        Its row of `HELD`.
    ever
        Places that its card showed in the year.
    evidence
        What the card rests on (about/evidence.py).
    """

    person: Person
    rule: str
    leaks: int
    card: dict[str, Any]
    ever: frozenset[str]
    evidence: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """What the demo made, and how three rules fare on it.

    Parameters
    ----------
    config
        The configuration in the folder.
    as_of
        The last day.
    accounts, k
        Accounts beside the planted ones; accounts below which no place is shown.
    people
        The planted accounts.
    last, most, ours
        The last connection, thirty days, Fanal: over all but the planted accounts.
    states
        How many cards show a country, a region, nothing.
    why
        Wrong cards by cause.
    employees, employees_most, employees_ours
        Behind the VPN of their firm; of these, wrong by thirty days, and by Fanal.
    """

    config: Path
    as_of: date
    accounts: int
    k: int
    people: tuple[Told, ...]
    last: Fared
    most: Fared
    ours: Fared
    states: dict[str, int]
    why: dict[str, int]
    employees: int
    employees_most: Fared
    employees_ours: Fared


def year(
    folder: Path,
    *,
    seed: int,
    accounts: int = ACCOUNTS,
    say: Callable[[str], None],
    progress: Callable[[str, float, float], None] = lambda *_: None,
) -> Year:
    """Make the platform and its year of cards in a folder; an earlier demo's are replaced.

    Parameters
    ----------
    folder
        Where it goes; created when missing.
    seed
        Of the platform, 0 or more; the secret comes of it, so the same seed gives the same cards.
    accounts
        How many, beside the planted ones.
    say
        Called with a sentence before each part.
    progress
        Called with (what, done, total).

    Raises
    ------
    PolicyError
        The folder holds cards that are not a demo's.

    Notes
    -----
    About 8 s of one core for 3,000 accounts.
    """
    chosen = write_folder(folder, seed)
    say(f"making a platform of {accounts:,} accounts ...")
    made = make_platform(seed, accounts)
    say(f"publishing cards for a year, {MONTHS + 1} times ...")
    cards = open_cards(chosen.cards, secret_of(chosen.secret)[0])
    try:
        shown = _publish(cards, made, chosen, progress)
        return _told(cards, made, chosen, shown)
    finally:
        cards.close()


def make_platform(seed: int, accounts: int) -> Platform:
    """Return the platform, with the planted accounts in it (1)."""
    world = reference_world()
    made = simulate(world, accounts, seed)
    generator = np.random.default_rng(np.random.SeedSequence([seed, 0xAB]))
    first = days_of(date.fromisoformat(str(world["first_day"])))
    more = planted(first, int(world["days"]), made.days.schema, generator)
    truth, kinds = (
        dict(zip(made.truth["account"].to_pylist(), made.truth[name].to_pylist(), strict=True))
        for name in ("country", "kind_of_account")
    )
    days = pa.concat_tables([made.days, more])
    return Platform(
        days=days,
        settings=pa.concat_tables([made.accounts, settings(made.accounts.schema)]),
        truth=truth,
        kinds=kinds,
        facts=_facts(pc.unique(days["account"]).to_pylist(), generator),
        as_of=made.as_of,
    )


def _facts(accounts: list[str], generator: np.random.Generator) -> pa.Table:
    """Return handles and years of creation."""
    named = {person.account: person.handle for person in PEOPLE}
    handles = [named.get(one, one.replace(":", "_").replace("-", "_")) for one in accounts]
    created = generator.integers(2009, 2025, len(accounts))
    columns = {
        "account": accounts,
        "handle": handles,
        "created": created.astype(np.int16),
        "renamed": [None] * len(accounts),
        "line": np.arange(len(accounts)),
    }
    return pa.table(columns, schema=SCHEMA)


# 2. the folder


def write_folder(folder: Path, seed: int) -> Settings:
    """Write configuration, decision and secret; take away an earlier demo's cards (2)."""
    config = folder / CONFIG
    ours = config.exists() and config.read_text(encoding="utf-8").startswith(MARK)
    if not ours and any((folder / name).exists() for name in (CONFIG, "cards.sqlite")):
        raise PolicyError(
            f"{folder} holds cards that are not a demo's.", hint="Name another folder."
        )
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("cards.sqlite*"):
        path.unlink()
    decision = hashlib.sha256(DECISION.encode()).hexdigest()
    _write(config, MARK + _TOML.format(decision=decision))
    _write(folder / "decision.txt", DECISION)
    _secret(folder / "secret", hashlib.sha256(f"fanal demo about {seed}".encode()).hexdigest())
    return read_settings(config)


def _write(path: Path, text: str) -> None:
    with written(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def _secret(path: Path, digits: str) -> None:
    """Write the secret: made up like all else here, and no secret."""
    path.unlink(missing_ok=True)
    made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(made, "w", encoding="ascii") as file:
        file.write(digits + "\n")


# 3. the publications


def _publish(
    cards: Cards,
    made: Platform,
    chosen: Settings,
    progress: Callable[[str, float, float], None],
) -> Mapping[str, set[str]]:
    """Publish once a month; return the places that the planted accounts' cards showed (3)."""
    policy, secret = chosen.policy(), secret_of(chosen.secret)[0]
    source = DaySource(made.days, made.settings, fields=policy.fields)
    shown: dict[str, set[str]] = {person.account: set() for person in PEOPLE}
    for month in range(MONTHS + 1):
        progress("publications", month, MONTHS + 1)
        on = made.as_of - timedelta(days=30 * (MONTHS - month))
        before = cards.read(on)
        held = with_new(before.held, source.accounts(), on=on, secret=secret)
        held = with_facts(held, made.facts)
        rows, evidence_on = due(held, on, secret)
        names = held["account"].combine_chunks().take(pa.array(rows))
        estimates, days = source.told(names, evidence_on)
        left = publish(held, before.cells, estimates, days, on=on, secret=secret, policy=policy)
        cards.commit(
            before,
            After(
                on=on,
                held=left.held,
                cells=left.cells,
                evidence=_evidence(source, left.held) if month == MONTHS else {},
                handles=made.facts.select(["account", "handle"]),
                method=f"fanal {__version__}",
                lists=LIST.name,
            ),
        )
        for row in _rows_of(left.held, list(shown)):
            shown[row["account"]] |= {row["label"]} - {None}
    return shown


def _evidence(source: DaySource, held: pa.Table) -> dict[str, Any]:
    """Return what the planted accounts' cards rest on, as of their last looks."""
    found: dict[str, Any] = {}
    for row in _rows_of(held, [person.account for person in PEOPLE]):
        name, last = row["account"], row["evidence_on"]
        estimates, days = source.told(pa.array([name]), pa.array([last], pa.date32()))
        found[name] = evidence_of(estimates, days, evidence_on=last, lists=[LIST])[0]
    return found


def _rows_of(held: pa.Table, accounts: list[str]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = held.filter(
        pc.is_in(held["account"], pa.array(accounts))
    ).to_pylist()
    return rows


# 4. against the truth


def _told(
    cards: Cards, made: Platform, chosen: Settings, shown: Mapping[str, set[str]]
) -> Year:
    """Hold the cards and the simple rules against the truth (4)."""
    held = cards.read(made.as_of).held.to_pylist()
    card = {row["account"]: row for row in held}
    last, most = simple_rules(made.days, made.as_of)
    truth = {account: home for account, home in made.truth.items() if account in card}
    firm = {
        account: home
        for account, home in truth.items()
        if made.kinds[account] == "corporate_vpn"
    }
    states = Counter(card[account]["state"] for account in truth)
    return Year(
        config=chosen.path,
        as_of=made.as_of,
        accounts=len(truth),
        k=chosen.policy().k_leave,
        people=tuple(
            Told(
                person=person,
                rule=most[person.account],
                leaks=_leaks(made.days, person, made.as_of),
                card=card[person.account],
                ever=frozenset(shown[person.account]),
                evidence=cards.evidence(person.account),
            )
            for person in PEOPLE
        ),
        last=always_shown(last, truth),
        most=always_shown(most, truth),
        ours=cards_fare(card, truth),
        states=dict(states),
        why=dict(causes(card, truth, made.kinds)),
        employees=len(firm),
        employees_most=always_shown(most, firm),
        employees_ours=cards_fare(card, firm),
    )


def _leaks(days: pa.Table, person: Person, on: date) -> int:
    """Return on how many days of the last year somebody behind a VPN connected without it."""
    if not person.listed:
        return 0
    mine = days.filter(pc.equal(days["account"], person.account))
    mine = mine.filter(pc.greater(mine["day"], on - timedelta(days=365)))
    return int(pc.sum(pc.equal(mine["country"], person.home)).as_py() or 0)
