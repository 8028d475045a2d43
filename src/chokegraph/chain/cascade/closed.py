# SPDX-License-Identifier: Apache-2.0
"""Upstream in closed form: the chance that a walk along customers meets what was knocked out.

Follow one unit of a node's sales to a customer, from there one unit of the customer's sales to its
customer, and so on; the walk leaves where sales go to final demand. A node's lost orders are the
chance that its walk meets a node that was knocked out before it leaves. With G the inverse of
(I - share of sales), that chance is G[:, k] / G[k, k] for one node k, and G[:, K] c with
G[K, K] c = 1 for a set K. Exact up to rounding, for complete knock-outs and no cut edges; a node
that loses a part of its capacity is a maximum and not a sum, which `exact` solves.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import inv

from chokegraph.chain.cascade.layout import Side
from chokegraph.chain.cascade.shocks import Packed

FloatArray = NDArray[np.float64]

LEAK = 1e-12
"""Shares that add up to less than one by more than this let something leave."""
SMALL = 300
"""Nodes up to which inverting pays for any number of scenarios."""
LARGEST, EACH, LONG = 12_000, 10, 100
"""Nodes up to which it pays for one scenario in each so many nodes and walks of so many steps."""


def leaves(
    source: NDArray[np.int32], owner: NDArray[np.int32], leak: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which nodes have a way to a node where something leaves.

    Args:
        source: (M,) where each edge leads.
        owner: (M,) where each edge starts.
        leak: (N,) nodes where something leaves.

    Returns:
        (N,) whether a node can reach such a node, or is one.

    Example:
        >>> ways = np.array([1], np.int32), np.array([0], np.int32)
        >>> leaves(*ways, np.array([False, True, False])).tolist()
        [True, True, False]
    """
    reached = leak.copy()
    while True:
        more = reached.copy()
        more[owner[reached[source]]] = True
        if (more == reached).all():
            return reached
        reached = more


def applies(side: Side, packed: Packed) -> bool:
    """Whether the closed form holds: complete knock-outs, no cuts, and all sales end somewhere.

    Args:
        side: The upstream direction.
        packed: The scenarios.

    Returns:
        Whether `first_passage` may be called.

    Example:
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> from chokegraph.chain.cascade.layout import layout_of
        >>> from chokegraph.chain.cascade.shocks import Shock, pack
        >>> up = layout_of(chain_of_three()).up
        >>> [applies(up, pack([Shock("s", lost={2: much})])) for much in (1.0, 0.5)]
        [True, False]
    """
    if packed.cuts or not (packed.lost == 1).all():
        return False
    owner = side.owner[side.piece]
    total = np.bincount(owner, side.share, side.nodes)
    return bool(leaves(side.source, owner, total < 1 - LEAK).all())


def pays(side: Side, packed: Packed, error: float) -> bool:
    """Whether inverting the matrix is the quickest way, and the closed form holds.

    It is in small networks, and in middling ones with many scenarios where so little goes to final
    demand that walks are long, since steps are then many.

    Args:
        side: The upstream direction.
        packed: The scenarios.
        error: How near to the limit steps would have to go.

    Returns:
        True if `first_passage` should be used.

    Example:
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> from chokegraph.chain.cascade.layout import layout_of
        >>> from chokegraph.chain.cascade.shocks import Shock, pack
        >>> pays(layout_of(chain_of_three()).up, pack([Shock("s", lost={0: 1.0})]), 1e-9)
        True
    """
    if side.nodes > LARGEST or not applies(side, packed):
        return False
    if side.nodes <= SMALL:
        return True
    if packed.scenarios * EACH < side.nodes:
        return False
    walking = np.ones(side.nodes)
    for _ in range(LONG):
        on = np.zeros(side.nodes)
        on[side.owner] = side.matrix @ walking
        walking = on
    return bool(walking.max() > error)


def inverse_of(side: Side) -> FloatArray:
    """G: how often a walk from each node visits each node before it leaves.

    Args:
        side: The upstream direction, for which `applies`.

    Returns:
        (N, N) expected visits.

    Example:
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> from chokegraph.chain.cascade.layout import layout_of
        >>> inverse_of(layout_of(chain_of_three()).up)[0].tolist()
        [1.0, 1.0, 1.0]
    """
    system = np.zeros((side.nodes, side.nodes), order="F")
    np.subtract.at(system, (side.owner[side.piece], side.source), side.share)
    system[np.diag_indices(side.nodes)] += 1
    return np.asarray(inv(system, overwrite_a=True, check_finite=False))


def first_passage(
    side: Side, packed: Packed, inverse: FloatArray | None = None
) -> tuple[FloatArray, FloatArray]:
    """Losses upstream of complete knock-outs, by the inverse of the matrix.

    Args:
        side: The upstream direction.
        packed: The scenarios, for which `applies`.
        inverse: What `inverse_of` gave, if it is at hand.

    Returns:
        (N, K) losses, and (K,) a bound on their error from what a step still changes.

    Example:
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> from chokegraph.chain.cascade.layout import layout_of
        >>> from chokegraph.chain.cascade.shocks import Shock, pack
        >>> shock = pack([Shock("s", lost={1: 1.0})])
        >>> first_passage(layout_of(chain_of_three()).up, shock)[0].T.tolist()
        [[1.0, 1.0, 0.0]]
    """
    if inverse is None:
        inverse = inverse_of(side)
    lost = np.zeros((side.nodes, packed.scenarios))
    single = np.diff(packed.start) == 1
    one = packed.node[packed.start[:-1][single]]
    lost[:, single] = inverse[:, one] / inverse[one, one]
    for number in np.flatnonzero(np.diff(packed.start) > 1):
        group = np.unique(packed.node[packed.start[number] : packed.start[number + 1]])
        parts = np.linalg.solve(inverse[np.ix_(group, group)], np.ones(len(group)))
        lost[:, number] = inverse[:, group] @ parts
    lost = np.clip(lost, 0, 1)
    column = np.repeat(np.arange(packed.scenarios), np.diff(packed.start))
    lost[packed.node, column] = 1
    change = np.zeros_like(lost)
    change[side.owner] = side.matrix @ lost
    change -= lost
    change[packed.node, column] = 0
    # A walk makes at most so many stops, and each adds what a step still changes there.
    stops = inverse.sum(axis=1).max(initial=1)
    bound: FloatArray = np.abs(change).max(axis=0, initial=0) * stops
    return lost, bound
