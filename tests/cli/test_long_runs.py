"""Long runs: announced before, told how far, stopped without loss, gone on with."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import fanal
from fanal.cli import watching
from fanal.cli.main import app
from fanal.model.foreseen import Foreseen

SOURCES = str(Path(fanal.__file__).parents[1])


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, list(map(str, words)))


def posts_file(path: Path, *, accounts: int = 120, posts: int = 3_000, first: int = 0) -> Path:
    lines = ["id,account_id,time,kind,text,hashtags"]
    for n in range(posts):
        at = f"2024-05-{1 + n % 20:02d}T{n * 7 % 24:02d}:{n % 60:02d}:{n % 50:02d}Z"
        account, tag = 50 + n * 13 % accounts, n * n % 37
        lines.append(f"{first + 9000 + n},{account},{at},post,look,tag{tag}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def case(tmp_path: Path) -> Path:
    source = posts_file(tmp_path / "posts.csv")
    assert run("add", tmp_path / "a.case", source).exit_code == 0
    return tmp_path / "a.case"


STEP = Foreseen(
    what="looking for links",
    seconds=754.0,
    memory_bytes=2_300_000_000,
    disk_bytes=192_000,
    basis="from 600,000 actions",
)


def test_a_step_is_announced_with_time_memory_disk_and_how_that_was_made() -> None:
    assert watching.announced(STEP) == (
        "looking for links: about 13 min, up to 2.3 GB of memory, 192 kB of disk "
        "(from 600,000 actions). Ctrl-C stops it."
    )


@pytest.mark.parametrize(("seconds", "lines"), [(9.9, 0), (10.0, 1)])
def test_only_steps_of_ten_seconds_or_more_are_announced(
    seconds: float, lines: int, capsys: pytest.CaptureFixture[str]
) -> None:
    from dataclasses import replace

    watching.foresight().tell(replace(STEP, seconds=seconds))
    assert capsys.readouterr().err.count("\n") == lines


def test_too_little_room_is_said_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from dataclasses import replace

    watching.foresight(tmp_path).tell(replace(STEP, disk_bytes=10**18))
    assert "are free there: it may not fit." in capsys.readouterr().err


def test_coordinate_and_add_announce_what_they_count(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fanal.case import foreseeing

    monkeypatch.setattr(watching, "SHORT_S", 0.0)
    said = run("coordinate", case, "--shuffles", "2", "--windows", "300").stderr
    found = re.search(r"from ([\d,]+) actions and ([\d,]+) pairs of them", said)
    assert found
    assert found[1] == "3,000"
    assert "3 times (the file and its shuffles)" in said
    monkeypatch.setattr(foreseeing, "SMALLEST_BYTES", 1000)
    added = run("add", case, posts_file(tmp_path / "more.csv", first=10**6)).stderr
    assert re.search(r"reading: about \d+ s, up to 500 MB of memory, \d+ kB of disk", added)
    assert "MB of more.csv" in added


def test_what_cannot_be_tried_out_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyarrow.csv
    import pyarrow.parquet as pq

    from fanal.case import foreseeing

    monkeypatch.setattr(watching, "SHORT_S", 0.0)
    monkeypatch.setattr(foreseeing, "SMALLEST_BYTES", 1000)
    monkeypatch.setattr(foreseeing, "SAMPLE_BYTES", 4000)
    table = pyarrow.csv.read_csv(posts_file(tmp_path / "posts.csv"))
    pq.write_table(table, tmp_path / "posts.parquet")
    done = run("add", tmp_path / "a.case", tmp_path / "posts.parquet")
    assert done.exit_code == 0, done.output
    assert "this one cannot be tried out" in done.stderr


def test_a_compressed_file_is_reckoned_unpacked(tmp_path: Path) -> None:
    import gzip

    from fanal.case.adding import Asked
    from fanal.case.foreseeing import foresee_adding
    from fanal.model.foreseen import Foresight
    from fanal.readers.sources import sources

    plain = posts_file(tmp_path / "posts.csv", posts=300_000)
    packed = tmp_path / "posts.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()) + gzip.compress(b"") * 800_000)
    told: list[Foreseen] = []
    ticks = iter(range(100))
    foresight = Foresight(tell=told.append, clock=lambda: float(next(ticks)))
    foresee_adding([packed], Asked(), foresight, next(iter(sources([packed]))))
    (step,) = told
    size = packed.stat().st_size
    megabytes = re.search(r"from ([\d,]+) MB", step.basis)
    assert megabytes
    assert float(megabytes[1].replace(",", "")) * 1e6 > 2 * size


def test_plain_progress_tells_share_rate_and_time_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    with watching.progress(of_bytes=True) as tell:
        tell("posts.csv", 0, 400e6)
        now[0] += 6
        tell("posts.csv", 120e6, 400e6)
        tell("posts.csv", 121e6, 400e6)
        now[0] += 6
        tell("feed.zip", 9_000, 0)
    with watching.progress() as tell:
        tell("meeting pairs", 0, 1e9)
        now[0] += 10
        tell("meeting pairs", 25e7, 1e9)
    assert capsys.readouterr().err.splitlines() == [
        "posts.csv: 30 %, 20.0 MB/s, about 14 s left",
        "feed.zip: 9,000 posts",
        "meeting pairs: 25 %, 25,000,000 pairs of actions/s, about 30 s left",
    ]


def _heeding_ctrl_c() -> None:
    """Undo what a background job leaves to its children: a Ctrl-C that is not heard."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def interrupted(words: list[str], until: Path, pattern: str) -> subprocess.Popen[str]:
    """Run a command until files appear, send Ctrl-C, and wait for its end."""
    environment = os.environ | {"PYTHONPATH": SOURCES}
    process = subprocess.Popen(
        [sys.executable, "-m", "fanal", *words],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        preexec_fn=_heeding_ctrl_c,  # noqa: PLW1509 - the test has no other thread
    )  # fmt: skip
    while process.poll() is None and not list(until.glob(pattern)):
        try:
            process.wait(timeout=0.02)
        except subprocess.TimeoutExpired:
            continue
    process.send_signal(signal.SIGINT)
    return process


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to another process")
def test_ctrl_c_leaves_a_run_that_goes_on(case: Path) -> None:
    words = ["coordinate", str(case), "--shuffles", "400", "--windows", "60,300"]
    stopped = interrupted(words, case, "cache/run-*/shuffles.*.npz")
    _, said = stopped.communicate(timeout=120)
    assert stopped.returncode == 130, said
    assert "finished pieces of this run are kept in the case." in said
    assert "Give the same command again to go on." in said
    assert "Traceback" not in said
    assert run("verify", case).exit_code == 0
    done = run(*words)
    assert done.exit_code == 0, done.output
    assert "(400 shuffles)" in done.stdout
    assert not list((case / "cache").glob("run-*"))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to another process")
def test_ctrl_c_while_adding_keeps_the_files_that_are_done(tmp_path: Path) -> None:
    files = [
        posts_file(tmp_path / f"{n}.csv", posts=200 if n < 3 else 400_000, first=n * 10**7)
        for n in range(4)
    ]
    case = tmp_path / "a.case"
    words = ["add", str(case), *map(str, files)]
    stopped = interrupted(words, case, "parts/posts-*.parquet")
    _, said = stopped.communicate(timeout=120)
    assert stopped.returncode == 130, said
    assert re.search(
        r"interrupted; (\d files? (is|are) in the case; )?nothing half-written", said
    )
    assert run("verify", case).exit_code == 0
    done = run(*words)
    assert done.exit_code == 0, done.output
    assert done.stdout.count("as input") == 4


def test_stopped_between_files_the_command_says_how_many_are_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fanal.case import adding

    read = adding._read

    def impatient(folder: object, source: object, *rest: object) -> object:
        if source.name == "2.csv":  # type: ignore[attr-defined]
            raise KeyboardInterrupt
        return read(folder, source, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(adding, "_read", impatient)
    files = [posts_file(tmp_path / f"{n}.csv", posts=50, first=n * 10**6) for n in range(3)]
    done = run("add", tmp_path / "a.case", *files)
    assert done.exit_code == 130
    assert "interrupted; 2 files are in the case; nothing half-written was kept." in done.stderr
    monkeypatch.undo()
    again = run("add", tmp_path / "a.case", *files)
    assert again.stdout.count("already there") == 2
    assert again.stdout.count("added as input") == 1


def test_stopped_before_anything_is_finished_it_says_so(
    case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fanal.case import coordinating

    def impatient(*words: object, **more: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr(coordinating, "coordinate", impatient)
    done = run("coordinate", case)
    assert done.exit_code == 130
    assert "interrupted; nothing of this run was finished yet." in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to oneself there")
def test_ctrl_c_breaks_off_a_long_statement(case: Path) -> None:
    from threading import Timer

    from fanal.store.folder import Folder

    began = time.monotonic()
    Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        Folder(case).ask(
            lambda connection, _: connection.sql(
                "SELECT count(*) FROM range(100000000000) AS a WHERE a.range * a.range % 7 = 3"
            ).to_arrow_table()
        )
    assert time.monotonic() - began < 20
