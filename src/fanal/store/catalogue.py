"""The catalogue of a case: one SQLite file that says which parts the case consists of.

``journal_mode=DELETE`` and ``synchronous=FULL``: a kill or a power cut leaves the last complete
state. A writer holds ``BEGIN IMMEDIATE`` only while it commits. Each transaction ends by sealing
the catalogue: a SHA-256 over all rows of all tables, so that a byte flipped on disk is found
before anything is built on it.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from fanal import __version__
from fanal.errors import StoreError
from fanal.store.faults import damaged_catalogue, plain_faults
from fanal.store.records import DEFINITION, TABLES, set_setting, setting_of

#: Number of this format; a newer one is refused with the version to install.
FORMAT = 1
#: Seconds to wait for another writer's commit.
WAIT_S = 30.0
FILE_NAME = "case.sqlite"


class Catalogue:
    """The catalogue in one case folder; holds no connection open between uses.

    Parameters
    ----------
    folder
        The case folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / FILE_NAME

    def create(self) -> None:
        """Make the catalogue, or complete one whose making was interrupted."""
        with plain_faults(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            with closing(self._connect("rwc")) as connection, _transaction(connection):
                if _format_of(connection) == 0:
                    for statement in DEFINITION.split(";"):
                        connection.execute(statement)
                    connection.execute(f"PRAGMA user_version = {FORMAT}")
                    set_setting(connection, "pseudonym_key", secrets.token_hex(32))
                    set_setting(connection, "made_by", __version__)
                    _seal(connection)

    def is_made(self) -> bool:
        """Return whether the catalogue is there, whole or damaged."""
        if not self.file.is_file():
            return False
        with plain_faults(self.folder), closing(self._connect("rw")) as connection:
            return _format_of(connection) > 0

    def check_format(self) -> None:
        """Refuse a catalogue of a newer format; complete one whose making was interrupted.

        Raises
        ------
        StoreError
            With the version to install, or what to do.
        """
        with plain_faults(self.folder), closing(self._connect("rw")) as connection:
            found = _format_of(connection)
            if found > FORMAT:
                raise self._too_new(connection, found)
        if found == 0:
            self.create()

    def _too_new(self, connection: sqlite3.Connection, found: int) -> StoreError:
        try:
            version = setting_of(connection, "written_by") or setting_of(connection, "made_by")
        except sqlite3.Error:
            version = ""
        return StoreError(
            f"{self.folder}: this case has format {found}; Fanal {__version__} reads up to"
            f" format {FORMAT}.",
            hint=f"Install fanal >= {version}." if version else "Install a newer Fanal.",
        )

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give a connection that sees one state of the catalogue."""
        with self._faults(), closing(self._connect("rw")) as connection:
            connection.execute("BEGIN")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give a connection that holds the write lock; commits at the end, or nothing at all.

        Raises
        ------
        StoreError
            If the catalogue is damaged, the disk full, the folder read-only, or another
            command held the lock for more than 30 s.
        """
        with (
            self._faults(),
            closing(self._connect("rw")) as connection,
            _transaction(connection),
        ):
            if not is_sealed(connection):
                raise damaged_catalogue(self.folder, "its rows do not match its seal")
            yield connection
            set_setting(connection, "written_by", __version__)
            _seal(connection)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Say plainly what the disk refuses, and that values are none (JSON, numbers)."""
        try:
            with plain_faults(self.folder):
                yield
        except UnicodeEncodeError:  # of a text given, not of one stored
            raise
        except (ValueError, TypeError) as error:
            raise damaged_catalogue(self.folder, str(error)) from error

    def _connect(self, mode: str) -> sqlite3.Connection:
        if mode == "rw" and not self.file.is_file():
            raise StoreError(
                f"{self.folder}: not a case: it holds no {FILE_NAME}.",
                hint="`fanal add CASE FILE` makes one.",
            )
        connection = sqlite3.connect(
            f"{self.file.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=WAIT_S,
            isolation_level=None,
        )
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        return connection


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _format_of(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def seal_of(connection: sqlite3.Connection) -> str:
    """Return the SHA-256 over all rows of all tables, the seal itself left out."""
    digest = hashlib.sha256()
    for table in TABLES:
        digest.update(table.encode())
        for row in connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2"):  # noqa: S608
            if row[0] != "seal":
                digest.update(repr(row).encode())
    return digest.hexdigest()


def is_sealed(connection: sqlite3.Connection) -> bool:
    """Return whether the rows are those that the last writer sealed."""
    return seal_of(connection) == setting_of(connection, "seal")


def _seal(connection: sqlite3.Connection) -> None:
    set_setting(connection, "seal", seal_of(connection))
