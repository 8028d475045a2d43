# SPDX-License-Identifier: Apache-2.0
"""Our evaluation with the wafers and packages of Chiplet Actuary, from its own parameter file."""

from __future__ import annotations

import dataclasses

import numpy as np

from chip.made_up import figures
from chokegraph.chip.arrays import Designs, Dies
from chokegraph.chip.cost import Evaluation, evaluate

ACTUARY = {
    "wafer_diameter": 300.0,
    "edge_exclusion": 5.0,
    "scribe_width": 0.2,
    "test_coverage": 1.0,
    "die_test_cost": 0.0,
    "bond_step_cost": 0.0,
    "assembly_test_cost": 0.0,
    "substrate_cost": 0.005,
    "substrate_area_factor": 4.0,
    "substrate_yield": 0.99,
    "design_area": 300.0,
    "design_fixed_share": 0.2,
    "package_design_cost": 0.0,
}
NODES = {"5": (16_988.0, 0.11, 542e6), "14": (3984.0, 0.08, 106e6)}


def actuary(node: str, dies: int, *, interposer: bool = False, kinds: int = 1) -> Evaluation:
    """Our evaluation of 800 mm2 with the parameters of Chiplet Actuary.

    Its bumps cost per mm2 of die and its multi-chip substrates have more layers: both are put into
    the price of a mm2 of substrate here.
    """
    price, density, design = NODES[node]
    base = figures(**ACTUARY)
    row = base.nodes
    nodes = dataclasses.replace(
        row,
        wafer_price=np.full(3, price),
        defect_density=np.full(3, density),
        clustering=np.full(3, 10.0),
        design_nre=np.full(3, design),
        mask_set=np.zeros(3),
    )
    # In USD per mm2 of package, which is four times the dies: substrate, and bumps of the dies.
    substrate = 0.005 * (1 if dies == 1 else 2) + 0.005 / 4
    organic, silicon = base.code("packages", "organic"), base.code("packages", "interposer")
    mm2, wafer = base.packages.cost_mm2.copy(), base.packages.cost_wafer.copy()
    mm2[organic] = substrate
    mm2[silicon], wafer[silicon] = 0.005 + 0.01 / 1.1, 1937.0
    packages = dataclasses.replace(
        base.packages,
        cost_mm2=mm2,
        cost_wafer=wafer,
        bond_yield=np.where(np.arange(6) == organic, 0.99, 0.95),
        clustering=np.full(6, 6.0),
        defect_density=np.where(np.arange(6) == organic, 0.0, 0.06),
    )
    area = 800.0 if dies == 1 else 880.0 / dies
    each = Dies(node=0, area=area, count=dies / kinds)
    designs = Designs(dies=(each,) * kinds, package=silicon if interposer else organic, volume=1.0)
    return evaluate(designs, dataclasses.replace(base, nodes=nodes, packages=packages))


def organic(price: float, density: float, clustering: float, area: float, dies: int) -> float:
    """Our cost of equal dies on an organic substrate, with its parameters and these of a node."""
    base = figures(**ACTUARY)
    nodes = dataclasses.replace(
        base.nodes,
        wafer_price=np.full(3, price),
        defect_density=np.full(3, density),
        clustering=np.full(3, clustering),
    )
    code = base.code("packages", "organic")
    mm2 = base.packages.cost_mm2.copy()
    # In USD per mm2 of package, which is four times the dies: substrate, and bumps of the dies.
    mm2[code] = 0.005 * (1 if dies == 1 else 2) + 0.005 / 4
    packages = dataclasses.replace(base.packages, cost_mm2=mm2, bond_yield=np.full(6, 0.99))
    designs = Designs(dies=(Dies(node=0, area=area, count=float(dies)),), package=code)
    found = evaluate(
        designs, dataclasses.replace(base, nodes=nodes, packages=packages), keep=["recurring"]
    )
    return float(found.recurring)


def server_part(density: float, alpha: float = 10.0, model: str = "negative-binomial") -> float:
    """Silicon cost of 4 x 213 mm2 over 1 x 777 mm2."""
    base = figures(**ACTUARY)
    nodes = dataclasses.replace(
        base.nodes, defect_density=np.full(3, density), clustering=np.full(3, alpha)
    )
    dies = Dies(node=0, area=np.array([213.0, 777.0]), count=np.array([4.0, 1.0]))
    found = evaluate(
        Designs(dies=(dies,), package=0),
        dataclasses.replace(base, nodes=nodes),
        model=model,  # type: ignore[arg-type]
        keep=["silicon", "die_loss"],
    )
    four, one = found.silicon + found.die_loss
    return float(four / one)
