# SPDX-License-Identifier: Apache-2.0
"""Hints to XLA's compiler for CPUs. No result rests on them, only speed: decision note 022."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import jax
from jax.experimental import xla_metadata

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


def compiler_options() -> dict[str, str]:
    """Return options for one compilation.

    - No formula is split among threads: each takes a few microseconds, and handing a part to
      another thread takes longer. Draws are run in several threads instead.
    - The larger and the smaller of two numbers in one instruction instead of six, which are there
      for what is not a number; the model makes none (a test of the reference), so nothing changes.
    - Sixteen numbers at a time, where the processor can; `padding` makes rows fit. The compiler's
      own choice is eight.
    """
    if jax.default_backend() != "cpu":
        return {}
    return {
        "xla_disable_hlo_passes": "cpu-parallel-task-assigner",
        "xla_cpu_enable_fast_min_max": "True",
        "xla_cpu_prefer_vector_width": "512",
    }
