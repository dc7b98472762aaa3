"""The configuration of the cards: one TOML file that an operator writes and a reviewer reads.

1. Every key is known, and of its type; a key that is not is named, with its line.
2. Paths are taken from the folder of the file.
3. Mode "public" needs a decision: a written file, and its SHA-256 in the configuration. Who changes
   the file changes the hash, and must decide again.
4. Modes that show cards say where: without an address, links would lead to the reader's own machine.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from fanal.about.countries import codes
from fanal.about.fields import fields_of
from fanal.about.memory import MODES, OPEN, PRIVATE, Policy
from fanal.errors import PolicyError

SOURCES: Final = ("mastodon", "log")
#: Accounts at which a cell opens: fewer than the least protect nobody.
LEAST_K: Final = 10
_MOST_K: Final = 1_000_000
_KEYS: Final[dict[str, type]] = {
    "mode": str, "decision": str, "decision_file": str, "cards": str, "secret": str, "key": str,
    "weights": str, "base_url": str, "profile_url": str, "k": int, "risk": list, "source": str, "proxies": list,
}  # fmt: skip
_WORDS: Final = {str: "a text", int: "a whole number", list: "a list of texts"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an operator decided of the cards.

    Parameters
    ----------
    path
        The file that says so.
    mode
        "private", "opt-in" or "public".
    decision
        SHA-256 of the written decision, 64 hexadecimal digits; "" without one.
    cards
        Their database: a path, or a URL of PostgreSQL.
    secret, key
        Files of the server's secret and of the key that signs cards.
    base_url
        Where the cards are served, without a slash at the end.
    profile_url
        Where an account's page is, with ``{handle}``.
    weights
        What `fanal about calibrate` wrote here; None for those that Fanal comes with.
    k
        Accounts at which a cell opens; it closes below three quarters of that.
    risk
        ISO codes of countries told as regions.
    source
        "mastodon" or "log": which fields a card may have.
    proxies
        Networks of one's own reverse proxies, which may name a visitor's address.
    """

    path: Path
    mode: str
    decision: str
    cards: str
    secret: Path
    key: Path
    base_url: str
    profile_url: str
    weights: Path | None
    k: int
    risk: frozenset[str]
    source: str
    proxies: tuple[str, ...]

    def policy(self) -> Policy:
        """Return what the rules of publishing ask for."""
        return Policy(
            mode=self.mode,
            k=self.k,
            k_leave=self.k * 3 // 4,
            risk=self.risk,
            fields=fields_of(self.source),
        )


def read_settings(path: Path) -> Settings:
    """Return the settings of a configuration file.

    Raises
    ------
    PolicyError
        With the file, the line, the key, and what was expected there. What a key holds is not
        repeated: it may be a password.
    """
    file = _File(path)
    mode = file.one_of("mode", MODES, PRIVATE)
    secret, key = _two_files(file)
    return Settings(
        path=path,
        mode=mode,
        decision=_decision(file, mode),
        cards=_database(file),
        secret=secret,
        key=key,
        base_url=_base(file, mode),
        profile_url=_profile(file),
        weights=file.path("weights", "") if "weights" in file.values else None,
        k=_k(file),
        risk=_risk(file),
        source=file.one_of("source", SOURCES, "log"),
        proxies=_proxies(file),
    )


class _File:
    """A configuration file: its values, and where each key stands."""

    def __init__(self, path: Path) -> None:
        self.name = path
        try:
            self.text = path.read_text(encoding="utf-8")
            self.values = tomllib.loads(self.text)
        except FileNotFoundError:
            raise PolicyError(
                f"{path}: no such file", hint="docs/about/publish.md shows a configuration."
            ) from None
        except tomllib.TOMLDecodeError as error:
            raise PolicyError(f"{path}: no TOML: {_position(error)}") from None
        except (OSError, UnicodeDecodeError):
            raise PolicyError(f"{path}: cannot be read as UTF-8 text") from None
        for key, value in self.values.items():
            kind = _KEYS.get(key)
            if kind is None:
                raise self.wrong(key, f"no such key; there are {', '.join(_KEYS)}")
            if not _is_of(value, kind):
                raise self.wrong(key, f"{_WORDS[kind]} was expected")

    def wrong(self, key: str, what: str) -> PolicyError:
        """Return the error of a key, with its line where it stands in the file."""
        pattern = re.compile(rf"^\s*[\"']?{re.escape(key)}[\"']?\s*=", re.MULTILINE)
        found = pattern.search(self.text)
        line = f":{self.text.count(chr(10), 0, found.end()) + 1}" if found else ""
        return PolicyError(f"{self.name}{line}: {key}: {what}", hint="Mend it in the file.")

    def text_of(self, key: str, usual: str) -> str:
        """Return a text."""
        return str(self.values.get(key, usual))

    def path(self, key: str, usual: str) -> Path:
        """Return a path, from the folder of the file."""
        text = self.text_of(key, usual)
        if not text:
            raise self.wrong(key, "the name of a file was expected")
        return self.name.parent / Path(text).expanduser()

    def one_of(self, key: str, words: tuple[str, ...], usual: str) -> str:
        """Return one of some words."""
        word = self.text_of(key, usual)
        if word not in words:
            raise self.wrong(key, f"one of {', '.join(words)} was expected")
        return word


def _is_of(value: Any, kind: type) -> bool:
    if kind is list:
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    return isinstance(value, kind) and not isinstance(value, bool)


def _position(error: tomllib.TOMLDecodeError) -> str:
    """Return where a file stops being TOML, without what stands there."""
    found = re.search(r"\(at (.*)\)", str(error))
    return found[1] if found else "it ends too early"


def _decision(file: _File, mode: str) -> str:
    """Return the hash of the decision, checked against the file that holds it (3)."""
    said = file.text_of("decision", "").removeprefix("sha256:").lower()
    if mode != OPEN and not said:
        return ""
    if not re.fullmatch(r"[0-9a-f]{64}", said):
        raise file.wrong(
            "decision",
            "mode public needs a written decision: decision_file names it, and decision is"
            ' "sha256:" and its hash (sha256sum FILE)',
        )
    if "decision_file" not in file.values:
        raise file.wrong("decision_file", "the file of the written decision was expected")
    path = file.path("decision_file", "")
    try:
        text = path.read_bytes()
    except OSError:
        raise file.wrong("decision_file", f"{path} cannot be read") from None
    if not text.strip():
        raise file.wrong("decision_file", f"{path} is empty: nothing was decided")
    if hashlib.sha256(text).hexdigest() != said:
        raise file.wrong("decision", f"this is not the hash of {path}: decide again")
    return said


def _two_files(file: _File) -> tuple[Path, Path]:
    """Return the files of secret and key: whoever may sign need not open every record."""
    secret, key = file.path("secret", "secret"), file.path("key", "key")
    if secret.resolve() == key.resolve():
        raise file.wrong("key", "another file than that of the secret was expected")
    return secret, key


def _database(file: _File) -> str:
    where = file.text_of("cards", "cards.sqlite")
    return where if "://" in where else str(file.path("cards", "cards.sqlite"))


def _url(file: _File, key: str, usual: str) -> str:
    url = file.text_of(key, usual)
    try:
        parts = urlsplit(url)
        fine = (
            parts.scheme in {"http", "https"}
            and bool(parts.hostname)
            and "@" not in parts.netloc
        )
    except ValueError:
        fine = False
    if not fine or any(letter.isspace() for letter in url):
        raise file.wrong(key, "an address that begins with https:// was expected")
    return url


def _base(file: _File, mode: str) -> str:
    """Return where the cards are served; modes that show cards must say it (4)."""
    if mode != PRIVATE and "base_url" not in file.values:
        raise file.wrong("base_url", f"mode {mode} needs the address that others reach it by")
    url = _url(file, "base_url", "http://127.0.0.1:8000")
    if "?" in url or "#" in url:
        raise file.wrong("base_url", "an address without ? and # was expected")
    return url.rstrip("/")


def _profile(file: _File) -> str:
    url = _url(file, "profile_url", "http://127.0.0.1:8000/@{handle}")
    if url.count("{handle}") != 1 or url.count("{") != 1 or url.count("}") != 1:
        raise file.wrong("profile_url", "{handle} was expected in it, once")
    return url


def _k(file: _File) -> int:
    k = int(file.values.get("k", 20))
    if not LEAST_K <= k <= _MOST_K:
        raise file.wrong("k", f"a number from {LEAST_K} on was expected")
    return k


def _risk(file: _File) -> frozenset[str]:
    risk = frozenset(one.upper() for one in file.values.get("risk", []))
    unknown = sorted(risk - set(codes()))
    if unknown:
        raise file.wrong("risk", f"no ISO 3166-1 code: {', '.join(unknown)}")
    return risk


def _proxies(file: _File) -> tuple[str, ...]:
    proxies = tuple(file.values.get("proxies", []))
    for number, one in enumerate(proxies, 1):
        try:
            everything = ip_network(one).prefixlen == 0
        except ValueError:
            raise file.wrong("proxies", f"the {number}. is no network") from None
        if everything:
            raise file.wrong("proxies", f"the {number}. is every address: name your own alone")
    return proxies
