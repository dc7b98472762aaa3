"""Paths to sources: folders, archives, and what cannot be opened."""

from __future__ import annotations

import gzip
import hashlib
import io
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest

from fanal.errors import ReaderError
from fanal.readers.base import Source
from fanal.readers.recognise import recognise
from fanal.readers.sources import head, sources
from reading import read_source

TABLE = b"account,time,text\nada,2022-05-01T08:00:00Z,one\nben,2022-05-01T08:00:01Z,two\n"
MIB = 1024 * 1024


def zipped(**members: bytes) -> bytes:
    """Return a zip; ``__`` in a name stands for a dot."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return file.getvalue()


def opened(source: Source) -> bytes:
    """Return all that a source gives."""
    with source.open() as stream:
        return stream.read()


def test_a_folder_gives_its_files_sorted_at_any_depth(tmp_path: Path) -> None:
    for name in ("b.csv", "a/z.csv", "a/.hidden.csv", ".git/x.csv", "__MACOSX/y.csv"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(TABLE)
    found = list(sources([tmp_path]))
    assert [source.name for source in found] == ["a/z.csv", "b.csv"]
    assert all(source.found for source in found)
    assert found[0].sha256 == hashlib.sha256(TABLE).hexdigest()
    assert found[0].size == len(TABLE)


def test_a_path_that_the_user_named_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match="no such file"):
        list(sources([tmp_path / "absent.csv"]))


def test_a_folder_of_mixed_things_gives_what_can_be_read_and_says_what_cannot(
    tmp_path: Path,
) -> None:
    (tmp_path / "posts.csv").write_bytes(TABLE)
    (tmp_path / "readme.md").write_text("# Notes\n\nNothing here.\n", encoding="utf-8")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50))
    (tmp_path / "broken.zip").write_bytes(zipped(a__csv=TABLE)[:40])
    (tmp_path / "cut.csv.gz").write_bytes(gzip.compress(TABLE)[:9])
    (tmp_path / "empty.jsonl").write_bytes(b"")
    (tmp_path / "more.zip").write_bytes(zipped(in__csv=TABLE, inner__zip=zipped(x__csv=TABLE)))
    (tmp_path / "sheet.xlsx").write_bytes(zipped(sheet__xml=b"<xml/>"))
    kept, said = {}, {}
    for source in sources([tmp_path]):
        try:
            recognise(head(source))
            kept[source.name] = len(read_source(source).posts)
        except ReaderError as error:
            said[source.name] = str(error)
    assert kept == {"more.zip!in.csv": 2, "posts.csv": 2}
    assert set(said) == {
        "broken.zip", "cut.csv.gz", "empty.jsonl", "more.zip!inner.zip", "picture.png",
        "readme.md", "sheet.xlsx",
    }  # fmt: skip
    assert "a zip inside a zip is not opened" in said["more.zip!inner.zip"]
    assert "damaged zip" in said["broken.zip"]
    assert "Save the sheet as CSV" in said["sheet.xlsx"]
    assert "cannot be read" in said["cut.csv.gz"]


def test_an_unreadable_file_in_a_folder_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.csv").write_bytes(TABLE)
    (tmp_path / "b.csv").write_bytes(TABLE)
    plain = Path.open

    def guarded(path: Path, *how: str) -> object:
        if path.name == "a.csv":
            raise PermissionError(13, "Permission denied")
        return plain(path, *how)

    monkeypatch.setattr(Path, "open", guarded)
    first, second = sources([tmp_path])
    with pytest.raises(ReaderError, match="Permission denied"):
        opened(first)
    assert opened(second) == TABLE
    with pytest.raises(ReaderError, match="Permission denied"):
        list(sources([tmp_path / "a.csv"]))


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    path.write_bytes(zipped(a__csv=bytes(80 * MIB)))
    assert path.stat().st_size < MIB
    (source,) = sources([path])
    with pytest.raises(ReaderError, match="made to fill a disk"):
        source.open()


def test_a_zip_that_lies_about_its_sizes_gives_no_more_than_it_says(tmp_path: Path) -> None:
    data = bytearray(zipped(a__csv=bytes(MIB)))
    central = data.rfind(b"PK\x01\x02")
    data[central + 24 : central + 28] = (100).to_bytes(4, "little")
    path = tmp_path / "liar.zip"
    path.write_bytes(data)
    (source,) = sources([path])
    with pytest.raises(ReaderError, match="damaged member"):
        source.open()


@pytest.mark.parametrize("kind", ["gzip", "zstd"])
def test_a_compressed_bomb_is_refused_while_it_is_read(tmp_path: Path, kind: str) -> None:
    data = bytes(80 * MIB)
    path = tmp_path / "bomb.csv"
    packed = (
        gzip.compress(data, 9) if kind == "gzip" else pa.compress(data, "zstd", asbytes=True)
    )
    path.write_bytes(packed)
    (source,) = sources([path])
    with source.open() as stream, pytest.raises(ReaderError, match="made to fill a disk"):
        list(iter(lambda: stream.read(MIB), b""))


def test_a_locked_zip_is_said_to_be_locked(tmp_path: Path) -> None:
    data = bytearray(zipped(a__csv=TABLE))
    data[6] |= 1
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    path = tmp_path / "locked.zip"
    path.write_bytes(data)
    (source,) = sources([path])
    with pytest.raises(ReaderError, match="password"):
        source.open()


def test_compression_is_told_by_content_not_by_name(tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    path.write_bytes(gzip.compress(TABLE))
    (source,) = sources([path])
    assert opened(source) == TABLE
    path.write_bytes(TABLE)
    plain = path.rename(tmp_path / "posts.csv.gz")
    (source,) = sources([plain])
    assert opened(source) == TABLE


def test_several_gzip_members_are_one_file(tmp_path: Path) -> None:
    path = tmp_path / "posts.csv.gz"
    path.write_bytes(gzip.compress(TABLE[:30]) + gzip.compress(TABLE[30:]))
    (source,) = sources([path])
    assert opened(source) == TABLE


def test_a_truncated_zstd_keeps_what_came_before(tmp_path: Path) -> None:
    rows = b"".join(
        b"u%d,2022-05-01T08:00:00Z,%s\n" % (n, hashlib.sha256(b"%d" % n).hexdigest().encode())
        for n in range(60_000)
    )
    path = tmp_path / "posts.csv.zst"
    packed = pa.compress(b"account,time,text\n" + rows, "zstd", asbytes=True)
    path.write_bytes(packed[: len(packed) // 2])
    (source,) = sources([path])
    found = read_source(source)
    assert len(found.posts) > 10_000
    assert len(found.rejected) == 1
    assert "breaks off" in found.rejected[0]["reason"]


def test_a_source_can_be_opened_again_and_again(tmp_path: Path) -> None:
    path = tmp_path / "posts.zip"
    path.write_bytes(zipped(a__csv=TABLE, b__csv=gzip.compress(TABLE)))
    for source in sources([path]):
        assert opened(source) == opened(source) == TABLE
