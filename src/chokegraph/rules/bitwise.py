# SPDX-License-Identifier: Apache-2.0
"""The truths of all rules in some hundred rows, as bits: 64 rows in a word, a column for each rule.

A truth is two bits: where it is surely so, and where it may be. All rules of a level are worked
out together (`wiring`), so the number of rows hardly matters. For many thousand states arrays of
truths (`circuit`) serve better; both come to the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from chokegraph.rules.actions import Actions, actions_of
from chokegraph.rules.compile import Program
from chokegraph.rules.effects import Effect
from chokegraph.rules.outcome import Outcome
from chokegraph.rules.wiring import FORMS, Groups, Level, Places, wiring_of
from chokegraph.rules.words import WIDTH, Words, rows_of, turned, whole_words

_ALL = np.uint64((1 << WIDTH) - 1)


class Pair(NamedTuple):
    """Where something surely holds, and where it may."""

    yes: Any
    may: Any


class BitRows(NamedTuple):
    """Rows as bits: words of 64 rows, a column for each clause of a wiring.

    Args:
        kept: The clauses that facts do not make false.
        opened: The clauses that they leave open.
    """

    kept: Words
    opened: Words


class Bitwise:
    """The truths of all rules in some rows, and what follows from them.

    Args:
        program: The law.
        rows: The rows.
        strict: Those in which doubted parts of the law count as unknown.

    Attributes:
        yes: Where each rule of the wiring surely holds: words of 64 rows by spots.
        may: Where it may hold.

    Example:
        >>> from chokegraph.rules import load_law
        >>> from chokegraph.rules.compile import compile_law
        >>> program = compile_law(load_law())
        >>> Bitwise(program, laid_out(program, [(0, 0)])).outcomes()[0].licence
        'no'
    """

    def __init__(self, program: Program, rows: BitRows, *, strict: Sequence[int] = ()) -> None:
        self.wiring = wiring = wiring_of(program)
        self.words = words = len(rows.kept)
        self._strict = _strict(strict, words)
        # Where something surely holds comes first, below it where it may.
        self._clauses = np.concatenate([rows.kept & ~rows.opened, rows.kept])
        self._rules = np.empty((2 * words, len(wiring.rules)), dtype=np.uint64)
        self.yes, self.may = self._rules[:words], self._rules[words:]
        self._table = np.empty((2, words, len(FORMS), wiring.targets + 1), dtype=np.uint64)
        self._look(slice(None), Pair(np.uint64(0), np.uint64(0)))
        self._table[..., wiring.nothing] = _ALL
        if self._strict is not None and wiring.unheld.size:
            for target in wiring.unheld.tolist():
                self._look(slice(target, target + 1), Pair(np.uint64(0), self._strict))
        for level in wiring.levels:
            self._settle(level)

    def _settle(self, level: Level) -> None:
        """Work out the rules of a level."""
        clauses = self._clauses[:, level.clauses]
        table = self._table.reshape(len(clauses), -1)
        for links in level.links:
            clauses &= table.take(links, axis=1)
        if level.more.owners.size:
            clauses[:, level.more.owners] &= level.more.all(table)
        np.bitwise_or.reduceat(clauses, level.starts, axis=1, out=self._rules[:, level.rules])
        if self._strict is not None and level.doubted.size:
            self.yes[:, level.doubted] &= ~self._strict
        if level.looked_at.owners.size:
            seen = level.looked_at.any(self._rules)
            sure, perhaps = seen[: self.words], seen[self.words :]
            # A classification counts only where it is surely met.
            perhaps[:, level.scopes] = sure[:, level.scopes]
            if self._strict is not None and level.marked.size:
                sure[:, level.marked] &= ~self._strict
                perhaps[:, level.marked] |= self._strict
            self._look(level.targets, Pair(sure, perhaps))

    def _look(self, targets: slice, seen: Pair) -> None:
        """Note where links to some targets hold, form by form."""
        planes = {"yes": seen.yes, "may": seen.may, "not yes": ~seen.yes, "no": ~seen.may}
        for number, form in enumerate(FORMS):
            for side, name in enumerate(form):
                self._table[side, :, number, targets] = planes[name]

    def rules(self) -> Iterator[tuple[str, int, int]]:
        """Yield the rules that may hold in the first 64 rows: where surely, and where perhaps."""
        yes, may = self.yes[0], self.may[0]
        places = np.flatnonzero(may)
        names = self.wiring.names
        for spot, sure, perhaps in zip(
            places.tolist(), yes[places].tolist(), may[places].tolist(), strict=True
        ):
            yield names[spot], sure, perhaps

    # -- what follows ---------------------------------------------------------------------------

    @cached_property
    def _actions(self) -> Actions:
        return actions_of(self.wiring)

    @cached_property
    def _standing(self) -> Pair:
        """Hooks and requirements after exclusions, exceptions after restrictions."""
        actions = self._actions
        yes, may = self.yes.copy(), self.may.copy()
        _take_away(yes, may, actions.exclusions, self.yes, self.may)
        _take_away(yes, may, actions.restrictions, self.yes, self.may)
        for regime, requirements in actions.subjected.items():
            subject, perhaps = self._subject(regime, yes, may)
            yes[:, requirements] &= subject[:, None]
            may[:, requirements] &= perhaps[:, None]
        return Pair(yes, may)

    def _subject(self, regime: str, yes: Words, may: Words) -> Pair:
        hooks, releases = self._actions.hooks[regime], self._actions.releases[regime]
        released, perhaps = _any(self.yes, releases), _any(self.may, releases)
        return Pair(_any(yes, hooks) & ~perhaps, _any(may, hooks) & ~released)

    @cached_property
    def _left(self) -> Pair:
        """The requirements that no licence exception overcomes."""
        yes, may = (each.copy() for each in self._standing)
        _take_away(yes, may, self._actions.overcoming, *self._standing)
        return Pair(yes, may)

    def outcomes(self) -> list[Outcome]:
        """Return the outcome of every row, to the end of the last word."""
        first, others = self.differing_from(0)
        found = [first] * (WIDTH * self.words)
        for row, outcome in others:
            found[row] = outcome
        return found

    def differing_from(self, row: int) -> tuple[Outcome, list[tuple[int, Outcome]]]:
        """Return the outcome of a row, and the rows with another one."""
        planes = self._planes()
        bits = np.unpackbits(planes.view(np.uint8), axis=1, bitorder="little")
        others = np.flatnonzero((bits != bits[:, [row]]).any(axis=0))
        keys = np.packbits(bits[:, others].T, axis=1)
        width = keys.shape[1]
        text = keys.tobytes()
        known: dict[bytes, Outcome] = {}
        found = []
        for number, other in enumerate(others.tolist()):
            key = text[number * width : (number + 1) * width]
            outcome = known.get(key)
            if outcome is None:
                outcome = known[key] = self._tell(bits[:, other].tolist())
            found.append((other, outcome))
        return self._tell(bits[:, row].tolist()), found

    def _planes(self) -> Words:
        """Return everything that makes an outcome: a row of words for each."""
        actions = self._actions
        standing_yes, standing_may = self._standing
        stands = _any(standing_yes, actions.requirements)
        may_stand = _any(standing_may, actions.requirements)
        left = _any(self._left[1], actions.requirements)
        subject, perhaps = self._subject("us", standing_yes, standing_may)
        reasons = np.zeros((len(subject), len(actions.codes)), dtype=np.uint64)
        reasons[:, actions.reporting.owners] = actions.reporting.any(standing_yes)
        policies = self._policies(stands & left)
        return np.array([subject, perhaps, stands, may_stand, left, *reasons.T, *policies])

    def _policies(self, needed: Words) -> list[Words]:
        """Return where each of the ranks is the strictest that applies."""
        actions = self._actions
        left, left_may = self._left
        surely = np.zeros((len(needed), len(actions.codes)), dtype=np.uint64)
        perhaps = surely.copy()
        owners = actions.reporting.owners
        surely[:, owners] = actions.reporting.any(left)
        perhaps[:, owners] = actions.reporting.any(left_may & ~left & self._standing[0])
        some = np.bitwise_or.reduce(surely, axis=1)
        stand = surely | perhaps & ~some[:, None]
        holds = np.zeros((len(needed), actions.policies.size), dtype=np.uint64)
        holds[:, actions.concerning.owners] = actions.concerning.any(stand)
        holds &= self.yes.take(actions.policies, axis=1)
        holds[:, actions.overriding.owners] &= ~actions.overriding.any(self.yes)
        found = []
        for _, places in actions.ranks:
            here = needed & _any(holds, places)
            needed = needed & ~here
            found.append(here)
        return found

    def _tell(self, bits: list[int]) -> Outcome:
        subject, perhaps, stands, may_stand, left, *rest = bits
        codes, ranks = self._actions.codes, self._actions.ranks
        licence = ("yes" if left else "exception") if stands else "unknown" if may_stand else "no"
        chosen = zip(ranks, rest[len(codes) :], strict=True)
        return Outcome(
            "yes" if subject else "unknown" if perhaps else "no",
            licence,
            tuple(code for code, there in zip(codes, rest, strict=False) if there),
            next((policy for (policy, _), there in chosen if there), None),
        )


def laid_out(program: Program, effects: Sequence[Effect]) -> BitRows:
    """Return effects on clauses as rows, in the order of the wiring.

    Args:
        program: The law.
        effects: What the rows do; the last word is filled with rows that no clause is left in.
    """
    places, size = wiring_of(program).places, len(program.book.clauses)
    kept = turned(rows_of([kept for kept, _ in effects], size))
    opened = turned(rows_of([opened for _, opened in effects], size))
    return BitRows(kept.take(places, axis=1), opened.take(places, axis=1))


def _strict(rows: Sequence[int], words: int) -> Words | None:
    """Return some of the rows as bits, a word in each row; None for none of them."""
    if not rows:
        return None
    return whole_words([sum(1 << row for row in rows)], words).T


def _any(planes: Words, places: Places) -> Words:
    found: Words = np.bitwise_or.reduce(planes.take(places, axis=1), axis=1)
    return found


def _take_away(yes: Words, may: Words, acting: Groups, actor: Words, perhaps: Words) -> None:
    """Let rules act on others: what is acted on does not hold where an actor holds."""
    if acting.owners.size:
        yes[:, acting.owners] &= ~acting.any(perhaps)
        may[:, acting.owners] &= ~acting.any(actor)
