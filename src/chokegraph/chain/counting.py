# SPDX-License-Identifier: Apache-2.0
"""Everything about one game in one reading: counted where that can be, sampled where not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from chokegraph.chain.alike import Alike, listed
from chokegraph.chain.coalitions import Blocking
from chokegraph.chain.deciding import Deciding, deciding
from chokegraph.chain.game import Game
from chokegraph.chain.indices import shapley
from chokegraph.chain.plans import Plans, plans_of
from chokegraph.chain.presets import preset_value
from chokegraph.chain.sampled import sampled_indices, sampled_shapley
from chokegraph.chain.supply import FloatArray


@dataclass(frozen=True, slots=True)
class One:
    """One provider in one reading."""

    banzhaf: float = 0.0
    shapley: float = 0.0
    birnbaum: float | None = 0.0
    banzhaf_error: float | None = None
    shapley_error: float | None = None
    lost_alone: float = 0.0
    loss_share: float = 0.0
    loss_error: float | None = None

    @property
    def matters(self) -> bool:
        """Whether it changes anything."""
        return self.banzhaf > 0.0 or self.loss_share > 0.0 or self.lost_alone > 0.0


@dataclass(frozen=True, slots=True)
class Counted:
    """Everything in one reading."""

    blocking: Blocking
    ones: Mapping[str, One]
    lost: float
    sampled: tuple[str, ...]
    plans: Plans
    alike: Alike | None = None

    def of(self, provider: str) -> One:
        """What is known of a provider; nothing of those who never matter."""
        return self.ones.get(provider, One())


def count_game(game: Game, *, chance: float | None, draws: int, seed: int) -> Counted:
    """Count everything about a game in one reading.

    Args:
        game: The question.
        chance: The probability of refusing for Birnbaum's index, if it is asked for.
        draws: How many random orders, where there is too much to count.
        seed: Their seed.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> from chokegraph.chain.game import ChainGame
        >>> from chokegraph.chain.graph import compile_chain
        >>> game = ChainGame("product:chip", compile_chain(toy_world()))
        >>> count_game(game, chance=None, draws=10, seed=0).of("JP").banzhaf
        0.75
    """
    blocking = game.blocking()
    exact: Mapping[str, One] | None = None
    alike = None
    if blocking.complete:
        found = deciding(blocking.coalitions, **limits())
        if found is not None:
            exact = {name: _indices(one, chance) for name, one in found.items()}
    else:
        alike = game.alike()
    if alike is not None:
        exact = {
            name: One(banzhaf, alike.shapley[name], None) for name, banzhaf in alike.banzhaf.items()
        }
        most = int(preset_value("plans_listed"))
        if alike.number <= most:
            blocking = replace(
                blocking,
                coalitions=listed(alike.coalitions, most),
                complete=True,
                largest=len(game.providers),
            )
    ones: dict[str, One] = dict(exact or {})
    if exact is None:
        drawn = sampled_indices(game.blocks, game.providers, draws=draws, seed=seed)
        for name, one in drawn.items():
            ones[name] = One(one.banzhaf, one.shapley, None, one.banzhaf_error, one.shapley_error)
    alone, shares, errors, lost = _loss(game, draws=draws, seed=seed)
    for i, name in enumerate(game.providers):
        ones[name] = replace(
            ones.get(name, One()),
            lost_alone=float(alone[i]),
            loss_share=float(shares[i]),
            loss_error=None if errors is None else float(errors[i]),
        )
    sampled = [("indices", exact is None), ("losses", errors is not None)]
    names = tuple(name for name, yes in sampled if yes)
    plans = _plans(blocking) if alike is None else _plans_alike(alike)
    return Counted(blocking, ones, lost, names, plans, None if blocking.complete else alike)


def limits() -> dict[str, int]:
    """How much work counting may take, from `presets.csv`.

    Example:
        >>> sorted(limits())
        ['most_groups', 'most_work']
    """
    return {
        "most_groups": int(preset_value("providers_searched_in_full")),
        "most_work": int(preset_value("pairs_compared_per_part")),
    }


def _indices(one: Deciding, chance: float | None) -> One:
    return One(one.banzhaf, one.shapley, None if chance is None else one.birnbaum(chance))


def _loss(
    game: Game, *, draws: int, seed: int
) -> tuple[FloatArray, FloatArray, FloatArray | None, float]:
    """What is lost to each alone, its Shapley value, the error of it, and what is lost to all.

    What is out of reach although nobody refuses is lost to none of them.
    """
    count = len(game.providers)
    if game.losses_in_full:
        table = game.loss_table(game.providers)
        alone = table[[1 << i for i in range(count)]] - table[0] if count else np.zeros(0)
        return alone, _clean(shapley(table)), None, float(table[-1] - table[0])
    ends = game.losses(np.array([[False] * count, [True] * count]))
    alone = game.losses(np.eye(count, dtype=bool)) - ends[0]
    shares, errors = sampled_shapley(game.losses, count, draws=draws, seed=seed)
    return alone, shares, errors, float(ends[1] - ends[0])


def _clean(values: FloatArray) -> FloatArray:
    """Values that differ from zero by rounding only are zero."""
    return np.where(np.abs(values) < np.finfo(np.float32).eps, 0.0, values)


def _plans_alike(alike: Alike) -> Plans:
    most = int(preset_value("plans_listed"))
    return Plans(listed(alike.plans, most), alike.plans_number, alike.betweenness())


def _plans(blocking: Blocking) -> Plans:
    if not blocking.complete:
        return Plans((), None)
    return plans_of(
        blocking.coalitions,
        most_groups=int(preset_value("providers_searched_in_full")),
        most_kept=int(preset_value("plans_kept_per_step")),
        most_listed=int(preset_value("plans_listed")),
    )
