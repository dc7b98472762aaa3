"""The examples in the documentation of `model` run."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import fanal.model

MODULES = [module.name for module in pkgutil.iter_modules(fanal.model.__path__, "fanal.model.")]


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
