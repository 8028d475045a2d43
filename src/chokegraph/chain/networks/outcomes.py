# SPDX-License-Identifier: Apache-2.0
"""What a cascade came to, as tables: scenarios, nodes, groups of nodes, flows, systemic risk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chokegraph.chain.networks.graphs import edge_frame, node_frame
from chokegraph.chain.networks.model import FloatArray, Network
from chokegraph.chain.networks.words import country_code3
from chokegraph.errors import Finding, FindingsError

if TYPE_CHECKING:
    from chokegraph.chain.cascade import CascadeResult, RiskTable

By = Literal["firm", "country", "owner", "sector"]
NOBODY = "unknown"
"""Name of the group of nodes whose country, owner or sector is not known."""
SEVERAL = "non-essential inputs together"
"""Name of what binds where no single input does."""


def scenarios_frame(result: CascadeResult) -> pl.DataFrame:
    """Return a row for each scenario: losses, iterations, mode and error bound.

    Example:
        >>> from chokegraph.chain.cascade import Shock, cascade
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> result = cascade(chain_of_three(), [Shock("s", lost={0: 1.0})])
        >>> scenarios_frame(result).select("scenario", "loss", "mode").rows()
        [('s', 1.0, 'reference')]
    """
    return pl.DataFrame(
        {
            "scenario": [shock.name for shock in result.shocks],
            "loss": result.loss,
            "loss_down": result.loss_down,
            "loss_up": result.loss_up,
            "nodes_shocked": [len(shock.lost) for shock in result.shocks],
            "edges_cut": [len(shock.cut) for shock in result.shocks],
            "iterations_down": result.iterations_down,
            "iterations_up": result.iterations_up,
            "error": result.error,
        }
    ).with_columns(
        pl.col(pl.Float64).fill_nan(None),
        pl.lit(result.settings.mode).alias("mode"),
        pl.lit(result.engine).alias("engine"),
    )


def losses_frame(result: CascadeResult) -> pl.DataFrame:
    """Return losses in long form: scenario, node, step, direction, loss.

    Args:
        result: A cascade.

    Returns:
        A row for each scenario, node and direction (`down`: inputs that fail to arrive, `up`:
        orders that fail to arrive, `both`: the worse of the two) with the node's facts, the
        value lost and the step reported. With a history also a row for each step, direction
        `path`.

    Example:
        >>> from chokegraph.chain.cascade import Shock, cascade
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> result = cascade(chain_of_three(), [Shock("s", lost={0: 1.0})])
        >>> losses_frame(result).filter(pl.col("direction") == "down")["loss"].to_list()
        [1.0, 1.0, 1.0]
    """
    network = result.network
    facts = _facts(network)
    parts = []
    for at, shock in enumerate(result.shocks):
        steps = (
            ("down", result.down[at], int(result.iterations_down[at])),
            ("up", result.up[at], int(result.iterations_up[at])),
            (
                "both",
                result.left[at],
                int(max(result.iterations_down[at], result.iterations_up[at])),
            ),
        )
        for direction, left, step in steps:
            if not np.isnan(left).all():
                parts.append(_long(facts, shock.name, direction, step, left))
        if result.history is not None:
            for step, left in enumerate(result.history[at]):
                parts.append(_long(facts, shock.name, "path", step, left))
    return pl.concat(parts)


def _facts(network: Network) -> pl.DataFrame:
    frame = node_frame(network).select("id", "name", "country", "sector", "owner", "sold")
    codes = {code: country_code3(code) for code in set(frame["country"])}
    return frame.rename({"id": "node"}).with_columns(
        pl.col("country").replace_strict(codes, return_dtype=pl.String).alias("country3")
    )


def _long(
    facts: pl.DataFrame, scenario: str, direction: str, step: int, left: FloatArray
) -> pl.DataFrame:
    return facts.select(
        pl.lit(scenario).alias("scenario"),
        "node",
        pl.lit(step).cast(pl.Int32).alias("step"),
        pl.lit(direction).alias("direction"),
        pl.Series("loss", 1 - left),
        (pl.Series("loss", 1 - left) * pl.col("sold")).alias("value_lost"),
        "name",
        "country",
        "country3",
        "sector",
        "owner",
        "sold",
    )


def groups_of(network: Network, by: By) -> dict[str, list[int]]:
    """Return the nodes of each country, owner or sector, by name; each node by itself for firms.

    Args:
        network: The network.
        by: What holds nodes together. Nodes whose country or owner is not known stay out.

    Raises:
        FindingsError: If nothing is known of any node.

    Example:
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> groups_of(chain_of_three(), "firm")
        {'1': [0], '2': [1], '3': [2]}
    """
    if by == "firm":
        return {name: [at] for at, name in enumerate(network.node_ids)}
    names = node_frame(network)[by]
    found: dict[str, list[int]] = {}
    for at, name in enumerate(names):
        if name:
            found.setdefault(name, []).append(at)
    if not found:
        raise FindingsError(
            [
                Finding(
                    f"no node has a known {by}",
                    fix=f"give a node table with a column {by}",
                )
            ],
            title="cascade",
        )
    return dict(sorted(found.items()))


def groups_frame(result: CascadeResult, by: By) -> pl.DataFrame:
    """Return losses by group of nodes: what each country, owner or sector loses of its own sales.

    Args:
        result: A cascade.
        by: What the nodes are grouped by.

    Returns:
        Columns scenario, group, nodes, sold, value_lost and loss (value_lost / sold; null where
        nothing is sold), the largest value lost first within each scenario.

    Example:
        >>> from chokegraph.chain.cascade import Shock, cascade
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> result = cascade(chain_of_three(), [Shock("s", lost={0: 1.0})])
        >>> groups_frame(result, "sector").select("group", "loss").row(0)
        ('sector 1', 1.0)
    """
    key = "node" if by == "firm" else by
    return (
        losses_frame(result)
        .filter(pl.col("direction") == "both")
        .with_columns(
            pl.when(pl.col(key) == "").then(pl.lit(NOBODY)).otherwise(pl.col(key)).alias("group")
        )
        .group_by("scenario", "group", maintain_order=True)
        .agg(pl.len().alias("nodes"), pl.col("sold").sum(), pl.col("value_lost").sum())
        .with_columns(
            pl.when(pl.col("sold") > 0).then(pl.col("value_lost") / pl.col("sold")).alias("loss")
        )
        .with_columns(pl.col("scenario").cast(pl.Enum(_names(result))))
        .sort("scenario", "value_lost", descending=[False, True], maintain_order=True)
        .with_columns(pl.col("scenario").cast(pl.String))
    )


def _names(result: CascadeResult) -> list[str]:
    return list(dict.fromkeys(shock.name for shock in result.shocks))


def flows_frame(result: CascadeResult, shock: int) -> pl.DataFrame:
    """Return every sale with what is left of it in one scenario.

    A sale falls to what the supplier can still make and may deliver, or to what the customer
    still orders, whichever is less: (1 - cut) times the smaller of the supplier's `down` and the
    customer's `up`, as the two directions of the cascade have it.

    Args:
        result: A cascade.
        shock: Position of the scenario.

    Returns:
        Columns supplier, customer, product, value, unit, source, line, cut, left (share of the
        value) and lost (value).

    Example:
        >>> from chokegraph.chain.cascade import Shock, cascade
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> result = cascade(chain_of_three(), [Shock("s", lost={0: 1.0})])
        >>> flows_frame(result, 0)["lost"].to_list()
        [10.0, 10.0]
    """
    network = result.network
    cut = np.zeros(network.edges)
    cuts = result.shocks[shock].cut
    cut[list(cuts)] = list(cuts.values())
    kept: NDArray[np.float64] = (1 - cut) * np.fmin(
        result.down[shock][network.supplier], result.up[shock][network.customer]
    )
    return edge_frame(network).with_columns(
        pl.Series("cut", cut),
        pl.Series("left", kept),
        pl.Series("lost", network.value * (1 - kept)),
    )


def risk_frame(risk: RiskTable) -> pl.DataFrame:
    """Return the ranking of systemic risk: what is lost when each node or group stops.

    Args:
        risk: All single knock-outs.

    Returns:
        Columns rank, name, label, country, country3, sector, owner, loss, loss_down, loss_up, own
        (the weight of what was knocked out), times_own (loss over own; null where own is 0),
        iterations and error; the largest loss first.

    Example:
        >>> from chokegraph.chain.cascade import systemic_risk
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> risk_frame(systemic_risk(chain_of_three())).select("rank", "name", "loss").row(0)
        (1, '1', 1.0)
    """
    network = risk.network
    order = risk.order
    single = all(name in network.index for name in risk.names)
    frame = pl.DataFrame(
        {
            "name": pl.Series(risk.names, dtype=pl.String),
            "loss": risk.loss,
            "loss_down": risk.loss_down,
            "loss_up": risk.loss_up,
            "own": risk.own,
            "iterations_down": risk.iterations_down,
            "iterations_up": risk.iterations_up,
            "error": risk.error,
        }
    ).with_columns(
        pl.when(pl.col("own") > 0).then(pl.col("loss") / pl.col("own")).alias("times_own"),
        pl.lit(risk.settings.mode).alias("mode"),
    )
    if single:
        facts = _facts(network).rename({"name": "label", "node": "name"}).drop("sold")
        frame = frame.join(facts, on="name", how="left", maintain_order="left")
    ordered = frame[order].with_row_index("rank", offset=1)
    return ordered.with_columns(pl.col(pl.Float64).fill_nan(None))


def binding_frame(result: CascadeResult) -> pl.DataFrame:
    """Return which inputs bind: at how many nodes, and what is lost there.

    Args:
        result: A cascade with the direction `down`.

    Returns:
        Columns scenario, input, nodes, value_lost (downstream, at the nodes where the input is the
        one that limits output), worst (the node that loses most there) and worst_loss; the
        largest value lost first within each scenario.

    Example:
        >>> from chokegraph.chain.cascade import Shock, cascade
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> result = cascade(chain_of_three(), [Shock("s", lost={0: 1.0})])
        >>> binding_frame(result).select("input", "nodes", "value_lost").rows()
        [('sector 1', 1, 10.0), ('sector 2', 1, 0.0)]
    """
    from chokegraph.chain.cascade import binding_inputs

    network = result.network
    names = pl.Series([*network.sector_names, SEVERAL], dtype=pl.String)
    ids = pl.Series(network.node_ids, dtype=pl.String)
    parts = []
    for at, shock in enumerate(result.shocks):
        bound = binding_inputs(result, at)
        held = np.flatnonzero(bound != -1)
        kinds = np.where(bound[held] < 0, len(names) - 1, bound[held])
        loss = 1 - result.down[at][held]
        parts.append(
            pl.DataFrame(
                {
                    "input": names.gather(kinds),
                    "worst": ids.gather(held),
                    "worst_loss": loss,
                    "value_lost": loss * network.sold[held],
                }
            )
            .sort("value_lost", "worst_loss", descending=True, maintain_order=True)
            .group_by("input", maintain_order=True)
            .agg(
                pl.len().alias("nodes"),
                pl.col("value_lost").sum(),
                pl.col("worst").first(),
                pl.col("worst_loss").first(),
            )
            .sort("value_lost", "nodes", descending=True, maintain_order=True)
            .select(
                pl.lit(shock.name).alias("scenario"),
                "input",
                "nodes",
                "value_lost",
                "worst",
                "worst_loss",
            )
        )
    return pl.concat(parts)
