"""The report: what it says, what it withholds."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

import made_up_result as made
from fanal.model.names import pseudonymous
from fanal.reports.about import Named
from fanal.reports.answers import Answers, Carried, Description, Holdings, InputHeld
from reported import Outline, page


def test_a_finding_has_a_strength_an_expectation_p_q_n_and_what_speaks_against_it() -> None:
    text = Outline(page()).text
    assert (
        "10 of the 10 pairs among 5 accounts acted on 5 objects in common (median; reposts) "
        "within 60 s, from 4 to 8 March 2025; if they had only "
        "their habits and their sources in common, 0.034 would be expected."
    ) in text
    assert "Medians: p < 0.001, q = 0.001, among 1,124,250 pairs compared." in text
    assert "Indication Community 1: 5 accounts" in text
    assert "Why it may be wrong One kind of action carries it (reposts)" in text


def test_no_probability_in_a_sentence_is_smaller_than_is_believed() -> None:
    for told in re.findall(r'class="told"[^>]*>(.*?)</p>', page(), re.DOTALL):
        assert "10⁻" not in told
    assert "10⁻" in page(), "the table has it exactly"


def test_the_page_opens_with_the_finding_and_the_timeline_never_with_the_map() -> None:
    html = page()
    assert "<h1>5 accounts passed on the same posts about 14\u00a0s apart" in html
    assert html.index('data-figure="timeline"') < html.index('id="findings"')
    assert html.index('id="findings"') < html.index('data-figure="map"')


def test_bursts_groups_and_evolution_are_told_beside_what_is_known_of_the_accounts() -> None:
    text = Outline(page()).text
    assert "7 accounts posted the same text within 60 s, on 4 March 2025, 14:02;" in text
    assert "Before: 3 had posted nothing in this file, 4 had been silent for more" in text
    assert "Dates of creation known: 7; 7 created within the 90 days before." in text
    assert "7 accounts joined one another 40 times" in text
    assert "experimental method" in text
    assert "Day after day" in text


def without(result: Any, **flaw: Any) -> Any:
    """Return the result with a flaw in all its links but the last."""
    rows = result.edges.to_pylist()
    changed = [row | flaw for row in rows[:-1]] + rows[-1:]
    return replace(result, edges=pa.Table.from_pylist(changed, made.EDGES))


@pytest.mark.parametrize(
    ("flaw", "said"),
    [({"q_affinity": 0.4}, "10 links exceed what activity"), ({"fragile": True}, "10 links do not stand")],
)  # fmt: skip
def test_explained_and_fragile_links_are_counted_apart(flaw: dict[str, Any], said: str) -> None:
    result = without(made.result(), **flaw)
    last = result.edges.to_pylist()[-1]
    ends = {last["source"], last["target"]}
    inside = [row for row in result.communities.to_pylist() if row["account"] in ends]
    inside = [row | {"community": 0} for row in inside]
    table = pa.Table.from_pylist(inside, made.COMMUNITIES)
    text = Outline(page(result=replace(result, communities=table))).text
    assert "1 pair act together" in text
    assert said in text
    assert "11 links found, 1 kept." in text


def test_the_same_test_among_people_nobody_suspects_stands_beside_the_result() -> None:
    assert "The same test among people nobody suspects" in page()
    assert "Le même test chez des gens que personne ne soupçonne" in page(lang="fr")


def test_what_was_left_out_and_why_is_told_in_the_language_of_the_report() -> None:
    text = Outline(page(lang="fr")).text
    for english, french in (
        ("not JSON", "pas du JSON: 2"),
        ("without a usable time", "sans heure utilisable: 12"),
    ):
        assert english not in text
        assert french in text


@pytest.mark.parametrize(("lang", "low", "high"), [("fr", 70, 110), ("en", 70, 110)])
def test_the_method_box_is_about_eighty_words_of_this_run(
    lang: str, low: int, high: int
) -> None:
    (box,) = re.findall(r'<p id="box-text">(.*?)</p>', page(lang=lang))
    assert low <= len(re.findall(r"\w[\w’'-]*", box)) <= high
    assert ("12\u202f345" if lang == "fr" else "12,345") in box


# levels


def test_at_the_level_of_counts_there_is_nobody() -> None:
    html = page("counts", lang="fr")
    assert not re.search(r"\bA-[0-9a-f]{8}|\bO-[0-9a-f]{8}", html)
    assert 'data-figure="timeline"' in html
    assert not re.search('data-figure="(map|raster|pair)"', html)
    assert "Niveau «\u202fcomptages\u202f»" in html


def test_only_who_is_named_has_a_handle_a_text_and_a_clock_with_seconds() -> None:
    handles = {"x:1": "iris.vell", "x:2": "ob.hal", "x:3": "nol.var"}
    people = tuple(
        Named(
            key=key, reason="elected", asked=date(2025, 3, 4), answer="none", rests_on=("url",)
        )
        for key in ("x:1", "x:2")
    )
    names = made.forms(handles, ("x:1", "x:2"))["some"]
    html = page(names=names, about=made.about(people=people))
    text = Outline(html).text
    assert "@iris.vell" in text
    assert "What x:1/4 said." in text
    assert not re.search("nol.var|x:3", text)
    for account in re.findall(r"What (x:\d)/", text):
        assert account in {"x:1", "x:2"}
    assert "@iris.vell web addresses elected 4 March 2025 none" in text
    seconds = re.findall(r"<article class=\"post\">.*?</article>", html, re.DOTALL)
    assert all("@" in post for post in seconds if re.search(r"\d\d:\d\d:\d\d", post))


def answers(accounts: int) -> Answers:
    """Return answers with one copied text, carried by so many accounts."""
    copy = Carried(
        layer="text", object="text thing0", accounts=accounts, actions=30, first_us=0, last_us=1,
        first_account="x:1", first_post=None, objects=1,
    )  # fmt: skip
    held = Holdings(
        posts=9, accounts=9, once=1, twice=1, kinds={"post": 9}, with_text=9, with_urls=0,
        with_hashtags=0, without_time=0, implausible=0, first=0, last=1, precisions=(), hours=1,
        hours_empty=0, silence_from=None, silence_to=None, silence_median_s=0.0,
        silences_expected=0.0, busiest_hour=None, busiest_posts=0,
        inputs=(InputHeld(name="iris_vell.csv", posts=9, accounts=9, reposts=0, unnamed=0,
                          blind_spot="Deleted posts."),),
    )  # fmt: skip
    told = Description(copies=(copy,))
    return Answers(holdings=held, description=told, refusal="no pair.")


@pytest.mark.parametrize(("accounts", "shown"), [(19, False), (20, True)])
def test_a_text_that_twenty_accounts_carry_is_nobodys(accounts: int, shown: bool) -> None:
    html = page("protected", answers=answers(accounts))
    assert ("text thing0" in html) is shown
    assert "iris_vell" not in html


def test_what_was_read_is_there_with_hash_and_the_three_counts() -> None:
    text = Outline(page()).text
    for words in (made.SHA, "12,345", "a list : 3", "not JSON : 2", "Deleted posts."):
        assert words.replace(" :", ":") in text.replace(" :", ":")
    assert "from 3 to 13 March 2025" in text


def test_each_link_has_its_posts_side_by_side_with_the_time_between() -> None:
    text = Outline(page()).text
    assert "What x:1/4 said." in text
    assert "7 s later" in text
    assert "8 March 2025, 14:02:05" in text


def test_the_later_post_comes_second_whatever_the_order_of_the_link() -> None:
    result = made.result(members=(["x:1", "x:2"],))
    swapped = [
        row | {"source_time": row["target_time"], "target_time": row["source_time"]}
        for row in result.evidence.to_pylist()
    ]
    result = replace(result, evidence=pa.Table.from_pylist(swapped, made.EVIDENCE))
    text = Outline(page(result=result)).text
    text = text[text.index("Side by side") :]
    assert text.index("What x:2/4 said.") < text.index("What x:1/4 said.")


@pytest.mark.parametrize(
    "secret", ["x:1", "iris.vell", "What x:", "url thing", "14:02:05", "x:500"]
)
def test_nothing_real_is_shown_without_names(secret: str) -> None:
    def never(keys: list[str]) -> Any:
        raise AssertionError("texts are not even looked up")

    assert secret not in page("protected", posts=never)


def test_without_names_the_same_account_has_the_same_pseudonym_everywhere() -> None:
    assert page("protected").count(made.pseudonym("x:8")) >= 3


def in_place_of(order: list[str]) -> Any:
    """Return pseudonyms of keys: the sooner in `order`, the smaller."""
    return pseudonymous(lambda key: f"A-{order.index(key)}" if key in order else f"A-o{key}")


def shape(html: str) -> str:
    return re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)


def test_the_order_of_real_names_leaves_no_mark_on_a_report_under_pseudonyms() -> None:
    """Two sets of keys that sort differently, behind the same pseudonyms, give one page."""
    first = made.full(members=(["a", "b", "c"], ["d", "e"], ["f", "g"]))
    other = {"a": "c", "b": "b", "c": "a", "d": "g", "e": "f", "f": "e", "g": "d"}
    tie = {"p": 1e-9, "q": 1e-7}
    tied = [row | tie for row in first.edges.to_pylist()]
    first = replace(first, edges=pa.Table.from_pylist(tied, made.EDGES))
    second = renamed(first, other)
    order = list("abcdefg")
    pages = [
        shape(page(result=result, names=in_place_of(keys)))
        for result, keys in ((first, order), (second, [other[key] for key in order]))
    ]
    assert pages[0] == pages[1]


def renamed(result: Any, names: dict[str, str]) -> Any:
    """Return the result as it would be with other keys: ordered by them."""
    edges, evidence = (
        [turned(row, names) for row in table.to_pylist()]
        for table in (result.edges, result.evidence)
    )
    edges.sort(key=lambda row: (row["p"], row["source"], row["target"]))
    evidence.sort(key=lambda row: (row["source"], row["target"]))
    members = [
        row | {"account": names[row["account"]]} for row in result.communities.to_pylist()
    ]
    number = {1: 2, 2: 1}  # of equals, the one with the smallest key
    for row in members:
        row["community"] = number.get(row["community"], row["community"])
    members.sort(key=lambda row: (row["community"], row["account"]))
    checks = [turned(row, names) for row in result.checks.to_pylist()]
    checks.sort(key=lambda row: (row["source"], row["target"]))

    def again(table: pa.Table, order: str) -> pa.Table:
        rows = [
            row
            | ({"account": names[row["account"]]} if "account" in row else {})
            | ({"post": f"{names[row['account']]}/0"} if "post" in row else {})
            for row in table.to_pylist()
        ]
        return pa.Table.from_pylist(sorted(rows, key=lambda row: row[order]), table.schema)

    return replace(
        result,
        edges=pa.Table.from_pylist(edges, made.EDGES),
        checks=pa.Table.from_pylist(checks, made.CHECKS),
        evidence=pa.Table.from_pylist(evidence, made.EVIDENCE),
        communities=pa.Table.from_pylist(members, made.COMMUNITIES),
        burst_accounts=again(result.burst_accounts, "time"),
        group_members=again(result.group_members, "account"),
    )


def turned(row: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    row = row | {end: names[row[end]] for end in ("source", "target")}
    if row["source"] < row["target"]:
        return row
    other = {"source": "target", "target": "source"}
    return {
        "_".join([other.get(head, head), *rest]): value
        for name, value in row.items()
        for head, *rest in [name.split("_")]
    }


def test_files_are_numbered_without_names_and_named_with_them() -> None:
    """People name exports after the accounts in them."""
    inputs = (
        made.InputRead(name="iris_vell.jsonl", sha256=made.SHA, reader="X API v2", kept=7),
        made.InputRead(name="iris_vell-2.csv", sha256=made.SHA, reader="Table", kept=8),
    )
    protected = Outline(page("protected", about=made.about(inputs=inputs))).text
    assert "iris_vell" not in protected
    assert "input 1 X API v2 SHA-256 0f0f" in protected
    assert "input 2 Table SHA-256 0f0f" in protected
    assert "names of input files are withheld" in protected
    assert "iris_vell-2.csv" in Outline(page(about=made.about(inputs=inputs))).text


def test_no_link_at_all_is_said_and_is_no_acquittal() -> None:
    text = Outline(page(result=made.result(members=()))).text
    assert "No pair of accounts stands out" in text
    assert "That is no evidence that nobody acts in concert" in text
    assert "Side by side" not in text


def test_one_link_is_one_pair() -> None:
    assert "<h1>Two accounts passed on the same posts" in page(
        result=made.result(members=(["a", "b"],))
    )


def test_what_is_left_out_is_counted() -> None:
    many = made.result(members=([f"x:{n}" for n in range(25)],))
    text = Outline(page(result=many)).text
    assert "100 links more are left out here" in text
    assert "They also acted together on 1 object not shown here." in text


def test_accounts_too_quiet_are_counted_with_their_reason() -> None:
    text = Outline(page()).text
    assert "2 of 1,500 accounts did so little" in text
    assert "one action only: 2" in text


def test_the_shuffles_are_told_with_what_they_do_not_count() -> None:
    assert "chance makes 0 links (1 shuffle). Fans, newsrooms" in page()
    assert "le hasard fait 0 lien (1 mélange). Des fans" in page(lang="fr")
