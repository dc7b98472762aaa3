"""The command `coordinate` as a person uses it."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from fanal import create_case
from fanal.cli.main import app
from planted_world import planted_world

COLUMNS = ["--object", "object", "--account", "account", "--time", "time"]


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["coordinate", *map(str, words)])


@pytest.fixture(scope="module")
def world_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("world") / "actions.parquet"
    pq.write_table(planted_world(31).table, path)
    return path


def test_a_file_gives_links_with_their_expectation_and_q(
    world_file: Path, tmp_path: Path
) -> None:
    out, communities = tmp_path / "links.parquet", tmp_path / "communities.csv"
    result = run(world_file, *COLUMNS, "-o", out, "--communities", communities)
    assert result.exit_code == 0, result.output
    edges = pq.read_table(out)
    assert f"{edges.num_rows:,} links among" in result.stdout
    assert "expected, q = " in result.stdout
    assert "this does not count fans, media or agencies" in result.stdout
    assert edges["source"][0].as_py().startswith("a"), "a file's own ids stay"
    assert pa.csv.read_csv(communities).column_names == ["account", "community"]


def test_csv_and_parquet_hold_the_same_links(world_file: Path, tmp_path: Path) -> None:
    for name in ("links.csv", "links.parquet"):
        assert (
            run(world_file, *COLUMNS, "--shuffles", "0", "-o", tmp_path / name).exit_code == 0
        )
    written = pa.csv.read_csv(tmp_path / "links.csv")
    kept = pq.read_table(tmp_path / "links.parquet")
    for column in ("source", "target", "objects", "expected", "p", "q"):
        assert written[column].to_pylist() == kept[column].to_pylist()


def test_json_is_one_object_with_settings_and_summary(world_file: Path) -> None:
    result = run(world_file, *COLUMNS, "--windows", "10,60", "--json")
    answer = json.loads(result.stdout)
    assert answer["settings"]["windows_s"] == answer["summary"]["windows_s"] == [10.0, 60.0]
    assert answer["summary"]["pairs_tested"] > answer["summary"]["links"] > 0


def test_a_file_without_its_columns_is_told_which(world_file: Path) -> None:
    result = run(world_file, "--object", "object")
    assert result.exit_code == 2
    assert "--account, --time" in result.stderr
    assert "fanal add" in result.stderr


def test_a_column_that_is_not_there_names_those_that_are(world_file: Path) -> None:
    result = run(world_file, "--object", "url", "--account", "account", "--time", "time")
    assert result.exit_code == 1
    assert "no column 'url'" in result.stderr
    assert "object, account, time, post, lang" in result.stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--windows", "soon"], 2, "seconds separated by commas"),
        (["--windows", "0"], 1, "a window lies between"),
        (["--fdr", "2"], 1, "between 0 and 1"),
        (["--fdr-method", "holm"], 1, "bh or by"),
        (["--like", "gephi"], 2, "coortweet was expected"),
        (["--like", "coortweet"], 2, "takes a FILE, --post, --window and -o"),
        (["-o", "links.xls"], 2, ".csv or .parquet was expected"),
        (["--communities", "x.txt"], 2, ".csv or .parquet was expected"),
        (["-o", "nowhere/links.csv"], 1, "there is no folder nowhere"),
        (["--time-unit", "x"], 2, "s, ms or us was expected"),
        (["--time-zone", "Foo/Bar"], 1, "no such time zone: 'Foo/Bar'"),
        (["--seed", "-1"], 2, "--seed"),
        (["--seed", str(2**63)], 2, "--seed"),
        (["--windows", "nan"], 1, "a window lies between"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_words(
    world_file: Path, words: list[str], code: int, said: str
) -> None:
    result = run(world_file, *COLUMNS, *words)
    assert result.exit_code == code, result.output
    assert said in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("window", ["inf", "nan", "-5", "1e300"])
def test_the_peers_window_is_a_number_of_seconds(world_file: Path, window: str) -> None:
    words = [*COLUMNS, "--post", "post", "--like", "coortweet", "-o", "links.csv"]
    result = run(world_file, *words, "--window", window)
    assert result.exit_code == 2, result.output
    assert "it is a number of seconds" in result.stderr


@pytest.mark.parametrize("like", [[], ["--like", "coortweet", "--window", "1", "--post", "p"]])
def test_an_output_of_another_kind_is_refused_before_the_work(
    world_file: Path, like: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def worked(*_: object) -> None:
        raise AssertionError("the file was read")

    monkeypatch.setattr("fanal.cli.coordinate.read_file", worked)
    monkeypatch.setattr("fanal.cli.files.read_file", worked)
    result = run(world_file, *COLUMNS, *like, "-o", "links.txt")
    assert result.exit_code == 2
    assert "links.txt: .csv or .parquet was expected" in result.stderr


def test_a_local_time_that_came_twice_is_told(tmp_path: Path) -> None:
    lines = ["object,account,time"]
    lines += [f"o{n},u{n % 2},2024-10-27 02:30:{n:02d}" for n in range(10)]
    (tmp_path / "x.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    result = run(tmp_path / "x.csv", *COLUMNS, "--time-zone", "Europe/Paris")
    assert "x.csv: 10 times lie in the hour" in result.stderr


def test_the_reading_of_a_file_is_no_option_of_a_case(tmp_path: Path) -> None:
    create_case(tmp_path / "a.case")
    result = run(tmp_path / "a.case", "--time-zone", "Europe/Paris")
    assert result.exit_code == 2
    assert "--time-zone tells how a FILE is read" in result.stderr


def test_a_target_that_is_not_there_is_told_how_to_be_made() -> None:
    result = run("nothing.case")
    assert result.exit_code == 1
    assert "no such case or file" in result.stderr


def test_the_peers_tables_are_written(world_file: Path, tmp_path: Path) -> None:
    edges, pairs = tmp_path / "edges.csv", tmp_path / "pairs.csv"
    words = [*COLUMNS, "--post", "post", "--like", "coortweet", "--window", "60"]
    result = run(world_file, *words, "-o", edges, "--pairs", pairs)
    assert result.exit_code == 0, result.output
    assert "no test was made" in result.stderr
    table = pa.csv.read_csv(pairs)
    assert table.column_names[:4] == ["object_id", "content_id", "content_id_y", "time_delta"]
    assert pa.compute.max(table["time_delta"]).as_py() <= 60
    assert pa.csv.read_csv(edges)["weight"].to_numpy().sum() == table.num_rows


def case_of(folder: Path) -> Path:
    lines = ["id,account_id,time,kind,text,hashtags"]
    for number in range(12):
        for account in range(3):
            at = f"2024-05-{1 + number:02d}T12:00:{10 * account:02d}Z"
            lines.append(f"{100 * number + account},{account},{at},post,look,tag{number}")
    for number in range(4000):
        at = f"2024-05-{1 + number % 28:02d}T{number * 7 % 24:02d}:{number % 60:02d}:00Z"
        account, tag = 50 + number * 13 % 211, number * 17 % 97
        lines.append(f"{9000 + number},{account},{at},post,look,tag{tag}")
    (folder / "posts.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    create_case(folder / "a.case").add(folder / "posts.csv", now=1)
    return folder / "a.case"


def test_links_leave_a_case_under_pseudonyms_unless_asked(tmp_path: Path) -> None:
    case = case_of(tmp_path)
    hidden, named = tmp_path / "hidden.csv", tmp_path / "named.csv"
    assert run(case, "--layers", "hashtag", "-o", hidden).exit_code == 0
    assert run(case, "--layers", "hashtag", "--names", "-o", named).exit_code == 0
    pseudonyms, keys = (pa.csv.read_csv(path) for path in (hidden, named))
    assert pseudonyms.num_rows == keys.num_rows > 0
    assert all(name.startswith("A-") for name in pseudonyms["source"].to_pylist())
    assert not any(name.startswith("A-") for name in keys["source"].to_pylist())


def test_a_case_takes_no_columns_and_no_unknown_layer(tmp_path: Path) -> None:
    case = case_of(tmp_path)
    assert "a case has its layers" in run(case, "--object", "x").stderr
    assert "There are: repost, url, hashtag, image" in run(case, "--layers", "music").stderr
