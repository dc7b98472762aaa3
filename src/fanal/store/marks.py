"""What a person notes on a post of a case: one value for each post and kind of note.

They lie in the catalogue, and go with the post when it is forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping

from fanal.store.folder import Folder


def marks_of(folder: Folder, kind: str) -> dict[str, str]:
    """Return post -> what was noted, of one kind."""
    sql = "SELECT subject, value FROM mark WHERE kind = ? ORDER BY subject"
    with folder.catalogue.reading() as connection:
        return dict(connection.execute(sql, (kind,)).fetchall())


def set_marks(folder: Folder, kind: str, values: Mapping[str, str], now: int) -> None:
    """Note something on posts, in place of what was noted before; an empty value takes it away.

    Parameters
    ----------
    now
        Microseconds since 1970, UTC; kept with the notes.
    """
    with folder.catalogue.writing() as connection:
        for post, value in sorted(values.items()):
            connection.execute("DELETE FROM mark WHERE subject = ? AND kind = ?", (post, kind))
            if value:
                connection.execute(
                    "INSERT INTO mark (subject, kind, value, made_at) VALUES (?, ?, ?, ?)",
                    (post, kind, value, now),
                )
