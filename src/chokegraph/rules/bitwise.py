# SPDX-License-Identifier: Apache-2.0
"""The truths of all rules in a few rows, as bits of whole numbers.

Bit n of every number speaks of row n. A truth is two numbers: where it is surely so, and where it
may be. For one row, or some hundred, this is much faster than arrays (`circuit`), which win when
there are thousands; both come to the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from chokegraph.rules.circuit import LICENCE
from chokegraph.rules.compile import LIVE, Program
from chokegraph.rules.masks import Link, Variant, concerns
from chokegraph.rules.outcome import SUBJECT, Outcome
from chokegraph.rules.relations import relations_of

Pair = tuple[int, int]
"""Where something surely holds, and where it may."""


class Bitwise:
    """The truths of all rules in some rows, in one of two senses.

    Args:
        program: The law.
        clauses: The clauses that are not false in all rows, by place: where each surely holds,
            apart from the rules that it looks at, and where it may.
        rows: How many rows there are.
        strict: The rows in which doubted parts of the law count as unknown, as bits.

    Example:
        >>> from chokegraph.rules import load_law
        >>> from chokegraph.rules.compile import compile_law
        >>> Bitwise(compile_law(load_law()), {}, 2).outcomes()[1].licence
        'no'
    """

    def __init__(
        self, program: Program, clauses: Mapping[int, Pair], rows: int, *, strict: int = 0
    ) -> None:
        self.program = program
        self.book = book = program.book
        self.rows = rows
        self.every = (1 << rows) - 1
        self.strict = strict
        self._clauses = clauses
        self._acting = relations_of(book)
        self._places: dict[int, list[int]] = {}
        for place in clauses:
            self._places.setdefault(book.clauses[place].variant, []).append(place)
        self._of_kind: dict[str, list[int]] = {}
        self._of_rule: dict[str, list[int]] = {}
        order = program.position
        for number in self._places:
            variant = book.variants[number]
            if variant.role == LIVE and variant.rule.id in order:
                self._of_kind.setdefault(variant.rule.kind, []).append(number)
                self._of_rule.setdefault(variant.rule.id, []).append(number)
        self._truths: dict[int, Pair] = {}
        self._rules: dict[str, Pair] = {}
        self._atoms: dict[int, Pair] = {}
        self._removed: dict[int, Pair] = {}
        self._subjects: dict[str, Pair] = {}
        self._available: dict[int, Pair] = {}
        self._standing: dict[int, Pair] = {}
        self._left: dict[int, Pair] = {}

    def of(self, kind: str) -> Iterator[tuple[int, Variant]]:
        """Yield the rules of a kind that are not false everywhere."""
        for number in self._of_kind.get(kind, ()):
            yield number, self.book.variants[number]

    # -- truths ---------------------------------------------------------------------------------

    def truth(self, number: int) -> Pair:
        """Return the truth of a rule's version."""
        found = self._truths.get(number)
        if found is None:
            yes = may = 0
            for place in self._places.get(number, ()):
                one, other = self._clauses[place]
                for link in self.book.clauses[place].links:
                    value = self._link(link)
                    one &= value[0]
                    other &= value[1]
                yes |= one
                may |= other
            if self.strict and self.book.variants[number].version.doubted:
                yes &= ~self.strict
            found = self._truths[number] = (yes, may)
        return found

    def rule(self, name: str) -> Pair:
        """Return the truth of a rule; false where no version is in force."""
        found = self._rules.get(name)
        if found is None:
            found = self._rules[name] = _any(map(self.truth, self._of_rule.get(name, ())))
        return found

    def rules(self) -> dict[str, Pair]:
        """Return the truths of the rules that are not false everywhere."""
        return {name: self.rule(name) for name in self._of_rule}

    def _link(self, link: Link) -> Pair:
        """Return the value of a link in its clause."""
        yes, may = self._atom(link)
        if link.negated:
            yes, may = self.every & ~may, self.every & ~yes
        if link.mode == "plain":
            return yes, may
        held = yes if link.mode == "sure" else self.every & ~yes
        return held, held

    def _atom(self, link: Link) -> Pair:
        """Return the truth of what a link looks at."""
        if isinstance(link.target, str):
            return self.rule(link.target)
        doubted = self.strict if link.marks else 0
        if doubted == self.every:
            return 0, self.every
        found = self._atoms.get(id(link.target))
        if found is None:
            held = 0
            for number in self._acting.within(link.target):
                held |= self.truth(number)[0]
            found = self._atoms[id(link.target)] = (held, held)
        return found[0] & ~doubted, found[1] | doubted

    # -- what follows ---------------------------------------------------------------------------

    def _not(self, pair: Pair) -> Pair:
        return self.every & ~pair[1], self.every & ~pair[0]

    def _acts_on(self, kind: str, number: int) -> Pair:
        return _any(
            self.truth(each) for each in self._acting.of(kind, number) if each in self._places
        )

    def removed(self, number: int) -> Pair:
        """Return where an exclusion removes a hook or requirement."""
        found = self._removed.get(number)
        if found is None:
            found = self._removed[number] = self._acts_on("exclusion", number)
        return found

    def hook(self, number: int) -> Pair:
        """Return where a jurisdiction hook holds after exclusions."""
        return _both(self.truth(number), self._not(self.removed(number)))

    def subject(self, regime: str) -> Pair:
        """Return where the item is subject to a state's law."""
        found = self._subjects.get(regime)
        if found is None:
            hooks = _any(self.hook(n) for n, v in self.of("hook") if v.rule.regime == regime)
            released = _any(self.truth(n) for n, v in self.of("release") if v.rule.regime == regime)
            found = self._subjects[regime] = _both(hooks, self._not(released))
        return found

    def standing(self, number: int) -> Pair:
        """Return where a requirement stands after exclusions."""
        found = self._standing.get(number)
        if found is None:
            variant = self.book.variants[number]
            found = _both(self.truth(number), self._not(self.removed(number)))
            if variant.version.needs_subject:
                found = _both(found, self.subject(variant.rule.regime))
            self._standing[number] = found
        return found

    def available(self, number: int) -> Pair:
        """Return where a licence exception can be used, apart from what it overcomes."""
        found = self._available.get(number)
        if found is None:
            barred = self._acts_on("restriction", number)
            found = self._available[number] = _both(self.truth(number), self._not(barred))
        return found

    def left(self, number: int) -> Pair:
        """Return where a requirement is left after licence exceptions."""
        found = self._left.get(number)
        if found is None:
            overcome = _any(
                self.available(each)
                for each in self._acting.of("exception", number)
                if each in self._places
            )
            found = self._left[number] = _both(self.standing(number), self._not(overcome))
        return found

    # -- answers --------------------------------------------------------------------------------

    def outcomes(self) -> list[Outcome]:
        """Return the outcome of every row."""
        numbers = [number for number, _ in self.of("requirement")]
        standing, standing_may = _any(map(self.standing, numbers))
        _, left_may = _any(map(self.left, numbers))
        licences = {
            "no": self.every & ~standing_may,
            "unknown": standing_may & ~standing,
            "exception": standing & ~left_may,
            "yes": standing & left_may,
        }
        reasons: dict[str, int] = {}
        for number in numbers:
            code = self.book.variants[number].rule.code
            reasons[code] = reasons.get(code, 0) | self.standing(number)[0]
        yes, may = self.subject("us")
        subjects = {"no": self.every & ~may, "unknown": may & ~yes, "yes": yes}
        subject = self._words({name: subjects[name] for name in SUBJECT})
        licence = self._words({name: licences[name] for name in LICENCE})
        policy = self._words(self._policies(licences["yes"]))
        codes: list[list[str]] = [[] for _ in range(self.rows)]
        for code in sorted(reasons):
            for row in _rows(reasons[code]):
                codes[row].append(code)
        return [
            Outcome(str(subject[row]), str(licence[row]), tuple(codes[row]), policy[row])
            for row in range(self.rows)
        ]

    def _words(self, where: Mapping[str, int]) -> list[str | None]:
        found: list[str | None] = [None] * self.rows
        for word, rows in where.items():
            for row in _rows(rows):
                found[row] = word
        return found

    def _policies(self, needed: int) -> dict[str, int]:
        """Return where each review policy is the strictest one that applies."""
        surely: dict[str, int] = {}
        perhaps: dict[str, int] = {}
        for number, variant in self.of("requirement"):
            code = variant.rule.code
            left, left_may = self.left(number)
            surely[code] = surely.get(code, 0) | left
            perhaps[code] = perhaps.get(code, 0) | (left_may & ~left & self.standing(number)[0])
        any_sure = 0
        for rows in surely.values():
            any_sure |= rows
        stand = {code: surely[code] | (perhaps[code] & ~any_sure) for code in surely}
        policies = sorted(
            self.of("policy"), key=lambda each: self.program.position[each[1].rule.id]
        )
        overridden: dict[str, int] = {}
        for number, variant in policies:
            for name in variant.version.overrides:
                overridden[name] = overridden.get(name, 0) | self.truth(number)[0]
        strictness = self.program.law.strictness
        found: dict[str, int] = {}
        for number, variant in sorted(policies, key=lambda p: strictness[p[1].version.policy]):
            if not needed:
                break
            holds = needed & self.truth(number)[0] & ~overridden.get(variant.rule.id, 0)
            concerned = 0
            for code, rows in stand.items():
                if concerns(variant.version.concerns, code):
                    concerned |= rows
            holds &= concerned
            found[variant.version.policy] = found.get(variant.version.policy, 0) | holds
            needed &= ~holds
        return found


def spread(states: Sequence[tuple[int, int]], size: int) -> dict[int, Pair]:
    """Return the clauses of rows by place, as `Bitwise` takes them.

    Args:
        states: For each row the clauses that are not false, and those of them that are open.
        size: How many clauses there are.

    Example:
        >>> spread([(0b101, 0b100), (0b100, 0)], 3)
        {0: (1, 1), 2: (2, 3)}
    """
    whole = 0
    for kept, _ in states:
        whole |= kept
    places = list(_rows(whole))
    if len(states) == 1:
        [(_, opened)] = states
        return {place: (0 if opened >> place & 1 else 1, 1) for place in places}
    may = _columns([kept for kept, _ in states], places, size)
    yes = _columns([kept & ~opened for kept, opened in states], places, size)
    return dict(zip(places, zip(yes, may, strict=True), strict=True))


def _columns(numbers: list[int], places: list[int], size: int) -> list[int]:
    """Return for each place a number made of that bit of all numbers."""
    width = (size + 7) // 8
    text = b"".join(number.to_bytes(width, "little") for number in numbers)
    packed = np.frombuffer(text, dtype=np.uint8).reshape(-1, width)
    at = np.array(places, dtype=np.intp)
    bits = np.ascontiguousarray((packed[:, at >> 3] >> (at & 7).astype(np.uint8) & 1).T)
    rows = np.packbits(bits, axis=1, bitorder="little")
    length = rows.shape[1]
    text = rows.tobytes()
    return [
        int.from_bytes(text[start : start + length], "little")
        for start in range(0, len(text), length)
    ]


def _both(one: Pair, other: Pair) -> Pair:
    return one[0] & other[0], one[1] & other[1]


def _any(pairs: Iterable[Pair]) -> Pair:
    yes = may = 0
    for one, other in pairs:
        yes |= one
        may |= other
    return yes, may


def _rows(bits: int) -> Iterator[int]:
    """Yield the places of the bits of a number that are set."""
    while bits:
        last = bits & -bits
        yield last.bit_length() - 1
        bits ^= last
