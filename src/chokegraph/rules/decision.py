# SPDX-License-Identifier: Apache-2.0
"""From the truth of the rules to the answer: subject, licence, reasons, exceptions, policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from chokegraph.rules.atoms import us_eccn
from chokegraph.rules.combined import Circuit, Licence, codes_of
from chokegraph.rules.marks import deciding_marks
from chokegraph.rules.missing import missing_facts
from chokegraph.rules.model import Law
from chokegraph.rules.scalar import Trace, classified
from chokegraph.rules.scopes import covers
from chokegraph.rules.truth import (
    TRUE,
    UNKNOWN,
    in_words,
)
from chokegraph.rules.values import Value


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The answer for one row on one day.

    Args:
        subject: Whether the item is subject to the EAR: "yes", "no" or "unknown".
        hooks: Codes of the jurisdiction hooks that hold, of all states.
        hooks_possible: Codes of those that may hold.
        licence: "yes"; "no"; "exception": needed, but a licence exception overcomes every
            reason; "unknown": it depends on `missing`.
        reasons: Codes of the requirements that stand.
        reasons_possible: Codes of those that may stand.
        outcomes: Codes of exclusions that took effect, and of requirements that stand in the
            books without counting.
        exceptions: Codes of exceptions that overcome a reason.
        exceptions_possible: Codes of those that may.
        policy: The strictest review policy that applies; None if no licence is needed.
        flags: Codes of warnings.
        classified: Paragraphs that the parameters meet.
        classification: "agrees", "differs", "not checked" or "only engine".
        missing: Facts without which the answer cannot be told.
        marks: Parts of the law with confidence C or ? that decide the answer.
        citations: Where the deciding rules stand.
    """

    subject: str
    hooks: tuple[str, ...] = ()
    hooks_possible: tuple[str, ...] = ()
    licence: Licence
    reasons: tuple[str, ...] = ()
    reasons_possible: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
    exceptions_possible: tuple[str, ...] = ()
    policy: str | None = None
    flags: tuple[str, ...] = ()
    classified: tuple[str, ...] = ()
    classification: str = "not checked"
    missing: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    citations: tuple[str, ...] = ()


def evaluate(row: Mapping[str, Value], law: Law, on: date) -> Decision:
    """Decide one row by the scalar evaluator.

    Args:
        row: Values by fact; a missing key, or None, is unknown.
        law: The law.
        on: The day of the transaction.

    Returns:
        The decision.

    Example:
        >>> from datetime import date
        >>> from chokegraph.rules import load_law
        >>> evaluate({}, load_law(), date(2024, 1, 1)).licence
        'unknown'
    """
    return decide(Trace(row, law, on))


def decide(trace: Trace, found: Circuit | None = None) -> Decision:
    """Return the decision that follows from a trace.

    Args:
        trace: The truths.
        found: The combined truths, if somebody has them already.
    """
    found = found or Circuit(trace)
    licence = found.licence()
    doubted = Circuit(trace, doubting=True)
    same = (found.subject("us"), licence) == (doubted.subject("us"), doubted.licence())
    reasons = codes_of(r for r, _ in found.requirements if found.standing(r) is TRUE)
    possible = codes_of(r for r, _ in found.requirements if found.standing(r) is UNKNOWN)
    hooks = codes_of(r for r, _ in found.of("hook") if found.hook(r) is TRUE)
    perhaps = codes_of(r for r, _ in found.of("hook") if found.hook(r) is UNKNOWN)
    exceptions, exceptions_possible = found.exceptions(reasons)
    policy, policy_rule = found.policy() if licence == "yes" else (None, None)
    established = classified(trace)
    return Decision(
        subject=in_words(found.subject("us")),
        hooks=hooks,
        hooks_possible=tuple(code for code in perhaps if code not in hooks),
        licence=licence,
        reasons=reasons,
        reasons_possible=tuple(code for code in possible if code not in reasons),
        outcomes=found.outcomes(reasons),
        exceptions=exceptions,
        exceptions_possible=exceptions_possible,
        policy=policy,
        flags=codes_of(r for r, _ in found.of("flag") if trace.holds(r.id)),
        classified=established,
        classification=_compare_classification(established, us_eccn(trace.value("eccn"))),
        missing=missing_facts(found, licence, reasons, exceptions_possible),
        marks=() if same else deciding_marks(trace),
        citations=found.citations(licence, set(exceptions), policy_rule),
    )


def _compare_classification(established: tuple[str, ...], stated: Value) -> str:
    if not established:
        return "not checked"
    if not isinstance(stated, str):
        return "only engine"
    fits = any(
        covers(stated, paragraph) is TRUE or covers(paragraph, stated) is TRUE
        for paragraph in established
    )
    return "agrees" if fits else "differs"
