# SPDX-License-Identifier: Apache-2.0
"""The law of a result in words: what is applied, what is amended, which rules bear on what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chokegraph.report.citations import linked
from chokegraph.report.names import Names, records
from chokegraph.report.words import inside, listed
from chokegraph.result import Result
from chokegraph.rules import load_law
from chokegraph.scenario.law import Amendment, LawSetting

_SHOWN = 6
_STATES = {"us": "the United States", "nl": "the Netherlands", "jp": "Japan", "cn": "China"}


@dataclass(frozen=True)
class RuleRow:
    """A rule that bears on the trade of the scenario.

    Args:
        rule: Its id.
        title: What it says.
        since: The first day of its version.
        until: The first day on which it no longer applies, or "".
        cites: Where it stands: pieces of the citation, each with an address or "".
        mark: How sure the text is: A, B, C or ?.
        inputs: The inputs that it bears on, in words.
        new: Whether it does not count in the baseline.
        amended: Whether an amendment made or changed it.
    """

    rule: str
    title: str
    since: str
    until: str
    cites: tuple[tuple[str, str], ...]
    mark: str
    inputs: str
    new: bool
    amended: bool

    @property
    def doubtful(self) -> bool:
        """Whether its text is not confirmed."""
        return self.mark in ("C", "?")


@dataclass(frozen=True)
class LawPart:
    """The law of a result.

    Args:
        baseline: What the baseline applies, in a sentence; "" for none.
        scenario: What the scenario applies.
        same: Whether both apply the same.
        amendments: The scenario's amendments, in words.
        rules: Rules that bear on the trade in the scenario.
        gone: Rules that do so in the baseline only.
        unknown: Facts without which the law cannot tell, in words; "" if none.
    """

    baseline: str
    scenario: str
    same: bool
    amendments: tuple[str, ...]
    rules: tuple[RuleRow, ...]
    gone: tuple[RuleRow, ...]
    unknown: str


def law_part(result: Result, names: Names) -> LawPart | None:
    """Put the law of a result into words; None if neither run has one.

    Args:
        result: The result.
        names: Names of inputs.
    """
    scenario = result.scenario
    base, own = scenario.law_of("baseline"), scenario.law_of("scenario")
    if base is None and own is None:
        return None
    rows = records(result.rules)
    before = {(row["rule"], row["from"]) for row in rows if row["run"] == "baseline"}
    after = {(row["rule"], row["from"]) for row in rows if row["run"] == "scenario"}
    made = [(row, _row(row, names, before)) for row in rows]
    kept = base.amend if base is not None else ()
    changes = own.amend if own is not None else ()
    missing: dict[str, float] = {}  # facts by how much hangs on them
    for row in records(result.law):
        for fact in str(row["missing"] or "").split(";"):
            if fact and row["run"] == "scenario":
                missing[fact] = missing.get(fact, 0.0) + float(row["part"] or 0.0)
    return LawPart(
        baseline=_applied(base),
        scenario=_applied(own),
        same=base == own,
        amendments=tuple(_amendment(one) for one in changes if one not in kept),
        rules=tuple(one for row, one in made if row["run"] == "scenario"),
        gone=tuple(
            one
            for row, one in made
            if row["run"] == "baseline" and (row["rule"], row["from"]) not in after
        ),
        unknown=_told(_largest(missing)),
    )


def _largest(missing: dict[str, float]) -> list[str]:
    return sorted(missing, key=lambda name: (-missing[name], name))[:_SHOWN]


def _told(facts: list[str]) -> str:
    """Facts of the law in words; some hold commas."""
    if not facts:
        return ""
    known = load_law().facts
    labels = (known[name].meaning if name in known else name.replace("_", " ") for name in facts)
    return "; ".join(inside(label.rstrip(".")) for label in labels)


def _row(row: dict[str, Any], names: Names, before: set[tuple[Any, Any]]) -> RuleRow:
    inputs = [key for key in str(row["inputs"] or "").split(";") if key]
    shown = [inside(names.input(key)) for key in inputs[:_SHOWN]]
    more = len(inputs) - _SHOWN
    if more > 0:
        shown.append(f"{more} more")
    return RuleRow(
        rule=str(row["rule"]),
        title=str(row["title"]),
        since=str(row["from"]),
        until=str(row["until"] or ""),
        cites=linked(str(row["cite"])),
        mark=str(row["confidence"]),
        inputs="; ".join(shown),  # many names hold commas
        new=(row["rule"], row["from"]) not in before,
        amended=bool(row["amended"]),
    )


def _applied(setting: LawSetting | None) -> str:
    if setting is None:
        return ""
    states = listed([_STATES[regime] for regime in setting.regimes])
    text = f"the law of {states}, and licensing practice,"
    if setting.as_known_on is not None:
        return f"{text} as it could be known on {setting.as_known_on.isoformat()}"
    return f"{text} as it stands in the law files"


def _amendment(change: Amendment) -> str:
    since = f" from {change.from_.isoformat()}" if change.from_ else ""
    until = f" until {change.until.isoformat()}" if change.until else ""
    if change.parameter is not None:
        text = f"{change.parameter} is {change.value}{since}{until}"
    elif change.group is not None:
        parts = []
        if isinstance(change.add, tuple) and change.add:
            parts.append(f"gains {', '.join(change.add)}")
        if change.remove:
            parts.append(f"loses {', '.join(change.remove)}")
        if change.members is not None:
            parts.append(f"is {', '.join(change.members)}")
        text = f"the group {change.group} {listed(parts)}{since}{until}"
    elif change.rule is not None and change.effective is not None:
        text = f"the rule {change.rule} begins on {change.effective.isoformat()}"
    elif change.rule is not None:
        status = str(change.status).replace("_", " ")
        text = f"the rule {change.rule} is {status}{since}{until}"
    elif change.end is not None:
        text = f"the rule {change.end} ends on {change.on.isoformat() if change.on else ''}"
    else:
        added = change.add if isinstance(change.add, dict) else {}
        title = f", {added['title']}" if added.get("title") else ""
        text = f"added: {added.get('id', '')}{title}"
    return text + (f" ({change.cite})" if change.cite else "")
