# SPDX-License-Identifier: Apache-2.0
"""What the law leaves open: rows of a result's access table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from chokegraph.response.law import denied_draws
from chokegraph.response.params import Params
from chokegraph.response.state import TIERS, Structure
from chokegraph.result.explanation import LAW
from chokegraph.result.quantiles import quantiles
from chokegraph.scenario.when import quarter_index, quarter_name
from chokegraph.study.law import SERVICE, RunLaw, tier_parts

if TYPE_CHECKING:
    from chokegraph.study.setting import Setting

Array = np.ndarray[Any, np.dtype[Any]]
Row = dict[str, Any]

_KINDS = ("sales", "servicing", "staff")
_LITTLE = 1e-9
_DIGITS = 9


def law_access(setting: Setting) -> Iterator[Row]:
    """Yield rows of the access table for the law of both runs: a row per flow and time."""
    for run, law in setting.policies.laws.items():
        if law is not None:
            yield from _law_access(setting, run, law)


def _law_access(setting: Setting, run: str, law: RunLaw) -> Iterator[Row]:
    structure, params = setting.structure, setting.params
    denied = denied_draws(law.flows, params.seed, params.draws)
    tiers = tier_parts(structure)
    shares = _sales_shares(structure, params)
    first = quarter_index(setting.scenario.start)
    spans = _runs_of(law.flows.state[:, 0])
    links: dict[tuple[int, int, int], list[tuple[int, int | None, Row]]] = {}
    for place, kind in enumerate(_KINDS):
        rows = range(len(TIERS)) if not place else [SERVICE - 1 + place]
        weight = tiers if not place else np.ones((1, tiers.shape[1]))
        for state, times in spans.items():
            touched = law.flows.weight[state]
            cells = [touched[:, law.flows.cell[row]] * weight[n] for n, row in enumerate(rows)]
            flow = np.sum(cells, axis=0)  # by part, country and input
            for c, i in np.argwhere(flow.max(axis=0) > _LITTLE):
                share = shares[:, c, i]
                if not share.any():
                    continue
                lost = denied @ flow[:, c, i]
                low, high = quantiles(1 - lost, (0.05, 0.95))
                found = np.flatnonzero(flow[:, c, i])
                item = structure.inputs[i]
                row = {
                    "control": LAW,
                    "run": run,
                    "kind": kind,
                    "country": structure.countries[c],
                    "input": item,
                    "input_name": setting.world.inputs[item].name,
                    "market": "target",
                    "tiers": _tiers(touched, law, c, i) if not place else "",
                    "policy": "; ".join(sorted({law.flows.parts[b].outcome for b in found})),
                    "approval_mean": _rounded(1 - lost.mean()),
                    "approval_low": _rounded(low),
                    "approval_high": _rounded(high),
                    "share": _middle(share),
                    "blocked": _rounded(_middle(share * lost)),
                }
                link = links.setdefault((place, int(c), int(i)), [])
                link += [(begin, end, row) for begin, end in times]
    for times_of_link in links.values():
        for begin, end, row in _joined(times_of_link):
            start = quarter_name(first + begin)
            until = "" if end is None else quarter_name(first + end)
            yield {**row, "from": start, "until": until, "announced": start}


def _middle(values: Array) -> float:
    return float(quantiles(values)[1])


def _rounded(value: float) -> float:
    """Round away what depends on the order of a sum, so that equal links are equal."""
    return round(float(value), _DIGITS)


def _joined(times: list[tuple[int, int | None, Row]]) -> Iterator[tuple[int, int | None, Row]]:
    """Join times that follow each other in which nothing changes for a link."""
    begin: int = -1
    end: int | None = None
    row: Row = {}
    for start, last, now in sorted(times, key=lambda each: each[0]):
        if row == now and end is not None and start == end + 1:
            end = last
            continue
        if row:
            yield begin, end, row
        begin, end, row = start, last, now
    if row:
        yield begin, end, row


def _tiers(touched: Array, law: RunLaw, c: int, i: int) -> str:
    return ";".join(
        tier for n, tier in enumerate(TIERS) if touched[:, law.flows.cell[n, c, i]].any()
    )


def _runs_of(states: Array) -> dict[int, list[tuple[int, int | None]]]:
    """Return for each state the times in which it holds, as first and last quarter."""
    found: dict[int, list[tuple[int, int | None]]] = {}
    begin = 0
    for t in range(1, len(states) + 1):
        if t == len(states) or states[t] != states[begin]:
            end = None if t == len(states) else t - 1
            found.setdefault(int(states[begin]), []).append((begin, end))
            begin = t
    return found


def _sales_shares(structure: Structure, params: Params) -> Array:
    """Return start shares of the target's purchases, [draws, C, I]."""
    demand = np.asarray(params.values["demand"])[:, : len(TIERS)]
    share = np.asarray(params.values["share"])[:, : len(TIERS)]
    whole = demand.sum(axis=1)[:, None]
    bought = np.einsum("nmci,nmi->nci", share, demand)
    return np.asarray(np.divide(bought, whole, out=np.zeros_like(bought), where=whole > 0))
