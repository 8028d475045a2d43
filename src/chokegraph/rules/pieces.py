# SPDX-License-Identifier: Apache-2.0
"""A rule cut up by days: the spans on which its clauses are the same, with their bits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from chokegraph.rules.language import ClassifiedIn, Clause, Met, Mode, Test
from chokegraph.rules.masks import Book, Link
from chokegraph.rules.model import Rule, RuleVersion
from chokegraph.rules.resolve import Asked, Members, Question
from chokegraph.rules.timelines import Asks, Line

LIVE = "live"
Span = tuple[date, date, RuleVersion, str]
"""First day, the day after the last, a version and its role."""
Piece = tuple[date, date, int]
"""First and last day, and the bits of clauses."""


def cut(
    book: Book,
    rule: Rule,
    span: Span,
    parts: tuple[Clause, ...],
    lines: dict[Test | ClassifiedIn, Line],
    *,
    weighed: bool,
) -> Iterator[Piece]:
    """Yield the clauses of a version of a rule, for every span of days on which they are the same.

    Args:
        book: Where the clauses are noted down.
        rule: The rule.
        span: The days, the version and its role.
        parts: The version's clauses, as the law has them.
        lines: What each of their tests asks, day by day.
        weighed: Whether only what is surely true matters.
    """
    begins, ends, version, role = span
    changes = {day for line in lines.values() for day, _ in line if begins < day < ends}
    cuts = [begins, *sorted(changes), ends]
    variant = book.variant(rule, version, role)
    for start, end in pairwise(cuts):
        bits = 0
        for clause in parts:
            asked, links = _stand(clause, lines, start, weighed=weighed)
            bits |= book.clause(variant, asked, links)
            if rule.kind == "classification" and role == LIVE:
                bits |= _agreement(book, rule, version, asked, links)
        yield start, end - timedelta(days=1) if end < date.max else end, bits


def _stand(
    clause: Clause,
    lines: dict[Test | ClassifiedIn, Line],
    on: date,
    *,
    weighed: bool,
) -> tuple[list[tuple[str, Asked]], list[Link]]:
    asked: list[tuple[str, Asked]] = []
    links: list[Link] = []
    for literal in clause:
        mode = "sure" if weighed and literal.mode == "plain" else literal.mode
        atom = literal.atom
        if isinstance(atom, Met):
            links.append(Link(atom.rule, literal.negated, mode, frozenset()))
            continue
        asks = _on(lines[atom], on)
        if isinstance(asks.what, Members):
            links.append(Link(asks.what, literal.negated, mode, asks.marks))
        elif isinstance(atom, Test):
            asked.append((atom.fact, Asked(asks.what, literal.negated != asks.turned, mode)))
    return asked, links


def _agreement(
    book: Book,
    rule: Rule,
    version: RuleVersion,
    asked: list[tuple[str, Asked]],
    links: list[Link],
) -> int:
    """Add clauses that compare a paragraph that is met with the ECCN that is stated."""
    sure = [(fact, Asked(a.question, a.negated, _sure(a.mode))) for fact, a in asked]
    sure_links = [Link(k.target, k.negated, _sure(k.mode), k.marks) for k in links]
    bits = 0
    for role, question in (
        ("fits", Question("fits", version.eccn)),
        ("stated", Question("text", None)),
    ):
        more = ("eccn", Asked(question, negated=False, mode="sure"))
        variant = book.variant(rule, version, role)
        bits |= book.clause(variant, [*sure, more], sure_links)
    return bits


def _sure(mode: Mode) -> Mode:
    return "sure" if mode == "plain" else mode


def _on(line: Line, on: date) -> Asks:
    """Return what holds on a day in a line of steps."""
    found = line[0][1]
    for day, each in line:
        if day > on:
            break
        found = each
    return found


def spans(rule: Rule) -> Iterator[Span]:
    """Yield the versions of a rule with the days on which they count, and in which role."""
    days = sorted({day for version in rule.versions for day in version.days()})
    for begins, end in pairwise([*days, date.max]):
        version = rule.version_on(begins)
        if version is not None:
            yield begins, end, version, LIVE
        shadow = rule.shadow_on(begins) if rule.kind == "requirement" else None
        if shadow is not None:
            yield begins, end, *shadow
