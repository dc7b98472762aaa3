"""The service of cards on loopback: cards a second, the 99th percentile, what the time tells.

1. A store of 50,000 made-up accounts: half shown, half withheld for six reasons in equal parts; more
   accounts that were forgotten. One process serves it, as `fanal about serve` does; limits on
   visitors are counted but set so high that they refuse nobody.
2. 32 connections ask for cards of accounts in random order, each the next when it has the last: pages,
   then JSON. Every answer must be 200 and whole.
3. One connection asks for withheld cards, one account of each reason in random order, block after
   block (8 reasons: six, forgotten, never known). Two-sided Kolmogorov-Smirnov tests between each two
   reasons, Bonferroni over the pairs, level .05; and the largest AUC (chance to guess which of two
   answers was of which reason) with its 95 % interval (Hanley, McNeil, 1982,
   doi:10.1148/radiology.143.1.7063747).

60 s each; `python bench/about_service.py 10` asks for 10 s. Client and server share the machine.
Excluded: starting, filling the store. No peer. SQLite; PostgreSQL where a server is installed.
"""

from __future__ import annotations

import asyncio
import itertools
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from fanal.store.cards import open_cards
from made_cards import ON, SECRET, Made, now, settings, write
from measure import Measure, table
from postgres_server import free_port, reason_without, running

ACCOUNTS, CONNECTIONS, SECONDS = 50_000, 32, 60.0
REASONS = ("proxy days", "too few days", "too few accounts", "wish", "not asked", "preview")
GROUPS = (*REASONS, "forgotten", "never known")
#: Answers of each reason; fewer in a shorter run.
BLOCKS = 6_000
_PLACES = ("FR", "DE", "BE", "CA", "SN", "Western Europe", "Northern Africa")
_CHANNELS = ("web", "app", None)


def made_accounts(n: int) -> list[Made]:
    """Return made-up accounts: every second one shown."""
    draw = np.random.default_rng(61)
    found = []
    for number in range(n):
        name = f"u{draw.integers(10**9):09d}{number:06d}"
        if number % 2:
            reason = REASONS[number // 2 % len(REASONS)]
            wish = "nothing" if reason == "wish" else None
            one = Made(str(10**6 + number), name, why=reason, wish=wish, shield=reason == REASONS[0],
                       created=2010 + number % 15, first_on=ON)  # fmt: skip
        else:
            place = _PLACES[int(draw.integers(len(_PLACES)))]
            channel = _CHANNELS[int(draw.integers(3))]
            one = Made(str(10**6 + number), name, "country" if len(place) == 2 else "region", place,
                       channel, 2010 + number % 15, first_on=ON)  # fmt: skip
        found.append(one)
    return found


def paths_by_group(made: list[Made], forgotten: list[Made]) -> dict[str, list[str]]:
    """Return reason -> pages of accounts that are withheld for it."""
    found = {
        reason: [f"/@{one.handle}" for one in made if one.why == reason] for reason in REASONS
    }
    found["forgotten"] = [f"/@{one.handle}" for one in forgotten]
    draw = np.random.default_rng(62)
    nobody = draw.integers(10**9, size=len(forgotten))
    found["never known"] = [f"/@u{at:09d}{number:06d}" for number, at in enumerate(nobody)]
    return found


class Asker(asyncio.Protocol):
    """One connection: asks, waits for the whole answer, asks again."""

    def __init__(self, paths: Iterator[str], until: float, done: asyncio.Future[None]) -> None:
        self.paths, self.until, self.done = paths, until, done
        self.taken: list[float] = []
        self.errors = 0
        self.buffer, self.length = b"", 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = transport
        self.ask()

    def ask(self) -> None:
        """Ask for the next card, or leave."""
        path = next(self.paths, None)
        if path is None or time.perf_counter() >= self.until:
            self.transport.close()
            return
        self.began = time.perf_counter()
        self.transport.write(
            f"GET {path} HTTP/1.1\r\nHost: cards.example\r\nAccept: text/html\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        """Take a piece of an answer."""
        self.buffer += data
        if not self.length:
            head = self.buffer.find(b"\r\n\r\n")
            if head < 0:
                return
            at = self.buffer.index(b"content-length: ") + 16
            self.length = head + 4 + int(self.buffer[at : self.buffer.index(b"\r", at)])
            self.errors += not self.buffer.startswith(b"HTTP/1.1 200 ")
        if len(self.buffer) >= self.length:
            self.taken.append(time.perf_counter() - self.began)
            self.buffer, self.length = b"", 0
            self.ask()

    def connection_lost(self, error: Exception | None) -> None:
        """End."""
        self.errors += error is not None
        if not self.done.done():
            self.done.set_result(None)


async def asked(port: int, lists: list[Iterator[str]], seconds: float) -> list[Asker]:
    """Ask on as many connections as there are lists, and return what each found."""
    loop = asyncio.get_running_loop()
    until = time.perf_counter() + seconds
    found = []
    for paths in lists:
        done = loop.create_future()
        _, one = await loop.create_connection(
            lambda paths=paths, done=done: Asker(paths, until, done), "127.0.0.1", port
        )
        found.append(one)
    await asyncio.gather(*(one.done for one in found))
    return found


def in_random_order(paths: list[str], seed: int) -> Iterator[str]:
    """Yield paths for ever, each as often as the others."""
    draw = np.random.default_rng(seed)
    while True:
        yield from (paths[at] for at in draw.permutation(len(paths)))


@contextmanager
def served(where: str) -> Iterator[int]:
    """Serve a store in a process of its own and give its port."""
    port = free_port()
    command = [sys.executable, __file__, "--serve", where, str(port)]
    process = subprocess.Popen(command)
    try:
        for _ in range(200):
            time.sleep(0.1)
            try:
                asyncio.run(asked(port, [iter(["/check"])], 5))
                break
            except OSError:
                continue
        yield port
    finally:
        process.terminate()
        process.wait()


def load(port: int, paths: list[str], what: str, seconds: float, note: str) -> list[Measure]:
    """Measure cards a second, the 99th percentile, errors."""
    asyncio.run(asked(port, [itertools.islice(in_random_order(paths, 1), 2000)], seconds))
    lists = [in_random_order(paths, 100 + number) for number in range(CONNECTIONS)]
    began = time.perf_counter()
    found = asyncio.run(asked(port, lists, seconds))
    took = time.perf_counter() - began
    taken = np.concatenate([one.taken for one in found])
    print(f"{what}: {taken.size} in {took:.1f} s", flush=True)
    errors = sum(one.errors for one in found)
    reported = note.startswith("PostgreSQL")
    return [
        Measure(f"{what}, a second", taken.size / took, "cards/s", None if reported else 2_000, False, note),
        Measure(f"{what}, 99th percentile", 1e3 * float(np.quantile(taken, 0.99)), "ms", None if reported else 20,
                note=f"median {1e3 * float(np.median(taken)):.2f} ms, n {taken.size}"),
        Measure(f"{what}, errors", errors, "", 0, note=f"n {taken.size}"),
    ]  # fmt: skip


def latencies(port: int, groups: dict[str, list[str]], blocks: int) -> dict[str, np.ndarray]:
    """Return reason -> seconds of answers, asked for in blocks of one of each in random order."""
    draw = np.random.default_rng(7)
    endless = {name: in_random_order(paths, 9) for name, paths in groups.items()}
    names = [GROUPS[at] for _ in range(blocks) for at in draw.permutation(len(GROUPS))]
    paths = [next(endless[name]) for name in names]
    (one,) = asyncio.run(asked(port, [iter(paths)], 600))
    assert not one.errors
    taken, of = np.asarray(one.taken), np.asarray(names)
    return {name: taken[of == name] for name in GROUPS}


def ks(one: np.ndarray, other: np.ndarray) -> float:
    """Return p of the two-sided Kolmogorov-Smirnov test (its limit law; samples of thousands)."""
    both = np.sort(np.concatenate([one, other]))
    apart = (
        np.searchsorted(np.sort(one), both, "right") / one.size
        - np.searchsorted(np.sort(other), both, "right") / other.size
    )
    n = one.size * other.size / (one.size + other.size)
    x = (np.sqrt(n) + 0.12 + 0.11 / np.sqrt(n)) * np.abs(apart).max()
    terms = np.arange(1, 101)
    return (
        float(np.clip(2 * ((-1.0) ** (terms - 1) * np.exp(-2 * (x * terms) ** 2)).sum(), 0, 1))
        if x > 0.2
        else 1.0
    )


def auc(one: np.ndarray, other: np.ndarray) -> tuple[float, float]:
    """Return the chance that an answer of `one` took longer than one of `other`, and its error."""
    order = np.sort(other)
    area = (
        (np.searchsorted(order, one) + np.searchsorted(order, one, "right")).mean()
        / 2
        / other.size
    )
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    spread = (
        area * (1 - area) + (one.size - 1) * (q1 - area**2) + (other.size - 1) * (q2 - area**2)
    )
    return float(area), float(np.sqrt(spread / (one.size * other.size)))


def told_by_time(found: dict[str, np.ndarray], note: str) -> list[Measure]:
    """Measure whether the time of an answer tells the reason."""
    pairs = list(itertools.combinations(GROUPS, 2))
    ps = {pair: ks(found[pair[0]], found[pair[1]]) for pair in pairs}
    (a, b), least = min(ps.items(), key=lambda item: item[1])
    areas = {pair: auc(found[pair[0]], found[pair[1]]) for pair in pairs}
    (c, d), (area, error) = max(areas.items(), key=lambda item: abs(item[1][0] - 0.5))
    n = found[GROUPS[0]].size
    medians = ", ".join(f"{name} {1e6 * np.median(one):.1f}" for name, one in found.items())
    print(f"{note}; medians in us: {medians}", flush=True)
    return [
        Measure("time tells the reason: least p of 28 pairs, x 28", min(1.0, least * len(pairs)), "", 0.05, False,
                f"{a} / {b}; {n} answers each; {note}"),
        Measure("time tells the reason: AUC farthest from .5", area, "", None,
                note=f"{c} / {d}; 95 % {area - 1.96 * error:.3f} to {area + 1.96 * error:.3f}; {note}"),
    ]  # fmt: skip


def measured(where: str, name: str, seconds: float) -> list[Measure]:
    """Fill a store, serve it, measure."""
    made = made_accounts(ACCOUNTS + 4_000)
    made, forgotten = made[:ACCOUNTS], made[ACCOUNTS:]
    cards = open_cards(where, SECRET)
    write(cards, [*made, *forgotten])
    cards.erase([one.account for one in forgotten])
    cards.close()
    blocks = BLOCKS if seconds >= SECONDS else max(500, int(BLOCKS * seconds / SECONDS))
    with served(where) as port:
        pages = load(
            port,
            [f"/@{one.handle}" for one in made],
            f"pages, {name}",
            seconds,
            f"{name}, 32 connections",
        )
        data = load(
            port,
            [f"/cards/{one.account}.json" for one in made],
            f"JSON, {name}",
            seconds,
            f"{name}, 32 connections",
        )
        time_tells = told_by_time(
            latencies(port, paths_by_group(made, forgotten), blocks), name
        )
    return [*pages, *data, *time_tells]


def main(seconds: float = SECONDS) -> list[Measure]:
    """Measure on SQLite, and on PostgreSQL where there is one."""
    with tempfile.TemporaryDirectory() as folder:
        found = measured(str(Path(folder) / "cards.sqlite"), "SQLite", seconds)
    why = reason_without()
    if why:
        return [*found, Measure("pages, PostgreSQL", None, "cards/s", note=why)]
    with running() as url:
        return [*found, *measured(url, "PostgreSQL", seconds)]


def serve_store(where: str, port: int) -> None:
    """Serve a store as `fanal about serve` does (the child process)."""
    from fanal.web.app import create_app
    from fanal.web.limits import Limits
    from fanal.web.serving import serve

    app = create_app(settings(), open_cards(where, SECRET), now, reading=Limits(1e9, 10**9))
    serve(app, "127.0.0.1", port)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve_store(sys.argv[2], int(sys.argv[3]))
    else:
        print(table(main(float(sys.argv[1]) if sys.argv[1:] else SECONDS)))
