"""Forms with slots are told from claims that are copied with changes."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from claim_world import changed, words, world
from fanal.claims.groups import group_texts


def in_templates(texts: list[str]) -> np.ndarray:
    found = group_texts(pa.array(texts))
    return np.append(found.template, False)[found.group]


@pytest.mark.parametrize("seed", [21, 22])
def test_weather_reports_are_templates_and_claims_are_not(seed: int) -> None:
    texts, claim, kind = world(seed)
    found = group_texts(pa.array(texts))
    flagged = np.append(found.template, False)[found.group]
    forms = np.array([one == "form" for one in kind])
    assert not flagged[claim >= 0].any()
    as_claim = forms & (found.group >= 0) & ~flagged
    assert as_claim.sum() <= 0.02 * forms.sum()
    assert flagged[forms].mean() > 0.7


def test_a_copied_claim_with_a_typo_in_each_copy_is_no_template() -> None:
    rng = np.random.default_rng(23)
    text = " ".join(words(rng, 18))
    texts = [text] * 10 + [changed(text, "edited", rng) for _ in range(40)]
    assert not in_templates(texts).any()


def test_check_ins_are_templates() -> None:
    rng = np.random.default_rng(24)
    texts = [
        f"I have just checked in at {a} station of {b} and enjoy it"
        for a, b in zip(words(rng, 40), words(rng, 40), strict=True)
    ]
    assert in_templates(texts).mean() > 0.9


def test_a_signature_under_all_that_a_channel_posts_is_a_template() -> None:
    rng = np.random.default_rng(25)
    footer = "Subscribe to our channel everywhere"
    texts = [footer] * 3 + [f"{' '.join(words(rng, 1))} {footer}" for _ in range(20)]
    found = group_texts(pa.array(texts))
    assert found.template[found.group[0]]
    assert found.slot_entropy[found.group[0]] > 2


def test_two_posts_of_a_known_form_are_a_template_too() -> None:
    rng = np.random.default_rng(26)
    form = "weather in {} today between {} and {} degrees"
    texts = [form.format(words(rng, 1)[0], *rng.integers(0, 40, 2)) for _ in range(80)]
    found = group_texts(pa.array(texts))
    grouped = found.group >= 0
    assert np.append(found.template, False)[found.group][grouped].mean() > 0.95


def test_many_copies_of_one_filling_are_copies() -> None:
    rng = np.random.default_rng(27)
    text = " ".join(words(rng, 16))
    assert not in_templates([text] * 30).any()


def test_scripts_without_spaces_have_slots_too() -> None:
    rng = np.random.default_rng(28)
    towns = ["".join(chr(c) for c in rng.integers(0x4E00, 0x9000, 2)) for _ in range(30)]
    texts = [f"今天{town}天气晴朗最高气温二十五度适合出门散步请注意防晒" for town in towns]
    assert in_templates(texts).mean() > 0.9
