"""Perceptual hashes of pictures that an export holds as files (extra ``[images]``).

1. A name leads to a file inside the folder of the export, or to nothing.
2. The picture is made no larger than 512 pixels, then hashed by PDQ (Meta 2019, The TMK+PDQF
   Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm): 256 bits, which stay nearly the
   same after another compression, another size or a small crop.
3. A picture with too little in it (quality below 50) has no hash: plain ones all look alike.
"""

from __future__ import annotations

import warnings
from collections import Counter
from pathlib import Path
from typing import Any, Final

import numpy as np

from fanal.errors import ReaderError
from fanal.readers.base import Rows

#: Longest side that is hashed, in pixels.
SIDE: Final = 512
#: Least quality, 0 to 100, that Meta recommends for matching.
QUALITY: Final = 50
#: Kinds of files that are opened, as Pillow calls them.
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
_LARGEST: Final = 64 * 1024 * 1024
_TOLD: Final = {
    "hashed": "hashed",
    "missing": "not beside the export",
    "plain": "too plain to tell apart",
    "unreadable": "unreadable",
}


class Pictures:
    """Hashes pictures below one folder.

    Parameters
    ----------
    folder
        The folder of the export.
    name
        Of the export, for messages.

    Raises
    ------
    ReaderError
        The extra ``[images]`` is not installed.
    """

    def __init__(self, folder: Path, name: str) -> None:
        try:
            import pdqhash
            from PIL import Image
        except ImportError as error:
            raise ReaderError(
                f"{name}: pictures cannot be hashed: {error.name} is not installed",
                hint="Install Fanal with its extra: pip install 'fanal[images]'",
            ) from error
        self._compute, self._open = pdqhash.compute, Image.open
        self._folder = folder.resolve()
        self._counts: Counter[str] = Counter()

    def of(self, name: Any) -> list[str] | None:
        """Return the hash of the picture of this name as ``pdq:`` and 64 digits, None for none."""
        if not isinstance(name, str) or not name:
            return None
        what, found = self._hash(name)
        self._counts[what] += 1
        return found

    def tell(self, rows: Rows) -> None:
        """Say how many pictures were hashed, and why others were not."""
        if self._counts:
            told = [
                f"{self._counts[key]:,} {said}"
                for key, said in _TOLD.items()
                if self._counts[key]
            ]
            rows.note(f"Pictures: {', '.join(told)}.")

    def _hash(self, name: str) -> tuple[str, list[str] | None]:
        # 1. inside the folder, or nowhere
        try:
            path = (self._folder / name).resolve()
            if not path.is_relative_to(self._folder) or not path.is_file():
                return "missing", None
            if path.stat().st_size > _LARGEST:
                return "unreadable", None
            pixels = self._pixels(path)
        except Exception:  # noqa: BLE001 - a broken picture makes Pillow raise whatever it likes
            return "unreadable", None
        # 2. and 3. hash, unless there is nothing to see
        bits, quality = self._compute(pixels)
        if quality < QUALITY:
            return "plain", None
        return "hashed", [f"pdq:{np.packbits(bits.astype(np.uint8)).tobytes().hex()}"]

    def _pixels(self, path: Path) -> np.ndarray[Any, Any]:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a picture of far too many pixels is not opened
            with self._open(path, formats=FORMATS) as image:
                image.draft("RGB", (SIDE, SIDE))
                small = image.convert("RGB")
                small.thumbnail((SIDE, SIDE))
                return np.asarray(small)
