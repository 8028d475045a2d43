# SPDX-License-Identifier: Apache-2.0
"""US-origin controlled content of foreign-made items, by destination (Supp. No. 2 to part 734).

A US-origin part counts with its whole value if it would itself need a licence to the destination,
as the engine decides; content that could go under licence exception GBS does not count. A
foreign-made assembly counts with the US parts inside it, unless it is a discrete product that was
bought as such. Software that is bundled with hardware counts only if it is EAR99 or controlled for
anti-terrorism alone; other software, and technology, is analysed under its own ECCN. What is not
known makes an interval, never a zero.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from chokegraph.errors import Finding, FindingsError
from chokegraph.rules.bom import Bom, Flags, Floats
from chokegraph.rules.completing import completed
from chokegraph.rules.decision import evaluate
from chokegraph.rules.model import Law
from chokegraph.rules.scopes import scope_on
from chokegraph.rules.truth import FALSE

Controlled = Callable[[str, str], tuple[float, float]]
"""From an ECCN ("" if unknown) and a destination to 0 or 1, as lower and upper bound."""

_HOME = "US"
_NOT_COUNTED = "GBS"
_AT_ONLY = ("at-only-items", "EAR99")
_SHOWN = 50


@dataclass(frozen=True)
class Content:
    """The controlled US content of the items of a bill of materials.

    Args:
        table: One row for each item and destination: `item`, `destination`,
            `us_content_pct__low`, `us_content_pct__high`, `contains_us_ic` (null if not known),
            `apart`: US software and technology that is to be looked at under its own ECCN.
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
            row = {"eccn": eccn or None, "origin": _HOME, "destination": destination}
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

    Raises:
        FindingsError: If an item, or a part that may be of US origin, has no value.
    """
    _check_values(bom)
    test = controlled or controlled_by(law, on)
    has_ic = _contains_us_circuit(bom)
    plain = _at_only(bom, law, on)
    frames = []
    for kind in sorted({bom.kind[root] for root in bom.roots}):
        roots = np.array([root for root in bom.roots if bom.kind[root] == kind])
        counts = _counts(bom, kind, plain)
        apart = _apart(bom, counts, roots)
        for destination in destinations:
            low, high = _content(bom, counts, destination, test)
            value = bom.value[roots]
            frames.append(
                pl.DataFrame(
                    {
                        "item": [bom.names[root] for root in roots],
                        "destination": [destination] * len(roots),
                        "us_content_pct__low": 100 * low[roots] / value,
                        "us_content_pct__high": 100 * high[roots] / value,
                        "contains_us_ic": pl.Series(
                            [None if has_ic[root] < 0 else bool(has_ic[root]) for root in roots],
                            dtype=pl.Boolean,
                        ),
                        "apart": apart,
                    }
                )
            )
    return Content(pl.concat(frames) if frames else pl.DataFrame())


def _check_values(bom: Bom) -> None:
    """A value is needed for items, and for parts that are, or may be, of US origin."""
    home = np.array([origin in ("", _HOME) for origin in bom.origin])
    top = np.zeros(len(bom.names), bool)
    top[bom.roots] = True
    lacking = np.flatnonzero(np.isnan(bom.value) & (home | top))
    zero = np.flatnonzero(top & (bom.value == 0))
    findings = [
        Finding(
            f"'{bom.names[part]}' has no value",
            "give its fair market value, or its origin if it is not of US origin",
            column="value",
        )
        for part in lacking[:_SHOWN]
    ]
    findings += [
        Finding(f"the item '{bom.names[part]}' has the value 0", "give its value", column="value")
        for part in zero[:_SHOWN]
    ]
    if len(lacking) > _SHOWN:
        findings.append(Finding(f"{len(lacking) - _SHOWN} more parts have no value"))
    if findings:
        raise FindingsError(findings, title="bill of materials")


def _at_only(bom: Bom, law: Law, on: date) -> Flags:
    """Whether a part is EAR99 or controlled for anti-terrorism only; unknown counts as yes."""
    scope = scope_on(law, _AT_ONLY, on)
    plain = {eccn: scope.covers(eccn, "eccn") is not FALSE for eccn in set(bom.eccn)}
    return np.array([plain[eccn] or not eccn for eccn in bom.eccn], bool)


def _counts(bom: Bom, kind: str, plain: Flags) -> Flags:
    """Whether a part counts as content of items of a kind."""
    kinds = np.array(bom.kind)
    same: Flags = kinds == kind
    if kind == "commodity":
        bundled: Flags = (kinds == "software") & bom.bundled & plain
        same = np.logical_or(same, bundled)
    return same


def _apart(bom: Bom, counts: Flags, roots: Any) -> list[str]:  # noqa: ANN401 - positions
    """US software and technology below each item that does not count, by name."""
    kinds = np.array(bom.kind)
    home = np.array([origin == _HOME for origin in bom.origin])
    wanted = np.flatnonzero(~counts & home & (kinds != "commodity"))
    above: list[set[str]] = [set() for _ in bom.names]
    for part in wanted:
        above[part].add(bom.names[part])
    if wanted.size:
        for level in bom.levels:
            for line in level:
                above[bom.parent[line]] |= above[bom.child[line]]
    return ["; ".join(sorted(above[root])) for root in roots]


def _content(bom: Bom, counts: Flags, destination: str, test: Controlled) -> tuple[Floats, Floats]:
    """Controlled US value inside each part, lower and upper bound."""
    answers = {eccn: test(eccn, destination) for eccn in sorted(set(bom.eccn))}
    control = np.array([answers[eccn] for eccn in bom.eccn])
    worth = np.where(counts, np.nan_to_num(bom.value), 0.0)
    own_low, own_high = worth * control[:, 0], worth * control[:, 1]
    home = np.array([origin == _HOME for origin in bom.origin])
    unsure = np.array([not origin for origin in bom.origin])
    low, high = np.zeros(len(bom.names)), np.zeros(len(bom.names))
    for level in bom.levels:  # whatever a level's lines use is finished by then
        child = bom.child[level]
        times = bom.quantity[level]
        inside_low = np.where(bom.discrete[child], 0.0, low[child])
        inside_high = np.where(bom.discrete[child], 0.0, high[child])
        add_low = np.where(home[child], own_low[child], np.where(unsure[child], 0.0, inside_low))
        most = np.maximum(own_high[child], inside_high)
        add_high = np.where(
            home[child], own_high[child], np.where(unsure[child], most, inside_high)
        )
        low += np.bincount(bom.parent[level], times * add_low, len(low))
        high += np.bincount(bom.parent[level], times * add_high, len(high))
    return low, high


def _contains_us_circuit(bom: Bom) -> Any:  # noqa: ANN401 - whole numbers by part
    """Whether a US-origin integrated circuit is anywhere inside: 1, 0, or -1 for not known."""
    home = np.array([origin == _HOME for origin in bom.origin])
    unsure = np.array([not origin for origin in bom.origin])
    sure = (bom.circuit == 1) & home
    perhaps = (bom.circuit != 0) & (home | unsure)
    inside, may = sure.copy(), perhaps.copy()
    for level in bom.levels:
        np.logical_or.at(inside, bom.parent[level], inside[bom.child[level]])
        np.logical_or.at(may, bom.parent[level], may[bom.child[level]])
    return np.where(inside, 1, np.where(may, -1, 0))


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
        `so_far` (cumulative, in percent), `sure` (false if it may not count).

    Raises:
        KeyError: If there is no such item.
    """
    _check_values(bom)
    test = controlled or controlled_by(law, on)
    root = next((r for r in bom.roots if bom.names[r] == item), None)
    if root is None:
        raise KeyError(item)
    counts = _counts(bom, bom.kind[root], _at_only(bom, law, on))
    amount = np.zeros(len(bom.names))
    amount[root] = 1.0
    closed = np.array([origin == _HOME for origin in bom.origin]) | bom.discrete
    closed[root] = False
    for level in reversed(bom.levels):
        parent = bom.parent[level]
        flow = np.where(closed[parent], 0.0, amount[parent] * bom.quantity[level])
        amount += np.bincount(bom.child[level], flow, len(amount))
    rows = []
    for part in np.flatnonzero(amount > 0):
        low, high = test(bom.eccn[part], destination)
        if part == root or high == 0 or not counts[part] or bom.origin[part] not in ("", _HOME):
            continue
        worth = float(amount[part] * bom.value[part])
        sure = low == 1 and bom.origin[part] == _HOME
        share = 100 * worth / float(bom.value[root])
        rows.append((bom.names[part], bom.eccn[part], float(amount[part]), worth, share, sure))
    columns = ["part", "eccn", "quantity", "value", "pct", "sure"]
    frame = pl.DataFrame(rows, schema=columns, orient="row")
    if not rows:
        return frame.with_columns(so_far=pl.lit(0.0))
    return frame.sort("pct", "part", descending=[True, False]).with_columns(
        so_far=pl.col("pct").cum_sum()
    )
