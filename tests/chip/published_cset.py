# SPDX-License-Identifier: Apache-2.0
"""The prices of Khan and Mann (CSET, 2020): by their assumptions, and by the catalogue."""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy.optimize import brentq

from chip.published_row import Row, catalogue_part, published
from chokegraph.chip.arrays import Designs, Dies
from chokegraph.chip.catalogue import load_catalogue
from chokegraph.chip.cost import Evaluation, evaluate
from chokegraph.chip.figures import Figures
from chokegraph.chip.settings import Settings
from chokegraph.chip.wafer import dies_per_wafer
from chokegraph.chip.yields import implied_density

CHIP, A_WAFER, TRANSISTORS = 610.0, 71.4, {"5": 171.3, "7": 96.27, "10": 52.51, "16": 28.88}
"""Their chip (mm2), how many they count on a wafer, and millions of transistors per mm2 by node.

The densities are the peak ones that were published for these nodes; their own are not given in the
accounts that we read, but 90.7 billion transistors are 15.3 billion times the first over the last.
"""
NODES = {"5": "tsmc-n5", "7": "tsmc-n7", "10": "tsmc-n10", "16": "tsmc-16"}


def their_price(node: str) -> float:
    """CSET's price of a chip: that of a wafer over a number of chips that falls with area alone."""
    price = load_catalogue().nodes[NODES[node]].wafer_price
    assert price
    return price.mid / A_WAFER * TRANSISTORS["5"] / TRANSISTORS[node]


def by_their_assumptions() -> Evaluation:
    """Our evaluation with what CSET assumes: no loss but in the number of chips on a wafer."""
    every = Figures.of(load_catalogue())
    zero = np.zeros_like(every.nodes.defect_density)
    nodes = dataclasses.replace(every.nodes, defect_density=zero, mask_set=zero)
    organic = dataclasses.replace(
        every.packages,
        cost_mm2=np.zeros_like(every.packages.cost_mm2),
        bond_yield=np.ones_like(every.packages.bond_yield),
    )
    bare = {"scribe": float(every.settings.scribe_width), "diameter": 300.0}
    edge = brentq(lambda at: float(dies_per_wafer(CHIP, edge=at, **bare)) - A_WAFER, 0.0, 40.0)
    settings = dataclasses.replace(
        every.settings,
        edge_exclusion=edge,
        die_test_cost=0.0,
        bond_step_cost=0.0,
        package_design_cost=0.0,
        design_fixed_share=1.0,
        assembly_test_cost=80.0,
    )
    return evaluate(
        Designs(
            dies=(Dies(node=every.code("nodes", "tsmc-n5"), area=CHIP),),
            package=every.code("packages", "organic-flip-chip"),
            volume=5e6,
        ),
        dataclasses.replace(every, nodes=nodes, packages=organic, settings=settings),
    )


def cset_rows() -> list[Row]:
    """Rows of CSET: by their assumptions, and by ours."""
    said = published()
    five = catalogue_part(CHIP, "tsmc-n5")
    ratio = TRANSISTORS["5"] / TRANSISTORS["7"]
    seven = catalogue_part(CHIP * ratio, "tsmc-n7")
    settings: Settings = Figures.of(load_catalogue()).settings
    gross = float(five.silicon)
    node = load_catalogue().nodes["tsmc-n5"]
    assert node.wafer_price
    ours = node.wafer_price.mid / gross
    left = A_WAFER / ours
    fitting = implied_density(CHIP, left, "negative-binomial", 10.0)
    theirs = by_their_assumptions()
    study = "eenews-cset"
    assume = "By their assumptions: the price of the wafer over the chips on it, which are "
    rows = [
        Row(
            "cset-5-theirs",
            "CSET 2020: a 610 mm2 chip at 5 nm, USD",
            said[study, "chip-cost-5nm"],
            float(theirs.silicon + theirs.die_loss),
            ",.0f",
            f"{assume}{A_WAFER}; no other loss, no test.",
        )
    ]
    for size in ("7", "10", "16"):
        area = CHIP * TRANSISTORS["5"] / TRANSISTORS[size]
        rows.append(
            Row(
                f"cset-{size}-theirs",
                f"the same, as many transistors at {size} nm",
                said[study, f"chip-cost-{size}nm"],
                their_price(size),
                ",.0f",
                f"{assume}fewer in proportion to the area: {area:,.0f} mm2"
                + (", more than a scanner exposes in one piece." if area > 858 else "."),
            )
        )
    once, rest = float(five.nre), float(five.assembly + five.carrier + five.package_loss)
    return [
        *rows,
        Row(
            "cset-total-theirs",
            "the 5 nm chip with design, assembly and test, USD",
            said[study, "chip-total-5nm"],
            float(theirs.cost),
            ",.0f",
            "By their assumptions: all of the design cost of the node, whatever the area, over 5 "
            "million units; 80 for packaging and test.",
        ),
        Row(
            "cset-5",
            "CSET 2020 against the catalogue: the 5 nm chip, USD",
            said[study, "chip-cost-5nm"],
            float(five.silicon + five.die_loss),
            ",.0f",
            f"0.10 defects per cm2, alpha 10, coverage {float(settings.test_coverage):.2f}, test "
            f"included. A wafer has {ours:.1f} whole chips in our geometry ({gross:,.0f} each); "
            f"their {A_WAFER} are {left:.0%} of these, as with {fitting:.3f} defects per cm2; ours "
            f"are {float(five.die_yield):.0%}.",
        ),
        Row(
            "cset-7",
            "the same at 7 nm",
            said[study, "chip-cost-7nm"],
            float(seven.silicon + seven.die_loss),
            ",.0f",
            f"{ratio:.2f} times the area. Ours lets the yield fall with area "
            f"({float(seven.die_yield):.0%}), theirs does not. Without any defect ours is "
            f"{float(seven.silicon):,.0f}.",
        ),
        Row(
            "cset-total",
            "the same at 5 nm with design, assembly and test",
            said[study, "chip-total-5nm"],
            float(five.cost),
            ",.0f",
            "At 5 million units. Of ours, "
            f"{once:,.0f} is design and masks (theirs 108): the catalogue's design cost grows with "
            f"area beyond 300 mm2; {rest:,.0f} is packaging, test and its losses (theirs 80).",
        ),
    ]
