# SPDX-License-Identifier: Apache-2.0
"""A search as arrays: the lattice of designs, the restrictions on outputs, the loss to be least."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chokegraph.chip.arrays import NONE, Designs, Dies
from chokegraph.chip.catalogue import Catalogue
from chokegraph.chip.cost import LIMITS, evaluate
from chokegraph.chip.figures import Figures
from chokegraph.chip.prepared import misfit
from chokegraph.chip.search_request import RATIOS, STATUS, Choices, Request
from chokegraph.chip.wafer import Floats

Evaluator = Callable[..., Mapping[str, Any]]
Ints = NDArray[np.intp]

USES = dict(
    zip(
        LIMITS,
        ("reticle_use", "carrier_use", "shoreline_use", "power_use", "fit_use"),
        strict=True,
    )
)
"""The output that says how far each physical limit is used."""

DIMENSIONS = ("stacks", "dies", "area", "frequency")
"""What is sized; of these the first two are whole numbers."""


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Sizes of the first pass. Refinement halves the gaps between them.

    Args:
        dies: Numbers of dies of a package, rising.
        stacks: Numbers of memory stacks, rising; times `bonded` for DRAM bonded on logic, of which
            the unit is a gigabit.
        areas: Die areas, mm2, rising.
        frequency: Clocks relative to the node's usual one, rising.
        bonded: See `stacks`.

    Example:
        >>> Grid(dies=(1, 2), areas=(100.0, 200.0), frequency=(1.0,)).stacks
        (1, 2, 4, 8, 16)
    """

    dies: tuple[int, ...] = (1, 2, 4, 8, 16)
    stacks: tuple[int, ...] = (1, 2, 4, 8, 16)
    areas: tuple[float, ...] = ()
    frequency: tuple[float, ...] = (0.5, 1.0)
    bonded: int = 16

    @classmethod
    def of(cls, catalogue: Catalogue, steps: int = 24) -> Grid:
        """Return the usual grid: areas from a sixty-fourth of the exposure field to all of it."""
        field = catalogue.settings["reticle-area"].mid
        areas = np.geomspace(field / 64, field, steps)
        areas[-1] = field
        return cls(areas=tuple(areas.tolist()))


@dataclass(frozen=True)
class Restriction:
    """One output that must not pass a limit.

    Args:
        name: In words, as the user wrote it.
        output: The output.
        sign: 1 if it must not be above, -1 if it must not be below.
        limit: The limit; for each node of the figures where it differs.
        lenient: Whether an unknown value passes.
    """

    name: str
    output: str
    sign: float
    limit: Any
    lenient: bool = False

    def passes(self, signed: Floats, node: Any) -> NDArray[np.bool_]:  # noqa: ANN401 - codes
        """Whether a value, times the sign, is within the limit."""
        bound = self.sign * self.at(node)
        return np.asarray(~(signed > bound) if self.lenient else signed <= bound)

    def at(self, node: Any) -> Any:  # noqa: ANN401 - codes
        """The limit that holds for nodes."""
        return self.limit[node] if isinstance(self.limit, np.ndarray) else self.limit


@dataclass(frozen=True, kw_only=True)
class Problem:
    """All that the passes of a search share.

    Args:
        request: What is asked.
        choices: What may be used.
        grid: Sizes of the first pass.
        figures: Figures of the catalogue.
        evaluator: `cost.evaluate`, or another function with its signature.
        nodes: Node code of each variant.
        euv: Whether each variant uses EUV.
        packages: Package codes.
        memories: Memory codes.
        ladder: Stacks of the first pass, for each memory.
        restrictions: All of them.
    """

    request: Request
    choices: Choices
    grid: Grid
    figures: Figures
    evaluator: Evaluator
    nodes: Ints
    euv: NDArray[np.bool_]
    packages: Ints
    memories: Ints
    ladder: Ints
    restrictions: tuple[Restriction, ...]

    @property
    def families(self) -> tuple[int, int, int]:
        """How many variants, packages and memories there are to choose from."""
        return len(self.nodes), len(self.packages), len(self.memories)

    @property
    def carried(self) -> list[tuple[Ints, Ints]]:
        """Packages and the memories that they take, as positions: parts that need no other pair.

        A package that cannot carry a memory breaks a limit whatever its sizes, so that such pairs
        need no evaluation.
        """
        takes = misfit(self.figures)[self.packages[:, None], self.memories[None, :] - NONE] == 0
        kinds, which = np.unique(takes, axis=0, return_inverse=True)
        parts = [
            (np.flatnonzero(which.ravel() == at), np.flatnonzero(kind))
            for at, kind in enumerate(kinds)
        ]
        return [(packages, memories) for packages, memories in parts if memories.size]

    @property
    def outputs(self) -> tuple[str, ...]:
        """The outputs that objective and restrictions need."""
        names = [*self.parts, *(one.output for one in self.restrictions)]
        names.append(self.second)
        return tuple(dict.fromkeys(name for name in names if name != STATUS))

    @property
    def second(self) -> str:
        """The output that decides between designs with equal objectives: cost, or else TPP."""
        return "tpp" if "cost" in self.parts else "cost"

    @property
    def parts(self) -> tuple[str, ...]:
        """The outputs that the objective is made of."""
        return RATIOS.get(self.request.objective, (self.request.objective,))

    def evaluate(
        self,
        family: tuple[Any, Any, Any],
        sizes: tuple[Any, Any, Any, Any],
        *,
        keep: tuple[str, ...] | None = None,
        figures: Figures | None = None,
    ) -> Mapping[str, Any]:
        """Evaluate designs given by positions of their choices and by their sizes."""
        variant, package, memory = family
        stacks, dies, area, frequency = sizes
        code = self.memories[memory]
        designs = Designs(
            dies=(Dies(node=self.nodes[variant], area=area, count=dies, euv=self.euv[variant]),),
            package=self.packages[package],
            memory=code,
            stacks=np.where(code == NONE, 0, stacks),
            volume=self.request.volume,
            frequency=frequency,
            memory_bound=self.request.memory_bound,
            compute_bound=self.request.compute_bound,
        )
        also = None if self.request.uncaught is None else {STATUS: self.request.uncaught}
        names = self.outputs if keep is None else keep
        return self.evaluator(designs, figures or self.figures, keep=names, also=also)

    def loss(self, values: Mapping[str, Any]) -> Floats:
        """The objective, turned so that less is better; NaN where unknown."""
        parts = [np.asarray(values[name], float) for name in self.parts]
        value = parts[0] if len(parts) == 1 else parts[0] / np.where(parts[1] > 0, parts[1], np.nan)
        return np.asarray(self.request.sign * value)

    def meets(self, values: Mapping[str, Any], node: Any) -> NDArray[np.bool_]:  # noqa: ANN401
        """Whether designs meet every restriction."""
        met: Any = np.True_
        for one in self.restrictions:
            met = met & one.passes(one.sign * np.asarray(values[one.output], float), node)
        return np.broadcast_to(met, np.shape(values[self.parts[0]]))


def problem_of(
    catalogue: Catalogue,
    request: Request,
    choices: Choices,
    grid: Grid,
    *,
    figures: Figures | None = None,
    evaluator: Evaluator = evaluate,
) -> Problem:
    """Turn a request into arrays."""
    figures = figures or Figures.of(catalogue)
    kinds = [None if one is None else catalogue.memories[one].type for one in choices.memories]
    scale = [grid.bonded if kind is not None and "bonded" in kind else 1 for kind in kinds]
    return Problem(
        request=request,
        choices=choices,
        grid=grid,
        figures=figures,
        evaluator=evaluator,
        nodes=figures.codes("nodes", [one.node for one in choices.variants]),
        euv=np.array([one.euv for one in choices.variants], bool),
        packages=figures.codes("packages", choices.packages),
        memories=np.array(
            [NONE if one is None else figures.code("memories", one) for one in choices.memories],
            np.intp,
        ),
        ladder=np.array([[step * by for step in grid.stacks] for by in scale], np.intp).reshape(
            len(scale), len(grid.stacks)
        ),
        restrictions=_restrictions(request, figures),
    )


def _restrictions(request: Request, figures: Figures) -> tuple[Restriction, ...]:
    found = [
        Restriction(f"{name} >= {value:g}", name, -1.0, float(value))
        for name, value in request.at_least.items()
    ]
    found += [
        Restriction(f"{name} <= {value:g}", name, 1.0, float(value))
        for name, value in request.at_most.items()
    ]
    if request.wafers is not None:
        limit: Any
        if isinstance(request.wafers, Mapping):
            # A node without an entry has no wafers.
            of_node = [request.wafers.get(name, 0.0) for name in figures.ids["nodes"]]
            limit = np.asarray(of_node, float) / request.volume
        else:
            limit = float(request.wafers) / request.volume
        found.append(Restriction("wafers for the volume", "wafers", 1.0, limit))
    if request.uncaught is not None:
        most = 0.0 if request.unknown_is_caught else 1.0
        found.append(Restriction("not caught", STATUS, 1.0, most))
    found += [Restriction(name, use, 1.0, 1.0, lenient=True) for name, use in USES.items()]
    return tuple(found)
