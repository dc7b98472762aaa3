"""The colours of figures: those of the page, and told apart by everybody."""

from __future__ import annotations

import re
from importlib import resources

import numpy as np
import pytest

from fanal.reports import figures
from fanal.reports.figures import bundle


def colours_of_the_page() -> tuple[dict[str, str], dict[str, str]]:
    """Return the custom properties that are colours: in the light, in the dark."""
    page = resources.files("fanal.reports").joinpath("page.css").read_text(encoding="utf-8")
    light: dict[str, str] = {}
    dark: dict[str, str] = {}
    for css in (page, figures.style()):
        roots = re.findall(r"(@media[^{]*dark[^{]*\{\s*)?:root \{([^}]*)\}", css)
        for media, body in roots[:2]:
            (dark if media else light).update(re.findall(r"--(\w+): (#\w{6})", body))
    return light, dark


def test_the_colours_of_paper_are_those_of_the_page() -> None:
    light, _ = colours_of_the_page()
    paper = dict(re.findall(r'(\w+): "(#\w{6})"', bundle._file("colours.js")))
    assert paper == {name: light[name] for name in paper}


#: What full protanopes, deuteranopes, tritanopes see of linear RGB: G. Machado, M. Oliveira,
#: L. Fernandes (2009), doi:10.1109/TVCG.2009.113; and what others see.
VISIONS = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    "usual": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
}  # fmt: skip
XYZ = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]


def linear(colour: str) -> np.ndarray:
    """Return a colour as linear RGB."""
    value = np.array([int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)])
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """Return linear RGB as CIE L*a*b*."""
    x = np.array(XYZ) @ np.clip(rgb, 0, 1) / np.array([0.9505, 1, 1.089])
    f = np.where(x > 0.008856, np.cbrt(x), 7.787 * x + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("scheme", [0, 1])
def test_everybody_tells_the_colours_of_communities_apart(scheme: int, vision: str) -> None:
    colours = colours_of_the_page()[scheme]
    names = ["s0", "s1", "s2", "s3", "s4", "soft"]
    seen = [lab(np.array(VISIONS[vision]) @ linear(colours[name])) for name in names]
    apart = [np.linalg.norm(a - b) for n, a in enumerate(seen) for b in seen[:n]]
    assert min(apart) > 20
    light = [
        float(linear(colours[name]) @ np.array(XYZ[1])) + 0.05 for name in [*names, "paper"]
    ]
    contrast = [max(one, light[-1]) / min(one, light[-1]) for one in light[:-1]]
    assert min(contrast) >= 3
