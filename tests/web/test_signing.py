"""Signatures and codes: stable bytes, codes that people can copy."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.web.signing import Signer, canonical, quarter_of

SIGNER = Signer(b"k" * 32, b"s" * 32)


def test_the_bytes_of_a_content_do_not_depend_on_its_order() -> None:
    assert canonical({"b": 1, "a": "é"}) == '{"a":"é","b":1}'.encode()
    assert canonical({"a": "é", "b": 1}) == canonical({"b": 1, "a": "é"})


def test_a_key_signs_the_same_content_alike() -> None:
    assert SIGNER.signed({"a": 1}) == Signer(b"k" * 32, b"other" * 8).signed({"a": 1})
    assert SIGNER.signed({"a": 1}) != Signer(b"x" * 32, b"s" * 32).signed({"a": 1})
    assert json.loads(SIGNER.signed({"a": 1}))["signature"]["key"] == SIGNER.name


@given(handle=st.from_regex(r"\A[a-z0-9_]{1,20}\Z"), place=st.sampled_from(["FR", "DE", None]))
def test_a_code_is_that_of_one_content_alone(handle: str, place: str | None) -> None:
    code = SIGNER.code(handle, place, "2026-Q4")
    assert SIGNER.is_code(code, handle.upper(), place, "2026-Q4")
    assert not SIGNER.is_code(code, handle + "x", place, "2026-Q4")
    assert not SIGNER.is_code(code, handle, "US", "2026-Q4")
    assert not SIGNER.is_code(code, handle, place, "2026-Q3")


def test_a_code_may_be_copied_as_people_copy() -> None:
    code = SIGNER.code("marie", "FR", "2026-Q4")
    spoken = (
        code.lower()
        .replace("-", " \u2011")
        .replace("o", "0")
        .replace("i", "1")
        .replace("b", "8")
    )
    assert SIGNER.is_code(spoken, "marie", "FR", "2026-Q4")
    assert not SIGNER.is_code(code[:-1], "marie", "FR", "2026-Q4")
    assert not SIGNER.is_code("", "marie", "FR", "2026-Q4")
    assert not SIGNER.is_code("\ud800" * 16, "marie", "FR", "2026-Q4")


def test_a_code_needs_the_secret() -> None:
    other = Signer(b"k" * 32, b"t" * 32)
    assert other.code("marie", "FR", "2026-Q4") != SIGNER.code("marie", "FR", "2026-Q4")


@pytest.mark.parametrize(
    ("month", "quarter"), [(1, "Q1"), (3, "Q1"), (4, "Q2"), (9, "Q3"), (10, "Q4"), (12, "Q4")]
)
def test_quarters(month: int, quarter: str) -> None:
    assert quarter_of(date(2026, month, 28)) == f"2026-{quarter}"
