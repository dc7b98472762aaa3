"""A file of actions in, tables of links out; and the peer's tables, by its names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fanal.cli.common import USAGE, fail, say

if TYPE_CHECKING:
    import pyarrow as pa

_LONGEST_S = 100 * 366 * 86_400


def read_file(target: Path, fields: dict[str, str], reading: dict[str, str]) -> pa.Table:
    """Return the actions of a file whose columns were named; rejected rows are said."""
    from fanal.readers.action_table import read_actions

    missing = [f"--{name}" for name in ("object", "account", "time") if not fields[name]]
    if missing:
        fail(
            f"{target}: a file needs {', '.join(missing)}: which column is what.",
            f"Or put it into a case: `fanal add my.case {target.name}`.",
            USAGE,
        )
    columns = {name: column for name, column in fields.items() if column}
    read = read_actions(target, columns, **reading)
    for reason, count in read.rejected.items():
        say(f"{target.name}: {count:,} rows rejected: {reason}")
    for note in read.notes:
        say(f"{target.name}: {note}")
    return read.table


def write_table(table: pa.Table, path: Path) -> None:
    """Write a table as its path's ending says."""
    from fanal.exports.csv import write_csv
    from fanal.exports.parquet import write_parquet

    (write_parquet if path.suffix.lower() == ".parquet" else write_csv)(table, path)
    say(f"wrote {path} ({table.num_rows:,} rows)")


@dataclass(frozen=True, slots=True)
class Peer:
    """CooRTweet's way: its pairs and edges, without any test."""

    like: str
    window: float | None
    min_participation: int
    pairs: Path | None
    out: Path | None

    def run(self, target: Path, fields: dict[str, str], reading: dict[str, str]) -> None:
        """Write the peer's tables of a file."""
        from fanal.coordination import like_coortweet

        if self.like != "coortweet":
            fail(f"--like {self.like!r}: coortweet was expected.", code=USAGE)
        if self.window is None or not fields["post"] or self.out is None or target.is_dir():
            fail("--like coortweet takes a FILE, --post, --window and -o.", code=USAGE)
        if not 0 <= self.window <= _LONGEST_S:
            fail(
                f"--window is {self.window:g}; it is a number of seconds, 0 to 100 years.",
                code=USAGE,
            )
        table = read_file(target, fields, reading)
        columns = {"object": "object", "account": "account", "content": "post", "time": "time"}
        renamed = table.select(list(columns.values())).rename_columns(list(columns))
        pairs, edges = like_coortweet(renamed, self.window, self.min_participation)
        write_table(edges, self.out)
        if self.pairs is not None:
            write_table(pairs, self.pairs)
        say(
            f"{pairs.num_rows:,} pairs, {edges.num_rows:,} edges, as CooRTweet 2.1.3 gives "
            "them; no test was made."
        )
