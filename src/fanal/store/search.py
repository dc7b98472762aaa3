"""The different texts of a case, kept in its cache, and a search over their words.

1. Different texts are written once, in the order of the first post (by key) that has them, as an
   Arrow file in ``cache/texts-<hash>/``; the hash covers the parts they were read from, so that
   texts of another state are never met. Texts of removed posts are not among them.
2. Arrays that an analysis makes of them (`TextIndex.kept`) lie beside that file, mapped into
   memory when asked for again.
3. The words of each text, case and accents folded, are indexed by SQLite's FTS5 when somebody
   first searches; of scripts that are written without blanks each letter is a word.
4. Everything is written under another name first; what is damaged is made anew, once. A folder of
   another state goes when this one is made, the whole cache when something is erased.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fanal.errors import StoreError
from fanal.store.faults import plain_faults
from fanal.store.folder import Folder, Snapshot

#: Raised when what lies in the folder changes its meaning.
FORMAT = "1"
KEPT = "texts-"
#: Tables whose parts decide which texts a case has.
READ = frozenset({"posts", "posts_patch", "removals"})
_TEXTS = """
SELECT text FROM posts WHERE text IS NOT NULL GROUP BY text ORDER BY min(post)
"""
#: Letters of scripts without blanks: Thai, Lao, Khmer, kana, Han.
_UNSPACED = re.compile("([\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])")
_TABLE = (
    "CREATE VIRTUAL TABLE words USING fts5"
    "(text, content='', tokenize='unicode61 remove_diacritics 2')"
)
_ASKED = re.compile(r'"([^"]*)"|(\S+)')
_BATCH = 20_000


@dataclass(frozen=True, slots=True)
class TextIndex:
    """The different texts of one state of a case.

    Parameters
    ----------
    folder
        Where they are kept.
    texts
        Large strings, mapped from disk; a text's number is its place here.
    """

    folder: Path
    texts: pa.ChunkedArray

    def kept(
        self, name: str, make: Callable[[], Mapping[str, NDArray[Any]]]
    ) -> dict[str, NDArray[Any]]:
        """Return arrays made of the texts, mapped from disk; made when they are not there.

        Parameters
        ----------
        name
            Name of what is made, with its version: another version is made anew.
        make
            Makes them.
        """
        # 2. one file an array
        place = self.folder / name
        with suppress(OSError, ValueError):
            if place.is_dir():
                return {file.stem: np.load(file, mmap_mode="r") for file in place.glob("*.npy")}
        made = dict(make())
        staged = self.folder / f"{name}.{secrets.token_hex(4)}.part"
        with suppress(OSError):  # where nothing can be written, nothing is kept
            staged.mkdir()
            for key, array in made.items():
                np.save(staged / f"{key}.npy", array)
            shutil.rmtree(place, ignore_errors=True)
            staged.rename(place)
        shutil.rmtree(staged, ignore_errors=True)
        return made

    def find(self, asked: str, *, limit: int = 0) -> tuple[int, list[int]]:
        """Return how many texts hold all words asked for, and the numbers of the best.

        Parameters
        ----------
        asked
            Words; ``"several words"`` stand side by side; ``begin*`` is how a word begins.
        limit
            How many numbers, the best first (BM25); 0: all.

        Raises
        ------
        StoreError
            No letter or digit is in what was asked.
        """
        expression = _expression(asked)
        with plain_faults(self.folder):
            try:
                return self._found(expression, limit)
            except sqlite3.DatabaseError:  # 4. damaged: made anew, once
                self._words().unlink(missing_ok=True)
                return self._found(expression, limit)

    def _found(self, expression: str, limit: int) -> tuple[int, list[int]]:
        with closing(self._connected()) as connection:
            count = "SELECT count(*) FROM words WHERE words MATCH ?"
            (found,) = connection.execute(count, (expression,)).fetchone()
            rows = connection.execute(
                "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank, rowid LIMIT ?",
                (expression, limit or -1),
            )
            return int(found), [int(number) for (number,) in rows]

    def _words(self) -> Path:
        return self.folder / "words.sqlite"

    def _connected(self) -> sqlite3.Connection:
        if not self._words().is_file():
            self._index_words()
        return sqlite3.connect(f"{self._words().absolute().as_uri()}?mode=ro", uri=True)

    def _index_words(self) -> None:
        # 3. words, folded by SQLite itself
        staged = self.folder / f"words.{secrets.token_hex(4)}.part"
        try:
            with closing(sqlite3.connect(staged, isolation_level=None)) as connection:
                connection.execute("PRAGMA journal_mode = OFF")
                connection.execute("PRAGMA synchronous = OFF")
                connection.execute(_TABLE)
                connection.execute("BEGIN")
                for start in range(0, len(self.texts), _BATCH):
                    rows = self.texts.slice(start, _BATCH).to_pylist()
                    connection.executemany(
                        "INSERT INTO words (rowid, text) VALUES (?, ?)",
                        ((start + place, _spaced(text)) for place, text in enumerate(rows)),
                    )
                connection.execute("COMMIT")
            staged.replace(self._words())
        finally:
            staged.unlink(missing_ok=True)


def _spaced(text: str) -> str:
    return text if text.isascii() else _UNSPACED.sub(r" \1 ", text)


def _expression(asked: str) -> str:
    """Return what was asked as FTS5 takes it: no operator of its own gets through."""
    terms = []
    for found in _ASKED.finditer(asked):
        phrase, word = found[1], found[2]
        begins = word is not None and word.endswith("*")
        text = _spaced(phrase if word is None else word.rstrip("*").replace('"', " "))
        if any(letter.isalnum() for letter in text):
            terms.append('"' + text.strip() + '"' + ("*" if begins else ""))
    if not terms:
        raise StoreError(
            f"nothing to look for in {asked!r}: it holds no letter and no digit.",
            hint='Words, "several words" side by side, or how a word begins: govern*',
        )
    return " ".join(terms)


def text_index(folder: Folder) -> TextIndex:
    """Return the different texts of a case's present state; they are gathered when not kept.

    Cost: of 1 M posts 1 to 2 s once, then nothing; 100 to 150 MB of disk.
    """
    return folder.of_present(lambda state: _index_of(folder, state))


def _index_of(folder: Folder, state: Snapshot) -> TextIndex:
    # 1. of this state
    place = folder.path / "cache" / f"{KEPT}{_digest(state)}"
    file = place / "texts.arrow"
    if file.is_file():
        with suppress(OSError, pa.ArrowException):
            return TextIndex(place, _mapped(file))
    with plain_faults(folder.path):
        place.mkdir(parents=True, exist_ok=True)
    _gather(folder, state, file)
    # 4. texts of another state are of no use any more
    for other in place.parent.glob(f"{KEPT}*"):
        if other != place:
            shutil.rmtree(other, ignore_errors=True)
    return TextIndex(place, _mapped(file))


def _digest(state: Snapshot) -> str:
    read: Sequence[str] = sorted(part.sha256 for part in state.parts if part.table in READ)
    return hashlib.sha256("\n".join([FORMAT, *read]).encode()).hexdigest()[:16]


def _gather(folder: Folder, state: Snapshot, file: Path) -> None:
    schema = pa.schema([("text", pa.large_string())])
    staged = file.with_suffix(f".{secrets.token_hex(4)}.part")

    def write(connection: duckdb.DuckDBPyConnection, _: Snapshot) -> None:
        reader = connection.sql(_TEXTS).to_arrow_reader(_BATCH)
        with pa.OSFile(str(staged), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
            for batch in reader:
                writer.write(batch.cast(schema))

    try:
        folder.ask_of(state, write)
        with plain_faults(folder.path):
            staged.replace(file)
    finally:
        staged.unlink(missing_ok=True)


def _mapped(file: Path) -> pa.ChunkedArray:
    with pa.memory_map(str(file)) as source:
        return pa.ipc.open_file(source).read_all().column("text")
