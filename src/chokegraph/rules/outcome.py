# SPDX-License-Identifier: Apache-2.0
"""The heart of the answer for many states: subject, licence, reasons and review policy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from chokegraph.rules.circuit import LICENCE, Sense
from chokegraph.rules.clauses import Clauses, Planes
from chokegraph.rules.compile import Program
from chokegraph.rules.masks import concerns
from chokegraph.rules.patterns import Patterns, Where
from chokegraph.rules.resolve import MAYBE, YES

SUBJECT = ("no", "unknown", "yes")


class Outcome(NamedTuple):
    """What an answer comes to.

    Args:
        subject: Whether the item is subject to the EAR: "yes", "no" or "unknown".
        licence: "yes", "no", "exception" or "unknown".
        reasons: Codes of the requirements that stand.
        policy: The strictest review policy that applies; None if no licence is needed.
    """

    subject: str
    licence: str
    reasons: tuple[str, ...]
    policy: str | None


class Core:
    """Subject, licence, reasons and policy of many states.

    Args:
        program: The law.
        planes: The clauses of the states.
    """

    def __init__(self, program: Program, planes: Planes) -> None:
        self.law = program.law
        self.book = program.book
        self.clauses = Clauses(program, planes)
        self.sense = Sense(self.clauses, strict=False)
        self.licence = self.sense.licence()
        self.subject = self.sense.subject("us")
        self.yes = self.licence == LICENCE.index("yes")
        self.reasons = by_code(
            (variant.rule.code, self.sense.standing(number) == YES)
            for number, variant in self.sense.of("requirement")
        )

    def outcomes(self) -> list[Outcome]:
        """Return the outcome of every state."""
        reasons = Patterns.lists(sorted(self.reasons.items()), self.clauses.count).all()
        policies, _ = self.policy()
        return [
            Outcome(SUBJECT[subject], LICENCE[licence], codes, policy)
            for subject, licence, codes, policy in zip(
                self.subject.tolist(), self.licence.tolist(), reasons, policies, strict=True
            )
        ]

    def policy(self) -> tuple[list[str | None], list[int]]:
        """Return the policy of every state, and the variant that gives it (-1 for none)."""
        sense = self.sense
        surely: dict[str, Where] = {}
        perhaps: dict[str, Where] = {}
        for number, variant in sense.of("requirement"):
            left, standing = sense.left(number), sense.standing(number)
            code = variant.rule.code
            surely[code] = surely.get(code, False) | (left == YES)
            perhaps[code] = perhaps.get(code, False) | ((left == MAYBE) & (standing == YES))
        any_sure = np.logical_or.reduce([*surely.values(), np.zeros_like(self.yes)])
        stand = {code: np.where(any_sure, surely[code], perhaps[code]) for code in surely}
        policies = list(sense.of("policy"))
        overridden: dict[str, Where] = {}
        for number, variant in policies:
            for name in variant.version.overrides:
                overridden[name] = overridden.get(name, False) | (sense.truth(number) == YES)
        ranked = sorted(policies, key=lambda each: self.law.strictness[each[1].version.policy])
        chosen = np.full(self.clauses.count, -1)
        for number, variant in ranked:
            holds = self.yes & (chosen < 0) & (sense.truth(number) == YES)
            if variant.rule.id in overridden:
                holds &= ~overridden[variant.rule.id]
            concerned = np.zeros(self.clauses.count, dtype=bool)
            for code, where in stand.items():
                if concerns(variant.version.concerns, code):
                    concerned |= where
            chosen[holds & concerned] = number
        rules = chosen.tolist()
        names = [self.book.variants[n].version.policy if n >= 0 else None for n in rules]
        return names, rules


def by_code(each: Iterable[tuple[str, Where]]) -> dict[str, Where]:
    """Return where each code holds at least once."""
    found: dict[str, Where] = {}
    for code, where in each:
        found[code] = found[code] | where if code in found else where
    return found
