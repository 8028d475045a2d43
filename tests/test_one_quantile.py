# SPDX-License-Identifier: Apache-2.0
"""Quantiles and medians have one definition, `chokegraph.world.quantiles`, in every room."""

import ast
from pathlib import Path

import numpy as np
import pytest

from chokegraph.chip.search_draws import QUANTILES
from chokegraph.study.chip_costing import quantiles as of_costs
from chokegraph.world.quantiles import LEVELS

SOURCE = Path(__file__).parents[1] / "src" / "chokegraph"
OTHERS = {"quantile", "nanquantile", "percentile", "nanpercentile", "median", "nanmedian"}
MODULES = sorted([*SOURCE.rglob("*.py"), *SOURCE.parents[1].glob("scripts/*.py")])


def others(text: str) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Attribute)
        and node.attr in OTHERS
        and isinstance(node.value, ast.Name)
        and node.value.id in ("np", "numpy", "statistics")
    ]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE.parents[1])))
def test_no_room_has_a_definition_of_its_own(path):
    found = others(path.read_text(encoding="utf-8"))
    assert found == [], "use chokegraph.world.quantiles"


def test_the_check_sees_what_it_must():
    assert others("import numpy as np\nx = np.quantile(y, 0.5)\n") == [2]
    assert others("import numpy as np\nx = np.sort(y)\n") == []


def test_the_ends_told_are_values_that_occur():
    """Of twenty values the 5 % quantile is the first, the median the tenth, 95 % the nineteenth."""
    values = np.arange(1.0, 21.0) ** 2
    expected = [1.0, 100.0, 361.0]
    assert tuple(QUANTILES) == LEVELS
    assert of_costs(values) == expected
