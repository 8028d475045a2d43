# SPDX-License-Identifier: Apache-2.0
"""What each control takes from the frontier of designs: cost against performance, with and without.

A control is an input that cannot be had (with all its variants), or the rule of a day that designs
must stay clear of. The controls that a question names are compared with none; without any, the
usual ones are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches

import numpy as np
import polars as pl

from chokegraph.chip.catalogue import Catalogue, load_catalogue
from chokegraph.chip.caught import NO
from chokegraph.chip.cost import OUTPUTS
from chokegraph.chip.search_controls import Case, Truths, frontiers_under, is_left, over_draws
from chokegraph.chip.search_frontier import search_frontier
from chokegraph.chip.search_problem import Grid
from chokegraph.chip.search_request import STATUS, Allowed, Request
from chokegraph.chip.wafer import Floats
from chokegraph.errors import Finding, FindingsError
from chokegraph.rules import Law
from chokegraph.study.chip_asking import Asked, meant
from chokegraph.world.quantiles import quantiles

WITHOUT = "no control"
ALL = "all of these"
USUAL = {
    "without EUV scanners": ("euv-lithography",),
    "without HBM": ("hbm",),
    "without die placement, wafer bonders": ("advanced-die-placement", "wafer-bonders"),
}
"""Controls that are compared when a question names none: their inputs."""
OBJECTIVES = ("cost", "power", "tpp", "dram_bandwidth")
"""What counts if nothing is said."""
POINTS = 72
CLOCKS = tuple(2.0 ** (-step / 2) for step in range(5))
"""Clocks over that of a design, that it may run at in a draw in which it would be too hot."""
STACKS = tuple(part / 4 for part in (4, 3, 2))
"""The part of its stacks that a design may have in a draw in which all do not fit."""
WIDER = 2.0
"""Budgets go up to so many times the dearest design of the frontier without control."""
ENDS = (0.05, 0.5, 0.95)


@dataclass(frozen=True, kw_only=True)
class Controls:
    """Frontiers with and without each control.

    Args:
        on: The day whose law is meant.
        objectives: What is set against cost.
        units: Of each objective.
        designs: A row for each design on a frontier: `control`, `objective`, what it is made of,
            `cost` and `value`, every uncertain figure at its middle.
        curves: A row for each control, objective and `budget` (USD for a good package): the best
            `low`, `median` and `high` that a design of the frontier reaches within it (5, 50 and
            95 % of the draws; null where none does).
        draws: How many draws.
        seed: Their seed.
    """

    on: date
    objectives: tuple[str, ...]
    units: tuple[str, ...]
    designs: pl.DataFrame
    curves: pl.DataFrame
    draws: int
    seed: int


def compare_controls(
    asked: Asked,
    on: date,
    *,
    objectives: Sequence[str] = ("tpp", "memory_bound"),
    draws: int = 200,
    catalogue: Catalogue | None = None,
    law: Law | None = None,
    grid: Grid | None = None,
) -> Controls:
    """Return the frontiers of cost against performance with and without each control.

    Args:
        asked: What is asked; each of its `forbid` is a control of its own, and so is `uncaught`.
            Nothing of both holds in the frontier without control.
        on: The day whose law is meant.
        objectives: What is set against cost, more being better.
        draws: Draws over which the designs of the frontiers are evaluated.
        catalogue: The bundled one if None.
        law: The bundled one if None.
        grid: Sizes; `Grid.of(catalogue)` if None.

    Raises:
        FindingsError: With every mistake in what is asked.

    Example:
        >>> from datetime import date
        >>> some = ["smic-n2", "smic-14", "si-interposer-mature", "hbm2e", "lpddr5x"]
        >>> found = compare_controls(Asked(allow=some, forbid=["hbm"]), date(2026, 1, 1), draws=20)
        >>> found.designs["control"].unique(maintain_order=True).to_list()
        ['no control', 'without hbm']
    """
    catalogue = load_catalogue() if catalogue is None else catalogue
    request, cases = _cases(asked, on, catalogue, law)
    found = frontiers_under(
        catalogue,
        request,
        cases,
        [("cost", name) for name in objectives],
        directions=dict.fromkeys(objectives, "most"),
        grid=grid,
    )
    designs, curves = [], []
    for at, objective in enumerate(objectives):
        budgets = _budgets(found[WITHOUT][at])
        # In every draw all designs of all frontiers are there to choose from, leaner ones too: so a
        # control never comes out better than none.
        pool = _leaner(pl.concat([found[name][at] for name in cases]))
        values = over_draws(
            catalogue, request, pool, ("cost", objective), draws=draws, seed=asked.seed
        )
        for name, case in cases.items():
            told = [pl.lit(name).alias("control"), pl.lit(objective).alias("objective")]
            designs.append(found[name][at].rename({objective: "value"}).select(*told, pl.all()))
            usable = np.broadcast_to(is_left(catalogue, case.allowed, pool), values["cost"].shape)
            if case.uncaught:
                usable = usable & (values[STATUS] == NO)
            low, half, high = _within(values["cost"], values[objective], usable, budgets)
            curve = pl.DataFrame({"budget": budgets, "low": low, "median": half, "high": high})
            curves.append(curve.fill_nan(None).select(*told, pl.all()))
    return Controls(
        on=on,
        objectives=tuple(objectives),
        units=tuple(OUTPUTS[name] for name in objectives),
        designs=pl.concat(designs),
        curves=pl.concat(curves),
        draws=draws,
        seed=asked.seed,
    )


def find_frontier(
    asked: Asked,
    on: date,
    objectives: Sequence[str] = (),
    *,
    catalogue: Catalogue | None = None,
    law: Law | None = None,
) -> pl.DataFrame:
    """Return the designs that no other beats in all objectives.

    Args:
        asked: What is asked; its `objective` is not used.
        on: The day whose law is meant.
        objectives: Outputs of the evaluation; cost, power, TPP and memory bandwidth if none.
        catalogue: The bundled one if None.
        law: The bundled one if None.

    Raises:
        FindingsError: With every mistake in what is asked.

    Example:
        >>> from datetime import date
        >>> found = find_frontier(Asked(allow=["tsmc-n7"]), date(2026, 1, 1), ["cost", "tpp"])
        >>> found["tpp"].is_sorted()
        True
    """
    catalogue = load_catalogue() if catalogue is None else catalogue
    findings: list[Finding] = []
    try:
        request, allowed = meant(asked, on, catalogue=catalogue, law=law)
    except FindingsError as error:
        findings += error.findings
    known = [name for name in OUTPUTS if name not in ("feasible", "binding")]
    for name in objectives:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            fix = f"did you mean {near[0]!r}?" if near else f"one of {', '.join(known)}"
            findings.append(Finding(f"--objective: no {name!r}", fix=fix))
    if findings:
        raise FindingsError(findings, title="chip frontier")
    return search_frontier(catalogue, tuple(objectives) or OBJECTIVES, request, allowed)


def _cases(
    asked: Asked, on: date, catalogue: Catalogue, law: Law | None
) -> tuple[Request, dict[str, Case]]:
    """The request, and what is left under each control; all mistakes are told by `meant`."""
    meant(asked, on, catalogue=catalogue, law=law)
    free = replace(asked, forbid=(), uncaught=True)
    request, everything = meant(free, on, catalogue=catalogue, law=law)
    each: Mapping[str, Sequence[str]] = {f"without {name}": (name,) for name in asked.forbid}
    controls = each or USUAL

    def left(names: Sequence[str]) -> Allowed:
        return meant(replace(free, forbid=tuple(names)), on, catalogue=catalogue, law=law)[1]

    cases = {WITHOUT: Case(allowed=everything)}
    cases |= {name: Case(allowed=left(inputs)) for name, inputs in controls.items()}
    rule = asked.uncaught or not asked.forbid
    if rule:
        cases[f"not caught on {on}"] = Case(allowed=everything, uncaught=True)
    if len(cases) > len((WITHOUT, "one control")):
        every = [name for inputs in controls.values() for name in inputs]
        cases[ALL] = Case(allowed=left(every), uncaught=rule)
    return request, cases


def _budgets(free: pl.DataFrame) -> Floats:
    """Budgets of the curves: from the cheapest design to somewhat above the dearest that counts."""
    if free.is_empty():
        return np.zeros(0)
    costs = free["cost"].to_numpy()
    return np.geomspace(costs.min(), WIDER * costs.max(), POINTS)


def _leaner(designs: pl.DataFrame) -> pl.DataFrame:
    """Distinct designs, each at its clock and with its stacks, and with less of both."""
    sizes = ("node", "euv", "package", "memory", "stacks", "dies", "die_area", "frequency")
    return pl.concat(
        [
            designs.with_columns(
                pl.col("frequency") * clock,
                (pl.col("stacks") * part).ceil().cast(pl.Int64).alias("stacks"),
            ).select(*sizes)
            for clock in CLOCKS
            for part in STACKS
        ]
    ).unique(maintain_order=True)


def _within(cost: Floats, value: Floats, usable: Truths, budgets: Floats) -> Floats:
    """Quantiles over draws of the best value within each budget; NaN where there is none."""
    best = np.zeros((len(cost), len(budgets)))
    for at, (prices, values, some) in enumerate(zip(cost, value, usable, strict=True)):
        known = some & ~np.isnan(prices) & ~np.isnan(values)
        order = np.argsort(prices[known])
        reached = np.maximum.accumulate(np.append(0.0, values[known][order]))
        best[at] = reached[np.searchsorted(prices[known][order], budgets, side="right")]
    points = quantiles(best, ENDS) if best.size else np.zeros((len(ENDS), len(budgets)))
    return np.where(points > 0, points, np.nan)
