"""Two posts side by side, and the seconds between them on a line as long as the window."""

from __future__ import annotations

import textwrap
from typing import Any

from fanal.reports.figures import drawn
from fanal.reports.figures.drawn import WIDTH
from fanal.reports.figures.frame import Parts, escaped

WORDS = ("gap", "window", "col_account", "col_time", "col_text", "col_gap")
#: What a post may carry; all texts, already in words.
FIELDS = ("who", "day", "clock", "text", "withheld")
CARD, AIR, LINE = 366.0, 14.0, 18.0
LETTERS = 52
LINES = 14


def prepared(
    name: str,
    earlier: dict[str, Any],
    later: dict[str, Any],
    *,
    seconds: float | None,
    window_s: float,
    same: str,
) -> dict[str, Any]:
    """Return the data of two posts side by side.

    Parameters
    ----------
    name
        The figure's id.
    earlier, later
        ``who, day, clock, text`` or ``withheld`` (why there is no text), ``urls``: texts.
    seconds
        Between the two; None where the page does not tell times that exactly.
    window_s
        The window, seconds: the length of the line.
    same
        What the two have in common, in words.

    Returns
    -------
    dict
        For ``block("pair", ...)``; the word `gap` says the seconds, `window` the end of the line.
    """
    posts = [
        {**{key: str(one.get(key, "")) for key in FIELDS}, "urls": list(one.get("urls", ()))}
        for one in (earlier, later)
    ]
    return {
        "id": name, "posts": posts, "seconds": seconds, "window_s": float(window_s), "same": same,
    }  # fmt: skip


def parts(data: dict[str, Any], words: dict[str, str]) -> Parts:
    """Return the two posts, their picture for saving, and their table."""
    one, two = data["posts"]
    body = (
        f'<p class="same"><b>{escaped(data["same"])}</b></p>'
        f'<div class="fig-side">{_post(one)}{_line(data, words)}{_post(two)}</div>'
        f"<template data-picture-of>{_picture(data, words)}</template>"
    )
    columns = [words[f"col_{key}"] for key in ("account", "time", "text", "gap")]
    gaps = (0 if data["seconds"] is not None else None, data["seconds"])
    rows = [
        [post["who"], f"{post['day']} {post['clock']}", post["text"] or post["withheld"], gap]
        for post, gap in zip((one, two), gaps, strict=True)
    ]
    return Parts(body=body, columns=columns, rows=rows)


def _post(post: dict[str, Any]) -> str:
    text = (
        f'<blockquote><bdi dir="auto">{escaped(post["text"])}</bdi></blockquote>'
        if post["text"]
        else f'<p class="withheld">{escaped(post["withheld"])}</p>'
    )
    items = "".join(f"<li><bdi>{escaped(url)}</bdi></li>" for url in post["urls"])
    urls = f'<ul class="addresses">{items}</ul>' if items else ""
    return (
        f'<div class="fig-post"><p class="fig-who"><bdi>{escaped(post["who"])}</bdi> '
        f"<span>{escaped(post['day'])}, {escaped(post['clock'])}</span></p>{text}"
        f"{urls}</div>"
    )


def _line(data: dict[str, Any], words: dict[str, str]) -> str:
    """Return the line of time: the seconds between, both dots, the window's end."""
    told = (
        f'<p class="fig-between"><b>{escaped(words["gap"])}</b> '
        f"<span>{escaped(words['window'])}</span></p>"
    )
    if data["seconds"] is None:
        return f'<div class="fig-gap">{told}</div>'
    place = _place(data) * 96 + 1
    dots = "".join(
        f'<circle cx="{drawn.at(x)}%" cy="8" r="5.5" fill="var(--lamp)" stroke="var(--paper)" '
        'stroke-width="1.5"/>'
        for x in (1, place)
    )
    line = '<line x1="1%" y1="8" y2="8"'
    return (
        f'<div class="fig-gap">{told}<svg xmlns="http://www.w3.org/2000/svg" height="16" '
        f'aria-hidden="true">{line} x2="99%" stroke="var(--rule)"/>'
        '<line x1="99%" y1="3" x2="99%" y2="13" stroke="var(--soft)"/>'
        f'{line} x2="{drawn.at(place)}%" stroke="var(--lamp)" stroke-width="2.5"/>{dots}</svg></div>'
    )


def _place(data: dict[str, Any]) -> float:
    """Return where the later post stands on the line, 0 to 1."""
    end = max(data["window_s"], data["seconds"])
    return float(data["seconds"] / end) if end else 0.0


def _axis(data: dict[str, Any], words: dict[str, str], top: float) -> str:
    y, left, right = top + 30.0, 8.0, WIDTH - 8.0
    content = drawn.text(0, top + 14, words["gap"], "strong")
    if data["seconds"] is None:
        return content
    place = left + _place(data) * (right - left)
    content += drawn.text(WIDTH, top + 14, words["window"], "tick", "end")
    content += drawn.line(left, y, right, y) + drawn.line(
        right, y - 5, right, y + 5, colour="soft"
    )
    content += drawn.line(left, y, place, y, colour="lamp", width=2.5)
    return content + "".join(
        f'<circle cx="{drawn.at(x)}" cy="{drawn.at(y)}" r="5.5" fill="var(--lamp)" '
        'stroke="var(--paper)" stroke-width="1.5"/>'
        for x in (left, place)
    )


def _picture(data: dict[str, Any], words: dict[str, str]) -> str:
    """Return the two posts as SVG, for whoever saves them."""
    posts = [_card_lines(post) for post in data["posts"]]
    height = 64 + LINE * max(len(lines) for lines in posts) + AIR
    content = ""
    for n, (post, lines) in enumerate(zip(data["posts"], posts, strict=True)):
        x = n * (WIDTH - CARD)
        content += f'<path d="{drawn.box(x, 0, CARD, height)}" fill="var(--wash)"/>'
        content += drawn.text(
            x + AIR, 24, textwrap.shorten(post["who"], 40, placeholder="…"), "strong"
        )
        content += drawn.text(x + AIR, 41, f"{post['day']}, {post['clock']}", "tick")
        for row, line in enumerate(lines):
            content += drawn.text(x + AIR, 66 + LINE * row, line)
    content += _axis(data, words, height + 12)
    total = height + 66
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {drawn.at(total)}" '
        f'font-family="var(--sans)">{content}</svg>'
    )


def _card_lines(post: dict[str, Any]) -> list[str]:
    """Return a post's text and addresses as lines that fit its card."""
    whole = "\n".join([post["text"] or post["withheld"], *post["urls"]])
    lines = [
        piece for line in whole.splitlines() for piece in textwrap.wrap(line, LETTERS) or [""]
    ]
    return lines if len(lines) <= LINES else [*lines[: LINES - 1], "…"]
