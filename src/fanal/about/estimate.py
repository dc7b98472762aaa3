"""Where accounts connect from at home: a country with its probability, or a refusal with its reason.

1. Day rows become arrays; days ahead of `as_of` and older than a year are left out and counted.
2. Quarantine: accounts on networks that contradict the database are withheld (about/quarantine.py).
3. Each account: candidates, features, probabilities (about/features.py, kernels/home.py).
4. Refusals: too little to say, dormant, settings that contradict the country, two places at once, no
   country more probable than all others together. Two operators: the second country and its share of days.
5. Channel: the client of most of the last 90 days; shield: at least half of the days of the last
   180 were behind a proxy that the list has.

This is the operator's view. What may be shown to others is decided in about/publish.py alone.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fanal.about.countries import codes, regions, regions_version
from fanal.about.features import home_prior
from fanal.about.homes import Homes, homes_of
from fanal.about.quarantine import NETWORKS, Quarantine, own_evidence, quarantine, sitting_on
from fanal.about.rows import Rows, rows_of
from fanal.about.shield import SHIELD_SHARE
from fanal.about.weights import WeightsFile, read_weights
from fanal.kernels.day_rows import channels

LEAST_DAYS: Final = 5
DORMANT_DAYS: Final = 180
CHANNEL_DAYS: Final = 90
#: Days in two countries far apart, and their share of the plain days: nobody travels so.
FAR_DAYS: Final = 5
FAR_SHARE: Final = 0.05
#: A second operator: share of the plain days, and thirty-day months in common with the first.
SECOND_SHARE: Final = 0.1
SECOND_MONTHS: Final = 3
#: Reasons for a refusal, in the order in which they are looked for; "" is none.
REFUSALS: Final = (
    "", "no day in the year", "one day", "two days", "too few days", "dormant",
    "quarantined network", "settings contradict", "two places at once", "conflicting",
)  # fmt: skip
#: From this reason on a country is given: the operator sees what the refusal is about.
_WITH_COUNTRY: Final = 8
METADATA: Final = b"fanal.about"

ESTIMATES: Final = pa.schema(
    [
        ("account", pa.string()),
        ("country", pa.string()),
        ("probability", pa.float64()),
        ("days", pa.int64()),
        ("countries_90", pa.int64()),
        ("basis", pa.string()),
        ("refusal", pa.string()),
        ("region", pa.string()),
        ("channel", pa.string()),
        ("channel_share", pa.float64()),
        ("shield", pa.bool_()),
        ("mixture_country", pa.string()),
        ("mixture_share", pa.float64()),
    ]
)


def estimate(
    days: pa.Table,
    accounts: pa.Table | None = None,
    *,
    as_of: date | None = None,
    weights: WeightsFile | None = None,
    with_store: bool | None = None,
    prior: NDArray[np.float64] | None = None,
    disagreeing: NDArray[np.uint64] | None = None,
) -> pa.Table:
    """Return where each account connects from at home, or why nothing is said.

    Parameters
    ----------
    days
        Table `DAYS` (model/days.py): any order, repeats do not matter.
    accounts
        Table `ACCOUNTS`; its time zones and locales find networks that the database has wrong.
    as_of
        The day of the estimate; the last day of the table when None.
    weights
        Those that Fanal comes with when None.
    with_store
        Whether the app store's country counts; when None: where any row names one.
    prior
        float64, shape (countries,): share of accounts at home in each; from the table when None.
    disagreeing
        Networks on which a second database says another country.

    Returns
    -------
    pyarrow.Table
        `ESTIMATES`, in order of account, one row for each account of `days`. `refusal` is null or
        one of `REFUSALS`; with one of the first seven, `country`, `probability` and `region` are
        null. `days`: distinct days of the year. `basis`: what it rests on, in words. `channel`
        is null when no client is known, `mixture_country` when no second operator shows. The
        schema's metadata `fanal.about` (JSON) counts what was left out and the quarantine.

    Raises
    ------
    AnalysisError
        A column is missing, an account or a day is null, or there is no row.

    Notes
    -----
    O(rows). Probabilities are calibrated on made-up worlds until `fanal about calibrate` has run
    on this server's own labelled sample: docs/methods/about-estimate.md.
    """
    rows = rows_of(days, as_of)
    if with_store is None:
        with_store = bool((rows.store >= 0).any())
    found = homes_of(
        rows,
        (weights or read_weights()).chosen(with_store=with_store),
        home_prior(rows) if prior is None else prior,
        with_store=with_store,
    )
    held = quarantine(rows, found.fact("store"), accounts, disagreeing=disagreeing)
    against = contradicted(rows, found, accounts)
    return _table(rows, found, held, against, with_store=with_store)


def estimate_within(
    rows: Rows,
    accounts: pa.Table | None,
    *,
    prior: NDArray[np.float64],
    networks: NDArray[np.uint64],
    weights: WeightsFile,
    with_store: bool,
) -> pa.Table:
    """Return what `estimate` does, of some accounts in a world that all accounts made.

    Parameters
    ----------
    rows
        Of some accounts.
    prior
        As `home_prior` returns it of all accounts.
    networks
        The quarantined ones.
    accounts, weights, with_store
        As for `estimate`.
    """
    found = homes_of(rows, weights.chosen(with_store=with_store), prior, with_store=with_store)
    held = Quarantine(NETWORKS.empty_table(), sitting_on(rows, networks), 0)
    against = contradicted(rows, found, accounts)
    return _table(rows, found, held, against, with_store=with_store)


def shielded(found: Homes) -> NDArray[np.bool_]:
    """Return whether at least half of the days of the last 180 were behind a proxy (5)."""
    days = found.fact("days_180")
    return (days > 0) & (found.fact("proxy_days_180") >= SHIELD_SHARE * days)


def contradicted(rows: Rows, found: Homes, accounts: pa.Table | None) -> NDArray[np.bool_]:
    """Return whether two of an account's own settings speak against its country, none for it (4).

    Whoever connects through a company's exit abroad, on no list, shows nothing else.
    """
    known = np.maximum(found.best, 0)
    everybody = np.arange(known.size)
    agrees, disagrees = own_evidence(rows, found.fact("store"), accounts, everybody, known)
    return np.asarray((agrees == 0) & (disagrees >= 2))


def refusals(
    found: Homes, withheld: NDArray[np.bool_], against: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return the place in `REFUSALS` of each account's reason, 0 for none (4).

    Parameters
    ----------
    found
        As `homes_of` returns it.
    withheld
        As `quarantine` returns it.
    against
        As `contradicted` returns it.
    """
    days, plain = found.fact("days"), found.fact("plain_days")
    apart = found.fact("far_days")
    conditions = [
        days == 0,
        days == 1,
        days == 2,
        days < LEAST_DAYS,
        found.fact("youngest") >= DORMANT_DAYS,
        withheld,
        against,
        (apart >= FAR_DAYS) & (apart >= FAR_SHARE * plain),
        found.probability <= 0.5,
    ]
    return np.select(conditions, range(1, len(REFUSALS)), 0)


def _mixed(found: Homes) -> NDArray[np.bool_]:
    """Return whether a second country shows beside the first, month after month (4)."""
    second, common = found.fact("second_days"), found.fact("common_months")
    return (
        (found.second >= 0)
        & (second >= SECOND_SHARE * found.fact("plain_days"))
        & (common >= SECOND_MONTHS)
        & (2 * common >= found.fact("second_months"))
    )


def _table(
    rows: Rows,
    found: Homes,
    held: Quarantine,
    against: NDArray[np.bool_],
    *,
    with_store: bool,
) -> pa.Table:
    reason = refusals(found, held.withheld, against)
    said = ((reason == 0) | (reason >= _WITH_COUNTRY)) & (found.best >= 0)
    country = np.where(said, found.best, -1)
    mixed = _mixed(found) & said
    share = found.fact("second_days") / np.maximum(found.fact("plain_days"), 1)
    channel, channel_share = _channels(rows)
    columns = [
        rows.accounts,
        _words(country, codes()),
        _or_null(_six_digits(found.probability), said),
        pa.array(found.fact("days")),
        pa.array(found.fact("countries_90")),
        _basis(found, country),
        _words(reason - 1, REFUSALS[1:]),
        _words(country, regions()),
        channel,
        channel_share,
        pa.array(shielded(found)),
        _words(np.where(mixed, found.second, -1), codes()),
        _or_null(_six_digits(share), mixed),
    ]
    return pa.Table.from_arrays(columns, schema=ESTIMATES).replace_schema_metadata(
        {METADATA: json.dumps(_notes(rows, found, held, with_store=with_store))}
    )


def _notes(rows: Rows, found: Homes, held: Quarantine, *, with_store: bool) -> dict[str, Any]:
    quarantined = int(pc.sum(held.networks["quarantined"]).as_py() or 0)
    return {
        "as_of": rows.as_of.isoformat(),
        "with_store": with_store,
        "regions_version": regions_version(),
        "rows_left_out": rows.left_out
        | {"country beyond the 32nd": int(found.fact("candidates_left_out").sum())},
        "networks_tested": held.networks.num_rows,
        "networks_quarantined": quarantined,
        "networks_too_small": held.too_small,
        "accounts_quarantined": int(held.withheld.sum()),
    }


def _words(numbers: NDArray[Any], words: tuple[str, ...]) -> pa.Array:
    """Return words by number, null below 0."""
    indices = pa.array(np.asarray(numbers, np.int32), mask=np.asarray(numbers) < 0)
    return pa.array(words, pa.string()).take(indices)


def _or_null(values: NDArray[np.float64], known: NDArray[np.bool_]) -> pa.Array:
    return pa.array(values, pa.float64(), mask=~known)


def _six_digits(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return values within 0 .. 1 with six significant digits."""
    positive = np.maximum(values, 1e-300)
    scale = 10.0 ** np.minimum(5 - np.floor(np.log10(positive)), 300)
    return np.asarray(np.rint(values * scale) / scale)


def _channels(rows: Rows) -> tuple[pa.Array, pa.Array]:
    """Return each account's main client of the last 90 days and its share of them (5)."""
    accounts = rows.start.size - 1
    main = np.empty(accounts, np.int16)
    days = np.empty(accounts, np.int64)
    everything = np.empty(accounts, np.int64)
    channels(rows.start, rows.age, rows.client, CHANNEL_DAYS, main, days, everything)
    share = days / np.maximum(everything, 1)
    return _words(main, rows.clients or ("",)), _or_null(_six_digits(share), main >= 0)


def _basis(found: Homes, country: NDArray[Any]) -> pa.Array:
    """Return what each estimate rests on, in words."""
    text = pa.string()

    def number(name: str) -> pa.Array:
        return pa.array(found.fact(name)).cast(text)

    def joined(*parts: Any) -> pa.Array:
        return pc.binary_join_element_wise(*parts, "")

    place = _words(country, codes())
    there = joined(number("best_days"), " of ", number("plain_days"), " plain days in ", place)
    behind = joined(
        number("proxy_days_180"), " of ", number("days_180"), " days behind a proxy in 180 days"
    )
    store = _words(found.fact("store"), codes())
    store = pc.fill_null(joined("; store ", store), "")
    plain = joined(number("plain_days"), " plain days")
    return joined(pc.coalesce(there, plain), "; ", behind, store)
