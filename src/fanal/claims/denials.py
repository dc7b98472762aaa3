"""Posts that deny a claim while they carry it, told from those that pass it on.

1. A post's own words are those that the claim does not have (word difference); of a post that
   quotes or answers a carrier, all its words. Case and accents are folded, mentions left out.
2. It denies when its own words hold a cue of `cues.toml` (hoax, intox, фейк, Falschmeldung ...) that no
   negation stands before ("not a hoax") and no question mark follows within the same sentence
   ("is this a hoax?"). A claim that holds a cue itself ("the ministry denies ...") is a denial, or
   speaks of one: then no word tells who denies it, and rule 2 says nothing.
3. It denies, too, when it links to a domain that the user named as a checker's.
4. What denies and holds most of the claim's words, or quotes or answers a carrier, quotes to deny;
   what else denies is a denial in words of its own.

A rule of words: irony, films, pictures and denials in other words are not seen; docs/methods/trace.md
has its measured errors.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib import resources

from fanal.claims.query import CONTAINED, word_difference

CARRIES, DENIES, QUOTES = "carries", "denies", "quotes to deny"
_MENTION = re.compile(r"@[\w.@-]+|https?://\S+")
#: Words before a cue within which a negation turns it.
NEGATION_WORDS = 2


@dataclass(frozen=True, slots=True)
class Said:
    """What a post says of the claim: `CARRIES`, `DENIES` or `QUOTES`, and the cue that says so."""

    label: str
    cue: str = ""


def said(
    claim: str,
    text: str,
    *,
    of_claim: float = 0.0,
    answers: bool = False,
    hosts: Collection[str] = (),
    checkers: Collection[str] = (),
) -> Said:
    """Return what a post says of the claim.

    Parameters
    ----------
    claim, text
        The text asked for; the text of the post.
    of_claim
        Share of the claim that the text holds, 0 to 1.
    answers
        Whether the post quotes or answers a carrier.
    hosts
        Hosts of the post's links.
    checkers
        Domains of checkers, as the user named them.
    """
    # 1., 2.
    own = text if answers else _own(claim, text)
    cue = "" if denies_itself(claim) else _cue(_plain(own))
    # 3.
    linked = next((one for one in hosts if _is_of(one, checkers)), "")
    if not cue and not linked:
        return Said(CARRIES)
    # 4.
    return Said(QUOTES if answers or of_claim >= CONTAINED else DENIES, cue or linked)


def denies_itself(claim: str) -> bool:
    """Return whether a claim holds a cue: then words do not tell who denies it (2)."""
    return bool(_cue(_plain(claim)))


def _own(claim: str, text: str) -> str:
    # a gap stays a gap: words that stood apart form no cue
    return " | ".join(words for what, words in word_difference(claim, text) if what == "added")


def _cue(own: str) -> str:
    for found in _cues().finditer(own):
        before = own[: found.start()].split()[-NEGATION_WORDS:]
        rest = re.split(r"[.!|\n]", own[found.end() :], maxsplit=1)[0]
        if "?" not in rest and not _negations().intersection(before):
            return found[1]
    return ""


def _is_of(host: str, domains: Collection[str]) -> bool:
    return any(host == one or host.endswith(f".{one}") for one in domains)


def _plain(text: str) -> str:
    text = _MENTION.sub(" ", text.casefold().replace("’", "'"))
    folded = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return re.sub(r"[#_]", " ", bare)


@cache
def _words() -> dict[str, dict[str, list[str]]]:
    file = resources.files("fanal.claims").joinpath("cues.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def _cues() -> re.Pattern[str]:
    cues = sorted({_plain(cue) for cues in _words()["cues"].values() for cue in cues})
    longest_first = sorted(cues, key=lambda cue: (-len(cue), cue))
    joined = "|".join(re.escape(cue).replace(r"\*", r"\w*") for cue in longest_first)
    return re.compile(rf"(?<!\w)({joined})(?!\w)")


@cache
def _negations() -> frozenset[str]:
    return frozenset(_plain(word) for words in _words()["negations"].values() for word in words)
