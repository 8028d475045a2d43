# SPDX-License-Identifier: Apache-2.0
"""Bills of materials meet the rows of a file: US content by item, destination and day."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date

import polars as pl

from chokegraph.errors import Finding, FindingsError
from chokegraph.rules.bom import Bom
from chokegraph.rules.conditions import suggestion
from chokegraph.rules.de_minimis import Controlled, controlled_by, roll_up
from chokegraph.rules.framing import Framed
from chokegraph.rules.model import Law

FACTS = ("us_content_pct__low", "us_content_pct__high", "contains_us_ic")


_SHOWN = 20
"""How many items are named."""


class BomJoin:
    """Adds the controlled US content of each row's item; an enricher of `determine_file`.

    A row names its item in the column `item`. Where the file has no such column, the bill of
    materials must have one item at its top, which every row is then about. What is controlled
    depends on the law of the row's day; it is worked out once for each state of the law.

    Args:
        bom: The bill of materials.
        law: The law that says what is controlled.

    Example:
        >>> from chokegraph.rules import load_law
        >>> from chokegraph.rules.bom import make_bom
        >>> lines = pl.DataFrame({
        ...     "parent": ["", "tool"], "child": ["tool", "pump"], "quantity": ["1", "3"],
        ...     "value": ["100", "10"], "eccn": ["3B991", "3B001.b"], "origin": ["DE", "US"],
        ...     "kind": ["commodity", "commodity"]})
        >>> join = BomJoin(make_bom(lines), load_law())
        >>> facts = pl.DataFrame({"as_of": [date(2024, 1, 1)], "destination": ["CN"]})
        >>> content, _ = join(Framed(facts, pl.DataFrame({"item": ["tool"]})))
        >>> content["us_content_pct__high"][0] <= 30
        True
    """

    def __init__(self, bom: Bom, law: Law) -> None:
        self.bom = bom
        self.law = law
        self.days = law.days
        self.items = [bom.names[root] for root in bom.roots]
        self._tests: dict[int, Controlled] = {}
        self._found: dict[tuple[int, str], pl.DataFrame] = {}
        self._missing: set[str | None] = set()
        self._own: set[str] = set()

    def __call__(self, framed: Framed) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return the content facts of a batch."""
        facts = framed.facts
        self._note(framed)
        places = [n for n in ("known_final_destination", "destination") if n in facts.columns]
        given = facts.select(pl.col(name).cast(pl.String) for name in places)
        texts = given.select(pl.when(pl.col(n) != "n/a").then(pl.col(n)).alias(n) for n in places)
        wanted = facts.select("as_of").with_columns(
            self._items(framed),
            texts.select(pl.coalesce(places).alias("destination"))["destination"],
        )
        days = wanted["as_of"].unique().to_list()
        state = {day: bisect_right(self.law.days, day) for day in days}
        wanted = wanted.with_columns(
            pl.col("as_of").replace_strict(state, return_dtype=pl.Int64).alias("state")
        )
        parts = [
            self._content(number, place).with_columns(pl.lit(number, dtype=pl.Int64).alias("state"))
            for number, place in wanted.select("state", "destination").unique().iter_rows()
            if place is not None
        ]
        if not parts:
            return pl.DataFrame(), pl.DataFrame()
        joined = wanted.join(
            pl.concat(parts), on=["item", "destination", "state"], how="left", maintain_order="left"
        )
        return joined.select(FACTS), pl.DataFrame()

    @property
    def findings(self) -> list[Finding]:
        """What the rows so far and the bill do not agree on, as warnings."""
        known = f"items of the bill: {', '.join(self.items[:_SHOWN])}"
        found = []
        for item in sorted(self._missing, key=str)[:_SHOWN]:
            whom = f"the item '{item}' is not at the top of" if item else "rows name no item of"
            message = f"{whom} the bill of materials; US content of such rows is not worked out"
            fix = (suggestion(item, self.items) if item else "") or known
            found.append(Finding(message, fix, column="item", severity="warning"))
        if len(self._missing) > _SHOWN:
            more = f"{len(self._missing) - _SHOWN} more items are not in the bill of materials"
            found.append(Finding(more, column="item", severity="warning"))
        if self._own:
            named = ", ".join(f"'{item}'" for item in sorted(self._own)[:_SHOWN])
            message = f"rows state a US content of their own, which goes before the bill's: {named}"
            fix = "leave us_content_pct blank where the bill is to say it"
            found.append(Finding(message, fix, column="us_content_pct", severity="warning"))
        return found

    def _note(self, framed: Framed) -> None:
        """Note which items the bill lacks, and for which a row has content of its own."""
        items = self._items(framed)
        facts = framed.facts
        there = items.is_in(self.items).fill_null(value=False)
        self._missing |= set(items.filter(~there).unique())
        for name in ("us_content_pct", *FACTS[:2]):
            if name in facts.columns:
                self._own |= set(items.filter(facts[name].is_not_null() & there).unique())

    def _items(self, framed: Framed) -> pl.Series:
        if "item" in framed.texts.columns:
            return framed.texts["item"]
        if len(self.items) == 1:
            return pl.Series("item", self.items).new_from_index(0, framed.facts.height)
        message = f"the bill of materials has {len(self.items)} items at its top"
        fix = "add a column 'item' to the file that says which one a row is about"
        raise FindingsError([Finding(message, fix)], title="bill of materials")

    def _content(self, state: int, destination: str) -> pl.DataFrame:
        """Return the content of all items for a destination under one state of the law."""
        if (state, destination) not in self._found:
            day = self.law.days[state - 1] if state else date.min
            if state not in self._tests:
                self._tests[state] = controlled_by(self.law, day)
            found = roll_up(self.bom, [destination], self.law, day, controlled=self._tests[state])
            self._found[state, destination] = found.table.select("item", "destination", *FACTS)
        return self._found[state, destination]
