"""The server's secret: made once, readable by its owner alone, never said."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from fanal.about.secret import default_secret_path, secret_of
from fanal.errors import PolicyError


def test_a_missing_secret_is_made_for_its_owner_alone_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secret"
    first, made = secret_of(path)
    assert made
    assert len(first) == 32
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert secret_of(path) == (first, False)
    assert secret_of(tmp_path / "other")[0] != first


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_secret_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    secret_of(path)
    path.chmod(0o640)
    with pytest.raises(PolicyError, match="others than its owner"):
        secret_of(path)


@pytest.mark.parametrize("text", ["", "abc", "zz" * 32, "ab" * 31, "ab" * 33])
def test_what_is_no_secret_is_refused_and_not_quoted(tmp_path: Path, text: str) -> None:
    path = tmp_path / "secret"
    path.touch(mode=0o600)
    path.write_text(text, encoding="ascii")
    with pytest.raises(PolicyError, match="holds no secret of 32 bytes") as caught:
        secret_of(path)
    assert not text or text not in str(caught.value)


def test_it_lies_beside_the_users_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "/somewhere")
    assert default_secret_path() == Path("/somewhere/fanal/secret")
