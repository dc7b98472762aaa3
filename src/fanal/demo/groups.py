"""The accounts whose truth is known: hidden groups, and innocents who look alike.

Hidden: 1 reposts, 2 links, 3 pasted sentences, 4 raised tags: some seconds after one another,
again and again. 5 pastes one sentence once, which no test of pairs can tell from chance.
Innocent: a fan club (each follows the star alone, some with notifications on their phone) and
the staff of a newsroom (each shares the paper's articles in his own time).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fanal.demo import words
from fanal.demo.crowd import Crowd
from fanal.demo.scene import DAYS, END_MS, HOUR_MS, START_MS, Scene

FANS = 30
FANS_NOTIFIED = 5
STAFF = 12
SECOND_MS = 1_000
MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Group:
    """Accounts with something in common, and whether they act in concert.

    Parameters
    ----------
    name
        What it is called on screen.
    members
        Indexes of its accounts.
    hidden
        True: they act in concert. False: they do not, whatever it looks like.
    about
        What they do, one sentence.
    findable
        False: hidden, and by design beyond a test of pairs.
    """

    name: str
    members: tuple[int, ...]
    hidden: bool
    about: str
    findable: bool = True


Push = Callable[[int, int, float], None]


def plant(scene: Scene, crowd: Crowd) -> list[Group]:
    """Add the hidden groups and the innocents to the scene."""
    return [
        _reposters(scene, crowd),
        _linkers(scene, crowd),
        _pasters(scene, crowd),
        _taggers(scene, crowd),
        _once(scene),
        _fans(scene),
        _staff(scene, crowd),
    ]


def _members(scene: Scene, crowd: Crowd, lang: str, count: int) -> tuple[int, ...]:
    """Return new accounts that also live an ordinary life."""
    members = tuple(scene.person(lang) for _ in range(count))
    pool = crowd.articles[lang]
    for member in members:
        for at in scene.times(int(scene.rng.integers(3, 9))):
            scene.post(member, at, words.sentence(scene.rng, lang))
        for _ in range(int(scene.rng.integers(2, 7))):
            of = pool[int(scene.rng.integers(len(pool)))]
            delay = scene.rng.lognormal(0.9, 1.2) * HOUR_MS
            scene.repost(member, of, scene.acts[of].at_ms + delay)
    return members


def _bursts(
    scene: Scene,
    members: tuple[int, ...],
    count: int,
    push: Push,
    *,
    join: float,
    mean_s: float,
) -> None:
    """Let most members act on each of `count` things, seconds after one another."""
    for number, at in enumerate(sorted(scene.times(count))):
        for member in members:
            if scene.rng.random() < join:
                moment = at + scene.rng.exponential(mean_s) * SECOND_MS
                push(member, number, min(moment, END_MS - 1))


def _reposters(scene: Scene, crowd: Crowd) -> Group:
    members = _members(scene, crowd, "fr", 14)
    page = scene.person("fr", name="Eau Libre Tavélune", handle="eau.libre.tavelune")
    acts: dict[int, int] = {}

    def push(member: int, number: int, at: float) -> None:
        if number not in acts:
            delay = scene.rng.uniform(40, 400) * SECOND_MS
            acts[number] = scene.post(page, at - delay, words.WATER[number])
        scene.repost(member, acts[number], at)

    _bursts(scene, members, len(words.WATER), push, join=0.75, mean_s=14)
    return Group(
        "the reposters",
        members,
        hidden=True,
        about="repost a page seconds after one another, 16 times",
    )


def _linkers(scene: Scene, crowd: Crowd) -> Group:
    members = _members(scene, crowd, "en", 10)

    def push(member: int, number: int, at: float) -> None:
        url = f"https://inside-kelvarre.example/ferry/{number + 1}?utm_source=s{member % 7}"
        text = f"{words.INSIDE[number]} ({words.pick(scene.rng, words.SPEECH['en'][3])})"
        scene.post(member, at, text, urls=(url,))

    _bursts(scene, members, len(words.INSIDE), push, join=0.78, mean_s=12)
    return Group(
        "the linkers", members, hidden=True, about="link to one site within seconds, 14 times"
    )


def _pasters(scene: Scene, crowd: Crowd) -> Group:
    members = _members(scene, crowd, "es", 8)

    def push(member: int, number: int, at: float) -> None:
        scene.post(member, at, words.PASTE[number])

    _bursts(scene, members, len(words.PASTE), push, join=0.8, mean_s=12)
    return Group(
        "the pasters",
        members,
        hidden=True,
        about="paste the same sentence within seconds, 12 times",
    )


def _taggers(scene: Scene, crowd: Crowd) -> Group:
    members = _members(scene, crowd, "fr", 6)

    def push(member: int, number: int, at: float) -> None:
        text = words.sentence(scene.rng, "fr")
        scene.post(member, at, text, tags=(words.RAISED[number],))

    _bursts(scene, members, len(words.RAISED), push, join=0.85, mean_s=12)
    return Group(
        "the taggers", members, hidden=True, about="raise the same tag within seconds, 11 times"
    )


def _once(scene: Scene) -> Group:
    members = tuple(scene.person("fr") for _ in range(9))
    at = START_MS + (10 * 24 + 17.2) * HOUR_MS
    for member in members:
        scene.post(member, at + scene.rng.uniform(0, 50) * SECOND_MS, words.ONCE)
    return Group(
        "the one-timers",
        members,
        hidden=True,
        about="paste one sentence, one single time",
        findable=False,
    )


def _fans(scene: Scene) -> Group:
    star = scene.person("en", name="Nila Orvanne", handle="nila.orvanne", fans=48_000)
    fans = tuple(scene.person("en") for _ in range(FANS))
    posts = [
        scene.post(star, at, f"{words.pick(scene.rng, words.STAR)} {number + 1}/40")
        for number, at in enumerate(sorted(scene.times(40)))
    ]
    for number, fan in enumerate(fans):
        mean_ms = MINUTE_MS * (1.0 if number < FANS_NOTIFIED else scene.rng.uniform(20, 60))
        for of in posts:
            if scene.rng.random() < 0.5:
                scene.repost(fan, of, scene.acts[of].at_ms + scene.rng.exponential(mean_ms))
        for at in scene.times(int(scene.rng.integers(2, 8))):
            scene.post(fan, at, words.sentence(scene.rng, "en"))
    about = f"each follows one singer alone, {FANS_NOTIFIED} with notifications on their phone"
    return Group("the fan club", fans, hidden=False, about=about)


def _staff(scene: Scene, crowd: Crowd) -> Group:
    staff = tuple(scene.person("fr") for _ in range(STAFF))
    paper = crowd.outlets["fr"][0]
    articles = [act for act in crowd.articles["fr"] if scene.acts[act].author == paper]
    for member in staff:
        for of in articles:
            if scene.rng.random() < 0.35:
                article = scene.acts[of]
                at = article.at_ms + scene.rng.lognormal(3.9, 0.9) * MINUTE_MS
                if scene.rng.random() < 0.5:
                    scene.repost(member, of, at)
                elif at < END_MS:
                    text = words.sentence(scene.rng, "fr")
                    scene.post(member, at, text, urls=article.urls)
        for at in scene.times(int(scene.rng.integers(3, 10))):
            scene.post(member, at, words.sentence(scene.rng, "fr"))
    about = f"share the articles of the paper they work for, over {DAYS} days"
    return Group("the newsroom", staff, hidden=False, about=about)
