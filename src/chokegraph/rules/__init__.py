# SPDX-License-Identifier: Apache-2.0
"""LAW: dated rules as data, one compiled engine, a scalar evaluator that explains and checks it."""

from chokegraph.rules.model import Law
from chokegraph.rules.reading import load_law, read_law

__all__ = ["Law", "load_law", "read_law"]
