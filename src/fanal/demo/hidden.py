"""The hidden groups: accounts that act in concert, and what they act upon.

1 reposts of what people say of the rumour, which others repost as well, in their own time; 2 links to several
sites, and 3 sentences, that nobody else passes on: some seconds after one another, again and
again. 4 pastes one sentence once: only a test of
bursts can see it. 5 meets rarely, on what everybody reposts: only a test of the group can.
6 waits, each member in his own time: nothing here sees it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fanal.demo import words, words_planted
from fanal.demo.crowd import Crowd
from fanal.demo.groups import Group
from fanal.demo.scene import END_MS, HOUR_MS, START_MS, Scene

SECOND_MS = 1_000
MINUTE_MS = 60_000
#: The sparse group: members, the news at which they meet, and how many do each thing then.
SPARSE, SPARSE_NEWS, SPARSE_JOIN = 10, 8, 0.42
Push = Callable[[int, int, float], None]


def plant(scene: Scene, crowd: Crowd) -> tuple[Group, ...]:
    """Add the hidden groups to the scene."""
    return (
        _reposters(scene, crowd),
        _linkers(scene, crowd),
        _pasters(scene, crowd),
        _once(scene),
        _sparse(scene, crowd),
        _patient(scene, crowd),
    )


def _members(
    scene: Scene, crowd: Crowd, lang: str, count: int, reposts: tuple[int, int] = (2, 7)
) -> tuple[int, ...]:
    """Return new accounts that also live an ordinary life."""
    members = tuple(scene.person(lang) for _ in range(count))
    pool = crowd.articles[lang]
    for member in members:
        for at in scene.times(int(scene.rng.integers(2, 7))):
            scene.post(member, at, words.sentence(scene.rng, lang))
        for _ in range(int(scene.rng.integers(*reposts))):
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
) -> list[float]:
    """Let most members act on each of `count` things, seconds after one another."""
    begins = sorted(scene.times(count))
    for number, at in enumerate(begins):
        for member in members:
            if scene.rng.random() < join:
                moment = at + scene.rng.exponential(mean_s) * SECOND_MS
                push(member, number, min(moment, END_MS - 1))
    return begins


def _followed(
    scene: Scene, people: list[int], begins: Sequence[float], push: Push, count: int
) -> None:
    """Let ordinary people come across each of the things, hours later."""
    for number, at in enumerate(begins):
        for person in scene.rng.choice(people, size=count, replace=False).tolist():
            moment = at + scene.rng.lognormal(1.2, 1.0) * HOUR_MS
            if moment < END_MS:
                push(person, number, moment)


def _reposters(scene: Scene, crowd: Crowd) -> Group:
    """1. What people say of the rumour, hours after they said it, while others repost it too."""
    members = _members(scene, crowd, "fr", 14)
    count = len(words_planted.HEARSAY)
    authors = scene.rng.choice(crowd.people["fr"], size=count, replace=False).tolist()
    acts: dict[int, int] = {}

    def push(member: int, number: int, at: float) -> None:
        if number not in acts:
            said = at - scene.rng.uniform(1, 6) * HOUR_MS
            acts[number] = scene.post(authors[number], said, words_planted.HEARSAY[number])
        scene.repost(member, acts[number], at)

    _bursts(scene, members, count, push, join=0.85, mean_s=11)
    said = [scene.acts[acts[number]].at_ms for number in range(count)]
    _followed(scene, crowd.people["fr"], said, push, 16)
    return Group(key="boost", members=members, hidden=True, seen_by="pairs")


def _linkers(scene: Scene, crowd: Crowd) -> Group:
    members = _members(scene, crowd, "en", 10)

    def push(member: int, number: int, at: float) -> None:
        site = words_planted.SITES[number % len(words_planted.SITES)]
        url = f"https://{site}.example/ferry/{number + 1}?utm_source=s{member % 7}"
        scene.post(member, at, words_planted.SITE[number], urls=(url,))

    count = len(words_planted.SITE)
    _bursts(scene, members, count, push, join=0.9, mean_s=10)
    return Group(key="links", members=members, hidden=True, seen_by="pairs")


def _pasters(scene: Scene, crowd: Crowd) -> Group:
    members = _members(scene, crowd, "fr", 9)

    def push(member: int, number: int, at: float) -> None:
        sentence = words_planted.PASTE[number].split(" ")
        marked = [
            place for place, word in enumerate(sentence) if word.isalpha() and word != "bac"
        ]
        place = marked[(member + number) % len(marked)]
        sentence[place] = f"#{sentence[place]}"
        scene.post(member, at, " ".join(sentence) + ".")

    count = len(words_planted.PASTE)
    _bursts(scene, members, count, push, join=0.9, mean_s=12)
    return Group(key="paste", members=members, hidden=True, seen_by="pairs")


def _once(scene: Scene) -> Group:
    """4. Twelve accounts that are days old paste one sentence within fifty seconds."""
    members = tuple(
        scene.person("fr", age_days=int(scene.rng.integers(1, 3)), fans=1 + number % 4)
        for number in range(12)
    )
    begin = START_MS + (11 * 24 + 20.4) * HOUR_MS
    moments = sorted(begin + scene.rng.uniform(0, 50, len(members)) * SECOND_MS)
    for member, at in zip(members, moments, strict=True):
        scene.post(member, at, words_planted.ONCE)
    between = (int(moments[0]) * 1_000, int(moments[-1]) * 1_000)
    return Group(
        key="burst", members=members, hidden=True, seen_by="bursts", between_us=between
    )


def _sparse(scene: Scene, crowd: Crowd) -> Group:
    """5. During some news they repost, a few at a time, what everybody reposts just then.

    What a pair does within one half hour counts once for the test of pairs.
    """
    members = _members(scene, crowd, "en", SPARSE, reposts=(1, 4))
    for number in scene.rng.choice(len(crowd.news), size=SPARSE_NEWS, replace=False).tolist():
        acts = crowd.news[number]
        last = max(scene.acts[of].at_ms for of in acts)
        begin = last + scene.rng.uniform(0.2, 1.0) * HOUR_MS
        for place, of in enumerate(acts):
            for member in members:
                if scene.rng.random() < SPARSE_JOIN:
                    delay = 80 * place + scene.rng.exponential(8)
                    scene.repost(member, of, begin + delay * SECOND_MS)
    return Group(key="sparse", members=members, hidden=True, seen_by="groups")


def _patient(scene: Scene, crowd: Crowd) -> Group:
    """6. All repost each post of a page, twenty minutes to four hours later."""
    members = _members(scene, crowd, "en", 9)
    page = scene.person("en", name="The Quay Watch", handle="quay.watch", fans=3_100)
    for at, text in zip(
        sorted(scene.times(len(words_planted.PATIENT))), words_planted.PATIENT, strict=True
    ):
        of = scene.post(page, at, text)
        for member in members:
            scene.repost(member, of, at + scene.rng.uniform(20, 240) * MINUTE_MS)
        for person in scene.rng.choice(crowd.people["en"], size=8, replace=False).tolist():
            scene.repost(person, of, at + scene.rng.lognormal(1.2, 1.0) * HOUR_MS)
    return Group(key="slow", members=members, hidden=True, seen_by="nothing")
