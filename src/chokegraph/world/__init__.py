# SPDX-License-Identifier: Apache-2.0
"""Facts: what exists, with sources. A frozen `World`, its checker and its importers."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from chokegraph.world.model import (
    UNKNOWN_PROVIDER,
    Country,
    Estimate,
    Firm,
    GradeInfo,
    Input,
    LadderStep,
    Level,
    Link,
    Need,
    Product,
    PropertyInfo,
    Route,
    Selection,
    Share,
    Source,
    Statement,
    World,
)

if TYPE_CHECKING:
    from chokegraph.world.check import check_data
    from chokegraph.world.estimates import estimate
    from chokegraph.world.eto import import_eto
    from chokegraph.world.load import load_world
    from chokegraph.world.matrix import ShareMatrix, share_matrix

__all__ = [
    "UNKNOWN_PROVIDER",
    "Country",
    "Estimate",
    "Firm",
    "GradeInfo",
    "Input",
    "LadderStep",
    "Level",
    "Link",
    "Need",
    "Product",
    "PropertyInfo",
    "Route",
    "Selection",
    "Share",
    "ShareMatrix",
    "Source",
    "Statement",
    "World",
    "check_data",
    "estimate",
    "import_eto",
    "load_world",
    "share_matrix",
]

# Loaded when first used: `chokegraph.world.model` alone must stay cheap to import.
_HOMES = {
    "check_data": "check",
    "estimate": "estimates",
    "import_eto": "eto",
    "load_world": "load",
    "ShareMatrix": "matrix",
    "share_matrix": "matrix",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public object
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
