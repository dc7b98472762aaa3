"""One account of a case: who is meant, what the run says of her, and the rows that it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fanal.case import telling
from fanal.case.coordinating import actions_in, settings_of
from fanal.case.naming import naming
from fanal.coordination import Result, actions_of
from fanal.coordination.actions import Actions
from fanal.coordination.dossier import Dossier, dossier_of
from fanal.coordination.dossier_rows import rows_of_account
from fanal.coordination.layers import layers_named
from fanal.errors import CaseError, PolicyError
from fanal.model.names import Level, Names
from fanal.reports.dossier import Subject
from fanal.store.folder import Folder

#: Pairs that are no link whose rows are given beside those of all links.
OTHERS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What a run says of one account.

    Parameters
    ----------
    subject
        Her key, how she was asked for, her dossier.
    result, run
        The run.
    names
        She as she was asked for; the others as the level says.
    rows
        What the p of her pairs rests on; None where only a pack is at hand.
    """

    subject: Subject
    result: Result
    run: Any
    names: Names
    rows: dict[str, Any] | None


def explained(
    case: Any,
    account: str,
    *,
    run_id: str = "",
    level: Level = Level.PROTECTED,
    people: Path | None = None,
    threads: int = 1,
) -> Explained:
    """Return what a run says of an account, linked or not.

    Parameters
    ----------
    case
        A `Case`, or a pack.
    account
        Key, handle or pseudonym.
    run_id
        Id of the run, or how it begins; empty: the latest.
    level, people
        How the other accounts are shown, as for `case.naming`.
    threads
        Threads.

    Raises
    ------
    PolicyError
        Level ``counts``: a page about one account shows one.
    CaseError
        The account is not in the run, or several have this handle.
    """
    if Level.COUNTS in {level, case.level}:
        raise PolicyError(
            f"{case.path}: a page about one account shows one; at level counts there is none."
        )
    run = telling.chosen_run(case, run_id)
    result = case.run(run.id)
    actions = None if case.level is not None else _actions(case, run, threads)
    known = _accounts(result, actions)
    key = _meant(case, account, known)
    _, settings = settings_of(run.parameters, threads)
    windows = list(result.summary["windows_s"])
    dossier, rows = None, None
    shown = [*result.accounts(), key]
    if actions is not None:
        dossier = dossier_of(actions, key, windows, settings)
        shown += dossier.partners["account"].to_pylist()
    named = naming(case, result, shown, level=level, people=people).names
    names = _herself(named, key, account, hidden=case.pseudonyms()(key) == account)
    if actions is not None and dossier is not None:
        partners = _asked(dossier, key, result)
        how = (names.account, names.object)
        rows = rows_of_account(actions, key, partners, settings, windows, how)
        rows |= {"run": run.id, "version": run.version, "settings": dict(run.parameters)}
    subject = Subject(key=key, shown=names.account(key), dossier=dossier)
    return Explained(subject=subject, result=result, run=run, names=names, rows=rows)


def _actions(case: Any, run: Any, threads: int) -> Actions:
    layers, _ = settings_of(run.parameters, threads)
    folder = Folder(case.path)
    return folder.of_present(
        lambda state: actions_of(actions_in(folder, state, layers_named(layers), threads))
    )


def _accounts(result: Result, actions: Actions | None) -> list[str]:
    if actions is not None:
        return [str(one) for one in actions.accounts.to_pylist()]
    return sorted({*result.accounts(), *result.insufficient["account"].to_pylist()})


def _meant(case: Any, account: str, known: Iterable[str]) -> str:
    keys = list(known)
    if account in set(keys):
        return account
    hide = case.pseudonyms()
    if account.startswith("A-"):
        found = [key for key in keys if hide(key) == account]
    else:
        handle = account.removeprefix("@").lower()
        handles = telling.handles_of(case.path, keys)
        found = [key for key, one in handles.items() if one.lower() == handle]
    if len(found) == 1:
        return found[0]
    if found:
        raise CaseError(
            f"{case.path}: {len(found)} accounts have this handle.",
            hint=f"Give the key of one: {', '.join(sorted(found)[:5])}.",
        )
    told = "in a pack accounts stand under pseudonyms, A-…" if case.level else ""
    raise CaseError(
        f"{case.path}: no account {account} acts in any layer of this run.",
        hint=told or "A key (x:123), a handle (@name) or a pseudonym (A-…) is meant.",
    )


def _herself(names: Names, key: str, asked: str, *, hidden: bool) -> Names:
    """Return names that show her as she was asked for; her own words only with her name."""
    if hidden or names.known(key):
        return names
    return replace(
        names,
        account=lambda one: asked if one == key else names.account(one),
        key=lambda one: key if one == key else names.key(one),
        known=lambda one: one == key or names.known(one),
    )


def _asked(dossier: Dossier, key: str, result: Result) -> list[dict[str, Any]]:
    """Return her pairs that are links, and the strongest that are none."""
    ends = zip(
        result.edges["source"].to_pylist(), result.edges["target"].to_pylist(), strict=True
    )
    linked = {b if a == key else a for a, b in ends if key in {a, b}}
    rows = dossier.partners.to_pylist()
    others = [row for row in rows if row["account"] not in linked][:OTHERS]
    return [row for row in rows if row["account"] in linked] + others
