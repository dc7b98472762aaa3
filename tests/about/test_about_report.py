"""The private report as a page: whole in both languages, nobody's name or address in it."""

from __future__ import annotations

import json
import re
import sys
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import typer
from typer.testing import CliRunner

from fanal.about.ip.sources import Source
from fanal.about.overview import Overview, overview
from fanal.about.simulate import simulate
from fanal.about.world import reference_world
from fanal.cli import about_days, about_report
from fanal.reports.about_page import about_html
from fanal.reports.about_section import REASONS, country_names
from fanal.reports.wording import catalogue

DAY_US = 86_400_000_000
HOSTILE = '</td><script>window.ran = 1</script><img src="https://evil.example/i.png">'
SOURCES = (
    Source(
        name=HOSTILE, answers="country", licence="", date="2026-06-17", networks=1,
        networks_ipv6=0, addresses=1,
    ),
    Source(
        name="brought.csv", answers="kind", licence="", date="", networks=1, networks_ipv6=0,
        addresses=1,
    ),
)  # fmt: skip


def tables() -> tuple[pa.Table, pa.Table]:
    """Return a made-up platform with a wave of sign-ups and a client with a hostile name."""
    made = simulate(reference_world(), 2000, 31)
    days, accounts = made.days, made.accounts
    names = accounts["account"].to_pylist()
    last = int(days["day"].cast(pa.int32()).to_numpy().max())
    when = last - np.random.default_rng(3).integers(1, 360, len(names))
    when[:40] = last - 50
    accounts = accounts.set_column(
        accounts.column_names.index("signed_up_at"),
        "signed_up_at",
        pa.array(when * DAY_US, pa.timestamp("us", "UTC")),
    )
    some = names[:80]
    begun = pa.array(when[:80].astype(np.int32)).cast(pa.date32())
    more = pa.table(
        {
            "account": some,
            "day": begun,
            "country": ["US"] * 80,
            "kind": ["hosting_or_vpn"] * 40 + ["unknown"] * 40,
            "network": [12345678901234567890] * 40 + [77] * 40,
            "client": ["web"] * 80,
        },
        schema=days.schema,
    )
    days = days.set_column(
        days.column_names.index("client"),
        "client",
        pa.array([HOSTILE if one == "web" else one for one in days["client"].to_pylist()]),
    )
    return pa.concat_tables([days.cast(more.schema), more]), accounts


@pytest.fixture(scope="module")
def found() -> Overview:
    days, accounts = tables()
    return overview(days, accounts)


def page(found: Overview, lang: str = "en") -> str:
    return about_html(
        found, sources=SOURCES, made_on=date(2026, 11, 22), version="0", lang=lang
    )


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_section_stands_in_the_page_with_its_numbers(found: Overview, lang: str) -> None:
    html = page(found, lang)
    assert len(re.findall("<section ", html)) == 10
    assert "12345678901234567890" in html
    assert country_names(lang)["US"] in html
    counted = f"{found.publication.country:,}".replace(",", "\u202f" if lang == "fr" else ",")
    assert counted in html
    assert ("158 jours" if lang == "fr" else "158 days") in html


def test_no_account_stands_in_the_page(found: Overview) -> None:
    assert "made:" not in page(found)


def test_the_page_runs_and_loads_nothing(found: Overview) -> None:
    html = page(found)
    assert "default-src 'none'; style-src 'sha256-" in html
    assert not re.findall(
        r"<script|<img|<link|<iframe|https?://(?!www\.w3\.org/2000/svg)", html
    )
    assert "window.ran" in html  # as text, to be read


def test_without_times_of_sign_up_the_section_says_so() -> None:
    days, _ = tables()
    for lang in ("fr", "en"):
        assert catalogue(lang)["about.sign_ups.none"] in page(overview(days), lang)


def test_one_account_and_no_network_make_a_page() -> None:
    days, accounts = tables()
    one = days.slice(0, 3)
    bare = one.set_column(4, "network", pa.nulls(3, pa.uint64()))
    told = overview(bare, accounts)
    assert (told.accounts, told.sign_ups is not None and told.sign_ups.seen) == (1, 0)
    assert "<h1>" in page(told)


def test_every_refusal_and_every_reason_has_its_words() -> None:
    from fanal.about.estimate import REFUSALS
    from fanal.about.memory import REASONS as WITHHELD

    assert set(REASONS) == {*REFUSALS[1:], *WITHHELD}


@pytest.mark.parametrize(
    ("lang", "word"),
    [
        ("en", "based"),
        ("en", "confidence"),
        ("fr", "basée?s?"),
        ("fr", "localis\\w*"),
        ("fr", "confiance"),
    ],
)
def test_no_word_says_more_than_was_measured(lang: str, word: str) -> None:
    told = {key: text for key, text in catalogue(lang).items() if key.startswith("about.")}
    assert told
    assert not [
        key for key, text in told.items() if re.search(rf"\b{word}\b", text, re.IGNORECASE)
    ]


def run(command: Any, *arguments: str) -> Any:
    app = typer.Typer()
    app.command()(command)
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    return result


ADDRESSES = ("81.48.171.205", "2a01:cb00:9d3b:77a1::beef")


def test_no_planted_address_reaches_the_page_or_the_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    lines = [
        f"a{n:03},2026-{month:02}-0{1 + n % 9}T00:00:00Z,81.48.{n}.{205 if n else 9},web"
        for n in range(60)
        for month in range(1, 7)
    ]
    lines += [
        f"b{n},2026-06-10T00:00:00Z,{one},app at {one}" for n, one in enumerate(ADDRESSES)
    ]
    lines += [f"{one},2026-06-10T00:00:00Z,{one},web" for one in ADDRESSES]
    log, days, out = tmp_path / "log.csv", tmp_path / "days.parquet", tmp_path / "r.html"
    log.write_text("\n".join(["account,time,ip,client", *lines]), encoding="utf-8")
    people = tmp_path / "accounts.csv"
    people.write_text(
        "account,time_zone,locale,signed_up_at\n"
        + "".join(
            f"a{n:03},{ADDRESSES[0]},fr-FR,2026-01-0{1 + n % 9}T00:00:00Z\n" for n in range(60)
        ),
        encoding="utf-8",
    )
    run(about_days.days, str(log), "-o", str(days))
    told = run(
        about_report.report, str(days), "-o", str(out), "--accounts", str(people), "--json"
    )
    seen = out.read_bytes() + told.output.encode()
    numbers = str((81 << 24) + (48 << 16) + (171 << 8) + 205)
    for mark in (*ADDRESSES, "81.48.", "9d3b:77a", numbers):
        assert mark.encode() not in seen
    value = json.loads(told.stdout)
    assert (value["accounts"], value["recall"]) == (62, "not measured")
    assert value["sign_ups"]["known"] == 60


def test_a_log_is_refused_with_what_to_do(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text("account,time,ip\na,2026-01-01T00:00:00Z,81.48.1.2\n", encoding="utf-8")
    app = typer.Typer()
    app.command()(about_report.report)
    result = CliRunner().invoke(app, [str(log), "-o", str(tmp_path / "r.html")])
    assert result.exit_code == 2
    assert "fanal about days" in result.output
    assert not (tmp_path / "r.html").exists()


def test_a_folder_of_a_sampler_takes_its_own_accounts(tmp_path: Path) -> None:
    made = simulate(reference_world(), 60, 5)
    (tmp_path / "folder").mkdir()
    from fanal.about.sample.folder import ACCOUNTS_FILE

    pq.write_table(made.days, tmp_path / "folder" / "days-2026-01-31.parquet")
    pq.write_table(made.accounts, tmp_path / "folder" / ACCOUNTS_FILE)
    told = run(
        about_report.report, str(tmp_path / "folder"), "-o", str(tmp_path / "r.html"),
        "--lang", "fr", "--json",
    )  # fmt: skip
    assert json.loads(told.stdout)["lang"] == "fr"
    assert 'lang="fr"' in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_reports_do_not_load_the_estimate_before_they_need_it() -> None:
    import subprocess

    code = "import sys, fanal.cli.about_report; print('numpy' in sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert found.stdout.strip() == "False"
