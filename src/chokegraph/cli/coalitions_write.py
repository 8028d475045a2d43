# SPDX-License-Identifier: Apache-2.0
"""What `chokegraph coalitions --out DIR` writes: tables, JSON and the figure."""

from __future__ import annotations

from pathlib import Path

from chokegraph.chain.powers_show import (
    TEXTS,
    coalitions_csv,
    members_csv,
    plans_csv,
    powers_json,
)
from chokegraph.cli.coalitions_ask import Answered
from chokegraph.cli.writing import write_folder
from chokegraph.report.lattice import draw_lattice


def write_answer(found: Answered, folder: Path) -> None:
    """Write the tables, the JSON and the lattice."""
    texts = {
        "coalitions.csv": coalitions_csv(found.powers),
        "plans.csv": plans_csv(found.powers),
        "members.csv": members_csv(found.powers, found.names),
        "coalitions.json": powers_json(found.powers, names=found.names, world=found.world) + "\n",
        "lattice.svg": draw_lattice(found.lattice, title=found.title, names=found.names),
    }
    write_folder(texts, folder, words=TEXTS)
