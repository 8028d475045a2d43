# SPDX-License-Identifier: Apache-2.0
"""`power` and `member_contributions`: from a world and a question to an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from chokegraph.chain.goals import goal_name
from chokegraph.chain.power.answer import (
    MemberContribution,
    PowerAnswer,
    ProductPower,
    SizePower,
    Spread,
    spread,
)
from chokegraph.chain.power.drivers import drivers_of, families_of
from chokegraph.chain.power.means import FloatArray, Horizon
from chokegraph.chain.power.members import best_by_size, joining_order, lattice, shapley_columns
from chokegraph.chain.power.nests import Nests, nests
from chokegraph.chain.power.parameters import Assumption, Parameter, assume
from chokegraph.chain.power.solve import Cuts, Thirds, log_left, members_matrix
from chokegraph.chain.supply import own_providers
from chokegraph.errors import Finding, FindingsError
from chokegraph.world.model import UNKNOWN_PROVIDER, Level, World

DRAWS = 300
"""Draws if none are asked for."""
_CONSIDERED = 10
_GOALS = ("product:", "route:", "input:")


@dataclass(frozen=True)
class _Question:
    """What every part of the answer needs to know."""

    world: World
    chain: Nests
    members: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]]
    horizon: Horizon
    thirds: Thirds
    left: float

    def full(self) -> _Question:
        """The same question with everything withdrawn."""
        return replace(self, left=0.0)

    def lattice(self, chain: Nests, names: Sequence[str], goal: str) -> FloatArray:
        groups = [self.groups[name] for name in names]
        return lattice(
            chain, groups, goal, horizon=self.horizon, thirds=self.thirds, left=self.left
        )

    def logs(self, chain: Nests, coalitions: Sequence[Sequence[str]], goal: str) -> FloatArray:
        rows = [[one for name in names for one in self.groups[name]] for names in coalitions]
        cuts = Cuts(members_matrix(chain, rows), left=self.left)
        return log_left(chain, cuts, horizon=self.horizon, thirds=self.thirds)[goal]


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
    rows = assume(assumptions or {})
    asked = _question(
        world,
        target,
        coalition,
        horizon=horizon,
        thirds=thirds,
        cut=cut,
        by=by,
        draws=draws,
        seed=seed,
        rows=rows,
    )
    goals = _goals(asked.chain, world, products)
    answers = []
    for number, goal in enumerate(goals):
        if progress is not None:
            progress(number, len(goals))
        answers.append(_product(asked, goal))
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
        parameters=tuple(row for row in rows if row.horizon in ("", horizon)),
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
    asked = _question(
        world,
        target,
        coalition,
        horizon=horizon,
        thirds=thirds,
        cut=cut,
        by=by,
        draws=draws,
        seed=seed,
        rows=assume(assumptions or {}),
    )
    goal = _goals(asked.chain, world, [product])[0]
    return _members(asked.members, asked.lattice(asked.chain.cone([goal]), asked.members, goal))


def _question(
    world: World,
    target: str,
    coalition: Iterable[str],
    *,
    horizon: Horizon,
    thirds: Thirds,
    cut: float,
    by: Level,
    draws: int,
    seed: int,
    rows: tuple[Parameter, ...],
) -> _Question:
    """Check the question and compile the chain, or say everything that is wrong."""
    members = tuple(dict.fromkeys(coalition))
    found: list[Finding] = []
    known = set(world.countries) - {UNKNOWN_PROVIDER}
    if target not in known:
        found.append(Finding(f"target {target!r} is not a country here", "use a two-letter code"))
    for name in members:
        if name == target or (name in world.firms and world.firms[name].headquarters == target):
            found.append(Finding(f"{name} belongs to the target", "take it out of one of them"))
        elif name not in known and not (by == "firm" and name in world.firms):
            fix = "use two-letter codes" + (" or ids of firms" if by == "firm" else "")
            found.append(Finding(f"coalition member {name!r} is not in this world", fix))
    if not members:
        found.append(Finding("the coalition is empty", "name at least one member"))
    if not 0.0 < cut <= 1.0:
        found.append(Finding(f"cut {cut:g} is not a fraction", "give above 0 and at most 1"))
    if draws < 0:
        found.append(Finding(f"{draws} draws", "give 0 (only the figures) or more"))
    if found:
        raise FindingsError(found, title="power")
    chain = nests(world, target, by=by, draws=draws, seed=seed, rows=rows)
    homes = (world.firms[name].headquarters for name in chain.suppliers if by == "firm")
    every = dict.fromkeys([*members, *chain.suppliers, *homes])
    groups = {name: _providers(world, chain, name, by) for name in every}
    left = 0.0 if cut == 1.0 else 1.0 - cut
    return _Question(world, chain, members, groups, horizon, thirds, left)


def _providers(world: World, chain: Nests, name: str, by: Level) -> tuple[str, ...]:
    """The suppliers that refuse when a member refuses: itself, or the firms of a country."""
    if by == "firm" and name in world.countries:
        return tuple(sorted(own_providers(world, name, chain.suppliers, level=by)))
    return (name,)


def _goals(chain: Nests, world: World, products: Iterable[str] | None) -> tuple[str, ...]:
    """The goals asked for; a bare name is a product, a route or an input."""
    if products is None:
        every = tuple(goal for goal in chain.goals if goal.startswith("product:"))
        if not every:
            finding = Finding("this world has no product that a route leads to", "name an input")
            raise FindingsError([finding], title="power")
        return every
    goals, found = [], []
    for name in products:
        options = [name] if name.startswith(_GOALS) else [kind + name for kind in _GOALS]
        goal = next((option for option in options if option in chain.goals), None)
        if goal is None:
            from difflib import get_close_matches

            ids = [*world.products, *world.routes, *world.inputs]
            near = get_close_matches(name.partition(":")[2] or name, ids, n=3)
            fix = f"did you mean {', '.join(near)}?" if near else f"use {', '.join(world.products)}"
            found.append(Finding(f"no product, route or input is called {name!r}", fix))
        else:
            goals.append(goal)
    if found:
        raise FindingsError(found, title="power")
    return tuple(dict.fromkeys(goals))


def _product(asked: _Question, goal: str) -> ProductPower:
    cone = asked.chain.cone([goal])
    table = asked.lattice(cone, asked.members, goal)
    everyone = table[-1]
    loss = -np.expm1(table)
    singles = loss[1 << np.arange(len(asked.members))]
    considered, sizes = _sizes(asked, cone, goal)
    refusing = [one for name in asked.members for one in asked.groups[name]]
    unnamed = Cuts(members_matrix(cone, [refusing]), unnamed=True, left=asked.left)
    joined = log_left(cone.figures(), unnamed, horizon=asked.horizon, thirds=asked.thirds)[goal]
    order = joining_order(table[:, 0])
    return ProductPower(
        goal=goal,
        name=goal_name(asked.world, goal),
        loss=spread(loss[-1]),
        log_power=spread(-everyone + 0.0),
        stops=_stops(everyone),
        unnamed_joins=float(-np.expm1(joined[0, 0])),
        members=_members(asked.members, table),
        synergy=spread(loss[-1] - singles.sum(axis=0)),
        log_synergy=_log_synergy(table[:, 0], len(asked.members)),
        families=families_of(
            asked.world,
            cone,
            goal,
            refusing,
            horizon=asked.horizon,
            thirds=asked.thirds,
            left=asked.left,
        ),
        drivers=drivers_of(
            asked.world,
            cone,
            goal,
            refusing,
            horizon=asked.horizon,
            thirds=asked.thirds,
            left=asked.left,
        ),
        joining=_joining(asked.members, order, table),
        sizes=sizes,
        considered=considered,
    )


def _members(names: Sequence[str], table: FloatArray) -> tuple[MemberContribution, ...]:
    """What each member adds, from what is left for every coalition."""
    loss = -np.expm1(table)
    by_loss = shapley_columns(loss)
    finite = np.asarray(np.isfinite(table).all(axis=0))
    by_log = shapley_columns(-table[:, :1]) if finite[0] else None
    last = len(table) - 1
    rows = []
    for n, name in enumerate(names):
        rows.append(
            MemberContribution(
                name,
                alone=spread(loss[1 << n]),
                last=spread(loss[last] - loss[last ^ 1 << n]),
                loss=spread(by_loss[n]),
                log_power=None if by_log is None else float(by_log[n, 0]),
                finite=float(finite[1:].mean() if len(finite) > 1 else finite[0]),
            )
        )
    return tuple(rows)


def _joining(
    names: Sequence[str], order: Sequence[int], table: FloatArray
) -> tuple[SizePower, ...]:
    taken, members, rows = 0, [], []
    for n in order:
        taken |= 1 << n
        members.append(names[n])
        rows.append(SizePower(tuple(members), _loss(table[taken]), _stops(table[taken])))
    return tuple(rows)


def _sizes(
    asked: _Question, cone: Nests, goal: str
) -> tuple[tuple[str, ...], tuple[SizePower, ...]]:
    """The best coalition of each size among the most powerful, found in the figures."""
    figures = cone.figures()
    names = _candidates(asked, cone)
    alone = asked.full().logs(figures, [[name] for name in names], goal)[:, 0]
    ranked = [names[n] for n in np.argsort(alone, kind="stable")][:_CONSIDERED]
    if not ranked:
        return (), ()
    # A partial cut is solved for those coalitions only that a full cut puts first.
    table = asked.full().lattice(figures, ranked, goal)[:, 0]
    chosen = [
        tuple(ranked[bit] for bit in range(len(ranked)) if number >> bit & 1)
        for number in best_by_size(table)[1:]
    ]
    logs = asked.logs(cone, chosen, goal)
    rows = tuple(
        SizePower(names, _loss(row), _stops(row)) for names, row in zip(chosen, logs, strict=True)
    )
    return tuple(ranked), rows


def _candidates(asked: _Question, cone: Nests) -> list[str]:
    """Members who could refuse: every supplier, or by firm every country with a supplier."""
    if cone.level == "country":
        return list(cone.suppliers)
    homes = (asked.world.firms[name].headquarters for name in cone.suppliers)
    return list(dict.fromkeys(homes))


def _log_synergy(logs: FloatArray, count: int) -> float | None:
    alone = logs[1 << np.arange(count)]
    if not np.isfinite(alone).all():
        return None
    return float(alone.sum() - logs[-1])


def _loss(logs: FloatArray) -> Spread:
    return spread(-np.expm1(logs))


def _stops(logs: FloatArray) -> float:
    drawn = logs[1:] if len(logs) > 1 else logs
    return float((drawn == -np.inf).mean())
