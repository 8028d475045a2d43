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
from scipy.sparse import block_array, csr_array, eye_array
from scipy.sparse.linalg import gmres, splu

from chokegraph.chain.cascade.layout import Side
from chokegraph.chain.cascade.steps import Cuts, Market, worst_piece

FloatArray = NDArray[np.float64]

WORSE = 1e-13
"""A piece is worse than another if it loses more by this."""
STILL = 1e-15
"""What a step changes by no more than this is the limit."""
WALK = 30
"""Steps taken before the first system is solved: most pieces are known by then."""
ROUNDS = 500
"""Rounds after which the search is given up; the bound on the error then says so."""
RESIDUAL, RELATIVE, REFINEMENTS = 1e-14, 1e-9, 4
"""How well linear systems are solved, and how well in each of so many refinements."""
RESTART, RESTARTS = 50, 4
"""Memory and patience of GMRES."""
DENSE_UP_TO, SPARSE_UP_TO = 300, 4000
"""Rows up to which a system is solved by inverting it, and by sparse elimination; else GMRES."""


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
    rounds, rise = 0, np.inf
    for number in range(WALK + ROUNDS):
        stands = np.ones(side.nodes) if market is None else market.stays(lost[:, None])[:, 0]
        weight = (side.share - banned) * stands[side.source]
        shape = (side.pieces, side.nodes)
        matrix = csr_array((weight, side.source, side.start), shape=shape)
        pieces = base + matrix @ lost
        after = worst_piece(side, pieces[:, None], least[:, None])[:, 0]
        worse = after > lost + WORSE
        rise, before = float(np.max(after - lost, initial=0)), rise
        if number >= WALK and not worse.any() and (rise <= STILL or rise >= before):
            break
        order = np.argsort(pieces, kind="stable")
        top = np.full(side.nodes, -1, dtype=np.int64)
        top[side.owner[order]] = order
        chosen[worse] = top[worse]
        if number < WALK:
            lost = np.where(worse, after, lost)
            continue
        lost = _solve_chosen(least, lost, chosen, matrix, base)
        rounds += 1
    grown = _growth(side.nodes, lost, chosen, matrix, market)
    still = float(np.abs(after - lost).max(initial=0))
    high = np.minimum(lost + 4 * (still + WORSE) * grown, 1)
    return Solved(lost, rounds, high, float(grown.max(initial=1)))


def _solve_chosen(
    least: FloatArray,
    lost: FloatArray,
    chosen: NDArray[np.int64],
    matrix: csr_array,
    base: FloatArray,
) -> FloatArray:
    """Losses if every node's chosen piece is its worst."""
    rows = np.flatnonzero(chosen >= 0)
    some = matrix[chosen[rows]]
    outside = least.copy()
    outside[rows] = 0
    right = base[chosen[rows]] + some @ outside
    system = (eye_array(len(rows)) - some[:, rows]).tocsr()
    after = lost.copy()
    after[rows] = np.clip(_solved(system, right, lost[rows]), lost[rows], 1)
    return after


def _growth(
    nodes: int,
    lost: FloatArray,
    chosen: NDArray[np.int64],
    matrix: csr_array,
    market: Market | None,
) -> FloatArray:
    """(N,) how much a loss of one more everywhere grows to; nothing where nothing is chosen.

    With replacement, a node's loss also makes others of its market harder to replace. The markets
    are unknowns of their own in the system, since each of their nodes is bound to each other.
    """
    rows = np.flatnonzero(chosen >= 0)
    grown = np.zeros(nodes)
    if not len(rows):
        return grown
    some = matrix[chosen[rows]]
    system = eye_array(len(rows)) - some[:, rows]
    right = np.ones(len(rows))
    if market is not None:
        left = market.left(lost[:, None])[:, 0]
        count, where = len(left), market.layout.market
        share = market.layout.market_share
        bends = (left[where] > 0) & (share < left[where])
        per = np.divide(1, left, out=np.zeros(count), where=left > 0)
        all_nodes = np.arange(nodes)
        felt = csr_array((lost * bends * per[where], (all_nodes, where)), shape=(nodes, count))
        sums = csr_array((share, (where, all_nodes)), shape=(count, nodes))
        system = block_array([[system, -(some @ felt)], [-sums[:, rows], eye_array(count)]])
        right = np.append(right, np.zeros(count))
    grown[rows] = np.maximum(_solved(system.tocsr(), right, right)[: len(rows)], 1)
    return grown


def _solved(system: csr_array, right: FloatArray, guess: FloatArray) -> FloatArray:
    """Solve a linear system: by elimination if the size allows it, else by iteration."""
    if system.shape[0] <= DENSE_UP_TO:
        return np.asarray(np.linalg.solve(system.toarray(), right))
    if system.shape[0] <= SPARSE_UP_TO:
        return np.asarray(splu(system.tocsc(), permc_spec="MMD_AT_PLUS_A").solve(right))
    return _iterated(system, right, guess)


def _iterated(system: csr_array, right: FloatArray, guess: FloatArray) -> FloatArray:
    """Solve by GMRES, refined; what is missing in the end shows in the bound."""
    found = guess
    for _ in range(REFINEMENTS):
        missing = right - system @ found
        if np.abs(missing).max() <= RESIDUAL * np.abs(right).max():
            break
        more, _ = gmres(system, missing, rtol=RELATIVE, restart=RESTART, maxiter=RESTARTS)
        found = found + more
    return found
