# SPDX-License-Identifier: Apache-2.0
"""Coalitions against a goal of a user's own supply network: of countries, or of owners.

Losses are those of the cascade downstream without market shares (`chain/cascade`): a buyer keeps
the least that is left of its essential kinds, and at most one less the part of its purchases lost
of kinds that are not essential.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from math import comb

import numpy as np
from scipy.sparse import csr_array

from chokegraph.chain.alike import Alike, count_alike
from chokegraph.chain.circuit import Circuit
from chokegraph.chain.coalitions import Blocking, blocking_of
from chokegraph.chain.game import every_coalition
from chokegraph.chain.network_chain import (
    GroupBy,
    NetworkPart,
    group_names,
    network_circuit,
    network_part,
)
from chokegraph.chain.networks.model import Network
from chokegraph.chain.powers import CoalitionPowers
from chokegraph.chain.presets import preset_value
from chokegraph.chain.search import smallest
from chokegraph.chain.supply import FloatArray
from chokegraph.chain.truth import BoolArray, IntArray, minimal_members
from chokegraph.chain.weigh import weigh, wrong_shares
from chokegraph.errors import Finding, FindingsError

_SLACK = float(np.finfo(np.float32).eps)
_TINY = 1e-10
MOST_WORK = 1_000_000_000
"""Coalitions times links that are tried one by one, before only small ones are."""
MOST_CELLS = 4_000_000


@dataclass(frozen=True)
class NetworkGame:
    """Coalitions against one goal of a network.

    Args:
        part: What the goal rests on.
        exempt: Groups that never refuse.
        threshold: The share of a kind that a buyer must lose to stop; None: all of it.
        tau: The share of the goal whose loss counts as blocked; None: threshold decides.

    Example:
        >>> from chokegraph.chain.examples import small_network
        >>> game = NetworkGame(network_part(small_network(), "fab"), frozenset({"TW"}))
        >>> game.blocking().coalitions
        (('DE', 'JP'), ('JP', 'NL'))
    """

    part: NetworkPart
    exempt: frozenset[str] = frozenset()
    threshold: float | None = None
    tau: float | None = None

    @property
    def goal(self) -> str:
        """What is denied."""
        return self.part.goal

    @cached_property
    def providers(self) -> tuple[str, ...]:
        """Who may refuse."""
        return tuple(sorted(set(self.part.groups) - self.exempt))

    @property
    def losses_in_full(self) -> bool:
        """Whether the losses of all coalitions of everyone can be worked out in good time."""
        count = len(self.providers)
        full = int(preset_value("providers_searched_in_full"))
        return count <= full and max(1, self._links) << count <= MOST_WORK

    @cached_property
    def circuit(self) -> Circuit | None:
        """The network as a circuit, where that is not too large."""
        if self.tau is not None:
            return None
        return network_circuit(self.part, threshold=self.threshold)

    def blocking(self) -> Blocking:
        """All minimal blocking coalitions, or those up to a stated size."""
        if self.circuit is not None:
            return blocking_of(self.circuit, exempt=self.exempt, threshold=self.threshold)[
                self.goal
            ]
        count = len(self.providers)
        links = max(1, self._links)
        if self.losses_in_full:
            rows = every_coalition(self.blocks, self.providers, self.providers)
            packed = np.packbits(np.tile(rows, max(1, 64 >> count)), bitorder="little")
            table = packed.view("<u8").astype(np.uint64)
            sets = [
                tuple(name for i, name in enumerate(self.providers) if number >> i & 1)
                for number in minimal_members(table, count).tolist()
            ]
            return self._found(sets, count)
        most = int(preset_value("largest_coalition_listed"))
        size = max(1, *(k for k in range(most + 1) if comb(count, k) * links <= MOST_WORK))
        numbers = [c for k in range(size + 1) for c in combinations(range(count), k)]
        places = smallest(numbers, count, self.blocks)
        return self._found([tuple(self.providers[i] for i in c) for c in places], size)

    def _found(self, sets: Iterable[tuple[str, ...]], size: int) -> Blocking:
        rows = tuple(sorted(sets, key=lambda row: (len(row), row)))
        complete = size == len(self.providers)
        return Blocking(self.goal, rows, self.providers, complete, size)

    def blocks(self, refuse: BoolArray) -> BoolArray:
        """Whether each coalition blocks."""
        if self.tau is not None:
            return np.asarray(self.losses(refuse) >= self.tau - _SLACK, dtype=bool)
        return np.asarray(self._spread(refuse, graded=False) > 0.5, dtype=bool)

    def alike(self) -> Alike | None:
        """Counts by how many of each group of identical suppliers refuse; None: too many."""
        if self.circuit is None:
            return None
        return count_alike(
            self.circuit,
            self.goal,
            self.providers,
            threshold=self.threshold,
            reading="figures",
            stop_at=preset_value("essentiality_that_stops"),
            most_states=int(preset_value("states_counted")),
        )

    def losses(self, refuse: BoolArray) -> FloatArray:
        """The share of the goal that each coalition takes away."""
        return self._spread(refuse, graded=True)

    def loss_table(self, members: Sequence[str]) -> FloatArray:
        """The loss for all coalitions of some members."""
        return every_coalition(self.losses, self.providers, members)

    @property
    def _links(self) -> int:
        pairs = [*self.part.essential.values(), *self.part.other.values()]
        return sum(len(one) for one in pairs)

    @cached_property
    def _arrays(self) -> tuple[csr_array, IntArray, csr_array, IntArray]:
        """Shares by (buyer, kind) and by buyer, each with the buyers of its rows in order."""
        count = len(self.part.nodes)
        keys = sorted(self.part.essential)
        essential = _matrix([self.part.essential[key] for key in keys], count)
        others = sorted(self.part.other)
        other = _matrix([self.part.other[buyer] for buyer in others], count)
        return (
            essential,
            np.array([b for b, _ in keys], np.int64),
            other,
            np.array(others, np.int64),
        )

    def _spread(self, refuse: BoolArray, *, graded: bool) -> FloatArray:
        """Losses at the goal; from nothing lost upwards, so that rings settle at the least."""
        step = max(1, MOST_CELLS // max(1, len(self.part.nodes)))
        parts = [
            self._spread_some(refuse[start : start + step], graded=graded)
            for start in range(0, len(refuse), step)
        ]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _spread_some(self, refuse: BoolArray, *, graded: bool) -> FloatArray:
        essential, buyers, other, other_buyers = self._arrays
        column = {group: i for i, group in enumerate(self.providers)}
        own = np.zeros((len(self.part.nodes), len(refuse)))
        for node, group in enumerate(self.part.groups):
            if group in column:
                own[node] = refuse[:, column[group]]
        lost = own
        level = 1.0 if self.threshold is None else self.threshold
        starts = np.flatnonzero(np.r_[True, buyers[1:] != buyers[:-1]]) if len(buyers) else buyers
        while True:
            new = own.copy()
            if len(buyers):
                gone = essential @ lost
                if not graded:
                    gone = (gone >= level - _SLACK).astype(np.float64)
                most = np.maximum.reduceat(gone, starts, axis=0)
                new[buyers[starts]] = np.maximum(new[buyers[starts]], most)
            if graded and len(other_buyers):
                new[other_buyers] = np.maximum(new[other_buyers], other @ lost)
            new = np.minimum(new, 1.0)
            if np.max(new - lost, initial=0.0) <= _TINY:
                break
            lost = new
        sellers, shares = list(self.part.sellers), np.array(self.part.shares)
        total = shares @ new[sellers]
        if graded:
            return np.asarray(total, dtype=np.float64)
        return np.asarray(total >= level - _SLACK, dtype=np.float64)


def network_powers(
    network: Network,
    goal: str,
    *,
    target: str | None = None,
    by: GroupBy = "country",
    threshold: float | None = None,
    tau: float | None = None,
    members: Iterable[str] | None = None,
    chance: float | None = None,
    draws: int | None = None,
    seed: int = 0,
) -> CoalitionPowers:
    """Weigh all coalitions against a node or a product of a supply network.

    Args:
        network: Who sells what to whom.
        goal: The id of a node, or the name of a product.
        target: Whose own nodes never refuse: a country. None: the node's own country (or owner,
            by firm); for a product nobody. "none": nobody in any case.
        by: Whether countries or owners form coalitions.
        threshold: The share (0..1) of an essential kind that a buyer must lose to stop. None: all.
        tau: Count the goal as blocked where it loses at least this share, instead.
        members: Only these may refuse; None: everyone may.
        chance: As in `coalition_powers`.
        draws: As in `coalition_powers`.
        seed: As in `coalition_powers`.

    Raises:
        FindingsError: If a name is not in the network, or a number is out of range.

    Example:
        >>> from chokegraph.chain.examples import small_network
        >>> found = network_powers(small_network(), "fab")
        >>> found.blocking.coalitions, found.plans.plans
        ((('DE', 'JP'), ('JP', 'NL')), (('JP',), ('DE', 'NL')))
    """
    game = network_game(
        network, goal, target=target, by=by, threshold=threshold, tau=tau, members=members
    )
    found = weigh({"figures": game}, chance=chance, draws=draws, seed=seed)
    spared = None if target in (None, "none") else target
    return replace(found, threshold=threshold, tau=tau, target=spared, by=by)


def network_game(
    network: Network,
    goal: str,
    *,
    target: str | None = None,
    by: GroupBy = "country",
    threshold: float | None = None,
    tau: float | None = None,
    members: Iterable[str] | None = None,
) -> NetworkGame:
    """Put the question that `network_powers` answers; see there for the arguments.

    Example:
        >>> from chokegraph.chain.examples import small_network
        >>> network_game(small_network(), "fab").providers
        ('DE', 'JP', 'NL')
    """
    part = network_part(network, goal, by=by)
    findings = []
    everyone = set(part.groups)
    exempt: set[str] = set()
    if target is None:
        if part.goal.startswith("node:"):
            exempt = {part.groups[part.sellers[0]]}
    elif target != "none":
        countries = group_names(network, "country")
        if target not in countries:
            words = f"target {target!r} has no node in this network"
            findings.append(Finding(words, fix="give a country of the node table, or none"))
        pairs = zip(part.groups, part.nodes, strict=True)
        exempt = {group for group, node in pairs if countries[node] == target}
    if members is not None:
        wanted = set(members)
        for name in sorted(wanted - (everyone - exempt)):
            words = f"member {name!r} supplies nothing that {part.goal} rests on, or is the target"
            fix = f"use {', '.join(sorted(everyone - exempt))}"
            findings.append(Finding(words, fix=fix))
        exempt |= everyone - wanted
    findings += wrong_shares(threshold=threshold, tau=tau)
    if findings:
        raise FindingsError(findings, title="coalitions")
    return NetworkGame(part, frozenset(exempt), threshold, tau)


def _matrix(rows: Sequence[Sequence[tuple[int, float]]], count: int) -> csr_array:
    places = [index for index, pairs in enumerate(rows) for _ in pairs]
    columns = [seller for pairs in rows for seller, _ in pairs]
    values = [share for pairs in rows for _, share in pairs]
    return csr_array((values, (places, columns)), shape=(len(rows), count))
