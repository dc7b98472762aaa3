"""What is forgotten is nowhere in the case, and the rest still verifies."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import fanal.store.erase
from fanal.case import Case
from fanal.errors import CaseError, StoreError
from fanal.store.folder import Folder
from fanal.store.parts import Part
from fanal.store.records import RunRow
from fanal.store.runs import LostResultError, keep_run, listed_runs, parts_read, stored_run
from made_case import DAY_ONE, add_rows, new_case, post, posts_in

GONE = "x:424242"
#: All that must not be left of the account: key, native id, handle, name, its posts and texts.
TRACES = (
    "424242",
    "vanishing_one",
    "Vanda Nishing",
    "9000000001",
    "9000000002",
    "secret words",
)


def account(key: str, handle: str, name: str) -> dict[str, object]:
    native = key.split(":")[1]
    return {
        "account": key, "platform": "x", "account_id": native, "handle": handle,
        "display_name": name, "observed_at": DAY_ONE,
    }  # fmt: skip


def rejected(raw: str, reason: str = "no time") -> dict[str, object]:
    return {"position": "a:9", "reason": reason, "raw": raw, "raw_sha256": "5" * 64}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = new_case(tmp_path / "a.case")
    address = "https://x.com/Vanishing_One/status/9000000001"
    add_rows(
        made,
        "first",
        [
            post("x:9000000001", post_id="9000000001", account=GONE, text="secret words"),
            post("x:1", account="x:7", text="mine", mentions=["Vanishing_One", "other"]),
            post(
                "x:2", account="x:7", kind="repost", repost_of="x:9000000001",
                text="secret words", urls=[address, "https://a.example"],
                url_keys=["x.com/vanishing_one/status/9000000001", "a.example"],
            ),
            post("x:3", account="x:8", kind="repost", repost_of="x:9000000001"),
            post("x:4", account="x:8", kind="repost", repost_of="x:9000000077",
                 text="RT @Vanishing_One: secret words"),
            post("x:5", account="x:8", kind="quote", quote_of="x:9000000001", text="well"),
            post("x:6", account="x:8", kind="reply", reply_to="x:9000000001", time=DAY_ONE),
        ],
        accounts=[account(GONE, "Vanishing_One", "Vanda Nishing"), account("x:7", "seven", "7")],
        counts=[{"post": "x:9000000001", "likes": 3}, {"post": "x:1", "likes": 1}],
        rejected=[
            rejected('{"author_id":"424242","text":"secret words"}'),
            rejected("by @vanishing_one, secret words", reason="no date in '9000000001'"),
            rejected("harmless"),
        ],
    )  # fmt: skip
    add_rows(
        made,
        "second",
        [
            post("x:9000000001", account=GONE, lang="fr"),
            post("x:9000000002", account=GONE, text="secret words again"),
            post(
                "x:3",
                account="x:8",
                kind="repost",
                text="secret words",
                repost_of="x:9000000001",
            ),
            post("x:1", account="x:7", lang="en"),
        ],
    )
    return made


def keep_a_run(folder: Folder) -> str:
    state = folder.snapshot()
    row = RunRow(
        id="ab" * 8, command="coordinate", parameters={"fdr": 0.05}, version="1",
        made_at=DAY_ONE, summary={"links": 2},
    )  # fmt: skip
    tables = {
        "edges": pa.table({
            "source": [GONE, "x:7"], "target": ["x:7", "x:8"], "p": [0.1, 0.2],
            "top_objects": [["x:9000000001"], ["x:9000000001", "a.example"]],
        }),
        "evidence": pa.table({
            "source": [GONE, "x:7", "x:7"], "target": ["x:7", "x:8", "x:8"],
            "object": ["a.example", "x:9000000001", "x.com/vanishing_one/status/9000000001"],
            "source_post": ["x:9000000002", "x:2", "x:2"],
            "target_post": ["x:1", "x:3", "x:3"],
        }),
        "communities": pa.table({"account": [GONE, "x:7"], "community": [0, 0]}),
        "insufficient": pa.table({"account": pa.array([], pa.string())}),
    }  # fmt: skip
    keep_run(folder, state, row, tables)
    return row.id


def keep_words(folder: Folder, words: str, account: str = "x:8") -> str:
    """Keep a run of one link that two accounts have by the same words."""
    state, tables = folder.snapshot(), {
        "edges": pa.table({"source": ["x:7"], "target": [account], "top_objects": [[words]]}),
        "evidence": pa.table({"source": ["x:7"], "target": [account], "object": [words]}),
    }  # fmt: skip
    row = RunRow(
        id="ef" * 8, command="coordinate", parameters={}, version="1", made_at=1, summary={}
    )
    keep_run(folder, state, row, tables)
    return row.id


def everything_in(folder: Folder) -> str:
    """Return each byte of the catalogue, and each value of each Parquet file, as text."""
    said = []
    for file in sorted(folder.path.rglob("*")):
        if file.suffix == ".parquet":
            table = pq.read_table(file)
            said += [str(table.to_pylist()), str(table.schema.metadata), file.name]
            said.append(file.read_bytes().decode("latin-1"))
        elif file.is_file():
            said.append(file.read_bytes().decode("latin-1"))
    return "\n".join(said)


def test_of_a_forgotten_account_nothing_is_left(folder: Folder) -> None:
    run = keep_a_run(folder)
    with folder.catalogue.writing() as connection:
        connection.execute("INSERT INTO mark VALUES (?, 'note', 'hm', 1)", (GONE,))
        connection.execute("INSERT INTO mark VALUES ('x:7', 'note', 'hm', 1)")
    before = everything_in(folder)
    assert all(trace.lower() in before.lower() for trace in TRACES)
    done = Case(folder).forget(accounts=[GONE], now=DAY_ONE)
    after = everything_in(folder).lower()
    assert [trace for trace in TRACES if trace.lower() in after] == []
    assert done.counts == {
        "accounts": 1, "communities": 2, "counts": 1, "edges": 2, "evidence": 3, "posts": 2,
        "posts_duplicate": 1, "raw": 2, "texts": 3,
    }  # fmt: skip
    assert Case(folder).verify() == []
    assert folder.unlisted() == []
    with folder.catalogue.reading() as connection:
        assert connection.execute("SELECT subject FROM mark").fetchall() == [("x:7",)]
    (listed, tombstone) = listed_runs(folder)
    assert listed.row.id == run
    assert listed.row.erased
    assert tombstone.row.command == "forget"
    assert tombstone.row.summary == {"erased": dict(done.counts)}
    assert tombstone.row.parameters == {}


def test_what_others_did_stays_and_reposts_still_share_their_object(folder: Folder) -> None:
    Case(folder).forget(accounts=[GONE], now=DAY_ONE)
    rows = {row["post"]: row for row in posts_in(folder)}
    assert sorted(rows) == ["x:1", "x:2", "x:3", "x:4", "x:5", "x:6"]
    token = rows["x:2"]["repost_of"]
    assert token.startswith("erased:")
    assert (
        rows["x:3"]["repost_of"] == rows["x:5"]["quote_of"] == rows["x:6"]["reply_to"] == token
    )
    assert rows["x:4"]["repost_of"] is None
    assert rows["x:2"]["text"] is rows["x:3"]["text"] is rows["x:4"]["text"] is None
    assert (rows["x:1"]["text"], rows["x:1"]["lang"]) == ("mine", "en")
    assert rows["x:1"]["mentions"] == ["other"]
    assert rows["x:2"]["urls"] == ["https://a.example"]
    assert rows["x:2"]["url_keys"] == ["a.example"]
    assert rows["x:5"]["text"] == "well"
    raw = Case(folder).rejected().to_pylist()
    assert sorted(str(row["raw"]) for row in raw) == ["None", "None", "harmless"]


def test_results_of_runs_that_read_what_was_forgotten_are_dropped(folder: Folder) -> None:
    run = keep_a_run(folder)
    Case(folder).forget(accounts=[GONE], now=DAY_ONE)
    with pytest.raises(LostResultError, match="have been erased since"):
        stored_run(folder, run)
    assert listed_runs(folder)[0].row.erased
    assert Case(folder).verify() == []


@pytest.mark.parametrize("told", [{"accounts": [GONE]}, {"posts": ["x:9000000001"]}])
def test_words_of_a_forgotten_post_do_not_stay_as_objects_of_links(
    folder: Folder, told: dict[str, list[str]]
) -> None:
    keep_words(folder, "rt @vanishing_one: secret words")
    Case(folder).forget(**told, now=DAY_ONE)
    assert "rt @vanishing" not in everything_in(folder)


def test_a_result_over_an_input_that_left_goes_when_something_is_forgotten(
    folder: Folder,
) -> None:
    """Nobody can tell any more what such a result holds."""
    only = add_rows(folder, "third", [post("x:77", account="x:9")])
    assert only is not None
    run = keep_words(folder, "words of x:77", "x:9")
    Case(folder).remove(only.id)
    Case(folder).forget(accounts=["x:31415926"], now=DAY_ONE)
    assert stored_run(folder, run) is not None, "nothing was forgotten"
    Case(folder).forget(accounts=["x:9"], now=DAY_ONE)
    assert "words of x:77" not in everything_in(folder)
    assert Case(folder).verify() == []


def test_results_that_have_nothing_to_do_with_it_stay(folder: Folder) -> None:
    run = keep_words(folder, "hello")
    apart = add_rows(folder, "third", [post("x:77", account="x:55", text="bye")])
    assert apart is not None
    Case(folder).forget(accounts=["x:55"], now=DAY_ONE)
    assert stored_run(folder, run) is not None
    assert not listed_runs(folder)[0].row.erased


@pytest.mark.parametrize("hurt", ["missing", "damaged"])
def test_results_that_cannot_be_read_hinder_no_forgetting(folder: Folder, hurt: str) -> None:
    keep_a_run(folder)
    for file in (folder.path / "parts").glob("e*.parquet"):
        file.unlink() if hurt == "missing" else file.write_bytes(b"PAR1 no more")
    assert Case(folder).verify() != []
    assert Case(folder).forget(accounts=[GONE], now=DAY_ONE).counts["posts"] == 2
    assert Case(folder).verify() == []


def test_an_account_can_be_named_by_its_handle(folder: Folder) -> None:
    done = Case(folder).forget(accounts=["@VANISHING_one"], now=DAY_ONE)
    assert done.counts["posts"] == 2


def test_a_forgotten_post_leaves_its_author(folder: Folder) -> None:
    done = Case(folder).forget(posts=["x:9000000001"], now=DAY_ONE)
    assert done.counts["posts"] == 1
    assert [row["post"] for row in posts_in(folder) if row["account"] == GONE] == [
        "x:9000000002"
    ]
    assert "9000000001" not in everything_in(folder)
    assert Case(folder).table("accounts").num_rows == 2


def test_before_a_time_posts_go_and_accounts_of_which_nothing_is_left(tmp_path: Path) -> None:
    folder = new_case(tmp_path / "a.case")
    day = 86_400_000_000
    posts = [
        post("x:1", account="x:7", time=DAY_ONE),
        post("x:2", account="x:7", time=DAY_ONE + day),
        post("x:3", account="x:8", time=DAY_ONE),
        post("x:4", account="x:8", text="timeless"),
        post("x:5", account="x:9", time=DAY_ONE),
    ]
    seen = [account(key, key[2:] * 5, key) for key in ("x:7", "x:8", "x:9")]
    late = [item | {"observed_at": DAY_ONE + day} for item in seen]
    add_rows(folder, "a", posts, accounts=[*seen, *late])
    done = Case(folder).forget(before=DAY_ONE + day, now=DAY_ONE)
    assert [row["post"] for row in posts_in(folder)] == ["x:2", "x:4"]
    assert sorted(Case(folder).table("accounts").column("account").to_pylist()) == [
        "x:7",
        "x:8",
    ]
    assert done.notes == ("1 posts have no time and stay.",)
    assert Case(folder).verify() == []


def test_an_old_first_row_takes_its_later_rows_with_it(tmp_path: Path) -> None:
    folder = new_case(tmp_path / "a.case")
    add_rows(folder, "a", [post("x:1", time=DAY_ONE)])
    add_rows(
        folder, "b", [post("x:1", time=DAY_ONE + 9, text="t"), post("x:2", time=DAY_ONE + 9)]
    )
    Case(folder).forget(before=DAY_ONE + 1, now=DAY_ONE)
    assert [row["post"] for row in posts_in(folder)] == ["x:2"]
    assert [part.table for part in folder.snapshot().parts] == ["posts"]


def test_forgetting_what_is_not_there_changes_no_part(folder: Folder) -> None:
    parts = folder.snapshot().parts
    assert Case(folder).forget(accounts=["x:31415926"], now=DAY_ONE).counts == {}
    assert folder.snapshot().parts == parts


def test_what_erasing_cannot_reach_is_said(tmp_path: Path) -> None:
    folder = new_case(tmp_path / "a.case")
    add_rows(
        folder,
        "posts of vanishing_one.csv",
        [post("x:1", account=GONE), post("x:2", account="x:7", text="look at @Vanishing_One!")],
        accounts=[account(GONE, "Vanishing_One", "V")],
    )
    notes = Case(folder).forget(accounts=[GONE], now=DAY_ONE).notes
    assert len(notes) == 2
    assert "The name of input" in notes[0]
    assert notes[1] == "1 posts of others name an erased account in their own words."


def test_after_forgetting_an_input_can_leave_and_others_come_forward(folder: Folder) -> None:
    Case(folder).forget(accounts=[GONE], now=DAY_ONE)
    case = Case(folder)
    case.remove(case.inputs()[0].id)
    rows = posts_in(folder)
    assert [(row["post"], row["text"], row["lang"]) for row in rows] == [
        ("x:1", None, "en"), ("x:3", None, None)
    ]  # fmt: skip
    assert case.verify() == []


def test_a_result_computed_before_is_not_kept_after(folder: Folder) -> None:
    state = folder.snapshot()
    Case(folder).forget(accounts=[GONE], now=DAY_ONE)
    row = RunRow(
        id="cd" * 8, command="coordinate", parameters={}, version="1", made_at=1, summary={}
    )
    with pytest.raises(StoreError, match="erased while this was computed"):
        keep_run(folder, state, row, {"edges": pa.table({"source": [GONE]})})
    assert folder.unlisted() == []
    assert listed_runs(folder)[0].row.command == "forget"


def test_a_result_kept_while_forgetting_is_cleared_too(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, kept = fanal.store.erase._outputs, list[str]()

    def outputs(connection: sqlite3.Connection) -> tuple[Part, ...]:
        found = plain(connection)
        if not kept:  # after the outputs were listed, before the commit
            connection.close()
            kept.append(keep_a_run(folder))
        return found

    monkeypatch.setattr(fanal.store.erase, "_outputs", outputs)
    Case(folder).forget(accounts=[GONE], now=DAY_ONE)
    assert listed_runs(folder)[0].row.erased
    after = everything_in(folder).lower()
    assert [trace for trace in TRACES if trace.lower() in after] == []
    assert Case(folder).verify() == []


def test_an_addition_under_way_is_refused_when_its_files_were_cleared(folder: Folder) -> None:
    late = Folder(folder.path)
    plain = late.snapshot
    asked: list[int] = []

    def overtaken() -> object:
        if not asked:
            asked.append(1)
            Case(folder).forget(accounts=[GONE], now=DAY_ONE)
        return plain()

    late.snapshot = overtaken  # type: ignore[assignment, method-assign]
    with pytest.raises(StoreError):
        add_rows(late, "third", [post("x:9000000001", account=GONE, text="secret words")])
    assert "secret words" not in everything_in(folder)


def test_nothing_named_is_refused(folder: Folder) -> None:
    with pytest.raises(CaseError, match="nothing was named"):
        Case(folder).forget(now=DAY_ONE)


def test_a_run_is_stale_when_posts_change_and_fresh_when_they_do_not(folder: Folder) -> None:
    keep_a_run(folder)
    assert not listed_runs(folder)[0].stale
    add_rows(folder, "third", [post("x:1", account="x:7", text="known already")])
    assert not listed_runs(folder)[0].stale, "a duplicate that fills nothing changes no result"
    fourth = add_rows(folder, "fourth", [post("x:99")])
    assert fourth is not None
    assert listed_runs(folder)[0].stale
    Case(folder).remove(fourth.id)
    assert not listed_runs(folder)[0].stale
    assert parts_read(folder.snapshot(), "coordinate") == listed_runs(folder)[0].read
