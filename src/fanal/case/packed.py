"""A pack opened in place of a case: all that reading commands ask, nothing that writes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

import msgspec
import pyarrow as pa

from fanal.case.case import Case, Clock
from fanal.case.naming import Naming, Person
from fanal.case.pack_facts import ANSWERS, REPORT
from fanal.case.pack_file import ENDING, PackFile
from fanal.case.pack_reading import Pack
from fanal.case.results import Run
from fanal.coordination import Result
from fanal.coordination.answerable import Answerable
from fanal.coordination.creations import CreationDay
from fanal.coordination.tables import SCHEMAS
from fanal.errors import CaseError, PolicyError, StoreError
from fanal.model.names import Level, pseudonymous, some_named
from fanal.reports.answers import Answers, Carried, Description, FirstPost, Holdings
from fanal.store.folder import Folder
from fanal.store.records import Input

#: What shows more stands later.
_ORDER = tuple(Level)
_OBJECT = "object "


class PackedCase(Case):
    """A pack; made by `open_case`.

    Raises
    ------
    CaseError
        From everything that would write, or that needs the posts themselves.
    """

    def __init__(self, path: Path, clock: Clock | None = None) -> None:
        super().__init__(Folder(path), clock)
        pack = Pack(path)
        self._file, self._facts, self.level = pack.file, pack.facts, pack.level

    @property
    def name(self) -> str:
        """The file's name, without ``.fanal.zip``."""
        return self.path.name.removesuffix(ENDING)

    @property
    def made_by(self) -> str:
        """Who made the pack; empty when not said."""
        return self._file.manifest.made_by

    def __repr__(self) -> str:
        """Say what is in it."""
        return f"<Pack {self.name!r} at level {self.level}: run {self._facts.run.id}>"

    def inputs(self) -> list[Input]:
        """Return the files that the case held, without their names."""
        return list(self._facts.inputs)

    def runs(self) -> list[Run]:
        """Return the one run of the pack."""
        return [self._facts.run]

    def run(self, run_id: str) -> Result:
        """Return the result of the run; at level ``counts`` its tables are empty."""
        if not run_id or not self._facts.run.id.startswith(run_id):
            raise CaseError(
                f"{self.path}: run {run_id!r}: this pack holds run {self._facts.run.id} alone."
            )
        return self._result

    @cached_property
    def _result(self) -> Result:
        if self.level is Level.COUNTS:
            tables = {name: schema.empty_table() for name, schema in SCHEMAS.items()}
        else:
            tables = {name: self._table(name, schema) for name, schema in SCHEMAS.items()}
        run = self._facts.run
        return Result(**tables, summary=dict(run.summary), settings=dict(run.parameters))

    def _table(self, name: str, schema: pa.Schema) -> pa.Table:
        table = self._file.table(f"{name}.parquet")
        try:
            return table.select(schema.names).cast(schema)
        except (KeyError, pa.ArrowException) as error:
            version = self._file.manifest.fanal
            raise StoreError(
                f"{self.path}: its table {name} is not as this version reads it.",
                hint=f"Fanal {version} wrote it.",
            ) from error

    def verify(self) -> list[str]:
        """Return what is wrong; a pack that opens is what its manifest says."""
        PackFile(self.path)
        return []

    def answerable(self, **_: Any) -> Answers:
        """Return what the case could answer at the settings of the run."""
        plain = self._file.record(ANSWERS, dict[str, Any])
        try:
            return _answers(plain)
        except (KeyError, TypeError, msgspec.MsgspecError) as error:
            raise StoreError(
                f"{self.path}: {ANSWERS} is not as this version reads it."
            ) from error

    def describe(self) -> Description:
        """Return the plain description that was packed."""
        return self.answerable().description

    def pseudonyms(self) -> Callable[[str], str]:
        """Return key -> pseudonym; what is a pseudonym already stays what it is."""
        known = self._facts.pseudonyms

        def pseudonym(text: str) -> str:
            thing = text.removeprefix(_OBJECT)
            shown = known.get(thing, thing)
            return f"A{shown[1:]}" if text != thing else shown

        return pseudonym

    def naming(self, level: Level) -> Naming:
        """Return how an output of this level names things.

        Raises
        ------
        PolicyError
            The level shows more than the pack holds.
        """
        if _ORDER.index(level) > _ORDER.index(self.level):
            raise PolicyError(
                f"{self.path}: this pack was made at level {self.level}; it holds nothing to "
                f"show at level {level}.",
                hint=f"Say --level {self.level}, or ask who made it.",
            )
        if level is not Level.NAMED:
            return Naming(names=pseudonymous(self.pseudonyms(), level), people={}, rests_on={})
        people = {one.account: one for one in self._facts.people}
        return Naming(
            names=some_named(self.pseudonyms(), self._facts.handles, people),
            people={
                key: Person(
                    account=key,
                    reason=one.reason,
                    asked=date.fromisoformat(one.asked),
                    answer=one.answer,
                )
                for key, one in people.items()
            },
            rests_on={key: one.rests_on for key, one in people.items()},
        )

    def report(self, lang: str) -> str:
        """Return the report of a pack of counts, made with it."""
        return self._file.content(REPORT.format(lang=lang)).decode("utf-8")

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise CaseError(
            f"{self.path}: a pack is read-only.", hint="Work on the case that it was made from."
        )

    add = remove = forget = coordinate = _refuse

    def replay(self, run_id: str, **_: Any) -> NoReturn:
        """Refuse: the posts are not in a pack."""
        raise CaseError(
            f"{self.path}: run {run_id!r} cannot be made again from a pack: it holds what was "
            "found, not the posts.",
            hint="Who has the case can. `fanal verify` says whether the pack is what was packed.",
        )

    def trace(self, **_: Any) -> NoReturn:
        """Refuse: the posts are not in a pack."""
        raise CaseError(
            f"{self.path}: a pack holds findings, not the posts: nothing can be traced in it.",
            hint="Who has the case can.",
        )

    def find(self, words: str, *, limit: int = 0) -> NoReturn:
        """Refuse: the posts are not in a pack."""
        del words, limit
        raise CaseError(
            f"{self.path}: a pack holds findings, not the posts: nothing to search."
        )

    def table(self, name: str, *, threads: int = 0) -> NoReturn:
        """Refuse: the posts are not in a pack."""
        del threads
        raise CaseError(f"{self.path}: a pack holds findings, not the table {name}.")


def _answers(plain: dict[str, Any]) -> Answers:
    told = plain["description"]
    power = plain["power"]
    copies = told["copies"]
    return Answers(
        holdings=msgspec.convert(plain["holdings"], Holdings),
        description=Description(
            copies=None if copies is None else msgspec.convert(copies, tuple[Carried, ...]),
            busiest=msgspec.convert(told["busiest"], tuple[Carried, ...]),
            first_posts=msgspec.convert(told["first_posts"], tuple[FirstPost, ...]),
            created=msgspec.convert(told["created"], tuple[CreationDay, ...]),
            **{name: told[name] for name in ("created_known", "created_first", "created_last")},
        ),
        power=None if power is None else msgspec.convert(power, Answerable),
        refusal=plain["refusal"],
        asked=tuple(plain["asked"]),
    )
