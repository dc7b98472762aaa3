"""The process that gets killed: publishes the days of a made-up platform, one after the other."""

from __future__ import annotations

import sys
from contextlib import suppress

import publishing_world as world
from fanal.about.issuing import issue
from fanal.errors import PolicyError
from fanal.store.cards import Cards


def work(where: str) -> None:
    """Publish the days that are left; say when all is loaded, and before each write."""
    world.source()
    cards = world.opened(where)
    print("ready", flush=True)
    commit = cards.commit

    def told(*both: object) -> bool:
        print("writing", flush=True)
        return commit(*both)  # type: ignore[arg-type]

    cards.commit = told  # type: ignore[assignment,method-assign]
    publish_left(cards)
    print("done", flush=True)


def publish_left(cards: Cards) -> None:
    """Publish the days from the last one on; another worker may be doing the same."""
    for on in world.publications():
        last = cards.meta().last_on
        if last is None or on >= last:
            with suppress(PolicyError):  # the other one went on meanwhile
                issue(cards, world.source(), world.order(on))


if __name__ == "__main__":
    work(sys.argv[1])
