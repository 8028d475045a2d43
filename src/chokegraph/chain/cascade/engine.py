# SPDX-License-Identifier: Apache-2.0
"""Which engine does the work, and in what portions."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from chokegraph.chain.cascade.layout import Layout
from chokegraph.chain.cascade.published import Outcome, joined, run_published
from chokegraph.chain.cascade.settings import Settings
from chokegraph.chain.cascade.shocks import Packed
from chokegraph.errors import Finding, FindingsError

FloatArray = NDArray[np.float64]
Progress = Callable[[int, int], None]

WORTH_COMPILING = 3e7
"""Edges times scenarios above which compiling (some seconds, once) pays."""
PORTION = 2e7
"""Numbers that one portion of scenarios may hold in each array of the NumPy engine (160 MB)."""


def choose_engine(layout: Layout, packed: Packed, settings: Settings) -> str:
    """Name the engine that will run.

    Args:
        layout: The network.
        packed: The scenarios.
        settings: What was asked for.

    Returns:
        "numba" or "numpy".

    Raises:
        FindingsError: If the compiled engine was asked for and cannot do this.

    Example:
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> from chokegraph.chain.cascade.layout import layout_of
        >>> from chokegraph.chain.cascade.shocks import Shock, pack
        >>> choose_engine(layout_of(chain_of_three()), pack([Shock("s")]), Settings())
        'numpy'
    """
    if settings.engine == "numpy":
        return "numpy"
    obstacles: list[Finding] = []
    if find_spec("numba") is None:
        fix = "install chokegraph[fast], or leave the engine to be chosen"
        obstacles.append(Finding("the compiled engine needs numba", fix=fix))
    if packed.cuts:
        fix = "leave the engine to be chosen"
        obstacles.append(Finding("the compiled engine does not cut edges", fix=fix))
    if settings.stop_rule == "ratio":
        fix = "leave the engine to be chosen"
        obstacles.append(Finding('the compiled engine does not know stop_rule "ratio"', fix=fix))
    if settings.engine == "numba":
        if obstacles:
            raise FindingsError(obstacles, title="cascade")
        return "numba"
    work = (len(layout.down.edge) + len(layout.up.edge)) * packed.scenarios
    return "numpy" if obstacles or work < WORTH_COMPILING else "numba"


def run(
    layout: Layout,
    packed: Packed,
    settings: Settings,
    weights: FloatArray,
    *,
    keep: bool,
    progress: Progress | None = None,
) -> tuple[Outcome, str]:
    """Run scenarios with the engine that fits.

    Args:
        layout: The network.
        packed: The scenarios.
        settings: How to run them.
        weights: (N,) weights that add up to 1.
        keep: Whether the loss of each node is kept, or only the totals.
        progress: Called with how many scenarios are done and how many there are.

    Returns:
        The losses, and the engine in words.

    Example:
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> from chokegraph.chain.cascade.layout import layout_of
        >>> from chokegraph.chain.cascade.shocks import Shock, pack
        >>> layout, shock = layout_of(chain_of_three()), pack([Shock("s")])
        >>> run(layout, shock, Settings(), np.array([0.5, 0.5, 0.0]), keep=False)[1]
        'numpy float64'
    """
    engine = choose_engine(layout, packed, settings)
    if engine == "numba":
        from chokegraph.chain.cascade.compiled import run_compiled

        return run_compiled(layout, packed, settings, weights, keep=keep, progress=progress)
    size = max(1, int(PORTION / max(layout.down.nodes, layout.down.pieces, 1)))
    done: list[Outcome] = []
    for first in range(0, packed.scenarios, size):
        last = min(first + size, packed.scenarios)
        outcome = _in_numpy(layout, packed.some(first, last), settings, weights)
        if not keep:
            outcome.down = outcome.up = None
        done.append(outcome)
        if progress is not None:
            progress(last, packed.scenarios)
    return joined(done, layout.down.nodes), "numpy float64"


def _in_numpy(layout: Layout, packed: Packed, settings: Settings, weights: FloatArray) -> Outcome:
    if settings.mode == "reference":
        return run_published(layout, packed, settings, weights)
    from chokegraph.chain.cascade.converged import run_converged

    return run_converged(layout, packed, settings, weights)
