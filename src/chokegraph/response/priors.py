# SPDX-License-Identifier: Apache-2.0
"""What is believed before looking at data: one distribution per parameter, each with a source.

The table is `chokegraph/world/facts/priors.csv`. A row with a `family` overrides the general row
of the same name for the inputs of that family, of that use (`capital` or `consumable`) or of that
leak class (`chips`, `parts`, `tools`), in this order of precedence.
"""

from __future__ import annotations

import csv
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from chokegraph.errors import Finding, FindingsError
from chokegraph.response.distributions import DISTRIBUTIONS, quantile

Array = np.ndarray[Any, np.dtype[Any]]

COLUMNS = (
    *("name", "unit", "dist", "a", "b", "low", "high"),
    *("source_id", "locator", "grade", "meaning", "family"),
)
_TABLE = "priors.csv"


@dataclass(frozen=True, slots=True)
class Prior:
    """The distribution of one parameter. `a` and `b` are explained in `DISTRIBUTIONS`.

    `low` and `high` are its 5 % and 95 % points, written in the table so that a reader need not
    compute them (a test compares). `family` is empty for the general row. `stated` is a belief of
    the user: it stands instead of figures of the world too.

    Example:
        >>> prior = load_priors()["rnd_decay"]
        >>> prior.unit, round(float(prior.quantile(0.5)), 4)
        ('per quarter', 0.0375)
    """

    name: str
    unit: str
    dist: str
    a: float
    b: float
    low: float
    high: float
    source_id: str
    locator: str
    grade: str
    meaning: str
    family: str = ""
    stated: bool = False

    @property
    def key(self) -> str:
        """The name with which an assumption addresses it (`name` or `name.family`)."""
        return f"{self.name}.{self.family}" if self.family else self.name

    def quantile(self, u: ArrayLike) -> Array:
        """Return the value below which a fraction `u` of the distribution lies."""
        return quantile(self.dist, self.a, self.b, u)

    def fixed(self, value: float) -> Prior:
        """Return the same parameter, known exactly."""
        return replace(self, dist="fixed", a=value, b=0.0, low=value, high=value)

    def uniform(self, low: float, high: float) -> Prior:
        """Return the same parameter, spread evenly between two bounds."""
        low90, high90 = (float(v) for v in quantile("uniform", low, high, [0.05, 0.95]))
        return replace(self, dist="uniform", a=low, b=high, low=low90, high=high90)


Priors = Mapping[str, Prior]
"""Priors by `key`."""


def load_priors(path: Path | None = None) -> dict[str, Prior]:
    """Read the table of priors.

    Args:
        path: Another table of the same form; the embedded one if None.

    Returns:
        Priors by `name`, or `name.family` for the rows of a family.

    Raises:
        FindingsError: Columns are missing, a number or a distribution is wrong, a row is double.

    Example:
        >>> sorted(key for key in load_priors() if key.startswith("leakage"))
        ['leakage.chips', 'leakage.parts', 'leakage.tools']
    """
    if path is None:
        text = (resources.files("chokegraph.world") / "facts" / _TABLE).read_text("utf-8")
        name = _TABLE
    else:
        text, name = path.read_text("utf-8"), str(path)
    rows = csv.DictReader(text.splitlines())
    missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
    if missing:
        finding = Finding(f"columns missing: {', '.join(missing)}", "add them", name, 1)
        raise FindingsError([finding], title="priors")
    priors: dict[str, Prior] = {}
    found: list[Finding] = []
    for line, row in enumerate(rows, start=2):
        try:
            numbers = [float(row[c]) if row[c] else 0.0 for c in ("a", "b", "low", "high")]
        except (TypeError, ValueError):
            found.append(Finding(f"not a number in '{row['name']}'", "give numbers", name, line))
            continue
        if row["dist"] not in DISTRIBUTIONS:
            allowed = ", ".join(DISTRIBUTIONS)
            found.append(Finding(f"unknown dist '{row['dist']}'", f"use {allowed}", name, line))
            continue
        a, b, low, high = numbers
        cells = {c: row[c] or "" for c in COLUMNS if c not in ("a", "b", "low", "high")}
        text_cells: dict[str, Any] = cells
        prior = Prior(**text_cells, a=a, b=b, low=low, high=high)
        if prior.key in priors:
            found.append(Finding(f"'{prior.key}' occurs twice", "remove one row", name, line))
        priors[prior.key] = prior
    if found:
        raise FindingsError(found, title="priors")
    return priors


Assumption = float | Sequence[float] | Mapping[str, Any]
"""A value, a range [low, high] (spread evenly), or a mapping with `dist`, `a` and `b`."""


def override(priors: Priors, assumptions: Mapping[str, Assumption]) -> dict[str, Prior]:
    """Return the priors with some of them replaced by the user's assumptions.

    An assumption that names a parameter without a family, where rows of families exist, replaces
    those rows too: the user means all inputs. It also stands instead of what the world says.

    Args:
        priors: What is believed otherwise.
        assumptions: By key: a value, a range `[low, high]` (spread evenly), or
            `{"dist": ..., "a": ..., "b": ...}`.

    Raises:
        FindingsError: A name is not known (the nearest are listed), a range is reversed, or a
            distribution is wrong.

    Example:
        >>> changed = override(load_priors(), {"leakage": [0.0, 0.1], "drift": 0.0})
        >>> changed["leakage.tools"].dist, changed["drift"].a
        ('uniform', 0.0)
    """
    result = dict(priors)
    found: list[Finding] = []
    for name, assumption in assumptions.items():
        keys = [key for key in priors if key == name or key.startswith(f"{name}.")]
        if not keys:
            found.append(_unknown(name, priors))
        for key in keys:
            try:
                result[key] = replace(_replace(priors[key], assumption), stated=True)
            except (TypeError, ValueError, KeyError, FindingsError) as error:
                found.append(
                    Finding(
                        f"assumption '{name}': {error or assumption!r} is not understood",
                        "give a value, a range [low, high], or dist, a and b",
                    )
                )
                break
    if found:
        raise FindingsError(found, title="assumptions")
    return result


def _unknown(name: str, priors: Priors) -> Finding:
    from difflib import get_close_matches

    near = get_close_matches(name, list(priors), n=3)
    names = ", ".join(near) if near else ", ".join(sorted({p.name for p in priors.values()}))
    return Finding(f"there is no parameter '{name}'", f"did you mean {names}?")


def _replace(prior: Prior, assumption: Assumption) -> Prior:
    if isinstance(assumption, Mapping):
        dist, a, b = assumption["dist"], float(assumption["a"]), float(assumption.get("b", 0.0))
        low, high = (float(v) for v in quantile(dist, a, b, [0.05, 0.95]))
        return replace(prior, dist=dist, a=a, b=b, low=low, high=high)
    if isinstance(assumption, (int, float)):
        return prior.fixed(float(assumption))
    low, high = (float(value) for value in assumption)
    if low > high:
        message = f"the range [{low:g}, {high:g}] is reversed"
        raise ValueError(message)
    return prior.uniform(low, high)


def uniforms(seed: int, name: str, draws: int, width: int) -> Array:
    """Return uniform numbers [draws, width] that belong to `name`.

    Row d is the same whatever `draws` is, and whatever other names are asked for: every name has
    its own stream, read row by row.

    Example:
        >>> few, many = uniforms(7, "drift", 3, 2), uniforms(7, "drift", 9, 2)
        >>> bool((few == many[:3]).all())
        True
    """
    stream = np.random.SeedSequence(seed, spawn_key=(zlib.crc32(name.encode()),))
    return np.random.Generator(np.random.PCG64(stream)).random((draws, width))
