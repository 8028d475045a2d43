# SPDX-License-Identifier: Apache-2.0
"""A question about power, checked, with its chain compiled: what every part of the answer uses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from chokegraph.chain.power.means import FloatArray, Horizon
from chokegraph.chain.power.members import lattice
from chokegraph.chain.power.nests import nests
from chokegraph.chain.power.nodes import Nests
from chokegraph.chain.power.parameters import Assumption, Parameter, assume
from chokegraph.chain.power.solve import Cuts, Thirds, log_left, members_matrix
from chokegraph.chain.supply import own_providers
from chokegraph.errors import Finding, FindingsError
from chokegraph.world.model import UNKNOWN_PROVIDER, Level, World

DRAWS = 300
"""Draws if none are asked for."""
_GOALS = ("product:", "route:", "input:")


@dataclass(frozen=True)
class Question:
    """What every part of an answer needs to know.

    Args:
        world: The facts.
        chain: The nests of the target's chain.
        members: The coalition.
        groups: Member or candidate -> the suppliers that refuse with it.
        horizon: As in `power`.
        thirds: As in `power`.
        left: What refusing suppliers go on delivering.
        rows: The parameters used.
    """

    world: World
    chain: Nests
    members: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]]
    horizon: Horizon
    thirds: Thirds
    left: float
    rows: tuple[Parameter, ...]

    def full(self) -> Question:
        """The same question with everything withdrawn."""
        return replace(self, left=0.0)

    @property
    def refusing(self) -> list[str]:
        """All suppliers that refuse if the coalition does."""
        return [one for name in self.members for one in self.groups[name]]

    def lattice(self, chain: Nests, names: Sequence[str], goal: str) -> FloatArray:
        """What is left for every coalition of some names; see `members.lattice`."""
        groups = [self.groups[name] for name in names]
        return lattice(
            chain, groups, goal, horizon=self.horizon, thirds=self.thirds, left=self.left
        )

    def logs(self, chain: Nests, coalitions: Sequence[Sequence[str]], goal: str) -> FloatArray:
        """What is left for some coalitions, [coalition, 1 + draws]."""
        rows = [[one for name in names for one in self.groups[name]] for names in coalitions]
        return self.log_left(chain, Cuts(members_matrix(chain, rows), left=self.left), goal)

    def log_left(self, chain: Nests, cuts: Cuts, goal: str) -> FloatArray:
        """What cuts leave of a goal, [cut, 1 + draws]; see `solve.log_left`."""
        return log_left(chain, cuts, horizon=self.horizon, thirds=self.thirds)[goal]


def question(
    world: World,
    target: str,
    coalition: Iterable[str],
    *,
    horizon: Horizon = "long",
    cut: float = 1.0,
    thirds: Thirds = "free",
    by: Level = "country",
    draws: int = DRAWS,
    seed: int = 0,
    assumptions: Mapping[str, Assumption] | None = None,
) -> Question:
    """Check a question and compile its chain; the arguments are those of `power`.

    Raises:
        FindingsError: Everything that is wrong with it.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> question(toy_world(), "CN", ["NL"], draws=0).refusing
        ['NL']
    """
    rows = assume(assumptions or {})
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
    return Question(world, chain, members, groups, horizon, thirds, left, rows)


def _providers(world: World, chain: Nests, name: str, by: Level) -> tuple[str, ...]:
    """The suppliers that refuse when a member refuses: itself, or the firms of a country."""
    if by == "firm" and name in world.countries:
        return tuple(sorted(own_providers(world, name, chain.suppliers, level=by)))
    return (name,)


def goals_of(asked: Question, products: Iterable[str] | None) -> tuple[str, ...]:
    """Return the goals asked for; a bare name is a product, a route or an input."""
    chain, world = asked.chain, asked.world
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
            ids = [*world.products, *world.routes, *world.inputs]
            near = get_close_matches(name.partition(":")[2] or name, ids, n=3)
            fix = f"did you mean {', '.join(near)}?" if near else f"use {', '.join(world.products)}"
            found.append(Finding(f"no product, route or input is called {name!r}", fix))
        else:
            goals.append(goal)
    if found:
        raise FindingsError(found, title="power")
    return tuple(dict.fromkeys(goals))
