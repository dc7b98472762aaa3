"""A run of `coordinate` on a case: read the actions, find links, keep the result.

1. Ask for the actions of each layer, in one total order, of one snapshot of the case.
2. The run's id says whether this was asked before; then the stored result is given back.
3. Otherwise compute, and keep the tables and the summary as a run over that snapshot.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from fanal import __version__
from fanal.case.grouping import text_groups_in
from fanal.case.results import Replayed
from fanal.coordination import Result, Settings, actions_of, coordinate
from fanal.coordination.layers import layers_named
from fanal.coordination.layers.base import Layer
from fanal.coordination.layers.text import TABLE as TEXT_GROUPS
from fanal.coordination.pictures import one_object_for_alike
from fanal.coordination.tables import SCHEMAS
from fanal.errors import AnalysisError, CaseError
from fanal.model.foreseen import Foresight
from fanal.store.actions import actions_by_layer
from fanal.store.checkpoints import Checkpoints
from fanal.store.folder import Folder, Snapshot
from fanal.store.records import RunInput, RunRow
from fanal.store.runs import (
    LostResultError,
    Stored,
    count_as_latest,
    drop_outputs,
    keep_run,
    parts_read,
    run_id,
    run_row,
    stored_run,
)

COMMAND = "coordinate"
Progress = Callable[[str, float, float], None]


def coordinate_case(
    folder: Folder,
    layers: tuple[str, ...],
    settings: Settings,
    now: int,
    progress: Progress | None = None,
    foresight: Foresight | None = None,
) -> tuple[str, Result]:
    """Return the id and the result of a run on the present state of a case.

    What is finished of it is kept in the cache until the run is stored: asked again after a
    stop, it goes on from there.

    Raises
    ------
    AnalysisError
        No such layer, nothing to analyse, or a window below the precision of the times.
    KeyboardInterrupt
        It was stopped; says what is kept.
    """
    wanted = layers_named(layers)
    parameters = settings.parameters() | {"layers": [layer.name for layer in wanted]}

    def read(state: Snapshot) -> tuple[Snapshot, str, Result | dict[str, pa.Table]]:
        # 1. one snapshot, for the id and for the rows
        key = run_id(COMMAND, parameters, __version__, parts_read(state, COMMAND))
        found = _kept(folder, key) or actions_in(folder, state, wanted, settings.threads)
        return state, key, found

    state, key, found = folder.of_present(read)
    # 2. asked before
    if isinstance(found, Result):
        count_as_latest(folder, key)
        return key, found
    # 3. compute and keep
    kept = Checkpoints(folder.path, key)
    try:
        result = coordinate(
            actions_of(found), settings, progress, foresight=foresight, kept=kept
        )
    except KeyboardInterrupt:
        raise KeyboardInterrupt(_left(kept.names())) from None
    row = RunRow(
        id=key,
        command=COMMAND,
        parameters=parameters,
        version=__version__,
        made_at=now,
        summary=result.summary,
    )
    keep_run(folder, state, row, _tables(result))
    kept.drop()
    return key, result


def _left(names: Sequence[str]) -> str:
    """Return what is kept of a run that was stopped, in words."""
    if not names:
        return "nothing of this run was finished yet."
    pieces = "1 finished piece" if len(names) == 1 else f"{len(names)} finished pieces"
    verb = "is" if len(names) == 1 else "are"
    return f"{pieces} of this run {verb} kept in the case."


def actions_in(
    folder: Folder, state: Snapshot, layers: tuple[Layer, ...], threads: int
) -> dict[str, pa.Table]:
    """Return the actions of each layer that has any, in one total order.

    Raises
    ------
    AnalysisError
        No layer has any.
    """
    queries = {layer.name: layer.sql for layer in layers}
    tables = {}
    if any(layer.table == TEXT_GROUPS for layer in layers):
        tables[TEXT_GROUPS] = text_groups_in(folder, state, threads)
    found = actions_by_layer(folder, state, queries, threads, tables)
    filled = {name: table for name, table in found.items() if table.num_rows}
    if "image" in filled:
        filled["image"] = one_object_for_alike(filled["image"])
    if not filled:
        raise AnalysisError(
            f"{folder.path}: no post of this case acts in any of: {', '.join(found)}.",
            hint=f"`fanal show {folder.path}` says what is in it.",
        )
    return filled


def _kept(folder: Folder, key: str) -> Result | None:
    """Return the result that was kept; None when there is none, or none that can be read."""
    try:
        stored = stored_run(folder, key)
        return None if stored is None else result_of(stored)
    except LostResultError:
        return None


def _tables(result: Result) -> dict[str, pa.Table]:
    return {name: getattr(result, name) for name in SCHEMAS}


def result_of(stored: Stored) -> Result:
    """Return a stored run as a result.

    Raises
    ------
    LostResultError
        A table of the run is missing.
    """
    missing = set(SCHEMAS) - set(stored.tables)
    if missing:
        raise LostResultError(
            f"run {stored.row.id}: its table {min(missing)} is missing.",
            hint="Ask again: `fanal coordinate` with the same settings.",
        )
    return Result(
        **{name: stored.tables[name].cast(schema) for name, schema in SCHEMAS.items()},
        summary=dict(stored.row.summary),
        settings=dict(stored.row.parameters),
    )


def replay_run(folder: Folder, key: str, threads: int, now: int) -> Replayed:
    """Compute a stored run anew over the present rows, and say what differs.

    Raises
    ------
    CaseError
        The run is no run of `coordinate`.
    """
    run = run_row(folder, key)
    if run is None or run.row.command != COMMAND:
        raise CaseError(f"run {key}: only runs of coordinate can be replayed.")
    layers, settings = settings_of(run.row.parameters, threads)

    def rows(state: Snapshot) -> tuple[list[str], dict[str, pa.Table]]:
        read = _changed_inputs(run.read, parts_read(state, COMMAND))
        return read, actions_in(folder, state, layers_named(layers), threads)

    before = _kept(folder, key)
    if before is None:
        return _made_again(folder, run, layers, settings, now)
    read, tables = folder.of_present(rows)
    result = coordinate(actions_of(tables), settings)
    differs = changes(before, result)
    if not read and not differs:
        return Replayed(run_id=key, same=True, changes=())
    again, _ = coordinate_case(folder, layers, settings, now)
    return Replayed(run_id=again, same=not differs, changes=(*read, *differs))


def _made_again(
    folder: Folder, run: Stored, layers: tuple[str, ...], settings: Settings, now: int
) -> Replayed:
    """Compute a run of which nothing is left to compare with; keep it in place of the old one."""
    read = _changed_inputs(run.read, parts_read(folder.snapshot(), COMMAND))
    again, _ = coordinate_case(folder, layers, settings, now)
    if again != run.row.id:
        drop_outputs(folder, run.row.id)
    lost = "erased with rows that it read" if run.row.erased else "missing or damaged"
    said = f"Its stored result was {lost}; it was computed anew, with nothing to compare."
    return Replayed(run_id=again, same=False, changes=(said, *read))


def _changed_inputs(before: Sequence[RunInput], after: Sequence[RunInput]) -> list[str]:
    old = {item.sha256: item.input_name for item in before}
    new = {item.sha256: item.input_name for item in after}
    gone = sorted({name or "gaps filled" for key, name in old.items() if key not in new})
    come = sorted({name or "gaps filled" for key, name in new.items() if key not in old})
    said = [f"No longer read as it was: {name}." for name in gone]
    return said + [f"Read now, not then: {name}." for name in come]


def settings_of(
    parameters: Mapping[str, Any], threads: int
) -> tuple[tuple[str, ...], Settings]:
    """Return the layers and settings that a stored run was asked with."""
    values = dict(parameters)
    layers = tuple(values.pop("layers"))
    values["windows_s"] = tuple(values["windows_s"])
    return layers, Settings(threads=threads, **values)


def changes(before: Result, after: Result) -> list[str]:
    """Return what differs between two results, one sentence each; empty when nothing does."""
    said = []
    old, new = _links(before), _links(after)
    if new.keys() - old.keys():
        said.append(f"{len(new.keys() - old.keys()):,} links are new.")
    if old.keys() - new.keys():
        said.append(f"{len(old.keys() - new.keys()):,} links are gone.")
    moved = sum(old[pair] != new[pair] for pair in old.keys() & new.keys())
    if moved:
        said.append(f"{moved:,} links have other numbers.")
    for name in ("evidence", "communities", "insufficient"):
        if not said and not getattr(before, name).equals(getattr(after, name)):
            said.append(f"The links are the same; the table {name} differs.")
    return said


def _links(result: Result) -> dict[tuple[str, str], dict[str, Any]]:
    return {(row["source"], row["target"]): row for row in result.edges.to_pylist()}
