# SPDX-License-Identifier: Apache-2.0
"""Hints to XLA's compiler for CPUs. No result rests on them, only speed: decision note 022."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import jax
import numpy as np
from jax.experimental import xla_metadata

_OPTIONS = {
    "xla_disable_hlo_passes": "cpu-parallel-task-assigner",
    "xla_cpu_enable_fast_min_max": "True",
    "xla_cpu_experimental_ynn_fusion_type": "",
    "xla_cpu_prefer_vector_width": "512",
}
_metadata: Callable[..., Any] = xla_metadata.set_xla_metadata


@lru_cache(maxsize=1)
def _same() -> Any:  # noqa: ANN401 - JAX has no public type for it
    return jax.jit(lambda values: values)


def computed_once(values: Any) -> Any:  # noqa: ANN401 - arrays, nested or not
    """Return the same arrays; those who use them read them, and do not work them out again.

    The compiler merges formulas within a function, not across a call that stays a call. The call
    does nothing and copies nothing.
    """
    if jax.default_backend() != "cpu":
        return values
    with _metadata(inlineable="false"):
        return _same()(values)


def one_kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the same function, compiled to one piece of machine code, loops and all.

    Otherwise each formula is a piece of its own, and starting one takes about as long as the
    smaller ones work.
    """

    def plain(*values: Any) -> Any:  # noqa: ANN401 - arrays, nested or not
        # The hint is for the call, not for what is called.
        with _metadata(xla_cpu_small_call=None, inlineable=None):
            return function(*values)

    whole = jax.jit(plain)

    def called(*values: Any) -> Any:  # noqa: ANN401 - arrays, nested or not
        if jax.default_backend() != "cpu":
            return function(*values)
        with _metadata(xla_cpu_small_call="true", inlineable="false"):
            return whole(*values)

    return called


def compiler_options() -> dict[str, str]:
    """Return options for one compilation, as far as this compiler knows them.

    - No formula is split among threads: each takes a few microseconds, and handing a part to
      another thread takes longer. Draws are run in several threads instead.
    - The larger and the smaller of two numbers in one instruction instead of six, which are there
      for what is not a number; the model makes none (a test of the reference), so nothing changes.
    - No sums by a library: it cannot be called from within one piece of machine code, see
      `one_kernel`, which is to be compiled with these options.
    - Sixteen numbers at a time, where the processor can; `padding` makes rows fit. The compiler's
      own choice is eight.
    """
    if jax.default_backend() != "cpu":
        return {}
    return {name: value for name, value in _OPTIONS.items() if _is_known(name, value)}


@lru_cache(maxsize=len(_OPTIONS))
def _is_known(name: str, value: str) -> bool:
    """Return whether this compiler has the option: they come and go with its versions."""
    tried = jax.jit(lambda number: number + 1, compiler_options={name: value})
    try:
        tried.lower(np.float32(0)).compile()
    except jax.errors.JaxRuntimeError as error:
        if "No such compile option" in str(error):
            return False
        raise
    return True
