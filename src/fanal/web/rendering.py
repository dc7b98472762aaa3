"""Templates of the public pages, filled in; the files that stand beside them."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Any, Final

from jinja2 import Environment, FunctionLoader, StrictUndefined

from fanal.web.wording import Sentences

#: Files that are served as they are, and their types.
STATIC: Final = {
    "fanal.css": "text/css; charset=utf-8",
    "desk.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


@cache
def file_bytes(name: str) -> bytes:
    """Return a file of `static/`."""
    return resources.files("fanal.web").joinpath(f"static/{name}").read_bytes()


@cache
def address_of(name: str) -> str:
    """Return the path of a file of `static/`, another one for other bytes."""
    return f"/static/{name}?{sha256(file_bytes(name)).hexdigest()[:8]}"


def rendered(template: str, lang: str, **fields: Any) -> str:
    """Return a template of `pages/` with its fields filled in, in a language."""
    return _pages().get_template(template).render(say=Sentences(lang), lang=lang, **fields)


@cache
def _pages() -> Environment:
    made = Environment(
        loader=FunctionLoader(_source),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["address_of"] = address_of
    return made


def _source(name: str) -> str:
    return resources.files("fanal.web").joinpath(f"pages/{name}").read_text("utf-8")
