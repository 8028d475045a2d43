# SPDX-License-Identifier: Apache-2.0
"""Groups on a day: who is in them, and whether a value is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from chokegraph.rules.dated import live
from chokegraph.rules.model import GroupKind, Law
from chokegraph.rules.truth import FALSE, TRUE, UNKNOWN, Truth, all_of, any_of, known, negation

_ANY = "*"


@dataclass(frozen=True)
class Scope:
    """Names and groups, resolved on a day.

    Args:
        parts: Pairs of members and exceptions; a value is in the scope if it is in one pair's
            members and not in its exceptions. Exceptions are scopes themselves.
        marks: "id [mark]" of the group versions used whose confidence is C or ?.
    """

    literals: frozenset[str]
    groups: tuple[tuple[Scope, Scope], ...]
    marks: frozenset[str]

    def covers(self, value: str, kind: GroupKind) -> Truth:
        """Return whether a value is in the scope.

        Args:
            value: A country, ECCN or code.
            kind: Which of these it is; only ECCNs can be covered in part.
        """
        key = (value, kind)
        if key not in self._known:
            self._known[key] = self._covers(value, kind)
        return self._known[key]

    def _covers(self, value: str, kind: GroupKind) -> Truth:
        own = self._covers_eccn(value) if kind == "eccn" else known(value in self.literals)
        if own is TRUE or not self.groups:
            return own
        inner = any_of(
            all_of([members.covers(value, kind), negation(excepted.covers(value, kind))])
            for members, excepted in self.groups
        )
        return any_of([own, inner])

    def _covers_eccn(self, value: str) -> Truth:
        """As `covers` for each member, by the prefixes of the value instead of by the members."""
        parts = value.split(".")
        prefixes = {".".join(parts[:length]) for length in range(1, len(parts) + 1)}
        if not self.literals.isdisjoint(prefixes) or value.startswith(self._beginnings):
            return TRUE
        return UNKNOWN if value in self._above else FALSE

    @cached_property
    def _known(self) -> dict[tuple[str, GroupKind], Truth]:
        return {}

    @cached_property
    def _beginnings(self) -> tuple[str, ...]:
        return tuple(member[:-1] for member in self.literals if member.endswith(_ANY))

    @cached_property
    def _above(self) -> frozenset[str]:
        """Entries and paragraphs above a member, which are covered in part only."""
        found = set()
        for member in self.literals:
            parts = member.split(".")
            found |= {".".join(parts[:length]) for length in range(1, len(parts))}
        return frozenset(found)


def covers(member: str, value: str) -> Truth:
    """Return whether a member of an ECCN scope covers a value.

    Args:
        member: An ECCN or paragraph, or the beginning of ECCNs with "*".
        value: An ECCN as somebody states it.

    Returns:
        True for the paragraph and those below it; unknown for an entry above it, because the
        paragraph was not stated; else false.

    Example:
        >>> covers("3B001.d", "3B001.d.8"), covers("3B001.d", "3B001"), covers("3B*", "3B991")
        (<Truth.TRUE: 2>, <Truth.UNKNOWN: 1>, <Truth.TRUE: 2>)
        >>> covers("3B001.d", "3B001.c")
        <Truth.FALSE: 0>
    """
    if member.endswith(_ANY):
        return TRUE if value.startswith(member[:-1]) else FALSE
    if value == member or value.startswith(member + "."):
        return TRUE
    return UNKNOWN if member.startswith(value + ".") else FALSE


def scope_on(law: Law, names: tuple[str, ...], on: date) -> Scope:
    """Resolve names (group ids or literals) on a day.

    A group without a version on that day is empty.
    """
    return _scope(_Key(law), names, on)


class _Key:
    """A law as a key of a cache: by identity, which is cheap, and safe because it is frozen."""

    def __init__(self, law: Law) -> None:
        self.law = law

    def __hash__(self) -> int:
        return id(self.law)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.law is self.law


@lru_cache(maxsize=200_000)
def _scope(key: _Key, names: tuple[str, ...], on: date) -> Scope:
    law = key.law
    literals = {name for name in names if name not in law.groups}
    groups = []
    marks: set[str] = set()
    for name in names:
        if name not in law.groups:
            continue
        version = live(law.groups[name].versions, on)
        if version is None:
            continue
        members = _scope(key, version.members, on)
        excepted = _scope(key, version.excepted, on)
        marks |= members.marks | excepted.marks
        if version.doubted:
            marks.add(f"{name} [{version.confidence}]")
        if version.excepted or members.groups:
            groups.append((members, excepted))
        else:
            literals |= members.literals
    return Scope(frozenset(literals), tuple(groups), frozenset(marks))


def alias_on(law: Law, value: str, kind: GroupKind, on: date, regime: str) -> tuple[str, str]:
    """Return the code that a code counts as, and the mark of that alias ("" if none).

    Example:
        >>> from datetime import date
        >>> from chokegraph.rules import load_law
        >>> alias_on(load_law(), "TW", "country", date(2024, 1, 1), "us")
        ('TW', '')
    """
    for alias in law.aliases_of.get((value, kind, regime), ()):
        if alias.live_on(on):
            mark = f"{alias.id} [{alias.confidence}]" if alias.doubted else ""
            return alias.means, mark
    return value, ""
