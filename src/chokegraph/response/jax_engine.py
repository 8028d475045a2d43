# SPDX-License-Identifier: Apache-2.0
"""The fast engine: the same step, compiled by JAX.

On a CPU one draw's state should stay in the cache, so draws are mapped one after another (see
`simulate.BATCH`) and the quarters are a scan; chunks of draws run in as many threads as there are
cores.
"""

from __future__ import annotations

import ctypes
import sys
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from chokegraph.response import access
from chokegraph.response.arrays import Arr, Tree
from chokegraph.response.jax_hints import compiler_options
from chokegraph.response.outputs import by_year, record
from chokegraph.response.start import begin
from chokegraph.response.step import step


def run_draw(P: Tree, approval: Arr, C: Tree, calendar: Tree, X: Tree) -> Tree:
    """Run one draw over all quarters; traceable. See `numpy_engine.run_draw`."""
    T = access.tables(jnp, P, calendar, approval)
    S, D = begin(jnp, P, C, T["access"][calendar["before"]])
    horizon = jnp.clip(jnp.rint(P["horizon"]), 0, X["ahead"].shape[1] - 1).astype(jnp.int32)
    X = {**X, "ahead": X["ahead"][:, horizon]}
    years = jax.tree.map(lambda path: path.reshape(-1, 4, *path.shape[1:]), X)

    def quarter(S: Tree, now: Tree) -> tuple[Tree, Tree]:
        S, facts = step(jnp, S, now, P, C, D, T)
        return S, record(jnp, facts, C)

    def year(S: Tree, four: Tree) -> tuple[Tree, Tree]:
        S, outcomes = jax.lax.scan(quarter, S, four)
        return S, by_year(jnp, outcomes)

    _, outcomes = jax.lax.scan(year, S, years)
    result: Tree = outcomes
    return result


@lru_cache(maxsize=8)
def compiled(batch_size: int) -> Any:  # noqa: ANN401 - JAX has no public type for it
    """Return the compiled map over draws: (P, approval, C, calendar, X) -> outcomes."""

    def over_draws(P: Tree, approval: Arr, C: Tree, calendar: Tree, X: Tree) -> Tree:
        def one(draw: tuple[Tree, Arr]) -> Tree:
            return run_draw(draw[0], draw[1], C, calendar, X)

        size = batch_size if batch_size > 1 else None
        outcomes: Tree = jax.lax.map(one, (P, approval), batch_size=size)
        return outcomes

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
