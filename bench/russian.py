"""How long a real set of 35,125 reposts takes: russian_coord_tweets, 60 s, second call in process.

Measured: `coordinate` from the table in memory to links with their objects, mean delay, p and q,
their evidence, the communities and the accounts too quiet to tell; no shuffle. And the same with
reading the Parquet file. Excluded: starting Python, importing, the first call.

Peer, recorded and not run here: CooRTweet 2.1.3 takes 13.0 s (12.8 to 13.4, three runs on a quiet
machine of the same class) for its pairs and edges; it gives no p.
"""

from __future__ import annotations

import sets
from fanal.coordination import Result, Settings, actions_of, coordinate
from measure import Measure, median_s, table
from shared_data import shared_folder

TARGET_S = 0.13
PEER_S = 13.0
WINDOW_S = 60.0
RUNS = 9


def result(threads: int) -> Result:
    """Read the set and return what `coordinate` gives."""
    settings = Settings(windows_s=(WINDOW_S,), shuffles=0, threads=threads)
    return coordinate(actions_of({"object": sets.russian()}), settings)


def main() -> list[Measure]:
    """Measure with one and two threads, with and without reading the file."""
    if shared_folder() is None:
        return [Measure("russian, 60 s", None, note=sets.ABSENT)]
    shares = sets.russian()
    measures = []
    for threads in (1, 2):
        settings = Settings(windows_s=(WINDOW_S,), shuffles=0, threads=threads)
        seconds = median_s(
            lambda asked=settings: coordinate(actions_of({"object": shares}), asked), RUNS
        )
        note = (
            f"median of {RUNS}; CooRTweet (recorded, no p) {PEER_S} s: {PEER_S / seconds:.0f} x"
        )
        name = f"russian, 60 s, N delay p q, {threads} thread(s)"
        measures.append(Measure(name, seconds, target=TARGET_S, note=note))
    links = result(2).summary["links"]
    reading = median_s(lambda: result(2), RUNS)
    note = f"median of {RUNS}; {links} links"
    return [*measures, Measure("the same with reading, 2 threads", reading, note=note)]


if __name__ == "__main__":
    print(table(main()))
