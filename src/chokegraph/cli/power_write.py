# SPDX-License-Identifier: Apache-2.0
"""What `chokegraph power --out DIR` writes: tables, JSON and figures."""

from __future__ import annotations

from pathlib import Path

from chokegraph.chain.power import PowerAnswer
from chokegraph.chain.power.show import TEXTS, parameters_csv, power_csv, power_json
from chokegraph.cli.writing import write_folder
from chokegraph.report.power_curve import draw_power
from chokegraph.world.model import World


def write_answer(answer: PowerAnswer, world: World, folder: Path) -> None:
    """Write the tables, the JSON and a figure of each product."""
    texts = {
        "power.csv": power_csv(answer, world=world),
        "power.json": power_json(answer, world=world) + "\n",
        "assumptions.csv": parameters_csv(answer),
    }
    for product in answer.products:
        name = product.goal.partition(":")[2]
        texts[f"power-{name}.svg"] = draw_power(answer, product)
    write_folder(texts, folder, words=TEXTS)
