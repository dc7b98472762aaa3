"""More people who agreed on nothing: they meet in a moment, at an hour, through a button.

As `innocent_worlds`.
"""

from __future__ import annotations

import numpy as np

from innocent_worlds import CROWD, DAY, HOUR, World, by_day, crowd, each, popular

# ---- (e), (f) watching together


def football(world: World, matches: int = 6) -> None:
    """Add a thousand viewers of matches: the match's hashtag, and what everybody cries at a goal."""
    draw, viewers = world.draw, np.arange(1_000)
    crowd(world, "hashtag", posts=9_000, known=False, some=viewers[:300])
    crowd(world, "text", posts=6_000, known=False)
    for match in range(matches):
        begin = match * 2 * DAY + 20 * HOUR
        here = viewers[draw.random(1_000) < 0.4]
        who, _ = each(draw, here, 8, 0.3)
        world.post(
            who, begin + draw.uniform(0, 6_600, who.size), hashtag=[f"#match{match}"] * who.size
        )
        for goal in np.sort(begin + draw.uniform(0, 6_600, 3)):
            loud = here[draw.random(here.size) < 0.4]
            when = goal + draw.exponential(40, loud.size)
            words = [
                f"goal by player {int(goal) % 7} cry {one}"
                for one in popular(draw, 60, loud.size, 1.2)
            ]
            world.post(loud, when, hashtag=[f"#match{match}"] * loud.size, text=words)
            some = draw.random(loud.size) < 0.3
            world.post(
                loud[some], when[some], hashtag=[f"#player{int(goal) % 7}"] * int(some.sum())
            )


def show(world: World, viewers: int = 1_000, weeks: int = 8) -> None:
    """Add a weekly show: its hashtag, and those of who is on stage."""
    draw, people = world.draw, np.arange(viewers)
    crowd(world, "hashtag", posts=12_000, days=7 * weeks, known=False, some=people[:300])
    for week in range(weeks):
        begin = week * 7 * DAY + 21 * HOUR
        here = people[draw.random(viewers) < 0.5]
        who, act = each(draw, here, 12, 0.3)
        when = begin + act * 600 + 120 + draw.exponential(120, who.size)
        world.post(who, when, hashtag=["#theshow"] * who.size)
        named = draw.random(who.size) < 0.6
        world.post(
            who[named], when[named], hashtag=[f"#act{week // 2}.{one}" for one in act[named]]
        )


def alert(world: World, readers: int, delay_s: float) -> None:
    """One alert of a newspaper's app; its readers share the link."""
    draw, people = world.draw, np.arange(readers)
    crowd(world, "url", some=people)
    when = 5 * DAY + 13 * HOUR + draw.exponential(delay_s, readers)
    world.post(people, when, url=(["alert"] * readers, ["paper"] * readers))
    late = draw.integers(CROWD, CROWD + 3_000, readers)
    when = 5 * DAY + 13 * HOUR + draw.exponential(4 * HOUR, readers)
    world.post(late, when, url=(["alert"] * readers, ["paper"] * readers))


# ---- (g) hours


def lunch(world: World, minutes: float = 20.0) -> None:
    """Five hundred people of one time zone read the day's top posts in the same break."""
    draw, people = world.draw, np.arange(500)
    crowd(world, "repost", some=people)
    for day in range(14):
        here = people[draw.random(500) < 0.6]
        begin = day * DAY + 12 * HOUR + draw.uniform(0, minutes * 60, here.size)
        who = np.repeat(here, 6)
        what = popular(draw, 150, who.size)
        when = np.repeat(begin, 6) + draw.uniform(0, 900, who.size)
        world.post(
            who,
            when,
            repost=(
                [f"day {day} post {one}" for one in what],
                [f"author {(one * 7 + day) % 90}" for one in what],
            ),
        )


# ---- (h) buttons


def buttons(world: World, median_s: float, known: bool = True) -> None:
    """Three hundred subscribers share petitions by a button that writes text and link for them."""
    draw, people = world.draw, np.arange(300)
    crowd(world, "url", known=known, some=people)
    crowd(world, "text", posts=6_000, known=False)
    sent = np.arange(12) * DAY + 9 * HOUR
    who, what = each(draw, people, 12, 0.25)
    when = sent[what] + np.exp(draw.normal(np.log(median_s), 1.2, who.size))
    names = [f"petition {one}" for one in what]
    world.post(who, when, url=(names, ["petitions"] * who.size if known else None), text=names)


def voted(world: World) -> None:
    """Six hundred people say that they voted, on two Sundays."""
    draw, people = world.draw, np.arange(600)
    crowd(world, "text", posts=12_000, known=False, some=people)
    crowd(world, "hashtag", posts=9_000, known=False)
    for day in (3, 10):
        who = people[draw.random(600) < 0.7]
        when = day * DAY + draw.uniform(8, 20, who.size) * HOUR
        words = [f"i voted today form {one}" for one in popular(draw, 5, who.size)]
        world.post(who, when, text=words, hashtag=["#ivoted"] * who.size)


def daily(world: World, habit_s: float, people: int = 300, days: int = 30) -> None:
    """Players of a daily game post its number, each at the hour of a habit; others at any hour."""
    draw, players = world.draw, np.arange(people)
    crowd(world, "hashtag", posts=9_000, days=days, known=False, some=players)
    hour = draw.uniform(7, 23, people) * HOUR
    who, day = each(draw, players, days, 0.7)
    world.post(
        who,
        day * DAY + hour[who] + draw.normal(0, habit_s, who.size),
        hashtag=[f"#game{one}" for one in day],
    )
    who, day = each(draw, np.arange(CROWD, CROWD + 1_000), days, 0.1)
    world.post(
        who,
        day * DAY + draw.uniform(7, 23, who.size) * HOUR,
        hashtag=[f"#game{one}" for one in day],
    )


def scheduled(world: World, people: int = 100, days: int = 60) -> None:
    """Small firms whose tool posts the day's hashtag at 9, 12 or 17 h sharp; others at any hour."""
    draw, firms = world.draw, np.arange(people)
    crowd(world, "hashtag", posts=9_000, days=days, known=False, some=firms)
    hour = draw.choice([9, 12, 17], people, p=[0.5, 0.3, 0.2]) * HOUR
    who, day = each(draw, firms, days, 0.25)
    world.post(
        who,
        day * DAY + hour[who] + draw.integers(0, 20, who.size),
        hashtag=[f"#day{one}" for one in day],
    )
    who, day = each(draw, np.arange(CROWD, CROWD + 1_000), days, 0.03)
    world.post(
        who,
        day * DAY + draw.uniform(7, 23, who.size) * HOUR,
        hashtag=[f"#day{one}" for one in day],
    )


def briefing(world: World, delay_s: float, days: int = 30) -> None:
    """Twenty-five journalists live-post a daily briefing; each day has hashtags of its own."""
    draw, people = world.draw, np.arange(25)
    crowd(world, "hashtag", posts=9_000, days=days, known=False, some=people)
    told = np.arange(days) * DAY + 18 * HOUR + draw.uniform(0, 1_800, days)
    who, day = each(draw, people, days, 0.6)
    world.post(
        who,
        told[day] + draw.exponential(delay_s, who.size),
        hashtag=[f"#figure{one}" for one in day],
    )
    who, day = each(draw, np.arange(CROWD, CROWD + 1_000), days, 0.05)
    world.post(
        who,
        told[day] + draw.exponential(2 * HOUR, who.size),
        hashtag=[f"#figure{one}" for one in day],
    )


def titles(world: World, every_s: int) -> None:
    """As `pollers`, but only words: the title of each article, and readers who copy it later."""
    draw, people = world.draw, np.arange(40)
    crowd(world, "text", posts=12_000, known=False, some=people)
    for feed in range(6):
        born = by_day(draw, 60)
        followers = people[draw.random(40) < 0.3]
        for some, share, mean in (
            (followers, 0.9, 0.0),
            (np.arange(CROWD, CROWD + 3_000), 0.002, 3.0 * HOUR),
        ):
            who, what = each(draw, some, 60, share)
            mark = (born[what] // every_s + 1) * every_s
            when = mark + draw.integers(0, 20, who.size) + draw.exponential(1, who.size) * mean
            world.post(who, when, text=[f"feed {feed} title {one}" for one in what])


def bulletins(world: World) -> None:
    """Twenty automatic accounts post the same official bulletin at the full hour."""
    draw, robots = world.draw, np.arange(20)
    crowd(world, "text", posts=12_000, known=False)
    who, hour = each(draw, robots, 14 * 24, 0.5)
    world.post(
        who,
        hour * HOUR + draw.integers(0, 5, who.size),
        text=[f"bulletin of hour {one}" for one in hour],
    )


# ---- (i), (j) small circles


def school(world: World, lessons: int, minutes: float) -> None:
    """Twenty-five pupils post the text of an assignment in class."""
    draw, pupils = world.draw, np.arange(25)
    crowd(world, "text", posts=12_000, known=False, some=pupils)
    crowd(world, "hashtag", posts=6_000, known=False)
    for lesson in range(lessons):
        begin = lesson * DAY + 10 * HOUR
        who = pupils[draw.random(25) < 0.9]
        when = begin + draw.uniform(0, minutes * 60, who.size)
        world.post(
            who,
            when,
            text=[f"assignment {lesson}"] * who.size,
            hashtag=["#ourclass"] * who.size,
        )


def couples(world: World) -> None:
    """Fifty couples, each passing on the same fifteen things within a minute (coordinated)."""
    draw, people = world.draw, np.arange(100)
    crowd(world, "repost", some=people)
    for couple in range(50):
        when = by_day(draw, 15)
        what = popular(draw, 6_000, 15)
        for one in (0, 1):
            world.post(
                np.full(15, 2 * couple + one),
                when + draw.exponential(25, 15),
                repost=([f"repost {w}" for w in what], [f"source {w // 10}" for w in what]),
            )


# ---- (k) nested


def nested(world: World, delay_s: float, known: bool = True) -> None:
    """Sixty readers told by an app share articles: link, title, card, hashtag at once."""
    draw, readers = world.draw, np.arange(60)
    crowd(world, "url", known=known, some=readers)
    crowd(world, "hashtag", posts=9_000, known=False)
    born = by_day(draw, 80)
    late = draw.integers(CROWD, CROWD + 3_000, 2_000)
    for (who, what), mean in (
        (each(draw, readers, 80, 0.25), delay_s),
        ((late, draw.integers(0, 80, 2_000)), 3 * HOUR),
    ):
        when = born[what] + draw.exponential(mean, who.size)
        names = [f"article {one}" for one in what]
        source = ["paper"] * who.size if known else None
        world.post(
            who,
            when,
            url=(names, source),
            text=names,
            image=names,
            hashtag=[f"#subject{one % 15}" for one in what],
        )


# ---- (l), (m) what a capture leaves


def tiny(world: World, posts: int, days: float) -> None:
    """Add a small capture: posts on one subject, a few objects, one event."""
    draw, people = world.draw, np.arange(max(posts // 2, 10))
    born = by_day(draw, 12, days)
    when_event = born[0]
    who = draw.choice(people, posts)
    what = popular(draw, 12, posts, 1.0)
    fast = draw.random(posts) < 0.4
    late = np.where(
        fast, draw.exponential(180, posts), np.exp(draw.normal(np.log(2 * HOUR), 1.3, posts))
    )
    world.post(
        who,
        born[what] + late,
        repost=([f"post {one}" for one in what], [f"author {one // 3}" for one in what]),
    )
    some = draw.random(posts) < 0.5
    when = np.where(
        draw.random(posts) < 0.5, when_event + draw.exponential(600, posts), born[what] + late
    )
    world.post(
        who[some],
        when[some],
        hashtag=[f"#tag{one}" for one in popular(draw, 8, int(some.sum()), 1.2)],
    )


def search(world: World) -> None:
    """Add a search for one phrase: everybody has it, half repost a few posts, within hours."""
    draw = world.draw
    people = np.arange(1_200)
    event = np.array([0.8, 1.4, 2.5, 4.1]) * DAY
    count = 2_500
    who = draw.choice(people, count, p=(w := (np.arange(1_200) + 5.0) ** -0.6) / w.sum())
    when = event[draw.integers(0, 4, count)] + np.exp(
        draw.normal(np.log(1.5 * HOUR), 1.2, count)
    )
    tags = [f"#tag{one}" for one in popular(draw, 30, count, 1.3)]
    world.post(
        who,
        when,
        hashtag=["#phrase"] * count,
        text=[f"words {one}" for one in popular(draw, 2_000, count)],
    )
    world.post(who, when, hashtag=tags)
    again = draw.choice(people, count)
    born = event[draw.integers(0, 4, 60)] + draw.exponential(HOUR, 60)
    what = popular(draw, 60, count, 1.1)
    late = np.exp(draw.normal(np.log(HOUR / 2), 1.4, count))
    world.post(
        again,
        born[what] + late,
        repost=([f"post {one}" for one in what], [f"author {one // 4}" for one in what]),
    )
