# SPDX-License-Identifier: Apache-2.0
"""The answer of a cascade as a folder of files: tables, a graph, figures."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import polars as pl

from chokegraph._version import __version__
from chokegraph.chain.cascade import CascadeResult, RiskTable, explain_loss
from chokegraph.chain.networks import Network, NetworkReport, write_graphml
from chokegraph.chain.networks.outcomes import (
    binding_frame,
    flows_frame,
    groups_frame,
    losses_frame,
    risk_frame,
    scenarios_frame,
)
from chokegraph.errors import Finding, FindingsError
from chokegraph.report.risk_profile import draw_risk_profile
from chokegraph.report.sankey import draw_sankey, plotly_sankey, sankey_of
from chokegraph.world.folders import unfit_folder, whole_folder

SUMMARY = "cascade.json"
"""The file by which a folder is known as ours."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What `chokegraph cascade` was asked, answered.

    Args:
        network: The network.
        result: The scenarios; None if none was asked for.
        risk: The ranking of all suppliers or groups; None if not asked for.
        by: What losses and knock-outs are grouped by.
        node: The node whose loss is to be explained; None if none is.
    """

    network: Network
    result: CascadeResult | None
    risk: RiskTable | None
    by: Literal["firm", "country", "owner", "sector"] = "firm"
    node: int | None = None


def check_folder(folder: Path) -> None:
    """Check that an answer may be written to a folder, before work is done for it.

    Raises:
        FindingsError: If there is something else than an earlier answer, or nothing can be written.

    Example:
        >>> check_folder(Path("a-folder-that-is-not-there"))
    """
    finding = unfit_folder(folder)
    taken = folder.exists() and not (
        folder.is_dir() and (not any(folder.iterdir()) or (folder / SUMMARY).is_file())
    )
    if finding is None and taken:
        finding = Finding(
            "is there already and is not an answer of this command",
            fix="choose another folder",
            file=str(folder),
        )
    if finding is not None:
        raise FindingsError([finding], title="cascade")


def write_cascade(answer: Answer, report: NetworkReport, folder: str | Path) -> Path:
    """Write an answer to a folder, whole or not at all.

    Args:
        answer: The answer.
        report: What was found about the network.
        folder: The folder; an earlier answer in it is replaced.

    Returns:
        The folder, with the files that `docs/reference/networks.md` lists.

    Raises:
        FindingsError: If the folder holds something else.

    Example:
        >>> from chokegraph.chain.cascade import Shock, cascade
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> ran = cascade(chain_of_three(), [Shock("s", lost={0: 1.0})])
        >>> import tempfile
        >>> target = Path(tempfile.mkdtemp()) / "answer"
        >>> done = write_cascade(Answer(ran.network, ran, None), NetworkReport(), target)
        >>> (done / "sankey-1-s.svg").exists()
        True
    """
    target = Path(folder)
    check_folder(target)
    with whole_folder(target, replace=True) as work:
        _write(answer, report, work)
    return target


def _write(answer: Answer, report: NetworkReport, work: Path) -> None:
    nodes = edges = None
    if answer.result is not None:
        result = answer.result
        for name, frame in tables_of(answer).items():
            _table(frame, work, name)
        for at, shock in enumerate(result.shocks):
            drawn = sankey_of(result, at)
            stem = f"sankey-{at + 1}-{_slug(shock.name)}"
            (work / f"{stem}.svg").write_text(draw_sankey(drawn), encoding="utf-8")
            (work / f"{stem}.plotly.json").write_text(_json(plotly_sankey(drawn)), "utf-8")
        nodes = pl.DataFrame({f"loss {at + 1}": 1 - left for at, left in enumerate(result.left)})
        edges = pl.DataFrame(
            {f"left {at + 1}": flows_frame(result, at)["left"] for at in range(len(result.shocks))}
        )
    if answer.risk is not None:
        _table(risk_frame(answer.risk), work, "risk")
        (work / "risk-profile.svg").write_text(draw_risk_profile(answer.risk), encoding="utf-8")
        if answer.by == "firm" and len(answer.risk.loss) == answer.network.nodes:
            risk = pl.DataFrame({"systemic risk": answer.risk.loss})
            nodes = risk if nodes is None else nodes.hstack(risk)
    write_graphml(answer.network, work / "network.graphml", nodes=nodes, edges=edges)
    (work / SUMMARY).write_text(_json(summary(answer, report)), encoding="utf-8")


def tables_of(answer: Answer) -> dict[str, pl.DataFrame]:
    """Return the tables of the scenarios by name.

    Example:
        >>> from chokegraph.chain.cascade import Shock, cascade
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> ran = cascade(chain_of_three(), [Shock("s", lost={0: 1.0})])
        >>> list(tables_of(Answer(ran.network, ran, None)))
        ['scenarios', 'losses', 'groups', 'binding', 'flows']
    """
    result = answer.result
    if result is None:
        return {}
    flows = pl.concat(
        [
            flows_frame(result, at).select(pl.lit(shock.name).alias("scenario"), pl.all())
            for at, shock in enumerate(result.shocks)
        ]
    )
    return {
        "scenarios": scenarios_frame(result),
        "losses": losses_frame(result),
        "groups": groups_frame(result, answer.by),
        "binding": binding_frame(result),
        "flows": flows.filter((pl.col("lost") > 0) | (pl.col("cut") > 0)),
    }


def summary(answer: Answer, report: NetworkReport) -> dict[str, Any]:
    """Return the answer without its long tables, for JSON.

    Example:
        >>> from chokegraph.chain.cascade import Shock, cascade
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> ran = cascade(chain_of_three(), [Shock("s", lost={0: 1.0})])
        >>> summary(Answer(ran.network, ran, None), NetworkReport())["scenarios"][0]["loss"]
        1.0
    """
    network, result, risk = answer.network, answer.result, answer.risk
    ran = result or risk
    found: dict[str, Any] = {
        "chokegraph": __version__,
        "network": {
            "nodes": network.nodes,
            "edges": network.edges,
            "total": float(network.value.sum()),
            "unit": network.unit,
            "essentiality": network.basis,
        },
        "report": {
            "warnings": [str(one) for one in report.warnings],
            "repaired": list(report.repaired),
            "notes": list(report.notes),
        },
    }
    if ran is not None:
        settings = ran.settings
        found["settings"] = {
            "mode": settings.mode,
            "stop": settings.stop if settings.mode == "reference" else None,
            "error_asked": settings.error if settings.mode == "converged" else None,
            "market_shares": settings.market_shares,
            "reuse_cap": settings.reuse_cap,
            "engine": ran.engine,
        }
        found["findings"] = [str(one) for one in ran.findings]
    if result is not None:
        found["scenarios"] = scenarios_frame(result).to_dicts()
        found["groups"] = groups_frame(result, answer.by).to_dicts()
        found["binding"] = binding_frame(result).to_dicts()
        if answer.node is not None:
            found["because"] = because(answer)
    if risk is not None:
        found["risk"] = risk_frame(risk).to_dicts()
    return found


def because(answer: Answer) -> list[dict[str, Any]]:
    """Return why a node loses what it loses, a row for each scenario and link of the chain.

    Each row has the source and the line of the sales that the loss comes through, where known.

    Example:
        >>> from chokegraph.chain.cascade import Shock, cascade
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> ran = cascade(chain_of_three(), [Shock("s", lost={0: 1.0})])
        >>> because(Answer(ran.network, ran, None, node=2))[-1]["direction"]
        'shock'
    """
    result, node = answer.result, answer.node
    if result is None or node is None:
        return []
    network = answer.network
    rows = []
    for at, shock in enumerate(result.shocks):
        for link in explain_loss(result, at, node):
            lines = (
                [int(network.edge_rows[edge]) for edge in link.via_edges if network.edge_rows[edge]]
                if network.edge_rows is not None
                else []
            )
            sources = (
                {
                    network.source_names[network.edge_sources[edge]]
                    for edge in link.via_edges
                    if network.edge_sources[edge] >= 0
                }
                if network.edge_sources is not None
                else set()
            )
            rows.append(
                {
                    "scenario": shock.name,
                    "node": network.node_ids[link.node],
                    "direction": link.direction,
                    "input": None if link.kind is None else network.sector_names[link.kind],
                    "left": link.left,
                    "text": link.text,
                    "lines": lines,
                    "sources": sorted(sources),
                }
            )
    return rows


def _table(frame: pl.DataFrame, work: Path, name: str) -> None:
    frame.write_csv(work / f"{name}.csv")
    frame.write_parquet(work / f"{name}.parquet")


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:60] or "scenario"


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
