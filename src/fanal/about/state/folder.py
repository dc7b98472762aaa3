"""The folder of a state: files that never change, and a manifest that names those that count.

1. What changes is written to new files; their names carry the number of the change.
2. Then the manifest is replaced at once. A stop before leaves the state as it was.
3. Then files that no manifest names go.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from fanal.errors import StoreError
from fanal.store.placing import placed

MANIFEST: Final = "manifest.json"
LOCK: Final = "lock"
_FORMAT: Final = 1
_OURS: Final = ("base-", "log-", "votes-", "homes-", "networks-", "accounts-", LOCK, ".part")


@dataclass(slots=True, kw_only=True)
class Manifest:
    """What counts of a state.

    Parameters
    ----------
    change
        Number of the last change, 0 for a new state.
    as_of
        The last day that the state knows, days since 1970-01-01.
    bases, renewed
        Of each partition: its file or "", and the change that wrote it.
    accounts, pending
        Of each partition: accounts in its file; accounts appended since, each time counted.
    logs
        File and change of what was appended, in order: a batch for each partition.
    clients
        Names by number; only ever longer.
    disputed
        Networks on which a second database once said another country.
    files
        Names of single files by what they hold: homes, networks, accounts; "" none.
    """

    change: int = 0
    as_of: int = -1
    bases: list[str] = field(default_factory=list)
    renewed: list[int] = field(default_factory=list)
    accounts: list[int] = field(default_factory=list)
    pending: list[int] = field(default_factory=list)
    logs: list[tuple[str, int]] = field(default_factory=list)
    clients: list[str] = field(default_factory=list)
    disputed: list[int] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a state; a new one where there is none.

    Raises
    ------
    StoreError
        The folder holds something else.
    """
    path = folder / MANIFEST
    try:
        held: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        held["logs"] = [(name, change) for name, change in held["logs"]]
        number = held.pop("format")
        found = Manifest(**held)
    except FileNotFoundError:
        if folder.is_dir() and any(one for one in folder.iterdir() if not _is_ours(one.name)):
            raise StoreError(
                f"{folder}: this folder holds something else than a state.",
                hint="Name a new folder.",
            ) from None
        return Manifest()
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise StoreError(f"{path}: no manifest of a state.") from error
    if number != _FORMAT:
        raise StoreError(
            f"{path}: a state of format {number}, not {_FORMAT}.",
            hint="Use the Fanal that wrote it, or a newer one.",
        )
    return found


def require_state(folder: Path) -> None:
    """Refuse a folder that holds no state.

    Raises
    ------
    StoreError
        Nothing was ever written there.
    """
    if not (folder / MANIFEST).is_file():
        raise StoreError(f"{folder}: no state.", hint="`fanal about update` makes one.")


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a state for one change; the system lets go of it however the process ends.

    Raises
    ------
    StoreError
        Another command holds it.
    """
    read_manifest(folder)  # before anything is made in a folder that is no state
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("ab") as file:
        try:
            _lock(file.fileno())
        except OSError as error:
            raise StoreError(
                f"{folder}: another command is changing this state.",
                hint="Wait until it is done, then give the same command again.",
            ) from error
        yield


def _lock(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def commit(folder: Path, manifest: Manifest) -> None:
    """Make a manifest count (2), and remove what none names (3)."""
    with placed(folder / MANIFEST) as temporary:
        text = json.dumps({"format": _FORMAT, **asdict(manifest)}) + "\n"
        temporary.write_text(text, encoding="utf-8")
    _sync_folder(folder)
    named = {MANIFEST, LOCK, *manifest.bases, *manifest.files.values()}
    named |= {name for name, _ in manifest.logs}
    named |= {votes_name(base) for base in manifest.bases}
    for path in folder.iterdir():
        if path.name not in named and _is_ours(path.name):
            with suppress(PermissionError):  # in use, as Windows has it: the next change's turn
                path.unlink(missing_ok=True)


def votes_name(base: str) -> str:
    """Return the file of votes beside a partition's file."""
    return base.replace("base-", "votes-", 1)


def _is_ours(name: str) -> bool:
    return name.startswith(_OURS[:-1]) or name.endswith(_OURS[-1])


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # no folders there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
