# SPDX-License-Identifier: Apache-2.0
"""Which rules of a compiled law look at which, as places in arrays: it rests on no row or day.

Rules look at rules ("met", "classified in"), so they stand in levels: those of one level look only
at those of the levels before, and can be worked out together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chokegraph.rules.compile import LIVE, Program
from chokegraph.rules.masks import Link, Variant
from chokegraph.rules.relations import relations_of
from chokegraph.rules.resolve import Members
from chokegraph.rules.words import Words, bits_of, places_of, rows_of

Places = NDArray[np.intp]
Target = tuple[str | Members, bool]
"""A rule's id, or the scope in which a classification must lie; and whether that is doubted."""
FORMS = (
    ("yes", "may"),
    ("no", "not yes"),
    ("yes", "yes"),
    ("no", "no"),
    ("not yes", "not yes"),
    ("may", "may"),
)
"""What a link can make of what it looks at: where it surely holds, and where it may."""
_FORM = {
    ("plain", False): 0,
    ("plain", True): 1,
    ("sure", False): 2,
    ("sure", True): 3,
    ("doubtful", False): 4,
    ("doubtful", True): 5,
}
"""The form of a link of some mode, negated or not."""


class Groups(NamedTuple):
    """Places in an array, in groups that stand one behind the other.

    Args:
        members: The places, group by group.
        starts: Where each group starts in `members`.
        owners: Whom each group belongs to: places in another array.
    """

    members: Places
    starts: Places
    owners: Places

    def any(self, planes: Words) -> Words:
        """Return for each group where something holds of one of its members."""
        members = planes.take(self.members, axis=1)
        found: Words = np.bitwise_or.reduceat(members, self.starts, axis=1)
        return found

    def all(self, planes: Words) -> Words:
        """Return for each group where something holds of all of its members."""
        members = planes.take(self.members, axis=1)
        found: Words = np.bitwise_and.reduceat(members, self.starts, axis=1)
        return found


class Level(NamedTuple):
    """Rules that look only at rules of the levels before.

    Args:
        clauses: Their clauses: a slice of the clauses of all rules.
        rules: A slice of the rules.
        starts: Where the clauses of each rule start within those of the level.
        links: For each clause its first two links; `Wiring.nothing` where there are fewer.
        more: The other links of clauses that have more.
        doubted: The rules that are doubted themselves.
        targets: A slice of what links look at: all that is settled with this level.
        looked_at: The rules in each of them.
        scopes: Which of them are scopes of classifications.
        marked: Of which of them doubted parts of the law say what is in the scope.
    """

    clauses: slice
    rules: slice
    starts: Places
    links: tuple[Places, ...]
    more: Groups
    doubted: Places
    targets: slice
    looked_at: Groups
    scopes: Places
    marked: Places


class Wiring:
    """The rules of a program that count on some day, and what they look at.

    Rules stand at *spots*: places in arrays, the levels one behind the other. Only the rules of
    this one law are wired, so there are no circles, whatever other laws share its book.

    A link is a place in a table of what links look at (targets), form by form (`FORMS`).

    Args:
        program: The law.

    Attributes:
        rules: The number, in the book, of the rule at each spot.
        spots: The spot of each of them.
        names: The rule's id at each spot.
        places: The bit, in the book, of each clause; the clauses of a rule stand together.
        levels: The levels.
        targets: How many things links look at; behind them stands what always holds.
        nothing: The link that always holds.
        unheld: Targets that are doubted scopes without a classification.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.book = book = program.book
        self.size = len(book.clauses)
        alive = 0
        for bits, _ in program.starts:
            alive |= bits
        self._clauses_of = {
            number: places_of(book.variant_bits[number] & alive)
            for number, variant in enumerate(book.variants)
            if variant.role == LIVE and book.variant_bits[number] & alive
        }
        self._of_rule: dict[str, list[int]] = {}
        for number in self._clauses_of:
            self._of_rule.setdefault(book.variants[number].rule.id, []).append(number)
        self._members_of: dict[int, tuple[int, ...]] = {}
        self._depth: dict[int, int] = {}
        self.rules = sorted(self._clauses_of, key=lambda number: (self._level(number), number))
        self.names = [book.variants[number].rule.id for number in self.rules]
        self.spots = {number: spot for spot, number in enumerate(self.rules)}
        self.places = array_of(p for number in self.rules for p in self._clauses_of[number])
        self.actions: Any = None
        self._wire()

    def variants(self) -> Iterator[tuple[int, Variant]]:
        """Yield the spots with what stands there."""
        for spot, number in enumerate(self.rules):
            yield spot, self.book.variants[number]

    def wired(self, clauses: Sequence[int]) -> NDArray[np.bool_]:
        """Return for sets of clauses, given as bits, which clauses of the wiring are in each."""
        return bits_of(rows_of(clauses, self.size)).take(self.places, axis=1)

    def _links_of(self, number: int) -> Iterator[tuple[int, Link]]:
        """Yield the links of a rule's clauses, with the clauses counted from 0."""
        for count, place in enumerate(self._clauses_of[number]):
            for link in self.book.clauses[place].links:
                yield count, link

    def _members(self, link: Link) -> tuple[int, ...]:
        """Return the rules, or classifications, that a link looks at."""
        key = id(link)  # the links of clauses live as long as the book, so an id is a name
        found = self._members_of.get(key)
        if found is None:
            if isinstance(link.target, str):
                found = tuple(self._of_rule.get(link.target, ()))
            else:
                within = relations_of(self.book).within(link.target)
                found = tuple(number for number in within if number in self._clauses_of)
            self._members_of[key] = found
        return found

    def _level(self, number: int) -> int:
        found = self._depth.get(number)
        if found is None:
            looked_at = {each for _, link in self._links_of(number) for each in self._members(link)}
            found = self._depth[number] = max((1 + self._level(n) for n in looked_at), default=0)
        return found

    def _wire(self) -> None:
        targets = {
            _target(link): self._members(link)
            for number in self.rules
            for _, link in self._links_of(number)
        }
        # What looks at nothing holds nowhere; the others are settled with their last rule.
        settled = {
            target: max((self._depth[each] for each in members), default=-1)
            for target, members in targets.items()
        }
        ordered = sorted(targets, key=settled.__getitem__)
        numbers = {target: n for n, target in enumerate(ordered)}
        self.targets = len(numbers)
        self.nothing = self.targets
        self.unheld = array_of(n for t, n in numbers.items() if t[1] and not targets[t])
        first = sum(not targets[target] for target in ordered)
        self.levels: list[Level] = []
        clause = rule = 0
        for level, group in groupby(self.rules, key=self._depth.__getitem__):
            mine = list(group)
            here = [target for target in ordered[first:] if settled[target] == level]
            made = self._wire_level(mine, numbers, clause, rule)
            looked_at = groups_of(
                (n, [self.spots[each] for each in targets[t]]) for n, t in enumerate(here)
            )
            self.levels.append(
                made._replace(
                    targets=slice(first, first + len(here)),
                    looked_at=looked_at,
                    scopes=array_of(n for n, t in enumerate(here) if not isinstance(t[0], str)),
                    marked=array_of(n for n, t in enumerate(here) if t[1]),
                )
            )
            first += len(here)
            clause, rule = made.clauses.stop, made.rules.stop

    def _wire_level(
        self, mine: list[int], numbers: dict[Target, int], clause: int, rule: int
    ) -> Level:
        sizes = [len(self._clauses_of[number]) for number in mine]
        starts = array_of([0, *np.cumsum(sizes)[:-1]])
        links: list[list[int]] = [[] for _ in range(sum(sizes))]
        for number, start in zip(mine, starts.tolist(), strict=True):
            for count, link in self._links_of(number):
                form = _FORM[link.mode, link.negated]
                place = form * (self.targets + 1) + numbers[_target(link)]
                links[start + count].append(place)
        most = max(map(len, links), default=0)
        return Level(
            slice(clause, clause + len(links)),
            slice(rule, rule + len(mine)),
            starts,
            tuple(
                array_of(each[n] if n < len(each) else self.nothing for each in links)
                for n in range(min(most, 2))
            ),
            groups_of((place, each[2:]) for place, each in enumerate(links)),
            array_of(
                spot
                for spot, number in enumerate(mine, start=rule)
                if self.book.variants[number].version.doubted
            ),
            slice(0, 0),
            groups_of([]),
            array_of([]),
            array_of([]),
        )


def _target(link: Link) -> Target:
    return link.target, bool(link.marks)


def array_of(places: Iterable[int]) -> Places:
    """Return places as an array.

    Example:
        >>> array_of(range(3)).tolist()
        [0, 1, 2]
    """
    return np.fromiter(places, dtype=np.intp)


def groups_of(groups: Iterable[tuple[int, Sequence[int]]]) -> Groups:
    """Return groups of places by their owner; those without members are left out.

    Example:
        >>> found = groups_of([(7, [2, 3]), (8, []), (9, [1])])
        >>> found.members.tolist(), found.starts.tolist(), found.owners.tolist()
        ([2, 3, 1], [0, 2], [7, 9])
    """
    members: list[int] = []
    starts: list[int] = []
    owners: list[int] = []
    for owner, group in groups:
        if group:
            owners.append(owner)
            starts.append(len(members))
            members += group
    return Groups(array_of(members), array_of(starts), array_of(owners))


def wiring_of(program: Program) -> Wiring:
    """Return the wiring of a program for the clauses that its book has now.

    Example:
        >>> from chokegraph.rules import load_law
        >>> from chokegraph.rules.compile import compile_law
        >>> program = compile_law(load_law())
        >>> wiring_of(program) is wiring_of(program)
        True
    """
    if program.wiring is None or program.wiring.size != len(program.book.clauses):
        program.wiring = Wiring(program)
    found: Wiring = program.wiring
    return found
