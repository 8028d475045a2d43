# SPDX-License-Identifier: Apache-2.0
"""Published figures and ours beside them; `PYTHONPATH=tests python -m chip.published` prints them.

Each row says what was published, with which parameters we computed, and why the two differ. What
others published is a statement of the bundled world; parameters of other models are given here, as
they stand in those models' own files.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np

from chip.actuary import actuary, server_part
from chip.published_cset import cset_rows
from chip.published_row import Row, published
from chokegraph.chip.arrays import Designs, Dies
from chokegraph.chip.bonding import particle_yield
from chokegraph.chip.catalogue import load_catalogue
from chokegraph.chip.cost import evaluate
from chokegraph.chip.figures import Figures
from chokegraph.chip.nre import break_even_volume
from chokegraph.chip.performance import largest_uncontrolled

RULE = {"high": 4800, "middle": 2400, "low": 1600, "dense": 5.92, "medium": 3.2, "sparse": 1.6}


# -- Chiplet Actuary ---------------------------------------------------------------------------


def actuary_rows() -> list[Row]:
    """Rows of Chiplet Actuary."""
    study = "chiplet-actuary-2022"
    one, two, three = (actuary("5", n) for n in (1, 2, 3))
    parameters = "Parameters of its own file; NB with alpha 10, 300 mm, rim 5 mm, scribe 0.2 mm. "
    same = parameters + "The same equations; theirs is rounded."
    old, new = actuary("14", 1).recurring, actuary("14", 2, interposer=True).recurring
    pair = actuary("5", 2, kinds=2)
    volume = float(break_even_volume(pair.recurring, pair.nre, one.recurring, one.nre))
    said = published()
    return [
        Row(
            "actuary-defects",
            "Chiplet Actuary: defective dies in the cost of making one 800 mm2 part at 5 nm",
            said[study, "defects-share-of-cost-5nm-800mm2"],
            float(one.die_loss / one.recurring),
            ".1%",
            same,
        ),
        Row(
            "actuary-two",
            "the same: saving with two dies on an organic substrate",
            said[study, "saving-two-dies-5nm-800mm2"],
            float(1 - two.recurring / one.recurring),
            ".1%",
            same,
        ),
        Row(
            "actuary-three",
            "the same: saving with three dies",
            said[study, "saving-three-dies-5nm-800mm2"],
            float(1 - three.recurring / one.recurring),
            ".1%",
            same,
        ),
        Row(
            "actuary-14",
            "the same at 14 nm: two dies on a silicon interposer over one die (theirs: dearer, "
            "above 1)",
            1.0,
            float(new / old),
            ".2f",
            parameters + "Theirs is stated as a direction only; their code gives 1.54. Ours loses "
            "the bumps with the interposer, theirs with the dies.",
        ),
        Row(
            "actuary-volume",
            "the same at 5 nm: units from which two different dies pay",
            said[study, "break-even-volume-two-dies"],
            volume,
            ",.0f",
            parameters + "Ours lets all design cost but the fixed fifth grow with area, that of "
            "interfaces as well; theirs has a share for modules that are designed once.",
        ),
    ]


def best_number(density: float | None, package: str) -> int:
    """Dies into which 800 mm2 at 5 nm are best cut, with 10 % for interfaces."""
    every = Figures.of(load_catalogue())
    if density is not None:
        table = np.full(every.nodes.defect_density.shape, density)
        every = dataclasses.replace(
            every, nodes=dataclasses.replace(every.nodes, defect_density=table)
        )
    number = np.arange(1.0, 65.0)
    area = np.where(number == 1, 800.0, 880.0 / number)
    designs = Designs(
        dies=(Dies(node=every.code("nodes", "tsmc-n5"), area=area, count=number),),
        package=every.code("packages", package),
    )
    return int(number[np.argmin(evaluate(designs, every, keep=["recurring"]).recurring)])


# -- AMD, CATCH, YAP -----------------------------------------------------------------------------


def other_rows() -> list[Row]:
    """Rows of AMD, CATCH and YAP."""
    said = published()
    seeds = server_part(0.137, model="seeds")
    return [
        Row(
            "amd",
            "AMD, Hot Chips 2017: four dies of 213 mm2 over one of 777 mm2",
            said["amd-hotchips-2017", "cost-four-dies-over-one"],
            server_part(0.087),
            ".2f",
            "Silicon only; NB with alpha 10 and 0.087 defects per cm2, which was solved for and is "
            "usual for a mature 14 nm node; at 0.08, the catalogue's figure for that class, it is "
            f"{server_part(0.08):.2f}, with Seeds' model at 0.137 {seeds:.2f}.",
        ),
        Row(
            "catch",
            "CATCH: dies into which 800 mm2 at 5 nm are best cut",
            said["catch-ucla", "best-number-of-dies-5nm-800mm2"],
            float(best_number(0.5, "si-interposer-mature")),
            ".0f",
            "The catalogue's mature interposer with their default of 0.5 defects per cm2; with the "
            f"catalogue's 0.10 the best is {best_number(None, 'si-interposer-mature')}, on an "
            f"organic substrate {best_number(None, 'organic-flip-chip')}. The cost is U-shaped in "
            "all; the place of its least point follows the defect density and the bond yield.",
        ),
        Row(
            "yap-clean",
            "YAP: yield of a 10 mm die bonded on a wafer, 1e-10 particles per um2",
            said["yap-2024", "d2w-yield-clean"],
            float(particle_yield(100.0, 1e-10, reach=70.0, perimeter=40.0)),
            ".3f",
            "Particles only, voids of 70 um radius; overlay and recess are near 1 there.",
        ),
        Row(
            "yap-dirty",
            "YAP: the same with 1e-8 particles per um2",
            said["yap-2024", "d2w-yield-dirty"],
            float(particle_yield(100.0, 1e-8, reach=70.0, perimeter=40.0)),
            ".3f",
            "The radius was solved for (without a margin around the die it is "
            f"{float(particle_yield(100.0, 1e-8)):.3f}). Their Monte Carlo gives 0.330.",
        ),
    ]


def ceiling_rows() -> list[Row]:
    """Real parts against the ceiling of what the rule of October 2023 leaves free."""
    parts = load_catalogue().accelerators
    rows = []
    for name, key, why in (
        ("H20", "h20", "Its die area is that of the full die, all non-planar."),
        ("L20", "l20", "The limb of density binds: 3.2 times the die area."),
        ("L2", "l2", "The lower threshold of TPP binds."),
        ("RTX 4090 D", "rtx-4090d", "Not for data centres: only the upper threshold binds."),
    ):
        part = parts[key]
        assert part.tpp
        assert part.area
        ceiling = largest_uncontrolled(part.area.mid, **RULE, datacentre=part.datacentre)
        rows.append(
            Row(
                f"ceiling-{key}",
                f"{name}: its TPP, and the least TPP that is caught with its {part.area.mid:g} mm2",
                part.tpp.mid,
                float(ceiling),
                ",.0f",
                f"{part.tpp.mid / float(ceiling):.1%} of the ceiling. {why}",
            )
        )
    return rows


TABLES: dict[str, Callable[[], list[Row]]] = {
    "Chiplet Actuary": actuary_rows,
    "CSET": cset_rows,
    "AMD, CATCH, YAP": other_rows,
    "Parts made to stay free": ceiling_rows,
}


def table(rows: list[Row]) -> str:
    """The rows as a table."""
    head = (
        "| what | published | ours | with what, and why they differ |\n| --- | ---: | ---: | --- |"
    )
    return "\n".join([head, *(row.line() for row in rows)])


if __name__ == "__main__":
    for title, rows in TABLES.items():
        print(f"\n## {title}\n\n{table(rows())}")
