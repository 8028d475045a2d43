# SPDX-License-Identifier: Apache-2.0
"""What fails first: nodes that lose capacity, and edges that are cut."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from chokegraph.chain.networks import Network
from chokegraph.errors import Finding


@dataclass(frozen=True)
class Shock:
    """One scenario: what fails first, before anything follows from it.

    Args:
        name: The scenario's name, for people.
        lost: Share of its capacity that each node loses, 0 to 1, by the node's index.
        cut: Share of each edge that may no longer be delivered, 0 to 1, by the edge's index.

    Example:
        >>> Shock("the first node stops", lost={0: 1.0}).lost
        {0: 1.0}
    """

    name: str
    lost: Mapping[int, float] = field(default_factory=dict)
    cut: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Packed:
    """Many scenarios as columns of arrays: scenario k owns entries `start[k]` to `start[k + 1]`.

    Args:
        start: (K + 1,) where the lost nodes of each scenario begin.
        node: (L,) nodes that lose capacity.
        lost: (L,) how much of it, 0 to 1.
        cut_start: (K + 1,) where the cut edges of each scenario begin.
        edge: (C,) edges cut.
        cut: (C,) how much of each, 0 to 1.

    Example:
        >>> pack([Shock("s", lost={2: 0.5})]).node.tolist()
        [2]
    """

    start: NDArray[np.int64]
    node: NDArray[np.int32]
    lost: NDArray[np.float64]
    cut_start: NDArray[np.int64]
    edge: NDArray[np.int32]
    cut: NDArray[np.float64]

    @property
    def scenarios(self) -> int:
        """How many scenarios there are."""
        return len(self.start) - 1

    @property
    def cuts(self) -> bool:
        """Whether any scenario cuts an edge."""
        return len(self.edge) > 0

    def some(self, first: int, last: int) -> Packed:
        """The scenarios from `first` up to, not including, `last`."""
        lost = slice(self.start[first], self.start[last])
        cut = slice(self.cut_start[first], self.cut_start[last])
        return Packed(
            self.start[first : last + 1] - self.start[first],
            self.node[lost],
            self.lost[lost],
            self.cut_start[first : last + 1] - self.cut_start[first],
            self.edge[cut],
            self.cut[cut],
        )


def pack(shocks: Sequence[Shock]) -> Packed:
    """Lay scenarios out as arrays.

    Args:
        shocks: The scenarios, already checked.

    Returns:
        The same as arrays; nodes and edges in rising order within a scenario.

    Example:
        >>> pack([Shock("a", lost={1: 1.0}), Shock("b", cut={0: 0.5})]).cut_start.tolist()
        [0, 0, 1]
    """
    start, node, lost = _columns([shock.lost for shock in shocks])
    cut_start, edge, cut = _columns([shock.cut for shock in shocks])
    return Packed(start, node, lost, cut_start, edge, cut)


def _columns(
    parts: Sequence[Mapping[int, float]],
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
    start = np.zeros(len(parts) + 1, dtype=np.int64)
    np.cumsum([len(part) for part in parts], out=start[1:])
    pairs = [pair for part in parts for pair in sorted(part.items())]
    who = np.array([pair[0] for pair in pairs], dtype=np.int32)
    much = np.array([pair[1] for pair in pairs], dtype=np.float64)
    return start, who, much


def pack_groups(groups: Iterable[Sequence[int]]) -> Packed:
    """Lay out the complete loss of sets of nodes, one scenario a set.

    Args:
        groups: Indices of the nodes of each set; each node once.

    Returns:
        One scenario for each set.

    Example:
        >>> pack_groups([[0], [1, 2]]).start.tolist()
        [0, 1, 3]
    """
    sets = [np.asarray(group, dtype=np.int32) for group in groups]
    start = np.zeros(len(sets) + 1, dtype=np.int64)
    np.cumsum([len(group) for group in sets], out=start[1:])
    node = np.concatenate(sets) if sets else np.zeros(0, dtype=np.int32)
    none = np.zeros(0, dtype=np.int32)
    nowhere = np.zeros(len(sets) + 1, dtype=np.int64)
    return Packed(start, node, np.ones(len(node)), nowhere, none, np.zeros(0))


def check_shocks(network: Network, shocks: Sequence[Shock]) -> list[Finding]:
    """Say what is wrong with scenarios for a network.

    Args:
        network: The network that they are meant for.
        shocks: The scenarios.

    Returns:
        One finding for each thing that is wrong; empty if all is well.

    Example:
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> bad = Shock("s", lost={7: 2.0})
        >>> [finding.message for finding in check_shocks(chain_of_three(), [bad])]
        ["scenario 's': node 7 is not in the network", "scenario 's': node 7 loses 2.0"]
    """
    findings: list[Finding] = []
    for shock in shocks:
        sides = (
            ("node", "loses", shock.lost, network.nodes),
            ("edge", "is cut by", shock.cut, network.edges),
        )
        for word, verb, part, count in sides:
            for index, much in part.items():
                if not 0 <= index < count:
                    message = f"scenario {shock.name!r}: {word} {index} is not in the network"
                    fix = f"use an index from 0 to {count - 1}"
                    findings.append(Finding(message, fix=fix))
                if not 0 <= much <= 1:
                    message = f"scenario {shock.name!r}: {word} {index} {verb} {much!r}"
                    findings.append(Finding(message, fix="give a share from 0 to 1"))
    return findings
