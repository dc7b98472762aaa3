"""The database of the cards: SQLite in a file, or PostgreSQL; one transaction at a time to write.

SQLite keeps a rollback journal (``journal_mode=DELETE``) with ``synchronous=FULL`` and
``secure_delete``. A write-ahead log would keep what was forgotten until it is folded back; here it is
gone from the file when the transaction is. What is written stays in memory until it is committed
(``cache_spill=OFF``), so readers look on and wait for the last moment alone.

Every writer first locks the one row of `meta` (SQLite: the file, ``BEGIN IMMEDIATE``).
"""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, create_engine, event, insert, select, text, update
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from fanal import __version__
from fanal.errors import StoreError
from fanal.store.cards_tables import FORMAT, METADATA, meta

#: Seconds to wait for another writer.
WAIT_S: Final = 30
_PRAGMAS: Final = (
    "journal_mode = DELETE", "synchronous = FULL", "secure_delete = ON", "temp_store = MEMORY",
    "cache_spill = OFF",
)  # fmt: skip
#: An advisory lock of PostgreSQL while tables are made.
_MAKING: Final = 0x46616E616C
#: Classes of SQLSTATE whose message is about the server, never about a value.
_ABOUT_SERVER: Final = ("08", "28", "3D", "53", "55", "57", "58")
_LOCKED: Final = "another command has been writing for over 30 seconds"


class Database:
    """Transactions on the cards' database.

    Parameters
    ----------
    where
        A path, ``sqlite:///path``, or ``postgresql://user@host:port/name``.

    Raises
    ------
    StoreError
        It is none of these.
    """

    def __init__(self, where: str) -> None:
        self.url = _url(where)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.place = _place(self.url)
        self._asked: dict[str, Any] = {"timeout": WAIT_S}
        if self.is_sqlite:
            self._asked["check_same_thread"] = False
        self.engine = create_engine(
            self.url,
            hide_parameters=True,
            pool_pre_ping=not self.is_sqlite,
            pool_size=40,
            connect_args=self._asked,
        )
        event.listen(self.engine, "connect", self._connected)
        self._kept, self._all_kept = threading.local(), list[Any]()

    def _connected(self, connection: Any, _: Any) -> None:
        if self.is_sqlite:
            connection.isolation_level = None  # BEGIN is said below
            for pragma in _PRAGMAS:
                connection.execute(f"PRAGMA {pragma}").close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the database."""
        with self.faults(), self.engine.connect() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN")
            else:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")  # noqa: PLW2901
            yield connection

    def first(self, sql: str, value: str) -> Any:
        """Return the first row that a query of one value finds, on a connection kept for it.

        A connection that was lost meanwhile is made anew, once.
        """
        with self.faults():
            kept = getattr(self._kept, "connection", None)
            if kept is not None:
                with suppress(Exception):
                    return _first(kept, sql, value)
                self._kept.connection = None
                self._let_go([kept])
            with self._drivers_own_errors():
                self._kept.connection = self._own()
                return _first(self._kept.connection, sql, value)

    def close(self) -> None:
        """Let go of all connections."""
        self._let_go(list(self._all_kept))
        self._kept = threading.local()
        self.engine.dispose()

    def _let_go(self, connections: list[Any]) -> None:
        for connection in connections:
            with suppress(Exception):
                connection.close()
            with suppress(ValueError):
                self._all_kept.remove(connection)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection that alone may write; commits at the end, or nothing at all."""
        with self.faults(), self._alone() as connection:
            connection.execute(select(meta.c.id).with_for_update())
            yield connection
            connection.execute(update(meta).values(written_by=__version__))
            connection.commit()

    def make(self, values: dict[str, Any]) -> None:
        """Make the tables where there are none; `values` fill the row of `meta`."""
        if self.is_sqlite and self.url.database:
            with self.faults():
                _make_private(Path(self.url.database))
        with self.faults(), self._alone() as connection:
            if not self.is_sqlite:
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_MAKING})"))
            METADATA.create_all(connection)
            if connection.execute(select(meta.c.id)).first() is None:
                row = {"id": 1, "format": FORMAT, "written_by": __version__, **values}
                connection.execute(insert(meta).values(row))
            connection.commit()

    def check_format(self) -> bool:
        """Return whether the tables are there; refuse those of a newer Fanal.

        Raises
        ------
        StoreError
            With the version to install; others than its owner may read or write the file.
        """
        if self.is_sqlite:
            path = Path(str(self.url.database))
            with self.faults():
                if not path.exists():
                    return False  # to look would make it, readable by others
                _refuse_open(path)
        with self.faults(), self.engine.connect() as connection:
            if not self.engine.dialect.has_table(connection, meta.name):
                return False
            found = connection.execute(select(meta.c.format, meta.c.written_by)).first()
        if found is not None and found.format > FORMAT:
            raise StoreError(
                f"{self.place}: cards of format {found.format}; Fanal {__version__} reads up to"
                f" format {FORMAT}.",
                hint=f"Install fanal >= {found.written_by}.",
            )
        return found is not None

    @contextmanager
    def _alone(self) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection

    def _own(self) -> Any:
        """Return a connection of this thread, outside the pool, each question by itself."""
        dialect = self.engine.dialect
        positional, named = dialect.create_connect_args(self.url)
        connection: Any = dialect.connect(*positional, **{**named, **self._asked})
        self._all_kept.append(connection)
        self._connected(connection, None)
        if not self.is_sqlite:
            connection.autocommit = True
        return connection

    @contextmanager
    def _drivers_own_errors(self) -> Iterator[None]:
        """Turn what the driver itself raises into what SQLAlchemy would."""
        try:
            yield
        except self.engine.dialect.loaded_dbapi.Error as error:
            raise DBAPIError(None, None, error) from None

    @contextmanager
    def faults(self) -> Iterator[None]:
        """Say plainly what the database refuses, without a value and without a password."""
        try:
            yield
        except DBAPIError as error:
            raise StoreError(f"{self.place}: {_said(error.orig)}.", hint=_HINT) from None
        except SQLAlchemyError as error:
            name = type(error).__name__
            raise StoreError(f"{self.place}: {name}.", hint=_HINT) from None
        except OSError as error:
            what = error.strerror or type(error).__name__
            raise StoreError(f"{self.place}: {what}.", hint=_HINT) from None


_HINT: Final = "Nothing half-written was kept: mend it, then give the same command again."


def _first(connection: Any, sql: str, value: str) -> Any:
    cursor = connection.cursor()
    try:
        cursor.execute(sql, (value,))
        rows = cursor.fetchall()
    finally:
        cursor.close()
    return rows[0] if rows else None


def _url(where: str) -> URL:
    """Return the URL of a path or of a URL."""
    name, separator, _ = where.partition("://")
    if not separator:
        return URL.create("sqlite", database=where)
    try:
        url = make_url(where)
    except (ArgumentError, ValueError):
        raise _no_database() from None
    if name in {"postgresql", "postgres", "postgresql+pg8000"} and url.host and url.database:
        return url.set(drivername="postgresql+pg8000")
    if name == "sqlite" and url.database and not url.database.startswith((":", "file:")):
        return url
    raise _no_database()


def _no_database() -> StoreError:
    return StoreError(
        "the cards' database: a path, sqlite:///PATH or postgresql://USER@HOST/NAME was expected.",
        hint="The key `cards` of the configuration names it.",
    )


def _place(url: URL) -> str:
    """Return where the database is, without who asks."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    port = f":{url.port}" if url.port else ""
    return f"postgresql://{url.host}{port}/{url.database}"


def _make_private(path: Path) -> None:
    """Make an empty file that its owner alone reads; SQLite's journals take its rights."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))


def _refuse_open(path: Path) -> None:
    """Refuse a file that others than its owner may read or write, where files have such rights."""
    if os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise StoreError(
            f"{path}: others than its owner may read or change these cards.",
            hint=f"chmod 600 {path}",
        )


def _said(error: BaseException | None) -> str:
    """Return what the database said, without any value that was given to it."""
    told = error.args[0] if error is not None and error.args else ""
    if not isinstance(told, dict):
        words = str(told)
        if "locked" in words:
            return _LOCKED
        return words if len(words) < 120 else type(error).__name__
    state = str(told.get("C", ""))
    if state.startswith(_ABOUT_SERVER):
        return f"{told.get('M', '')} ({state})"
    return f"PostgreSQL refused (SQLSTATE {state})"
