"""The trace of a claim for machines: one JSON object.

Under pseudonyms times go to the minute and texts stay out, as in a page (`traced`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fanal.claims.trace import Trace, precision_of
from fanal.model.interval import wilson
from fanal.model.names import Names
from fanal.reports.traced import CARRIERS

MINUTE_US = 60_000_000


def plain_trace(found: Trace, names: Names) -> dict[str, Any]:
    """Return a trace as plain values; accounts and posts as `names` shows them."""
    coverage = found.coverage
    return {
        "asked": found.asked if found.by != "post" or names.named else None,
        "by": found.by,
        "claim": found.claim,
        "texts_compared": found.compared,
        "posts": [_post(row, found, names) for row in found.posts.to_pylist()],
        "earliest": {
            "time": _time(coverage.earliest, names),
            "posts": [names.object(post) if not names.named else post
                      for post in found.earliest["post"].to_pylist()],
            "file_begins": _time(coverage.file_first, names),
            "posts_before": coverage.posts_before,
            "hours_watched_before": round(coverage.watched_hours, 3),
            "posts_per_hour": _rounded(coverage.per_hour),
            "expected_before": _rounded(coverage.expected),
            "first_copy_probably_outside": coverage.probably_outside,
            "because": coverage.sign.value,
        },
        "time_line": {
            "span_s": found.span_s,
            "rows": [
                row | {"begins": _time(row["begins"], names)}
                for row in found.time_line.to_pylist()
            ],
        },
        "relays": {
            "reach": found.reach,
            "unknown": found.reach_unknown,
            "accounts": [_relay(row, names) for row in found.relays.to_pylist()],
        },
        "leads": [_lead(row, names) for row in found.leads.to_pylist()],
        "denials": {
            "answers": found.answers,
            "answers_denying": [
                _post(row, found, names) for row in found.denying_answers.to_pylist()
            ],
        },
        "touched": _touched(found, names),
        "marks": _marks(found),
    }  # fmt: skip


def _post(row: dict[str, Any], found: Trace, names: Names) -> dict[str, Any]:
    mark = found.marks.get(row["post"])
    told = {
        "post": row["post"] if names.named else names.object(row["post"]),
        "account": names.account(row["account"]),
        "time": _time(row["time"], names),
        "how": row["how"],
        "score": _rounded(row["score"]),
        "share_of_asked": _rounded(row["of_query"]),
        "mark": None if mark is None else ("yes" if mark else "no"),
    }
    kept = ("platform", "kind", "lang", "says", "cue", "views", "reposts", "followers")
    told |= {name: row[name] for name in kept}
    return told | ({"text": row["text"]} if names.named else {})


def _relay(row: dict[str, Any], names: Names) -> dict[str, Any]:
    return row | {
        "account": names.account(row["account"]),
        "first_time": _time(row["first_time"], names),
        "first_post": row["first_post"] if names.named else names.object(row["first_post"]),
    }


def _lead(row: dict[str, Any], names: Names) -> dict[str, Any]:
    shown = names.named or row["accounts_in_file"] >= CARRIERS
    return row | {"what": row["what"] if shown else names.object(row["what"])}


def _touched(found: Trace, names: Names) -> dict[str, Any]:
    touched = found.touched
    return {
        "run": touched.run or None,
        "stale": touched.stale,
        "links": [
            dict(one)
            | {end: names.account(str(one[end])) for end in ("source", "target")}
            for one in touched.links
        ],
        "bursts": [
            dict(one) | {"object": names.object(str(one["object"]))} for one in touched.bursts
        ],
        "groups": [
            dict(one) | {"accounts": [names.account(key) for key in _listed(one["accounts"])]}
            for one in touched.groups
        ],
    }  # fmt: skip


def _listed(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def _marks(found: Trace) -> dict[str, Any]:
    right, of = precision_of(found.marks, found.posts["post"].to_pylist())
    low, high = wilson(right, of)
    share = _rounded(right / of) if of else None
    return {
        "marked": of,
        "yes": right,
        "precision": share,
        "low": _rounded(low),
        "high": _rounded(high),
    }


def _time(at_us: int | None, names: Names) -> datetime | None:
    if at_us is None:
        return None
    moment = at_us if names.named else at_us // MINUTE_US * MINUTE_US
    return datetime.fromtimestamp(moment / 1e6, UTC)


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.6g}")
