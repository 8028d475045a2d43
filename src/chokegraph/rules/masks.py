# SPDX-License-Identifier: Apache-2.0
"""Clauses as bits: which clauses a value of a fact allows, forbids, or leaves open.

Every clause that any version of the law has had is one bit of a number. The look-up row of a value
says which clauses it kills and which it leaves unknown; a row of data is decided by joining the
look-up rows of its facts, whatever the number of clauses.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from chokegraph.rules.language import Mode
from chokegraph.rules.model import EVERY, Rule, RuleVersion
from chokegraph.rules.resolve import MAYBE, NO, Asked, Members
from chokegraph.rules.values import Value

_EFFECTS = (
    "when", "eccn", "removes", "outcome", "bars", "spares", "overcomes", "concerns", "policy",
    "overrides", "needs_subject", "shadow_code", "cite", "confidence",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Link:
    """An atom of a clause that looks at other rules.

    Args:
        target: A rule's id, or the scope in which a classification must lie.
        negated: Whether its value is turned round.
        mode: "plain", "sure" or "doubtful".
        marks: The doubted parts of the law that the scope rests on.
    """

    target: str | Members
    negated: bool
    mode: Mode
    marks: frozenset[str]


@dataclass(frozen=True, slots=True)
class Variant:
    """A version of a rule in one role, as the decision sees it.

    Args:
        rule: The rule.
        version: The version; its days do not matter.
        role: "live", "fits" or "stated" (does the exporter's ECCN agree with a paragraph that is
            met, is there one), or why the version does not count ("suspended", ...).
    """

    rule: Rule
    version: RuleVersion
    role: str

    def acts_on(self, other: Variant) -> bool:
        """Return whether what this rule does can change what the other one does."""
        rule, version = other.rule, self.version
        match self.rule.kind:
            case "exclusion":
                named = rule.code in version.removes or rule.id in version.removes
                return rule.kind in ("hook", "requirement") and named
            case "exception":
                return rule.kind == "requirement" and concerns(version.overcomes, rule.code)
            case "restriction":
                barred = concerns(version.bars, rule.code) and rule.code not in version.spares
                return rule.kind == "exception" and barred
            case "policy":
                if rule.kind == "policy":
                    return rule.id in version.overrides
                return rule.kind == "requirement" and concerns(version.concerns, rule.code)
            case "requirement":
                return rule.kind == "hook" and rule.regime == self.rule.regime
            case _:
                return False


class ClauseInfo(NamedTuple):
    """What is known of a clause beside its bit."""

    variant: int
    links: tuple[Link, ...]
    facts: frozenset[str]
    marks: frozenset[str]


class LookUp(NamedTuple):
    """What a value of a fact does to the clauses: bits.

    Args:
        kept: Clauses that it does not make false.
        kept_strict: The same when doubted parts of the law count as unknown.
        open_strict: Clauses that it leaves unknown in that case.
        tags: Pairs of a tag and clauses: the fact's own tag with those that it leaves unknown;
            tags of marks with those in which the mark comes from this value.
    """

    kept: int
    kept_strict: int
    open_strict: int
    tags: tuple[tuple[int, int], ...]


_EFFECTS_KEPT = 1 << 16
"""Values whose effect is remembered."""
_NONE: frozenset[str] = frozenset()


class Book:
    """All clauses, questions and variants that compiled laws share.

    Every variant has one bit more than it has clauses: it stands for "surely true", and takes the
    place of the clauses once one of them is, so that it no longer matters which.

    A law that is amended adds bits; bits that are there keep their meaning. What was worked out on
    states of older bits stays right.
    """

    def __init__(self) -> None:
        self.variants: list[Variant] = []
        self.clauses: list[ClauseInfo] = []
        self.asked: dict[str, dict[Asked, int]] = {}
        self.variant_bits: list[int] = []
        self.sure_bits: list[int] = []
        self.tags: list[str] = []
        self.mark_tags: set[int] = set()
        self.codebooks: dict[Any, Any] = {}
        self.machines: dict[Any, Any] = {}
        self.varying: set[str] = set()
        self.pruner: Any = None
        self.relations: Any = None
        self.edges: dict[str, set[float | date]] = {}
        self._variant_of: dict[tuple[Any, ...], int] = {}
        self._clause_of: dict[tuple[Any, ...], int] = {}
        self._tag_of: dict[str, int] = {}
        self._links: dict[Link, Link] = {}
        self._rows: dict[tuple[str, Any], tuple[int, LookUp]] = {}
        self._effects: dict[tuple[str, Any], tuple[int, tuple[int, int]]] = {}
        self._touched: dict[str, tuple[int, int]] = {}
        self._alike: dict[str, tuple[int, list[list[str]]]] = {}

    # -- adding ---------------------------------------------------------------------------------

    def variant(self, rule: Rule, version: RuleVersion, role: str) -> int:
        """Return the number of a variant; equal but for days is the same."""
        effects = tuple(getattr(version, name) for name in _EFFECTS)
        key = (rule.id, rule.kind, rule.regime, rule.code, role, effects)
        found = self._variant_of.get(key)
        if found is None:
            found = self._variant_of[key] = len(self.variants)
            self.variants.append(Variant(rule, version, role))
            sure = 1 << len(self.clauses)
            self.clauses.append(ClauseInfo(found, (), _NONE, _NONE))
            self.sure_bits.append(sure)
            self.variant_bits.append(sure)
        return found

    def clause(
        self, variant: int, asked: Iterable[tuple[str, Asked]], links: Iterable[Link]
    ) -> int:
        """Return the bit of a clause, with one bit set."""
        asked = frozenset(asked)
        links = tuple(self._links.setdefault(each, each) for each in dict.fromkeys(links))
        key = (variant, asked, frozenset(links))
        found = self._clause_of.get(key)
        if found is not None:
            return 1 << found
        place = self._clause_of[key] = len(self.clauses)
        bit = 1 << place
        marks = frozenset().union(
            *(each.question.marks for _, each in asked), *(link.marks for link in links)
        )
        facts = frozenset(fact for fact, _ in asked)
        self.clauses.append(ClauseInfo(variant, links, facts, marks))
        self.variant_bits[variant] |= bit
        for fact, each in asked:
            of_fact = self.asked.setdefault(fact, {})
            of_fact[each] = of_fact.get(each, 0) | bit
            operand = each.question.operand
            if isinstance(operand, (float, int, date)) and not isinstance(operand, bool):
                self.edges.setdefault(fact, set()).add(operand)
        return bit

    def tag(self, name: str, *, mark: bool = False) -> int:
        """Return the number of a tag: a fact, or a mark."""
        found = self._tag_of.get(name)
        if found is None:
            found = self._tag_of[name] = len(self.tags)
            self.tags.append(name)
            if mark:
                self.mark_tags.add(found)
        return found

    # -- looking up -----------------------------------------------------------------------------

    @property
    def every(self) -> int:
        """All bits."""
        return (1 << len(self.clauses)) - 1

    def look_up(self, fact: str, value: Value) -> LookUp:
        """Return what a value of a fact does to the clauses."""
        key = (fact, value if not isinstance(value, bool) else str(value))
        size = len(self.clauses)
        cached = self._rows.get(key)
        if cached is not None and cached[0] == size:
            return cached[1]
        row = self._work_out(fact, value)
        self._rows[key] = (size, row)
        return row

    def effect(self, fact: str, value: Value) -> tuple[int, int]:
        """Return the clauses that a value does not make false, and those that it leaves open."""
        key = (fact, value if not isinstance(value, bool) else str(value))
        size = len(self.clauses)
        cached = self._effects.get(key)
        if cached is not None and cached[0] == size:
            return cached[1]
        if len(self._effects) > _EFFECTS_KEPT:
            self._effects.clear()
        row = self.look_up(fact, value)
        opened = 0
        for tag, bits in row.tags:
            if tag not in self.mark_tags:
                opened |= bits
        self._effects[key] = (size, (row.kept, opened))
        return row.kept, opened

    def touched(self, fact: str) -> int:
        """Return the clauses that ask something about a fact."""
        size = len(self.clauses)
        cached = self._touched.get(fact)
        if cached is None or cached[0] != size:
            bits = 0
            for each in self.asked.get(fact, {}).values():
                bits |= each
            cached = self._touched[fact] = (size, bits)
        return cached[1]

    def alike(self, fact: str) -> list[list[str]]:
        """Return the texts that the law names for a fact, those that it treats alike together."""
        size = len(self.clauses)
        cached = self._alike.get(fact)
        if cached is None or cached[0] != size:
            names: set[str] = set()
            for asked in self.asked.get(fact, {}):
                if isinstance(asked.question.operand, Members):
                    names |= asked.question.operand.named()
            groups: dict[LookUp, list[str]] = {}
            for name in sorted(names):
                groups.setdefault(self.look_up(fact, name), []).append(name)
            cached = self._alike[fact] = (size, list(groups.values()))
        return cached[1]

    def _work_out(self, fact: str, value: Value) -> LookUp:
        kill = kill_strict = maybe = maybe_strict = 0
        of_marks: dict[str, int] = {}
        truths: dict[Any, tuple[int, frozenset[str]]] = {}
        for asked, bits in self.asked.get(fact, {}).items():
            question = asked.question
            found = truths.get(question)
            if found is None:
                found = truths[question] = question.answer(value)
            truth, marks = found
            outcome = asked.value(truth)
            doubted = MAYBE if marks or question.marks else truth
            strict = outcome if doubted == truth else asked.value(doubted)
            if outcome == NO:
                kill |= bits
            elif outcome == MAYBE:
                maybe |= bits
            if strict == NO:
                kill_strict |= bits
            elif strict == MAYBE:
                maybe_strict |= bits
            for mark in marks:
                of_marks[mark] = of_marks.get(mark, 0) | bits
        tags = [(self.tag(fact), maybe)] if maybe else []
        tags += [(self.tag(mark, mark=True), bits) for mark, bits in of_marks.items()]
        every = self.every
        return LookUp(every ^ kill, every ^ kill_strict, maybe_strict, tuple(sorted(tags)))


def concerns(names: tuple[str, ...], code: str) -> bool:
    """Return whether a list of codes, or "all", holds a code."""
    return names == EVERY or code in names
