"""The sources of the methods, as BibTeX; docs/methods/ says what each is used for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """A paper: its kind for BibTeX, authors, title, where it appeared, year, DOI if it has one."""

    kind: str
    authors: str
    title: str
    where: str
    year: int
    doi: str = ""


SOURCES: dict[str, Source] = {
    "benjamini1995": Source(
        "article",
        "Benjamini, Yoav and Hochberg, Yosef",
        "Controlling the False Discovery Rate: A Practical and Powerful Approach to Multiple Testing",
        "Journal of the Royal Statistical Society: Series B",
        1995,
        "10.1111/j.2517-6161.1995.tb02031.x",
    ),
    "benjamini2001": Source(
        "article",
        "Benjamini, Yoav and Yekutieli, Daniel",
        "The control of the false discovery rate in multiple testing under dependency",
        "The Annals of Statistics",
        2001,
        "10.1214/aos/1013699998",
    ),
    "lugannani1980": Source(
        "article",
        "Lugannani, Robert and Rice, Stephen",
        "Saddle point approximation for the distribution of the sum of independent random variables",
        "Advances in Applied Probability",
        1980,
        "10.2307/1426607",
    ),
    "panjer1981": Source(
        "article",
        "Panjer, Harry H.",
        "Recursive Evaluation of a Family of Compound Distributions",
        "ASTIN Bulletin",
        1981,
        "10.1017/S0515036100006796",
    ),
    "traag2019": Source(
        "article",
        "Traag, V. A. and Waltman, L. and van Eck, N. J.",
        "From Louvain to Leiden: guaranteeing well-connected communities",
        "Scientific Reports",
        2019,
        "10.1038/s41598-019-41695-z",
    ),
    "karrer2011": Source(
        "article",
        "Karrer, Brian and Newman, M. E. J.",
        "Stochastic blockmodels and community structure in networks",
        "Physical Review E",
        2011,
        "10.1103/PhysRevE.83.016107",
    ),
    "caldarelli2020": Source(
        "article",
        "Caldarelli, Guido and De Nicola, Rocco and Del Vigna, Fabio and Petrocchi, Marinella "
        "and Saracco, Fabio",
        "The role of bot squads in the political propaganda on Twitter",
        "Communications Physics",
        2020,
        "10.1038/s42005-020-0340-4",
    ),
    "pacheco2021": Source(
        "inproceedings",
        "Pacheco, Diogo and Hui, Pik-Mai and Torres-Lugo, Christopher and Truong, Bao Tran and "
        "Flammini, Alessandro and Menczer, Filippo",
        "Uncovering Coordinated Networks on Social Media: Methods and Case Studies",
        "Proceedings of the International AAAI Conference on Web and Social Media",
        2021,
    ),
    "naus1965": Source(
        "article",
        "Naus, Joseph I.",
        "The Distribution of the Size of the Maximum Cluster of Points on a Line",
        "Journal of the American Statistical Association",
        1965,
        "10.1080/01621459.1965.10480810",
    ),
    "skellam1948": Source(
        "article",
        "Skellam, J. G.",
        "A Probability Distribution Derived from the Binomial Distribution by Regarding the "
        "Probability of Success as Variable between the Sets of Trials",
        "Journal of the Royal Statistical Society: Series B",
        1948,
        "10.1111/j.2517-6161.1948.tb00014.x",
    ),
    "chernoff1952": Source(
        "article",
        "Chernoff, Herman",
        "A Measure of Asymptotic Efficiency for Tests of a Hypothesis Based on the sum of Observations",
        "The Annals of Mathematical Statistics",
        1952,
        "10.1214/aoms/1177729330",
    ),
    "hoeffding1963": Source(
        "article",
        "Hoeffding, Wassily",
        "Probability Inequalities for Sums of Bounded Random Variables",
        "Journal of the American Statistical Association",
        1963,
        "10.1080/01621459.1963.10500830",
    ),
    "kulldorff1997": Source(
        "article",
        "Kulldorff, Martin",
        "A spatial scan statistic",
        "Communications in Statistics - Theory and Methods",
        1997,
        "10.1080/03610929708831995",
    ),
    "greene2010": Source(
        "inproceedings",
        "Greene, Derek and Doyle, Donal and Cunningham, P{\\'a}draig",
        "Tracking the Evolution of Communities in Dynamic Social Networks",
        "International Conference on Advances in Social Networks Analysis and Mining",
        2010,
        "10.1109/ASONAM.2010.17",
    ),
}


def bibtex(version: str, year: int, keys: Iterable[str]) -> str:
    """Return Fanal and some of `SOURCES` as BibTeX.

    Parameters
    ----------
    version
        Of Fanal.
    year
        Of the result.
    keys
        Of `SOURCES`.
    """
    own = (
        f"@software{{fanal,\n  author = {{{{The Fanal developers}}}},\n"
        "  title = {Fanal: which accounts act together beyond chance},\n"
        f"  version = {{{version}}},\n  year = {{{year}}}\n}}"
    )
    return "\n\n".join([own, *(_entry(key, SOURCES[key]) for key in keys)])


def _entry(key: str, one: Source) -> str:
    where = "journal" if one.kind == "article" else "booktitle"
    lines = [
        f"  author = {{{one.authors}}}",
        f"  title = {{{{{one.title}}}}}",
        f"  {where} = {{{one.where}}}",
        f"  year = {{{one.year}}}",
    ]
    lines += [f"  doi = {{{one.doi}}}"] if one.doi else []
    return f"@{one.kind}{{{key},\n" + ",\n".join(lines) + "\n}"
