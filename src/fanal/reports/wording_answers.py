"""Sentences on what a file can and cannot answer, and on what is in it; part of `wording`."""

from __future__ import annotations

ANSWERS: dict[str, str] = {
    "answers.title": "What this file can and cannot answer",
    "answers.held": "What it holds",
    "answers.posts": "{posts} by {accounts}, {period}.",
    "answers.once": (
        "{once} of {accounts} accounts ({once_share}) posted once, {twice} ({twice_share}) twice: "
        "with whom they act cannot be seen here."
    ),
    "answers.kinds": "By kind: {kinds}.",
    "answers.reposts.some": "{name}: {reposts} of {posts} posts are reposts.",
    "answers.reposts.unnamed": (
        "{name}: {reposts} of {posts} posts are reposts; {unnamed} of these do not say of which "
        "post, and count by their words only."
    ),
    "answers.reposts.never": (
        "{name}: no repost among {posts} posts. This kind of capture never returns reposts: who "
        "passes on what cannot be asked of it."
    ),
    "answers.reposts.none": (
        "{name}: no repost among {posts} posts. Who passes on what cannot be asked of it, unless "
        "nobody passed anything on."
    ),
    "answers.reposts.again": "{name}: all its posts were in the case already.",
    "answers.has": "A text in {texts}, a web address in {urls}, a hashtag in {hashtags} of them.",
    "answers.precision": "Times are known to {precisions}.",
    "answers.precision.one": "{precision} ({posts} posts)",
    "answers.precision.unknown": "How precise the times are is not known.",
    "answers.untimed": (
        "{without} posts have no time and {implausible} an impossible one: no window holds them."
    ),
    "answers.silence": (
        "The longest silence is {length}, from {begin} to {end}; half of the posts come within "
        "{median} of the one before. If posts came evenly, by night as by day, {expected} "
        "silences as long would be expected: a longer one than usual may be a gap in the capture."
    ),
    "answers.hours": "{empty} of {hours} hours between the first post and the last hold none.",
    "answers.blind": "What its kind of capture never shows",
    "answers.blind.line": "{name}: {blind}",
    "answers.power": "What could be found",
    "answers.alone": "Nothing can be tested: {accounts}, hence no pair.",
    "answers.refused": "Nothing can be tested: {reason}",
    "answers.level": (
        "Within {window}, a first link among {pairs} pairs of {accounts} accounts needs "
        "{cutoff} or less (level {fdr}). {linkable} of the {accounts} accounts did enough for "
        "that; about the other {quiet} nothing can be said at all."
    ),
    "answers.absent": "There is nothing to test in: {layers}.",
    "answers.layer": (
        "{layer}: {actions} actions of {accounts} accounts on {objects} objects; on {shared} of "
        "these, two accounts met within the window, {co_actions} times in all. By this alone "
        "{linkable} of {accounts} accounts could be linked to anyone."
    ),
    "answers.pairs": "{layer}: {reaches}.",
    "answers.reach": (
        "two accounts {which} are linked half of the time when they act together on {pair} more, "
        "nine times out of ten on {surely}"
    ),
    "answers.reach.same": (
        "two accounts {which} are linked nine times out of ten when they act together on {surely} "
        "more, under half of the time on fewer"
    ),
    "answers.reach.unsure": (
        "two accounts {which} are linked half of the time when they act together on {pair} more, "
        "nine times out of ten at no number (tried up to {most})"
    ),
    "answers.reach.never": (
        "two accounts {which} are linked at no number of joint actions (tried up to {most})"
    ),
    "answers.only": (
        "By no layer is a larger group found with fewer joint actions than two accounts need "
        "(groups of up to {largest} were tried)."
    ),
    "answers.middling": "of middling activity ({activity} each)",
    "answers.busy": "of the busiest tenth ({activity} each)",
    "answers.groups": (
        "{layer}: the smallest group of accounts {which} that is found, all its accounts acting together "
        "each time: {sizes}."
    ),
    "answers.size": "{times}: {accounts} accounts",
    "answers.size.none": "{times}: none of any size up to {most}",
    "answers.times.once": "once",
    "answers.times": "{times} times",
    "answers.times.span": "{first} to {last} times",
    "answers.once.never": (
        "Accounts that act together once are found at no number: a link needs two common moments."
    ),
    "answers.how": (
        "These numbers are computed by the test itself, with such accounts added to this very "
        "file, their joint actions falling when its own fall."
    ),
    # description
    "describe.title": "What is alike in it",
    "describe.intro": (
        "A plain description. This is no finding: no expectation stands behind it unless one is "
        "named, and people who agreed on nothing copy, share and join on the same day."
    ),
    "describe.copies": (
        "Word for word in posts of two accounts or more: {objects}. Those of the most accounts:"
    ),
    "describe.copies.none": "No text stands word for word in posts of two accounts.",
    "describe.copy": (
        "{accounts} accounts, {posts} posts, {length} from the first ({first}, by {who}) to the "
        "last ({last}): {what}"
    ),
    "describe.busiest": (
        "{layer}: {what}, {accounts} accounts, {actions} actions, {length} from the first "
        "({first}, by {who}) to the last ({last})"
    ),
    "describe.busiest.title": "What the most accounts acted on:",
    "describe.busiest.none": "No post, web address or hashtag was acted on by two accounts.",
    "describe.first": "First posts: {posts}.",
    "describe.first.one": "{when} by {who}",
    "describe.hour": "The busiest hour begins {hour}: {posts} posts.",
    "describe.created.unknown": "On which days the accounts were created is not in it.",
    "describe.created.same": (
        "The day of creation of {known} accounts is known: {first}, the same for all."
    ),
    "describe.created.none": (
        "The day of creation of {known} accounts is known ({first} to {last}); no day stands out "
        "against the others (p over 0.05 after correction for {days} days)."
    ),
    "describe.created": (
        "The day of creation of {known} accounts is known ({first} to {last}). More than the other "
        "days let expect, after correction for {days} days:"
    ),
    "describe.created.one": "{day}: {accounts} accounts, {expected} expected, {p}",
    "describe.created.more": "and {count} more days",
    "n.text": "{count} text",
    "n.texts": "{count} texts",
    "n.post": "{count} post",
    "n.posts": "{count} posts",
    "kind.post": "posts",
    "kind.repost": "reposts",
    "kind.reply": "replies",
    "kind.quote": "quotes",
    "kind.forward": "forwards",
}
