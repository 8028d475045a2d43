# SPDX-License-Identifier: Apache-2.0
"""From the options of `chokegraph cascade` to its answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from chokegraph.chain.cascade import (
    CascadeResult,
    RiskTable,
    Settings,
    Shock,
    cascade,
    systemic_risk,
)
from chokegraph.chain.networks import (
    Network,
    NetworkReport,
    check_network,
    parse_shocks,
    read_network,
    read_stocks,
    shocks_from_cuts,
)
from chokegraph.chain.networks.outcomes import groups_of
from chokegraph.chain.networks.stocks import stock_source
from chokegraph.errors import Finding, FindingsError
from chokegraph.report.cascade_files import Answer


def is_world(name: str) -> bool:
    """Whether a network is a world and not a file.

    Example:
        >>> is_world("builtin@2023"), is_world("edges.csv")
        (True, False)
    """
    return name == "builtin" or name.startswith(("builtin@", "package:", "eto:"))


def load_network(
    name: str,
    nodes: Path | None,
    essentiality: str,
    *,
    year: int | None,
    unit: str,
    target: str | None,
    control: Path | None,
) -> tuple[Network, NetworkReport, Sequence[int] | None]:
    """Read the network that the options name, with its report and the nodes that are suppliers.

    In a network that users bring every node may be one (None); in that of a world the purchases,
    routes and products are nodes too, and only makers are suppliers.
    """
    if not is_world(name):
        return *read_network(name, nodes, essentiality, year=year, unit=unit), None
    from chokegraph.chain.networks.from_world import world_network
    from chokegraph.world import load_world

    given = {"--nodes": nodes, "--unit": unit, "--essentiality": essentiality != "auto"}
    wrong = [option for option, value in given.items() if value]
    if wrong:
        raise FindingsError(
            [Finding(f"{option} goes with an edge list, not with a world") for option in wrong],
            title="cascade",
        )
    if target is None and control is not None:
        from chokegraph.scenario import load_scenario

        target = load_scenario(control).target
    found = world_network(load_world(name, year), target=target.upper() if target else None)
    report = check_network(found.network)
    # Markets of a world have no country of their own: that is no fault of the facts.
    findings = tuple(one for one in report.findings if "no known country" not in one.message)
    report = replace(report, findings=findings, notes=found.notes, rows=0)
    makers = found.built.makers
    return found.network, report, sorted(makers[makers >= 0].tolist())


def stocks_of(network: Network, stock: str, steps: int | None) -> NDArray[np.float64] | None:
    """Return the stocks that the options name; None without any."""
    if not stock:
        return None
    if steps is None:
        finding = Finding(
            "--stock delays losses and does not avert them, so it shows only over --steps",
            fix="say how many steps: --steps 20",
        )
        raise FindingsError([finding], title="cascade")
    return read_stocks(network, stock_source(stock))


def answer(
    network: Network,
    *,
    shocks: Sequence[str],
    cuts: Path | None,
    control: Path | None,
    quarter: str | None,
    settings: Settings,
    every: bool,
    by: Literal["firm", "country", "owner", "sector"],
    explain: str | None,
    suppliers: Sequence[int] | None = None,
) -> Answer:
    """Run what was asked for: scenarios, the ranking of all suppliers, or both."""
    findings: list[Finding] = []
    words = [*shocks, *([f"firm:{explain}"] if explain else [])]
    asked: list[Shock] = parse_shocks(network, words) if words else []
    node = asked.pop().lost if explain else {}
    if cuts is not None:
        asked += shocks_from_cuts(network, cuts, name=cuts.stem)
    if control is not None:
        from chokegraph.study.day_one import scenario_cuts

        rows = scenario_cuts(control, quarter=quarter)
        cut = shocks_from_cuts(network, rows, name=control.stem, partial=True)
        if not any(one.cut for one in cut):
            findings.append(
                Finding(
                    "the scenario cuts no sale of this network",
                    fix="look at another --quarter, and at the network's countries and products",
                    file=str(control),
                )
            )
        asked += cut
    elif not asked and not every:
        findings.append(
            Finding(
                "nothing to compute: no shock and not --all",
                fix="give --shock country:JP, --cuts FILE, --control FILE or --all",
            )
        )
    if explain is not None and not asked:
        findings.append(
            Finding("--explain needs a scenario", fix="give --shock, --cuts or --control")
        )
    if findings:
        raise FindingsError(findings, title="cascade")
    asked = _named_apart(asked)
    result: CascadeResult | None = cascade(network, asked, settings) if asked else None
    risk: RiskTable | None = None
    if every:
        risk = _ranked(network, settings, by, suppliers)
    return Answer(network, result, risk, by, next(iter(node), None))


def _named_apart(shocks: Sequence[Shock]) -> list[Shock]:
    """The same shocks with a number behind names that are there twice: tables go by the name."""
    seen: Counter[str] = Counter()
    apart = []
    for shock in shocks:
        seen[shock.name] += 1
        count = seen[shock.name]
        apart.append(replace(shock, name=f"{shock.name} ({count})") if count > 1 else shock)
    return apart


AT_ONCE = 2048
"""Knock-outs between two looks at whether the user wants to stop."""


def _ranked(
    network: Network,
    settings: Settings,
    by: Literal["firm", "country", "owner", "sector"],
    suppliers: Sequence[int] | None,
) -> RiskTable:
    """All knock-outs, with a bar on the terminal; Ctrl-C keeps those that are finished."""
    from chokegraph.cli.progress import watched

    groups = groups_of(network, by)
    if by == "firm" and suppliers is not None:
        groups = {network.node_ids[at]: [at] for at in suppliers}
    names = list(groups)
    parts: list[RiskTable] = []
    with watched() as (report, stopping):
        for first in range(0, len(names), AT_ONCE):
            some = {name: groups[name] for name in names[first : first + AT_ONCE]}

            def shown(done: int, total: int, first: int = first) -> None:
                del total
                report("knock-outs", first + done, len(names))

            parts.append(systemic_risk(network, settings, groups=some, progress=shown))
            if stopping():
                break
    return joined(parts, asked=len(names))


def joined(parts: Sequence[RiskTable], *, asked: int) -> RiskTable:
    """Put parts of a ranking together; a finding says if knock-outs are missing.

    Example:
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> part = systemic_risk(chain_of_three(), groups={"1": [0]})
        >>> joined([part, part], asked=3).findings[-1].message
        'stopped early: 2 of 3 knock-outs are done, the others are not ranked'
    """
    done = sum(len(part.names) for part in parts)
    findings = parts[0].findings
    if done < asked:
        message = (
            f"stopped early: {done:,} of {asked:,} knock-outs are done, the others are not ranked"
        )
        findings = (*findings, Finding(message, severity="warning"))
    return RiskTable(
        network=parts[0].network,
        settings=parts[0].settings,
        names=tuple(name for part in parts for name in part.names),
        loss=np.concatenate([part.loss for part in parts]),
        loss_down=np.concatenate([part.loss_down for part in parts]),
        loss_up=np.concatenate([part.loss_up for part in parts]),
        own=np.concatenate([part.own for part in parts]),
        iterations_down=np.concatenate([part.iterations_down for part in parts]),
        iterations_up=np.concatenate([part.iterations_up for part in parts]),
        error=np.concatenate([part.error for part in parts]),
        engine=parts[0].engine,
        findings=findings,
    )
