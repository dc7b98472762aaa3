"""A kill at any moment leaves the last complete state."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def kills() -> ModuleType:
    file = Path(__file__).with_name("kill_test.py")
    spec = importlib.util.spec_from_file_location("kill_test", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["kill_test"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_ten_kills_lose_nothing(kills: ModuleType, tmp_path: Path) -> None:
    assert kills.kill_often(tmp_path, 10, seed=1).kills == 10


@pytest.mark.kill
@pytest.mark.timeout(3600)
def test_a_hundred_kills_lose_nothing(kills: ModuleType, tmp_path: Path) -> None:
    tally = kills.kill_often(tmp_path, 100, seed=2)
    assert tally.kills == 100
    assert tally.before > 0
    assert tally.between > 0
