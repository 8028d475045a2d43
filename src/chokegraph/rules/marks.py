# SPDX-License-Identifier: Apache-2.0
"""Which doubtful parts of the law an answer hangs on."""

from __future__ import annotations

from chokegraph.rules.language import Atom, ClassifiedIn, Met
from chokegraph.rules.model import Kind
from chokegraph.rules.scalar import Trace
from chokegraph.rules.scopes import scope_on
from chokegraph.rules.truth import TRUE

_DECIDING: tuple[Kind, ...] = (
    "hook", "requirement", "exclusion", "restriction", "exception", "release",
)  # fmt: skip


def deciding_marks(trace: Trace) -> tuple[str, ...]:
    """Return "id [mark]" of the doubted parts that make rules come out as they do.

    A part is named if some clause that uses it has another value when all doubted parts count as
    unknown, in a rule whose own value changes with it.
    """
    found: set[str] = set()
    seen: set[str] = set()
    open_ = [rule.id for rule in trace.law.rules if rule.kind in _DECIDING]
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
