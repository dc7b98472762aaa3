"""A pack shows what its level shows and nothing else, is what was packed, and cannot be written."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import fanal
from fanal.case import Case
from fanal.case.naming import naming
from fanal.case.pack_file import MANIFEST, PackFile, write_pack
from fanal.case.packing import pack
from fanal.case.telling import content_of, posts_of
from fanal.errors import CaseError, FanalError, PolicyError, StoreError
from fanal.model.names import Level
from packed_world import (
    COMMON_WORDS,
    CROWD,
    FILE,
    NOW,
    PLANTED,
    handle,
    key,
    packed_world,
    secrets,
)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return packed_world(tmp_path_factory.mktemp("packed") / "secretname.case")


@pytest.fixture(scope="module")
def packs(case: Case, tmp_path_factory: pytest.TempPathFactory) -> dict[Level, Path]:
    folder = tmp_path_factory.mktemp("packs")
    people = folder / "people.csv"
    people.write_text(
        f"account,reason,asked,answer\n{key(0)},elected,2024-02-01,says no\n"
        f"@{handle(1)},a firm,2024-02-02,no answer\n{key(30)},a firm,2024-02-02,no answer\n",
        encoding="utf-8",
    )
    made = {}
    for level in Level:
        made[level] = folder / f"{level}.fanal.zip"
        named = people if level is Level.NAMED else None
        pack(case, made[level], now=NOW, level=level, people=named, made_by="The desk")
    return made


def every_byte(path: Path) -> bytes:
    """Return all that a pack holds, unpacked: names of members, JSON, each value of each table."""
    found = [path.read_bytes()]
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            found += [name.encode(), content]
            if name.endswith(".parquet"):
                file = pq.ParquetFile(io.BytesIO(content))
                found.append(str(file.metadata.metadata).encode())
                found.append(str(file.read().to_pylist()).encode())
    return b"\n".join(found)


def found_in(path: Path, words: Iterable[str]) -> set[str]:
    content = every_byte(path)
    return {word for word in words if word.encode() in content}


def test_nothing_that_names_is_in_a_protected_pack(packs: dict[Level, Path]) -> None:
    assert found_in(packs[Level.PROTECTED], secrets() | {FILE, "secretname"}) == set()


def test_no_exact_time_is_in_a_protected_pack(case: Case, packs: dict[Level, Path]) -> None:
    result = case.run(case.runs()[0].id)
    times = {
        f"{at.hour}, {at.minute}, {at.second}, {at.microsecond}"
        for column in ("source_time", "target_time")
        for at in result.evidence[column].to_pylist()
    }
    assert len(times) > 20
    opened = fanal.open_case(packs[Level.PROTECTED])
    edges = opened.run(opened.runs()[0].id).edges
    assert not any(at.second or at.microsecond for at in edges["first_time"].to_pylist())
    assert found_in(packs[Level.PROTECTED], times) == set()
    assert len(found_in(packs[Level.NAMED], times)) == 2 * 14  # of the two who stand by name


def test_seconds_between_two_posts_stay_true(case: Case, packs: dict[Level, Path]) -> None:
    def gaps(opened: Case) -> list[tuple[float, float]]:
        rows = opened.run(opened.runs()[0].id).evidence.to_pylist()
        apart = [abs((r["source_time"] - r["target_time"]).total_seconds()) for r in rows]
        assert apart == pytest.approx([row["delay_s"] for row in rows])
        return sorted(zip(apart, (row["weight"] for row in rows), strict=True))

    assert gaps(fanal.open_case(packs[Level.PROTECTED])) == gaps(case)


def test_words_of_many_accounts_stay_without_what_leads_elsewhere(
    packs: dict[Level, Path],
) -> None:
    opened = fanal.open_case(packs[Level.PROTECTED])
    evidence = opened.run(opened.runs()[0].id).evidence
    words = COMMON_WORDS.lower()
    assert words in evidence["object"].to_pylist()
    assert words in [one.object for one in opened.describe().copies or ()]
    assert posts_of(opened.path)(evidence["source_post"].to_pylist()) == {}


def test_a_pack_of_counts_has_no_account(case: Case, packs: dict[Level, Path]) -> None:
    hidden = {case.pseudonyms()(key(number)) for number in range(PLANTED + CROWD)}
    assert found_in(packs[Level.COUNTS], secrets() | hidden | {" O-", FILE}) == set()
    opened = fanal.open_case(packs[Level.COUNTS])
    run = opened.runs()[0]
    assert opened.run(run.id).edges.num_rows == 0
    assert opened.run(run.id).summary["links"] == 10


def test_only_who_may_be_named_is_named(case: Case, packs: dict[Level, Path]) -> None:
    path = packs[Level.NAMED]
    # the words of who is named are shown, and the sentence is everybody's of the group
    others = {word for word in secrets(but={0, 1}) if word in secrets()}
    shown = {"Planted sentence", "Own words", "secretdomain", "common.example", "secretpath", "quotedperson"}  # fmt: skip
    assert found_in(path, others - shown) == set()
    assert found_in(path, [handle(0), handle(1)]) == {handle(0), handle(1)}
    opened = fanal.open_case(path)
    result = opened.run(opened.runs()[0].id)
    found = naming(opened, result, result.accounts(), level=Level.NAMED)
    assert set(found.people) == {key(0), key(1)}
    assert found.names.account(key(0)) == f"@{handle(0)}"
    assert found.people[key(1)].answer == "no answer"
    hidden = naming(opened, result, result.accounts(), level=Level.PROTECTED)
    assert hidden.names.key(key(0)) == case.pseudonyms()(key(0))


def test_names_without_people_are_refused(case: Case, tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="--people"):
        pack(case, tmp_path / "x.fanal.zip", now=NOW, level=Level.NAMED)
    assert list(tmp_path.iterdir()) == []


def test_a_level_that_the_pack_does_not_hold_is_refused(packs: dict[Level, Path]) -> None:
    opened = fanal.open_case(packs[Level.PROTECTED])
    result = opened.run(opened.runs()[0].id)
    with pytest.raises(PolicyError, match="made at level protected"):
        naming(opened, result, [], level=Level.NAMED)
    with pytest.raises(PolicyError, match="made at level counts"):
        naming(fanal.open_case(packs[Level.COUNTS]), result, [], level=Level.PROTECTED)


def test_accounts_and_objects_are_called_as_in_an_export_of_the_case(
    case: Case, packs: dict[Level, Path]
) -> None:
    from fanal.exports import tables

    def rows(opened: Case) -> Any:
        result = opened.run(opened.runs()[0].id)
        names = naming(opened, result, result.accounts()).names
        return [
            tables.edges(result.edges, names).to_pylist(),
            tables.communities(result.communities, names).to_pylist(),
            tables.groups(result.groups, names).to_pylist(),
            tables.bursts(result.bursts, names).to_pylist(),
        ]

    assert rows(fanal.open_case(packs[Level.PROTECTED])) == rows(case)


def test_what_the_case_holds_is_told_by_its_pack(case: Case, packs: dict[Level, Path]) -> None:
    posts, accounts, first, _ = content_of(case.path)
    for path in packs.values():
        found = content_of(path)
        assert found[:2] == (posts, accounts)
        assert first is not None
        assert found[2] == first.replace(second=0, microsecond=0)
        opened = fanal.open_case(path)
        assert [one.kept for one in opened.inputs()] == [one.kept for one in case.inputs()]
        settings = {"layers": None, "windows": None}
        assert opened.answerable(**settings).power == case.answerable().power
        assert opened.answerable().holdings.kinds == case.answerable().holdings.kinds


def test_the_same_case_gives_the_same_bytes(
    case: Case, packs: dict[Level, Path], tmp_path: Path
) -> None:
    done = pack(case, tmp_path / "again.fanal.zip", now=NOW, made_by="The desk")
    assert done.path.read_bytes() == packs[Level.PROTECTED].read_bytes()


def test_the_manifest_says_who_made_it_and_of_what(packs: dict[Level, Path]) -> None:
    with zipfile.ZipFile(packs[Level.PROTECTED]) as archive:
        manifest = json.loads(archive.read(MANIFEST))
    assert manifest["made_by"] == "The desk"
    assert manifest["level"] == "protected"
    assert manifest["fanal"] == fanal.__version__
    assert all(len(one["sha256"]) == 64 for one in manifest["members"].values())


@pytest.mark.parametrize("what", ["add", "remove", "forget", "coordinate"])
def test_a_pack_is_read_only(packs: dict[Level, Path], what: str) -> None:
    opened = fanal.open_case(packs[Level.PROTECTED])
    with pytest.raises(CaseError, match="a pack is read-only"):
        getattr(opened, what)("x")


def test_a_pack_of_a_pack_a_table_and_a_replay_are_refused(
    packs: dict[Level, Path], tmp_path: Path
) -> None:
    opened = fanal.open_case(packs[Level.PROTECTED])
    for asked in (
        lambda: pack(opened, tmp_path / "x.fanal.zip", now=NOW),
        lambda: opened.table("posts"),
        lambda: opened.replay("x"),
        lambda: opened.run("ffff"),
    ):
        with pytest.raises(CaseError, match="pack"):
            asked()


def rewritten(path: Path, out: Path, change: dict[str, bytes | None]) -> Path:
    """Copy a pack with members changed, taken out (None) or put in; the manifest stays."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = change.get(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name in change.keys() - set(old.namelist()):
            new.writestr(name, change[name] or b"")
    return out


def test_a_changed_member_is_named(packs: dict[Level, Path], tmp_path: Path) -> None:
    path = rewritten(
        packs[Level.PROTECTED], tmp_path / "x.fanal.zip", {"edges.parquet": b"PAR1"}
    )
    with pytest.raises(StoreError, match=r"not what was packed: edges\.parquet"):
        fanal.open_case(path)


@pytest.mark.parametrize("name", ["../../outside.txt", "/outside", "more.parquet"])
def test_what_the_manifest_does_not_name_is_refused(
    packs: dict[Level, Path], tmp_path: Path, name: str
) -> None:
    path = rewritten(packs[Level.PROTECTED], tmp_path / "x.fanal.zip", {name: b"x"})
    with pytest.raises(StoreError, match="other members"):
        fanal.open_case(path)
    assert [one.name for one in tmp_path.iterdir()] == ["x.fanal.zip"]


def test_a_missing_member_is_refused(packs: dict[Level, Path], tmp_path: Path) -> None:
    path = rewritten(packs[Level.PROTECTED], tmp_path / "x.fanal.zip", {"edges.parquet": None})
    with pytest.raises(StoreError, match="other members"):
        fanal.open_case(path)


def test_any_flipped_byte_is_told(packs: dict[Level, Path], tmp_path: Path) -> None:
    whole = packs[Level.PROTECTED].read_bytes()
    with zipfile.ZipFile(packs[Level.PROTECTED]) as archive:
        content = [(one.header_offset + 120, one.file_size) for one in archive.infolist()]
    path = tmp_path / "x.fanal.zip"
    for place, size in content:
        if size < 400:
            continue
        hurt = bytearray(whole)
        hurt[place] ^= 0x55
        path.write_bytes(hurt)
        with pytest.raises(FanalError):
            fanal.open_case(path)


def test_a_pack_that_explodes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.fanal.zip"
    big = bytes(80 * 1024 * 1024)
    write_pack(path, {"facts.json": big}, level="counts", fanal="1", made_by="", made_at="")
    assert path.stat().st_size < 200_000
    with pytest.raises(StoreError, match="unpacks to more than"):
        PackFile(path)


def test_a_member_larger_than_it_says_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.fanal.zip"
    write_pack(path, {"facts.json": b"{}"}, level="counts", fanal="1", made_by="", made_at="")
    hurt = rewritten(path, tmp_path / "b.fanal.zip", {"facts.json": bytes(64 * 1024 * 1024)})
    with pytest.raises(StoreError, match="not what was packed"):
        PackFile(hurt)


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 torn"])
def test_a_file_that_is_no_pack_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.fanal.zip"
    path.write_bytes(content)
    with pytest.raises(FanalError, match="no pack"):
        fanal.open_case(path)


def test_another_zip_is_no_pack(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("posts.jsonl", "{}")
    with pytest.raises(CaseError, match="neither a case nor a pack"):
        fanal.open_case(path)


def test_a_newer_form_names_the_version_to_install(
    tmp_path: Path, packs: dict[Level, Path]
) -> None:
    newer = json.dumps({"format": 99, "fanal": "9.9", "anything": 1}).encode()
    path = rewritten(packs[Level.COUNTS], tmp_path / "x.fanal.zip", {MANIFEST: newer})
    with pytest.raises(CaseError) as told:
        fanal.open_case(path)
    assert "Install fanal >= 9.9" in str(told.value)


def test_a_kill_at_any_moment_leaves_no_half_written_pack(case: Case, tmp_path: Path) -> None:
    program = (
        "import sys, fanal; from pathlib import Path; from fanal.case.packing import pack;"
        "case = fanal.open_case(sys.argv[1]); print('ready', flush=True);"
        "[pack(case, Path(sys.argv[2]), now=n) for n in range(200)]"
    )
    out = tmp_path / "k.fanal.zip"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", program, str(case.path), str(out)],
        stdout=subprocess.PIPE,
        env=environment,
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        while not out.exists() and child.poll() is None:
            time.monotonic()
        child.send_signal(signal.SIGKILL)
    assert fanal.open_case(out).verify() == []


def test_a_copy_elsewhere_is_called_by_its_own_name(
    packs: dict[Level, Path], tmp_path: Path
) -> None:
    copy = tmp_path / "for-the-editor.fanal.zip"
    shutil.copy(packs[Level.PROTECTED], copy)
    opened = fanal.open_case(copy)
    assert opened.name == "for-the-editor"
    assert pa.types.is_string(opened.run(opened.runs()[0].id).edges["source"].type)
