# SPDX-License-Identifier: Apache-2.0
"""`power` and `member_contributions`: from a world and a question to an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from chokegraph.chain.power.answer import MemberContribution, PowerAnswer
from chokegraph.chain.power.means import Horizon
from chokegraph.chain.power.members import contributions
from chokegraph.chain.power.parameters import Assumption
from chokegraph.chain.power.product import product_power
from chokegraph.chain.power.question import DRAWS, goals_of, question
from chokegraph.chain.power.solve import Thirds
from chokegraph.world.model import Level, World


def power(
    world: World,
    target: str,
    coalition: Iterable[str],
    *,
    products: Iterable[str] | None = None,
    horizon: Horizon = "long",
    cut: float = 1.0,
    thirds: Thirds = "free",
    by: Level = "country",
    draws: int = DRAWS,
    seed: int = 0,
    assumptions: Mapping[str, Assumption] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> PowerAnswer:
    """Say what a target would lose if a coalition withdrew what it supplies.

    Args:
        world: The facts.
        target: The country that would be cut off.
        coalition: Countries, with `by="firm"` also firms, that would refuse together.
        products: Products (or `route:id`, `input:id`); all products if None.
        horizon: "long" (everything is bought anew, for the same money) or "short" (other
            quantities stay as they are).
        cut: The fraction of its supply that the coalition withdraws, above 0 and at most 1.
        thirds: "bound" if suppliers of third countries also lose what they need from the
            coalition, as under a foreign-direct-product rule; "free" if they do not.
        by: Whether suppliers are countries or firms.
        draws: How many draws of shares and parameters.
        seed: Seed of the draws.
        assumptions: Parameters to replace, by name: a value or a range.
        progress: Called with products done and all of them.

    Raises:
        FindingsError: Everything that is wrong with the question.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> answer = power(toy_world(), "CN", ["NL"], draws=0, assumptions={"suppliers": 2.0})
        >>> product = answer.products[0]
        >>> product.goal, 0.0 < product.loss.figure < 1.0
        ('product:chip', True)
    """
    asked = question(
        world,
        target,
        coalition,
        horizon=horizon,
        thirds=thirds,
        cut=cut,
        by=by,
        draws=draws,
        seed=seed,
        assumptions=assumptions,
    )
    goals = goals_of(asked, products)
    answers = []
    for number, goal in enumerate(goals):
        if progress is not None:
            progress(number, len(goals))
        answers.append(product_power(asked, goal))
    if progress is not None:
        progress(len(goals), len(goals))
    return PowerAnswer(
        target=target,
        coalition=asked.members,
        by=by,
        horizon=horizon,
        thirds=thirds,
        left=asked.left,
        draws=draws,
        seed=seed,
        year=world.year,
        world=world.origin,
        data_hash=world.data_hash,
        products=tuple(answers),
        parameters=tuple(row for row in asked.rows if row.horizon in ("", horizon)),
    )


def member_contributions(
    world: World,
    target: str,
    coalition: Iterable[str],
    product: str,
    *,
    horizon: Horizon = "long",
    cut: float = 1.0,
    thirds: Thirds = "free",
    by: Level = "country",
    draws: int = DRAWS,
    seed: int = 0,
    assumptions: Mapping[str, Assumption] | None = None,
) -> tuple[MemberContribution, ...]:
    """Return what each member of a coalition adds to its power over one product.

    Args:
        world: The facts.
        target: The country that would be cut off.
        coalition: Who would refuse together.
        product: A product (or `route:id`, `input:id`).
        horizon: See `power`.
        cut: See `power`.
        thirds: See `power`.
        by: See `power`.
        draws: See `power`.
        seed: See `power`.
        assumptions: See `power`.

    Returns:
        One row for each member, in the order given; the Shapley values of the loss add up to the
        loss that all bring together.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> rows = member_contributions(toy_world(), "CN", ["NL", "JP"], "chip", draws=0)
        >>> [row.member for row in rows], round(sum(row.loss.figure for row in rows), 6)
        (['NL', 'JP'], 1.0)
    """
    asked = question(
        world,
        target,
        coalition,
        horizon=horizon,
        thirds=thirds,
        cut=cut,
        by=by,
        draws=draws,
        seed=seed,
        assumptions=assumptions,
    )
    goal = goals_of(asked, [product])[0]
    table = asked.lattice(asked.chain.cone([goal]), asked.members, goal)
    return contributions(asked.members, table)
