"""Who is forgotten is in no byte of the cards' file, whatever else was written and whenever it stops."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from fanal.errors import StoreError
from fanal.store.cards import Cards, open_cards
from fanal.store.cards_publishing import After
from fanal.store.cards_tables import CELLS, HELD

SECRET = b"s" * 32
ON = date(2026, 3, 1)
ACCOUNTS = 1_500


def name(number: int) -> str:
    return f"account-of-{number * 7919 % 100_003:06d}-end"


def handle(number: int) -> str:
    return f"Handle_of_{number * 7919 % 100_003:06d}_end"


def published(path: Path) -> Cards:
    """Return cards of many accounts, written several times, some with words of their holders."""
    cards = open_cards(str(path), SECRET)
    names = [name(one) for one in range(ACCOUNTS)]
    handles = pa.table({"account": names, "handle": [handle(one) for one in range(ACCOUNTS)]})
    for label in ("FR", "DE", "Western Europe"):
        rows = [
            {"account": one, "number": 1, "next_on": ON, "shield": False, "state": "country",
             "label": label} for one in names
        ]  # fmt: skip
        evidence = {one: {"days": number % 300} for number, one in enumerate(names)}
        held = pa.Table.from_pylist(rows, schema=HELD)
        cells = CELLS.empty_table()
        after = After(on=ON, held=held, cells=cells, evidence=evidence, handles=handles)
        assert cards.commit(cards.read(ON), after)
    for one in names[::145]:
        cards.dispute(one, "no", 5)
        cards.wish(one, "nothing", asked_on=None, on=ON)
        cards.wish(one, None, asked_on=None, on=ON)
    return cards


def salts(path: Path) -> dict[str, bytes]:
    with closing(sqlite3.connect(path)) as connection:
        return dict(connection.execute("SELECT account, salt FROM account_key").fetchall())


def test_nothing_of_the_forgotten_is_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "cards.sqlite"
    cards = published(path)
    keys = salts(path)
    gone = np.random.default_rng(5).permutation(ACCOUNTS)[:40].tolist()
    for one in [0, 145, 1450, *gone]:
        cards.forget(name(one))
    cards.close()
    assert [one.name for one in tmp_path.iterdir()] == ["cards.sqlite"]
    held = path.read_bytes()
    for one in [0, 145, 1450, *gone]:
        assert name(one).encode() not in held
        assert handle(one).encode() not in held
        assert handle(one).lower().encode() not in held
        assert keys[name(one)] not in held
    left = set(range(ACCOUNTS)) - {0, 145, 1450, *gone}
    assert all(name(one).encode() in held for one in left)


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_a_kill_behind_forgetting_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "cards.sqlite"
    published(path).close()
    key = salts(path)[name(7)]
    program = (
        "import os, signal, sys; from fanal.store.cards import open_cards;"
        f"open_cards(sys.argv[1], {SECRET!r}).forget(sys.argv[2]);"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", program, str(path), name(7)], env=environment, check=False
    )
    assert done.returncode == -signal.SIGKILL
    held = b"".join(one.read_bytes() for one in tmp_path.iterdir())
    assert name(7).encode() not in held
    assert handle(7).encode() not in held
    assert key not in held


def test_bodies_and_the_audit_name_nobody(tmp_path: Path) -> None:
    path = tmp_path / "cards.sqlite"
    cards = published(path)
    assert cards.evidence(name(1)) == {"days": 1}
    with closing(sqlite3.connect(path)) as connection:
        for table in ("audit", "forgotten"):
            rows = connection.execute(f"SELECT * FROM {table}").fetchall()
            assert not any("account-of" in str(row) for row in rows)
        bodies = connection.execute("SELECT body FROM evidence").fetchall()
    assert not any(b"days" in body for (body,) in bodies)
    cards.close()


@pytest.mark.skipif(os.name != "posix", reason="rights of a file")
def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "cards.sqlite"
    open_cards(str(path), SECRET).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.skipif(os.name != "posix", reason="rights of a file")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "cards.sqlite"
    open_cards(str(path), SECRET).close()
    path.chmod(mode)
    for where in (str(path), f"sqlite:///{path}"):
        with pytest.raises(StoreError, match="others than its owner") as caught:
            open_cards(where, SECRET)
        assert caught.value.hint == f"chmod 600 {path}"
    with pytest.raises(StoreError, match="was expected"):
        open_cards(f"sqlite:///file:{path}?uri=true", SECRET)
    path.chmod(0o600)
    open_cards(str(path), SECRET).close()
