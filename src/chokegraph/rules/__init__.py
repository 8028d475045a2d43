# SPDX-License-Identifier: Apache-2.0
"""LAW: dated rules as data, one compiled engine, a scalar evaluator that explains and checks it.

`load_law` -> `determine` for tables, `evaluate` and `explain` for a row. The engine is imported
when it is first used, so that reading the law stays cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from chokegraph.rules.model import Law
from chokegraph.rules.reading import load_law, read_law

_LATER = {
    "determine": "chokegraph.rules.kernel",
    "compile_law": "chokegraph.rules.compile",
    "evaluate": "chokegraph.rules.decision",
    "Decision": "chokegraph.rules.decision",
    "completed": "chokegraph.rules.completing",
}

__all__ = ["Law", "load_law", "read_law", *_LATER]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public object
    if name in _LATER:
        return getattr(import_module(_LATER[name]), name)
    message = f"module 'chokegraph.rules' has no attribute {name!r}"
    raise AttributeError(message)
