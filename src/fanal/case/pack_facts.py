"""What a pack knows of its case beside the tables of the run."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from fanal.case.results import Run
from fanal.store.records import Input

#: Members of a pack; those of tables are called after them.
FACTS, ANSWERS, TEXTS, HOURS = "facts.json", "answers.json", "texts.parquet", "hours.parquet"
#: The report of a pack of counts, by language.
REPORT = "report-{lang}.html"
TEXTS_SCHEMA = pa.schema(
    [("post", pa.string()), ("text", pa.string()), ("urls", pa.list_(pa.string()))]
)
#: Posts in each hour (its start, microseconds), and those of accounts with a link that stands.
HOURS_SCHEMA = pa.schema(
    [("hour_us", pa.int64()), ("posts", pa.int64()), ("linked", pa.int64())]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An account that stands by name: what the people file says, and what its findings rest on."""

    account: str
    reason: str
    asked: str
    answer: str
    rests_on: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a pack knows of its case.

    Parameters
    ----------
    posts, accounts, removed, cards, described
        Posts, accounts, posts removed where they stood, platform cards, accounts with a card.
    first_us, last_us
        The first and the last post, microseconds since 1970.
    inputs, run
        The files, without names; the run.
    handles
        Key -> handle, of accounts that stand by name.
    pseudonyms
        Key or text that stands in the pack as it is -> its pseudonym.
    people
        Who stands by name.
    created
        Accounts in bursts as shown -> the day of their creation, microseconds since 1970.
    """

    posts: int
    accounts: int
    removed: int
    cards: int
    described: int
    first_us: int | None
    last_us: int | None
    inputs: tuple[Input, ...]
    run: Run
    handles: dict[str, str]
    pseudonyms: dict[str, str]
    people: tuple[Named, ...]
    created: dict[str, int]
