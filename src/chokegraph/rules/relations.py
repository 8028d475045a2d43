# SPDX-License-Identifier: Apache-2.0
"""Which rules act on which, and which classify into what: it rests on the law's rules alone."""

from __future__ import annotations

from chokegraph.rules.compile import LIVE
from chokegraph.rules.masks import Book, Variant, concerns
from chokegraph.rules.resolve import YES, Members


class Relations:
    """Which rules of a book act on which; it does not depend on rows or days.

    Args:
        book: The book.
    """

    def __init__(self, book: Book) -> None:
        self.book = book
        self.size = len(book.variants)
        self._live = [
            (number, variant)
            for number, variant in enumerate(book.variants)
            if variant.role == LIVE
        ]
        self._known: dict[tuple[str, int], tuple[int, ...]] = {}
        self._within: dict[int, tuple[int, ...]] = {}

    def of(self, kind: str, number: int) -> tuple[int, ...]:
        """Return the rules of a kind that act on a rule: exclusions, exceptions, restrictions."""
        found = self._known.get((kind, number))
        if found is None:
            acted = self.book.variants[number]
            found = self._known[kind, number] = tuple(
                each
                for each, variant in self._live
                if variant.rule.kind == kind and _acts(variant, acted)
            )
        return found

    def within(self, scope: Members) -> tuple[int, ...]:
        """Return the classification rules whose paragraph lies in a scope of a clause."""
        key = id(scope)  # scopes of clauses live as long as the book, so an id is a name
        found = self._within.get(key)
        if found is None:
            found = self._within[key] = tuple(
                number
                for number, variant in self._live
                if variant.rule.kind == "classification"
                and scope.covers(variant.version.eccn) == YES
            )
        return found


def _acts(variant: Variant, other: Variant) -> bool:
    code, version = other.rule.code, variant.version
    match variant.rule.kind:
        case "exclusion":
            return code in version.removes or other.rule.id in version.removes
        case "exception":
            return concerns(version.overcomes, code)
        case _:
            return concerns(version.bars, code) and code not in version.spares


def relations_of(book: Book) -> Relations:
    """Return the relations between the rules that a book has now."""
    if book.relations is None or book.relations.size != len(book.variants):
        book.relations = Relations(book)
    found: Relations = book.relations
    return found
