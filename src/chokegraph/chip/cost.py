# SPDX-License-Identifier: Apache-2.0
"""Evaluation of many designs at once: cost, yield, performance, power, limits, time.

Work goes in blocks that fit the processor's second cache. A block computes what is asked for, and
what that needs; what depends only on a node, package or memory was computed before, in tables.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import numpy as np

from chokegraph.chip.arrays import Designs
from chokegraph.chip.figures import Figures
from chokegraph.chip.gathered import Index, check, numbers, traits_of
from chokegraph.chip.prepared import prepare
from chokegraph.chip.speed import LIMITS, Block
from chokegraph.chip.yields import Model

__all__ = ["LIMITS", "OUTPUTS", "Block", "Evaluation", "evaluate"]

OUTPUTS: dict[str, str] = {
    "silicon": "USD",
    "die_loss": "USD",
    "memory": "USD",
    "package_loss": "USD",
    "carrier": "USD",
    "substrate": "USD",
    "assembly": "USD",
    "nre": "USD",
    "recurring": "USD",
    "cost": "USD",
    "die_yield": "1",
    "package_yield": "1",
    "wafers": "wafers",
    "tops": "TOPS",
    "tpp": "TPP",
    "applicable_area": "mm2",
    "performance_density": "TPP/mm2",
    "dram_bandwidth": "GB/s",
    "memory_capacity": "GB",
    "memory_density": "GB/s/mm2",
    "link_bandwidth": "GB/s",
    "memory_bound": "TOPS",
    "compute_bound": "TOPS",
    "energy_memory_bound": "pJ",
    "energy_compute_bound": "pJ",
    "power": "W",
    "energy_per_op": "pJ",
    "energy_per_bit": "pJ",
    "euv_hours": "h",
    "duv_hours": "h",
    "scanner_hours": "h",
    "cycle_days": "days",
    "reticle_use": "1",
    "carrier_use": "1",
    "shoreline_use": "1",
    "power_use": "1",
    "fit_use": "1",
    "feasible": "",
    "binding": "",
}
"""Every output, with its unit; all are for one good package. Each is explained in `Block`."""

BLOCK = 8192
"""Designs in a block: arrays of this length stay in the second cache."""

_KINDS: dict[str, Any] = {"feasible": np.bool_, "binding": np.int8}


class Evaluation(Mapping[str, Any]):
    """Arrays by name, of the shape of the designs, with draws first where there are any.

    Example:
        >>> evaluation = Evaluation({"cost": np.array([1.0, 2.0])})
        >>> evaluation.cost.sum() == evaluation["cost"].sum()
        np.True_
    """

    def __init__(self, arrays: Mapping[str, Any]) -> None:
        self._arrays = dict(arrays)

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - an array
        return self._arrays[name]

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - an array
        try:
            return self.__dict__["_arrays"][name]
        except KeyError:
            message = f"no {name!r} here: name it in `keep` (kept: {', '.join(self)})"
            raise AttributeError(message) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self.__dict__.get("_arrays", {}))

    def __len__(self) -> int:
        return len(self._arrays)

    def __repr__(self) -> str:
        shape = np.shape(next(iter(self._arrays.values()), ()))
        return f"Evaluation({', '.join(self)}; shape {shape})"


def evaluate(
    designs: Designs,
    figures: Figures,
    *,
    model: Model = "negative-binomial",
    keep: Collection[str] | None = None,
    also: Mapping[str, Callable[[Block], Any]] | None = None,
    block: int = BLOCK,
) -> Evaluation:
    """Evaluate designs.

    Args:
        designs: The designs, of any shape.
        figures: Figures by code; with draws, every output has them as its first axis.
        model: The yield model of dies. Bose-Einstein takes the masks of a node as its layers.
        keep: The outputs wanted, of `OUTPUTS`; all if None. Fewer are faster.
        also: More outputs, each by a function of a block; such as tests of a rule, which then are
            computed while the block is in the cache.
        block: Designs in a block.

    Returns:
        The outputs, for one good package.

    Raises:
        ValueError: If an output, a code or a number is not valid.

    Example:
        >>> from chokegraph.chip.arrays import Dies
        >>> from chokegraph.chip.catalogue import load_catalogue
        >>> figures = Figures.of(load_catalogue())
        >>> dies = Dies(node=figures.code("nodes", "tsmc-n5"), area=np.array([100.0, 800.0]))
        >>> designs = Designs(dies=(dies,), package=figures.code("packages", "organic-flip-chip"))
        >>> found = evaluate(designs, figures, keep=["die_yield"])
        >>> bool(found.die_yield[0] > found.die_yield[1])
        True
    """
    also = also or {}
    names = list(OUTPUTS) if keep is None else list(keep)
    unknown = [name for name in names if name not in OUTPUTS]
    if unknown:
        message = f"no output {unknown[0]!r}; there are: {', '.join(OUTPUTS)}"
        raise ValueError(message)
    designs = numbers(designs)
    draws = () if figures.draws is None else (figures.draws,)
    shape = (*draws, *designs.shape)
    found: dict[str, Any] = {name: np.empty(shape, _KINDS.get(name, np.float64)) for name in names}
    tables, settings = prepare(figures, slice(0, 1))
    check(designs, tables)
    traits = traits_of(designs, tables)
    for at in range(0, figures.draws or 1, block):
        some = slice(at, min(at + block, figures.draws or 1))
        if draws:
            tables, settings = prepare(figures, some)
        for index in _blocks(shape, block, some if draws else None):
            one = Block(designs, shape, index, tables, settings, model, traits)
            with np.errstate(over="ignore"):
                for name in names:
                    found[name][index] = getattr(one, name)
                for name, function in also.items():
                    value = function(one)
                    if name not in found:
                        found[name] = np.empty(shape, np.asarray(value).dtype)
                    found[name][index] = value
    return Evaluation(found)


def _blocks(shape: tuple[int, ...], size: int, draws: slice | None) -> Iterator[Index]:
    """Cut a shape into parts of about a size: the last axes whole, one cut, the first one by one.

    Args:
        shape: The shape.
        size: Elements in a part, at most.
        draws: The part of the first axis that is meant; None for all axes.
    """
    head: tuple[slice, ...] = ()
    rest = shape
    if draws is not None:
        head, rest = (draws,), shape[1:]
        size = max(1, size // (draws.stop - draws.start))
    whole = len(rest)
    inner = 1
    while whole and inner * rest[whole - 1] <= size:
        whole -= 1
        inner *= rest[whole]
    tail = tuple(slice(0, length) for length in rest[whole:])
    if not whole:
        yield (*head, *tail)
        return
    step = max(1, size // inner)
    for first in np.ndindex(*rest[: whole - 1]):
        ones = tuple(slice(at, at + 1) for at in first)
        for at in range(0, rest[whole - 1], step):
            cut = slice(at, min(at + step, rest[whole - 1]))
            yield (*head, *ones, cut, *tail)
