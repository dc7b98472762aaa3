"""The map of communities in Chromium without WebGL: first paint, and frames while it moves.

    python bench/map.py

10,000 accounts and 100,000 links in 160 planted communities of unequal size, 70 % of the links
within communities, in a page of one file under the report's policy, opened from disk in a window
of 1280 x 900 by Chromium with ``--disable-gpu --disable-3d-apis`` (no WebGL, software drawing: a
newsroom's virtual machine).

1. First paint: from the start of the page's load to the first frame of the map (discs, accounts,
   lines between communities, labels); and to the frame with every line within communities.
2. Frames: pan, zoom in, zoom out, one movement a frame, the time between frames; at the overview
   and close, where each line between communities is drawn for itself.
3. Layout and block in Python, beside.

Medians of `RUNS` loads. Excluded: starting the browser.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, sync_playwright

from measure import Measure, table

ACCOUNTS, LINKS, COMMUNITIES = 10_000, 100_000, 160
RUNS = 5
FRAMES = 90
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-3d-apis", "--no-first-run"]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
#: Moves the map once a frame and returns the times between frames, milliseconds.
MOVE = """([frames, close]) => new Promise((done) => {
  const { map } = document.querySelector('figure[data-figure="map"]');
  map.reset();
  if (close) map.zoom(4);
  const times = [];
  let n = 0;
  const step = (now) => {
    times.push(now);
    if (n === frames) { done(times.slice(1).map((time, k) => time - times[k])); return; }
    if (n % 3 === 0) map.pan(n % 2 ? 14 : -9, 6);
    else map.zoom(n < frames / 2 ? 1.03 : 1 / 1.03, 500, 300);
    n += 1;
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})"""
WHOLE = """() => new Promise((done) => {
  const look = () => (performance.getEntriesByName('fanal-map-whole').length ? done() : setTimeout(look, 20));
  look();
})"""
MARKS = """() => Object.fromEntries(['first', 'whole'].map((name) =>
  [name, performance.getEntriesByName(`fanal-map-${name}`)[0]?.startTime]))"""


def sizes() -> list[int]:
    """Return the sizes of the communities: heavy-tailed, `ACCOUNTS` in all."""
    weights = 1.0 / np.arange(3, COMMUNITIES + 3) ** 0.8
    found = np.maximum(2, np.floor(weights / weights.sum() * ACCOUNTS)).astype(int)
    found[0] += ACCOUNTS - int(found.sum())
    return [int(size) for size in found]


def made() -> tuple[str, float, int]:
    """Return the page, the seconds its map took in Python, and its links."""
    import made_up_figures as figures
    from fanal.reports.figures import block

    wanted = LINKS
    while True:
        community, source, target = figures.planted(sizes(), wanted, 0.7)
        if len(source) >= LINKS:
            break
        wanted += LINKS - len(source) + 500
    names = [f"@account.{n}" for n in range(len(community))]
    began = time.perf_counter()
    data = figures.map_figure.prepared(
        "map-1", names, community, source[:LINKS], target[:LINKS]
    )
    html = block("map", data, figures.words("map"))
    seconds = time.perf_counter() - began
    return figures.page({"map": html}), seconds, LINKS


def loaded(browser: Browser, address: str) -> dict[str, Any]:
    """Open the page once; return the marks and the times between frames (1, 2)."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address)
    page.evaluate(WHOLE)
    found = dict(page.evaluate(MARKS))
    assert page.evaluate("document.createElement('canvas').getContext('webgl') === null")
    found["overview"] = page.evaluate(MOVE, [FRAMES, False])
    found["close"] = page.evaluate(MOVE, [FRAMES, True])
    page.close()
    return found


def main() -> list[Measure]:
    """Measure the page."""
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if path is None:
        return [Measure("map of communities", None, note="no Chromium on the path")]
    html, seconds, links = made()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "map.html"
        file.write_text(html, encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        runs = [loaded(browser, file.as_uri()) for _ in range(RUNS)]
        browser.close()
    return measures(runs, seconds, links, len(html))


def measures(
    runs: list[dict[str, Any]], seconds: float, links: int, size: int
) -> list[Measure]:
    """Return the numbers and their bars."""
    note = f"{ACCOUNTS:,} accounts, {links:,} links, page {size / 1e6:.1f} MB, {RUNS} loads"
    found = [
        Measure("map: first paint", statistics.median(r["first"] for r in runs) / 1e3, "s", 1.0, note=note),
        Measure("map: every line drawn", statistics.median(r["whole"] for r in runs) / 1e3, "s",
                note="the page answers meanwhile"),
    ]  # fmt: skip
    for place in ("overview", "close"):
        frames = sorted(ms for run in runs for ms in run[place])
        high = frames[int(len(frames) * 0.95)]
        found.append(
            Measure(f"map: pan and zoom, {place}, median frame", statistics.median(frames), "ms", 50.0,
                    note=f"95th percentile {high:.0f} ms, longest {frames[-1]:.0f} ms, {len(frames)} frames")
        )  # fmt: skip
    return [*found, Measure("map: layout and block in Python", seconds, "s")]


if __name__ == "__main__":
    print(table(main()))
