"""How a run was done, in words: the method, its settings, the box to copy, the foot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fanal.reports import strength
from fanal.reports.about import About
from fanal.reports.links import join
from fanal.reports.wording import Words

if TYPE_CHECKING:
    from fanal.coordination.result import Result


class Method:
    """Tells how a run was done.

    Parameters
    ----------
    result, about, say
        The run, what surrounds it, the words.
    period
        From when to when its posts are, in words.
    """

    def __init__(self, result: Result, about: About, say: Words, period: str) -> None:
        self._result, self._about, self._say, self._period = result, about, say, period
        self._summary = {**result.settings, **result.summary}
        self._fdr = say.numbers.percent(float(self._summary["fdr"]))

    def fields(self) -> dict[str, Any]:
        """Return the fields of the template."""
        say, summary = self._say, self._summary
        correction = say(f"method.{summary['fdr_method']}")
        told = summary["layers"].items()
        return {
            "method": say("method.text", correction=correction, fdr=self._fdr),
            "box": self._box(),
            "ladder": self._ladder(),
            "layers": [(say.layer(name), numbers) for name, numbers in told],
            "facts": self._facts(correction),
            "foot": say("foot.text", fdr=self._fdr),
            "foot_by": self._foot(),
        }

    def _box(self) -> str:
        say, about, summary = self._say, self._about, self._summary
        return say(
            "method.box.text",
            version=about.version,
            posts=say.numbers.count(about.posts),
            accounts=say.numbers.count(about.accounts),
            period=self._period,
            window=say.numbers.duration(float(max(summary["windows_s"]))),
            fdr=self._fdr,
            headline=say.numbers.count(self._result.headline.num_rows),
            links=say.numbers.count(self._result.edges.num_rows),
        )

    def _ladder(self) -> list[str]:
        say = self._say
        fields = {
            "q_strong": say.numbers.expected(strength.Q_STRONG),
            "q_plain": say.numbers.expected(strength.Q_PLAIN),
            "kept_strong": say.numbers.share(strength.KEPT_STRONG),
            "kept_plain": say.numbers.share(strength.KEPT_PLAIN),
            "fdr": self._fdr,
        }
        words = reversed(strength.LADDER)
        return [say(f"method.ladder.{word}", **fields) for word in words]

    def _foot(self) -> str:
        say, about = self._say, self._about
        at = say.numbers.when(about.made_at)
        return say(
            "foot.by",
            who=about.made_by or say("foot.by.unsaid"),
            when=f"{at} UTC",
            version=about.version,
            run=about.run or say("foot.run.none"),
            case=about.case,
        )

    def _facts(self, correction: str) -> list[tuple[str, str]]:
        say, summary = self._say, self._summary
        windows = [say.numbers.duration(seconds) for seconds in summary["windows_s"]]
        facts = [
            ("window", join(windows, say)),
            ("fdr", f"{self._fdr}, {correction}"),
            ("tested", say.numbers.count(int(summary["pairs_tested"]))),
            ("weighed", say.numbers.count(int(summary["pairs_weighed"]))),
        ]
        if summary["links"]:
            facts.append(("cutoff", say.numbers.probability(float(summary["cutoff_p"]))))
        seed = self._result.settings.get("seed")
        if seed is not None:
            facts.append(("seed", str(seed)))
        left = [
            f"{say.phrase(reason)}: {say.numbers.count(n)}"
            for reason, n in summary["left_out"].items()
        ]
        facts += [("left_out", "; ".join(left))] if left else []
        facts += (
            [("notes", " ".join(map(say.phrase, summary["notes"])))] if summary["notes"] else []
        )
        facts += [("run", self._about.run)] if self._about.run else []
        versions = [f"{name} {version}" for name, version in self._about.versions.items()]
        facts += [("versions", ", ".join(versions))] if versions else []
        return [(say(f"method.{key}"), value) for key, value in facts]
