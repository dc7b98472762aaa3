"""What is known of a file before any result, as a report shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fanal.coordination.answerable import Answerable
    from fanal.coordination.creations import CreationDay


@dataclass(frozen=True, slots=True, kw_only=True)
class InputHeld:
    """What one input gave: posts that it was the first to hold, their accounts, reposts.

    `unnamed` of the reposts do not say which post they repost. `blind_spot` is what its kind of
    capture never shows.
    """

    name: str
    posts: int
    accounts: int
    reposts: int
    unnamed: int
    blind_spot: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """What a case holds, in counts; times in microseconds since 1970, None when unknown.

    Parameters
    ----------
    once, twice
        Accounts with one post, and with two.
    kinds
        Kind of post -> posts.
    without_time, implausible
        Posts that no window can hold.
    precisions
        (seconds, posts), the commonest first.
    hours, hours_empty
        Hours from the first post to the last; those without any post.
    silence_from, silence_to
        The longest stretch without a post.
    silence_median_s
        The middling time between one post and the next.
    silences_expected
        How many silences as long an even tempo would give.
    busiest_hour, busiest_posts
        The hour with the most posts, and how many.
    """

    posts: int
    accounts: int
    once: int
    twice: int
    kinds: dict[str, int]
    with_text: int
    with_urls: int
    with_hashtags: int
    without_time: int
    implausible: int
    first: int | None
    last: int | None
    precisions: tuple[tuple[float, int], ...]
    hours: int
    hours_empty: int
    silence_from: int | None
    silence_to: int | None
    silence_median_s: float
    silences_expected: float
    busiest_hour: int | None
    busiest_posts: int
    inputs: tuple[InputHeld, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """An object that several accounts acted on.

    `first_account` and `first_post` were the first in the file; `objects` counts all objects of
    its layer that two accounts or more acted on. Times in microseconds.
    """

    layer: str
    object: str
    accounts: int
    actions: int
    first_us: int
    last_us: int
    first_account: str
    first_post: str | None
    objects: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstPost:
    """One of the first posts; time in microseconds."""

    post: str
    account: str
    time_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """A plain description of what is in a file: no finding.

    Parameters
    ----------
    copies
        Texts that several accounts carry word for word, those of the most accounts first; None
        where there are no texts to compare.
    busiest
        Objects of the other layers that the most accounts acted on.
    first_posts
        The first posts of the file.
    created_known, created_first, created_last
        Accounts whose day of creation is known, None where there are no accounts to ask; the first and the last of these days since 1970.
    created
        Days with more creations than the others let expect.
    """

    copies: tuple[Carried, ...] | None = None
    busiest: tuple[Carried, ...] = ()
    first_posts: tuple[FirstPost, ...] = ()
    created_known: int | None = None
    created_first: int = 0
    created_last: int = 0
    created: tuple[CreationDay, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a file can and cannot answer, and what is in it.

    `power` is None where nothing can be tested; `refusal` then says why. `asked` are the layers
    that were to be used.
    """

    holdings: Holdings
    description: Description
    power: Answerable | None = None
    refusal: str = ""
    asked: tuple[str, ...] = ()
