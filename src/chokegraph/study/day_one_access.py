# SPDX-License-Identifier: Apache-2.0
"""What the scenario cuts and its baseline does not, before anyone has responded to it.

A cut is the part of a supplier's sales to a market that the scenario leaves out on a day:
one less effective access in the scenario over that in the baseline, with suppliers, grades and
purchases as they are at the start of the run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chokegraph.response import access
from chokegraph.response.calendar import build_calendar
from chokegraph.response.law import denied_draws, law_shape, law_tables
from chokegraph.response.policy import approval_draws
from chokegraph.response.start import begin, constants, neutralise
from chokegraph.study.setting import Setting

Array = np.ndarray[Any, np.dtype[Any]]
Pair = tuple[int, int]

_RUNS = ("baseline", "scenario")
_LITTLE = 1e-9


@dataclass(frozen=True)
class Start:
    """The start of one draw: who sells what to whom, and what is cut of it.

    Args:
        share: Shares of each market's purchases, [5, C, I]; they sum to 1 where anything is sold.
        demand: Purchases, USD million a quarter, [5, I].
        cut: Part of each flow that is cut, 0..1, by pair of regimes, [pairs, 5, C, I].
    """

    share: Array
    demand: Array
    cut: Array

    @property
    def stake(self) -> Array:
        """Purchases cut, USD million a quarter, by pair of regimes, [pairs]."""
        flows = self.share * self.demand[:, None]
        return np.asarray(np.einsum("pmci,mci->p", self.cut, flows))


class Regimes:
    """The rules of both runs, laid out so that any draw's cuts can be worked out.

    Args:
        setting: What is run.
        draws: How many of the first draws are looked at.
    """

    def __init__(self, setting: Setting, draws: int) -> None:
        structure, params = setting.structure, setting.params
        self.draws = min(draws, params.draws)
        self._constants = constants(structure)
        pair = setting.policies.by_run()
        shape = law_shape(policy.law for policy in pair.values())
        self._jobs: dict[str, dict[str, Any]] = {}
        for run in _RUNS:
            policy = pair[run]
            calendar = build_calendar(structure, policy)
            width = calendar.reach.shape[0]
            granted = approval_draws(policy, params.seed, params.draws, width)
            denied = denied_draws(policy.law, params.seed, params.draws, shape[1])
            few = {name: array[: self.draws] for name, array in params.values.items()}
            self._jobs[run] = {
                "values": neutralise(policy, few),
                "approval": np.concatenate([granted, denied], axis=1),
                "calendar": calendar,
                "law": law_tables(policy.law, calendar.law_state, shape, calendar.reach[0].size),
            }
        self.by_quarter: tuple[Pair, ...] = tuple(
            zip(
                *(self._jobs[run]["calendar"].regime.tolist() for run in _RUNS),
                strict=True,
            )
        )

    def at(self, draw: int, pairs: Sequence[Pair]) -> Start:
        """Return the start of a draw and what is cut of it under some pairs of regimes.

        Args:
            draw: Which draw.
            pairs: Regime of the baseline and regime of the scenario.
        """
        base, after = ([pair[k] for pair in pairs] for k in (0, 1))
        before = int(self._jobs["baseline"]["calendar"].before)
        rows = {name: array[draw] for name, array in self._jobs["baseline"]["values"].items()}
        tables = self._tables("baseline", draw, rows, [before, *base])
        standing = access.regime(tables, 0, access.SALES)
        state, derived = begin(np, rows, self._constants, standing)
        left = self._left(tables, range(1, 1 + len(base)), rows, derived)
        own = {name: array[draw] for name, array in self._jobs["scenario"]["values"].items()}
        tables = self._tables("scenario", draw, own, after)
        kept = self._left(tables, range(len(after)), own, derived)
        there = left > _LITTLE
        cut = np.where(there, 1.0 - kept / np.where(there, left, 1.0), 0.0)
        share = state["s"]
        whole = share.sum(axis=1, keepdims=True)
        share = np.divide(share, whole, out=np.zeros_like(share), where=whole > _LITTLE)
        return Start(share, rows["demand"], np.clip(cut, 0.0, 1.0) * (cut > _LITTLE))

    def _tables(
        self, run: str, draw: int, rows: dict[str, Array], regimes: Sequence[int]
    ) -> dict[str, Array]:
        job = self._jobs[run]
        calendar, law = job["calendar"], job["law"]
        chosen = np.asarray(regimes)
        tree = {
            "active": calendar.active[chosen],
            "reach": calendar.reach,
            "capped": calendar.capped,
            "hard": calendar.hard[chosen],
            "sliding": calendar.sliding[chosen],
            **law,
        }
        if law:
            tree["law_state"] = law["law_state"][chosen]
        return access.tables(np, rows, tree, job["approval"][draw])

    def _left(
        self,
        tables: dict[str, Array],
        places: Sequence[int] | range,
        rows: dict[str, Array],
        derived: dict[str, Array],
    ) -> Array:
        """Return effective access, [regimes, 5, C, I]: what is let through at the grade asked."""
        grade = rows["capability"]
        best = grade.max(axis=0)
        found = []
        for place in places:
            regime = access.regime(tables, place, access.SALES)
            cap = access.ceiling(np, best, regime)
            held = access.held_down(np, regime, cap, rows)
            gates = access.open_gates(np, grade, held, cap, derived["asked"], rows, self._constants)
            found.append(regime["access"] * gates)
        return np.stack(found)
