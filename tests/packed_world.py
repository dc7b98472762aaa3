"""A small case whose handles, ids, texts and addresses are known, to be looked for elsewhere."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import fanal
from fanal.case import Case
from made_case import DAY_ONE, add_rows, new_case, post, sentence

HOUR_US = 3600 * 1_000_000
#: Accounts that act together, and accounts of the crowd.
PLANTED, CROWD = 5, 60
#: A text that more than twenty accounts post, with what leads elsewhere.
COMMON = (
    "Everybody says the very same thing today @quotedperson https://common.example/secretpath"
)
COMMON_WORDS = "Everybody says the very same thing today"
FILE = "ministry-leak-of-handles.jsonl"
NOW = DAY_ONE + 40 * 24 * HOUR_US


def key(number: int) -> str:
    """Return the key of an account."""
    return f"x:7700{number:04d}"


def handle(number: int) -> str:
    """Return its handle, which ends in a dot as no other word does."""
    return f"hnd{number:03d}zq"


def packed_world(folder: Path) -> Case:
    """Return a case with a run: five accounts post the same words and links twelve times."""
    made = new_case(folder)
    random_ = random.Random(5)
    rows: list[dict[str, Any]] = []
    for day in range(14):
        moment = DAY_ONE + (day * 24 + 7 * day % 23) * HOUR_US + 187_123_457 * (day + 1)
        for who in range(PLANTED):
            said = f"Planted sentence {sentence(day)}"
            if day % 2:
                rows.append(
                    _post(
                        who,
                        moment + 3_000_000 * who,
                        f"Own words {sentence(1000 + 100 * who + day)}",
                        day,
                    )
                )
            else:
                rows.append(_post(who, moment + 3_000_000 * who, said, 200 + 20 * who + day))
    for who in range(PLANTED, PLANTED + CROWD):
        for n in range(12):
            moment = DAY_ONE + random_.randrange(14 * 24) * HOUR_US + random_.randrange(HOUR_US)
            rows.append(
                _post(who, moment, f"Own words {sentence(3000 + 100 * who + n)}", 100 + n)
            )
    for who in range(PLANTED + 22):
        moment = DAY_ONE + 20 * HOUR_US + 11_000_000 * (who % 5) + who // 5 * HOUR_US
        rows.append(_post(who, moment, COMMON, 900))
    rows.sort(key=lambda row: row["time"])
    for number, row in enumerate(rows):
        row["post_id"] = f"9137{number:05d}246"
        row["post"] = f"x:9137{number:05d}246"
    accounts = [
        {
            "account": key(n),
            "platform": "x",
            "account_id": key(n)[2:],
            "handle": handle(n),
            "display_name": f"Name {handle(n)}",
            "description": "a private word",
        }
        for n in range(PLANTED + CROWD)
    ]
    rejected = [{"position": f"{FILE}:3", "reason": f"no time in {handle(3)}", "raw": handle(3), "raw_sha256": "0"}]  # fmt: skip
    add_rows(made, FILE, rows, accounts=accounts, rejected=rejected, batch=500)
    case = fanal.open_case(folder)
    case.coordinate(now=NOW)
    return case


def _post(who: int, at_us: int, text: str, thing: int) -> dict[str, Any]:
    return post(
        "",
        account=key(who),
        time=at_us,
        time_claimed=at_us,
        time_precision_s=1e-6,
        time_source="field",
        text=f"{text}",
        urls=[f"https://secretdomain{thing}.example/a"],
        url_keys=[f"secretdomain{thing}.example/a"],
        hashtags=[f"tagof{thing}"],
    )


def secrets(*, but: set[int] = frozenset()) -> set[str]:  # type: ignore[assignment]
    """Return what must stand nowhere: handles, ids, texts, addresses, file names."""
    people = [n for n in range(PLANTED + CROWD) if n not in but]
    return {
        *(handle(n) for n in people),
        *(key(n)[2:] for n in people),
        *(f"9137{n:05d}246" for n in range(0, 900, 7)),
        "Planted sentence", "planted sentence", "Own words", "own words", "secretdomain",
        "common.example", "secretpath", "quotedperson", "tagof", "private word", "ministry-leak",
        "pseudonym_key",
    }  # fmt: skip
