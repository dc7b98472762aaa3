"""No address of a connection is ever written: planted everywhere, found nowhere."""

from __future__ import annotations

import logging
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import typer
from typer.testing import CliRunner

from fanal.about.connections import BATCH_SCHEMA, Settings, day_batches
from fanal.about.ip import load
from fanal.about.reading.base import Tally
from fanal.cli import about_days, about_estimate
from fanal.errors import FanalError
from fanal.store.days import write_days

DAY = "2026-01-31T12:00:00Z"
#: Distinct, so that a hit names where it was planted.
GOOD, PORT, MAPPED, LISTED = "81.48.171.205", "81.48.171.206", "81.48.171.207", "81.48.171.208"
MALFORMED, SHIFTED, CLIENT, SHORT = (
    "81.48.171.209",
    "81.48.171.210",
    "81.48.171.211",
    "81.48.171.212",
)
QUOTED, TIME, NETWORK, KIND = "81.48.171.213", "81.48.171.214", "81.48.171.215", "81.48.171.216"
SIX, SIX_SHIFTED = "2a01:cb00:9d3b:77a1::beef", "2a01:cb00:9d3b:77a2::beef"
PLANTED = (
    GOOD, PORT, MAPPED, LISTED, MALFORMED, SHIFTED, CLIENT, SHORT, QUOTED, TIME, NETWORK, KIND,
    SIX, SIX_SHIFTED,
)  # fmt: skip
#: What is looked for: the addresses as text, their tail (in pieces of messages), as numbers.
MARKS = (
    *(address.encode() for address in PLANTED),
    b"48.171.2",
    b"9d3b:77a",
    bytes([81, 48, 171, 205]),
    bytes([205, 171, 48, 81]),
    str((81 << 24) + (48 << 16) + (171 << 8) + 205).encode(),
)

CSV = "\n".join(
    [
        "account,time,ip,client,kind,country,network",
        f"a1,{DAY},{GOOD},web,,,",
        f"a1,{DAY},{PORT}:443,web,,,",
        f"a1,{DAY},::ffff:{MAPPED},web,,,",
        f'a1,{DAY},"{LISTED}, 10.0.0.1",web,,,',
        f"a1,{DAY},{MALFORMED}.7,web,,,",
        f"a1,{DAY},x{MALFORMED}x,web,,,",
        f"{SHIFTED},{DAY},a1,web,,,",
        f"u@{SHIFTED},{DAY},{GOOD},web,,,",
        f"{SIX_SHIFTED},{DAY},{GOOD},web,,,",
        f"a1,{DAY},{GOOD},app at {CLIENT},,,",
        f"a1,{SHORT}",
        f'a1,{DAY},"{QUOTED},web,,,',
        f"a1,{TIME},{GOOD},web,,,",
        f"a1,{DAY},,web,{KIND},FR,",
        f"a1,{DAY},,web,,{KIND},",
        f"a1,{DAY},,web,,FR,{NETWORK}",
        f"a2,{DAY},{SIX},web,,,",
        *(f"b{n},2026-01-{1 + n % 28:02}T00:00:00Z,81.48.171.205,web,,," for n in range(400)),
    ]
)
JSON = "\n".join(
    [
        f'{{"account": "a1", "time": "{DAY}", "ip": "{GOOD}"}}',
        f'{{"account": "a1", "time": "{DAY}", "ip": "{MALFORMED}',
        f'{{"account": "a1", "time": "{TIME}", "ip": ["{GOOD}"]}}',
        f'["{SHORT}"]',
        f'{{"account": {{"ip": "{SHIFTED}"}}, "time": "{DAY}", "ip": "{SIX}"}}',
        f'{{"account": "a2", "time": "{DAY}", "ip": "{SIX}", "client": "{CLIENT}"}}',
        f'{{"account": "a1", "time": "{DAY}", "ip": "{GOOD}\\ud800"}}',
    ]
)
#: Logs that cannot be read at all: no names, one address for all, UTF-16, cut short.
HOPELESS = {
    "headless.csv": f"a1,{DAY},{GOOD}\na2,{DAY},{SIX}\n".encode(),
    "one.csv": ("account,time,ip\n" + f"a1,{DAY},{GOOD}\n" * 10).encode(),
    "same.csv": (
        "account,time,ip\n" + "".join(f"a{n},{DAY},{GOOD}\n" for n in range(150))
    ).encode(),
    "local.csv": f"account,time,ip\na1,2026-01-31 12:00,{GOOD}\n".encode(),
    "wide.csv": f"account,time,ip\na1,{DAY},{GOOD}\n".encode("utf-16"),
    "list.json": f'[{{"ip": "{GOOD}"}}]'.encode(),
    "cut.csv.gz": b"\x1f\x8b\x08\x00\x00\x00\x00\x00" + GOOD.encode(),
    "broken.parquet": b"PAR1" + GOOD.encode() * 9,
    "words.jsonl": f"{{{GOOD}}}\n".encode(),
    "ragged.csv": f"{GOOD}\n{SIX}\n".encode(),
}


def hits(data: bytes) -> list[bytes]:
    return [mark for mark in MARKS if mark in data]


def judge(path: Path) -> None:
    """Fail when a file holds an address, as it lies there or decompressed."""
    data = path.read_bytes()
    assert not hits(data), path
    if data.startswith(b"PAR1"):
        table = pq.read_table(path)
        for name in table.column_names:
            column = table[name].combine_chunks()
            column = (
                column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
            )
            for buffer in column.buffers():
                assert buffer is None or not hits(buffer.to_pybytes()), (path, name)
        assert not hits(str(table.to_pylist()).encode()), path


@pytest.fixture(scope="module", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Build the tables of addresses here, once, and not in the user's folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty folder, where temporary files go too."""
    folder = tmp_path / "out"
    (folder / "tmp").mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "tmp"))
    monkeypatch.setenv("TMPDIR", str(folder / "tmp"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
    return folder


def given(folder: Path, name: str, data: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data)
    return folder / name


def inputs(folder: Path) -> list[Path]:
    """Write the logs with planted addresses; they lie outside of what is searched."""
    table = pa.table({"account": ["a1", SHIFTED], "time": [DAY, TIME], "ip": [GOOD, SIX]})
    made = [given(folder, "log.csv", CSV.encode()), given(folder, "log.jsonl", JSON.encode())]
    pq.write_table(table, folder / "log.parquet")
    return [*made, folder / "log.parquet"]


def command() -> typer.Typer:
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(about_days.days)
    app.command()(about_estimate.estimate)
    return app


def test_nothing_that_the_commands_write_or_say_holds_a_planted_address(
    tmp_path: Path, watched: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    said = b""
    for path in inputs(tmp_path / "in"):
        assert hits(path.read_bytes()), "the search itself must see them"
        for words in (
            ["days", str(path), "-o", str(watched / f"{path.stem}.{path.suffix[1:]}.days")],
            ["estimate", str(path), "-o", str(watched / f"{path.stem}.{path.suffix[1:]}.csv")],
        ):
            done = CliRunner().invoke(command(), words)
            assert done.exit_code == 0, done.output
            said += done.output.encode() + done.stderr.encode()
    assert b"rejected" in said
    assert not hits(said)
    assert not hits(caplog.text.encode())
    written = [path for path in watched.rglob("*") if path.is_file()]
    assert len(written) == 7  # three of each, and the secret
    for path in written:
        judge(path)


@pytest.mark.parametrize("name", sorted(HOPELESS))
def test_no_error_quotes_an_address(name: str, tmp_path: Path, watched: Path) -> None:
    path = given(tmp_path / "in", name, HOPELESS[name])
    done = CliRunner().invoke(
        command(), ["days", str(path), "-o", str(watched / "out.parquet")]
    )
    assert not hits(done.output.encode() + done.stderr.encode())
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    tally = Tally()
    try:
        for _ in day_batches([path], load(), b"s" * 32, Settings(), tally):
            pass
    except FanalError:
        assert not hits(traceback.format_exc().encode())
    assert not hits(repr(tally).encode())
    for left in watched.rglob("*"):
        if left.is_file():
            judge(left)


def test_what_is_spilled_while_a_large_log_is_read_holds_no_address(
    tmp_path: Path, watched: Path
) -> None:
    table, seen = load(), []
    path = tmp_path / "large.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("account,time,ip\n")
        for account in range(25_000):
            day, last = 1 + account % 28, account % 250
            file.writelines(
                f"account-of-a-person-{account:09},2026-01-{(day + k) % 28 + 1:02}T00:00:00Z,"
                f"81.48.{171 if k else account % 200}.{last}\n"
                for k in range(24)
            )

    def looked_at() -> Iterator[pa.RecordBatch]:
        for batch in day_batches([path], table, b"s" * 32, Settings(), Tally()):
            for left in watched.rglob("*"):
                if left.is_file():
                    seen.append(left.parent.name)
                    assert b"81.48." not in left.read_bytes()
            yield batch
        for left in watched.rglob("*"):
            if left.is_file():
                seen.append(left.parent.name)
                assert b"81.48." not in left.read_bytes()

    rows = write_days(
        looked_at(), watched / "days.parquet", BATCH_SCHEMA, threads=1, memory="40MB"
    )
    assert rows > 500_000
    assert any(name.endswith(".overflow") for name in seen), (
        "nothing was spilled: enlarge the log"
    )
    assert [one.name for one in watched.iterdir() if one.is_file()] == ["days.parquet"]
    assert not list(watched.glob("*.overflow"))


def test_an_uncaught_error_of_a_process_quotes_no_address(
    tmp_path: Path, watched: Path
) -> None:
    path = given(tmp_path / "in", "log.csv", CSV.encode())
    program = (
        "import sys, pathlib\n"
        "from fanal.about.connections import Settings, day_batches\n"
        "from fanal.about.reading.base import Tally\n"
        "from fanal.about.ip import load\n"
        "import fanal.about.connections as c\n"
        "c.client_name = None\n"  # a mistake of ours in the middle of a batch
        "list(day_batches([pathlib.Path(sys.argv[1])], load(), b's' * 32, Settings(), Tally()))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, check=False
    )
    assert done.returncode == 1
    assert b"TypeError" in done.stderr
    assert not hits(done.stderr + done.stdout)
