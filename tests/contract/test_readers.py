"""The contract of readers, over all of them and all their samples.

``FANAL_GOLDEN=write pytest tests/contract/test_readers.py`` writes the golden rows anew; read the
difference before committing it.
"""

from __future__ import annotations

import gzip
import importlib
import json
import os
import pkgutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import fanal.readers
from fanal.model.tables import READ_TABLES
from fanal.readers import READERS
from fanal.readers.base import Reader
from fanal.readers.recognise import recognise
from fanal.readers.sources import head, sources
from reading import Read, read_path

HERE = Path(__file__).parent
SAMPLES = [
    pytest.param(reader, path, id=f"{reader.name}-{path.name}")
    for reader in READERS
    for path in sorted((HERE / "samples" / reader.name).iterdir())
]
#: A record that its format cannot read, and how many lines of its sample come before any record.
BROKEN = {
    "twarc": b'{"data": [{"id": "1", "text": \n',
    "twitter-io": b"only,three,cells\n",
    "table": b"a;b,c\td;e,f\tg;h,i\tj;k,l\tm;n,o,p,q,r,s,t,u\tv\tw;x;y;z;;\n",
    "jsonl": b'{"id": \n',
    "zeeschuimer": b'{"source_platform": "x.com", "data": \n',
    "zeeschuimer-csv": b"only,three,cells\n",
    "x-web": b'{"rest_id": "1", "legacy": \n',
    "x-v11": b'{"id_str": "1", "user": \n',
    "har": b'{"log": \n',
    "card": b'{"data": \n',
    "jetstream": b'{"did": "did:plc:a", "time_us": \n',
    "bluesky": b'{"feed": \n',
    "mastodon": b'{"uri": \n',
    "telegram": b'{"id": \n',
    "4cat": b"only,three,cells\n",
    "crowdtangle": b"only,three,cells\n",
    "tiktok-research": b"{only,three,cells\n",
    "meta-library": b"only,three,cells\n",
}
TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,), "int64": (int,), "float64": (float, int), "bool": (bool,), "time": (int,),
    "texts": (list,),
}  # fmt: skip


def tables(found: Read) -> dict[str, list[dict[str, Any]]]:
    """Return all rows, without what depends on the file's name or hash."""
    kept = {"posts": found.posts, "accounts": found.accounts, "counts": found.counts}
    # these are in few files
    kept |= {
        name: rows
        for name, rows in (("removals", found.removals), ("cards", found.cards))
        if rows
    }
    return {
        name: [
            {
                key: plain(value)
                for key, value in row.items()
                if value is not None and key != "source_sha256"
            }
            for row in rows
        ]
        for name, rows in kept.items()
    }


def plain(value: Any) -> Any:
    """Return a key without the hash of its file."""
    if isinstance(value, str) and value.startswith("file:"):
        return "file:" + value.rpartition(":")[2]
    if isinstance(value, str) and value.startswith("instagram:export-"):
        return "instagram:export-"
    return value


def test_every_module_with_a_reader_is_in_the_tuple() -> None:
    modules = pkgutil.iter_modules(fanal.readers.__path__, "fanal.readers.")
    found = [importlib.import_module(module.name) for module in modules]
    offered = {module.READER.name for module in found if hasattr(module, "READER")}
    assert offered == {reader.name for reader in READERS}
    assert len(READERS) == len(offered)


def test_every_reader_has_samples() -> None:
    folders = {path.name for path in (HERE / "samples").iterdir()}
    assert folders == {reader.name for reader in READERS}


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_a_reader_says_what_it_never_sees(reader: Reader) -> None:
    assert reader.blind_spot.endswith(".")
    assert 40 < len(reader.blind_spot) < 300
    assert reader.title
    assert reader.version >= 1


@pytest.mark.parametrize(("reader", "path"), SAMPLES)
def test_a_sample_is_recognised_by_its_reader_and_no_other(reader: Reader, path: Path) -> None:
    (source,) = sources([path])
    start = head(source)
    sure = {other.name for other in READERS if other.sniff(start) > 0}
    assert sure == {reader.name}
    assert recognise(start) is reader


@pytest.mark.parametrize(("reader", "path"), SAMPLES)
def test_rows_of_a_sample_are_golden(reader: Reader, path: Path) -> None:
    found = read_path(path)
    rows = found.rows
    now = tables(found) | {
        "kept": rows.kept,
        "skipped": dict(sorted(rows.skipped.items())),
        "rejected": dict(sorted(rows.rejected.items())),
        "notes": rows.notes,
    }
    golden = HERE / "golden" / f"{reader.name}-{path.name}.json"
    if os.environ.get("FANAL_GOLDEN") == "write":
        text = json.dumps(now, ensure_ascii=False, indent=1)
        golden.write_text(text + "\n", encoding="utf-8")
    assert now == json.loads(golden.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("reader", "path"), SAMPLES)
def test_rows_have_the_columns_and_types_of_their_tables(reader: Reader, path: Path) -> None:
    found = read_path(path)
    for table in READ_TABLES:
        for row in getattr(found, table.name):
            for column in table.columns:
                value = row[column.name]
                assert value is not None or not column.required, column
                assert value is None or isinstance(value, TYPES[column.type]), column


@pytest.mark.parametrize(("reader", "path"), SAMPLES)
def test_a_broken_record_names_its_line_and_the_rest_is_kept(
    reader: Reader, path: Path, tmp_path: Path
) -> None:
    whole = read_path(path)
    lines = path.read_bytes().count(b"\n")
    broken = tmp_path / path.name
    broken.write_bytes(path.read_bytes() + BROKEN[reader.name])
    found = read_path(broken)
    (rejected,) = found.rejected
    assert rejected["position"] == f"{path.name}:{lines + 1}"
    assert rejected["reason"]
    assert rejected["raw"]
    assert len(rejected["raw_sha256"]) == 64
    assert tables(found) == tables(whole)


@pytest.mark.parametrize(("reader", "path"), SAMPLES)
def test_counts_are_counts_of_rows(reader: Reader, path: Path) -> None:
    found = read_path(path)
    assert found.rows.kept == len(found.posts)
    assert found.rows.kept_accounts == len(found.accounts)
    assert found.rows.rejected.total() == len(found.rejected)


def packed(path: Path, folder: Path) -> Iterator[Path]:
    """Yield the file in each form that it may come in."""
    data = path.read_bytes()
    zipped = folder / "packed.zip"
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(path.name, data)
    yield zipped
    gzipped = folder / f"{path.name}.gz"
    gzipped.write_bytes(gzip.compress(data))
    yield gzipped
    zstd = folder / f"{path.name}.zst"
    zstd.write_bytes(pa.compress(data, codec="zstd", asbytes=True))
    yield zstd
    inside = folder / "inside.zip"
    with zipfile.ZipFile(inside, "w") as archive:
        archive.writestr(f"deep/{path.name}.gz", gzip.compress(data))
    yield inside


@pytest.mark.parametrize(("reader", "path"), SAMPLES)
def test_packed_files_give_the_same_rows(reader: Reader, path: Path, tmp_path: Path) -> None:
    whole = read_path(path)
    for other in packed(path, tmp_path):
        found = read_path(other)
        assert found.reader is reader
        assert tables(found) == tables(whole), other.name


@pytest.mark.parametrize(("reader", "path"), SAMPLES)
@pytest.mark.parametrize(
    "change",
    [
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.decode().encode("utf-16"),
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.rstrip(b"\n"),
    ],
    ids=["byte order mark", "UTF-16", "carriage returns", "no end of line at the end"],
)
def test_encodings_and_ends_of_lines_change_nothing(
    reader: Reader, path: Path, change: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    whole = read_path(path)
    other = tmp_path / path.name
    other.write_bytes(change(path.read_bytes()))
    found = read_path(other)
    seen = json.dumps(tables(found)).replace("\\r\\n", "\\n")
    assert seen == json.dumps(tables(whole))
    assert found.rows.rejected.total() == 0
