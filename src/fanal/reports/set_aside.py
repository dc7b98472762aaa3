"""What was found and is not counted, and what the same test finds among people nobody suspects."""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from collections.abc import Mapping
from importlib import resources
from typing import Any

from fanal.model.names import Names
from fanal.reports.evidence import Row
from fanal.reports.wording import Words, typeset

#: Sources listed one by one.
SOURCES_SHOWN = 8
BLOCK = "topic block "
#: What links are tried without, in the order of telling.
REASONS = ("object", "day", "half", "double", "clock", "age")


def explained(
    links: list[Row], fdr: float, say: Words, sources: Mapping[str, str], *, hide: bool
) -> dict[str, Any]:
    """Return what is said of the links that shared interest explains; rows by source.

    Parameters
    ----------
    links
        All links, with their checks.
    sources
        Source -> what it is called.
    hide
        Whether no source may be shown, under whatever name.
    """
    found = [row for row in links if row["q_affinity"] > fdr]
    count: Counter[str] = Counter()
    accounts: dict[str, set[str]] = defaultdict(set)
    for row in found:
        source = sources.get(row.get("explained_by") or "", "")
        count[source] += 1
        accounts[source] |= {row["source"], row["target"]}
    ordered = sorted((name for name in count if name), key=lambda name: (-count[name], name))
    rows = [(name, count[name], len(accounts[name])) for name in ordered[:SOURCES_SHOWN]]
    rest = [*ordered[SOURCES_SHOWN:], *([""] if count[""] else [])]
    if rest:
        name = say("explained.other", count=say.numbers.count(len(rest)))
        together: set[str] = set().union(*(accounts[one] for one in rest))
        rows.append((name, sum(count[one] for one in rest), len(together)))
    key = "explained.some" if found else "explained.none"
    rows = [] if hide else rows
    return {
        "sentence": say(key, links=say.count("link", len(found))),
        "rows": _counted(rows, say),
    }


def sources_of(links: list[Row], names: Names, say: Words) -> dict[str, str]:
    """Return what each source of shared interest is called: an account, a domain, a subject."""
    told = {}
    for source in {row["explained_by"] for row in links if row.get("explained_by")}:
        if source.startswith(BLOCK):
            told[source] = say("explained.block", number=source.removeprefix(BLOCK))
        elif ":" in source or source.startswith("A-"):  # a key; in a pack a pseudonym
            told[source] = names.account(source)
        else:
            told[source] = names.object(source)
    return told


def fragile(links: list[Row], say: Words) -> dict[str, Any]:
    """Return what is said of the fragile links; rows by reason."""
    found = [row for row in links if row["fragile"]]
    why = Counter(reason for row in found for reason in row.get("fragile_because") or ())
    rows = [(say(f"fragile.{reason}"), why[reason]) for reason in REASONS if why[reason]]
    key = "fragile.some" if found else "fragile.none"
    return {
        "sentence": say(key, links=say.count("link", len(found))),
        "rows": _counted(rows, say),
    }


def reference(say: Words) -> list[list[str]]:
    """Return the table of groups nobody suspects; empty while it is not known."""
    file = resources.files("fanal.reports").joinpath("reference_groups.toml")
    if not file.is_file():
        return []
    groups = tomllib.loads(file.read_text(encoding="utf-8")).get("group", ())
    return [_reference_row(group, say) for group in groups]


def _reference_row(group: Mapping[str, Any], say: Words) -> list[str]:
    name = str(group[say.lang])
    window = say.numbers.duration(float(group["window_s"]))
    counts = (group.get(key) for key in ("accounts", "pairs", "links", "headline"))
    told = ["–" if n is None else say.numbers.count(int(n)) for n in counts]
    return [typeset(name.replace("'", "’")) if say.lang == "fr" else name, window, *told]


def _counted(rows: list[tuple[Any, ...]], say: Words) -> list[list[str]]:
    return [[name, *(say.numbers.count(n) for n in numbers)] for name, *numbers in rows]
