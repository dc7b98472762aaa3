"""The null model's tails against scipy and against direct convolution."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import poisson

from fanal.coordination.significance import p_values
from fanal.kernels import null_model
from fanal.kernels.critical import bucket_edge, critical_surprise


def law_of(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    surprise = null_model.surprise_of(counts, int(counts.sum()))
    return surprise, null_model.jump_law(counts, surprise, int(surprise.max()) + 1)


def convolved(rates: np.ndarray, laws: np.ndarray, surprise: int, size: int = 1 << 15) -> float:
    """Tail by an untilted Fourier transform over the whole lattice: absolute error 1e-13."""
    exponent = rates @ (np.fft.rfft(laws, size, axis=1) - 1.0)
    return float(np.fft.irfft(np.exp(exponent), size)[surprise:].sum())


@pytest.mark.parametrize("expected", [1e-5, 0.01, 0.5, 3.0])
@pytest.mark.parametrize("objects", [2, 3, 5, 8])
def test_equal_jumps_give_the_poisson_tail(expected: float, objects: int) -> None:
    law = np.zeros((1, 9))
    law[0, 8] = 1.0
    p = p_values(np.array([[expected]]), law, np.array([8 * objects]), 1)[0]
    exact = poisson.sf(objects - 1, expected)
    if objects <= expected:
        assert p == 1.0, "no more than expected is no evidence"
    elif exact > 1e-18:
        assert p == pytest.approx(exact, rel=1e-6)
    else:
        assert exact <= p <= 20 * exact, "far out the Chernoff bound stands: never too small"


def test_two_layers_fuse_as_the_convolution_says() -> None:
    generator = np.random.default_rng(1)
    counts = [generator.zipf(1.6, 800).clip(max=5000), generator.integers(1, 40, 200)]
    laws = [law_of(one)[1] for one in counts]
    size = max(law.size for law in laws)
    both = np.stack([np.pad(law, (0, size - law.size)) for law in laws])
    rates = 10 ** generator.uniform(-5, 0.5, (60, 2))
    steps = np.arange(size)
    mean = rates @ (both @ steps)
    surprise = (mean + generator.uniform(20, 250, 60)).astype(np.int64)
    p = p_values(rates, both, surprise, 1)
    exact = np.array([convolved(r, both, int(s)) for r, s in zip(rates, surprise, strict=True)])
    seen = exact > 1e-9
    assert seen.sum() > 20
    np.testing.assert_allclose(p[seen], exact[seen], rtol=1e-4)


@pytest.mark.parametrize("equal", [2, 3, 5])
def test_a_layer_of_a_few_equal_objects_fuses_exactly(equal: int) -> None:
    generator = np.random.default_rng(5)
    laws = [law_of(generator.zipf(1.6, 800).clip(max=5000))[1], law_of(np.full(equal, 7))[1]]
    size = max(law.size for law in laws)
    both = np.stack([np.pad(law, (0, size - law.size)) for law in laws])
    rates = 10 ** generator.uniform(-2, 1.2, (80, 2))
    mean = rates @ (both @ np.arange(size))
    surprise = (mean + generator.uniform(20, 300, 80)).astype(np.int64)
    p = p_values(rates, both, surprise, 1)
    exact = np.array([convolved(r, both, int(s)) for r, s in zip(rates, surprise, strict=True)])
    seen = (exact > 1e-9) & (exact < 0.1)
    assert seen.sum() > 20
    np.testing.assert_allclose(p[seen], exact[seen], rtol=1e-4)


def test_pooling_the_layers_would_be_wrong() -> None:
    laws = np.zeros((2, 81))
    laws[0, 32] = laws[1, 80] = 1.0
    common = p_values(np.array([[0.009, 0.001]]), laws, np.array([160]), 1)[0]
    rare = p_values(np.array([[0.001, 0.009]]), laws, np.array([160]), 1)[0]
    assert rare > 30 * common


def test_critical_surprise_is_where_the_tail_falls_below_the_level() -> None:
    _, law = law_of(np.random.default_rng(2).zipf(1.5, 3000).clip(max=10**5))
    critical = critical_surprise(law, 1e-6, 1e-4, 10.0)
    for bucket in range(60, 88, 4):
        rate = bucket_edge(bucket)
        at = int(critical[bucket])
        assert convolved(np.array([rate]), law[None], at) <= 1e-6 * 1.001
        assert at == 0 or convolved(np.array([rate]), law[None], at - 1) > 1e-6 * 0.999


def test_threads_do_not_change_a_tail() -> None:
    _, law = law_of(np.random.default_rng(3).zipf(1.5, 3000).clip(max=10**5))
    rates = np.full((20_000, 1), 0.02)
    surprise = np.random.default_rng(4).integers(100, 300, 20_000)
    one, four = (p_values(rates, law[None], surprise, threads) for threads in (1, 4))
    assert np.array_equal(one, four)


def test_an_object_nobody_meets_on_has_no_surprise() -> None:
    assert null_model.surprise_of(np.array([0, 3, 1]), 4).tolist() == [0, 2, 11]
    assert null_model.surprise_of(np.zeros(2, np.int64), 0).tolist() == [0, 0]
