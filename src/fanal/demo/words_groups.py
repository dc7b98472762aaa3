"""What the known groups of the demo world are called and do, in French and in English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GroupWords:
    """The words for one group.

    Parameters
    ----------
    name
        With its article, as it stands within a sentence.
    about
        What they do, a relative clause without "that": "repost a page ...".
    missed
        Why a run that does not see the group does not; empty for innocents.
    """

    name: str
    about: str
    missed: str = ""


_FRENCH = {
    "boost": GroupWords(
        "les relayeurs",
        "repartagent les mêmes messages à quelques secondes les uns des autres, quatorze fois",
        "leurs repartages ne se suivent pas d'assez près dans ce fichier.",
    ),
    "links": GroupWords(
        "les pousseurs de liens",
        "publient les mêmes liens vers cinq sites à quelques secondes d'intervalle, dix-huit fois",
        "leurs liens ne se suivent pas d'assez près dans ce fichier.",
    ),
    "paste": GroupWords(
        "les copieurs",
        "collent la même phrase en déplaçant le mot-dièse, treize fois",
        "leurs copies ne se suivent pas d'assez près dans ce fichier.",
    ),
    "burst": GroupWords(
        "les comptes neufs",
        "collent une phrase, une seule fois",
        "une seule action commune ne suffit à aucune paire ; il faut l'examen des rafales.",
    ),
    "sparse": GroupWords(
        "les épars",
        "repartagent à quelques-uns, rarement, des messages que tout le monde repartage",
        "chaque paire se croise trop peu ; seul un examen du groupe entier peut le voir.",
    ),
    "slow": GroupWords(
        "les patients",
        "repartagent la même page, chacun après une attente de vingt minutes à quatre heures",
        "leurs actions tombent hors de la fenêtre de 60 s ; une attente humaine ne se "
        "distingue pas de la leur.",
    ),
    "fans": GroupWords(
        "les fans", "suivent chacun de leur côté une chanteuse, notifications activées"
    ),
    "newsroom": GroupWords(
        "la rédaction", "repartagent leur journal dans les minutes qui suivent"
    ),
    "parliament": GroupWords(
        "les parlementaires", "suivent la ligne de leur groupe, mêmes mots-dièse en séance"
    ),
    "agency": GroupWords(
        "les clients de l'agence", "publient la même dépêche presque au même moment"
    ),
    "cohort": GroupWords("les cyclistes du canal", "s'intéressent au même sujet, à leur heure"),
}

_ENGLISH = {
    "boost": GroupWords(
        "the reposters",
        "repost the same posts seconds after one another, fourteen times",
        "their reposts do not follow each other closely enough in this file.",
    ),
    "links": GroupWords(
        "the linkers",
        "post the same links to five sites within seconds, eighteen times",
        "their links do not follow each other closely enough in this file.",
    ),
    "paste": GroupWords(
        "the pasters",
        "paste the same sentence with the hashtag moved, thirteen times",
        "their copies do not follow each other closely enough in this file.",
    ),
    "burst": GroupWords(
        "the fresh accounts",
        "paste one sentence, one single time",
        "one thing done together once is too little for any pair; it takes the test of bursts.",
    ),
    "sparse": GroupWords(
        "the sparse ones",
        "repost, a few of them and rarely, what everybody reposts",
        "each pair meets too seldom; only a test of the group as a whole can see it.",
    ),
    "slow": GroupWords(
        "the patient ones",
        "repost the same page, each after a wait of twenty minutes to four hours",
        "what they do falls outside the window of 60 s; a wait like any reader's cannot be told "
        "from theirs.",
    ),
    "fans": GroupWords(
        "the fan club", "follow one singer, each alone, with notifications switched on"
    ),
    "newsroom": GroupWords("the newsroom", "repost the paper they work for within minutes"),
    "parliament": GroupWords(
        "the members of parliament",
        "follow their party's line, with the same hashtags during a sitting",
    ),
    "agency": GroupWords(
        "the agency's clients", "publish the same dispatch at almost the same moment"
    ),
    "cohort": GroupWords(
        "the canal cyclists", "care for the same subject, each in their own time"
    ),
}

GROUPS = {"fr": _FRENCH, "en": _ENGLISH}
