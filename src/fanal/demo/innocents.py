"""The innocents who look alike: nobody tells them to, and nobody should accuse them.

1 fans of a singer, each alone, with notifications on their phones. 2 the staff of a paper, who
repost it within minutes. 3 members of a parliament, with one party's line during its sittings.
4 small outlets that publish a wire's dispatches as they come, with a link to the wire. 5 people with one subject.
"""

from __future__ import annotations

from fanal.demo import words, words_planted
from fanal.demo.crowd import Crowd
from fanal.demo.groups import Group
from fanal.demo.scene import END_MS, HOUR_MS, START_MS, Scene

FANS, STAR_POSTS = 30, 40
STAFF = 12
MEMBERS, SITTINGS, SITTING_HOURS = 24, 5, 4
DISPATCHES, TAKEN = 24, 0.6
CYCLISTS, CYCLED_POSTS = 40, 60
SECOND_MS = 1_000
MINUTE_MS = 60_000


def join(scene: Scene, crowd: Crowd) -> tuple[Group, ...]:
    """Add the innocents to the scene."""
    return (
        _fans(scene),
        _staff(scene, crowd),
        _parliament(scene, crowd),
        _clients(scene),
        _cyclists(scene),
    )


def _chatter(scene: Scene, people: tuple[int, ...], least: int, most: int) -> None:
    """Let each of them say something of his own now and then."""
    for person in people:
        lang = scene.people[person].lang
        for at in scene.times(int(scene.rng.integers(least, most))):
            scene.post(person, at, words.sentence(scene.rng, lang))


def _fans(scene: Scene) -> Group:
    """1. Each reposts half of what the star says, a minute later on average."""
    star = scene.person("en", name="Nila Orvanne", handle="nila.orvanne", fans=48_000)
    fans = tuple(scene.person("en") for _ in range(FANS))
    for number, at in enumerate(sorted(scene.times(STAR_POSTS))):
        said = words.pick(scene.rng, words_planted.STAR)
        of = scene.post(star, at, f"{said} {number + 1}/{STAR_POSTS}")
        for fan in fans:
            if scene.rng.random() < 0.5:
                scene.repost(fan, of, at + scene.rng.exponential(60) * SECOND_MS)
    _chatter(scene, fans, 1, 5)
    return Group(key="fans", members=fans, hidden=False)


def _staff(scene: Scene, crowd: Crowd) -> Group:
    """2. Each passes on four articles of ten, five minutes after they appear on average."""
    staff = tuple(scene.person("fr") for _ in range(STAFF))
    paper = crowd.outlets["fr"][0]
    articles = [act for act in crowd.articles["fr"] if scene.acts[act].author == paper]
    for of in articles:
        for member in staff:
            if scene.rng.random() < 0.4:
                at = scene.acts[of].at_ms + scene.rng.exponential(5) * MINUTE_MS
                scene.repost(member, of, at)
    _chatter(scene, staff, 3, 8)
    return Group(key="newsroom", members=staff, hidden=False)


def _parliament(scene: Scene, crowd: Crowd) -> Group:
    """3. On five days of sitting they repost the party and use the tag of the day."""
    party = scene.person("fr", name="Groupe du Rivage", handle="groupe.rivage", fans=9_400)
    members = tuple(scene.person("fr") for _ in range(MEMBERS))
    for sitting in range(SITTINGS):
        begin = START_MS + ((1 + sitting * 2 + sitting // 3) * 24 + 14) * HOUR_MS
        tags = ("séancedelta", f"séance{sitting + 1}")
        moments = (
            begin + scene.rng.uniform(0, SITTING_HOURS, len(words_planted.PARTY_LINE)) * HOUR_MS
        )
        for at, text in zip(sorted(moments.tolist()), words_planted.PARTY_LINE, strict=True):
            of = scene.post(party, at, f"{text} ({sitting + 1})", tags=tags)
            for member in members:
                if scene.rng.random() < 0.5:
                    scene.repost(member, of, at + scene.rng.exponential(3) * MINUTE_MS)
        _speak(scene, crowd, members, begin, tags)
    _chatter(scene, members, 1, 5)
    return Group(key="parliament", members=members, hidden=False)


def _speak(
    scene: Scene, crowd: Crowd, members: tuple[int, ...], begin: float, tags: tuple[str, ...]
) -> None:
    """3. Members, and some of the public, use the tags in words of their own."""
    rng = scene.rng
    for member in members:
        for at in begin + rng.uniform(0, SITTING_HOURS, int(rng.integers(1, 4))) * HOUR_MS:
            said = words.pick(rng, words_planted.MEMBERS), words.pick(rng, words_planted.CLAIMS)
            close = words.pick(rng, words.SPEECH["fr"][2])
            scene.post(member, at, f"{' '.join(said)}, {close}.", tags=tags)
    for person in rng.choice(crowd.people["fr"], size=25, replace=False).tolist():
        at = begin + rng.exponential(3) * HOUR_MS
        scene.post(person, at, words.sentence(rng, "fr"), tags=tags[:1])


def _clients(scene: Scene) -> Group:
    """4. Their sites take a dispatch when it comes, half a minute later on average."""
    rng = scene.rng
    clients = tuple(
        scene.person("fr", name=name, fans=int(rng.integers(300, 2_500)))
        for name in words_planted.CLIENTS
    )
    for number, at in enumerate(sorted(scene.times(DISPATCHES))):
        text = " ".join(words.pick(rng, column) for column in words_planted.WIRE)
        url = f"https://agence-littoral.example/depeche/{number + 1}"
        for client in clients:
            moment = at + rng.exponential(30) * SECOND_MS
            if rng.random() < TAKEN and moment < END_MS:
                scene.post(client, moment, text, urls=(url,))
    _chatter(scene, clients, 2, 7)
    return Group(key="agency", members=clients, hidden=False)


def _cyclists(scene: Scene) -> Group:
    """5. They pass on what the five best known of them say, when they come across it."""
    rng = scene.rng
    cyclists = tuple(scene.person("fr") for _ in range(CYCLISTS))
    pool = []
    for number, at in enumerate(scene.times(CYCLED_POSTS)):
        text = words.pick(rng, words_planted.CYCLISTS).format(n=int(rng.integers(8, 60)))
        pool.append(scene.post(cyclists[number % 5], at, text, tags=("canalàvélo",)))
    for cyclist in cyclists:
        for of in rng.choice(pool, size=int(rng.integers(5, 14)), replace=False).tolist():
            scene.repost(cyclist, of, scene.acts[of].at_ms + rng.lognormal(0.7, 1.1) * HOUR_MS)
    _chatter(scene, cyclists, 1, 5)
    return Group(key="cohort", members=cyclists, hidden=False)
