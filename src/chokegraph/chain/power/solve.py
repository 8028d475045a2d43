# SPDX-License-Identifier: Apache-2.0
"""The exact solver: what is left of each goal when coalitions withdraw, children first.

All coalitions and all draws are solved at once: arrays are [coalition, 1 + draws]. Values are
logarithms of what is left; minus infinity where a coalition controls everything that is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from chokegraph.chain.power.means import FloatArray, Horizon, exponent, log_mean, weaken
from chokegraph.chain.power.nodes import Bundle, Market, Nests, children_of

BoolArray = NDArray[np.bool_]
Thirds = Literal["free", "bound"]
"""Whether suppliers of third countries still get what they need from the coalition."""


@dataclass(frozen=True)
class Cuts:
    """Who refuses what, one row for each question.

    Args:
        members: [row, supplier], True where a supplier (in the order of `Nests.suppliers`) refuses.
        inputs: [row, input], True where the refusal covers an input; None: it covers all.
        input_ids: The inputs of the columns of `inputs`.
        unnamed: Whether whoever holds the unattributed rest refuses as well.
        left: What the refusing suppliers go on delivering, as a fraction of the quantity.
        log_price: Only for small shocks: the suppliers stay, but are dearer by this logarithm.
    """

    members: BoolArray
    inputs: BoolArray | None = None
    input_ids: tuple[str, ...] = ()
    unnamed: bool = False
    left: float = 0.0
    log_price: float = 0.0

    @property
    def rows(self) -> int:
        """How many questions there are."""
        return len(self.members)


@dataclass(frozen=True)
class Held:
    """Who supplies each market: the coalition, the target itself, all others.

    Args:
        numbers: The markets' node numbers.
        shares: [3, market, row, 1 + draws]: the coalition's, the target's own, all others' shares.
    """

    numbers: tuple[int, ...]
    shares: FloatArray

    @cached_property
    def place(self) -> dict[int, int]:
        """Position of each market by its node number."""
        return {number: position for position, number in enumerate(self.numbers)}

    def of(self, number: int) -> FloatArray:
        """Shares of one market, [3, row, 1 + draws]."""
        return np.asarray(self.shares[:, self.place[number]])


@dataclass(frozen=True)
class Solution:
    """What is left of every node.

    Args:
        logs: [row, 1 + draws] for each node: logarithm of what is left.
        held: Who supplies each market.
        withheld: [market, row, 1 + draws]: logarithm of what is left of what the coalition
            supplies (minus its price in the long run).
    """

    logs: tuple[FloatArray, ...]
    held: Held
    withheld: FloatArray


def members_matrix(nests: Nests, coalitions: Sequence[Iterable[str]]) -> BoolArray:
    """Return [coalition, supplier]; who supplies nothing here is left out.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> from chokegraph.chain.power.nests import nests
        >>> members_matrix(nests(toy_world(), "CN"), [["JP"], ["NL", "XX"]]).tolist()
        [[False, True, False], [True, False, False]]
    """
    groups = [set(coalition) for coalition in coalitions]
    rows = [[name in group for name in nests.suppliers] for group in groups]
    return np.array(rows, dtype=bool).reshape(len(groups), len(nests.suppliers))


def log_left(
    nests: Nests, cuts: Cuts, *, horizon: Horizon = "long", thirds: Thirds = "free"
) -> dict[str, FloatArray]:
    """Return the logarithm of what is left of each goal, [row, 1 + draws].

    Args:
        nests: The compiled chain.
        cuts: Who refuses what.
        horizon: "long" or "short".
        thirds: "bound" if suppliers of third countries also lose what they need from the
            coalition (as under a foreign-direct-product rule), "free" if not.

    Example:
        >>> from chokegraph.chain.examples import small_world
        >>> from chokegraph.chain.power.nests import nests
        >>> from chokegraph.chain.power.parameters import assume
        >>> world = small_world({"litho": {"NL": 0.5, "KR": 0.5}}, routes={})
        >>> chain = nests(world, "CN", rows=assume({"suppliers": 5.0}))
        >>> cut = Cuts(members_matrix(chain, [["NL"]]))
        >>> round(float(1 - np.exp(log_left(chain, cut)["input:litho"])[0, 0]), 3)
        0.159
    """
    solution = solve(nests, cuts, horizon=horizon, thirds=thirds)
    return {goal: solution.logs[node] for goal, node in nests.goals.items()}


def solve(
    nests: Nests, cuts: Cuts, *, horizon: Horizon = "long", thirds: Thirds = "free"
) -> Solution:
    """Return what is left of every node; a partial cut in the long run goes by quotas."""
    if cuts.left > 0.0 and cuts.log_price == 0.0 and horizon == "long":
        from chokegraph.chain.power.quota import solve_quotas

        return solve_quotas(nests, cuts, thirds=thirds)
    with np.errstate(divide="ignore"):
        withheld = np.float64(-cuts.log_price if cuts.log_price else np.log(cuts.left))
    return forward(nests, hold(nests, cuts), withheld, horizon=horizon, thirds=thirds)


def forward(
    nests: Nests,
    held: Held,
    withheld: FloatArray | np.float64,
    *,
    horizon: Horizon,
    thirds: Thirds,
) -> Solution:
    """Go once through the nodes, children first.

    Args:
        nests: The compiled chain.
        held: Who supplies each market.
        withheld: Logarithm of what is left of the coalition's supplies (minus the logarithm of
            their price), for all markets or [market, row, 1 + draws].
        horizon: "long" or "short".
        thirds: See `log_left`.
    """
    refused = held.shares[0]
    left = np.broadcast_to(withheld, refused.shape)
    shape = refused.shape[1:]
    # Most inputs need nothing further in the chain: all their markets are solved at once.
    plain = [n for n, number in enumerate(held.numbers) if _made(nests, number) is None]
    done = _plain_markets(nests, held, left, plain, horizon)
    logs: list[FloatArray] = []
    for number, node in enumerate(nests.nodes):
        if isinstance(node, Bundle):
            logs.append(_bundle(node, logs, shape, horizon))
        elif node.made is None:
            logs.append(done[number])
        else:
            at_home = logs[node.made]
            abroad = at_home if thirds == "bound" else np.zeros(shape)
            kinds = np.stack([left[held.place[number]], at_home, abroad])
            r = exponent(node.elasticity[horizon], horizon)
            logs.append(log_mean(kinds, held.of(number), r))
    return Solution(tuple(logs), held, left)


def _made(nests: Nests, number: int) -> int | None:
    node = nests.nodes[number]
    return node.made if isinstance(node, Market) else None


def _plain_markets(
    nests: Nests, held: Held, left: FloatArray, plain: Sequence[int], horizon: Horizon
) -> dict[int, FloatArray]:
    """What is left of markets whose own suppliers need nothing from the coalition."""
    if not plain:
        return {}
    numbers = [held.numbers[n] for n in plain]
    nodes = [nests.nodes[number] for number in numbers]
    r = exponent(np.stack([node.elasticity[horizon] for node in nodes])[:, None, :], horizon)
    refused, own, others = held.shares[:, plain]
    kept = left[plain]
    found = log_mean(np.stack([kept, np.zeros_like(kept)]), np.stack([refused, own + others]), r)
    return dict(zip(numbers, found, strict=True))


def _bundle(
    node: Bundle, logs: Sequence[FloatArray], shape: tuple[int, int], horizon: Horizon
) -> FloatArray:
    parts = weaken(np.stack([logs[child] for child in node.children]), node.needs[:, None, None])
    shares = node.shares[:, None, :]
    if node.own_work.any():
        parts = np.concatenate([parts, np.zeros((1, *shape))])
        shares = np.concatenate([shares, node.own_work[None, None, :]])
    return log_mean(parts, shares, exponent(node.elasticity[horizon], horizon))


def hold(nests: Nests, cuts: Cuts) -> Held:
    """Return for each market the shares of the coalition, the target itself and all others."""
    place = {name: n for n, name in enumerate(nests.suppliers)}
    column = {name: n for n, name in enumerate(cuts.input_ids)}
    shape = (3, len(nests.markets), cuts.rows, 1 + nests.draws)
    shares = np.empty(shape)
    for n, (_, market) in enumerate(nests.markets):
        shares[:, n] = _split(market, cuts, place, column)
    return Held(tuple(number for number, _ in nests.markets), shares)


def _split(
    node: Market, cuts: Cuts, place: Mapping[str, int], column: Mapping[str, int]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Shares of the coalition, the target's own suppliers and all others, [row, 1 + draws]."""
    bought = node.purchases
    refuses = np.zeros((cuts.rows, len(bought.providers)), dtype=bool)
    for n, name in enumerate(bought.providers):
        if name in place and not bought.own[n]:
            refuses[:, n] = cuts.members[:, place[name]]
    if cuts.unnamed:
        refuses[:, -1] = refuses.any(axis=1) | cuts.members.any(axis=1)
    if cuts.inputs is not None:
        covered = bought.input_id in column
        refuses &= cuts.inputs[:, column[bought.input_id], None] if covered else False
    own = np.broadcast_to(bought.own, refuses.shape)
    # Each part is a sum of its own: what is left of one less the others would never be exactly 0.
    return (
        refuses.astype(float) @ bought.shares,
        (own & ~refuses).astype(float) @ bought.shares,
        (~own & ~refuses).astype(float) @ bought.shares,
    )


def spending(
    nests: Nests,
    solution: Solution,
    goal: str,
    *,
    horizon: Horizon = "long",
    thirds: Thirds = "free",
) -> list[FloatArray]:
    """Return d ln(left of the goal) / d ln(left of each node), [row, 1 + draws]: parents first.

    In the long run this is the share of the goal's cost that is spent on the node after the cut
    (Shephard's lemma). Where nothing is left of the goal it is not defined, and not a number.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> from chokegraph.chain.power.nests import nests
        >>> chain = nests(toy_world(), "CN")
        >>> found = solve(chain, Cuts(members_matrix(chain, [[]])))
        >>> weights = spending(chain, found, "product:chip")
        >>> round(sum(float(weights[n][0, 0]) for n, _ in chain.markets), 3)
        0.6
    """
    logs = solution.logs
    found = [np.zeros_like(log) for log in logs]
    root = nests.goals[goal]
    found[root] = np.where(np.isfinite(logs[root]), 1.0, np.nan)
    for number in range(root, -1, -1):
        node = nests.nodes[number]
        weight = found[number]
        if not weight.any():
            continue
        children = children_of(node)
        for child, passed in zip(
            children, _passed(node, number, logs, solution, horizon, thirds), strict=True
        ):
            found[child] = found[child] + weight * passed
    return found


def _passed(
    node: Market | Bundle,
    number: int,
    logs: Sequence[FloatArray],
    solution: Solution,
    horizon: Horizon,
    thirds: Thirds,
) -> list[FloatArray]:
    """How much of a change of each child reaches the node, in logarithms."""
    r = exponent(node.elasticity[horizon], horizon)
    if isinstance(node, Market):
        if node.made is None:
            return []
        bought = node.purchases
        through = bought.own.astype(float) @ bought.shares
        part = np.broadcast_to(through, logs[number].shape)
        if thirds == "bound":
            part = 1.0 - solution.held.of(number)[0]
        return [_share(part, logs[node.made], logs[number], r)]
    before = np.stack([logs[child] for child in node.children])
    need = node.needs[:, None, None]
    after = weaken(before, need)
    # Through a need of strength w: w y / (1 - w + w y), and nothing where the input is gone.
    there = np.isfinite(before)
    drop = np.where(there & (need != 1.0), before, 0.0) - np.where(need != 1.0, after, 0.0)
    inner = np.where(there, need * np.exp(drop), 0.0)
    outer = _share(node.shares[:, None, :], after, logs[number], r)
    return list(inner * outer)


def _share(weight: FloatArray, part: FloatArray, whole: FloatArray, r: FloatArray) -> FloatArray:
    """Share of a part in a power mean after the cut; a part that is gone has none."""
    with np.errstate(invalid="ignore", over="ignore"):
        found = weight * np.exp(r * (part - whole))
    return np.where(np.isfinite(found) & (weight > 0.0), found, 0.0)
