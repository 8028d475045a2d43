# SPDX-License-Identifier: Apache-2.0
"""The fast engine: the same step, compiled by JAX.

On a CPU one draw's state should stay in the cache, so draws are mapped one after another (see
`simulate.BATCH`) and the quarters are a scan; chunks of draws run in as many threads as there are
cores. Draws that are run together share the test whether anything is expected to change, so that
one side only is worked out for all of them.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from chokegraph.response import access
from chokegraph.response.arrays import Arr, Tree
from chokegraph.response.jax_hints import compiler_options, one_kernel
from chokegraph.response.outputs import by_year, record
from chokegraph.response.start import begin
from chokegraph.response.step import step


def run_draws(
    P: Tree,
    approval: Arr,
    C: Tree,
    calendar: Tree,
    X: Tree,
    whole: Callable[[Callable[..., Tree]], Callable[..., Tree]] = lambda function: function,
) -> Tree:
    """Run a few draws together over all quarters; traceable. See `numpy_engine.run_draw`.

    Args:
        P: Parameters, [draw, ...].
        approval: Shares of licences granted, [draw, k].
        C: Constants of the structure.
        calendar: Regimes.
        X: Exogenous paths, [T, ...].
        whole: How to compile the function that runs over the quarters.
    """

    def start(P: Tree, approval: Arr) -> tuple[Tree, Tree, Tree, Arr]:
        T = access.tables(jnp, P, calendar, approval)
        S, D = begin(jnp, P, C, access.regime(T, calendar["before"], access.SALES))
        ahead = jnp.clip(jnp.rint(P["horizon"]), 0, X["ahead"].shape[1] - 1).astype(jnp.int32)
        return S, D, T, ahead

    S, D, T, horizon = jax.vmap(start)(P, approval)
    expected = X["ahead"][:, horizon]
    calm = (expected == X["regime"][:, None]).all(axis=1)
    paths = {**X, "ahead": expected, "calm": calm}
    years = jax.tree.map(lambda path: path.reshape(-1, 4, *path.shape[1:]), paths)
    of_draw = {name: 0 if name == "ahead" else None for name in paths}

    def one(S: Tree, now: Tree, P: Tree, D: Tree, T: Tree) -> tuple[Tree, Tree]:
        S, facts = step(jnp, S, now, P, C, D, T)
        return S, record(jnp, facts, C)

    def quarter(S: Tree, now: Tree) -> tuple[Tree, Tree]:
        advanced: tuple[Tree, Tree] = jax.vmap(one, in_axes=(0, of_draw, 0, 0, 0))(S, now, P, D, T)
        return advanced

    def year(S: Tree, four: Tree) -> tuple[Tree, Tree]:
        S, outcomes = jax.lax.scan(quarter, S, four)
        # [4, draw, ...]: the quarters of each draw.
        return S, jax.vmap(lambda each: by_year(jnp, each), in_axes=1)(outcomes)

    def over_years(S: Tree, years: Tree) -> Tree:
        outcomes: Tree = jax.lax.scan(year, S, years)[1]
        return outcomes

    outcomes = whole(over_years)(S, years)
    result: Tree = jax.tree.map(lambda path: jnp.swapaxes(path, 0, 1), outcomes)
    return result


@lru_cache(maxsize=8)
def compiled(batch_size: int) -> Any:  # noqa: ANN401 - JAX has no public type for it
    """Return the compiled map over draws: (P, approval, C, calendar, X) -> outcomes."""

    def over_draws(P: Tree, approval: Arr, C: Tree, calendar: Tree, X: Tree) -> Tree:
        def few(draws: tuple[Tree, Arr]) -> Tree:
            return run_draws(draws[0], draws[1], C, calendar, X, whole=one_kernel)

        grouped = jax.tree.map(lambda a: a.reshape(-1, batch_size, *a.shape[1:]), (P, approval))
        outcomes: Tree = jax.lax.map(few, grouped)
        ungrouped: Tree = jax.tree.map(lambda a: a.reshape(-1, *a.shape[2:]), outcomes)
        return ungrouped

    return jax.jit(over_draws, compiler_options=compiler_options())


def cast(tree: Tree, dtype: str) -> Tree:
    """Return the NumPy arrays as numbers of `dtype`, indices of 32 bits.

    Example:
        >>> {name: str(a.dtype) for name, a in cast({"a": np.ones(2), "b": np.ones(2, int)},
        ...                                         "float32").items()}
        {'a': 'float32', 'b': 'int32'}
    """
    kinds = {"f": dtype}
    return {n: np.asarray(leaf, kinds.get(leaf.dtype.kind, "int32")) for n, leaf in tree.items()}


def as_arrays(tree: Tree, dtype: str) -> Tree:
    """Turn NumPy arrays into JAX arrays, converted by NumPy: JAX compiles a conversion by shape."""
    arrays: Tree = jax.device_put(cast(tree, dtype))
    return arrays


def give_back_memory() -> None:
    """Return to the system what the compiler has freed; it is more than the results take.

    The C library keeps freed memory for later use, so the peak of a run would be that of the
    compiler and of the results together. Does nothing where the C library has no such call.

    Example:
        >>> give_back_memory()
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
