# SPDX-License-Identifier: Apache-2.0
"""Which facts are missing when the answer cannot be told."""

from __future__ import annotations

from collections.abc import Iterator

from chokegraph.rules.combined import Circuit
from chokegraph.rules.language import ClassifiedIn, Met, Test
from chokegraph.rules.model import EVERY, Rule
from chokegraph.rules.scalar import Trace
from chokegraph.rules.truth import UNKNOWN

_NOTHING: frozenset[str] = frozenset()


def missing_facts(
    circuit: Circuit, licence: str, reasons: tuple[str, ...], exceptions_possible: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the facts without which subject, licence or exception cannot be told.

    For every rule that is unknown and matters, the unknown facts of each clause that is unknown;
    a clause that waits for all that another waits for, and for more, adds nothing.

    Args:
        circuit: The combined truths.
        licence: The licence outcome.
        reasons: Codes of the requirements that stand.
        exceptions_possible: Codes of the exceptions that may help.
    """
    subject = circuit.subject("us") is UNKNOWN
    if licence != "unknown" and not subject and not exceptions_possible:
        return ()
    found: set[str] = set()
    known: dict[str, frozenset[str]] = {}
    for name in dict.fromkeys(rule.id for rule in _relevant(circuit, reasons, subject=subject)):
        found |= waiting_for(circuit.trace, name, known)
    return tuple(sorted(found))


def _relevant(circuit: Circuit, reasons: tuple[str, ...], *, subject: bool) -> Iterator[Rule]:
    concerned: list[Rule] = []
    for rule, _ in circuit.requirements:
        if circuit.standing(rule) is UNKNOWN:
            concerned.append(rule)
    if subject:
        for rule, _ in circuit.of("hook"):
            if rule.regime == "us" and circuit.hook(rule) is UNKNOWN:
                concerned.append(rule)
        for rule, _ in circuit.of("release"):
            if rule.regime == "us" and circuit.truth(rule) is UNKNOWN:
                yield rule
    for rule in concerned:
        yield rule
        for each in circuit.excluders(rule):
            if circuit.truth(each) is UNKNOWN:
                yield each
    for rule, version in circuit.of("exception"):
        useful = reasons and (version.overcomes == EVERY or set(version.overcomes) & set(reasons))
        if useful and circuit.available(rule) is UNKNOWN:
            yield rule


def waiting_for(trace: Trace, name: str, known: dict[str, frozenset[str]]) -> frozenset[str]:
    """Return the facts that a rule waits for; empty unless its condition is unknown.

    Args:
        trace: The truths.
        name: The rule.
        known: What rules were found to wait for; added to.
    """
    if trace.rule(name) is not UNKNOWN:
        return _NOTHING
    if name not in known:
        known[name] = _waiting(trace, name, known)
    return known[name]


def _waiting(trace: Trace, name: str, known: dict[str, frozenset[str]]) -> frozenset[str]:
    waits: list[frozenset[str]] = []
    for clause in trace.clauses(name):
        if trace.clause(clause) is not UNKNOWN:
            continue
        facts: set[str] = set()
        for literal in clause:
            if trace.literal(literal) is not UNKNOWN:
                continue
            match literal.atom:
                case Test(fact):
                    facts.add(fact)
                case Met(other):
                    facts |= waiting_for(trace, other, known)
                case ClassifiedIn():
                    pass
        waits.append(frozenset(facts))
    waits = list(dict.fromkeys(waits))
    minimal = [each for each in waits if not any(other < each for other in waits)]
    return _NOTHING.union(*minimal)
