# SPDX-License-Identifier: Apache-2.0
"""From the clauses of many states to the truth of their rules, and to what follows from it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from chokegraph.rules.clauses import Clauses, Truths
from chokegraph.rules.compile import LIVE
from chokegraph.rules.masks import Link, Variant, concerns
from chokegraph.rules.model import Kind
from chokegraph.rules.relations import relations_of
from chokegraph.rules.resolve import MAYBE, NO, YES

LICENCE = ("no", "unknown", "exception", "yes")


class Sense:
    """The truths of all rules in many states, in one of two senses.

    Args:
        clauses: The clauses; those that look at other rules are completed here.
        strict: Whether doubted parts of the law count as unknown.
    """

    def __init__(self, clauses: Clauses, *, strict: bool) -> None:
        self.book = clauses.book
        self.law = clauses.program.law
        self.strict = strict
        self.clauses = clauses
        self.values = clauses.strict if strict else clauses.plain
        self.none: Truths = np.zeros(clauses.count, dtype=np.uint8)
        self.of_kind: dict[str, list[int]] = {}
        self.of_rule: dict[str, list[int]] = {}
        order = clauses.program.position
        known = [number for number in clauses.rows_of if self._variant(number).rule.id in order]
        for number in sorted(known, key=lambda each: order[self._variant(each).rule.id]):
            variant = self._variant(number)
            if variant.role == LIVE:
                self.of_kind.setdefault(variant.rule.kind, []).append(number)
                self.of_rule.setdefault(variant.rule.id, []).append(number)
            else:
                self.of_kind.setdefault(_role(variant), []).append(number)
        self._truths: dict[int, Truths] = {}
        self._rules: dict[str, Truths] = {}
        self._atoms: dict[int, Truths] = {}
        self._links: dict[int, Truths] = {}
        self._removed: dict[int, Truths] = {}
        self._subjects: dict[str, Truths] = {}
        self._available: dict[int, Truths] = {}
        self._standing: dict[int, Truths] = {}
        self._left: dict[int, Truths] = {}

    def _variant(self, number: int) -> Variant:
        return self.book.variants[number]

    def of(self, kind: Kind | str) -> Iterator[tuple[int, Variant]]:
        """Yield the variants of a kind that are not false everywhere, in the law's order."""
        for number in self.of_kind.get(kind, []):
            yield number, self._variant(number)

    # -- truths ---------------------------------------------------------------------------------

    def truth(self, number: int) -> Truths:
        """Return the truth of a variant in every state."""
        found = self._truths.get(number)
        if found is None:
            rows = self.clauses.rows_of[number]
            for row in rows:
                links = self.book.clauses[self.clauses.active[row]].links
                for link in links:
                    np.minimum(self.values[row], self.link(link), out=self.values[row])
            found = self.values[rows[0]] if len(rows) == 1 else self.values[rows].max(axis=0)
            if self.strict and self._variant(number).version.doubted:
                found = np.minimum(found, MAYBE)
            self._truths[number] = found
        return found

    def rule(self, name: str) -> Truths:
        """Return the truth of a rule; false where no version is in force."""
        found = self._rules.get(name)
        if found is None:
            found = self._rules[name] = _any(
                [self.truth(number) for number in self.of_rule.get(name, [])], self.none
            )
        return found

    def atom(self, link: Link) -> Truths:
        """Return the truth of what a link looks at."""
        if isinstance(link.target, str):
            return self.rule(link.target)
        if self.strict and link.marks:
            return np.full_like(self.none, MAYBE)
        found = self._atoms.get(id(link.target))
        if found is None:
            within = relations_of(self.book).within(link.target)
            held = [
                self.truth(number) == YES
                for number, _ in self.of("classification")
                if number in within
            ]
            any_: Truths = np.logical_or.reduce([*held, self.none > 0]) * np.uint8(YES)
            found = self._atoms[id(link.target)] = any_
        return found

    def link(self, link: Link) -> Truths:
        """Return the value of a link in its clause."""
        found = self._links.get(id(link))
        if found is None:
            value = self.atom(link)
            if link.negated:
                value = YES - value
            if link.mode != "plain":
                value = ((value == YES) == (link.mode == "sure")) * np.uint8(YES)
            found = self._links[id(link)] = value
        return found

    # -- what follows ---------------------------------------------------------------------------

    def excluders(self, variant: Variant) -> Iterator[int]:
        """Yield the exclusions that remove a hook or requirement."""
        for number, each in self.of("exclusion"):
            removes = each.version.removes
            if variant.rule.code in removes or variant.rule.id in removes:
                yield number

    def removed(self, number: int) -> Truths:
        """Return whether an exclusion removes a variant."""
        found = self._removed.get(number)
        if found is None:
            truths = [self.truth(each) for each in self.excluders(self._variant(number))]
            found = self._removed[number] = _any(truths, self.none)
        return found

    def hook(self, number: int) -> Truths:
        """Return whether a jurisdiction hook holds after exclusions."""
        return np.minimum(self.truth(number), YES - self.removed(number))

    def released(self, regime: str) -> Truths:
        """Return whether a release applies."""
        return _any(
            [self.truth(n) for n, v in self.of("release") if v.rule.regime == regime], self.none
        )

    def subject(self, regime: str) -> Truths:
        """Return whether the item is subject to a state's law."""
        found = self._subjects.get(regime)
        if found is None:
            hooks = [self.hook(n) for n, v in self.of("hook") if v.rule.regime == regime]
            found = np.minimum(_any(hooks, self.none), YES - self.released(regime))
            self._subjects[regime] = found
        return found

    def standing(self, number: int) -> Truths:
        """Return whether a requirement stands after exclusions."""
        found = self._standing.get(number)
        if found is None:
            variant = self._variant(number)
            found = np.minimum(self.truth(number), YES - self.removed(number))
            if variant.version.needs_subject:
                found = np.minimum(found, self.subject(variant.rule.regime))
            self._standing[number] = found
        return found

    def available(self, number: int) -> Truths:
        """Return whether a licence exception can be used, apart from what it overcomes."""
        found = self._available.get(number)
        if found is None:
            code = self._variant(number).rule.code
            bars = [
                self.truth(n)
                for n, v in self.of("restriction")
                if concerns(v.version.bars, code) and code not in v.version.spares
            ]
            found = np.minimum(self.truth(number), YES - _any(bars, self.none))
            self._available[number] = found
        return found

    def left(self, number: int) -> Truths:
        """Return whether a requirement is left after licence exceptions."""
        found = self._left.get(number)
        if found is None:
            code = self._variant(number).rule.code
            overcome = [
                self.available(n)
                for n, v in self.of("exception")
                if concerns(v.version.overcomes, code)
            ]
            found = np.minimum(self.standing(number), YES - _any(overcome, self.none))
            self._left[number] = found
        return found

    def licence(self) -> NDArray[np.uint8]:
        """Return the place in `LICENCE` of the outcome of every state."""
        numbers = [number for number, _ in self.of("requirement")]
        standing = _any([self.standing(number) for number in numbers], self.none)
        left = _any([self.left(number) for number in numbers], self.none)
        places: NDArray[np.uint8] = np.array([0, 1, 3], dtype=np.uint8)[standing]
        places[(standing == YES) & (left == NO)] = LICENCE.index("exception")
        return places


def _role(variant: Variant) -> str:
    return variant.role if variant.role in ("fits", "stated") else "shadow"


def _any(truths: list[Truths], none: Truths) -> Truths:
    if not truths:
        return none
    if len(truths) == 1:
        return truths[0]
    most: Truths = np.maximum.reduce(truths)
    return most
