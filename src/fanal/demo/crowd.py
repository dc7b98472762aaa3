"""The organic crowd: ordinary people, outlets, news, and one very viral post.

1. Outlets publish; people post, with a few common tags and links (Zipf).
2. News breaks: a few hours in which many repost, link and tag the same things.
3. People repost, answer and quote what is popular (Zipf), with delays of hours.
4. One post goes very viral: hundreds of reposts within an afternoon.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fanal.demo import words
from fanal.demo.scene import DAYS, END_MS, HOUR_MS, START_MS, Kind, Scene

Shares = NDArray[np.floating[Any]]

PEOPLE = 1_700
SHARES = {"fr": 0.58, "en": 0.42}
#: Posts of their own, and reactions, that people have on average: most are seen once or twice.
POSTS, REACTIONS = 1.3, 1.2
#: Share of their posts that link to an article.
LINKED = 0.4
#: Share of these that a button wrote: the article's title, word for word.
BY_BUTTON = 0.6
ARTICLES_A_DAY = 3
NEWS = 8
VIRAL_REPOSTS = 340


@dataclass(frozen=True, slots=True)
class Crowd:
    """The indexes of the crowd's accounts and outlets, of each piece of news, and of the viral act."""

    people: dict[str, list[int]]
    outlets: dict[str, list[int]]
    articles: dict[str, list[int]]
    news: list[list[int]]
    viral: int


def gather(scene: Scene) -> Crowd:
    """Fill the scene with two weeks of ordinary life and return who is in it."""
    people = {lang: _people(scene, lang) for lang in words.LANGUAGES}
    outlets = {lang: _outlets(scene, lang) for lang in words.LANGUAGES}
    articles = {lang: _publish(scene, outlets[lang], lang) for lang in words.LANGUAGES}
    for lang in words.LANGUAGES:
        pool = _posts(scene, people[lang], articles[lang], lang) + articles[lang]
        _reactions(scene, people[lang], pool, lang)
    news: list[list[int]] = []
    for number in range(NEWS):
        lang = words.LANGUAGES[number % len(words.LANGUAGES)]
        news.append(_news(scene, people[lang], outlets[lang], lang))
    viral = _viral(scene, people)
    return Crowd(people, outlets, articles, news, viral)


def _people(scene: Scene, lang: str) -> list[int]:
    return [scene.person(lang) for _ in range(round(PEOPLE * SHARES[lang]))]


def _outlets(scene: Scene, lang: str) -> list[int]:
    return [
        scene.person(
            lang, name=name, handle=handle, fans=int(scene.rng.integers(4_000, 90_000))
        )
        for name, handle, _ in words.OUTLETS[lang]
    ]


def _publish(scene: Scene, outlets: list[int], lang: str) -> list[int]:
    """1. Each outlet publishes three articles a day."""
    acts = []
    for outlet, (_, _, domain) in zip(outlets, words.OUTLETS[lang], strict=True):
        for number, at in enumerate(sorted(scene.times(ARTICLES_A_DAY * DAYS))):
            url = f"https://www.{domain}/{lang}/{number + 101}"
            acts.append(scene.post(outlet, at, words.headline(scene.rng, lang), urls=(url,)))
    return acts


def _habits(scene: Scene, count: int, mean: float) -> list[int]:
    """Return how much each of `count` people does: many nothing or little, a few a lot."""
    raw = scene.rng.pareto(1.6, count) + 0.25
    numbers: list[int] = np.clip(np.rint(raw * mean / raw.mean()), 0, 60).astype(int).tolist()
    return numbers


def _zipf(scene: Scene, count: int, exponent: float) -> Shares:
    weights: Shares = (scene.rng.permutation(count) + 1.0) ** -exponent
    shares: Shares = weights / weights.sum()
    return shares


def _posts(scene: Scene, people: list[int], articles: list[int], lang: str) -> list[int]:
    """1. What people say themselves, with a tag or a link now and then."""
    rng, acts = scene.rng, []
    tags = _zipf(scene, len(words.TAGS[lang]), 1.0)
    fame = _zipf(scene, len(articles), 0.9)
    for person, number in zip(people, _habits(scene, len(people), POSTS), strict=True):
        for at in scene.times(number):
            tag = (words.TAGS[lang][int(rng.choice(len(tags), p=tags))],)
            if rng.random() < LINKED:
                link = scene.acts[articles[int(rng.choice(len(articles), p=fame))]]
                later = max(at, link.at_ms + rng.lognormal(1.0, 1.1) * HOUR_MS)
                if later < END_MS:
                    button = rng.random() < BY_BUTTON
                    said = link.text if button else words.sentence(rng, lang)
                    scene.post(person, later, said, urls=link.urls)
            else:
                chosen = tag if rng.random() < 0.35 else ()
                acts.append(scene.post(person, at, words.sentence(rng, lang), tags=chosen))
    return acts


def _reactions(scene: Scene, people: list[int], pool: list[int], lang: str) -> None:
    """3. Reposts, answers and quotes of what is popular, hours later."""
    rng, fame = scene.rng, _zipf(scene, len(pool), 0.85)
    for person, number in zip(people, _habits(scene, len(people), REACTIONS), strict=True):
        delays = rng.lognormal(0.9, 1.2, number) * HOUR_MS
        for target, delay in zip(rng.choice(len(pool), number, p=fame), delays, strict=True):
            of, luck = pool[int(target)], rng.random()
            at = scene.acts[of].at_ms + delay
            if luck < 0.68:
                scene.repost(person, of, at)
            else:
                kind: Kind = "reply" if luck < 0.88 else "quote"
                scene.answer(person, of, at, words.reply(rng, lang), kind)


def _news(scene: Scene, people: list[int], outlets: list[int], lang: str) -> list[int]:
    """2. Something happens: for some hours many act on the same few things; returns these."""
    rng = scene.rng
    begin = START_MS + (rng.integers(DAYS - 1) * 24 + rng.uniform(7, 19)) * HOUR_MS
    tag = f"{words.pick(rng, words.TAGS[lang])}{int(rng.integers(10, 99))}"
    acts = [
        scene.post(outlet, begin + rng.exponential(0.4) * HOUR_MS, words.headline(rng, lang),
                   urls=(f"https://{domain}/live/{tag}",), tags=(tag,))
        for outlet, (_, _, domain) in zip(outlets, words.OUTLETS[lang], strict=True)
    ]  # fmt: skip
    crowd = rng.choice(people, size=min(len(people), int(rng.integers(70, 140))), replace=False)
    for person in crowd.tolist():
        of = acts[int(rng.integers(len(acts)))]
        at = scene.acts[of].at_ms + rng.exponential(2.0) * HOUR_MS
        if rng.random() < 0.6:
            scene.repost(person, of, at)
        elif at < END_MS:
            urls = scene.acts[of].urls if rng.random() < 0.4 else ()
            scene.post(person, at, words.sentence(rng, lang), urls=urls, tags=(tag,))
    return acts


def _viral(scene: Scene, people: dict[str, list[int]]) -> int:
    """4. One post of an ordinary account, reposted by hundreds within hours."""
    rng = scene.rng
    author = people["en"][3]
    at = START_MS + (8 * 24 + 11.4) * HOUR_MS
    act = scene.post(
        author, at, "My grandmother, 91, steering the old ferry home one last time."
    )
    everybody = [person for lang in words.LANGUAGES for person in people[lang]]
    for person in rng.choice(everybody, size=VIRAL_REPOSTS, replace=False).tolist():
        scene.repost(person, act, at + rng.gamma(1.6, 1.7) * HOUR_MS)
    return act
