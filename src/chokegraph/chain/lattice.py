# SPDX-License-Identifier: Apache-2.0
"""The lattice of coalitions: each coalition of a few members, what it takes, whether it blocks.

For up to six members all coalitions are drawn; with more who matter, only the minimal blocking
coalitions and those that have one member less, which do not block.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from chokegraph.chain.coalitions import Coalition
from chokegraph.chain.game import Game
from chokegraph.chain.powers import CoalitionPowers
from chokegraph.chain.presets import preset_value


@dataclass(frozen=True, slots=True)
class LatticeNode:
    """One coalition: whether it blocks, what share of the goal is lost, whether it is minimal."""

    members: Coalition
    blocked: bool
    lost: float
    minimal: bool


@dataclass(frozen=True, slots=True)
class Lattice:
    """Coalitions of some members, the smallest first.

    Args:
        goal: What is denied.
        members: Whose coalitions they are, the most powerful first.
        nodes: The coalitions.
        whole: Whether all coalitions of the members are there.
        left_out: How many others can decide, who supply throughout.
        minimal: How many minimal blocking coalitions there are, shown or not.
    """

    goal: str
    members: Coalition
    nodes: tuple[LatticeNode, ...]
    whole: bool
    left_out: int
    minimal: int

    @property
    def steps(self) -> tuple[tuple[int, int], ...]:
        """Pairs of nodes where the second has one member more."""
        place = {frozenset(node.members): index for index, node in enumerate(self.nodes)}
        return tuple(
            (place[before], index)
            for index, node in enumerate(self.nodes)
            for member in node.members
            if (before := frozenset(node.members) - {member}) in place
        )


def coalition_lattice(
    game: Game, powers: CoalitionPowers, *, members: Iterable[str] | None = None
) -> Lattice:
    """Return the lattice of the coalitions that matter most.

    Args:
        game: The question.
        powers: Its answer.
        members: Whose coalitions; None: those in minimal blocking coalitions, or where there is
            none, those who cause the greatest losses.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> from chokegraph.chain.weigh import chain_game, weigh
        >>> game = chain_game(toy_world(), "product:chip")
        >>> lattice = coalition_lattice(game, weigh({"figures": game}))
        >>> [node.members for node in lattice.nodes if node.minimal]
        [('JP', 'NL'), ('DE', 'JP')]
        >>> lattice.nodes[-1].members, lattice.nodes[-1].lost
        (('DE', 'JP', 'NL'), 1.0)
    """
    most = int(preset_value("lattice_members_drawn"))
    deciding = [m.provider for m in powers.members if (m.shapley.value or 0.0) > 0.0]
    minimal = {frozenset(coalition) for coalition in powers.blocking.coalitions}
    if members is not None:
        chosen = tuple(dict.fromkeys(members))[:most]
    elif 0 < len(deciding) <= most:
        chosen = tuple(deciding)
    elif deciding and minimal:
        return _around(game, powers, most)
    else:
        chosen = tuple(member.provider for member in powers.members[:most])
    sets = [c for size in range(len(chosen) + 1) for c in combinations(chosen, size)]
    nodes = _nodes(game, [tuple(sorted(c)) for c in sets], minimal)
    everyone = set(deciding or (member.provider for member in powers.members))
    return Lattice(game.goal, chosen, nodes, True, len(everyone - set(chosen)), len(minimal))  # noqa: FBT003


def _around(game: Game, powers: CoalitionPowers, most: int) -> Lattice:
    """The smallest minimal coalitions, those with one member less, and nobody."""
    minimal = powers.blocking.coalitions
    shown: list[Coalition] = []
    for coalition in minimal:
        if len(shown) < 2 * most and len(coalition) <= most:
            shown.append(coalition)
    sets: dict[Coalition, None] = {(): None}
    for coalition in shown:
        for member in coalition:
            sets[tuple(sorted(set(coalition) - {member}))] = None
    sets |= dict.fromkeys(tuple(sorted(coalition)) for coalition in shown)
    order = sorted(sets, key=lambda members: (len(members), members))
    nodes = _nodes(game, order, {frozenset(coalition) for coalition in minimal})
    inside = {member for coalition in shown for member in coalition}
    who = tuple(m.provider for m in powers.members if m.provider in inside)
    left = sum((m.shapley.value or 0.0) > 0.0 for m in powers.members) - len(who)
    return Lattice(game.goal, who, nodes, False, left, len(minimal))  # noqa: FBT003


def _nodes(
    game: Game, sets: Sequence[Coalition], minimal: set[frozenset[str]]
) -> tuple[LatticeNode, ...]:
    refuse = np.array([[name in members for name in game.providers] for members in sets])
    blocked, lost = game.blocks(refuse), game.losses(refuse)
    return tuple(
        LatticeNode(members, bool(blocked[i]), float(lost[i]), frozenset(members) in minimal)
        for i, members in enumerate(sets)
    )
