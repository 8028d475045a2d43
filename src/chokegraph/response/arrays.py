# SPDX-License-Identifier: Apache-2.0
"""Types of the steps, which are written once for two array libraries.

NumPy and JAX share no array type, so these are aliases that say what is meant and check nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

Xp: TypeAlias = Any
"""An array library: `numpy` or `jax.numpy`."""

Arr: TypeAlias = Any
"""An array of that library."""

Tree: TypeAlias = dict[str, Any]
"""Arrays by name, possibly nested."""


def add_up(values: Arr, axis: int) -> Arr:
    """Sum over the first or the second axis.

    Both are short (markets, blocs, tiers; suppliers) and are summed by adding slices: the
    compiled engine's general reduction over an axis that is not the last is ten times slower on
    a CPU. The order of the terms is that of NumPy's own sum.

    Example:
        >>> import numpy as np
        >>> add_up(np.arange(6.0).reshape(2, 3), axis=0).tolist()
        [3.0, 5.0, 7.0]
    """
    if not axis:
        total = values[0]
        for index in range(1, values.shape[0]):
            total = total + values[index]
        return total
    total = values[:, 0]
    for index in range(1, values.shape[1]):
        total = total + values[:, index]
    return total


def power(xp: Xp, base: Arr, exponent: Arr) -> Arr:
    """Return `base ** exponent` for positive bases, in operations that both engines vectorise.

    Example:
        >>> import numpy as np
        >>> float(power(np, 4.0, 0.5).round(12))
        2.0
    """
    return xp.exp(exponent * xp.log(base))


def settle(xp: Xp, values: Any) -> Any:  # noqa: ANN401 - arrays, nested or not
    """Return the same arrays, computed once.

    The compiled engine merges an array's formula into every formula that uses it, and then works
    it out once for each: ten times over, for some. This stops it. NumPy needs none of it.

    Args:
        xp: The array library.
        values: An array, or arrays in tuples and dictionaries.

    Example:
        >>> import numpy as np
        >>> settle(np, np.ones(2)).tolist()
        [1.0, 1.0]
    """
    if xp.__name__ == "numpy":
        return values
    from chokegraph.response.jax_hints import computed_once

    return computed_once(values)


def either(xp: Xp, test: Arr, yes: Callable[[], Any], no: Callable[[], Any]) -> Any:  # noqa: ANN401
    """Return what `yes` gives if the test holds, else what `no` gives; only one is worked out.

    Example:
        >>> import numpy as np
        >>> either(np, np.True_, lambda: 1, lambda: 2)
        1
    """
    if xp.__name__ == "numpy":
        return yes() if test else no()
    import jax

    return jax.lax.cond(test, yes, no)
