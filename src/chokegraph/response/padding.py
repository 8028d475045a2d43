# SPDX-License-Identifier: Apache-2.0
"""Inputs filled up to whole vectors, for the compiled engine.

The inner loops of the engine run over inputs. A processor takes up to sixteen numbers of 32 bits at
once, and what is left over one by one; rows that begin at odd places cost more as well. So inputs
that nobody buys, needs or makes money with are put after the last one, and are cut off the result.
They are copies of the last input with no demand, and change no outcome but for the order in which
sums are rounded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from chokegraph.response.outputs import VARIABLES

Array = np.ndarray[Any, np.dtype[Any]]

LANES = 16
"""Numbers of 32 bits in the widest vector of present processors."""

_EMPTY = frozenset(
    {
        "capacity",
        "customers",
        "demand",
        "mandate_years",
        "parent_weight",
        "requirement",
        "start_cover",
        "subsidy",
        "value_weight",
        "way_requirement",
    }
)
"""Arrays that are zero for the inputs filled in; all others repeat the last input."""

_INPUTS_FIRST = frozenset({"customers", "parent_weight", "parents"})
_INPUTS_LAST = frozenset(
    {
        *("asked_drift", "capital", "requirement", "start_cover", "value_weight"),
        *("way_requirement", "capped", "hard", "reach", "sliding"),
        *("capacity", "mandate_years", "subsidy"),
    }
)
_LAW_CELL = "law_cell"
_NOT_BY_INPUT = frozenset({"growth", "merit", "start_yield", "way_merit", "way_yield"})
"""Parameters of more than one number a draw that have no axis of inputs."""


def filling(inputs: int) -> int:
    """Return how many inputs are put after the last one.

    Example:
        >>> filling(120), filling(128), filling(1)
        (8, 0, 15)
    """
    return -inputs % LANES


def fill_constants(tree: Mapping[str, Array], inputs: int) -> dict[str, Array]:
    """Fill up what is the same in all draws: constants, calendar or quarters.

    Args:
        tree: Arrays by name, as `simulate` prepares them.
        inputs: How many inputs there are.

    Example:
        >>> full = fill_constants({"capital": np.array([0.0, 1.0]), "home": np.ones((3, 1))}, 2)
        >>> full["capital"].shape, full["capital"][-1], full["home"].shape
        ((16,), np.float64(1.0), (3, 1))
    """
    full = {}
    for name, array in tree.items():
        if name == _LAW_CELL:
            # A cell for every row, supplier and input, laid out one after the other.
            full[name] = _fill(name, array.reshape(-1, inputs), inputs, -1).reshape(-1)
        elif name in _INPUTS_FIRST:
            full[name] = _fill(name, array, inputs, 0)
        elif name in _INPUTS_LAST:
            full[name] = _fill(name, array, inputs, -1)
        else:
            full[name] = array
    return full


def fill_draws(values: Mapping[str, Array], inputs: int) -> dict[str, Array]:
    """Fill up parameters, [draw, ...]: those by input have it as their last axis.

    Example:
        >>> values = {"demand": np.ones((4, 5, 2)), "growth": np.ones((4, 2)), "drift": np.ones(4)}
        >>> full = fill_draws(values, 2)
        >>> full["demand"].shape, full["demand"][0, 0, -1], full["growth"].shape
        ((4, 5, 16), np.float64(0.0), (4, 2))
    """
    return {
        name: array if array.ndim == 1 or name in _NOT_BY_INPUT else _fill(name, array, inputs, -1)
        for name, array in values.items()
    }


def cut(outcomes: Mapping[str, Array], inputs: int) -> dict[str, Array]:
    """Cut the inputs filled in off the outcomes.

    Example:
        >>> whole = {"local_share": np.ones((2, 1, 16)), "lead": np.ones((2, 1, 4))}
        >>> {name: array.shape for name, array in cut(whole, 3).items()}
        {'local_share': (2, 1, 3), 'lead': (2, 1, 4)}
    """
    return {
        name: array[..., :inputs] if VARIABLES[name].dims[-1] == "input" else array
        for name, array in outcomes.items()
    }


def _fill(name: str, array: Array, inputs: int, axis: int) -> Array:
    if array.shape[axis] != inputs:
        message = f"{name} has {array.shape[axis]} entries on its axis of inputs, not {inputs}"
        raise ValueError(message)
    width = [(0, 0)] * array.ndim
    width[axis] = (0, filling(inputs))
    if name in _EMPTY:
        return np.pad(array, width)
    return np.pad(array, width, mode="edge")
