# SPDX-License-Identifier: Apache-2.0
"""Dies of a block of designs: how many fit on a wafer, what is good, what passes, at what cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chokegraph.chip.gathered import Gathered
from chokegraph.chip.lazy import lazy
from chokegraph.chip.wafer import Floats
from chokegraph.chip.yields import die_yield, harvested

TINY = 1e-9
"""Stands for no die on a wafer: its price is then beyond every budget, not a division by zero."""


@dataclass(frozen=True)
class Made:
    """One kind of die, for the number of them in a package.

    Args:
        each: Its area, mm2.
        count: How many.
        area: Area of all of them, mm2.
        raw: Cost of as many dies before any is found bad, USD.
        tested: Cost of as many dies that passed their test.
        good: Yield of one.
        gross: Dies of its size on a wafer.
        wafers: Wafers that they take.
        log_quality: Log of the chance that all that passed are good; None if none escapes.
    """

    each: Floats
    count: Floats
    area: Floats
    raw: Floats
    tested: Floats
    good: Floats
    gross: Floats
    wafers: Floats
    log_quality: Floats | None


class Silicon(Gathered):
    """The dies of a block of designs."""

    @lazy
    def made(self) -> list[Made]:
        """Every kind of die."""
        return [self._made(kind) for kind in self.kinds]

    @lazy
    def silicon(self) -> Floats:
        """Cost of all dies before any is found bad, USD."""
        return self.total("raw")

    @lazy
    def dies_tested(self) -> Floats:
        """Cost of all dies that passed, with the bad ones they carry and the test, USD."""
        return self.total("tested")

    @lazy
    def die_loss(self) -> Floats:
        """Cost of dies that fail their test, and of the test, USD."""
        return self.dies_tested - self.silicon

    @lazy
    def die_area(self) -> Floats:
        """Area of all dies, mm2."""
        return self.total("area")

    @lazy
    def largest(self) -> Floats:
        """Area of the largest die, mm2."""
        if len(self.kinds) == 1:
            return self.made[0].each
        found = np.asarray(0.0)
        for one in self.made:
            found = np.maximum(found, np.where(np.asarray(one.count) > 0, one.each, 0.0))
        return found

    @lazy
    def dies(self) -> Floats:
        """How many dies go into a package."""
        return self.total("count")

    @lazy
    def die_yield(self) -> Floats:
        """Yield of a die; of several kinds, the mean by area."""
        if len(self.kinds) == 1:
            return self.made[0].good
        total = sum((one.area * one.good for one in self.made), np.asarray(0.0))
        return total / self.die_area

    def total(self, name: str) -> Floats:
        """Add a quantity over the kinds of dies."""
        found: Floats = getattr(self.made[0], name)
        for one in self.made[1:]:
            found = found + getattr(one, name)
        return found

    def gross(self, area: Floats) -> Floats:
        """Gross dies of an area on a wafer; see `wafer.dies_per_wafer`."""
        whole, rim = self._wafer
        inverse = 1 / (np.sqrt(area) + self.setting("scribe_width"))
        return np.maximum((whole * inverse - rim) * inverse, TINY)

    @lazy
    def _wafer(self) -> tuple[Floats, Floats]:
        across = self.setting("wafer_diameter") - 2 * self.setting("edge_exclusion")
        return np.pi * np.square(across / 2), np.pi * across / np.sqrt(2)

    def _made(self, kind: int) -> Made:
        each, count = self.die(kind, "area"), self.die(kind, "count")
        gross = self.gross(each)
        of_wafer = count / gross
        raw = self.by_node(kind, "price") * of_wafer
        good = self._good(kind, each)
        coverage = self.coverage(kind)
        if isinstance(coverage, float) and coverage == 1:
            passing, log_quality = good, None
        else:
            passing = (1 - coverage) + good * coverage
            log_quality = count * np.log(good / passing)
        test = self.setting("die_test_cost")
        tested = (raw + count * test) / passing
        return Made(
            each, count, each * count, raw, tested, good, gross, of_wafer / passing, log_quality
        )

    def coverage(self, kind: int) -> Floats:
        """Fraction of a kind's bad dies that its test finds."""
        given = self.die(kind, "coverage")
        if isinstance(given, float):
            found = self.setting("test_coverage") if np.isnan(given) else given
        else:
            found = np.where(np.isnan(given), self.setting("test_coverage"), given)
        if self.has("by_wafer"):
            # No die of a whole wafer can be left out of the stack.
            found = found * (1 - self.by_package("package_by_wafer"))
        return found

    def _good(self, kind: int, area: Floats) -> Floats:
        if self.has("harvest"):
            return self._harvested(kind, area)
        return self._yield(kind, area)

    def _yield(self, kind: int, area: Floats) -> Floats:
        """The yield of an area on the node of a kind of die."""
        critical = self.die(kind, "critical")
        exposed = area if isinstance(critical, float) and critical == 1 else area * critical
        given = self.die(kind, "clustering")
        own = isinstance(given, float) and np.isnan(given)
        if self._model == "negative-binomial" and own:
            alpha = self.by_node(kind, "alpha")
            hits = np.log1p(exposed * self.by_node(kind, "density_alpha"))
            return np.exp(-alpha * hits)
        expected = exposed * self.by_node(kind, "density")
        if self._model == "bose-einstein":
            layers = self.by_node(kind, "masks")
            return die_yield(expected / layers, self._model, layers)
        alpha = self.by_node(kind, "alpha") if own else given
        if not own and not isinstance(given, float):
            alpha = np.where(np.isnan(given), self.by_node(kind, "alpha"), given)
        return die_yield(expected, self._model, alpha)

    def _harvested(self, kind: int, area: Floats) -> Floats:
        units, spare = self.die(kind, "units"), self.die(kind, "spare")
        share = self.die(kind, "unit_share")
        unit = self._yield(kind, area * share / units)
        other = self._yield(kind, area * (1 - share))
        shape = np.broadcast_shapes(unit.shape, np.shape(units), np.shape(spare))
        parts = harvested(np.broadcast_to(unit, shape), units, spare, other)
        return np.where(np.asarray(spare) > 0, parts, self._yield(kind, area))
