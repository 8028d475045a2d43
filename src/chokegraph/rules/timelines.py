# SPDX-License-Identifier: Apache-2.0
"""What the atoms of conditions ask, day by day, as groups, parameters and aliases change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chokegraph.rules.language import ClassifiedIn, Reference, Test
from chokegraph.rules.model import FactDefinition, Law
from chokegraph.rules.resolve import Members, Question, paragraphs_of, resolve
from chokegraph.rules.scopes import scope_on


@dataclass(frozen=True)
class Asks:
    """What an atom asks on a day.

    Args:
        what: A question about a fact, or the paragraphs in which a classification must lie.
        turned: Whether the atom is the negation of that.
        marks: "id [mark]" of the doubted parts of the law that the paragraphs rest on.
    """

    what: Question | Members
    turned: bool = False
    marks: frozenset[str] = frozenset()


Line = list[tuple[date, Asks]]
"""Days from which an atom asks something else, with what it asks, in order."""


class Alike:
    """Finds the first thing that was seen among equal ones, so that its id can stand for it."""

    def __init__(self) -> None:
        self._seen: dict[object, object] = {}

    def number(self, thing: object) -> int:
        """Return a number that equal things share, and others do not."""
        return id(self._seen.setdefault(thing, thing))


class Timelines:
    """What atoms ask in one law.

    Args:
        law: The law.
        alike: Numbers for its parts.
        known: Lines that were worked out for this law or for others; added to.
    """

    def __init__(self, law: Law, alike: Alike, known: dict[object, Line]) -> None:
        self.law = law
        self._alike = alike
        self._known = known
        self._groups = {key: alike.number(group) for key, group in law.groups.items()}
        self._parameters = {key: alike.number(each) for key, each in law.parameters.items()}
        self._aliases = alike.number(law.aliases)
        self._lines: dict[Test | ClassifiedIn, Line] = {}
        self._needs: dict[tuple[str, ...], frozenset[str]] = {}

    def of(self, atom: Test | ClassifiedIn) -> Line:
        """Return the line of an atom; the same one as long as nothing that it rests on changes."""
        if atom in self._lines:
            return self._lines[atom]
        groups, parameters, fact = self._rests_on(atom)
        key = (
            atom,
            tuple(self._groups[name] for name in sorted(groups)),
            tuple(self._parameters[name] for name in sorted(parameters)),
            self._aliases,
            self._alike.number(fact),
        )
        line = self._known.get(key)
        if line is None:
            line = self._known[key] = self._work_out(atom, groups, parameters)
        self._lines[atom] = line
        return line

    def _work_out(
        self, atom: Test | ClassifiedIn, groups: frozenset[str], parameters: frozenset[str]
    ) -> Line:
        days = {date.min}
        for name in groups:
            days |= {day for each in self.law.groups[name].versions for day in each.days()}
        for name in parameters:
            days |= {day for each in self.law.parameters[name].versions for day in each.days()}
        if isinstance(atom, Test) and isinstance(atom.operand, tuple):
            days |= {day for alias in self.law.aliases for day in alias.days()}
        line: Line = []
        for day in sorted(days):
            asks = self._asks(atom, day)
            if not line or line[-1][1] != asks:
                line.append((day, asks))
        return line

    def _asks(self, atom: Test | ClassifiedIn, on: date) -> Asks:
        if isinstance(atom, Test):
            question, turned = resolve(atom, self.law, on)
            return Asks(question, turned)
        scope = scope_on(self.law, atom.scope, on)
        return Asks(paragraphs_of(scope), marks=scope.marks)

    def _rests_on(
        self, atom: Test | ClassifiedIn
    ) -> tuple[frozenset[str], frozenset[str], FactDefinition | None]:
        if isinstance(atom, ClassifiedIn):
            return self._within(atom.scope), frozenset(), None
        fact = self.law.facts[atom.fact]
        parameters = {
            name[1:] for name in (*fact.numerator, *fact.denominator) if name.startswith("$")
        }
        if isinstance(atom.operand, Reference):
            parameters.add(atom.operand.parameter)
        groups = self._within(atom.operand) if isinstance(atom.operand, tuple) else frozenset()
        return groups, frozenset(parameters), fact

    def _within(self, names: tuple[str, ...]) -> frozenset[str]:
        """Return the groups that names stand for, with the groups within them, over all time."""
        if names not in self._needs:
            found: set[str] = set()
            for name in names:
                group = self.law.groups.get(name)
                if group is not None:
                    found.add(name)
                    for version in group.versions:
                        found |= self._within(version.members) | self._within(version.excepted)
            self._needs[names] = frozenset(found)
        return self._needs[names]
