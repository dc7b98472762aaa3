"""A few hundred made posts: claims with changes of known kind, forms with slots, others."""

from __future__ import annotations

import numpy as np

LETTERS = np.array(list("abcdefghijklmnoprstuvwz"))
LOOK_ALIKE = str.maketrans("aeopcx", "аеорсх")


def words(rng: np.random.Generator, many: int) -> list[str]:
    """Return made-up words."""
    return ["".join(rng.choice(LETTERS, rng.integers(2, 9))) for _ in range(many)]


def changed(text: str, kind: str, rng: np.random.Generator) -> str:
    """Return a text changed in one way."""
    parts = text.split()
    at = int(rng.integers(1, len(parts) - 1))
    match kind:
        case "decorated":
            return f"🚨 {text.upper()} https://t.co/{rng.integers(1e6)} #{parts[at]}"
        case "look-alike":
            return text.translate(LOOK_ALIKE)
        case "edited":
            return " ".join([*parts[:at], *words(rng, 1), *parts[at + 1 :]])
        case "truncated":
            return " ".join(parts[: int(0.7 * len(parts))]) + "…"
        case "reordered":
            return " ".join(parts[len(parts) // 2 :] + parts[: len(parts) // 2])
    return text


KINDS = ("exact", "exact", "decorated", "look-alike", "edited", "truncated", "reordered")


def world(seed: int, claims: int = 20) -> tuple[list[str], np.ndarray, list[str]]:
    """Return texts, claim of each (-1: none), and kind; in a random order."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[str, int, str]] = []
    for claim in range(claims):
        text = " ".join(words(rng, int(rng.integers(14, 24))))
        rows += [(text, claim, "exact")] * 3
        for _ in range(int(rng.integers(4, 30))):
            kind = KINDS[rng.integers(len(KINDS))]
            rows.append((changed(text, kind, rng), claim, kind))
    for _ in range(60):
        city, low, high = words(rng, 1)[0], *rng.integers(-5, 35, 2)
        rows.append((f"weather in {city} today between {low} and {high} degrees", -1, "form"))
    rows += [(" ".join(words(rng, 16)), -1, "other") for _ in range(300)]
    order = rng.permutation(len(rows))
    texts, claim, kind = zip(*(rows[k] for k in order), strict=True)
    return list(texts), np.array(claim), list(kind)
