# SPDX-License-Identifier: Apache-2.0
"""Cost against the number of dies, and yield against passes, over the uncertain figures."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

import numpy as np
import polars as pl

from chokegraph.chip.catalogue import Catalogue, load_catalogue
from chokegraph.chip.cost import LIMITS
from chokegraph.chip.design import Design, as_designs
from chokegraph.chip.figures import Figures, reduced
from chokegraph.chip.patterning import defect_density_without_euv
from chokegraph.chip.yields import defects, negative_binomial
from chokegraph.errors import Finding, FindingsError
from chokegraph.study.chip_costing import evaluated, known, quantiles

CHIPLETS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 16)
"""Numbers of dies of the usual curve."""
PASSES = tuple(range(0, 65, 4))
"""Additional passes of the usual curve."""


def chiplet_curve(
    design: Design,
    counts: Sequence[int],
    *,
    draws: int = 1000,
    seed: int = 0,
    catalogue: Catalogue | None = None,
) -> pl.DataFrame:
    """Return the cost of a design whose first kind of die is divided into more or fewer equal dies.

    The area that works stays the same; from two dies on each has the interfaces to the others that
    the package asks for. Bad units are not tolerated in this comparison (no harvest).

    Args:
        design: The design.
        counts: Numbers of dies.
        draws: Draws of the uncertain figures.
        seed: Their seed.
        catalogue: The bundled one if None.

    Returns:
        A row for each number: `dies`, `area` of each (mm2), `value`, `low`, `median`, `high` (USD
        for a good package), `feasible`, and `binding`, the limit used most.
    """
    catalogue = load_catalogue() if catalogue is None else catalogue
    figures = Figures.of(catalogue)
    first, *others = design.dies
    size = float(np.ravel(as_designs([design], figures).dies[0].area)[0])
    overhead = float(figures.packages.overhead[figures.code("packages", design.package)])
    shared = bool(others)
    core = size * first.count / (1 + overhead * (first.count > 1 or shared))

    def divided(count: int) -> Design:
        each = core / count * (1 + overhead * (count > 1 or shared))
        made = {"count": count, "area_mm2": each, "blocks": None, "harvest": None}
        return design.model_copy(update={"dies": (first.model_copy(update=made), *others)})

    designs = [divided(count) for count in counts]
    middle, drawn = evaluated(designs, catalogue, draws, seed)
    rows = []
    for at, (count, one) in enumerate(zip(counts, designs, strict=True)):
        low, half, high = quantiles(drawn.cost[:, at])
        rows.append(
            {
                "dies": count,
                "area": one.dies[0].area_mm2,
                "value": known(float(middle.cost[at])),
                "low": low,
                "median": half,
                "high": high,
                "feasible": bool(middle.feasible[at]),
                "binding": LIMITS[int(middle.binding[at])],
            }
        )
    return pl.DataFrame(rows, strict=False)


def passes_curve(
    nodes: Sequence[str],
    area: float,
    passes: Sequence[int],
    *,
    draws: int = 1000,
    seed: int = 0,
    catalogue: Catalogue | None = None,
) -> pl.DataFrame:
    """Return the yield of a die against additional passes through a scanner.

    Each mask more raises the defect density by an uncertain part. The passes that replace a node's
    EUV layers are told beside, so that its yield without EUV can be read from the curve.

    Args:
        nodes: Ids of nodes.
        area: Area of the die, mm2.
        passes: Additional passes.
        draws: Draws of the uncertain figures.
        seed: Their seed.
        catalogue: The bundled one if None.

    Returns:
        A row for each node and number of passes: `node`, `name`, `passes`, `value`, `low`,
        `median`, `high`, and `replaced`, the passes that replace its EUV layers.
    """
    catalogue = load_catalogue() if catalogue is None else catalogue
    small = reduced(catalogue, nodes=list(nodes))
    generator = np.random.default_rng(seed)
    rows = []
    sets = {"middle": small.mids(), "draws": small.draw(generator, draws)}
    for node in nodes:
        replaced = 0.0
        found = {}
        for name, drawn in sets.items():
            each = drawn.setting("defect-rise-per-mask")[:, None]
            base = drawn.of("nodes", "defect_density", node)[:, None]
            alpha = drawn.of("nodes", "clustering", node)[:, None]
            density = defect_density_without_euv(base, np.asarray(passes, float), each)
            found[name] = negative_binomial(defects(area, density), alpha)
            if name == "middle":
                layers = drawn.of("nodes", "euv_layers", node)[0]
                more = drawn.setting("duv-steps-per-euv-layer")[0] - 1
                replaced = 0.0 if np.isnan(layers) else float(layers * more)
        for at, count in enumerate(passes):
            low, half, high = quantiles(found["draws"][:, at])
            rows.append(
                {
                    "node": node,
                    "name": catalogue.nodes[node].name,
                    "passes": count,
                    "value": known(float(found["middle"][0, at])),
                    "low": low,
                    "median": half,
                    "high": high,
                    "replaced": replaced,
                }
            )
    return pl.DataFrame(rows, strict=False)


def checked_nodes(
    names: Sequence[str] | None, catalogue: Catalogue | None = None
) -> tuple[str, ...]:
    """Return the nodes of a curve: those asked for, or one with EUV layers for each maker's class.

    Raises:
        FindingsError: If one is not known.

    Example:
        >>> checked_nodes(["tsmc-n6"])
        ('tsmc-n6',)
    """
    catalogue = load_catalogue() if catalogue is None else catalogue
    if not names:
        return ("tsmc-n6", "tsmc-n5", "tsmc-n3e")
    findings = []
    for name in names:
        if name not in catalogue.nodes:
            near = get_close_matches(name, list(catalogue.nodes), n=1)
            fix = f"did you mean {near[0]!r}?" if near else "see `chokegraph chip nodes`"
            findings.append(Finding(f"no node {name!r}", fix=fix))
    if findings:
        raise FindingsError(findings, title="chip nodes")
    return tuple(dict.fromkeys(names))
