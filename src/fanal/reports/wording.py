"""All sentences of the report, in one catalogue; another language is another catalogue.

A sentence is a template with named fields. Numbers, dates and lists reach it as words already
(`reports/figures.py`), so that a translator meets words alone. What a link means is said with
the same care each time: it is measured, it has an expectation beside it, and it accuses nobody.
"""

from __future__ import annotations

from fanal.reports.wording_answers import ANSWERS

ENGLISH: dict[str, str] = {
    **ANSWERS,
    # head
    "lang": "en",
    "brand": "Fanal",
    "kind": "Report on accounts that act together",
    "head.none": "No pair of accounts stands out",
    "head.one": "One pair of accounts acted together more often than chance explains",
    "head.many": "{links} pairs of accounts acted together more often than chance explains",
    "deck": (
        "{posts} posts by {accounts} accounts, {period}. Fanal compared {tested} pairs of accounts: "
        "how often did both act on the same thing within {window}, and how often would they have "
        "if all that they shared were their activity, the popularity of things and the hour?"
    ),
    "deck.links": (
        "{links} came out above what that explains. Such a pair is called a link. A link says "
        "that two accounts acted together; it does not say why, nor who is behind them."
    ),
    "deck.none": (
        "None came out above what that explains. That is no evidence that nothing is "
        "coordinated: see what this report cannot tell."
    ),
    "stale": "The case has changed since this run; its links may be out of date.",
    "protected": (
        "Accounts are shown by pseudonyms. Handles, texts, web addresses and names of input files "
        "are withheld and times are rounded down to the minute; --names shows them."
    ),
    "named": (
        "Accounts are shown by name. Before you publish a name, ask the person, and let someone "
        "else check the posts behind each link."
    ),
    "contents": "In this report",
    # what was read
    "read.title": "What was read",
    "read.intro": "{files}, {period}. All times are UTC.",
    "read.none": "Nothing is known of the inputs.",
    "read.file": "File",
    "read.input": "input {number}",
    "read.kept": "Kept",
    "read.before": "of these met before",
    "read.skipped": "Skipped",
    "read.rejected": "Rejected",
    "read.sha": "SHA-256",
    "read.words": (
        "Kept: posts in the case. Skipped: well-formed records of a kind that is not analysed. "
        "Rejected: records that could not be read; they are set aside with their position "
        "and the reason."
    ),
    "read.blind": "What this kind of file never shows",
    # findings
    "find.title": "What stands out",
    "find.none": (
        "At the settings below no pair of accounts acted together more often than activity, "
        "popularity and the hour of the day explain."
    ),
    "find.community": "Community {number}: {accounts} accounts",
    "find.pair": "Two accounts",
    "find.size": (
        "{links} of the {possible} possible links among these {accounts} accounts came out. "
        "Between {first} and {last} they acted within {window} of one another on {objects} "
        "({layers}); half of the time {delay} or less lay between them."
    ),
    "find.strongest": "The strongest link:",
    "find.observed": (
        "{source} and {target} acted on the same {observed} within {window} of each other "
        "({layers}); if they had only the same activity, {expected} would be expected; "
        "{p}, {q}, among {tested} pairs. They are linked, which is not to say the accounts are "
        "inauthentic."
    ),
    "find.posts": "Its posts, side by side",
    "find.more": "The table below lists {count} besides these.",
    "figure.when": "When they acted together",
    "figure.when.caption": (
        "Each mark is one thing that two or more linked accounts of a community acted on within "
        "{window} of one another; the larger the mark, the more accounts (up to {most}). Time runs "
        "from {first} to {last}."
    ),
    "figure.row": "Community {number}",
    "figure.burst": "One burst seen close",
    "figure.burst.caption": (
        "{accounts} accounts of community {number} act on {thing}, {day}. Each line is an account; "
        "each mark is its post, in seconds after the first."
    ),
    "figure.seconds": "{count} s",
    # communities
    "groups.title": "Communities",
    "groups.intro": (
        "Accounts with more links among themselves than to others (Leiden, one seed). Where one "
        "community ends and the next begins is a choice of the method, not a finding."
    ),
    "groups.none": "No links, hence no communities.",
    "groups.number": "Community",
    "groups.accounts": "Accounts",
    "groups.links": "Links inside",
    "groups.members": "Members",
    "groups.more": "and {count} more",
    # links
    "links.title": "The links",
    "links.intro": (
        "Ordered by p, the smallest first. Together: on how many different things both acted "
        "within {window}. Expected: how many if they had only the same activity. q: the share "
        "of false links to be expected among all links down to this one, by the null model."
    ),
    "links.more": "{count} are left out here; fanal export writes them all.",
    "links.none": "There are none.",
    "links.rank": "No.",
    "links.accounts": "Accounts",
    "links.layers": "By",
    "links.objects": "Together",
    "links.expected": "Expected",
    "links.q": "q",
    "links.when": "First and last",
    "links.delay": "Mean gap",
    "posts.title": "Side by side",
    "posts.intro": (
        "The posts behind each link, the earlier one first, with the time between them. Web "
        "addresses are written so that nothing can be clicked. On paper, only what is open here is printed."
    ),
    "posts.same.repost": "The same post reposted",
    "posts.same.url": "The same web address",
    "posts.same.hashtag": "The same hashtag",
    "posts.same.image": "The same picture or film",
    "posts.same.text": "The same text",
    "posts.same.reply": "The same post answered",
    "posts.same.other": "The same {layer}",
    "posts.gap": "{delay} later",
    "posts.gap.none": "at the same moment",
    "posts.withheld": "text withheld; --names shows it",
    "posts.missing": "post not in the case any more",
    "posts.empty": "no text",
    "posts.more": "They also acted together on {count} not shown here.",
    "posts.uncounted": "not counted for the link",
    "posts.cut": "… ({count} more characters)",
    "posts.summary": "{objects} together, {expected} expected, {q}",
    # checks
    "shuffle.title": "The same test on shuffled accounts",
    "shuffle.none": (
        "Not done in this run: fanal coordinate with --shuffles 20 repeats the test on this very "
        "data with the accounts shuffled."
    ),
    "shuffle.means": (
        "A shuffle keeps each hour's activity and each language and deals the posts to other "
        "accounts. It takes away shared interest with the rest: fans of one star or the staff of "
        "one paper can be linked without having agreed on anything, and no shuffle shows it."
    ),
    "quiet.title": "Accounts too quiet to tell",
    "quiet.none": "No account is so quiet that it could never be linked.",
    "quiet.some": (
        "{count} of {accounts} accounts did so little that no behaviour of theirs could have "
        "come out as a link. Nothing is said about them, neither way."
    ),
    "quiet.reason": "{reason}: {count}",
    "limits.title": "What this cannot tell",
    "limits.why": (
        "Why accounts act together. Friends, fans, colleagues, people who follow the same "
        "notifications, and people paid to do it can look alike."
    ),
    "limits.who": "Who is behind an account, where they are, or whether they say what they think.",
    "limits.outside": (
        "What is not in the files. A link needs both accounts in the same export; what was not "
        "collected, or was deleted before, cannot be seen."
    ),
    "limits.once": (
        "Anything about accounts that did a thing together once. One common moment is too little "
        "for a pair, however many accounts join in it."
    ),
    "limits.reworded": (
        "Copies with changed wording, translations and images: texts count as the same "
        "only when they are equal after case, marks and addresses are taken out."
    ),
    "limits.interest": (
        "How much of a link shared interest explains. The expectation knows activity, popularity "
        "and the hour; it does not know whom an account follows."
    ),
    # method
    "method.title": "How it was done",
    "method.text": (
        "An action is an account acting on an object: a reposted post, a web address, a hashtag, a "
        "picture, a text, an answered post. "
        "Two accounts co-act when they act on one object within the window. For each pair the "
        "number of objects co-acted is held against a null model in which each account keeps its "
        "activity and each object the pairs it made, over the whole period and within six-hour "
        "bins, whichever expects more; rare objects weigh more (surprise, a compound Poisson "
        "tail). Layers are joined by an exact sum. Over all pairs, seen or not, the procedure of "
        "{correction} holds the expected share of false links at {fdr}."
    ),
    "method.bh": "Benjamini and Hochberg (1995)",
    "method.by": "Benjamini and Yekutieli (2001)",
    "method.settings": "Settings and counts",
    "method.layer": "Layer",
    "method.actions": "Actions",
    "method.accounts": "Accounts",
    "method.objects": "Objects",
    "method.co_actions": "Co-actions",
    "method.left_out": "Left out of the analysis",
    "method.notes": "Notes of the run",
    "method.run": "Run",
    "method.versions": "Versions",
    "method.cutoff": "Largest p of a link",
    "method.tested": "Pairs compared",
    "method.weighed": "Pairs close enough to the cutoff to be weighed one by one",
    "method.window": "Window",
    "method.fdr": "Level (false discovery rate)",
    "method.seed": "Seed",
    # foot
    "foot.title": "If you are in this report",
    "foot.text": (
        "A link is a measurement on the files named above, and it can be wrong: about {fdr} "
        "of the links are expected to be, more where accounts share an interest. You may ask whoever "
        "made this report for the rows that concern you, for the posts behind each link, and "
        "for the reasons why you were looked at; and to have what is wrong put right. With the "
        "files and the settings above anyone can repeat the analysis and get the same rows."
    ),
    "foot.by": "Made by {who}, {when}, with Fanal {version}, from the case {case}.",
    "foot.by.unsaid": "a person who gave no name",
    "and": " and ",
    "to": "to",
    "layer.repost": "reposts",
    "layer.url": "web addresses",
    "layer.hashtag": "hashtags",
    "layer.image": "pictures",
    "layer.text": "equal texts",
    "layer.reply": "answers",
    "thing.repost": "one reposted post",
    "thing.url": "one web address",
    "thing.hashtag": "one hashtag",
    "thing.image": "one picture",
    "thing.text": "one text",
    "thing.reply": "one answered post",
    "thing.other": "one object",
    "n.object": "{count} object",
    "n.objects": "{count} objects",
    "n.link": "{count} more link",
    "n.links": "{count} more links",
    "n.community": "{count} more community",
    "n.communities": "{count} more communities",
    "n.file": "{count} file",
    "n.files": "{count} files",
    "n.account": "{count} account",
    "n.accounts": "{count} accounts",
    "period": "from {first} to {last}",
    "period.unknown": "at times unknown",
}


class Words:
    """A catalogue that fills its sentences in.

    Parameters
    ----------
    catalogue
        Key -> template.
    """

    def __init__(self, catalogue: dict[str, str]) -> None:
        self._catalogue = catalogue

    def __call__(self, key: str, **fields: object) -> str:
        """Return the sentence `key` with its fields filled in."""
        return self._catalogue[key].format(**fields)

    def has(self, key: str) -> bool:
        """Return whether the catalogue knows `key`."""
        return key in self._catalogue

    def count(self, key: str, number: int) -> str:
        """Return a counted thing: ``1 file``, ``1,204 files``."""
        many = f"{key[:-1]}ies" if key.endswith("y") else f"{key}s"
        return self(f"n.{key if number == 1 else many}", count=f"{number:,}")
