# SPDX-License-Identifier: Apache-2.0
"""What each member adds: all coalitions of the members at once, Shapley values, orders, sizes.

Log-power adds up over independent inputs, but is infinite where a coalition controls everything
that is needed; then nothing finite can be divided among its members, and only the loss (which is
at most one) is. So both are given, and log-power only where it is finite.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

import numpy as np

from chokegraph.chain.power.answer import MemberContribution, SizePower, spread
from chokegraph.chain.power.means import FloatArray, Horizon
from chokegraph.chain.power.nodes import Nests
from chokegraph.chain.power.solve import BoolArray, Cuts, Thirds, log_left, members_matrix
from chokegraph.errors import Finding, FindingsError

MOST_MEMBERS = 14
"""Members of whom every coalition is tried: 16,384 coalitions of 14."""
_ROWS_AT_ONCE = 512
_ROUNDING = 1e-14


def lattice(
    nests: Nests,
    groups: Sequence[Sequence[str]],
    goal: str,
    *,
    horizon: Horizon = "long",
    thirds: Thirds = "free",
    left: float = 0.0,
) -> FloatArray:
    """Return the logarithm of what is left of a goal for every coalition of some members.

    Args:
        nests: The compiled chain.
        groups: The members; each a list of suppliers that refuse together.
        goal: `input:id`, `route:id` or `product:id`.
        horizon: "long" or "short".
        thirds: See `log_left`.
        left: What refusing suppliers go on delivering.

    Returns:
        [2^n, 1 + draws]; member i takes part in coalition c if bit i of c is set.

    Raises:
        FindingsError: If there are too many members.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> from chokegraph.chain.power.nests import nests
        >>> logs = lattice(nests(toy_world(), "CN"), [["NL"], ["JP"]], "product:chip")
        >>> logs.shape, float(logs[0, 0]), float(logs[3, 0])
        ((4, 1), 0.0, -inf)
    """
    if len(groups) > MOST_MEMBERS:
        finding = Finding(
            f"{len(groups)} members: every coalition is tried up to {MOST_MEMBERS}",
            fix="give fewer members, or look at each product's largest suppliers",
        )
        raise FindingsError([finding], title="power")
    cone = nests.cone([goal])
    single = members_matrix(cone, groups)
    bits = np.arange(1 << len(groups))[:, None] >> np.arange(len(groups)) & 1 == 1
    parts = []
    for start in range(0, len(bits), _ROWS_AT_ONCE):
        chosen = bits[start : start + _ROWS_AT_ONCE]
        cuts = Cuts(_union(chosen, single), left=left)
        parts.append(log_left(cone, cuts, horizon=horizon, thirds=thirds)[goal])
    return np.concatenate(parts)


def _union(chosen: BoolArray, single: BoolArray) -> BoolArray:
    return np.asarray(chosen.astype(int) @ single.astype(int) > 0)


def shapley_columns(values: FloatArray) -> FloatArray:
    """Return the Shapley value of every member, for each draw.

    Args:
        values: [2^n, ...]: the worth of every coalition, finite.

    Returns:
        [n, ...]; they add up to the worth of all less the worth of none.

    Example:
        >>> import numpy as np
        >>> shapley_columns(np.array([0.0, 1.0, 0.0, 3.0])).tolist()
        [2.0, 1.0]
    """
    count = len(values).bit_length() - 1
    numbers = np.arange(len(values))
    sizes = np.bitwise_count(numbers.astype(np.uint64)).astype(int)
    weight = np.array([1.0 / (count * comb(count - 1, size)) for size in range(count)] or [0.0])
    rows = np.zeros((count, len(values)))
    for member in range(count):
        inside = numbers >> member & 1 == 1
        rows[member, inside] = weight[sizes[inside] - 1]
        rows[member, ~inside] = -weight[sizes[~inside]]
    found = np.tensordot(rows, values, axes=1)
    # What a sum of rounding errors leaves is nothing.
    return np.asarray(np.where(np.abs(found) < _ROUNDING, 0.0, found))


def best_by_size(values: FloatArray) -> tuple[int, ...]:
    """Return the coalition with the least left, of each size from 0 on.

    Among equals the one that comes first counts: members stand in their order of importance.

    Args:
        values: [2^n], the logarithm of what is left for every coalition.

    Example:
        >>> import numpy as np
        >>> best_by_size(np.array([0.0, -0.1, -0.4, -1.0]))
        (0, 2, 3)
    """
    sizes = np.bitwise_count(np.arange(len(values), dtype=np.uint64)).astype(int)
    found = []
    for size in range(int(sizes.max()) + 1):
        numbers = np.flatnonzero(sizes == size)
        found.append(int(numbers[np.argmin(values[numbers])]))
    return tuple(found)


def joining_order(values: FloatArray) -> tuple[int, ...]:
    """Return the order in which members join if each time the one that adds most comes next.

    Args:
        values: [2^n], the logarithm of what is left for every coalition.

    Example:
        >>> import numpy as np
        >>> joining_order(np.array([0.0, -0.1, -0.4, -1.0]))
        (1, 0)
    """
    count = len(values).bit_length() - 1
    taken, order = 0, []
    for _ in range(count):
        rest = [member for member in range(count) if not taken >> member & 1]
        chosen = min(rest, key=lambda member: float(values[taken | 1 << member]))
        order.append(chosen)
        taken |= 1 << chosen
    return tuple(order)


def contributions(names: Sequence[str], logs: FloatArray) -> tuple[MemberContribution, ...]:
    """Return what each member adds, from what is left for every coalition.

    Args:
        names: The members; member i takes part in coalition c if bit i of c is set.
        logs: [2^n, 1 + draws], the logarithm of what is left.

    Example:
        >>> import numpy as np
        >>> rows = contributions(["NL", "JP"], np.log([[1.0], [0.5], [1.0], [0.25]]))
        >>> [(row.member, row.alone.figure, row.last.figure, row.loss.figure) for row in rows]
        [('NL', 0.5, 0.75, 0.625), ('JP', 0.0, 0.25, 0.125)]
    """
    loss = -np.expm1(logs)
    by_loss = shapley_columns(loss)
    finite = np.asarray(np.isfinite(logs).all(axis=0))
    by_log = shapley_columns(-logs[:, :1]) if finite[0] else None
    last = len(logs) - 1
    return tuple(
        MemberContribution(
            name,
            alone=spread(loss[1 << n]),
            last=spread(loss[last] - loss[last ^ 1 << n]),
            loss=spread(by_loss[n]),
            log_power=None if by_log is None else float(by_log[n, 0]),
            finite=float(finite[1:].mean() if len(finite) > 1 else finite[0]),
        )
        for n, name in enumerate(names)
    )


def joining(names: Sequence[str], logs: FloatArray) -> tuple[SizePower, ...]:
    """Return the members joining one by one, each time the one that adds most.

    Args:
        names: The members.
        logs: [2^n, 1 + draws], the logarithm of what is left for every coalition.

    Example:
        >>> import numpy as np
        >>> rows = joining(["NL", "JP"], np.log([[1.0], [0.5], [1.0], [0.25]]))
        >>> [(row.members, row.loss.figure) for row in rows]
        [(('NL',), 0.5), (('NL', 'JP'), 0.75)]
    """
    taken, members, rows = 0, [], []
    for n in joining_order(logs[:, 0]):
        taken |= 1 << n
        members.append(names[n])
        rows.append(size_power(members, logs[taken]))
    return tuple(rows)


def size_power(members: Sequence[str], logs: FloatArray) -> SizePower:
    """Return the power of a coalition from the logarithm of what it leaves, [1 + draws]."""
    return SizePower(tuple(members), spread(-np.expm1(logs)), stops(logs))


def stops(logs: FloatArray) -> float:
    """Return the share of draws (of the figure, if there are none) in which nothing is left.

    Example:
        >>> import numpy as np
        >>> stops(np.array([-1.0, -np.inf, -1.0]))
        0.5
    """
    drawn = logs[1:] if len(logs) > 1 else logs
    return float((drawn == -np.inf).mean())
