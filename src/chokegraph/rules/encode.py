# SPDX-License-Identifier: Apache-2.0
"""From a table of facts to small whole numbers: one code for every value that can matter.

Texts get a code for every distinct text. Numbers and dates get a code for every place between,
and at, the thresholds that the law has had; nothing else about them can matter. Code 0 is always
"unknown", code 1 "not applicable". Numbers stay 64-bit floats until they are compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chokegraph.errors import Finding, FindingsError
from chokegraph.rules.atoms import fact_value
from chokegraph.rules.codebooks import (
    INAPPLICABLE,
    UNKNOWN,
    CodeBook,
    Codes,
    FlagBook,
    NumberBook,
    TextBook,
    narrow,
)
from chokegraph.rules.columns import Column, Encoded, packed
from chokegraph.rules.compile import Program
from chokegraph.rules.dated import live
from chokegraph.rules.model import FactDefinition
from chokegraph.rules.numbers import (
    EPOCH,
    Numbers,
    days_of,
    filled,
    number_of,
    numbers_of,
    quotient_of,
    total_of,
    with_blank,
)
from chokegraph.rules.values import NOT_APPLICABLE, Value


def encode(
    frame: pl.DataFrame, program: Program, *, blanks: Mapping[str, Value] | None = None
) -> Encoded:
    """Encode a table of facts.

    Args:
        frame: A column `as_of` (date), and one for each fact that is given: flags as Boolean,
            numbers as Float64 (null unknown, NaN not applicable) or as two columns `<fact>__low`
            and `<fact>__high`, dates as Date, texts as String ("n/a": not applicable), sets as
            String joined with ";" ("": the empty set). Null is unknown. Columns that are not facts
            of the law are left alone.
        program: The compiled law; it says which thresholds can matter.
        blanks: Values of facts for rows, or whole tables, that do not give them. Facts that are
            derived stay derived. Facts that the table has no column for cost nothing per row.

    Returns:
        The codes.

    Raises:
        FindingsError: If `as_of` is missing or has nulls, or a column has a type that does not fit.

    Example:
        >>> from datetime import date
        >>> from chokegraph.rules import load_law
        >>> from chokegraph.rules.compile import compile_law
        >>> table = pl.DataFrame({"as_of": [date(2024, 1, 1)], "origin": ["US"]})
        >>> encode(table, compile_law(load_law())).rows
        1
    """
    return _Encoder(frame, program, blanks or {}).encoded()


class _Encoder:
    def __init__(self, frame: pl.DataFrame, program: Program, blanks: Mapping[str, Value]) -> None:
        self.frame = frame
        self.program = program
        self.facts = program.law.facts
        self.blanks = {
            name: value for name, value in blanks.items() if not self.facts[name].derived
        }
        self.given = set(frame.columns)
        self.findings: list[Finding] = []
        self._codes: dict[str, Codes | None] = {}
        self._numbers: dict[str, Numbers | None] = {}
        self.days = self._days()

    def encoded(self) -> Encoded:
        """Return the codes of all facts that the law asks about."""
        singles: list[Column] = []
        constants: dict[str, Value] = {}
        for name in self.program.facts:
            if not self._given(name) and not self._by_day(name):
                value = fact_value(self.blanks, self.facts[name], self.program.law, date.min)
                if value is not None:
                    constants[name] = value
                continue
            codes = self.codes(name)
            if codes is None:
                continue
            book = self.book(name)
            if self._is_constant(name, codes):
                constants[name] = book.value(int(codes[0]))
            else:
                singles.append(Column((name,), (book,), (), codes))
        if self.findings:
            raise FindingsError(self.findings, title="table of facts")
        return Encoded(self.frame.height, self.days, tuple(packed(singles)), constants)

    def _given(self, name: str) -> bool:
        """Return whether the table says anything of a fact, or of what it is derived from."""
        fact = self.facts[name]
        parts = fact.parts
        return not self.given.isdisjoint((name, f"{name}__low")) or any(
            self._given(part) for part in parts if part[:1] != "$"
        )

    def _by_day(self, name: str) -> bool:
        """Return whether a fact that is not given depends on the day: on a parameter of the law."""
        fact = self.facts[name]
        parts = (*fact.numerator, *fact.denominator)
        known = [self.blanks.get(part) for part in parts if part[:1] != "$"]
        return len(known) < len(parts) and None not in known and NOT_APPLICABLE not in known

    def _is_constant(self, name: str, codes: Codes) -> bool:
        """Return whether all rows have one code; a fact that once differed counts as differing."""
        varying = self.program.book.varying
        if name not in varying and len(codes) and not (codes != codes[0]).any():
            return True
        varying.add(name)
        return False

    def book(self, name: str) -> CodeBook:
        """Return the code book of a fact: shared by all laws with the same thresholds."""
        fact = self.facts[name]
        books = self.program.book.codebooks
        root = self.family(name)
        if fact.kind:
            key: tuple[Any, ...] = (root, fact.is_set)
            return books.setdefault(key, TextBook(is_set=fact.is_set))  # type: ignore[no-any-return]
        if fact.type == "flag":
            return books.setdefault((name,), FlagBook())  # type: ignore[no-any-return]
        dated = fact.type == "date"
        edges = tuple(sorted(number_of(edge) for edge in self.program.book.edges.get(name, ())))
        return books.setdefault((name, edges), NumberBook(edges, dated=dated))  # type: ignore[no-any-return]

    def family(self, name: str) -> str:
        """Return the fact whose code book a fact shares: the first-of fact that it is part of."""
        for fact in self.facts.values():
            if name in fact.first_of:
                return self.family(fact.id)
        return name

    def _days(self) -> NDArray[np.int32]:
        if "as_of" not in self.given:
            message, fix = "there is no column 'as_of'", "give the day of each row"
            raise FindingsError([Finding(message, fix)], title="table of facts")
        days = self.frame["as_of"]
        if days.null_count() or days.dtype not in (pl.Date, pl.Datetime):
            fix = "give a date for every row"
            raise FindingsError(
                [Finding("'as_of' must be a date in every row", fix)], title="table of facts"
            )
        return days.cast(pl.Date).to_physical().to_numpy()

    # -- codes ----------------------------------------------------------------------------------

    def codes(self, name: str) -> Codes | None:
        """Return the codes of a fact; None if nothing in the table says anything of it."""
        if name not in self._codes:
            self._codes[name] = self._make(name)
        return self._codes[name]

    def _make(self, name: str) -> Codes | None:
        fact = self.facts[name]
        if fact.type == "number" and not fact.first_of:
            numbers = self.numbers(name)
            book = self.book(name)
            return None if numbers is None else book.encode(numbers)  # type: ignore[arg-type]
        own = self._own(name)
        if not fact.first_of:
            return own
        codes = self._first(own, [self._part(part, name) for part in fact.first_of])
        return None if codes is None else narrow(codes, self.book(name).size)

    def _own(self, name: str) -> Codes | None:
        book = self.book(name)
        blank = self.blanks.get(name)
        if isinstance(book, NumberBook):
            numbers = self._own_days(name) if book.dated else self.numbers(name)
            return None if numbers is None else book.encode(numbers)
        if name not in self.given:
            rows = self.frame.height
            return None if blank is None else np.full(rows, book.code(blank), dtype=np.int32)
        try:
            codes = book.encode(self.frame[name])
        except pl.exceptions.PolarsError as error:
            message = f"column '{name}' does not fit a {self.facts[name].type}: {error}"
            self.findings.append(Finding(message, "see the layout of the table", column=name))
            return None
        if blank is not None:
            codes = narrow(np.where(codes == UNKNOWN, book.code(blank), codes), book.size)
        return codes

    def _own_days(self, name: str) -> Numbers | None:
        blank = self.blanks.get(name)
        numbers = days_of(self.frame[name]) if name in self.given else None
        return numbers if blank is None else with_blank(numbers, blank, self.frame.height)

    def _part(self, part: str, whole: str) -> Codes | None:
        """Codes of a part of a first-of fact, in the code book of the whole."""
        shared = self.book(whole)
        if shared is self.book(part) or not isinstance(shared, NumberBook):
            return self.codes(part)
        numbers = self._own_days(part) if shared.dated else self.numbers(part)
        return None if numbers is None else shared.encode(numbers)

    @staticmethod
    def _first(own: Codes | None, parts: list[Codes | None]) -> Codes | None:
        """Own value if known; else the first part known and applicable; else the last part."""
        if own is None and all(part is None for part in parts):
            return None
        chosen: Codes | None = parts[-1]
        for part in reversed(parts[:-1]):
            if part is None:
                continue
            chosen = (
                np.where(part > INAPPLICABLE, part, UNKNOWN)
                if chosen is None
                else np.where(part > INAPPLICABLE, part, chosen)
            )
        if own is None:
            return chosen
        return own if chosen is None else np.where(own != UNKNOWN, own, chosen)

    # -- numbers --------------------------------------------------------------------------------

    def numbers(self, name: str) -> Numbers | None:
        """Return the numbers of a fact, derived where the table does not give them."""
        if name not in self._numbers:
            fact = self.facts[name]
            own = self._given_numbers(name)
            derived = self._derived(fact) if fact.numerator or fact.sum_of else None
            if own is not None and derived is not None:
                own = filled(own, derived)
            self._numbers[name] = own if own is not None else derived
        return self._numbers[name]

    def _given_numbers(self, name: str) -> Numbers | None:
        low, high = f"{name}__low", f"{name}__high"
        numbers = None
        try:
            if name in self.given:
                numbers = numbers_of(self.frame[name], self.frame[name])
            elif low in self.given and high in self.given:
                numbers = numbers_of(self.frame[low], self.frame[high])
        except pl.exceptions.PolarsError as error:
            message = f"column '{name}' does not fit a number: {error}"
            self.findings.append(Finding(message, "see the layout of the table", column=name))
        blank = self.blanks.get(name)
        return numbers if blank is None else with_blank(numbers, blank, self.frame.height)

    def _derived(self, fact: FactDefinition) -> Numbers | None:
        if fact.sum_of:
            parts = [self.numbers(name) for name in fact.sum_of]
            if all(part is None for part in parts):
                return None
            return total_of(parts, self.frame.height)
        given = [name for name in (*fact.numerator, *fact.denominator) if name[:1] != "$"]
        if all(self.numbers(name) is None for name in given):
            return None
        above = [self._factor(name) for name in fact.numerator]
        below = [self._factor(name) for name in fact.denominator]
        if any(each is None for each in (*above, *below)):
            # A part that no row gives: unknown, but for rows where another part is n/a.
            known = [each for each in (*above, *below) if each is not None]
            if not known or not any(each.inapplicable.any() for each in known):
                return None
            inapplicable = np.logical_or.reduce([each.inapplicable for each in known])
            blank = np.zeros(self.frame.height)
            return Numbers(blank, blank, ~inapplicable, inapplicable)
        return quotient_of([e for e in above if e is not None], [e for e in below if e is not None])

    def _factor(self, name: str) -> Numbers | None:
        if not name.startswith("$"):
            return self.numbers(name)
        versions = self.program.law.parameters[name[1:]].versions
        days = self.program.days
        values = np.full(len(days) + 1, np.nan)
        for vintage in range(len(values)):
            version = live(versions, self.program.day_of(vintage))
            if version is not None and not isinstance(version.value, date):
                values[vintage] = version.value
        starts = np.array([(day - EPOCH).days for day in days], dtype=np.int32)
        value = values[np.searchsorted(starts, self.days, side="right")]
        unknown = np.isnan(value)
        return Numbers(value, value, unknown, np.zeros_like(unknown))
