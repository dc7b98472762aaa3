"""What the holder's page says of an account, as words and numbers for its template.

1. What others see now; from when on they see what is in preview; the precise reason.
2. What it rests on, as of the last look at the account and never fresher.
3. What the holder chose and wrote.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from fanal.about.countries import numbers, regions
from fanal.about.memory import (
    IN_PREVIEW,
    IN_PRIVATE,
    OPT_IN,
    PRIVATE,
    WISH_NOTHING,
    WISH_REGION,
)
from fanal.about.publish import PREVIEW_DAYS, PROXY_SHARE
from fanal.web.card import COUNTRY, NOTHING, REGION, Content, content_of, through
from fanal.web.desk_words import DeskSentences

Held = Mapping[str, Any]
_CLIENTS: Final = ("web", "app", "api")
_STORE: Final = "app:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card in words.

    Parameters
    ----------
    place
        Country or region; None when withheld.
    beside
        What stands beside it: channel, year, month.
    """

    place: str | None
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """What others see (1).

    Parameters
    ----------
    card
        What they see; withheld in mode "private".
    private
        Whether no card is shown at all.
    would
        Key of the sentence before `settled`, where nobody sees it; None where others do or will.
    because
        The precise reasons, as sentences.
    preview_on
        The day from which others see `settled`; None when nothing waits.
    settled
        The card as it would be for others.
    """

    card: Card
    private: bool
    because: tuple[str, ...]
    preview_on: str | None
    settled: Card
    would: str | None


def now_of(
    held: Held, cells: Sequence[Mapping[str, Any]], settings: Any, say: DeskSentences
) -> Now:
    """Return what others see of an account, and from when on something else (1)."""
    settled = card_of(settled_content(held, cells, settings.risk), say)
    private = settings.mode == PRIVATE
    until = preview_until(held, settings.mode)
    waits = held["why"] == IN_PREVIEW and until is not None
    reasons = [held["why"], held["reason"]]
    told = [
        one for one in dict.fromkeys(reasons) if one and one not in {IN_PREVIEW, IN_PRIVATE}
    ]
    return Now(
        card=Card(place=None) if private else card_of(content_of(_Shown(held)), say),
        private=private,
        would=_would(held, settings.mode, settled),
        because=tuple(say.because(one) for one in told),
        preview_on=say.date(until) if waits and until else None,
        settled=settled,
    )


def _would(held: Held, mode: str, settled: Card) -> str | None:
    """Return which sentence leads to the card that nobody sees."""
    if mode == PRIVATE:
        return "holder.would" if settled.place else "holder.would.nothing"
    if mode == OPT_IN and held["asked_on"] is None and settled.place:
        return "holder.would.asked"
    return None


def preview_until(held: Held, mode: str) -> date | None:
    """Return the day from which others see the card; None where no preview is running."""
    since = held["first_on"]
    if mode == OPT_IN:
        since = max(since, held["asked_on"]) if since and held["asked_on"] else None
    return since + timedelta(days=PREVIEW_DAYS) if since else None


def settled_content(
    held: Held, cells: Sequence[Mapping[str, Any]], risk: frozenset[str]
) -> Content:
    """Return the card of an account were its preview over, by the cells open today.

    The cells are those of the last publication: what falls where is counted there, over all.
    """
    country, channel, wish = held["country"], held["channel"], held["wish"]
    if country is None or wish == WISH_NOTHING:
        return NOTHING
    is_open = {(one["level"], one["label"], one["channel"]) for one in cells if one["open"]}
    region = regions()[numbers()[country]]
    if wish != WISH_REGION and country not in risk:
        if channel and (COUNTRY, country, channel) in is_open:
            return Content(COUNTRY, country, channel, held["created"])
        if (COUNTRY, country, None) in is_open:
            return Content(COUNTRY, country, created=held["created"])
    if (REGION, region, None) in is_open:
        return Content(REGION, region, created=held["created"])
    return NOTHING


def card_of(content: Content, say: DeskSentences) -> Card:
    """Return a card in words."""
    if not content.label:
        return Card(place=None)
    beside = []
    if channel := through(content, say):
        beside.append(f"{say('through')} {channel}")
    if content.created:
        beside.append(f"{say('created')} {content.created}")
    if content.renamed:
        beside.append(f"{say('renamed')} : {say.month(content.renamed)}")
    return Card(place=say.place(content.label), beside=tuple(beside))


class _Shown:
    """The shown columns of a row, as the store's cards have them."""

    def __init__(self, held: Held) -> None:
        self.account: str = held["account"]
        self.handle: str | None = held.get("handle")
        self.state: str = held["state"]
        self.label: str | None = held["label"]
        self.channel: str | None = held["shown_channel"]
        self.created: int | None = held["shown_created"]
        self.renamed: str | None = held["shown_renamed"]


def history_told(
    entries: Sequence[Mapping[str, Any]], say: DeskSentences
) -> tuple[tuple[str, str], ...]:
    """Return the audit of a card as (day, what it showed), the last first."""
    told = []
    for one in reversed(entries):
        card = card_of(content_of(_Shown({"account": "", **one})), say)
        told.append(
            (say.date(one["on"]), " · ".join((card.place or say("withheld"), *card.beside)))
        )
    return tuple(told)


# 2. evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a card rests on, in words.

    Parameters
    ----------
    on
        How many days, up to which.
    countries, clients
        Rows of the two tables.
    shield
        Sentences on proxies; the lists that tell them among them.
    guess
        The most probable country where it is not what is shown; None otherwise.
    """

    on: str
    countries: tuple[tuple[str, str, str, str], ...]
    clients: tuple[tuple[str, str], ...]
    shield: tuple[str, ...]
    guess: str | None


def evidence_told(evidence: Mapping[str, Any], held: Held, say: DeskSentences) -> Told:
    """Return the evidence of the last look in words (2)."""
    count = say.numbers.count
    until = say.date(evidence["evidence_on"])
    return Told(
        on=say("holder.evidence.on", days=say.days(evidence["days"]), date=until),
        countries=tuple(
            (
                say.place(one["country"]) if one["country"] else say("desk.unknown"),
                count(one["plain_days"]),
                count(one["proxy_days"]),
                _span(one["first_on"], one["last_on"], say),
            )
            for one in evidence["countries"]
        ),
        clients=tuple(
            (_client(one["client"], say), count(one["days"])) for one in evidence["clients"]
        ),
        shield=_shield(evidence, say),
        guess=_guess(evidence, held, say),
    )


def _span(first: str, last: str, say: DeskSentences) -> str:
    if first == last:
        return say.date(first)
    return say("holder.span.of", first=say.date(first), last=say.date(last))


def _client(name: str, say: DeskSentences) -> str:
    if name.startswith(_STORE):
        return say("holder.client.store", place=say.place(name.removeprefix(_STORE)))
    return say(f"holder.client.{name}") if name in _CLIENTS else name


def _shield(evidence: Mapping[str, Any], say: DeskSentences) -> tuple[str, ...]:
    """Return the share of proxy days, which lists say so, and what they get wrong."""
    days, proxy = evidence["days_180"], evidence["proxy_days_180"]
    if not proxy:
        return (say("holder.shield.none", days=say.days(days)),)
    lists = [
        say("holder.shield.list.of", name=short(one["name"]), date=say.date(one["date"]))
        if one["date"]
        else say("holder.shield.list.undated", name=short(one["name"]))
        for one in evidence["lists"]
    ]
    share = say.numbers.share(proxy / days)
    over = proxy >= PROXY_SHARE * days
    key = "holder.shield.over" if over else "holder.shield.under"
    told = [say(key, proxy=say.numbers.count(proxy), days=say.days(days), share=share)]
    if lists:
        told.append(say("holder.shield.list", lists=say("list.and").join(lists)))
    return (*told, say("holder.shield.doubt"))


def short(name: str) -> str:
    """Return a list's name without what its publisher explains behind a colon."""
    return name.partition(": ")[0]


def _guess(evidence: Mapping[str, Any], held: Held, say: DeskSentences) -> str | None:
    """Return the most probable country where the rules do not tell it; behind a proxy none is."""
    country = evidence["estimate"]["country"]
    if held["wish"] == WISH_NOTHING or held["shield"] or held["country"] or not country:
        return None
    return say("holder.guess.of", country=say.place(country))
