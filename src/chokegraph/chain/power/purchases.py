# SPDX-License-Identifier: Apache-2.0
"""What the target buys of an input, and from whom: shares of its purchases, as draws.

The target's own part is its local share where one is published, and otherwise what its suppliers
hold of the world market. The rest is divided among foreign suppliers by their shares of the world
market, the part that no source attributes included, as the supplier "ZZ". Where a grade is asked,
those who do not reach it supply nothing, and the others fill their place in proportion.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from chokegraph.chain.power.parameters import normals, split_normal
from chokegraph.chain.supply import FloatArray, own_providers, supply_of
from chokegraph.world.estimates import estimate
from chokegraph.world.model import UNKNOWN_PROVIDER, Estimate, Level, World


@dataclass(frozen=True)
class Purchases:
    """Shares of the target's purchases of one input at one grade.

    Args:
        input_id: The input.
        grade: The grade asked; None for any.
        providers: Provider ids, the unattributed rest "ZZ" last.
        own: [provider], True where the provider belongs to the target.
        shares: [provider, 1 + draws], each column summing to one; column 0 has the figures.
        statement_ids: The statements it rests on.
    """

    input_id: str
    grade: float | None
    providers: tuple[str, ...]
    own: np.ndarray[tuple[int], np.dtype[np.bool_]]
    shares: FloatArray
    statement_ids: tuple[str, ...] = ()


@dataclass
class Buyer:
    """Draws the purchases of one target; the same draw of a share serves every grade.

    Args:
        world: The facts.
        target: The country that buys.
        level: Whether suppliers are countries or firms.
        draws: How many draws, beside the figures as they stand.
        seed: Seed of the draws.
    """

    world: World
    target: str
    level: Level
    draws: int
    seed: int
    _shares: dict[str, Purchases] = field(default_factory=dict)

    def buys(self, input_id: str, grade: float | None = None) -> Purchases:
        """Return the shares of the target's purchases of an input at a grade.

        Example:
            >>> from chokegraph.chain.examples import small_world
            >>> world = small_world({"resist": {"JP": 0.6, "US": 0.2, "CN": 0.1}}, routes={})
            >>> found = Buyer(world, "CN", "country", draws=0, seed=1).buys("resist")
            >>> found.providers, found.shares[:, 0].round(3).tolist()
            (('JP', 'US', 'CN', 'ZZ'), [0.6, 0.2, 0.1, 0.1])
        """
        if input_id not in self._shares:
            self._shares[input_id] = self._any_grade(input_id)
        known = self._shares[input_id]
        if grade is None:
            return known
        able = np.stack([self._able(input_id, name, grade) for name in known.providers])
        held = np.where(able, known.shares, 0.0)
        # What the target's own suppliers cannot deliver is bought abroad, and the reverse.
        total = held.sum(axis=0)
        rest = np.zeros_like(held)
        rest[-1] = 1.0  # nobody who is named reaches the grade: whoever supplies it is unknown
        shares = np.where(total > 0.0, held / np.where(total > 0.0, total, 1.0), rest)
        return Purchases(input_id, grade, known.providers, known.own, shares, known.statement_ids)

    def _z(self, name: str) -> FloatArray:
        return normals(self.seed, name, self.draws)

    def _any_grade(self, input_id: str) -> Purchases:
        supply = supply_of(self.world, input_id, level=self.level)
        names = supply.providers
        rows = np.zeros((len(names), 1 + self.draws))
        unvalued = []
        for n, holding in enumerate(supply.holdings):
            if holding.value is None and holding.provider != UNKNOWN_PROVIDER:
                unvalued.append(n)
                continue
            middle = holding.high if holding.value is None else holding.value
            z = self._z(f"share:{input_id}:{holding.provider}")
            rows[n] = np.clip(split_normal(middle, holding.low, holding.high, z), 0.0, 1.0)
        rows[-1, rows.sum(axis=0) == 0.0] = 1.0  # drawn to nothing: who supplies is unknown
        rows /= rows.sum(axis=0)
        # Named suppliers without a figure draw on what nobody attributes, up to their bounds; the
        # figures as they stand leave it there.
        for n in unvalued:
            part = _evenly(self._z(f"share:{input_id}:{names[n]}"))
            part[0] = 0.0
            most = np.minimum(supply.holdings[n].high, rows[-1]) / len(unvalued)
            rows[n] = part * most
        rows[-1] -= rows[unvalued].sum(axis=0)
        rows[-1][rows[-1] < _ROUNDING] = 0.0
        rows /= rows.sum(axis=0)
        mine = own_providers(self.world, self.target, names, level=self.level)
        own = np.array([name in mine for name in names])
        local = estimate(self.world, f"input:{input_id}", "local_share", f"country:{self.target}")
        if local is not None:
            names, own, rows = self._with_local(input_id, names, own, rows, local)
        return Purchases(input_id, None, names, own, rows, self._evidence(input_id, local))

    def _with_local(
        self,
        input_id: str,
        names: tuple[str, ...],
        own: np.ndarray[tuple[int], np.dtype[np.bool_]],
        rows: FloatArray,
        local: Estimate,
    ) -> tuple[tuple[str, ...], np.ndarray[tuple[int], np.dtype[np.bool_]], FloatArray]:
        """Let the published local share decide what is bought at home."""
        z = self._z(f"local:{input_id}")
        low, high = max(local.low, 0.0), min(local.high, 1.0)
        if local.value is None:
            part = low + (high - low) * _evenly(z)
        else:
            part = np.clip(split_normal(local.value, low, high, z), 0.0, 1.0)
        if not own.any():
            # The table of world shares does not name it, but it supplies itself.
            names = (self.target, *names)
            own = np.concatenate([[True], own])
            rows = np.concatenate([np.zeros((1, rows.shape[1])), rows])
            rows[0] = np.where(part > 0.0, 1.0, 0.0)
        at_home = rows[own].sum(axis=0)
        abroad = rows[~own].sum(axis=0)
        part = np.where(abroad > 0.0, np.where(at_home > 0.0, part, 0.0), 1.0)
        scaled = rows.copy()
        scaled[own] *= part / np.where(at_home > 0.0, at_home, 1.0)
        scaled[~own] *= (1.0 - part) / np.where(abroad > 0.0, abroad, 1.0)
        total = scaled.sum(axis=0)
        return names, own, scaled / np.where(total > 0.0, total, 1.0)

    def _able(
        self, input_id: str, provider: str, grade: float
    ) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Whether a provider reaches a grade, in each draw."""
        always = np.ones(1 + self.draws, dtype=bool)
        if provider == UNKNOWN_PROVIDER:
            return always
        known = estimate(self.world, f"input:{input_id}", "grade", f"{self.level}:{provider}")
        if known is None and provider in self.world.firms:
            # The best of its country bounds a firm from above, not from below.
            home = self.world.firms[provider].headquarters
            bound = estimate(self.world, f"input:{input_id}", "grade", f"country:{home}")
            if bound is not None:
                known = Estimate(None, 0.0, bound.high)
        z = self._z(f"grade:{input_id}:{provider}")
        if known is None or known.value is None:
            # Not known: it may reach it or not, one as likely as the other; the figures let it.
            may = z >= 0.0
            if known is not None:
                may &= bool(known.high >= grade)
                may |= bool(known.low >= grade)
            return np.asarray(may)
        return np.asarray(split_normal(known.value, known.low, known.high, z) >= grade)

    def _evidence(self, input_id: str, local: Estimate | None) -> tuple[str, ...]:
        table = (
            self.world.country_shares if self.level == "country" else self.world.firm_shares
        ).get(input_id)
        ids = list(local.statement_ids) if local is not None else []
        if table is not None:
            for found in table.shares.values():
                ids += found.statement_ids
        return tuple(dict.fromkeys(ids))


def _evenly(z: FloatArray) -> FloatArray:
    """Normal scores as fractions spread evenly."""
    from scipy.special import ndtr

    return np.asarray(ndtr(z), dtype=float)


_ROUNDING = 1e-12
"""A rest below this is what floating-point sums leave over, and supplies nobody."""
