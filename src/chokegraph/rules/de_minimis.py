# SPDX-License-Identifier: Apache-2.0
"""US-origin controlled content of foreign-made items, by destination (Supp. No. 2 to part 734).

A US-origin part counts with its whole value if it would itself need a licence to the destination,
as the engine decides; content that could go under licence exception GBS does not count. A
foreign-made assembly counts with the US parts inside it, unless it is a discrete product that was
bought as such. Software that is bundled with hardware counts only if it is EAR99 or controlled for
anti-terrorism alone; other software, and technology, is analysed under its own ECCN. What is not
known makes an interval, never a zero: an origin, an ECCN, a kind, whether a product is discrete,
whether software is bundled. Sums are exact: what is 25 % to the last digit is not above 25 %.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import accumulate
from typing import Any

import numpy as np
import polars as pl

from chokegraph.rules.bom import NO, NOT_SAID, YES, Bom, Flags, Integers
from chokegraph.rules.bom_lines import HOME
from chokegraph.rules.completing import completed
from chokegraph.rules.counting import Bounds, Parts, parts_of, worth
from chokegraph.rules.decision import evaluate
from chokegraph.rules.exact import PERCENT, Scaled, Wholes, add, decimals, fraction, percent, scaled
from chokegraph.rules.model import Law

Controlled = Callable[[str, str], tuple[float, float]]
"""From an ECCN ("" if unknown) and a destination to 0 or 1, as lower and upper bound."""

_NOT_COUNTED = "GBS"
_CONTRIBUTION = {
    "part": pl.String,
    "eccn": pl.String,
    "quantity": pl.Float64,
    "value": pl.Float64,
    "pct": pl.Float64,
    "sure": pl.Boolean,
}
_SAID = {YES: True, NO: False, NOT_SAID: None}


@dataclass(frozen=True)
class Content:
    """The controlled US content of the items of a bill of materials.

    Args:
        table: One row for each item and destination: `item`, `destination`,
            `us_content_pct__low`, `us_content_pct__high`, `contains_us_ic` (null if not known),
            `apart`: parts stated to be software or technology that are, or may be, of US origin
            and to be looked at under their own ECCN.
    """

    table: pl.DataFrame


def controlled_by(law: Law, on: date) -> Controlled:
    """Return the test of whether a US-origin part would need a licence if it were sent alone.

    Args:
        law: The law.
        on: The day.

    Returns:
        A function of ECCN and destination; answers are kept.
    """
    known: dict[tuple[str, str], tuple[float, float]] = {}

    def controlled(eccn: str, destination: str) -> tuple[float, float]:
        key = (eccn, destination)
        if key not in known:
            row = {"eccn": eccn or None, "origin": HOME, "destination": destination}
            known[key] = _bounds(evaluate(completed(row, law), law, on))
        return known[key]

    return controlled


def _bounds(decision: Any) -> tuple[float, float]:  # noqa: ANN401 - a Decision or its like
    if decision.licence == "unknown":
        return 0.0, 1.0
    if decision.licence == "no":
        return 0.0, 0.0
    free = decision.licence == "exception" and _NOT_COUNTED in decision.exceptions
    return (0.0, 0.0) if free else (1.0, 1.0)


def roll_up(
    bom: Bom,
    destinations: Sequence[str],
    law: Law,
    on: date,
    *,
    controlled: Controlled | None = None,
) -> Content:
    """Compute the controlled US content of every item for every destination.

    Args:
        bom: The bill of materials.
        destinations: Countries, ISO 3166-1 alpha-2.
        law: The law that says what is controlled to where.
        on: The day.
        controlled: Another test of whether a part is controlled; default: the engine's.

    Returns:
        The content, in percent of each item's value, as an interval.
    """
    test = controlled or controlled_by(law, on)
    parts = parts_of(bom, law, on)
    has_ic = _contains_us_circuit(bom, parts)
    exact = scaled(bom, np.where(parts.home.perhaps, worth(bom), 0.0))
    frames = []
    for kind in sorted({bom.kind[root] for root in bom.roots}):
        roots = np.array([root for root in bom.roots if bom.kind[root] == kind])
        counted = parts.counted(kind)
        apart = _apart(bom, parts, counted, roots)
        value, places = decimals(bom.value[roots]), exact.places[roots]
        for destination in destinations:
            low, high = _content(bom, parts, counted, destination, test, exact)
            frames.append(
                pl.DataFrame(
                    {
                        "item": [bom.names[root] for root in roots],
                        "destination": [destination] * len(roots),
                        "us_content_pct__low": percent(low[roots], places, value),
                        "us_content_pct__high": percent(high[roots], places, value),
                        "contains_us_ic": pl.Series(
                            [_SAID[has_ic[root]] for root in roots],
                            dtype=pl.Boolean,
                        ),
                        "apart": apart,
                    }
                )
            )
    return Content(pl.concat(frames) if frames else pl.DataFrame())


def _apart(bom: Bom, parts: Parts, counted: Bounds, roots: Integers) -> list[str]:
    """US software and technology below each item that may not count, by name."""
    stated = parts.of_kind("software", "technology")
    wanted = np.flatnonzero(~counted.surely & parts.home.perhaps & stated)
    above: list[set[str]] = [set() for _ in bom.names]
    for part in wanted:
        above[part].add(bom.names[part])
    if wanted.size:
        for level in bom.levels:
            for line in level:
                above[bom.parent[line]] |= above[bom.child[line]]
    return ["; ".join(sorted(above[root])) for root in roots]


def _content(
    bom: Bom, parts: Parts, counted: Bounds, destination: str, test: Controlled, exact: Scaled
) -> tuple[Wholes, Wholes]:
    """Controlled US value inside each part, lower and upper bound, in whole numbers."""
    answers = {eccn: test(eccn, destination) for eccn in sorted(set(bom.eccn))}
    control = np.array([answers[eccn] for eccn in bom.eccn]) > 0
    surely = counted.surely & parts.home.surely & control[:, 0]
    perhaps = counted.perhaps & parts.home.perhaps & control[:, 1]
    own_low, own_high = np.where(surely, exact.value, 0), np.where(perhaps, exact.value, 0)
    low, high = exact.none(), exact.none()
    for level in bom.levels:  # whatever a level's lines use is finished by then
        parent, child, times = bom.parent[level], bom.child[level], exact.times[level]
        # A part counts whole or by what is inside it, and only one of the two, whichever it is.
        add_low = own_low[child] + np.where(parts.opened_low[child], low[child], 0)
        inside_high = np.where(parts.opened_high[child], high[child], 0)
        add_high = np.maximum(own_high[child], inside_high)
        add(low, parent, times * add_low)
        add(high, parent, times * add_high)
    return low, high


def _contains_us_circuit(bom: Bom, parts: Parts) -> Integers:
    """Whether a US-origin integrated circuit is anywhere inside: yes, no, or not said."""
    inside = (bom.circuit == YES) & parts.home.surely
    may = (bom.circuit != NO) & parts.home.perhaps
    for level in bom.levels:
        np.logical_or.at(inside, bom.parent[level], inside[bom.child[level]])
        np.logical_or.at(may, bom.parent[level], may[bom.child[level]])
    return np.where(inside, YES, np.where(may, NOT_SAID, NO))


def contributions(
    bom: Bom,
    item: str,
    destination: str,
    law: Law,
    on: date,
    *,
    controlled: Controlled | None = None,
) -> pl.DataFrame:
    """Return the parts that make up an item's controlled content, the largest first.

    Args:
        bom: The bill of materials.
        item: An item at its top.
        destination: A country.
        law: The law.
        on: The day.
        controlled: Another test of whether a part is controlled.

    Returns:
        `part`, `eccn`, `quantity`, `value` (all of them together), `pct` of the item's value,
        `so_far` (cumulative, in percent), `sure` (false if some of it may not count).

    Raises:
        KeyError: If there is no such item.
    """
    test = controlled or controlled_by(law, on)
    root = next((r for r in bom.roots if bom.names[r] == item), None)
    if root is None:
        raise KeyError(item)
    parts = parts_of(bom, law, on)
    counted = parts.counted(bom.kind[root])
    opened_low, opened_high = parts.opened_low.copy(), parts.opened_high.copy()
    opened_low[root] = opened_high[root] = True
    amount, sure_amount = _amounts(bom, root, opened_high), _amounts(bom, root, opened_low)
    home = parts.home
    wanted = Bounds(counted.surely & home.surely, counted.perhaps & home.perhaps)
    rows = []
    for part, quantity in amount.items():
        low, high = test(bom.eccn[part], destination)
        if part == root or high == 0 or not wanted.perhaps[part] or not quantity:
            continue
        together = quantity * fraction(bom.value[part])
        sure = low == 1 and wanted.surely[part] and sure_amount.get(part) == quantity
        share = PERCENT * together / fraction(bom.value[root])
        row = (bom.names[part], bom.eccn[part], float(quantity), float(together), float(share))
        rows.append((share, (*row, bool(sure))))
    rows.sort(key=lambda found: (-found[0], found[1]))
    frame = pl.DataFrame([row for _, row in rows], schema=_CONTRIBUTION, orient="row")
    # Exact up to the end, so that the parts which make up 25 % do not seem to make up more.
    so_far = map(float, accumulate(share for share, _ in rows))
    return frame.with_columns(pl.Series("so_far", list(so_far), dtype=pl.Float64))


def _amounts(bom: Bom, root: int, opened: Flags) -> dict[int, Fraction]:
    """How many of each part are in an item, where only some parts are looked into."""
    found = {root: Fraction(1)}
    reached = np.zeros(len(bom.names), bool)
    reached[root] = True
    for level in reversed(bom.levels):
        lines = level[(reached & opened)[bom.parent[level]]]
        reached[bom.child[lines]] = True
        for line in lines.tolist():
            more = found[int(bom.parent[line])] * fraction(bom.quantity[line])
            child = int(bom.child[line])
            found[child] = found.get(child, Fraction(0)) + more
    return found
