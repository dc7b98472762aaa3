"""Pictures beside an export: hashed when asked for, inside its folder only."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fanal.errors import ReaderError
from reading import Read, read_path

NOT_HERE = "the extra [images] is not installed"


def export(folder: Path, *photos: Any) -> Read:
    """Read an export of one channel, a message for each photo, with `images = true`."""
    messages = [
        {"id": n, "type": "message", "date_unixtime": "1714552800", "from_id": "channel1",
         "photo": photo, "text": "look", "text_entities": []}
        for n, photo in enumerate(photos, 1)
    ]  # fmt: skip
    whole = {"name": "Quay", "type": "public_channel", "id": 1, "messages": messages}
    path = folder / "result.json"
    path.write_text(json.dumps(whole), encoding="utf-8")
    return read_path(path, mapping={"images": True})


def picture(seed: int, *, plain: bool = False) -> Any:
    """Return a made picture of soft patches, or of one colour."""
    image = pytest.importorskip("PIL.Image", reason=NOT_HERE)
    patches = np.random.default_rng(seed).integers(0, 256, (9, 12, 3), np.uint8)
    if plain:
        patches[:] = 200
    return image.fromarray(patches).resize((800, 600), image.Resampling.BICUBIC)


def different_bits(one: str, other: str) -> int:
    return (int(one.removeprefix("pdq:"), 16) ^ int(other.removeprefix("pdq:"), 16)).bit_count()


def test_a_picture_saved_again_keeps_nearly_its_hash_and_another_has_another(
    tmp_path: Path,
) -> None:
    pytest.importorskip("pdqhash", reason=NOT_HERE)
    picture(1).save(tmp_path / "one.png")
    picture(1).resize((400, 300)).save(tmp_path / "small.jpg", quality=40)
    picture(2).save(tmp_path / "other.png")
    found = export(tmp_path, "one.png", "small.jpg", "other.png")
    one, small, other = (post["media_hashes"][0] for post in found.posts)
    assert one.startswith("pdq:")
    assert len(one) == 68
    assert different_bits(one, small) <= 31
    assert different_bits(one, other) > 90
    assert "Pictures: 3 hashed." in found.rows.notes


def test_what_cannot_be_hashed_is_counted_and_costs_no_post(tmp_path: Path) -> None:
    pytest.importorskip("pdqhash", reason=NOT_HERE)
    inside = tmp_path / "export"
    inside.mkdir()
    picture(1).save(tmp_path / "outside.png")
    picture(1, plain=True).save(inside / "plain.png")
    (inside / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    (inside / "link.png").symlink_to(tmp_path / "outside.png")
    absolute = str(tmp_path / "outside.png")
    not_there = "(File not included. Change data exporting settings to download.)"
    found = export(
        inside, "plain.png", "broken.png", "../outside.png", absolute, "link.png", not_there,
        7, None,
    )  # fmt: skip
    assert [post["media_hashes"] for post in found.posts] == [None] * 8
    (note,) = (one for one in found.rows.notes if one.startswith("Pictures"))
    assert note == (
        "Pictures: 4 not beside the export, 1 too plain to tell apart, 1 unreadable."
    )


def test_without_the_extra_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pdqhash", None)
    with pytest.raises(ReaderError, match="pdqhash is not installed") as refused:
        export(tmp_path, "one.png")
    assert "fanal[images]" in str(refused.value.hint)
