# SPDX-License-Identifier: Apache-2.0
"""The reference engine: one draw after another, in NumPy, in 64-bit numbers."""

from __future__ import annotations

import numpy as np

from chokegraph.response import access
from chokegraph.response.arrays import Arr, Tree
from chokegraph.response.outputs import by_year, record
from chokegraph.response.start import begin
from chokegraph.response.step import step


def run_draw(P: Tree, approval: Arr, C: Tree, calendar: Tree, X: Tree) -> Tree:
    """Run one draw over all quarters and return its outcomes by name.

    Args:
        P: Parameters of the draw.
        approval: Share of licences granted by control, [k].
        C: Constants of the structure.
        calendar: Regimes, see `policy.Calendar`.
        X: Exogenous paths, [T, ...].
    """
    T = access.tables(np, P, calendar, approval)
    S, D = begin(np, P, C, access.regime(T, calendar["before"], access.SALES))
    horizon = int(np.clip(np.rint(P["horizon"]), 0, X["ahead"].shape[1] - 1))
    outcomes: list[Tree] = []
    for t in range(len(X["t"])):
        now = {name: path[t] for name, path in X.items()}
        now["ahead"] = now["ahead"][horizon]
        now["calm"] = now["ahead"] == now["regime"]
        S, facts = step(np, S, now, P, C, D, T)
        outcomes.append(record(np, facts, C))
    years = []
    for start in range(0, len(outcomes), 4):
        four = outcomes[start : start + 4]
        years.append(by_year(np, {name: np.stack([q[name] for q in four]) for name in four[0]}))
    return {name: np.stack([year[name] for year in years]) for name in years[0]}
