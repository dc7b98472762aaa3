"""Platform cards: every shape seen, nothing taken for what it does not say."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fanal.model.places import REGIONS, codes, place_code
from fanal.readers.base import Rows, Settings
from fanal.readers.card_file import READER
from fanal.readers.sources import sources
from reading import Read

Reading = Callable[..., Read]


def answer(**about: Any) -> dict[str, Any]:
    """Return an answer of X's AboutAccountQuery."""
    result = {"rest_id": "7", "core": {"screen_name": "quay_lamp"}, "about_profile": about}
    return {"data": {"user_result_by_screen_name": {"result": result}}}


def card(read: Reading, **about: Any) -> dict[str, Any]:
    """Return the card of an answer, as a row."""
    (found,) = read(json.dumps(answer(**about)), "card.json").cards
    return found


def test_counts_are_texts_and_missing_is_null(read: Reading) -> None:
    found = card(
        read,
        account_based_in="Japan",
        source="Japan App Store",
        username_changes={"count": "8", "last_changed_at_msec": "1760690495816"},
    )
    assert (found["place_code"], found["handle_changes"]) == ("JP", 8)
    assert found["last_handle_change"] == 1_760_690_495_816_000
    assert found["location_accurate"] is None
    assert (found["capture"], found["captured_by"], found["captured_at"]) == (
        "session JSON", None, None,
    )  # fmt: skip
    bare = card(read)
    assert (bare["based_in"], bare["place_code"], bare["source_channel"]) == (None, None, None)
    assert (bare["handle_changes"], bare["last_handle_change"]) == (None, None)


@pytest.mark.parametrize("value", [True, False])
def test_whether_the_place_is_accurate_is_as_x_says(read: Reading, value: bool) -> None:
    assert (
        card(read, account_based_in="France", location_accurate=value)["location_accurate"]
        is value
    )


@pytest.mark.parametrize("region", REGIONS)
def test_a_region_is_no_country(read: Reading, region: str) -> None:
    found = card(read, account_based_in=region)
    assert (found["based_in"], found["place_code"]) == (region, None)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("South Korea", "KR"), ("North Korea", "KP"), ("Korea, Republic of", "KR"),
        ("Russian Federation", "RU"), ("Viet Nam", "VN"), ("États-Unis", "US"), ("Niger", "NE"),
        ("Nigeria", "NG"), ("Guinea", "GN"), ("Guinea-Bissau", "GW"), ("Guinée équatoriale", "GQ"),
        ("Iran (Islamic Republic of)", "IR"), ("Türkiye", "TR"), ("The Netherlands", "NL"),
        ("Sudan", "SD"), ("South Sudan", "SS"), ("Papua New Guinea", "PG"), ("Georgia", "GE"),
        ("Korea", None), ("Congo", None), ("Virgin Islands", None), ("Asia", None),
        ("South", None), ("Paris", None), ("", None), ("Kore", None), ("United", None),
    ],
)  # fmt: skip
def test_a_place_has_a_code_only_by_its_whole_name(name: str, code: str | None) -> None:
    assert place_code(name)[0] == code


def test_every_code_stands_once_and_every_name_leads_to_one() -> None:
    from importlib import resources

    text = resources.files("fanal.model").joinpath("places.tsv").read_text("utf-8")
    lines = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    assert len({line[0] for line in lines}) == len(lines) > 245
    assert all(len(line) > 1 for line in lines)
    assert codes()["korea"] == "?"


def test_an_ambiguous_name_is_said(read: Reading) -> None:
    found = read(json.dumps(answer(account_based_in="Congo")), "card.json")
    assert any('"Congo" can be two countries' in note for note in found.rows.notes)


def test_a_card_that_names_nobody_is_rejected(read: Reading) -> None:
    nobody = {"data": {"user": {"result": {"about_profile": {"account_based_in": "Chad"}}}}}
    found = read(json.dumps(nobody), "card.json")
    assert not found.cards
    assert found.rows.rejected == {"a card that does not say whose it is": 1}


def test_who_captured_a_card_is_kept_with_it(tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    path.write_text(json.dumps(answer(account_based_in="Chad")), encoding="utf-8")
    (source,) = sources([path])
    taken: list[Any] = []
    rows = Rows("test", lambda name, some: taken.extend(some if name == "cards" else ()))
    READER.read(source, Settings(captured_by="A. Reporter, own session"), rows)
    rows.finish()
    (
        (*_, by, _place, _code, _accurate, _channel, _changes, _last, _raw, digest, _id, _row),
    ) = taken
    assert by == "A. Reporter, own session"
    assert digest == source.sha256


def test_an_export_of_instagram_is_its_owners_by_the_name_of_its_folder(
    read: Reading, tmp_path: Path
) -> None:
    folder = tmp_path / "instagram-quay.lamp-2026-02-03-abcDEF"
    folder.mkdir()
    place = {"string_map_data": {"City Name": {"value": "New York, New York"}}}
    path = folder / "account_based_in.json"
    path.write_text(json.dumps({"inferred_data_primary_location": [place]}), encoding="utf-8")
    (found,) = read(path).cards
    assert (found["account"], found["capture"]) == ("instagram:@quay.lamp", "data export")
    assert (found["based_in"], found["place_code"]) == ("New York, New York", None)


def test_traffic_keeps_no_cookie_and_no_address_of_a_connection(read: Reading) -> None:
    path = Path(__file__).resolve().parents[1] / "contract" / "samples" / "har" / "traffic.har"
    data = path.read_bytes()
    assert b"192.0.2.7" in data
    assert b"auth_token" in data
    for broken in (data, data[:-3000], data.replace(b'"encoding": "base64"', b'"encoding": 7')):
        found = read(broken, "traffic.har")
        kept = json.dumps(
            [found.posts, found.accounts, found.counts, found.cards, found.rejected]
        ) + " ".join(found.rows.notes)
        assert "192.0.2.7" not in kept
        assert "auth_token" not in kept
