"""`fanal add --preview`: a mapping to mend, even where the file cannot be read yet."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from fanal.cli.main import app


def test_a_file_without_a_zone_still_gives_a_mapping_to_mend(tmp_path: Path) -> None:
    posts = tmp_path / "posts.csv"
    posts.write_text(
        "tweet_id,user_id,created_at,text\n1,2,2024-05-01 12:00,Hello harbour\n",
        encoding="utf-8",
    )
    case, mapping = tmp_path / "a.case", tmp_path / "m.toml"
    refused = CliRunner().invoke(app, ["add", str(case), str(posts), "--preview"])
    assert refused.exit_code == 1
    assert "no time zone" in refused.stderr
    assert not case.exists()
    lines = refused.stdout.splitlines()
    assert lines[0].startswith('# time_zone = "UTC"')
    mapping.write_text("\n".join([lines[0].removeprefix("# "), *lines[1:]]), encoding="utf-8")
    words = ["add", str(case), str(posts), "--mapping", str(mapping)]
    added = CliRunner().invoke(app, words)
    assert added.exit_code == 0, added.output
    assert "1 kept" in added.output


def test_a_case_that_nothing_came_into_is_not_left_behind(tmp_path: Path) -> None:
    noise, case, mine = tmp_path / "noise", tmp_path / "new.case", tmp_path / "mine"
    noise.write_bytes(bytes(range(256)) * 20)
    mine.mkdir()
    refused = CliRunner().invoke(app, ["add", str(case), str(noise)])
    assert refused.exit_code == 1
    assert "it looks like binary data" in refused.stderr
    assert not case.exists()
    assert CliRunner().invoke(app, ["add", str(mine), str(noise)]).exit_code == 1
    assert mine.is_dir()
