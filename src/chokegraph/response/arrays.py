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
