# SPDX-License-Identifier: Apache-2.0
"""Power on a supply network that users bring: the same nests, with circles, by iteration.

Every node of the target country makes its output from kinds of inputs (elasticity rho, with the
strength of the need by essentiality) and its own work; each kind is a nest over its suppliers
(elasticity sigma), by value. Suppliers in the coalition refuse to sell into the target; suppliers
in the target have what they make themselves left; all others supply as before. Where target nodes
buy from each other in circles, what is left is the greatest fixed point, reached from above.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chokegraph.chain.networks.model import Network
from chokegraph.chain.power.answer import MemberContribution, SizePower, Spread, spread
from chokegraph.chain.power.means import FloatArray, Horizon
from chokegraph.chain.power.members import MOST_MEMBERS, contributions, joining
from chokegraph.chain.power.network_nests import IndexArray, network_nests, solve_network
from chokegraph.chain.power.parameters import Assumption, assume, find, normals
from chokegraph.errors import Finding, FindingsError

NETWORK_DRAWS = 100
"""Draws of the elasticities if none are asked for; shares in a network are as given."""


@dataclass(frozen=True, slots=True)
class SectorPower:
    """What one sector of the target loses; `share` is its part of the target's sales."""

    sector: str
    nodes: int
    share: float
    loss: Spread


@dataclass(frozen=True, slots=True)
class NetworkPower:
    """A coalition's power over a country in a supply network.

    Args:
        target: The country.
        coalition: Who refuses to sell into it.
        horizon: "long" or "short".
        left: What they go on delivering (short run only).
        draws: How many draws of the elasticities.
        seed: Their seed.
        nodes: How many nodes of the network lie in the target.
        loss: Share of the target's output lost, weighted by sales.
        stops: Share of the target's output that stops completely, in the figures.
        members: What each member adds.
        joining: Members joining one by one, each time the one that adds most.
        sectors: By sector, the largest loss of sales first.
        hardest: Node id -> its loss in the figures, the largest loss of sales first.
        notes: What was assumed where the network says nothing.
    """

    target: str
    coalition: tuple[str, ...]
    horizon: Horizon
    left: float
    draws: int
    seed: int
    nodes: int
    loss: Spread
    stops: float
    members: tuple[MemberContribution, ...]
    joining: tuple[SizePower, ...]
    sectors: tuple[SectorPower, ...]
    hardest: Mapping[str, float]
    notes: tuple[str, ...]


def network_power(
    network: Network,
    target: str,
    coalition: Iterable[str],
    *,
    horizon: Horizon = "long",
    cut: float = 1.0,
    draws: int = NETWORK_DRAWS,
    seed: int = 0,
    assumptions: Mapping[str, Assumption] | None = None,
) -> NetworkPower:
    """Say what the nodes of a country lose if the nodes of other countries refuse to sell to them.

    Args:
        network: The network; nodes need countries.
        target: The country that would be cut off.
        coalition: Countries whose nodes would refuse.
        horizon: "long" or "short".
        cut: The fraction withdrawn; below 1 only in the short run.
        draws: How many draws of the elasticities.
        seed: Their seed.
        assumptions: Parameters to replace, by name: a value or a range.

    Raises:
        FindingsError: Everything that is wrong with the question.

    Example:
        >>> import polars as pl
        >>> from chokegraph.chain.networks import read_network
        >>> edges = pl.DataFrame(
        ...     {"supplier": ["a", "b"], "customer": ["c", "c"], "product": ["p", "p"],
        ...      "value": [3.0, 1.0]}
        ... )
        >>> nodes = pl.DataFrame({"id": ["a", "b", "c"], "country": ["US", "DE", "CN"]})
        >>> net, _ = read_network(edges, nodes, "essential")
        >>> fixed = {"suppliers": 2.0, "upstream_share": 1.0}
        >>> round(network_power(net, "CN", ["US"], draws=0, assumptions=fixed).loss.figure, 6)
        0.75
    """
    members = tuple(dict.fromkeys(coalition))
    countries = np.array(network.countries or [""] * network.nodes)
    _check(countries, target, members, horizon=horizon, cut=cut, draws=draws)
    rows = assume(assumptions or {})
    nests = network_nests(network, countries == target)
    table = {
        name: find(name, horizon, None, rows).value(normals(seed, name, draws))
        for name in ("suppliers", "inputs", "upstream_share", "non_essential_need")
    }
    sales, notes = _weights(network, nests.nodes)
    subsets = np.arange(1 << len(members))
    left = np.empty((len(subsets), 1 + draws, len(nests.nodes)))
    for number in subsets.tolist():
        who = [name for n, name in enumerate(members) if number >> n & 1]
        refused = np.isin(countries[nests.supplier], who)
        for draw in range(1 + draws):
            one = {name: float(values[draw]) for name, values in table.items()}
            left[number, draw] = solve_network(nests, refused, one, horizon, 1.0 - cut)
    kept = left @ sales
    with np.errstate(divide="ignore"):
        logs = np.log(np.minimum(kept, 1.0))
    return NetworkPower(
        target=target,
        coalition=members,
        horizon=horizon,
        left=1.0 - cut,
        draws=draws,
        seed=seed,
        nodes=len(nests.nodes),
        loss=spread(1.0 - kept[-1]),
        stops=float(sales[left[-1, 0] == 0.0].sum()),
        members=contributions(members, logs),
        joining=joining(members, logs),
        sectors=_sectors(network, nests.nodes, sales, left[-1]),
        hardest=_hardest(network, nests.nodes, sales, left[-1, 0]),
        notes=notes,
    )


def _weights(network: Network, nodes: IndexArray) -> tuple[FloatArray, tuple[str, ...]]:
    """Each node's part of the target's sales; what it buys stands in where nothing is known."""
    known = network.sold if network.sales is None else network.sales
    found = np.where(np.isnan(known), network.sold, known)[nodes]
    blank = found <= 0.0
    found = np.where(blank, network.bought[nodes], found)
    total = float(found.sum())
    notes = []
    if blank.any():
        notes.append(f"{int(blank.sum())} nodes without sales weigh what they buy")
    if total <= 0.0:
        return np.full(len(nodes), 1.0 / len(nodes)), ("every node weighs the same",)
    return found / total, tuple(notes)


def _sectors(
    network: Network,
    nodes: IndexArray,
    sales: FloatArray,
    left: FloatArray,
) -> tuple[SectorPower, ...]:
    rows = []
    for sector in np.unique(network.sectors[nodes]).tolist():
        here = network.sectors[nodes] == sector
        share = float(sales[here].sum())
        weight = sales[here] / share if share > 0.0 else np.full(here.sum(), 1.0 / here.sum())
        loss = spread(1.0 - left[:, here] @ weight)
        rows.append(SectorPower(network.sector_names[sector], int(here.sum()), share, loss))
    return tuple(sorted(rows, key=lambda row: (-row.share * row.loss.figure, row.sector)))


def _hardest(
    network: Network,
    nodes: IndexArray,
    sales: FloatArray,
    left: FloatArray,
) -> dict[str, float]:
    order = np.argsort(-(sales * (1.0 - left)), kind="stable")
    return {
        network.node_ids[nodes[n]]: float(1.0 - left[n]) for n in order.tolist() if left[n] < 1.0
    }


def _check(
    countries: NDArray[np.str_],
    target: str,
    members: Sequence[str],
    *,
    horizon: Horizon,
    cut: float,
    draws: int,
) -> None:
    known = sorted(set(countries.tolist()) - {""})
    named = ", ".join(known) or "the node table names no country"
    found = []
    if target not in known:
        found.append(Finding(f"no node lies in the target {target!r}", f"countries: {named}"))
    for name in members:
        if name == target:
            found.append(Finding(f"the target {name} is in the coalition", "take it out of one"))
        elif name not in known:
            found.append(Finding(f"no node lies in {name!r}", f"countries: {named}"))
    if not members:
        found.append(Finding("the coalition is empty", "name at least one member"))
    if len(members) > MOST_MEMBERS:
        found.append(Finding(f"{len(members)} members", f"give at most {MOST_MEMBERS}"))
    if not 0.0 < cut <= 1.0:
        found.append(Finding(f"cut {cut:g} is not a fraction", "give above 0 and at most 1"))
    elif cut < 1.0 and horizon == "long":
        found.append(
            Finding(
                "a partial cut of a network is worked out in the short run only",
                "give --horizon short, or a full cut",
            )
        )
    if draws < 0:
        found.append(Finding(f"{draws} draws", "give 0 (only the figures) or more"))
    if found:
        raise FindingsError(found, title="power")
