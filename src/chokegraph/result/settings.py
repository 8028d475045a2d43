# SPDX-License-Identifier: Apache-2.0
"""Thresholds and sizes used when a result is put together: a table, not code."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files


@cache
def settings() -> dict[str, float]:
    """Read `settings.csv`; the file says what each value means.

    Example:
        >>> 0 < settings()["self_sufficient_share"] <= 1
        True
    """
    text = (files("chokegraph.result") / "settings.csv").read_text(encoding="utf-8")
    return {row["name"]: float(row["value"]) for row in csv.DictReader(text.splitlines())}


def count(name: str) -> int:
    """Return a setting that is a whole number.

    Example:
        >>> count("key_products") > 0
        True
    """
    return int(settings()[name])
