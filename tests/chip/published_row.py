# SPDX-License-Identifier: Apache-2.0
"""One published figure beside ours, and what was published."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from chokegraph.chip.arrays import Designs, Dies
from chokegraph.chip.catalogue import load_catalogue
from chokegraph.chip.cost import evaluate
from chokegraph.chip.figures import Figures


@dataclass(frozen=True)
class Row:
    """One published figure.

    Args:
        key: What it is called in the tests.
        what: What is compared.
        theirs: The published figure.
        ours: Ours.
        form: How both are printed.
        why: With which parameters, and why the two differ.
    """

    key: str
    what: str
    theirs: float
    ours: float
    form: str
    why: str

    def line(self) -> str:
        """The row of the table."""
        return f"| {self.what} | {self.theirs:{self.form}} | {self.ours:{self.form}} | {self.why} |"


@lru_cache
def published() -> dict[tuple[str, str], float]:
    """What others published, from the bundled world: by study and metric."""
    from chokegraph.world import load_world

    found = {}
    for (subject, name), rows in load_world().by_subject.items():
        if name == "study_effect" and subject.startswith("study:"):
            for row in rows:
                metric = row.object_id.removeprefix("metric:")
                found[subject.removeprefix("study:"), metric] = float(row.value)
    return found


def catalogue_part(area: float, node: str, dies: int = 1, package: str = "organic-flip-chip"):
    """Our evaluation with the middles of the catalogue."""
    every = Figures.of(load_catalogue())
    designs = Designs(
        dies=(Dies(node=every.code("nodes", node), area=area, count=float(dies)),),
        package=every.code("packages", package),
        volume=5e6,
    )
    return evaluate(designs, every)
