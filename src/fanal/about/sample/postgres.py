"""A PostgreSQL server, asked read-only, page by page; its errors without what they quote."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from fanal.about.sample.mastodon_sql import PAGE
from fanal.errors import ReaderError

_LOCAL: Final = frozenset({"", "localhost", "127.0.0.1", "::1"})
#: SQLSTATE -> what it means here.
_STATES: Final = {
    "28P01": "the password is wrong",
    "28000": "the server does not let this user in",
    "3D000": "there is no such database",
    "42P01": "a table of Mastodon is missing",
    "42703": "a column of Mastodon is missing: an older or newer version than is known",
    "42501": "this user may not read a table",
}


class Postgres:
    """A connection that reads; see `connected`."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def pages(self, sql: str, after: int = 0, **values: Any) -> Iterator[list[list[Any]]]:
        """Yield the rows of a query in pages; its first column is the id that they go on from."""
        while True:
            rows = self._run(sql, after=after, page=PAGE, **values)
            if rows:
                yield rows
                after = int(rows[-1][0])
            if len(rows) < PAGE:
                return

    def _run(self, sql: str, **values: Any) -> list[list[Any]]:
        with _plain_errors():
            found: list[list[Any]] = list(self._connection.run(sql, **values))
        return found


@contextmanager
def connected(url: str) -> Iterator[Postgres]:
    """Give a connection to the server of a URL, in one read-only view of all tables.

    Parameters
    ----------
    url
        ``postgresql://user:password@host:port/database``; without a host, or with
        ``?host=/var/run/postgresql``, the socket of this machine. To other machines the
        connection is encrypted and the certificate checked, unless ``?sslmode=disable``.

    Raises
    ------
    ReaderError
        The driver is missing, the URL is none, or the server refuses.
    """
    try:
        from pg8000.native import Connection
    except ImportError as error:
        raise ReaderError(
            "PostgreSQL needs the driver pg8000", hint="pip install 'fanal[about]'"
        ) from error
    with _plain_errors():
        connection = Connection(**_arguments(url))
    try:
        with _plain_errors():
            connection.run("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield Postgres(connection)
    finally:
        connection.close()


def _arguments(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"} or len(parts.path) < 2:
        raise ReaderError(
            "the URL names no PostgreSQL database",
            hint="Expected: postgresql://user@host/mastodon_production",
        )
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    host, port = options.get("host", parts.hostname or ""), parts.port or 5432
    if not host:
        host = "/var/run/postgresql"
    found: dict[str, Any] = {
        "user": unquote(parts.username or "mastodon"),
        "password": unquote(parts.password) if parts.password else None,
        "database": unquote(parts.path[1:]),
        "application_name": "fanal about sample",
        "timeout": 600,
    }
    if host.startswith("/"):
        return found | {"unix_sock": f"{host}/.s.PGSQL.{port}"}
    secure = options.get("sslmode") != "disable" and host not in _LOCAL
    context = ssl.create_default_context() if secure else None
    return found | {"host": host, "port": port, "ssl_context": context}


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Say what a server or a network refuses without its own words: they may quote a row."""
    from pg8000.exceptions import DatabaseError, InterfaceError

    try:
        yield
    except DatabaseError as error:
        told = error.args[0] if error.args else {}
        state = str(told.get("C", "")) if isinstance(told, dict) else ""
        said = _STATES.get(state, f"SQLSTATE {state}" if state.isalnum() else "no reason given")
        raise ReaderError(
            f"PostgreSQL refused: {said}",
            hint="See docs/about/mastodon.md for what it must grant.",
        ) from None
    except (InterfaceError, OSError):
        raise ReaderError(
            "the PostgreSQL server cannot be reached, or broke off",
            hint="Is it running, and are host, port and socket of the URL right?",
        ) from None
