"""Tables of the cards: what SQLite and PostgreSQL hold alike.

Days are whole numbers since 1970-01-01, moments Unix seconds, truths 0 or 1: both databases give
them back as they were. Bodies are encrypted under their account's key (store/cards_keys.py).
"""

from __future__ import annotations

from typing import Any, Final

import pyarrow as pa
from sqlalchemy import (
    BigInteger,
    Column,
    Computed,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
)

#: Number of this format; a newer one is refused with the version to install.
FORMAT: Final = 1

#: One row an account: what the publisher remembers, and the card. `HELD` of about/publish.py.
HELD: Final = pa.schema(
    [
        ("account", pa.string()),
        ("number", pa.int32()),
        ("next_on", pa.date32()),
        ("country", pa.string()),
        ("reason", pa.string()),
        ("channel", pa.string()),
        ("shield", pa.bool_()),
        ("evidence_on", pa.date32()),
        ("wish", pa.string()),
        ("asked_on", pa.date32()),
        ("first_on", pa.date32()),
        ("created", pa.int16()),
        ("renamed", pa.string()),
        ("state", pa.string()),
        ("label", pa.string()),
        ("shown_channel", pa.string()),
        ("shown_created", pa.int16()),
        ("shown_renamed", pa.string()),
        ("why", pa.string()),
    ]
)
#: Which labels are open. `CELLS` of about/publish.py.
CELLS: Final = pa.schema(
    [
        ("label", pa.string()),
        ("channel", pa.string()),
        ("level", pa.string()),
        ("open", pa.bool_()),
    ]
)
#: Columns that others see: the card.
SHOWN: Final = ("state", "label", "shown_channel", "shown_created", "shown_renamed")
#: Columns that are null while the holder wants nothing told (about/memory.py).
CANDIDATE: Final = ("country", "reason", "channel", "shield", "created", "renamed")
_TYPES: Final[dict[pa.DataType, Any]] = {
    pa.string(): Text,
    pa.int32(): Integer,
    pa.int16(): SmallInteger,
    pa.date32(): Integer,
    pa.bool_(): SmallInteger,
}
_MUST: Final = ("account", "number", "next_on", "state", "level", "open")


def _columns(schema: pa.Schema) -> list[Column[Any]]:
    return [
        Column(
            one.name,
            _TYPES[one.type],
            primary_key=one.name == "account",
            nullable=one.name not in _MUST,
        )
        for one in schema
    ]


METADATA: Final = MetaData()
_OPEN: Final = "CASE WHEN state <> 'withheld' THEN {} END"
#: `handle` as the platform writes it, `handle_key` as it is looked for; `spoken`: the number of
#: the holder's last word. Cards are looked for by `open_account` and `open_handle`: a withheld card
#: is not found there, at the same cost as one of an account that nobody knows.
held: Final = Table(
    "held",
    METADATA,
    *_columns(HELD),
    Column("handle", Text),
    Column("handle_key", Text),
    Column("spoken", BigInteger, nullable=False, server_default="0"),
    Column("open_account", Text, Computed(_OPEN.format("account"), persisted=True), index=True),
    Column(
        "open_handle", Text, Computed(_OPEN.format("handle_key"), persisted=True), index=True
    ),
    Index("held_by_word", "spoken"),
    sqlite_with_rowid=False,
)
cell: Final = Table("cell", METADATA, *_columns(CELLS))
#: `entries`: entries that the account's audit ever had, those that expired included.
account_key: Final = Table(
    "account_key",
    METADATA,
    Column("account", Text, primary_key=True),
    Column("salt", LargeBinary, nullable=False),
    Column("entries", Integer, nullable=False),
    sqlite_with_rowid=False,
)
#: What each card showed; `subject` is a pseudonym that only the account's key gives.
audit: Final = Table(
    "audit",
    METADATA,
    Column("subject", LargeBinary, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("expires_on", Integer, nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
#: What the card rests on, as of the last refresh.
evidence: Final = Table(
    "evidence",
    METADATA,
    Column("account", Text, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
#: Wishes that wait for the account's next refresh: those towards more.
wish: Final = Table(
    "wish",
    METADATA,
    Column("account", Text, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
dispute: Final = Table(
    "dispute",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("account", Text, nullable=False, index=True),
    Column("at", BigInteger, nullable=False),
    Column("closed_at", BigInteger),
    Column("body", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
#: Keyed hashes of accounts that asked to be forgotten: they are not taken in again.
forgotten: Final = Table(
    "forgotten",
    METADATA,
    Column("mark", LargeBinary, primary_key=True),
    Column("serial", BigInteger, nullable=False, index=True),
    sqlite_with_rowid=False,
)
#: Links that opened a session, until they expire.
link: Final = Table(
    "link",
    METADATA,
    Column("number", Text, primary_key=True),
    Column("expires", BigInteger, nullable=False),
)
#: One row. `version`: publications so far; `serial`: words of holders so far.
meta: Final = Table(
    "meta",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("format", Integer, nullable=False),
    Column("written_by", Text, nullable=False),
    Column("secret_is", LargeBinary, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("serial", BigInteger, nullable=False),
    Column("last_on", Integer),
    Column("method", Text, nullable=False),
    Column("lists", Text, nullable=False),
    Column("policy", Text, nullable=False),
    Column("report", Text),
)
#: Tables with a row of an account under its own name, the key last.
OF_ACCOUNT: Final = (held, evidence, wish, dispute, account_key)
