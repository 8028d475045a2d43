# SPDX-License-Identifier: Apache-2.0
"""Frontiers with and without controls: one pass over all designs, then what each control leaves.

A control takes away nodes, packages and memories, or designs that are caught. Taking away never
adds a design, so that all that is left under a control is among the designs without it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chokegraph.chip.arrays import NONE, Designs, Dies
from chokegraph.chip.catalogue import Catalogue
from chokegraph.chip.cost import evaluate
from chokegraph.chip.figures import Figures, reduced
from chokegraph.chip.frontier import frontier
from chokegraph.chip.search_frontier import SIZES, designs_of, named, parts_of
from chokegraph.chip.search_problem import Grid, Problem, problem_of
from chokegraph.chip.search_request import (
    STATUS,
    Allowed,
    Choices,
    Request,
    check_request,
    choices_of,
)
from chokegraph.chip.wafer import Floats

Truths = NDArray[np.bool_]

BATCH = 1 << 21
"""Evaluations at a time, over draws."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is left under a control.

    Args:
        allowed: What may be used; nothing that is not allowed without the control.
        uncaught: Whether designs must not be caught by the test of the request.
    """

    allowed: Allowed
    uncaught: bool = False


def frontiers_under(
    catalogue: Catalogue,
    request: Request,
    cases: Mapping[str, Case],
    objectives: Sequence[Sequence[str]],
    *,
    directions: Mapping[str, str] | None = None,
    grid: Grid | None = None,
) -> dict[str, list[pl.DataFrame]]:
    """Return the frontiers of each case, from one evaluation of the grid.

    Args:
        catalogue: Nodes, packages, memories and settings.
        request: Restrictions that hold in all cases, but for its `uncaught`, which is the test of
            the cases that ask for it.
        cases: By name. The first is without any control: it holds all that the others allow.
        objectives: Outputs of the evaluation, for each frontier.
        directions: `least` or `most` by objective; see `frontier`.
        grid: Sizes; `Grid.of(catalogue)` if None.

    Returns:
        By case, for each frontier: designs with its objectives, in the order of the first one.

    Raises:
        ValueError: If a case asks for designs that are not caught, but the request has no test.

    Example:
        >>> from chokegraph.chip.catalogue import load_catalogue
        >>> nodes, packages = ["tsmc-n5", "smic-n2"], ["organic-flip-chip"]
        >>> some = Allowed(nodes=nodes, packages=packages, memories=[])
        >>> less = replace(some, denied=("euv-low-na-lithography", "euv-high-na-lithography"))
        >>> cases = {"all": Case(allowed=some), "no EUV": Case(allowed=less)}
        >>> found = frontiers_under(load_catalogue(), Request(), cases, [["cost", "tpp"]])
        >>> {name: sorted(set(one["node"])) for name, [one] in found.items()}
        {'all': ['smic-n2', 'tsmc-n5'], 'no EUV': ['smic-n2']}
    """
    if request.uncaught is None and any(case.uncaught for case in cases.values()):
        message = "a case wants designs that are not caught, but the request has no test"
        raise ValueError(message)
    for case in cases.values():
        check_request(catalogue, request, case.allowed)
    without = next(iter(cases.values()))
    choices = choices_of(catalogue, without.allowed)
    free = replace(request, uncaught=None)
    grid = grid or Grid.of(catalogue)
    problem = problem_of(catalogue, free, choices, grid)
    # The status is evaluated beside the rest, and binds only where a case asks for it.
    told = replace(problem, request=request)
    left = {name: _left(choices, choices_of(catalogue, one.allowed)) for name, one in cases.items()}
    most = 0 if request.unknown_is_caught else 1
    every = dict.fromkeys(name for names in objectives for name in names)
    also = (STATUS,) if request.uncaught is not None else ()
    kept: dict[str, list[list[pl.DataFrame]]] = {name: [[] for _ in objectives] for name in cases}
    for variant, packages, memories in parts_of(problem):
        part = designs_of(told, variant, packages, memories, (*every, *also))
        done: dict[tuple[bytes, bool], list[pl.DataFrame]] = {}
        for name, case in cases.items():
            # Most parts are the same under most controls.
            some = [left[name][1][packages], left[name][2][memories]]
            key = (b"".join(one.tobytes() for one in some), case.uncaught)
            if not left[name][0][variant]:
                continue
            if key not in done:
                rest = _is_left(part, left[name])
                if case.uncaught:
                    rest &= part[STATUS].to_numpy() <= most
                done[key] = [_best(part, names, directions, rest) for names in objectives]
            for frames, one in zip(kept[name], done[key], strict=True):
                frames.append(one)
    return {
        name: [
            named(_best(pl.concat(frames or [_none(names)]), names, directions), choices, names)
            for names, frames in zip(objectives, of_case, strict=True)
        ]
        for name, of_case in kept.items()
    }


def _left(every: Choices, some: Choices) -> tuple[Truths, Truths, Truths]:
    """Whether each variant, package and memory of all is left."""
    variants = {(one.node, one.euv) for one in some.variants}
    return (
        np.array([(one.node, one.euv) in variants for one in every.variants], bool),
        np.array([one in some.packages for one in every.packages], bool),
        np.array([one in some.memories for one in every.memories], bool),
    )


def _is_left(part: pl.DataFrame, left: tuple[Truths, Truths, Truths]) -> Truths:
    names = ("variant", "package", "memory")
    found = np.ones(len(part), bool)
    for name, some in zip(names, left, strict=True):
        found &= some[part[name].to_numpy()]
    return found


def _best(
    table: pl.DataFrame,
    objectives: Sequence[str],
    directions: Mapping[str, str] | None,
    among: Truths | None = None,
) -> pl.DataFrame:
    at = np.arange(len(table)) if among is None else np.flatnonzero(among)
    values = {name: table[name].to_numpy()[at] for name in objectives}
    on = at[frontier(values, directions=directions)]
    return table[on].select("variant", "package", "memory", *SIZES, *objectives)


def _none(objectives: Sequence[str]) -> pl.DataFrame:
    """Designs by position of their choices, when there are none."""
    whole = dict.fromkeys(("variant", "package", "memory"), pl.Int32())
    return pl.DataFrame(schema=whole | dict.fromkeys((*SIZES, *objectives), pl.Float64()))


def is_left(catalogue: Catalogue, allowed: Allowed, designs: pl.DataFrame) -> Truths:
    """Return which designs can be made of what is allowed.

    Args:
        catalogue: Nodes, packages and memories.
        allowed: What may be used.
        designs: As `frontiers_under` gives them.
    """
    choices = choices_of(catalogue, allowed)
    variants = {(one.node, one.euv) for one in choices.variants}
    pairs = zip(designs["node"], designs["euv"], strict=True)
    return np.array(
        [
            pair in variants and package in choices.packages and memory in choices.memories
            for pair, package, memory in zip(
                pairs, designs["package"], designs["memory"], strict=True
            )
        ],
        bool,
    )


def over_draws(
    catalogue: Catalogue,
    request: Request,
    designs: pl.DataFrame,
    names: Sequence[str],
    *,
    draws: int = 200,
    seed: int = 0,
) -> dict[str, Floats]:
    """Evaluate designs over draws of the uncertain figures.

    Args:
        catalogue: Where draws come from.
        request: Restrictions. Its `uncaught` does not restrict; what it says is told beside.
        designs: As `frontiers_under` gives them.
        names: Outputs.
        draws: How many.
        seed: Where they come from: the same designs have the same draws in every call.

    Returns:
        Outputs by name, and `status` if the request has a test: [draw, design]. All are NaN where a
        design does not meet the request in a draw.
    """
    nodes, packages, memories = (
        [key for key in getattr(catalogue, group) if key in set(designs[name])]
        for group, name in (("nodes", "node"), ("packages", "package"), ("memories", "memory"))
    )
    few = reduced(
        catalogue, nodes=nodes, packages=packages,
        memories=memories or [next(iter(catalogue.memories))],
    )  # fmt: skip
    figures = Figures.drawn(few, few.draw(np.random.default_rng(seed), draws))
    choices = choices_of(few, Allowed())
    free = replace(request, uncaught=None)
    problem = problem_of(few, free, choices, Grid.of(catalogue), figures=figures)
    told = [*names, STATUS] if request.uncaught is not None else list(names)
    found: dict[str, list[Floats]] = {name: [np.empty((draws, 0))] for name in told}
    for part in designs.iter_slices(max(1, BATCH // draws)):
        values, met = _evaluated(problem, figures, part, names, request.uncaught)
        for name in told:
            every = np.broadcast_to(np.asarray(values[name], float), (draws, len(part)))
            found[name].append(np.where(met, every, np.nan))
    return {name: np.concatenate(arrays, axis=1) for name, arrays in found.items()}


def _evaluated(
    problem: Problem,
    figures: Figures,
    part: pl.DataFrame,
    names: Sequence[str],
    test: Any,  # noqa: ANN401
) -> tuple[Mapping[str, Any], Any]:
    memory = [NONE if one is None else figures.code("memories", one) for one in part["memory"]]
    code = figures.codes("nodes", part["node"])
    die = Dies(
        node=code,
        area=part["die_area"].to_numpy(),
        count=part["dies"].to_numpy(),
        euv=part["euv"].to_numpy(),
    )
    designs = Designs(
        dies=(die,),
        package=figures.codes("packages", part["package"]),
        memory=np.array(memory, np.intp),
        stacks=part["stacks"].to_numpy(),
        volume=problem.request.volume,
        frequency=part["frequency"].to_numpy(),
        memory_bound=problem.request.memory_bound,
        compute_bound=problem.request.compute_bound,
    )
    values = evaluate(
        designs,
        figures,
        keep=tuple(dict.fromkeys([*problem.outputs, *names])),
        also=None if test is None else {STATUS: test},
    )
    return values, problem.meets(values, code)
