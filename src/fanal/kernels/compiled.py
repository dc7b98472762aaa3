"""`njit` as the kernels use it: compiled once and kept where some folder can be written.

numba keeps compiled functions beside the source, else in the user's cache folder (or where
``NUMBA_CACHE_DIR`` says). Where neither can be written, or the disk is full, it refuses; then the
kernels are compiled in memory, each time anew, with the same results.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba

Function = Callable[..., Any]


def njit(*signature: Any, cache: bool = False, **options: Any) -> Callable[[Function], Any]:
    """Return numba's decorator for kernels with a signature; a cache is used where there can be one.

    Parameters
    ----------
    signature
        The one signature that is compiled when the module is imported.
    cache
        Whether to keep what is compiled.
    options
        As numba takes them.
    """

    def compiled(function: Function) -> Any:
        if cache:
            try:
                return numba.njit(*signature, cache=True, **options)(function)
            except OSError:  # full, or not to be written after all
                pass
            except RuntimeError as refusal:
                if "cannot cache" not in str(refusal):
                    raise
        return numba.njit(*signature, **options)(function)

    return compiled
