# SPDX-License-Identifier: Apache-2.0
"""One decision per state: the columns of the result, worked out for many states at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chokegraph.rules.circuit import LICENCE, Sense
from chokegraph.rules.clauses import Planes, planes_of
from chokegraph.rules.compile import Program
from chokegraph.rules.levels import State
from chokegraph.rules.machine import Machine
from chokegraph.rules.masks import concerns
from chokegraph.rules.outcome import SUBJECT, Core, by_code
from chokegraph.rules.patterns import Patterns, Where
from chokegraph.rules.resolve import MAYBE, YES
from chokegraph.rules.results import RESULTS, Words, joined
from chokegraph.rules.waiting import Marks, Missing

LISTS = (
    "hooks", "hooks_possible", "reasons", "reasons_possible", "outcomes", "exceptions",
    "exceptions_possible", "flags", "classified", "missing", "marks", "citations", "fired",
)  # fmt: skip
COLUMNS = (
    "subject", "hooks", "hooks_possible", "licence", "reasons", "reasons_possible", "outcomes",
    "exceptions", "exceptions_possible", "policy", "flags", "classified", "classification",
    "missing", "marks", "citations", "fired",
)  # fmt: skip
_BATCH = 1 << 13


def decide_states(program: Program, machine: Machine, states: Sequence[State]) -> pl.DataFrame:
    """Return the decision for each state.

    Args:
        program: The law.
        machine: Where the states come from.
        states: Last states of that machine.

    Returns:
        One row per state, with the columns `COLUMNS`.
    """
    book = program.book
    parts = [
        planes_of(
            states[start : start + _BATCH], len(book.clauses), machine.missing_bits, book.mark_tags
        )
        for start in range(0, len(states), _BATCH)
    ]
    return table_of_planes(program, machine.missing, parts)


def table_of_planes(
    program: Program, missing: list[tuple[int, int]], parts: Sequence[Planes]
) -> pl.DataFrame:
    """Return the decision for each state of several parts.

    Args:
        program: The law.
        missing: Pairs of a tag and clauses, for facts that are unknown in every state.
        parts: The clauses of the states.
    """
    tables = [_table(_Answers(program, missing, planes).columns()) for planes in parts]
    if not tables:
        none = np.zeros(0, dtype=np.int64)
        tables = [_table({name: Patterns[Any]([], none) for name in COLUMNS})]
    return pl.concat(tables)


def words_of_planes(program: Program, missing: list[tuple[int, int]], planes: Planes) -> Words:
    """Return the decision for each state in words, which takes less than a table.

    Args:
        program: The law.
        missing: Pairs of a tag and clauses, for facts that are unknown in every state.
        planes: The clauses of the states.
    """
    columns = _Answers(program, missing, planes).columns()
    return {
        name: (
            [joined(name, each) if name in LISTS else each or "" for each in columns[name].values],
            columns[name].places,
        )
        for name in RESULTS
    }


class _Answers(Core):
    def __init__(self, program: Program, missing: list[tuple[int, int]], planes: Planes) -> None:
        super().__init__(program, planes)
        self.missing = missing
        self.position = program.position
        self.book = program.book
        self.doubting = Sense(self.clauses, strict=True)

    def columns(self) -> dict[str, Patterns[Any]]:
        """Return all columns."""
        sense = self.sense
        hooks = [(v.rule.code, sense.hook(n)) for n, v in sense.of("hook")]
        needs = [(v.rule.code, sense.standing(n)) for n, v in sense.of("requirement")]
        exceptions = self._exceptions()
        possible = self._lists(_less(exceptions, MAYBE))
        policy, policy_rule = self.policy()
        self.decides = self._deciding(exceptions, policy_rule)
        classified = by_code(
            (v.version.eccn, sense.truth(n) == YES) for n, v in sense.of("classification")
        )
        return {
            "subject": Patterns(list(SUBJECT), self.subject),
            "hooks": self._lists(by_code((c, t == YES) for c, t in hooks)),
            "hooks_possible": self._lists(_less(hooks, MAYBE)),
            "licence": Patterns(list(LICENCE), self.licence),
            "reasons": self._lists(self.reasons),
            "reasons_possible": self._lists(_less(needs, MAYBE)),
            "outcomes": self._lists(self._outcomes()),
            "exceptions": self._lists(by_code((c, t == YES) for c, t in exceptions)),
            "exceptions_possible": possible,
            "policy": Patterns.spread(policy),
            "flags": self._lists(
                by_code((v.rule.code, sense.truth(n) == YES) for n, v in sense.of("flag"))
            ),
            "classified": self._lists(classified),
            "classification": Patterns.spread(self._classification()),
            "missing": self._missing(possible),
            "marks": self._marks(),
            "citations": self._citations(),
            "fired": Patterns.lists(self._fired(), self.clauses.count),
        }

    # -- lists of codes -------------------------------------------------------------------------

    def _lists(self, codes: dict[str, Where]) -> Patterns[tuple[str, ...]]:
        return Patterns.lists(sorted(codes.items()), self.clauses.count)

    def _exceptions(self) -> list[tuple[str, NDArray[np.uint8]]]:
        """Exceptions that overcome a reason, by how available they are."""
        found = []
        for number, variant in self.sense.of("exception"):
            useful = np.zeros(self.clauses.count, dtype=bool)
            for code, where in self.reasons.items():
                if concerns(variant.version.overcomes, code):
                    useful |= where
            found.append((variant.rule.code, self.sense.available(number) * useful))
        return found

    # -- single columns -------------------------------------------------------------------------

    def _outcomes(self) -> dict[str, Where]:
        sense = self.sense
        found = [
            (self.book.variants[number].version.outcome, where)
            for number, where in self._effective().items()
            if self.book.variants[number].version.outcome
        ]
        for number, variant in sense.of("shadow"):
            stands = sense.standing(number) == YES
            if variant.rule.code in self.reasons:
                stands &= ~self.reasons[variant.rule.code]
            code = variant.version.shadow_code or f"SHADOW_{variant.role.upper()}"
            found.append((code, stands))
        return by_code(found)

    def _effective(self) -> dict[int, Where]:
        """Exclusions that hold and remove something that would hold without them."""
        sense = self.sense
        would: list[tuple[str, str, Where]] = []
        hooked: dict[str, NDArray[np.uint8]] = {}
        for number, variant in sense.of("hook"):
            truth = sense.truth(number)
            would.append((variant.rule.code, variant.rule.id, truth == YES))
            regime = variant.rule.regime
            hooked[regime] = np.maximum(hooked[regime], truth) if regime in hooked else truth
        for number, variant in sense.of("requirement"):
            truth = sense.truth(number)
            if variant.version.needs_subject:
                regime = variant.rule.regime
                bare = np.minimum(hooked.get(regime, sense.none), YES - sense.released(regime))
                truth = np.minimum(truth, bare)
            would.append((variant.rule.code, variant.rule.id, truth == YES))
        found: dict[int, Where] = {}
        for number, variant in sense.of("exclusion"):
            removes = variant.version.removes
            hits = [where for code, name, where in would if code in removes or name in removes]
            if hits:
                found[number] = (sense.truth(number) == YES) & np.logical_or.reduce(hits)
        return found

    def _classification(self) -> list[str]:
        def holds(kind: str) -> Where:
            wheres = [self.sense.truth(number) == YES for number, _ in self.sense.of(kind)]
            held: Where = np.logical_or.reduce([*wheres, np.zeros_like(self.yes)])
            return held

        words = np.full(self.clauses.count, "not checked", dtype=object)
        words[holds("classification")] = "only engine"
        words[holds("stated")] = "differs"
        words[holds("fits")] = "agrees"
        return words.tolist()

    # -- why ------------------------------------------------------------------------------------

    def _missing(self, exceptions_possible: Patterns[tuple[str, ...]]) -> Patterns[tuple[str, ...]]:
        open_ = self.subject == MAYBE
        wanted = open_ | (self.licence == LICENCE.index("unknown"))
        wanted |= np.array([bool(e) for e in exceptions_possible.values])[
            exceptions_possible.places
        ]
        missing = Missing(self.clauses, self.sense, self.missing)
        return missing.of(wanted, subject=open_)

    def _marks(self) -> Patterns[tuple[str, ...]]:
        other = (self.doubting.licence() != self.licence) | (
            self.doubting.subject("us") != self.subject
        )
        return Marks(self.clauses, self.sense, self.doubting).of(other)

    def _deciding(
        self, exceptions: list[tuple[str, NDArray[np.uint8]]], policy_rule: list[int]
    ) -> list[tuple[int, Where]]:
        """Return the rules whose citations are given, in the law's order."""
        sense = self.sense
        unknown = self.licence == LICENCE.index("unknown")
        useful = by_code((code, truth == YES) for code, truth in exceptions)
        decides: list[tuple[int, Where]] = [
            (number, sense.hook(number) == YES) for number, _ in sense.of("hook")
        ]
        decides += self._effective().items()
        for number, _ in sense.of("requirement"):
            standing = sense.standing(number)
            decides.append((number, (standing == YES) | (unknown & (standing == MAYBE))))
        for number, variant in sense.of("exception"):
            there = useful.get(variant.rule.code)
            if there is not None:
                decides.append((number, there & (sense.available(number) == YES)))
        chosen = np.array(policy_rule)
        decides += [(number, chosen == number) for number in set(policy_rule) if number >= 0]
        return decides

    def _in_order(self, decides: list[tuple[int, Where]]) -> list[tuple[int, Where]]:
        return sorted(decides, key=lambda each: self.position[self.book.variants[each[0]].rule.id])

    def _citations(self) -> Patterns[tuple[str, ...]]:
        cites = [
            (self.book.variants[number].version.cite, where)
            for number, where in self._in_order(self.decides)
        ]
        several = Patterns.lists(cites, self.clauses.count)
        return several.mapped(lambda each: tuple(dict.fromkeys(each)))

    def _fired(self) -> list[tuple[str, Where]]:
        """Rules that the answer rests on and that hold, in the law's order."""
        sense = self.sense
        fired = [(number, where & (sense.truth(number) == YES)) for number, where in self.decides]
        for kind in ("release", "flag", "classification"):
            fired += [(number, sense.truth(number) == YES) for number, _ in sense.of(kind)]
        return [
            (self.book.variants[number].rule.id, where) for number, where in self._in_order(fired)
        ]


def _less(each: Sequence[tuple[str, NDArray[np.uint8]]], level: int) -> dict[str, Where]:
    """Return where each code is at a level but not sure."""
    sure = by_code((code, truth == YES) for code, truth in each)
    perhaps = by_code((code, truth == level) for code, truth in each)
    return {code: where & ~sure[code] for code, where in perhaps.items()}


def _table(columns: dict[str, Patterns[Any]]) -> pl.DataFrame:
    return pl.DataFrame({name: _series(name, columns[name]) for name in COLUMNS})


def _series(name: str, found: Patterns[Any]) -> pl.Series:
    """Return a column; each distinct value is made once."""
    lists = name in LISTS
    values = [list(value) for value in found.values] if lists else found.values
    distinct = pl.Series(name, values, dtype=pl.List(pl.String) if lists else pl.String())
    return distinct.gather(found.places) if len(distinct) else distinct
