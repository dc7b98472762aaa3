"""Benjamini-Hochberg and Benjamini-Yekutieli against scipy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from fanal.kernels.fdr import inflation, q_values


@given(st.lists(st.floats(1e-12, 1.0), min_size=1, max_size=50), st.sampled_from(["bh", "by"]))
def test_q_values_are_scipys(p: list[float], method: str) -> None:
    listed = np.array(p)
    expected = false_discovery_control(listed, method=method)
    np.testing.assert_allclose(q_values(listed, len(p), method), expected, rtol=1e-12)


@given(
    st.lists(st.floats(1e-12, 0.02), min_size=1, max_size=30),
    st.lists(st.floats(0.0501, 1.0), max_size=30),
)
def test_tests_above_the_level_need_not_be_listed(
    small: list[float], large: list[float]
) -> None:
    whole = q_values(np.array(small + large), len(small + large))[: len(small)]
    part = q_values(np.array(small), len(small + large))
    assert ((whole <= 0.05) == (part <= 0.05)).all()
    np.testing.assert_allclose(part[whole <= 0.05], whole[whole <= 0.05])


def test_the_harmonic_sum_is_continuous_where_it_is_approximated() -> None:
    assert inflation(999, "by") == pytest.approx(inflation(1001, "by"), abs=0.003)


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(ValueError, match="holm"):
        inflation(10, "holm")
