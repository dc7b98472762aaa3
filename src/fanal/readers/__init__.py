"""Exports in, rows out: one module for each shape of file."""

from __future__ import annotations

from fanal.readers import x_twarc
from fanal.readers.base import Reader

#: All readers, the specific before the general; a test checks that no module is missing.
READERS: tuple[Reader, ...] = (x_twarc.READER,)

__all__ = ["READERS"]
