"""A case: thin; the work is in `store`, `readers`, `coordination` and the modules beside it."""
# ruff: noqa: S608 - names come from model/tables.py, paths are quoted

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from fanal.case.adding import AddProgress, Asked, add_all
from fanal.case.foreseeing import foresee_adding
from fanal.case.pseudonyms import under_key
from fanal.case.results import Added, Forgotten, Replayed, Run
from fanal.case.runs import run_of
from fanal.errors import CaseError
from fanal.model.names import Level
from fanal.model.tables import READ_TABLES
from fanal.store.check import problems
from fanal.store.erase import erase
from fanal.store.erasure import Wanted
from fanal.store.folder import Folder
from fanal.store.query import total_order
from fanal.store.records import Input, setting_of
from fanal.store.retire import remove_input
from fanal.store.runs import listed_runs, named_run, stored_run

if TYPE_CHECKING:  # heavy: a case that is only read stays light
    from fanal.case.finding import Found
    from fanal.claims.trace import Trace
    from fanal.coordination import Result
    from fanal.model.foreseen import Foresight
    from fanal.reports.answers import Answers, Description

_TABLES = {table.name: table for table in READ_TABLES}
#: Gives the present time in microseconds since 1970, UTC.
Clock = Callable[[], int]


def create_case(path: str | Path, *, clock: Clock | None = None) -> Case:
    """Make a new case folder and return the case.

    Parameters
    ----------
    path
        The folder; the usual name ends in ``.case``.
    clock
        Asked for the time where a method is not told; None: every method must be told.

    Raises
    ------
    CaseError
        If the folder holds something already, a case included.
    StoreError
        If the folder cannot be written.
    """
    folder = Folder(Path(path))
    if folder.catalogue.is_made():
        raise CaseError(f"{path}: a case is there already.", hint="Open it with open_case.")
    if folder.path.exists() and not folder.is_bare():
        raise CaseError(
            f"{path}: exists and is no case.", hint="Choose a name that is not taken yet."
        )
    folder.catalogue.create()
    return Case(folder, clock)


class Case:
    """One investigation on disk; made by `create_case` and `opening.open_case`.

    Holds no file open: several processes may use the same case at once.
    """

    #: What a pack may show; None: a case, which holds everything.
    level: Level | None = None

    def __init__(self, folder: Folder, clock: Clock | None = None) -> None:
        self._folder = folder
        self._clock = clock

    def _time(self, now: int | None) -> int:
        if now is not None:
            return now
        if self._clock is None:
            raise ValueError(
                "this case has no clock: say `now`, or open it with fanal.open_case"
            )
        return self._clock()

    @property
    def path(self) -> Path:
        """The case folder."""
        return self._folder.path

    @property
    def name(self) -> str:
        """The folder's name, without ``.case``."""
        return self.path.name.removesuffix(".case")

    def __repr__(self) -> str:
        """Say what is in it."""
        inputs = self.inputs()
        posts = sum(item.kept - item.duplicates for item in inputs)
        return f"<Case {self.name!r}: {posts:,} posts from {len(inputs)} inputs>"

    def add(  # noqa: PLR0913 - keywords only
        self,
        paths: str | Path | Iterable[str | Path],
        *,
        format: str | None = None,  # noqa: A002 - the word of the command line
        mapping: Mapping[str, Any] | None = None,
        time_unit: str = "",
        captured_by: str = "",
        replace: bool | Callable[[str], bool] = False,
        now: int | None = None,
        progress: AddProgress | None = None,
        foresight: Foresight | None = None,
    ) -> list[Added]:
        """Read files into the case, one commit each, and return what became of each.

        Parameters
        ----------
        paths
            Files, folders, ``.gz``, ``.zst``, ``.zip``; one or several.
        format
            Name of a reader; None: recognised.
        mapping
            Content of a ``mapping.toml``; None: guessed where needed.
        time_unit
            ``s``, ``ms``, ``us`` for integer times; empty: by their size.
        captured_by
            Who captured what the files hold, in your words; kept with platform cards.
        replace
            Whether a file in the case may be read anew with another mapping; or what to ask,
            with a sentence, for each such file.
        now
            None: the present. Microseconds since 1970, UTC; files that a kill left a day before are swept.
        progress
            Called with (file, bytes read, bytes in all or 0, posts kept).
        foresight
            Told what adding will take, before it begins.

        Raises
        ------
        KeyboardInterrupt
            It was stopped; files before stay added, and are not read again when asked again.
        ReaderError
            If a file named here cannot be read. Files before it stay added.
        CaseError
            If a file is in the case with another mapping and `replace` is False.
        StoreError
            If the disk is full or refuses. Nothing half-written stays.
        """
        given = [paths] if isinstance(paths, str | Path) else list(paths)
        asked = Asked(
            format=format,
            mapping=mapping,
            time_unit=time_unit,
            captured_by=captured_by,
            replace=replace,
        )
        moment = self._time(now)
        foresee = partial(foresee_adding, given, asked, foresight) if foresight else None
        done = add_all(self._folder, given, asked, moment, progress, foresee)
        self._folder.sweep(moment)
        return done

    def inputs(self) -> list[Input]:
        """Return the files in the case, in the order they were added."""
        return list(self._folder.snapshot().inputs)

    def remove(self, input_id: str) -> None:
        """Take an input out; posts it was the first to hold stay if another input holds them.

        Raises
        ------
        CaseError
            If there is no such input.
        """
        remove_input(self._folder, input_id)

    def verify(self) -> list[str]:
        """Return what is wrong with the case, one sentence each; empty when all is as written.

        Every part is read and hashed once.
        """
        return problems(self._folder)

    def forget(
        self,
        *,
        accounts: Iterable[str] = (),
        posts: Iterable[str] = (),
        before: int | None = None,
        now: int | None = None,
    ) -> Forgotten:
        """Erase accounts, posts, or all before a time, for good; the rest still verifies.

        Parameters
        ----------
        accounts
            Account keys, or ``@handle``; their posts, observations and results go.
        posts
            Post keys.
        before
            Microseconds since 1970, UTC: posts and observations before it go.
        now
            None: the present. Microseconds since 1970, UTC; kept with the counts of what was erased.

        Notes
        -----
        What others repost of a forgotten post loses its text, and points to a token that stands
        for the post. Results of runs that read or name what was erased are dropped; the runs stay
        listed, and can be replayed on what is left. Adding an erased file anew brings its rows
        back.
        """
        wanted = Wanted(accounts=tuple(accounts), posts=tuple(posts), before=before)
        if not wanted.accounts and not wanted.posts and before is None:
            raise CaseError(
                "nothing was named to forget.", hint="Name an account, a post or a time."
            )
        done = erase(self._folder, wanted, self._time(now))
        return Forgotten(
            counts=dict(sorted(done.counts.items())),
            left_behind=tuple(done.left_behind),
            notes=tuple(done.notes),
        )

    def coordinate(  # noqa: PLR0913 - keywords only
        self,
        *,
        layers: Iterable[str] | None = None,
        windows: Iterable[float] | None = None,
        fdr: float = 0.05,
        fdr_method: str = "bh",
        shuffles: int = 1,
        seed: int = 0,
        threads: int = 1,
        now: int | None = None,
        progress: Callable[[str, float, float], None] | None = None,
        foresight: Foresight | None = None,
    ) -> Result:
        """Return the links among the accounts of this case, and keep them as a run.

        Asked again over the same rows with the same settings, the stored run is given back and
        counts as the latest; one whose stored result cannot be read is computed and kept anew.

        Parameters
        ----------
        layers
            repost, url, hashtag, image, text, reply; None: all of these. By name: text-exact.
        windows
            Seconds; None: 60, raised to the precision of the times where that is coarser.
        fdr, fdr_method, shuffles, seed, threads
            See `fanal.coordination.Settings`.
        now
            None: the present. Microseconds since 1970, UTC; kept with the run.
        progress
            Called with (what, done, total).
        foresight
            Told what a long step will take, before it begins.

        Raises
        ------
        KeyboardInterrupt
            It was stopped. What is finished of it is kept: asked again, it goes on from there.
        AnalysisError
            There is no such layer, nothing to analyse, or a window lies below the precision
            of the times.
        """
        from fanal.case.coordinating import coordinate_case
        from fanal.coordination import Settings

        settings = Settings(
            windows_s=tuple(windows or ()),
            fdr=fdr,
            fdr_method=fdr_method,
            shuffles=shuffles,
            seed=seed,
            threads=threads,
        )
        wanted = tuple(layers or ())
        moment = self._time(now)
        return coordinate_case(self._folder, wanted, settings, moment, progress, foresight)[1]

    def answerable(
        self,
        *,
        layers: Iterable[str] | None = None,
        windows: Iterable[float] | None = None,
        fdr: float = 0.05,
        fdr_method: str = "bh",
        threads: int = 1,
        foresight: Foresight | None = None,
    ) -> Answers:
        """Return what this case can and cannot answer, asked as `coordinate` is; nothing is kept."""
        from fanal.case.answering import answers_of
        from fanal.coordination import Settings

        settings = Settings(
            windows_s=tuple(windows or ()), fdr=fdr, fdr_method=fdr_method, threads=threads
        )
        return answers_of(self._folder, tuple(layers or ()), settings, foresight)

    def describe(self) -> Description:
        """Return a plain description of what is in this case; it is no finding."""
        from fanal.case.answering import description_of

        return description_of(self._folder)

    def trace(
        self,
        *,
        text: str = "",
        post: str = "",
        url: str = "",
        marks: Mapping[str, str] | None = None,
        checkers: Iterable[str] = (),
        threads: int = 1,
        now: int | None = None,
    ) -> Trace:
        """Return who carries a text, that of a post, or a link; see `case.tracing`.

        `marks` (post -> ``yes``, ``no``, empty to take one away) are kept in the case; who links to a
        domain of `checkers` denies.
        """
        from fanal.case.tracing import asked_of, trace_case

        asked = asked_of(self._folder, self, text=text, post=post, url=url)
        if marks:
            asked.mark(self._folder, self, marks, self._time(now))
        return trace_case(self._folder, self, asked, checkers=tuple(checkers), threads=threads)

    def find(self, words: str, *, limit: int = 0) -> Found:
        """Return the posts whose text holds all of some words; see `case.finding`."""
        from fanal.case.finding import found_in

        return found_in(self._folder, words, limit)

    def run(self, run_id: str) -> Result:
        """Return the stored result of a run; `run_id` may be the beginning of only one.

        Raises
        ------
        CaseError
            There is no such run.
        StoreError
            Its stored result is missing, damaged, or was erased.
        """
        from fanal.case.coordinating import result_of

        stored = stored_run(self._folder, named_run(self._folder, run_id))
        assert stored is not None
        return result_of(stored)

    def replay(self, run_id: str, *, threads: int = 1, now: int | None = None) -> Replayed:
        """Compute a run anew over the present rows, and say what differs.

        A stored result that is missing, damaged or erased is replaced, and that is said.

        Raises
        ------
        CaseError
            There is no such run, or it is of a kind that cannot be replayed.
        """
        from fanal.case.coordinating import replay_run

        key = named_run(self._folder, run_id)
        return replay_run(self._folder, key, threads, self._time(now))

    def runs(self) -> list[Run]:
        """Return the runs of this case in the order they were last asked for, stale ones marked."""
        return [run_of(listed) for listed in listed_runs(self._folder)]

    def table(self, name: str, *, threads: int = 0) -> pa.Table:
        """Return a table of `model/tables.py`; ``posts`` is deduplicated, its gaps are filled.

        Rows come in the table's own order, whatever the number of threads.
        """
        if name not in _TABLES:
            raise CaseError(f"no table {name!r}", hint=f"There are: {', '.join(_TABLES)}.")
        sql = f"SELECT * FROM {name} ORDER BY {total_order(_TABLES[name])}"
        return self._folder.ask(
            lambda connection, _: connection.sql(sql).to_arrow_table(), threads=threads
        )

    def rejected(self) -> pa.Table:
        """Return the records that could not be read, with position, reason and beginning."""
        return self.table("rejected")

    def pseudonyms(self) -> Callable[[str], str]:
        """Return key -> ``A-xxxxxxxxxx``, the same in this case, of no use in another one."""
        with self._folder.catalogue.reading() as connection:
            return under_key(bytes.fromhex(setting_of(connection, "pseudonym_key")))
