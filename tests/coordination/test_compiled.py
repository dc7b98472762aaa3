"""Where compiled kernels are kept when neither package nor home can be written."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from fanal.coordination import compiled


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let neither the package nor the home be writable; return the temporary files' folder."""
    blocked = tmp_path / "a file"
    blocked.write_text("in the way of any folder", encoding="utf-8")
    monkeypatch.setattr(compiled, "_beside_kernels", lambda: blocked / "kernels")
    monkeypatch.setattr(compiled, "_of_user", lambda: blocked / "home")
    monkeypatch.delenv(compiled.VARIABLE, raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_folder_of_this_user_alone_is_named(nowhere: Path) -> None:
    compiled.find_a_place()
    folder = Path(os.environ[compiled.VARIABLE])
    assert folder.parent == nowhere
    assert folder.is_dir()
    if sys.platform != "win32":
        assert folder.stat().st_mode & 0o777 == 0o700
    del os.environ[compiled.VARIABLE]
    compiled.find_a_place()
    assert Path(os.environ[compiled.VARIABLE]) == folder, "the next run finds it again"


@pytest.mark.skipif(sys.platform == "win32", reason="there each user has a folder")
def test_a_folder_that_others_can_write_is_not_taken(nowhere: Path) -> None:
    theirs = nowhere / f"fanal-compiled-{os.getuid()}"
    theirs.mkdir()
    theirs.chmod(0o777)
    compiled.find_a_place()
    assert Path(os.environ[compiled.VARIABLE]) != theirs


def test_what_was_named_or_can_be_written_stays(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(compiled.VARIABLE, "mine")
    compiled.find_a_place()
    assert os.environ[compiled.VARIABLE] == "mine"
    monkeypatch.delenv(compiled.VARIABLE)
    monkeypatch.setattr(compiled, "_of_user", lambda: nowhere / "home")
    compiled.find_a_place()
    assert compiled.VARIABLE not in os.environ


def test_the_place_is_found_before_numba_is_loaded(tmp_path: Path) -> None:
    """The library and the command line both pass here; kernels are decorated on import."""
    program = (
        "import os, sys, tempfile\n"
        "from pathlib import Path\n"
        "block = Path(sys.argv[1], 'file'); block.write_text('', encoding='utf-8')\n"
        "tempfile.tempdir = sys.argv[1]\n"
        "real = Path.mkdir\n"
        "def mkdir(self, *words, **named):\n"
        "    if self.name in {'__pycache__', 'numba', 'Cache'}:\n"
        "        raise PermissionError(13, 'read-only', str(self))\n"
        "    return real(self, *words, **named)\n"
        "Path.mkdir = mkdir\n"
        "os.environ.pop('NUMBA_CACHE_DIR', None)\n"
        "import fanal.coordination\n"
        "from numba import config\n"
        "assert Path(config.CACHE_DIR).parent == Path(sys.argv[1]), config.CACHE_DIR\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
