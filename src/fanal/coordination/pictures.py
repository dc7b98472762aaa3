"""Pictures that look the same are one object, whatever their perceptual hashes differ by.

1. Of the objects of the layer `image`, those with a PDQ hash (``pdq:`` and 64 hexadecimal digits;
   readers/pictures.py), the most frequent first, of equals the first by hash.
2. A hash that differs in at most 31 of 256 bits from one that stands for itself is replaced by it
   (Meta 2019, The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm,
   recommends 31). Nothing is joined through a chain.
"""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fanal.kernels.alike import WORDS, standing_for

PDQ = "pdq:"
#: Bits in which two hashes of one picture may differ.
ALIKE_BITS = 31
_HASH = re.compile(r"pdq:[0-9a-f]{64}")
_ORDER = ("object", "account", "time", "post")


def one_object_for_alike(table: pa.Table) -> pa.Table:
    """Return the actions of the layer `image` with one object for pictures that look the same.

    Parameters
    ----------
    table
        With columns object, account, time, post; others stay as they are.

    Returns
    -------
    pyarrow.Table
        The same columns, ordered by object, account, time, post; the same table where no object
        is a PDQ hash. An account that shows one picture twice in a post acts once.
    """
    # 1. hashes, the most frequent first
    counts = pc.value_counts(table["object"])
    found = sorted(
        (-row["counts"], row["values"])
        for row in counts.to_pylist()
        if row["values"] is not None and _HASH.fullmatch(row["values"])
    )
    if not found:
        return table
    names = [name for _, name in found]
    # 2. one for those alike
    digits = b"".join(bytes.fromhex(name.removeprefix(PDQ)) for name in names)
    hashes = np.frombuffer(digits, ">u8").astype(np.uint64).reshape(-1, WORDS)
    stands = pa.array(names).take(pa.array(standing_for(hashes, ALIKE_BITS)))
    place = pc.index_in(table["object"], pa.array(names))
    replaced = pc.coalesce(
        stands.take(place.combine_chunks()), table["object"].combine_chunks()
    )
    whole = table.set_column(table.column_names.index("object"), "object", replaced)
    distinct = whole.group_by(whole.column_names, use_threads=False).aggregate([])
    return distinct.select(table.column_names).sort_by([(name, "ascending") for name in _ORDER])
