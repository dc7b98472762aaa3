"""What an operator's own connections say as a whole: the tables of the private report.

1. Estimates, refusals, shield, quarantine: the pieces of about/estimate.py, once.
2. Counts by country, channel and kind of network; what has fewer than `LEAST_SHOWN` accounts goes
   into "others", and others take the next smallest until they have as many.
3. Sign-ups (about/sign_ups.py).
4. What a first publication of this file alone would say (about/first.py).
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

from fanal.about.cells import (
    Counts,
    Kind,
    by_channel,
    by_country,
    few,
    kinds,
    of_networks,
)
from fanal.about.estimate import (
    LEAST_DAYS,
    REFUSALS,
    contradicted,
    estimate,
    refusals,
    shielded,
)
from fanal.about.features import home_prior
from fanal.about.first import first_publication
from fanal.about.homes import homes_of
from fanal.about.memory import COUNTRY, FIELDS, REGION, WITHHELD
from fanal.about.quarantine import Quarantine, quarantine
from fanal.about.rows import rows_of
from fanal.about.sign_ups import SignUps, sign_ups
from fanal.about.weights import WeightsFile, read_weights
from fanal.model.interval import wilson

SURE: Final = 0.9
_PER: Final = 100_000


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
        As for `fanal.about.first.first_publication`; without ``store_country`` no store counts.

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
    kinds_of, countries_of = of_networks(days, np.array(named, np.uint64))
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
        countries=by_country(found.best[given]),
        channels=by_channel(rows),
        kinds=kinds(days, rows.as_of),
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
