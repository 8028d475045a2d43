# SPDX-License-Identifier: Apache-2.0
"""One scenario to its limit by linear systems, where step by step would take too long.

A node loses as much as its worst piece. Were it known which piece that is, losses would solve a
linear system. Howard's policy iteration finds it out: solve for the pieces chosen so far, choose
anew where another piece is worse, and so on; each round raises the losses, never above the limit,
and finitely many rounds reach it. Replacement by others is held at what it was after the last
round, which also stays below the limit, and taken up anew until nothing changes.

A piece is chosen anew only if it is worse by more than rounding. This is what keeps a circle of
nodes that would blame each other, with no shock behind, from being chosen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, eye_array
from scipy.sparse.linalg import gmres, splu

from chokegraph.chain.cascade.layout import Side
from chokegraph.chain.cascade.steps import Cuts, Market, worst_piece

FloatArray = NDArray[np.float64]

WORSE = 1e-13
"""A piece is worse than another if it loses more by this."""
WALK = 30
"""Steps taken before the first system is solved: most pieces are known by then."""
ROUNDS = 500
"""Rounds after which the search is given up; the bound on the error then says so."""
RESIDUAL, RELATIVE, REFINEMENTS = 1e-14, 1e-9, 4
"""How well linear systems are solved, and how well in each of so many refinements."""
RESTART, RESTARTS = 50, 4
"""Memory and patience of GMRES."""
DIRECT_UP_TO = 20_000
"""Nodes up to which a system that does not converge is solved by elimination."""


@dataclass
class Solved:
    """A scenario's limit in one direction.

    Args:
        lost: (N,) losses.
        rounds: How many systems were solved.
        high: (N,) losses that should be an upper bound, to be proved by a step.
        length: How much a small change anywhere can grow on its way, at most.

    Example:
        >>> Solved(np.zeros(1), 0, np.zeros(1), 1.0).rounds
        0
    """

    lost: FloatArray
    rounds: int
    high: FloatArray
    length: float


def solve(side: Side, least: FloatArray, market: Market | None, cuts: Cuts) -> Solved:
    """The limit of one scenario in one direction.

    Args:
        side: The direction.
        least: (N,) losses at the start.
        market: The rule of replacement, or None.
        cuts: Cut edges of this scenario.

    Returns:
        Losses and a guess from above.

    Example:
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> from chokegraph.chain.cascade.layout import layout_of
        >>> from chokegraph.chain.cascade.shocks import Shock, pack
        >>> from chokegraph.chain.cascade.steps import cuts_of
        >>> side = layout_of(chain_of_three()).down
        >>> none = cuts_of(side, pack([Shock("s")]))
        >>> solve(side, np.array([0.5, 0.0, 0.0]), None, none).lost.tolist()
        [0.5, 0.5, 0.5]
    """
    banned = np.zeros(len(side.edge))
    banned[cuts.place] = side.share[cuts.place] * cuts.cut
    base = np.bincount(side.piece, banned, side.pieces).astype(np.float64)
    lost, chosen = least.copy(), np.full(side.nodes, -1, dtype=np.int64)
    rounds = 0
    high, length = lost, 1.0
    for number in range(WALK + ROUNDS):
        stands = np.ones(side.nodes) if market is None else market.stays(lost[:, None])[:, 0]
        weight = (side.share - banned) * stands[side.source]
        shape = (side.pieces, side.nodes)
        matrix = csr_array((weight, side.source, side.start), shape=shape)
        pieces = base + matrix @ lost
        after = worst_piece(side, pieces[:, None], least[:, None])[:, 0]
        worse = after > lost + WORSE
        if not worse.any() and rounds:
            break
        order = np.argsort(pieces, kind="stable")
        top = np.full(side.nodes, -1, dtype=np.int64)
        top[side.owner[order]] = order
        chosen[worse] = top[worse]
        if number < WALK:
            lost = np.where(worse, after, lost)
            continue
        lost, high, length = _solve_chosen(side, least, lost, chosen, matrix, base)
        rounds += 1
    return Solved(lost, rounds, high, length)


def _solve_chosen(
    side: Side,
    least: FloatArray,
    lost: FloatArray,
    chosen: NDArray[np.int64],
    matrix: csr_array,
    base: FloatArray,
) -> tuple[FloatArray, FloatArray, float]:
    """Losses if every node's chosen piece is its worst, and a guess above them."""
    rows = np.flatnonzero(chosen >= 0)
    if not len(rows):
        return lost, lost, 1.0
    some = matrix[chosen[rows]]
    inside = some[:, rows]
    outside = least.copy()
    outside[rows] = 0
    right = base[chosen[rows]] + some @ outside
    system = (eye_array(len(rows)) - inside).tocsr()
    found = np.maximum(_system(system, right, lost[rows]), lost[rows])
    times = np.maximum(_system(system, np.ones(len(rows)), np.ones(len(rows))), 1)
    after = lost.copy()
    after[rows] = np.minimum(found, 1)
    residual = np.abs(right + inside @ after[rows] - after[rows]).max(initial=0)
    high = after.copy()
    high[rows] = np.minimum(after[rows] + 4 * (residual + WORSE) * times, 1)
    return after, high, float(times.max())


def _system(system: csr_array, right: FloatArray, guess: FloatArray) -> FloatArray:
    """Solve by GMRES, refined; by elimination where that fails and the size allows it."""
    found = guess
    for _ in range(REFINEMENTS):
        missing = right - system @ found
        if np.abs(missing).max() <= RESIDUAL * np.abs(right).max():
            return found
        more, failed = gmres(system, missing, rtol=RELATIVE, restart=RESTART, maxiter=RESTARTS)
        found = found + more
        if failed:
            break
    else:
        return found
    if len(right) <= DIRECT_UP_TO:
        found = np.asarray(splu(system.tocsc(), permc_spec="MMD_AT_PLUS_A").solve(right))
    return found
