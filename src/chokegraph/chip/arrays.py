# SPDX-License-Identifier: Apache-2.0
"""Designs as arrays: what `chokegraph.chip.cost.evaluate` takes.

Every field is a number or an array, and all of them broadcast together to one shape: a list of
designs, or a grid with an axis for each choice (much less work, because what depends on a few
choices is computed for those only). NaN stands for "as the figures say".
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from chokegraph.chip.wafer import Number

Codes = int | np.ndarray[Any, np.dtype[np.intp]]
NONE = -1
"""The code of "no memory"."""


@dataclass(frozen=True, kw_only=True)
class Dies:
    """One kind of die of a design. Give `count` 0 where a design lacks it.

    Args:
        node: Code of its node in the figures.
        area: Area as made, interfaces included, mm2.
        count: How many go into a package.
        euv: False for the variant that replaces EUV layers by multiple exposure.
        coverage: Fraction of bad dies that the test finds; NaN: as the settings say.
        clustering: alpha of the negative binomial; NaN: the node's.
        critical: Fraction of the area where a defect kills.
        units: Equal units (cores) on the die.
        spare: Units that may be bad in a die that is sold.
        unit_share: Share of the area that the units take.
        compute: Share of the area that computes: 1 for a compute die, 0 for an I/O die.
        volume: Dies' users, in packages, that share its one-off costs; NaN: the design's volume.
    """

    node: Codes
    area: Number
    count: Number = 1.0
    euv: bool | Number = True
    coverage: Number = np.nan
    clustering: Number = np.nan
    critical: Number = 1.0
    units: Number = 1.0
    spare: Number = 0.0
    unit_share: Number = 1.0
    compute: Number = 1.0
    volume: Number = np.nan


@dataclass(frozen=True, kw_only=True)
class Designs:
    """Designs that share the number of their kinds of dies.

    Args:
        dies: The kinds of dies.
        package: Code of the package.
        memory: Code of the memory, or `NONE`.
        stacks: Memory stacks or packages; the unit of the memory's figures.
        volume: Packages over which one-off costs are spread.
        frequency: Clock relative to what the node's figures assume.
        chip_first: Whether the carrier is built around the dies; NaN: the package's own way.
        memory_bound: Operations for each byte from memory in the memory-bound workload.
        compute_bound: The same in the compute-bound one. NaN: as the settings say.
        bond_yield: Yield of placing one die; NaN: the package's.

    Example:
        >>> designs = Designs(dies=(Dies(node=0, area=np.array([100.0, 200.0])),), package=0)
        >>> designs.shape
        (2,)
    """

    dies: tuple[Dies, ...]
    package: Codes
    memory: Codes = NONE
    stacks: Number = 0.0
    volume: Number = np.inf
    frequency: Number = 1.0
    chip_first: bool | Number = np.nan
    memory_bound: Number = np.nan
    compute_bound: Number = np.nan
    bond_yield: Number = np.nan
    shape: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        parts: list[Dies | Designs] = [self, *self.dies]
        every = [np.shape(value) for part in parts for value in values(part).values()]
        object.__setattr__(self, "shape", np.broadcast_shapes(*every))


def values(part: Dies | Designs) -> dict[str, Any]:
    """Return the fields that are numbers or arrays, by name."""
    return {
        one.name: getattr(part, one.name)
        for one in fields(part)
        if one.name not in ("dies", "shape")
    }


def flatten(designs: Designs, chosen: np.ndarray[Any, Any]) -> Designs:
    """Return some designs of a grid as a list.

    Args:
        designs: The grid.
        chosen: Flat positions in its shape.

    Example:
        >>> grid = Designs(dies=(Dies(node=0, area=np.array([[1.0], [2.0]])),), package=0,
        ...     stacks=np.array([0.0, 4.0, 8.0]))
        >>> some = flatten(grid, np.array([1, 5]))
        >>> some.dies[0].area.tolist(), some.stacks.tolist()
        ([1.0, 2.0], [4.0, 8.0])
    """
    where = np.unravel_index(chosen, designs.shape)

    def pick(value: Any) -> Any:  # noqa: ANN401 - a number or an array
        return np.broadcast_to(value, designs.shape)[where]

    dies = tuple(
        Dies(**{name: pick(value) for name, value in values(one).items()}) for one in designs.dies
    )
    return Designs(dies=dies, **{name: pick(value) for name, value in values(designs).items()})
