"""What a paper says of a run: a paragraph, a table of parameters, references, as Markdown.

1. The paragraph: what was read, tested, expected, corrected, found; what a link cannot say.
2. The table: every setting and constant that the result depends on.
3. The sources of the methods that the run used, as BibTeX.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from fanal.coordination.judging import FEWEST_CO_ACTIONS
from fanal.coordination.settings import BIN_US, EPISODE_US
from fanal.kernels.null_model import LATTICE
from fanal.reports.about import About
from fanal.reports.links import join
from fanal.reports.references import bibtex
from fanal.reports.wording import Words

if TYPE_CHECKING:
    from fanal.coordination.result import Result

#: Seeds with which communities are found again.
SEEDS = 20


def methods_text(result: Result, about: About, lang: str = "en") -> str:
    """Return the methods of a run as Markdown.

    Parameters
    ----------
    result
        A coordination result; only its settings and its summary are read.
    about
        The case, its inputs, the run.
    lang
        One of `wording.LANGUAGES`.
    """
    say = Words(lang)
    told = {**result.settings, **result.summary}
    paragraph = " ".join(_sentences(told, about, say))
    rows = [f"| {name} | {value} |" for name, value in _parameters(told, about, say)]
    return "\n".join(
        [
            f"# {say('methods.title')}",
            "",
            paragraph,
            "",
            f"## {say('methods.parameters')}",
            "",
            f"| {say('methods.parameter')} | {say('methods.value')} |",
            "| --- | --- |",
            *rows,
            "",
            f"## {say('methods.references')}",
            "",
            "```bibtex",
            bibtex(about.version, about.made_at.year, _used(told)),
            "```",
            "",
        ]
    )


def _sentences(told: dict[str, Any], about: About, say: Words) -> Iterator[str]:
    # 1. read, tested
    count = say.numbers.count
    yield say(
        "methods.read",
        posts=say.count("post", about.posts),
        accounts=say.count("account", about.accounts),
        period=_period(about, say),
        files=say.count("file", len(about.inputs)),
        version=about.version,
        run=about.run,
    )
    layers = list(told["layers"])
    yield say(
        "methods.tested",
        window=_windows(told, say),
        layers=join([say.layer(name) for name in layers], say),
        pairs=count(int(told["pairs_tested"])),
        active=count(int(told["accounts"])),
    )
    looks = len(told["windows_s"]) * (len(layers) + 1 if len(layers) > 1 else 1)
    yield say("methods.null", looks=looks)
    yield say("methods.affinity")
    yield say(
        "methods.correction",
        correction=_correction(told, say),
        fdr=say.numbers.percent(told["fdr"]),
    )
    yield say("methods.stability", seeds=SEEDS)
    yield from _found(told, say)
    yield say("methods.cannot")
    yield say("methods.again")


def _found(told: dict[str, Any], say: Words) -> Iterator[str]:
    count = say.numbers.count
    yield say(
        "methods.found",
        links=say.count("link", int(told["links"])),
        explained=count(int(told["explained"])),
        fragile=count(int(told["fragile"])),
        headline=count(int(told["headline"])),
    )
    bursts, tested = int(told["bursts"]), int(told["bursts_tested"])
    yield say("methods.bursts", bursts=count(bursts), tested=count(tested))
    yield say("methods.groups", groups=count(int(told["groups"])))
    shuffles = list(told["shuffles"])
    if isinstance(told["shuffles"], list) and shuffles:
        mean = f"{sum(shuffles) / len(shuffles):g}"
        yield say("methods.shuffles", times=say.count("shuffle", len(shuffles)), mean=mean)
    else:
        yield say("methods.shuffles.none")
    yield say("methods.quiet", quiet=count(int(told["too_quiet"])))
    if told["left_out"]:
        left = [f"{say.phrase(why)}: {count(n)}" for why, n in told["left_out"].items()]
        yield say("methods.left", left="; ".join(left))


def _period(about: About, say: Words) -> str:
    if about.first is None or about.last is None:
        return say("period.unknown")
    first, last = say.numbers.days(about.first, about.last)
    return say("period", first=first, last=last)


def _windows(told: dict[str, Any], say: Words) -> str:
    return join([say.numbers.duration(one) for one in told["windows_s"]], say)


def _correction(told: dict[str, Any], say: Words) -> str:
    return say(f"method.{told['fdr_method']}")


def _parameters(told: dict[str, Any], about: About, say: Words) -> Iterator[tuple[str, str]]:
    # 2. all that the result depends on
    values = {
        "layers": ", ".join(told["layers"]),
        "windows": ", ".join(f"{one:g} s" for one in told["windows_s"]),
        "precision": f"{told['precision_s']:g} s",
        "fdr": f"{told['fdr']:g}",
        "correction": _correction(told, say),
        "pairs": say.numbers.count(int(told["pairs_tested"])),
        "cutoff": f"{told['cutoff_p']:.3g}",
        "bins": say.numbers.duration(BIN_US / 1e6),
        "episode": say.numbers.duration(EPISODE_US / 1e6),
        "fewest": str(FEWEST_CO_ACTIONS),
        "lattice": f"{LATTICE:g} nat",
        "shuffles": str(len(told["shuffles"])),
        "seed": str(told["seed"]),
        "run": about.run,
    }
    for key, value in values.items():
        yield say(f"methods.p.{key}"), value
    yield from about.versions.items()
    for number, one in enumerate(about.inputs, 1):
        yield f"{say('methods.p.files')} ({number})", f"`{one.sha256}`"


def _used(told: dict[str, Any]) -> list[str]:
    """Return the keys of the references that the run used."""
    return [
        "benjamini1995" if told["fdr_method"] == "bh" else "benjamini2001",
        "lugannani1980",
        "panjer1981",
        "traag2019",
        "karrer2011",
        "caldarelli2020",
        "pacheco2021",
        "naus1965",
        "skellam1948",
        "chernoff1952",
        "hoeffding1963",
        "kulldorff1997",
        "greene2010",
    ]
