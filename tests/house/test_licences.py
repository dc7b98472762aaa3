"""Nothing that Fanal requires, at any depth, is under GPL, LGPL or AGPL."""

from __future__ import annotations

import re
import tomllib
from contextlib import suppress
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

MIT, BSD, APACHE = "MIT", "BSD", "Apache-2.0"
#: Each distribution that may be required, with the licences it may declare. A new name here is
#: a decision: read its licence file, not its badge, and what its wheel bundles. Read so: wheels of
#: cffi hold libffi (MIT), of uvloop libuv (MIT), of httptools llhttp and http-parser (MIT), of
#: cryptography OpenSSL (Apache-2.0) and Rust crates under MIT, BSD or Apache-2.0 by its own SBOM; one
#: of those, self_cell, offers GPL-2.0 as an alternative to Apache-2.0, under which it is taken.
ALLOWED: dict[str, tuple[str, ...]] = {
    "annotated-doc": (MIT,),
    "annotated-types": (MIT,),
    "anyio": (MIT,),
    "asn1crypto": (MIT,),
    "cffi": ("MIT-0",),
    "click": (BSD,),
    "colorama": (BSD,),
    "cryptography": (APACHE, BSD),
    "duckdb": (MIT,),
    "fanal": (APACHE,),
    "h11": (MIT,),
    "httptools": (MIT,),
    "idna": (BSD,),
    "jinja2": (BSD,),
    "llvmlite": (BSD, APACHE),
    "markdown-it-py": (MIT,),
    "markupsafe": (BSD,),
    "maxminddb": (APACHE,),
    "mdurl": (MIT,),
    "msgspec": (BSD,),
    "networkit": (MIT,),
    "numba": (BSD,),
    "numpy": (BSD, "0BSD", MIT, "Zlib", "CC0-1.0"),
    "pandas": (BSD,),
    "pg8000": (BSD,),
    "pyarrow": (APACHE,),
    "pycparser": (BSD,),
    "pydantic": (MIT,),
    "pydantic-core": (MIT,),
    "pygments": (BSD,),
    "python-calamine": (MIT,),
    "python-dateutil": (BSD, APACHE),
    "rich": (MIT,),
    "scipy": (BSD,),
    "scramp": ("MIT-0",),
    "shellingham": ("ISC",),
    "six": (MIT,),
    "sqlalchemy": (MIT,),
    "starlette": (BSD,),
    "tabulate": (MIT,),
    "typer": (MIT,),
    "typing-extensions": ("PSF-2.0",),
    "typing-inspection": (MIT,),
    "tzdata": (APACHE,),
    "uvicorn": (BSD,),
    "uvloop": (APACHE, MIT),
}
#: The one exception: run-time libraries of the compiler, bundled in the wheel under GPL with
#: the GCC Runtime Library Exception, which asks nothing of the program that uses them.
COMPILER_RUNTIME = {"scipy"}
RUNTIME_EXCEPTION = "GCC RUNTIME LIBRARY EXCEPTION"
COPYLEFT = re.compile(
    r"\b[AL]?GPL|GNU (?:Affero |Lesser |Library )?General Public", re.IGNORECASE
)
#: Classifiers and free words -> the short names above.
SHORT = (
    (r"\bMIT\b(?!-0)", MIT),
    (r"\bMIT-0\b", "MIT-0"),
    (r"\b0BSD\b", "0BSD"),
    (r"\bBSD\b", BSD),
    (r"\bApache\b", APACHE),
    (r"\bISC\b", "ISC"),
    (r"\bPSF\b|Python Software Foundation", "PSF-2.0"),
    (r"\bZlib\b", "Zlib"),
    (r"\bCC0-1\.0\b", "CC0-1.0"),
)


def canonical(name: str) -> str:
    """Return the name of a distribution as indexes write it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def required(name: str, extras: frozenset[str] = frozenset()) -> dict[str, str]:
    """Return canonical name -> name of all that `name` needs here, at any depth."""
    found: dict[str, str] = {}
    waiting = [(name, extras)]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        current, wanted = waiting.pop()
        if (canonical(current), wanted) in seen:
            continue
        seen.add((canonical(current), wanted))
        found[canonical(current)] = current
        for line in metadata.requires(current) or []:
            need = Requirement(line)
            if need.marker is None or any(
                need.marker.evaluate({"extra": extra}) for extra in wanted or {""}
            ):
                waiting.append((need.name, frozenset(need.extras)))
    return found


def declared(name: str) -> str:
    """Return what a distribution says of its licence: expression, classifiers, else words."""
    about = metadata.metadata(name)
    if expression := about.get("License-Expression"):
        return str(expression)
    kinds = [line for line in about.get_all("Classifier") or [] if line.startswith("License")]
    return "; ".join(kinds) or str(about.get("License", ""))[:200]


def short_names(text: str) -> set[str]:
    """Return the licences named in a declaration."""
    return {short for pattern, short in SHORT if re.search(pattern, text)}


def of_extras() -> dict[str, str]:
    """Return canonical name -> name of all that the extras bring, as far as it is installed."""
    root = Path(__file__).resolve().parents[2]
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found: dict[str, str] = {}
    for lines in project["optional-dependencies"].values():
        for line in lines:
            with suppress(metadata.PackageNotFoundError):
                found |= required(Requirement(line).name)
    return found


REQUIRED = required("fanal") | of_extras()


def test_the_walk_goes_deeper_than_the_first_level() -> None:
    direct = {canonical(Requirement(line).name) for line in metadata.requires("fanal") or []}
    assert {"duckdb", "numba"} <= direct
    assert {"llvmlite", "markupsafe", "scipy"} <= set(REQUIRED) - direct


@pytest.mark.parametrize("name", sorted(REQUIRED))
def test_a_required_distribution_is_allowed_by_name_and_licence(name: str) -> None:
    assert name in ALLOWED, f"{name} ({declared(name)!r}) is not on the allow-list"
    said = declared(name)
    assert not COPYLEFT.search(said), said
    assert short_names(said), f"{name}: no known licence in {said!r}"
    assert short_names(said) <= set(ALLOWED[name]), f"{name}: {said!r}"


def licence_texts(name: str) -> str:
    """Return the licence files that a distribution installs, as one text."""
    files = metadata.files(name) or []
    kept = [
        file for file in files if re.search(r"licen[cs]e|copying", str(file), re.IGNORECASE)
    ]
    texts = [
        file.locate().read_text(encoding="utf-8", errors="replace")
        for file in kept
        if file.suffix not in {".py", ".pyc"}
    ]
    return "\n".join(texts)


@pytest.mark.parametrize("name", sorted(COMPILER_RUNTIME))
def test_the_exception_is_the_compilers_run_time_and_says_so(name: str) -> None:
    said = str(metadata.metadata(name).get("License", "")) + licence_texts(name)
    if "GPL" in said:
        assert RUNTIME_EXCEPTION in said.upper()


@pytest.mark.parametrize(
    "words",
    [
        "GPL-3.0",
        "LGPL-2.1-or-later",
        "License :: OSI Approved :: GNU Affero General Public License v3",
        "GNU Lesser General Public License",
    ],
)
def test_copyleft_is_recognised_however_it_is_written(words: str) -> None:
    assert COPYLEFT.search(words)
