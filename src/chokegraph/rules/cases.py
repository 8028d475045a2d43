# SPDX-License-Identifier: Apache-2.0
"""Checks the law against cases: what was expected, what the engine says, and the verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Literal

from chokegraph.rules.case_file import CERTAINTIES, Case
from chokegraph.rules.completing import law_of
from chokegraph.rules.decision import Decision
from chokegraph.rules.many import Engine, decide_each, decide_many
from chokegraph.rules.model import Law

Verdict = Literal["pass", "fail", "not decidable"]
VERDICTS: tuple[Verdict, ...] = ("pass", "fail", "not decidable")
NONE = "NONE"
"""Stands for "the set is empty" in the columns of hooks and reasons."""
BLOCKING = "certain"
"""The certainty of the rows that must pass."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A case with its answer.

    Args:
        case: What was asked and expected.
        decision: What the engine says.
        verdict: pass; fail: something is surely otherwise; not decidable: the engine says
            "unknown" where an answer was expected.
        differences: What is not as expected, in words.
    """

    case: Case
    decision: Decision
    verdict: Verdict
    differences: tuple[str, ...] = ()

    @property
    def blocking(self) -> bool:
        """Whether the row must pass and does not."""
        return self.case.certainty == BLOCKING and self.verdict != "pass"


def check_cases(
    cases: Iterable[Case], law: Law, *, engines: Sequence[Engine] = (decide_many, decide_each)
) -> list[Outcome]:
    """Compare the law's answers with the expected ones.

    A case of one state is asked of that state's rules only: whether the Netherlands want a licence
    for a Dutch tool is no part of what the United States want.

    Args:
        cases: Cases of a file.
        law: The law of all states.
        engines: What decides; where the second differs from the first, the case fails.

    Returns:
        An outcome for each case, in their order.
    """
    cases = list(cases)
    found: dict[int, Outcome] = {}
    for regime in dict.fromkeys(case.regime for case in cases):
        theirs = [(place, case) for place, case in enumerate(cases) if case.regime == regime]
        rows = [(case.row, case.as_of) for _, case in theirs]
        its_law = law_of(law, regime)
        answers = [engine(rows, its_law) for engine in engines]
        for (place, case), *decisions in zip(theirs, *answers, strict=True):
            found[place] = _agreed(judged(case, decisions[0]), decisions)
    return [found[place] for place in range(len(cases))]


def _agreed(outcome: Outcome, decisions: Sequence[Decision]) -> Outcome:
    """Turn an outcome into a failure where the engines disagree."""
    names = [
        each.name
        for each in fields(Decision)
        if len({getattr(decision, each.name) for decision in decisions}) > 1
    ]
    if not names:
        return outcome
    text = f"the two engines disagree on {', '.join(names)}"
    return replace(outcome, verdict="fail", differences=(*outcome.differences, text))


def judged(case: Case, decision: Decision) -> Outcome:
    """Compare one decision with what was expected."""
    wrong: list[str] = []
    open_: list[str] = []

    def compare(what: str, expected: str, actual: str) -> None:
        if expected and expected != actual:
            (open_ if actual == "unknown" else wrong).append(
                f"{what} {actual or 'none'}, expected {expected}"
            )

    compare("subject", case.subject, decision.subject)
    compare("licence", case.licence, decision.licence)
    reasons = {*decision.reasons, *decision.exceptions, *decision.outcomes}
    possible = {*decision.reasons_possible, *decision.exceptions_possible}
    for what, wanted, actual, standing, perhaps in (
        ("hook", case.hooks, set(decision.hooks), decision.hooks, decision.hooks_possible),
        ("reason", case.reasons, reasons, decision.reasons, possible),
    ):
        if wanted == (NONE,):
            if standing:
                wrong.append(f"{what} {';'.join(standing)}, expected none")
            continue
        for code in wanted:
            if code not in actual:
                (open_ if code in perhaps else wrong).append(f"{what} {code} is missing")
    if decision.licence != "unknown" or case.policy == decision.policy:
        compare("policy", case.policy, decision.policy or "")
    verdict: Verdict = "fail" if wrong else "not decidable" if open_ else "pass"
    if open_ and decision.missing:
        open_.append(f"not known: {', '.join(decision.missing)}")
    return Outcome(case=case, decision=decision, verdict=verdict, differences=(*wrong, *open_))


def counts(outcomes: Iterable[Outcome]) -> dict[str, dict[Verdict, int]]:
    """Count verdicts by certainty.

    Example:
        >>> counts([])["certain"]
        {'pass': 0, 'fail': 0, 'not decidable': 0}
    """
    table: dict[str, dict[Verdict, int]] = {
        certainty: dict.fromkeys(VERDICTS, 0) for certainty in CERTAINTIES
    }
    for outcome in outcomes:
        table[outcome.case.certainty][outcome.verdict] += 1
    return table


def expected_text(case: Case) -> str:
    """Return what a case expects, in one line.

    Subject, hooks, licence, reasons and policy, with "-" for what is not compared.
    """
    parts = [case.subject or "-", ";".join(case.hooks) or "-", case.licence]
    parts += [";".join(case.reasons) or "-", *([case.policy] if case.policy else [])]
    return " | ".join(parts)


def actual_text(outcome: Outcome) -> str:
    """Return what the engine says, in the order of `expected_text`."""
    decision = outcome.decision
    codes = sorted({*decision.reasons, *decision.exceptions, *decision.outcomes})
    parts = [decision.subject, ";".join(decision.hooks) or NONE, decision.licence]
    parts += [";".join(codes) or NONE, *([decision.policy] if decision.policy else [])]
    return " | ".join(parts)
