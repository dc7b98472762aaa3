"""`fanal about publish` and `fanal about token`: the configuration, the day, the words."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import publishing_world as world
from fanal.about.settings import read_settings
from fanal.about.state.update import update
from fanal.cli.main import app
from fanal.errors import PolicyError, StoreError
from fanal.store.cards import open_cards
from fanal.web.tokens import read_token

CONFIG = 'mode = "opt-in"\nk = 10\nbase_url = "https://cards.example/x/"\n'


def run(*words: object) -> Any:
    return CliRunner().invoke(app, ["about", *map(str, words)])


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("about") / "state"
    update(folder, world.days())
    return folder


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "about.toml"
    path.write_text(CONFIG, encoding="utf-8")
    (tmp_path / "secret").write_text(world.SECRET.hex() + "\n", encoding="ascii")
    (tmp_path / "secret").chmod(0o600)
    return path


def on(days: int) -> str:
    return (world.last_day() + timedelta(days=days)).isoformat()


def cards_of(config: Path) -> Any:
    return open_cards(str(config.parent / "cards.sqlite"), world.SECRET)


def test_a_day_is_published_once(state: Path, config: Path) -> None:
    first = run("publish", state, "--config", config, "--on", on(5), "--json")
    assert first.exit_code == 0, first.output
    told = json.loads(first.stdout)
    assert told["accounts"] == world.ACCOUNTS
    assert told["state"] == {"withheld": world.ACCOUNTS}
    assert told["per_100000"]["state"] == {"withheld": 100_000}
    assert sum(told["why"].values()) == world.ACCOUNTS
    assert told["looked_at"] > 0
    assert told["written"]
    again = json.loads(
        run("publish", state, "--config", config, "--on", on(5), "--json").stdout
    )
    assert again["looked_at"] == again["changed"] == 0
    cards = cards_of(config)
    assert cards.meta().last_on == world.last_day() + timedelta(days=5)
    cards.close()


def test_the_words_count_people_and_name_nobody(state: Path, config: Path) -> None:
    run("publish", state, "--config", config, "--on", on(4))
    done = run("publish", state, "--config", config, "--on", on(40), "--dry-run")
    assert done.exit_code == 0, done.output
    assert "people per 100,000" in done.stdout
    assert "looked at again by the same days: 0 of" in done.stdout
    assert "nothing was written" in done.stdout
    assert "the state ends on" in done.stderr
    names = world.source().accounts().to_pylist()
    assert not any(f" {name} " in done.output for name in names if len(name) > 3)
    cards = cards_of(config)
    assert cards.meta().last_on == world.last_day() + timedelta(days=4)
    cards.close()


def test_other_lists_leave_a_report(state: Path, config: Path, tmp_path: Path) -> None:
    run("publish", state, "--config", config, "--on", on(4))
    cards = cards_of(config)
    before = cards.read(world.last_day())
    assert before.method.startswith("fanal ")
    assert "weights" in before.method
    assert cards.report() is None
    from fanal.about.weights import read_weights, weights_text

    weights = read_weights()
    weights.record["date"] = "2026-01-01"
    (tmp_path / "weights.json").write_text(weights_text(weights), encoding="utf-8")
    with config.open("a", encoding="utf-8") as file:
        file.write('weights = "weights.json"\n')
    done = run("publish", state, "--config", config, "--on", on(5))
    assert done.exit_code == 0, done.output
    assert "(before: fanal" in done.stdout
    report = json.loads(cards.report())
    assert report["method"] != report["method_before"]
    assert report["lists"] == report["lists_before"]
    assert report["cards"] == 0
    cards.close()


def test_handles_years_and_renames_come_from_the_platform(
    state: Path, config: Path, tmp_path: Path
) -> None:
    one, other = world.source().accounts().to_pylist()[:2]
    file = tmp_path / "accounts.csv"
    file.write_text(
        "account,handle,created_at,renamed_at\n"
        f"{one},@Marie,2019-04-02T10:00:00Z,2025-11-03T10:00:00Z\n{other},jo,,\n",
        encoding="utf-8",
    )
    run("publish", state, "--config", config, "--on", on(5), "--accounts", file)
    cards = cards_of(config)
    told = [cards.held(name) for name in (one, other)]
    cards.close()
    assert [(row["handle"], row["created"], row["renamed"]) for row in told] == [
        ("Marie", 2019, "2025-11"),
        ("jo", None, None),
    ]


def test_one_handle_for_two_is_refused_without_saying_it(
    state: Path, config: Path, tmp_path: Path
) -> None:
    file = tmp_path / "accounts.csv"
    file.write_text("account,handle\n1,planted\n2,x\n3,PLANTED\n", encoding="utf-8")
    done = run("publish", state, "--config", config, "--on", on(5), "--accounts", file)
    assert done.exit_code == 1
    assert "accounts.csv:2 and accounts.csv:4" in done.stderr
    assert "lanted" not in done.output.lower()


def test_who_asked_to_be_forgotten_leaves_the_state_too(config: Path, tmp_path: Path) -> None:
    mine = tmp_path / "state"
    update(mine, world.days())
    run("publish", mine, "--config", config, "--on", on(4))
    name = world.source().accounts().to_pylist()[7]
    cards = cards_of(config)
    cards.forget(name)
    done = run("publish", mine, "--config", config, "--on", on(5), "--json")
    assert json.loads(done.stdout)["accounts"] == world.ACCOUNTS - 1
    assert cards.held(name) is None
    cards.close()
    from fanal.about.state.source import StateSource

    assert name not in StateSource(mine).accounts().to_pylist()


def test_another_state_erases_nobody(state: Path, config: Path, tmp_path: Path) -> None:
    run("publish", state, "--config", config, "--on", on(4))
    other = tmp_path / "other"
    days = world.days()
    update(other, days.filter(of_first(days, 20)))
    done = run("publish", other, "--config", config, "--on", on(5))
    assert done.exit_code == 1
    assert f"lacks {world.ACCOUNTS - 20} of the {world.ACCOUNTS}" in done.stderr


def of_first(days: Any, count: int) -> Any:
    """Return the rows of the first accounts."""
    import pyarrow as pa
    import pyarrow.compute as pc

    names = world.source().accounts().to_pylist()[:count]
    return pc.is_in(days["account"].cast(pa.string()), pa.array(names))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--on", "yesterday"], "--on yesterday: a day was expected"),
        (["--on", "2999-01-01"], "still to come"),
    ],
)
def test_a_day_that_is_none(state: Path, config: Path, words: list[str], said: str) -> None:
    done = run("publish", state, "--config", config, *words)
    assert done.exit_code == 2
    assert said in done.stderr


def test_a_day_before_the_last_is_refused(state: Path, config: Path) -> None:
    run("publish", state, "--config", config, "--on", on(5))
    done = run("publish", state, "--config", config, "--on", on(4))
    assert done.exit_code == 1
    assert "a clock does not go back" in done.stderr


def test_the_state_is_held_from_before_it_is_read(
    state: Path, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An update between opening and reading would take files away."""
    from fanal.about.state.folder import alone
    from fanal.about.state.source import StateSource

    tried = set()

    def held(name: str) -> Any:
        read = getattr(StateSource, name)

        def tries(*given: Any, **more: Any) -> Any:
            with pytest.raises(StoreError, match="another command is changing"), alone(state):
                pass
            tried.add(name)
            return read(*given, **more)

        return tries

    names = {"__init__", "accounts", "told"}
    for name in names:
        monkeypatch.setattr(StateSource, name, held(name))
    assert run("publish", state, "--config", config, "--on", on(5)).exit_code == 0
    assert tried == names


def test_no_state_no_cards(config: Path, tmp_path: Path) -> None:
    done = run("publish", tmp_path / "nothing", "--config", config)
    assert done.exit_code == 1
    assert "no state" in done.stderr
    assert not (tmp_path / "nothing").exists()


def test_links_open_what_they_say(config: Path) -> None:
    for words, role, account in (
        (["--holder", "12"], "holder", "12"),
        (["--operator"], "operator", ""),
    ):
        done = run("token", "--config", config, *words)
        assert done.exit_code == 0, done.output
        address, _, text = done.stdout.strip().partition("?link=")
        assert address == f"https://cards.example/x/{role}/enter"
        token = read_token(world.SECRET, text, purpose="link", now=0.0)
        assert token is not None
        assert (token.role, token.account) == (role, account)


@pytest.mark.parametrize("words", [[], ["--holder", "1", "--operator"]])
def test_a_link_is_for_one_of_the_two(config: Path, words: list[str]) -> None:
    done = run("token", "--config", config, *words)
    assert done.exit_code == 2


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('mode = "open"', "about.toml:2: mode: one of private, opt-in, public"),
        ("k = 3", "about.toml:2: k: a number from 10 on"),
        ('k = "20"', "about.toml:2: k: a whole number"),
        ('risk = ["XX"]', "about.toml:2: risk: no ISO 3166-1 code: XX"),
        ("risk = [1]", "about.toml:2: risk: a list of texts"),
        ('colour = "red"', "about.toml:2: colour: no such key"),
        ('base_url = "cards.example"', "about.toml:2: base_url: an address"),
        ('base_url = "https://me:pass-word@x.example"', "about.toml:2: base_url"),
        ('base_url = "https://planted@x.example"', "about.toml:2: base_url: an address"),
        (
            'base_url = "https://x.example/?planted=1"',
            "about.toml:2: base_url: an address without",
        ),
        (
            'base_url = "https://x.example/#planted"',
            "about.toml:2: base_url: an address without",
        ),
        ('mode = "opt-in"', "about.toml: base_url: mode opt-in needs the address"),
        ('key = "./secret"', "about.toml:2: key: another file than that of the secret"),
        (
            'proxies = ["10.0.0.0/8", "0.0.0.0/0"]',
            "about.toml:2: proxies: the 2. is every address",
        ),
        ('proxies = ["::/0"]', "about.toml:2: proxies: the 1. is every address"),
        ('profile_url = "https://x.example/"', "about.toml:2: profile_url: {handle}"),
        ('proxies = ["10.0.0.0/8", "planted"]', "about.toml:2: proxies: the 2. is no network"),
        ('secret = ""', "about.toml:2: secret: the name of a file"),
        ('mode = "public"', "about.toml: decision: mode public needs a written decision"),
        ("mode = pass-word", "about.toml: no TOML: line 2"),
        ("[pass-word]\na = 1", "about.toml:"),
    ],
)
def test_errors_of_the_configuration_say_file_and_key(
    tmp_path: Path, line: str, said: str
) -> None:
    path = tmp_path / "about.toml"
    path.write_text(f"# ours\n{line}\n", encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        read_settings(path)
    assert said in caught.value.message
    assert "planted" not in caught.value.message
    if "[" not in line:
        assert "pass-word" not in caught.value.message


def test_public_needs_the_decision_as_it_was_written(tmp_path: Path) -> None:
    path, decision = tmp_path / "about.toml", tmp_path / "decision.md"
    decision.write_text("We decided so.\n", encoding="utf-8")
    right = hashlib.sha256(decision.read_bytes()).hexdigest()

    def read(said: str, file: str = 'decision_file = "decision.md"\n') -> Any:
        base = 'base_url = "https://cards.example"\n'
        path.write_text(f'mode = "public"\ndecision = "sha256:{said}"\n{file}{base}', "utf-8")
        return read_settings(path)

    assert read(right).decision == right
    assert read(right.upper()).policy().mode == "public"
    with pytest.raises(PolicyError, match=r"about\.toml:2: decision: this is not the hash"):
        read("0" * 64)
    with pytest.raises(PolicyError, match="decision_file: the file"):
        read(right, "")
    decision.write_text("We decided otherwise.\n", encoding="utf-8")
    with pytest.raises(PolicyError, match="decide again"):
        read(right)
    decision.write_text(" \n", encoding="utf-8")
    with pytest.raises(PolicyError, match=r"decision\.md is empty: nothing was decided"):
        read(hashlib.sha256(b" \n").hexdigest())


def test_the_usual_settings_keep_everything_private(tmp_path: Path) -> None:
    path = tmp_path / "about.toml"
    path.write_text("", encoding="utf-8")
    found = read_settings(path)
    assert (found.mode, found.k, found.policy().k_leave) == ("private", 20, 15)
    assert found.secret == tmp_path / "secret"
    assert found.cards == str(tmp_path / "cards.sqlite")
    assert found.proxies == ()
