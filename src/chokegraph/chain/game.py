# SPDX-License-Identifier: Apache-2.0
"""One question about coalitions, whatever it is asked of: who may refuse, and what that does.

A chain of inputs (`ChainGame`) and a supply network (`network_game.py`) answer the same four
questions, so that coalitions, plans, indices and figures are worked out in one place for both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from chokegraph.chain.alike import Alike, count_alike
from chokegraph.chain.circuit import Circuit
from chokegraph.chain.coalitions import Blocking, blocking_of, refusers
from chokegraph.chain.graded import at_loss, losses
from chokegraph.chain.loss_table import loss_table
from chokegraph.chain.presets import preset_value
from chokegraph.chain.search import blocked_rows
from chokegraph.chain.supply import FloatArray, Reading
from chokegraph.chain.truth import BoolArray

T = TypeVar("T", bound=np.generic)
Goal = str
BLOCK_ROWS = 1 << 14


class Game(Protocol):
    """What coalitions can do to one goal."""

    @property
    def goal(self) -> Goal:
        """What is denied."""

    @property
    def providers(self) -> tuple[str, ...]:
        """Who may refuse, in alphabetical order, the unattributed rest "ZZ" last."""

    @property
    def losses_in_full(self) -> bool:
        """Whether the losses of all coalitions of everyone can be worked out in good time."""

    def blocking(self) -> Blocking:
        """All minimal blocking coalitions, or as many as can be had."""

    def blocks(self, refuse: BoolArray) -> BoolArray:
        """[coalition, provider] -> whether each coalition blocks."""

    def alike(self) -> Alike | None:
        """Counts by how many of each group of identical suppliers refuse; None: too many."""

    def losses(self, refuse: BoolArray) -> FloatArray:
        """[coalition, provider] -> the share of the goal that each coalition takes away."""

    def loss_table(self, members: Sequence[str]) -> FloatArray:
        """The loss for all coalitions of some members, while all others supply: [2^n]."""


@dataclass(frozen=True)
class ChainGame:
    """Coalitions against one goal of a compiled chain.

    Args:
        goal: `input:id`, `route:id` or `product:id`.
        circuit: The compiled chain.
        exempt: Providers that never refuse.
        threshold: The share of supply that denies an input; None: all suppliers must refuse.
        tau: The share of the goal whose loss counts as blocked; None: threshold decides.
        reading: How intervals are read.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> from chokegraph.chain.graph import compile_chain
        >>> game = ChainGame("product:chip", compile_chain(toy_world()))
        >>> game.providers
        ('DE', 'JP', 'NL', 'ZZ')
    """

    goal: Goal
    circuit: Circuit
    exempt: frozenset[str] = frozenset()
    threshold: float | None = None
    tau: float | None = None
    reading: Reading = "figures"

    @cached_property
    def cone(self) -> Circuit:
        """The part of the chain that the goal rests on."""
        return self.circuit.cone([self.goal])

    @cached_property
    def asked(self) -> Circuit:
        """The chain that is blocked where the question says so."""
        return self.cone if self.tau is None else at_loss(self.cone, self.goal, self.tau)

    @cached_property
    def providers(self) -> tuple[str, ...]:
        """Who may refuse."""
        return refusers(self.cone, self.exempt)

    @property
    def losses_in_full(self) -> bool:
        """Whether the losses of all coalitions of everyone can be worked out in good time."""
        return len(self.providers) <= int(preset_value("providers_searched_in_full"))

    def read(self, reading: Reading) -> ChainGame:
        """The same question with intervals read in another way."""
        return replace(self, reading=reading)

    def blocking(self) -> Blocking:
        """All minimal blocking coalitions, or those up to a stated size."""
        return blocking_of(
            self.asked, exempt=self.exempt, threshold=self.threshold, reading=self.reading
        )[self.goal]

    def blocks(self, refuse: BoolArray) -> BoolArray:
        """Whether each coalition blocks."""
        return blocked_rows(
            self.asked,
            self.providers,
            refuse,
            threshold=self.threshold,
            reading=self.reading,
            stop_at=preset_value("essentiality_that_stops"),
        )[self.goal]

    def alike(self) -> Alike | None:
        """Counts by how many of each group of identical suppliers refuse; None: too many."""
        return count_alike(
            self.asked,
            self.goal,
            self.providers,
            threshold=self.threshold,
            reading=self.reading,
            stop_at=preset_value("essentiality_that_stops"),
            most_states=int(preset_value("states_counted")),
        )

    def losses(self, refuse: BoolArray) -> FloatArray:
        """The share of the goal that each coalition takes away."""
        return losses(self.cone, self.goal, self.providers, refuse, reading=self.reading)

    def loss_table(self, members: Sequence[str]) -> FloatArray:
        """The loss for all coalitions of some members."""
        return loss_table(self.cone, self.goal, members, reading=self.reading)


def every_coalition(
    function: Callable[[BoolArray], NDArray[T]],
    providers: Sequence[str],
    members: Sequence[str],
) -> NDArray[T]:
    """Ask a function of rows about all coalitions of some members, block by block.

    Args:
        function: [coalition, provider] -> one value each.
        providers: The columns that the function expects.
        members: Who may refuse; member i is bit i of a coalition's number.

    Returns:
        [2^n]: the values, in the order of the coalitions' numbers.

    Example:
        >>> every_coalition(lambda rows: rows.sum(axis=1), ["A", "B", "C"], ["C", "A"]).tolist()
        [0, 1, 1, 2]
    """
    place = {provider: index for index, provider in enumerate(providers)}
    columns = [place[member] for member in members if member in place]
    bits = [bit for bit, member in enumerate(members) if member in place]
    parts = []
    for start in range(0, 1 << len(members), BLOCK_ROWS):
        numbers = np.arange(start, min(start + BLOCK_ROWS, 1 << len(members)))
        refuse = np.zeros((len(numbers), len(providers)), dtype=bool)
        refuse[:, columns] = numbers[:, None] >> np.array(bits, dtype=np.int64) & 1
        parts.append(function(refuse))
    return np.concatenate(parts)
