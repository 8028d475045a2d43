# SPDX-License-Identifier: Apache-2.0
"""Which doubtful parts of the law an answer hangs on."""

from __future__ import annotations

from chokegraph.rules.language import Met
from chokegraph.rules.model import Kind
from chokegraph.rules.scalar import Trace

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
                if isinstance(literal.atom, Met):
                    open_.append(literal.atom.rule)
    found |= _classification_marks(trace)
    return tuple(sorted(found))


def _classification_marks(trace: Trace) -> set[str]:
    """Marks of classification rules whose value changes."""
    found: set[str] = set()
    for rule in trace.law.classifications:
        version = rule.version_on(trace.on)
        if version is None or trace.rule(rule.id) is trace.rule(rule.id, doubting=True):
            continue
        if version.doubted:
            found.add(f"{rule.id} [{version.confidence}]")
        for clause in trace.clauses(rule.id):
            if trace.clause(clause) is not trace.clause(clause, doubting=True):
                for literal in clause:
                    found |= trace.marks_of(literal.atom)
    return found
