"""A kill at any moment of a publication leaves the last whole one; two at once do the work of one."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import postgres_server
import publishing_world as world
from conftest import in_ci

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def kills() -> ModuleType:
    spec = importlib.util.spec_from_file_location("publish_kills", HERE / "publish_kills.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["publish_kills"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    if reason := postgres_server.reason_without():
        if in_ci():
            pytest.fail(reason)
        pytest.skip(reason)
    with postgres_server.running() as url:
        yield url


@pytest.mark.slow
def test_two_kills_on_a_file_lose_nothing(kills: ModuleType, tmp_path: Path) -> None:
    assert kills.kill_often(str(tmp_path / "cards.sqlite"), 2, seed=1).total() == 2


@pytest.mark.slow
def test_two_publishers_at_once_do_the_work_of_one(kills: ModuleType, tmp_path: Path) -> None:
    alone = kills.Kills(str(tmp_path / "alone.sqlite"), seed=1).whole
    where = str(tmp_path / "both.sqlite")
    paths = {"PYTHONPATH": ":".join([str(HERE.parent), *sys.path])}
    both = [
        subprocess.Popen([sys.executable, str(kills.PUBLISHER), where], env=paths,
                         stdout=subprocess.PIPE, text=True, encoding="utf-8")
        for _ in range(2)
    ]  # fmt: skip
    said = [one.communicate()[0] for one in both]
    assert [one.returncode for one in both] == [0, 0]
    assert all(one.endswith("done\n") for one in said)
    cards = world.opened(where)
    found = world.told(cards)
    cards.close()
    kills.contiguous(found)
    assert found == alone


@pytest.mark.kill
@pytest.mark.timeout(3600)
def test_a_hundred_kills_on_a_file_lose_nothing(kills: ModuleType, tmp_path: Path) -> None:
    met = kills.kill_often(str(tmp_path / "cards.sqlite"), 100, seed=2)
    assert met.total() == 100
    assert len(met) > 4


@pytest.mark.kill
@pytest.mark.timeout(3600)
def test_a_hundred_kills_on_postgresql_lose_nothing(kills: ModuleType, server: str) -> None:
    met = kills.kill_often(server, 100, seed=3)
    assert met.total() == 100
    assert len(met) > 4
