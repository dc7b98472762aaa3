"""Fanal: which accounts act together, beyond chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fanal.case import Case, create_case, open_case

__version__ = "0.1.0"
__all__ = ["Case", "__version__", "create_case", "open_case"]


def __getattr__(name: str) -> Any:
    """Load what is asked for on first use, so that ``import fanal`` stays light."""
    if name in {"Case", "create_case", "open_case"}:
        import fanal.case

        return getattr(fanal.case, name)
    raise AttributeError(f"module 'fanal' has no attribute {name!r}")
