"""Exports in, rows out: one module for each shape of file."""

from __future__ import annotations

from fanal.readers import (
    bsky_answers,
    card_file,
    crowdtangle,
    fourcat,
    har,
    jetstream,
    jsonl,
    mastodon,
    meta_library,
    tabular,
    telegram,
    tiktok_research,
    twitter_io,
    x_twarc,
    x_v11,
    x_web,
    zeeschuimer,
    zeeschuimer_csv,
)
from fanal.readers.base import Reader

#: All readers, the specific before the general; a test checks that no module is missing.
READERS: tuple[Reader, ...] = (
    x_twarc.READER,
    twitter_io.READER,
    zeeschuimer.READER,
    zeeschuimer_csv.READER,
    x_web.READER,
    x_v11.READER,
    har.READER,
    card_file.READER,
    jetstream.READER,
    bsky_answers.READER,
    mastodon.READER,
    telegram.READER,
    fourcat.READER,
    crowdtangle.READER,
    tiktok_research.READER,
    meta_library.READER,
    tabular.READER,
    jsonl.READER,
)

__all__ = ["READERS"]
