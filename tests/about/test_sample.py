"""The sampler against a real PostgreSQL server with Mastodon's tables."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

import postgres_server
from conftest import in_ci
from fanal.about.connections import Settings
from fanal.about.intake import intake_of, read_accounts, write_intake
from fanal.about.ip import load
from fanal.about.reading.base import Tally
from fanal.about.sample import mastodon_sql
from fanal.about.sample.folder import day_files, read_state
from fanal.about.sample.mastodon import sample
from fanal.errors import ReaderError, StoreError

SECRET = b"the secret of this server, 32 by"
#: 2026-01-31T12:00:00Z
NOW_US = 1_769_860_800_000_000
HALF_DAY_US = 43_200_000_000
LAGOS, PARIS, BERLIN = "102.89.23.45", "81.48.171.205", "87.140.13.17"
TABLES = (
    "users",
    "oauth_applications",
    "oauth_access_tokens",
    "login_activities",
    "session_activations",
)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    if reason := postgres_server.reason_without():
        if in_ci():
            pytest.fail(reason)
        pytest.skip(reason)
    with postgres_server.running() as found:
        yield found


@pytest.fixture
def server(url: str) -> str:
    """A server whose tables are empty but for five accounts and two applications."""
    postgres_server.execute(
        url,
        f"TRUNCATE {', '.join(TABLES)} RESTART IDENTITY;\n"
        "INSERT INTO users (account_id, created_at, locale, time_zone, sign_up_ip)"
        " SELECT 100 + n, '2020-05-01 23:30', 'fr', 'Europe/Paris', '81.48.171.99'"
        " FROM generate_series(1, 5) AS n;\n"
        "INSERT INTO oauth_applications (name, superapp) VALUES ('Web', true), ('Tusky', false)",
    )
    return url


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return load(tmp_path_factory.mktemp("ip"))


def rows(folder: Path) -> list[dict[str, Any]]:
    """Return all day rows of a folder, each once, as an estimate reads them."""
    out = folder.with_suffix(".all")
    write_intake(intake_of([folder]), out, None, b"", Settings(), Tally(), threads=1)
    return pq.read_table(out).to_pylist()


def used(user: int, address: str, at: str, application: int = 1) -> str:
    return (
        "INSERT INTO oauth_access_tokens (resource_owner_id, application_id, last_used_at,"
        f" last_used_ip) VALUES ({user}, {application}, '{at}', '{address}')"
    )


def test_a_session_made_in_lagos_and_used_in_paris_says_lagos_on_its_first_day_only(
    server: str, tmp_path: Path, table: Any
) -> None:
    postgres_server.execute(
        server,
        "INSERT INTO session_activations (user_id, created_at, updated_at, ip)"
        f" VALUES (1, '2025-01-31 10:00', '2026-01-31 10:00', '{LAGOS}');\n"
        + used(1, PARIS, "2026-01-31 10:00"),
    )
    folder = tmp_path / "days"
    for look in range(3):  # the session is touched every day, its address stays
        now = NOW_US + look * HALF_DAY_US
        sample(server, folder, table, SECRET, now_us=now)
        postgres_server.execute(
            server,
            "UPDATE session_activations SET updated_at = updated_at + interval '12 hours';\n"
            "UPDATE oauth_access_tokens SET last_used_at = last_used_at + interval '12 hours'",
        )
    found = {(row["country"], row["day"]) for row in rows(folder)}
    assert {day for country, day in found if country == "NG"} == {dt.date(2025, 1, 31)}
    assert {day for country, day in found if country == "FR"} == {
        dt.date(2026, 1, 31), dt.date(2026, 2, 1),
    }  # fmt: skip
    assert len(found) == 3


def test_tokens_log_ins_and_clients_become_day_rows_of_accounts(
    server: str, tmp_path: Path, table: Any
) -> None:
    postgres_server.execute(
        server,
        ";\n".join(
            [
                used(1, PARIS, "2026-01-30 23:59"),
                used(2, BERLIN, "2026-01-31 00:01", 2),
                used(3, "2a01:cb00::7", "2026-01-31 11:00", 2),
                (
                    "INSERT INTO oauth_access_tokens (resource_owner_id, last_used_at)"
                    " VALUES (4, '2026-01-31 11:00')"
                ),
                (
                    "INSERT INTO login_activities (user_id, success, ip, created_at) VALUES"
                    f" (4, true, '{PARIS}', '2026-01-05 09:00'),"
                    f" (5, false, '{BERLIN}', '2026-01-06 09:00')"
                ),
            ]
        ),
    )
    folder = tmp_path / "days"
    done = sample(server, folder, table, SECRET, now_us=NOW_US)
    found = [
        (row["account"], row["day"].isoformat(), row["country"], row["client"])
        for row in rows(folder)
    ]
    assert found == [
        ("101", "2026-01-30", "FR", "web"),
        ("102", "2026-01-31", "DE", "Tusky"),
        ("103", "2026-01-31", "FR", "Tusky"),
        ("104", "2026-01-05", "FR", None),
    ]
    assert (done.day_rows, done.accounts, done.tally.kept) == (4, 5, 4)


def test_accounts_carry_zone_locale_and_age_and_no_address(
    server: str, tmp_path: Path, table: Any
) -> None:
    folder = tmp_path / "days"
    sample(server, folder, table, SECRET, now_us=NOW_US)
    given = intake_of([folder])
    assert given.accounts is not None
    accounts = read_accounts(given.accounts, Settings(), Tally()).to_pylist()
    made = dt.datetime(2020, 5, 1, 23, 30, tzinfo=dt.UTC)
    assert accounts[0] == {
        "account": "101", "time_zone": "Europe/Paris", "locale": "fr", "signed_up_at": made,
    }  # fmt: skip
    assert len(accounts) == 5


def test_a_second_look_reads_only_what_is_new_and_a_lost_state_costs_nothing(
    server: str, tmp_path: Path, table: Any
) -> None:
    postgres_server.execute(
        server,
        used(1, PARIS, "2026-01-20 10:00")
        + ";\nINSERT INTO login_activities (user_id, success, ip, created_at)"
        " SELECT 1 + n % 5, true, ('81.48.' || n % 250 || '.9')::inet, '2026-01-05 09:00'"
        " FROM generate_series(1, 3000) AS n",
    )
    folder = tmp_path / "days"
    first = sample(server, folder, table, SECRET, now_us=NOW_US)
    again = sample(server, folder, table, SECRET, now_us=NOW_US + HALF_DAY_US)
    assert first.tally.kept == 3001
    assert again.tally.kept == 1000  # those behind which others may have come in late
    before = rows(folder)
    (folder / "state.json").unlink()
    sample(server, folder, table, SECRET, now_us=NOW_US + 2 * HALF_DAY_US)
    assert rows(folder) == before
    assert len(day_files(folder)) == 3
    assert read_state(folder).login == 3000


@pytest.mark.parametrize(
    ("addresses", "words"),
    [
        (["127.0.0.1", "10.0.0.7", "::1", "192.168.1.1", "0.0.0.0"], "none of the 5 addresses"),
        ([PARIS] * 5, "all 5 accounts come from one address"),
    ],
)
def test_a_server_that_anonymises_is_told_so_and_nothing_is_written(
    server: str, tmp_path: Path, table: Any, addresses: list[str], words: str
) -> None:
    postgres_server.execute(
        server,
        ";\n".join(used(n, one, "2026-01-31 10:00") for n, one in enumerate(addresses, 1)),
    )
    with pytest.raises(ReaderError, match=words) as caught:
        sample(server, tmp_path / "days", table, SECRET, now_us=NOW_US)
    assert not any(address in str(caught.value) for address in addresses)
    assert not (tmp_path / "days").exists()


def test_a_proxy_in_front_of_most_accounts_is_recognised(
    server: str, tmp_path: Path, table: Any
) -> None:
    postgres_server.execute(
        server,
        "INSERT INTO users (account_id, created_at) SELECT 200 + n, '2020-05-01' FROM generate_series(1, 25) n;\n"
        "INSERT INTO oauth_access_tokens (resource_owner_id, last_used_at, last_used_ip)"
        f" SELECT id, '2026-01-31 10:00', CASE WHEN id < 3 THEN '{BERLIN}' ELSE '{PARIS}' END::inet FROM users",
    )
    with pytest.raises(ReaderError, match="93% of the 30 accounts come from one address"):
        sample(server, tmp_path / "days", table, SECRET, now_us=NOW_US)


def test_no_address_of_the_server_is_in_any_file_or_line(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import typer

    from fanal.cli import about_sample

    postgres_server.execute(
        server,
        ";\n".join(
            [
                used(1, PARIS, "2026-01-31 10:00"),
                used(2, "2a01:cb00:9d3b:77a1::beef", "2026-01-31 10:00"),
                f"INSERT INTO oauth_applications (name) VALUES ('client at {BERLIN}')",
                used(3, BERLIN, "2026-01-31 10:00", 3),
                f"UPDATE users SET locale = '{LAGOS}', time_zone = '{LAGOS}' WHERE id = 4",
                used(4, LAGOS, "2099-01-31 10:00"),
            ]
        ),
    )
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(about_sample.sample)
    folder = tmp_path / "days"
    done = CliRunner().invoke(app, ["--url", server, "-o", str(folder)])
    assert done.exit_code == 0, done.output
    said = done.output + done.stderr
    assert "1 rejected, column time: in the future" in said
    marks = (LAGOS, PARIS, BERLIN, "81.48.171", "9d3b:77a1")
    for path in [one for one in tmp_path.rglob("*") if one.is_file()]:
        data = path.read_bytes()
        text = str(pq.read_table(path).to_pylist()) if data.startswith(b"PAR1") else ""
        for mark in marks:
            assert mark not in text, (path, mark)
            assert mark.encode() not in data, (path, mark)
    assert not any(mark in said for mark in marks)
    assert {row["client"] for row in rows(folder)} == {"web", "other"}


def test_the_role_that_the_page_describes_can_sample_and_reads_nothing_else(
    server: str, tmp_path: Path, table: Any
) -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "about" / "mastodon.md"
    found = re.search(r"```sql\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    postgres_server.execute(server, found[1] + used(1, PARIS, "2026-01-31 10:00"))
    role = server.replace("mastodon@", "fanal@")
    assert sample(role, tmp_path / "days", table, SECRET, now_us=NOW_US).day_rows == 1
    postgres_server.execute(server, "REVOKE SELECT ON users FROM fanal")
    with pytest.raises(ReaderError, match="this user may not read a table"):
        sample(role, tmp_path / "more", table, SECRET, now_us=NOW_US)
    assert not (tmp_path / "more").exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("/nosuch", "there is no such database"),
        ("?", "a table of Mastodon is missing"),
    ],
)
def test_what_the_server_refuses_is_said_without_its_words(
    server: str, tmp_path: Path, table: Any, change: str, words: str
) -> None:
    place = (
        server.replace("/postgres", change)
        if change != "?"
        else server.replace("/postgres", "/template1")
    )
    with pytest.raises(ReaderError, match=words):
        sample(place, tmp_path / "days", table, SECRET, now_us=NOW_US)
    assert not (tmp_path / "days").exists()


def test_a_server_that_is_not_there_is_said_so(tmp_path: Path, table: Any) -> None:
    pytest.importorskip("pg8000")
    place = f"postgresql://mastodon@127.0.0.1:{postgres_server.free_port()}/mastodon"
    with pytest.raises(ReaderError, match="cannot be reached"):
        sample(place, tmp_path / "days", table, SECRET, now_us=NOW_US)
    with pytest.raises(ReaderError, match="names no PostgreSQL database"):
        sample("mysql://x/y", tmp_path / "days", table, SECRET, now_us=NOW_US)


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path, table: Any) -> None:
    (tmp_path / "state.json").write_text('{"mine": 1}', encoding="utf-8")
    with pytest.raises(StoreError, match="no state of a sampler"):
        sample("postgresql://x/y", tmp_path, table, SECRET, now_us=NOW_US)
    assert [one.name for one in tmp_path.iterdir()] == ["state.json"]


def test_the_view_that_pairs_old_addresses_with_new_days_is_never_read() -> None:
    import fanal.about

    sources = Path(fanal.about.__file__).parent.rglob("*.py")
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    assert "user_ips" not in text
    asked = " ".join(
        value
        for name, value in vars(mastodon_sql).items()
        if name.isupper() and isinstance(value, str)
    )
    assert set(re.findall(r"(?:FROM|JOIN) (\w+) AS", asked)) == set(TABLES)
    for column in ("updated_at", "sign_up_ip", "user_agent", "email", "token "):
        assert column not in asked
