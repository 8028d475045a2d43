# SPDX-License-Identifier: Apache-2.0
"""A design costed over the uncertain figures, with its status under each version of the rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from chokegraph.chip.catalogue import Catalogue, load_catalogue
from chokegraph.chip.caught import NO, YES
from chokegraph.chip.cost import LIMITS, OUTPUTS, Evaluation, evaluate
from chokegraph.chip.design import Design, as_designs, load_design
from chokegraph.chip.figures import Figures, reduced
from chokegraph.errors import Finding, FindingsError
from chokegraph.rules import Law, load_law
from chokegraph.study.chip_status import Parts, status
from chokegraph.study.chip_tables import review_words, texts
from chokegraph.study.chip_thresholds import thresholds_on
from chokegraph.world.quantiles import quantiles as by_definition

ENDS = (0.05, 0.5, 0.95)
"""Of the draws, these quantiles are told."""
_SKIPPED = ("feasible", "binding")


@dataclass(frozen=True, kw_only=True)
class Costing:
    """A design, costed.

    Args:
        design: The design.
        figures: A row for each output: `quantity`, `unit`, `value` (every uncertain figure at its
            middle), `low`, `median`, `high` (5, 50 and 95 % of the draws); null where unknown.
        status: A row for each text of the rule and for the day: `when`, `status`, the share of the
            draws in which it is `caught`, and `case_by_case`.
        feasible: Whether no limit is broken, every figure at its middle.
        binding: The limit used most.
        within: Share of the draws in which no limit is broken.
        draws: How many draws.
        seed: Their seed.
    """

    design: Design
    figures: pl.DataFrame
    status: pl.DataFrame
    feasible: bool
    binding: str
    within: float
    draws: int
    seed: int


def cost_design(
    design: Design,
    *,
    on: date,
    draws: int = 1000,
    seed: int = 0,
    catalogue: Catalogue | None = None,
    law: Law | None = None,
) -> Costing:
    r"""Cost a design over the uncertain figures and ask the law about it.

    Args:
        design: The design.
        on: The day whose law is asked, beside the first day of each text.
        draws: Draws of the uncertain figures.
        seed: Their seed.
        catalogue: The bundled one if None.
        law: The bundled one if None.

    Example:
        >>> from datetime import date
        >>> from chokegraph.chip.design import parse_design
        >>> text = "name: a\ndies: [{node: tsmc-n5, area_mm2: 800}]\npackage: organic-flip-chip"
        >>> found = cost_design(parse_design(text), on=date(2026, 1, 1), draws=50)
        >>> found.feasible, found.status["status"].to_list()[-1]
        (True, '3A090.a')
    """
    law = load_law() if law is None else law
    middle, drawn = evaluated([design], catalogue, draws, seed)
    rows = []
    for name, unit in OUTPUTS.items():
        if name in _SKIPPED:
            continue
        low, half, high = quantiles(drawn[name][:, 0])
        value = known(float(middle[name][0]))
        rows.append(
            {
                "quantity": name,
                "unit": unit,
                "value": value,
                "low": low,
                "median": half,
                "high": high,
            }
        )
    schema = {"quantity": pl.String, "unit": pl.String} | dict.fromkeys(
        ("value", "low", "median", "high"), pl.Float64
    )
    return Costing(
        design=design,
        figures=pl.DataFrame(rows, schema=schema),
        status=_status(design, middle, drawn, on, law),
        feasible=bool(middle["feasible"][0]),
        binding=LIMITS[int(middle["binding"][0])],
        within=float(np.mean(drawn["feasible"])),
        draws=draws,
        seed=seed,
    )


def load_designs(paths: Sequence[Path]) -> tuple[list[Design], list[Finding]]:
    """Read several designs; return them and everything that is wrong in any of the files."""
    designs: list[Design] = []
    findings: list[Finding] = []
    for path in paths:
        try:
            designs.append(load_design(path))
        except FindingsError as error:
            findings += error.findings
    return designs, findings


def evaluated(
    designs: Sequence[Design], catalogue: Catalogue | None, draws: int, seed: int
) -> tuple[Evaluation, Evaluation]:
    """Evaluate at the middle of every figure, and over draws."""
    catalogue = load_catalogue() if catalogue is None else catalogue
    nodes = {die.node for one in designs for die in one.dies}
    memories = {one.memory.id for one in designs if one.memory}
    small = reduced(
        catalogue,
        nodes=[key for key in catalogue.nodes if key in nodes],
        packages=[key for key in catalogue.packages if key in {one.package for one in designs}],
        memories=[key for key in catalogue.memories if key in memories]
        or [next(iter(catalogue.memories))],
    )
    figures = Figures.of(small)
    listed = as_designs(designs, figures)
    generator = np.random.default_rng(seed)
    return (
        evaluate(listed, figures),
        evaluate(listed, Figures.drawn(small, small.draw(generator, draws))),
    )


def known(value: float) -> float | None:
    """Return a number, or None where it is not known."""
    return value if np.isfinite(value) else None


def quantiles(values: Any) -> list[float | None]:  # noqa: ANN401 - an array
    """Return the quantiles that are told; None if any draw is not known."""
    if not np.isfinite(values).all():
        return [None] * len(ENDS)
    return [float(one) for one in by_definition(values, ENDS)]


def _status(
    design: Design, middle: Evaluation, drawn: Evaluation, on: date, law: Law
) -> pl.DataFrame:
    transfer = np.nan if design.io_gb_s is None else design.io_gb_s
    centre = YES if design.datacentre else NO
    rows = []
    for title, day in texts(law, on):
        thresholds = thresholds_on(day, law)
        one, many = (
            Parts(
                tpp=found.tpp,
                area=found.applicable_area,
                transfer=transfer,
                bandwidth=found.dram_bandwidth,
                datacentre=centre,
            )
            for found in (middle, drawn)
        )
        rows.append(
            {
                "when": title,
                "status": status(one, thresholds).words()[0],
                "caught": float((status(many, thresholds).caught == YES).mean()),
                "case_by_case": review_words(one, thresholds)[0],
            }
        )
    return pl.DataFrame(rows)
