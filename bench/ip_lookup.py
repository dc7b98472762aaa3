"""Addresses to countries, against maxminddb's C extension on a database made of the same ranges.

1. 10 M IPv4 addresses drawn evenly: from uint32, and from Arrow text with reading it, paired in
   chunks with the peer on the same addresses as text (it takes no numbers).
2. 1 M IPv6 addresses, each inside a range of the table drawn at random.
3. Each of them compared with the peer's answer.
4. Bytes of the tables, seconds to load them from the cache, and to build them the first time.

One thread each; median of the chunks' ratios, ours the median of three runs of each chunk. Excluded: making the addresses and their text.
"""

from __future__ import annotations

import ipaddress
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from fanal.about.ip import IpTable, load
from fanal.about.ip.loading import _country
from fanal.about.ip.ranges import Ranges, Steps
from made_mmdb import EMPTY, write_mmdb
from measure import Measure, median_s, table

CHUNK, CHUNK_IPV6, IPV4, IPV6 = 1_000_000, 250_000, 10_000_000, 1_000_000
SEED = 20261122


def main() -> list[Measure]:
    """Measure all four."""
    try:
        import maxminddb
    except ImportError:
        return [Measure("addresses to countries", None, note="maxminddb is not installed")]
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder) / "cache"
        began = time.perf_counter()
        ours = load(cache)
        built_s = time.perf_counter() - began
        ranges, _ = _country(None)
        write_peer(Path(folder) / "same.mmdb", ranges)
        with maxminddb.open_database(
            Path(folder) / "same.mmdb", maxminddb.MODE_MMAP_EXT
        ) as peer:
            rng = np.random.default_rng(SEED)
            found = [*ipv4(ours, peer.get, rng), *ipv6(ours, peer.get, rng, ranges.ipv6)]
        return [*found, *tables(ours, cache, built_s)]


def write_peer(path: Path, ranges: Ranges) -> None:
    """Write the same ranges as a MaxMind database."""

    def numbered(steps: Steps) -> dict[int, int]:
        rows = zip(steps.high.tolist(), steps.low.tolist(), steps.code.tolist(), strict=True)
        return {(high << 64) | low: code - 1 if code else EMPTY for high, low, code in rows}

    records = [{"country_code": name} for name in ranges.names[1:]]
    write_mmdb(path, records, numbered(ranges.ipv4), numbered(ranges.ipv6))


def taken(action: Callable[[], Any], times: int = 1) -> tuple[float, Any]:
    """Return seconds, the median when it is done several times, and what came out."""
    seconds, answer = [], None
    for _ in range(times):
        began = time.perf_counter()
        answer = action()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds), answer


def differing(ours: IpTable, codes: Any, answers: list[Any]) -> int:
    """Return how many answers differ."""
    names = np.array(ours.country_names)[codes].tolist()
    return sum(
        name != (answer["country_code"] if answer else "")
        for name, answer in zip(names, answers, strict=True)
    )


def ipv4(ours: IpTable, get: Callable[[str], Any], rng: np.random.Generator) -> list[Measure]:
    """Pair chunks of IPv4 addresses (1, 3)."""
    numbers_x, text_x, rates, wrong = [], [], [], 0
    for _ in range(IPV4 // CHUNK):
        asked = rng.integers(0, 1 << 32, CHUNK, dtype=np.uint64).astype(np.uint32)
        octets = asked.astype(">u4").view(np.uint8).reshape(-1, 4).tolist()
        texts = [f"{a}.{b}.{c}.{d}" for a, b, c, d in octets]
        column = pa.array(texts)
        mine_s, codes = taken(lambda asked=asked: ours.countries(asked), 3)
        text_s, again = taken(lambda column=column: ours.country.of(ours.read(column)), 3)
        peer_s, answers = taken(lambda texts=texts: [get(one) for one in texts])
        wrong += differing(ours, codes, answers) + int((codes != again).sum())
        numbers_x.append(peer_s / mine_s)
        text_x.append(peer_s / text_s)
        rates.append((CHUNK / mine_s / 1e6, CHUNK / text_s / 1e6, CHUNK / peer_s / 1e6))
    mine, text, peer = (statistics.median(column) for column in zip(*rates, strict=True))
    return [
        against("IPv4 from uint32", numbers_x, 100, f"{mine:.0f} M/s; peer {peer:.2f} M/s"),
        against("IPv4 from Arrow text", text_x, 12, f"{text:.1f} M/s with reading it"),
        Measure(f"IPv4 answers that differ, of {IPV4:,}", float(wrong), "", 0.0),
    ]


def ipv6(
    ours: IpTable, get: Callable[[str], Any], rng: np.random.Generator, steps: Steps
) -> list[Measure]:
    """Pair chunks of IPv6 addresses (2, 3)."""
    halves_x, text_x, rates, wrong = [], [], [], 0
    for _ in range(IPV6 // CHUNK_IPV6):
        row = rng.integers(1, len(steps), CHUNK_IPV6)
        high = steps.high[row] + rng.integers(0, 1 << 16, CHUNK_IPV6, dtype=np.uint64)
        low = rng.integers(0, 1 << 64, CHUNK_IPV6, dtype=np.uint64)
        texts = [
            str(ipaddress.IPv6Address((a << 64) | b))
            for a, b in zip(high.tolist(), low.tolist(), strict=True)
        ]
        column = pa.array(texts)
        mine_s, codes = taken(lambda high=high, low=low: ours.countries_ipv6(high, low), 3)
        text_s, again = taken(lambda column=column: ours.country.of(ours.read(column)), 3)
        peer_s, answers = taken(lambda texts=texts: [get(one) for one in texts])
        wrong += differing(ours, codes, answers) + int((codes != again).sum())
        halves_x.append(peer_s / mine_s)
        text_x.append(peer_s / text_s)
        rates.append(
            (CHUNK_IPV6 / mine_s / 1e6, CHUNK_IPV6 / text_s / 1e6, CHUNK_IPV6 / peer_s / 1e6)
        )
    mine, text, peer = (statistics.median(column) for column in zip(*rates, strict=True))
    return [
        against("IPv6 from two halves", halves_x, 6, f"{mine:.1f} M/s; peer {peer:.2f} M/s"),
        against("IPv6 from Arrow text", text_x, None, f"{text:.1f} M/s with reading it"),
        Measure(f"IPv6 answers that differ, of {IPV6:,}", float(wrong), "", 0.0),
    ]


def against(name: str, ratios: list[float], target: float | None, note: str) -> Measure:
    """Return the median of the chunks' ratios."""
    low, high = min(ratios), max(ratios)
    return Measure(
        f"{name}, against maxminddb (C)", statistics.median(ratios), "x", target,
        lower_is_better=False, note=f"{note}; {len(ratios)} chunks: {low:.0f} to {high:.0f} x",
    )  # fmt: skip


def tables(ours: IpTable, cache: Path, built_s: float) -> list[Measure]:
    """Return sizes and times of the tables (4)."""
    kinds = ours.kind.bytes_ipv4 / 1e6
    packed = sum(len(_shipped_file(name)) for name in ("countries.xz", "kinds.xz", "NOTICE"))
    return [
        Measure(
            "tables of IPv4, countries and kinds", (ours.country.bytes_ipv4 / 1e6) + kinds, "MB",
            32.0, note=f"countries {ours.country.bytes_ipv4 / 1e6:.1f}, kinds {kinds:.1f}",
        ),
        Measure("load from the cache", median_s(lambda: load(cache), 9) * 1e3, "ms", 50.0),
        Measure("build and keep, the first time", built_s, note="in process, kernels compiled"),
        Measure("lists in the wheel", packed / 1e6, "MB", 0.55),
    ]  # fmt: skip


def _shipped_file(name: str) -> bytes:
    from importlib.resources import files

    return files("fanal.about.ip").joinpath(name).read_bytes()


if __name__ == "__main__":
    print(table(main()))
