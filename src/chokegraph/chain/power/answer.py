# SPDX-License-Identifier: Apache-2.0
"""What `power` answers: frozen, every figure with its 5 to 95 % interval over the draws."""

from __future__ import annotations

from dataclasses import dataclass

from chokegraph.chain.power.means import FloatArray, Horizon
from chokegraph.chain.power.parameters import Parameter
from chokegraph.chain.power.solve import Thirds
from chokegraph.world.model import Level
from chokegraph.world.quantiles import quantiles


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure, and how it spreads over the draws.

    Args:
        figure: With every share and parameter at its middle value.
        low: 5 % point of the draws.
        median: Their median.
        high: Their 95 % point.
    """

    figure: float
    low: float
    median: float
    high: float


def spread(values: FloatArray) -> Spread:
    """Return the spread of an array [1 + draws] whose first column is the figure.

    Points of the draws are values that occur, so that infinity stays infinity.

    Example:
        >>> import numpy as np
        >>> spread(np.array([0.5, 0.1, 0.4, np.inf]))
        Spread(figure=0.5, low=0.1, median=0.4, high=inf)
    """
    values = values + 0.0  # no minus zero
    figure = float(values[0])
    if len(values) == 1:
        return Spread(figure, figure, figure, figure)
    return Spread(figure, *(float(point) for point in quantiles(values[1:])))


@dataclass(frozen=True, slots=True)
class Driver:
    """One input of a product: how much of the power runs through it.

    Args:
        input_id: The input.
        name: Its name.
        family: The family it belongs to.
        share: The coalition's share of the target's purchases of it, at the grades asked.
        own: The target's own share of them.
        cost: Its share of the cost of the product's inputs.
        alone: Loss of the product if only this input is refused.
        without: How much of the loss goes away if this input alone is exempt.
        marginal: Change of log-power for each percentage point of purchases moved from the
            coalition to others, with everything refused; None where the product stops anyway, or
            where nobody else supplies the input, so that there is no slope.
        controlled: Whether, in the figures, nobody else supplies it at a grade asked.
        statement_ids: The statements its shares rest on.
    """

    input_id: str
    name: str
    family: str
    share: Spread
    own: float
    cost: float
    alone: float
    without: float
    marginal: float | None
    controlled: bool
    statement_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FamilyPower:
    """A family of inputs: the loss of a product if only that family is refused."""

    family: str
    inputs: int
    cost: float
    loss: Spread


@dataclass(frozen=True, slots=True)
class MemberContribution:
    """What one member adds to a coalition.

    Args:
        member: The country or firm.
        alone: Loss if it alone refuses.
        last: How much the coalition's loss falls if it alone stays out.
        loss: Its Shapley value of the loss: what it adds, averaged over all orders of joining.
            Values of all members add up to the coalition's loss.
        log_power: Its Shapley value of log-power, None where log-power is infinite in the figures.
        finite: Share of the draws in which log-power is finite for every coalition of members.
    """

    member: str
    alone: Spread
    last: Spread
    loss: Spread
    log_power: float | None
    finite: float


@dataclass(frozen=True, slots=True)
class SizePower:
    """The loss that a coalition of a size brings.

    `members` stand in the order in which they join, or the most powerful alone first.
    """

    members: tuple[str, ...]
    loss: Spread
    stops: float

    @property
    def size(self) -> int:
        """How many members it has."""
        return len(self.members)


@dataclass(frozen=True, slots=True)
class ProductPower:
    """A coalition's power over one product of the target.

    Args:
        goal: `product:id`, `route:id` or `input:id`.
        name: Its name.
        loss: Share of real output lost for the same money (long run) or with other quantities as
            they were (short run).
        log_power: -ln(1 - loss); infinite where nothing is left.
        stops: Share of the draws in which nothing is left.
        unnamed_joins: Loss in the figures if whoever holds the unattributed rest refuses as well.
        members: What each member adds.
        synergy: Loss of all together less the sum of losses of each alone; below zero where each
            alone already stops much, since a loss cannot exceed one.
        log_synergy: The same of log-power in the figures: infinite where only together they
            control everything, None where a member alone does.
        families: By family of inputs, the largest loss first.
        drivers: By input, the most important first.
        joining: Members joining one by one, each time the one that adds most.
        sizes: The most powerful coalition of each size among all who supply the product.
        considered: Who was considered for `sizes`, the most powerful alone first.
    """

    goal: str
    name: str
    loss: Spread
    log_power: Spread
    stops: float
    unnamed_joins: float
    members: tuple[MemberContribution, ...]
    synergy: Spread
    log_synergy: float | None
    families: tuple[FamilyPower, ...]
    drivers: tuple[Driver, ...]
    joining: tuple[SizePower, ...]
    sizes: tuple[SizePower, ...]
    considered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PowerAnswer:
    """A coalition's power over a target, with what was asked and assumed.

    Args:
        target: Who would be cut off.
        coalition: Who would refuse.
        by: Whether suppliers are countries or firms.
        horizon: "long" or "short".
        thirds: Whether third countries' suppliers are bound as well.
        left: What refusing suppliers go on delivering.
        draws: How many draws.
        seed: Their seed.
        year: Year of the facts.
        world: Where the facts come from.
        data_hash: Their fingerprint.
        products: The answers, in the order asked.
        parameters: The elasticities and cost shares used.
    """

    target: str
    coalition: tuple[str, ...]
    by: Level
    horizon: Horizon
    thirds: Thirds
    left: float
    draws: int
    seed: int
    year: int
    world: str
    data_hash: str
    products: tuple[ProductPower, ...]
    parameters: tuple[Parameter, ...]
