# SPDX-License-Identifier: Apache-2.0
"""Which doubtful parts of the law an answer hangs on."""

from __future__ import annotations

from collections.abc import Iterator

from chokegraph.rules.day_view import concerns
from chokegraph.rules.language import Atom, ClassifiedIn, Met
from chokegraph.rules.model import Rule
from chokegraph.rules.scalar import Trace
from chokegraph.rules.scopes import scope_on
from chokegraph.rules.truth import FALSE, TRUE


def deciding_marks(trace: Trace) -> tuple[str, ...]:
    """Return "id [mark]" of the doubted parts that make rules come out as they do.

    A part is named if some clause that uses it has another value when all doubted parts count as
    unknown, in a rule whose own value changes with it and that can matter for this row: a doubtful
    exception to a requirement that is plainly not there is not named.
    """
    found: set[str] = set()
    seen: set[str] = set()
    open_ = list(_Reach(trace).rules_that_matter())
    while open_:
        name = open_.pop()
        if name in seen:
            continue
        seen.add(name)
        if trace.rule(name) is trace.rule(name, doubting=True):
            continue
        rule = trace.law.rule(name)
        version = rule.version_on(trace.on)
        if version is not None and version.doubted:
            found.add(f"{name} [{version.confidence}]")
        for clause in trace.clauses(name):
            if trace.clause(clause) is trace.clause(clause, doubting=True):
                continue
            for literal in clause:
                found |= trace.marks_of(literal.atom)
                open_ += _rules_behind(trace, literal.atom)
    return tuple(sorted(found))


def _rules_behind(trace: Trace, atom: Atom) -> list[str]:
    """Return the rules that an atom stands for, if its value changes."""
    match atom:
        case Met(name):
            return [name]
        case ClassifiedIn(scope):
            if trace.atom(atom) is trace.atom(atom, doubting=True):
                return []
            resolved = scope_on(trace.law, scope, trace.on)
            return [
                rule.id
                for rule in trace.law.classifications
                if (version := rule.version_on(trace.on)) is not None
                and resolved.covers(version.eccn, "eccn") is TRUE
            ]
        case _:
            return []


class _Reach:
    """Which rules can matter for a row: a rule is alive if it is not false in both readings."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.live = trace.law.in_force(trace.on)
        self.rules = [trace.law.rule(name) for name in self.live]
        self.hooked = {r.regime for r in self.rules if r.kind == "hook" and self.alive(r)}

    def alive(self, rule: Rule) -> bool:
        readings = (self.trace.rule(rule.id, doubting=doubting) for doubting in (False, True))
        return any(truth is not FALSE for truth in readings)

    def rules_that_matter(self) -> Iterator[str]:
        for rule in self.rules:
            if self._matters(rule):
                yield rule.id

    def _matters(self, rule: Rule) -> bool:
        version = self.live[rule.id]
        match rule.kind:
            case "hook" | "release":
                return True
            case "requirement":
                return not version.needs_subject or rule.regime in self.hooked
            case "exclusion":
                return any(
                    self._matters(each) and self.alive(each)
                    for each in self.rules
                    if each.kind in ("hook", "requirement")
                    and (each.code in version.removes or each.id in version.removes)
                )
            case "exception":
                return any(
                    self._matters(each) and self.alive(each)
                    for each in self.rules
                    if each.kind == "requirement" and concerns(version.overcomes, each.code)
                )
            case "restriction":
                return any(
                    self._matters(each) and self.alive(each)
                    for each in self.rules
                    if each.kind == "exception"
                    and concerns(version.bars, each.code)
                    and each.code not in version.spares
                )
            case _:
                return False
