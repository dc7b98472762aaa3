"""What an operator's own connections say as a whole: the tables of the private report.

1. Estimates, refusals, shield, quarantine: the pieces of about/estimate.py, once.
2. Counts by country, channel and kind of network; what has fewer than `LEAST_SHOWN` accounts goes
   into "others", and others take the next smallest until they have as many.
3. Sign-ups (about/sign_ups.py).
4. What a first publication of this file alone would say (about/publish.py).
5. Wrong per 100,000: as measured here by `fanal about calibrate`, else on the made-up world.

Nothing here names an account. Networks are the keyed numbers of the day rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fanal.about.countries import codes
from fanal.about.estimate import (
    CHANNEL_DAYS,
    LEAST_DAYS,
    REFUSALS,
    contradicted,
    estimate,
    refusals,
    shielded,
)
from fanal.about.features import home_prior
from fanal.about.homes import homes_of
from fanal.about.measured import wilson
from fanal.about.publish import COUNTRY, FIELDS, REGION, WITHHELD, first_publication
from fanal.about.quarantine import Quarantine, quarantine
from fanal.about.rows import Rows, encoded, rows_of
from fanal.about.sign_ups import SignUps, sign_ups
from fanal.about.weights import WeightsFile, read_weights
from fanal.kernels.day_bits import AGES
from fanal.kernels.day_rows import channels

#: Fewer accounts than this stand in no cell of their own.
LEAST_SHOWN: Final = 20
SURE: Final = 0.9
_STORE: Final = "app:"
_PER: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Accounts by something, none of the cells small.

    Parameters
    ----------
    cells
        Name and accounts, most first; each at least `LEAST_SHOWN`.
    others, folded
        Accounts of the rest, and how many names that is. `others` is None where all together are
        fewer than `LEAST_SHOWN`.
    unknown
        Accounts of which it is not known; None below `LEAST_SHOWN`.
    """

    cells: tuple[tuple[str, int], ...]
    others: int | None
    folded: int
    unknown: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of network: day rows, and accounts seen there; None below `LEAST_SHOWN`.

    `name` is empty for the kinds put together.
    """

    name: str
    rows: int
    accounts: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """A quarantined network."""

    network: int
    country: str | None
    kind: str
    accounts: int | None
    votes: int
    against: int
    share_low: float
    share_high: float
    q: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Accounts that a first publication gives a country, a region, nothing; why nothing."""

    country: int
    region: int
    withheld: int
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """People wrong per 100,000, with the 95 % interval.

    Parameters
    ----------
    here
        Whether on labelled accounts of this server; else on the made-up world.
    wrong, low, high
        Per 100,000. Here: given with probability .9 or more, no refusal, no shield, and wrong.
        On the made-up world: the most probable country of every account, before any refusal.
    accounts, date
        Accounts that it was measured on, and when.
    """

    here: bool
    wrong: int
    low: int
    high: int
    accounts: int
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The whole.

    Parameters
    ----------
    rows, left_out
        Day rows; those of no use, by reason.
    accounts, enough
        Accounts; those with `LEAST_DAYS` days or more in the year.
    given, sure
        Accounts with a country and no refusal; of these, probability .9 or more and no shield.
    refused
        Reason and accounts, in the order in which reasons are looked for.
    shield, recent
        Accounts mostly behind a listed proxy; accounts with a day in the last 180.
    tested, too_small
        Networks tested for quarantine, and with too few votes.
    withheld
        Accounts on quarantined networks.
    kinds_of
        Kind of each network that is named in `sign_ups` or `quarantined`.
    """

    as_of: date
    rows: int
    left_out: dict[str, int]
    accounts: int
    enough: int
    given: int
    sure: int
    refused: tuple[tuple[str, int], ...]
    shield: int
    recent: int
    countries: Counts
    channels: Counts
    kinds: tuple[Kind, ...]
    sign_ups: SignUps | None
    quarantined: tuple[Withheld, ...]
    tested: int
    too_small: int
    withheld: int
    publication: Publication
    wrong: Wrong
    kinds_of: dict[int, str]


def overview(
    days: pa.Table,
    accounts: pa.Table | None = None,
    *,
    as_of: date | None = None,
    weights: WeightsFile | None = None,
    fields: Collection[str] = FIELDS,
) -> Overview:
    """Return the tables of the private report.

    Parameters
    ----------
    days, accounts, as_of, weights
        As for `fanal.about.estimate.estimate`.
    fields
        As for `fanal.about.publish.first_publication`; without ``store_country`` no store counts.

    Raises
    ------
    AnalysisError
        A column is missing, an account or a day is null, or there is no row.

    Notes
    -----
    O(rows); about twice the time of an estimate.
    """
    chosen = weights or read_weights()
    # 1. estimates
    rows = rows_of(days, as_of)
    with_store = "store_country" in fields and bool((rows.store >= 0).any())
    found = homes_of(
        rows, chosen.chosen(with_store=with_store), home_prior(rows), with_store=with_store
    )
    held = quarantine(rows, found.fact("store"), accounts)
    reason = refusals(found, held.withheld, contradicted(rows, found, accounts))
    shield = shielded(found)
    given = (reason == 0) & (found.best >= 0)
    # 2, 3.
    new = sign_ups(rows, accounts)
    waves = new.waves if new else ()
    quarantined = held.networks.filter(held.networks["quarantined"]).to_pylist()
    named = [*(one.network for one in waves), *(one["network"] for one in quarantined)]
    kinds_of, countries_of = _of_networks(days, np.array(named, np.uint64))
    return Overview(
        as_of=rows.as_of,
        rows=int(rows.age.size),
        left_out=dict(rows.left_out),
        accounts=int(reason.size),
        enough=int((found.fact("days") >= LEAST_DAYS).sum()),
        given=int(given.sum()),
        sure=int((given & ~shield & (found.probability >= SURE)).sum()),
        refused=tuple(
            (REFUSALS[n], int((reason == n).sum()))
            for n in range(1, len(REFUSALS))
            if (reason == n).any()
        ),
        shield=int(shield.sum()),
        recent=int((found.fact("days_180") > 0).sum()),
        countries=_by_country(found.best[given]),
        channels=_by_channel(rows),
        kinds=_kinds(days, rows.as_of),
        sign_ups=new,
        quarantined=tuple(_withheld(one, kinds_of, countries_of) for one in quarantined),
        tested=held.networks.num_rows,
        too_small=held.too_small,
        withheld=_accounts_of(held),
        publication=_publication(
            estimate(days, accounts, as_of=rows.as_of, weights=chosen, with_store=with_store),
            days,
            rows.as_of,
            fields,
        ),
        wrong=wrong_of(chosen.record, with_store=with_store),
        kinds_of=kinds_of,
    )


def told_of(found: Overview) -> dict[str, Any]:
    """Return the overview as JSON can hold it: numbers of networks as texts, small counts null."""
    told = asdict(found)
    told["as_of"] = found.as_of.isoformat()
    told["refused"] = dict(found.refused)
    told["recall"] = "not measured"
    told["publication"]["reasons"] = dict(found.publication.reasons)
    for counts in ("countries", "channels"):
        told[counts]["cells"] = dict(told[counts]["cells"])
    told["kinds_of"] = {str(network): kind for network, kind in found.kinds_of.items()}
    for one in told["quarantined"]:
        one["network"] = str(one["network"])
    for one in (told["sign_ups"] or {}).get("waves", ()):
        one |= {"network": str(one["network"]), "first": one["first"].isoformat()}
        for name in ("accounts", "all_accounts", "country_accounts", "country_all"):
            one[name] = few(one[name])
    return told


def few(count: int) -> int | None:
    """Return a count, None where it is 1 to 19."""
    return None if 0 < count < LEAST_SHOWN else count


def folded(counts: dict[str, int], unknown: int = 0) -> Counts:
    """Return counts without a small cell (2).

    Examples
    --------
    >>> folded({"FR": 50, "DE": 30, "PT": 12, "LU": 3})
    Counts(cells=(('FR', 50),), others=45, folded=3, unknown=0)
    >>> folded({"FR": 50, "DE": 30, "PT": 12}).others
    42
    """
    ranked = sorted(
        ((n, name) for name, n in counts.items() if n), key=lambda one: (-one[0], one[1])
    )
    kept = sum(n >= LEAST_SHOWN for n, _ in ranked)
    rest = sum(n for n, _ in ranked[kept:])
    while 0 < rest < LEAST_SHOWN and kept:
        kept -= 1
        rest += ranked[kept][0]
    return Counts(
        cells=tuple((name, n) for n, name in ranked[:kept]),
        others=few(rest),
        folded=len(ranked) - kept,
        unknown=few(unknown),
    )


def wrong_of(record: dict[str, Any], *, with_store: bool) -> Wrong:
    """Return people wrong per 100,000 as a record of weights has it (5)."""
    name = "with_store" if with_store else "without_store"
    own = record.get("calibrated_here", {}).get(name)
    if own is not None:
        published, accounts = own["published"], int(own["accounts"])
        given = int(published["accounts"])
        wrong = round(given * (1 - published["precision"])) if given else 0
        return _wrong(wrong, accounts, own["made_on"], here=True)
    told = record[name]
    accounts = int(told["accounts"])
    return _wrong(
        round(accounts * (1 - told["accuracy"])), accounts, str(record["date"]), here=False
    )


def _wrong(wrong: int, of: int, day: str, *, here: bool) -> Wrong:
    low, high = wilson(wrong, of)
    rates = [round(_PER * share) for share in (wrong / of, low, high)]
    return Wrong(here=here, wrong=rates[0], low=rates[1], high=rates[2], accounts=of, date=day)


def _publication(
    estimates: pa.Table, days: pa.Table, as_of: date, fields: Collection[str]
) -> Publication:
    """Count what a first publication would say (4)."""
    told = first_publication(estimates, days, as_of=as_of, fields=fields)
    states = Counter(told["state"].to_pylist())
    withheld = told.filter(pc.equal(told["state"], WITHHELD))
    reasons = Counter(withheld["reason"].to_pylist())
    return Publication(
        country=states[COUNTRY],
        region=states[REGION],
        withheld=states[WITHHELD],
        reasons=tuple(sorted(reasons.items(), key=lambda one: (-one[1], one[0]))),
    )


def _accounts_of(held: Quarantine) -> int:
    return int(held.withheld.sum())


def _by_country(best: NDArray[Any]) -> Counts:
    count = np.bincount(best, minlength=len(codes()))
    return folded(dict(zip(codes(), count.tolist(), strict=True)))


def _by_channel(rows: Rows) -> Counts:
    """Count accounts by the client of most of the last 90 days; stores' countries apart."""
    size = rows.start.size - 1
    main = np.empty(size, np.int16)
    days, everything = np.empty(size, np.int64), np.empty(size, np.int64)
    channels(rows.start, rows.age, rows.client, CHANNEL_DAYS, main, days, everything)
    count = np.bincount(main[main >= 0], minlength=len(rows.clients)).tolist()
    told: dict[str, int] = {}
    for name, n in zip(rows.clients, count, strict=True):
        short = "app" if name.startswith(_STORE) else name
        told[short] = told.get(short, 0) + n
    return folded(told, int((main < 0).sum()))


def _kinds(days: pa.Table, as_of: date) -> tuple[Kind, ...]:
    """Count the year's day rows, and accounts, by kind of network (2)."""
    names, account = encoded(days["account"])
    words, kind = encoded(days["kind"])
    age = (as_of - date(1970, 1, 1)).days - days["day"].cast(pa.date32()).cast(
        pa.int32()
    ).to_numpy()
    inside = (age >= 0) & (age < AGES) & (kind >= 0)
    account, kind = account[inside], kind[inside]
    seen = np.zeros((len(words), len(names)), bool)
    seen[kind, account] = True
    rows, people = np.bincount(kind, minlength=len(words)), seen.sum(axis=1)
    order = np.lexsort((np.array(words), -rows))
    small = (people > 0) & (people < LEAST_SHOWN)
    kept = [
        Kind(name=words[n], rows=int(rows[n]), accounts=int(people[n]))
        for n in order
        if people[n] and not small[n]
    ]
    if small.any():
        together = int(seen[small].any(axis=0).sum())
        kept.append(Kind(name="", rows=int(rows[small].sum()), accounts=few(together)))
    return tuple(kept)


def _of_networks(
    days: pa.Table, networks: NDArray[np.uint64]
) -> tuple[dict[int, str], dict[int, str]]:
    """Return the kind and the country of most rows of some networks."""
    if not networks.size:
        return {}, {}
    number = days["network"].cast(pa.uint64()).fill_null(0).to_numpy()
    inside = pa.array(np.isin(number, networks))
    some = days.select(["network", "kind", "country"]).filter(inside)
    kinds = _commonest(some, "kind")
    return kinds, _commonest(some, "country")


def _commonest(some: pa.Table, column: str) -> dict[int, str]:
    table = pa.table(
        {"network": some["network"], "word": some[column].cast(pa.string())}
    ).drop_null()
    counted = table.group_by(["network", "word"]).aggregate([([], "count_all")])
    ordered = counted.sort_by([("count_all", "ascending"), ("word", "descending")])
    return dict(zip(ordered["network"].to_pylist(), ordered["word"].to_pylist(), strict=True))


def _withheld(
    one: dict[str, Any], kinds: dict[int, str], countries: dict[int, str]
) -> Withheld:
    network = int(one["network"])
    return Withheld(
        network=network,
        country=countries.get(network),
        kind=kinds.get(network, ""),
        accounts=few(int(one["accounts"])),
        votes=int(one["votes"]),
        against=int(one["against"]),
        share_low=float(one["share_low"]),
        share_high=float(one["share_high"]),
        q=float(one["q"]),
        reason=str(one["reason"]),
    )
