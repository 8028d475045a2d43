# SPDX-License-Identifier: Apache-2.0
"""Types of the steps, which are written once for two array libraries.

NumPy and JAX share no array type, so these are aliases that say what is meant and check nothing.
"""

from __future__ import annotations

from typing import Any, TypeAlias

Xp: TypeAlias = Any
"""An array library: `numpy` or `jax.numpy`."""

Arr: TypeAlias = Any
"""An array of that library."""

Tree: TypeAlias = dict[str, Any]
"""Arrays by name, possibly nested."""


def add_up(values: Arr, axis: int) -> Arr:
    """Sum over the first or the second axis.

    The first axis is short (markets, blocs, tiers) and is summed by adding slices: the compiled
    engine's general reduction over a leading axis is ten times slower on a CPU.

    Example:
        >>> import numpy as np
        >>> add_up(np.arange(6.0).reshape(2, 3), axis=0).tolist()
        [3.0, 5.0, 7.0]
    """
    if axis:
        return values.sum(axis=axis)
    total = values[0]
    for index in range(1, values.shape[0]):
        total = total + values[index]
    return total


def power(xp: Xp, base: Arr, exponent: Arr) -> Arr:
    """Return `base ** exponent` for positive bases, in operations that both engines vectorise.

    Example:
        >>> import numpy as np
        >>> float(power(np, 4.0, 0.5).round(12))
        2.0
    """
    return xp.exp(exponent * xp.log(base))
