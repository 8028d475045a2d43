# SPDX-License-Identifier: Apache-2.0
"""The two questions of this room: what follows from shocks, and what each supplier's end costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chokegraph.chain.cascade.engine import Progress, run
from chokegraph.chain.cascade.layout import layout_of
from chokegraph.chain.cascade.result import CascadeResult, RiskTable
from chokegraph.chain.cascade.settings import Settings, check_settings
from chokegraph.chain.cascade.shocks import Shock, check_shocks, pack, pack_groups
from chokegraph.chain.networks import Network
from chokegraph.errors import Finding, FindingsError, errors_only

FloatArray = NDArray[np.float64]


def cascade(
    network: Network,
    shocks: Sequence[Shock],
    settings: Settings | None = None,
    *,
    weights: ArrayLike | None = None,
) -> CascadeResult:
    """What stops when nodes fail or edges are cut.

    Args:
        network: Who sells what to whom.
        shocks: The scenarios; all are run in one call.
        settings: How to run them; the published reference if not given.
        weights: (N,) how much each node's output counts; what it sells to others if not given.

    Returns:
        Output left at each node, losses, and how the numbers were found.

    Raises:
        FindingsError: If shocks, settings or weights make no sense; all reasons at once.

    Example:
        >>> from chokegraph.chain.cascade.examples import two_suppliers
        >>> ran = cascade(
        ...     two_suppliers(),
        ...     [Shock("the large one", lost={0: 1.0}), Shock("a ban", cut={1: 1.0})],
        ...     Settings(market_shares=False, directions=("down",)),
        ... )
        >>> ran.loss.round(4).tolist()
        [0.75, 0.1786]
        >>> ran.down[1].tolist()
        [1.0, 1.0, 0.75, 0.75]
    """
    settings = settings or Settings()
    findings = _check_network(network)
    findings += check_settings(settings, nodes=network.nodes, kinds=len(network.sector_names))
    findings += check_shocks(network, shocks)
    share = _weights(network, weights, findings)
    layout = layout_of(network)
    packed = pack(shocks)
    outcome, engine = run(layout, packed, settings, share, keep=True)
    history = None
    if settings.steps is not None:
        from chokegraph.chain.cascade.history import path_of

        history = path_of(layout, network, packed, settings)
    return CascadeResult(
        network=network,
        shocks=tuple(shocks),
        settings=settings,
        down=_left(outcome.down, network.nodes, len(shocks)),
        up=_left(outcome.up, network.nodes, len(shocks)),
        loss=outcome.totals[0],
        loss_down=outcome.totals[1],
        loss_up=outcome.totals[2],
        iterations_down=outcome.iterations[0],
        iterations_up=outcome.iterations[1],
        error=outcome.error,
        engine=engine,
        weights=share,
        findings=layout.findings,
        layout=layout,
        history=history,
    )


def systemic_risk(
    network: Network,
    settings: Settings | None = None,
    *,
    groups: Mapping[str, Sequence[int]] | None = None,
    weights: ArrayLike | None = None,
    progress: Progress | None = None,
) -> RiskTable:
    """What is lost when each node stops altogether, one after the other; or each group of nodes.

    Args:
        network: Who sells what to whom.
        settings: How to run the cascades; the published reference if not given.
        groups: Sets of nodes that stop together, by name, for example one for each country; each
            node by itself if not given.
        weights: (N,) how much each node's output counts; what it sells to others if not given.
        progress: Called with how many knock-outs are done and how many there are.

    Returns:
        A loss for each node or group.

    Raises:
        FindingsError: If groups, settings or weights make no sense; all reasons at once.

    Example:
        >>> from chokegraph.chain.cascade.examples import two_suppliers
        >>> risk = systemic_risk(two_suppliers(), Settings(directions=("down",)))
        >>> dict(zip(risk.names, risk.loss.round(4).tolist()))
        {'1': 0.75, '2': 0.131, '3': 0.7143, '4': 0.0}
    """
    settings = settings or Settings()
    findings = _check_network(network)
    findings += check_settings(settings, nodes=network.nodes, kinds=len(network.sector_names))
    sets = [[node] for node in range(network.nodes)] if groups is None else list(groups.values())
    names = network.node_ids if groups is None else tuple(groups)
    findings += _check_groups(network, dict(zip(names, sets, strict=True)))
    share = _weights(network, weights, findings)
    layout = layout_of(network)
    packed = pack_groups(sets)
    outcome, engine = run(layout, packed, settings, share, keep=False, progress=progress)
    own = np.array([share[list(group)].sum() for group in sets])
    return RiskTable(
        network=network,
        settings=settings,
        names=names,
        own=own,
        loss=outcome.totals[0],
        loss_down=outcome.totals[1],
        loss_up=outcome.totals[2],
        iterations_down=outcome.iterations[0],
        iterations_up=outcome.iterations[1],
        error=outcome.error,
        engine=engine,
        findings=layout.findings,
    )


def _check_network(network: Network) -> list[Finding]:
    """Only what would make numbers wrong in silence; `check_network` says more."""
    bad = ~(np.isfinite(network.value) & (network.value > 0))
    if not bad.any():
        return []
    edge = int(np.argmax(bad))
    line = None if network.edge_rows is None else int(network.edge_rows[edge]) or None
    message = f"{bad.sum()} edges have no value above 0; the first is edge {edge}"
    return [Finding(message, fix="leave such edges out or mend their values", line=line)]


def _check_groups(network: Network, groups: Mapping[str, Sequence[int]]) -> list[Finding]:
    findings: list[Finding] = []
    for name, group in groups.items():
        outside = [node for node in group if not 0 <= node < network.nodes]
        if outside:
            message = f"group {name!r}: node {outside[0]} is not in the network"
            fix = f"use indices from 0 to {network.nodes - 1}"
            findings.append(Finding(message, fix=fix))
    return findings


def _weights(network: Network, weights: ArrayLike | None, findings: list[Finding]) -> FloatArray:
    """Weights that add up to 1; raises with all findings if anything is wrong."""
    given = np.asarray(network.sold if weights is None else weights, dtype=np.float64)
    if given.shape != (network.nodes,):
        message = f"weights have shape {given.shape}, and there are {network.nodes} nodes"
        findings.append(Finding(message, fix="give one weight for each node"))
    elif not (np.isfinite(given).all() and (given >= 0).all() and given.sum() > 0):
        if weights is None:
            findings.append(Finding("the network sells nothing", fix="add edges, or give weights"))
        else:
            message = "weights hold a number below 0, or none above it"
            findings.append(Finding(message, fix="give numbers from 0 on, not all 0"))
    if errors_only(findings):
        raise FindingsError(findings, title="cascade")
    total: FloatArray = given / given.sum()
    return total


def _left(lost: FloatArray | None, nodes: int, scenarios: int) -> FloatArray:
    if lost is None:
        return np.broadcast_to(np.float64(np.nan), (scenarios, nodes))
    return np.ascontiguousarray((1 - lost).T)
