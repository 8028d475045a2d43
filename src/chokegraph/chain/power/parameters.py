# SPDX-License-Identifier: Apache-2.0
"""Elasticities and cost shares as uncertain parameters: `parameters.csv`, and draws from it.

Each row has a distribution, its 5 and 95 % points, a source and a grade. A row may apply to a
family, a kind or a use of inputs only; the narrowest row decides. Column 0 of every array of draws
is the median, so that a central answer and a distribution come from one pass.
"""

from __future__ import annotations

import csv
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from statistics import NormalDist

import numpy as np

from chokegraph.chain.power.means import FloatArray, Horizon
from chokegraph.errors import Finding, FindingsError
from chokegraph.world.model import Input
from chokegraph.world.quantiles import two_piece

DISTRIBUTIONS = {
    "fixed": "the value a",
    "above-one": "1 plus a lognormal with median a; b: standard deviation of its logarithm",
    "spread": "lognormal with median a; b: standard deviation of its logarithm",
    "fraction": "logitnormal with median a; b: standard deviation of its logit",
    "uniform": "evenly between a and b",
}
"""What `a` and `b` mean."""

Assumption = float | tuple[float, float]
"""A value, or a range over which to spread evenly."""

TAIL = NormalDist().inv_cdf(0.95)
"""Standard deviations from the middle to the end of a 90 % interval."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One uncertain parameter: a row of `parameters.csv`.

    Args:
        name: What it is: suppliers, inputs, variants, routes, top, input_share, ...
        horizon: "long", "short", or "" for both.
        applies_to: `family:x`, `kind:x` or `use:x` of inputs, or "" for all.
        dist: One of `DISTRIBUTIONS`.
        a: First parameter of the distribution.
        b: Second parameter.
        low: Its 5 % point.
        high: Its 95 % point.
        unit: Its unit.
        source: Where it comes from.
        url: Where that can be read.
        locator: The place in the source, and how the range was set.
        grade: Grade of the evidence, A to D, X for our judgement.
        meaning: What it says.
    """

    name: str
    horizon: str
    applies_to: str
    dist: str
    a: float
    b: float
    low: float
    high: float
    unit: str
    source: str
    url: str
    locator: str
    grade: str
    meaning: str

    @property
    def key(self) -> str:
        """The name with which an assumption addresses it."""
        return f"{self.name}.{self.applies_to}" if self.applies_to else self.name

    def value(self, z: FloatArray) -> FloatArray:
        """Return the value at standard normal scores.

        Example:
            >>> import numpy as np
            >>> row = find("suppliers", "long", None)
            >>> row.value(np.zeros(1)).tolist()
            [2.6]
        """
        if self.dist == "fixed":
            return np.full(np.shape(z), self.a)
        if self.dist == "uniform":
            from scipy.special import ndtr

            return np.asarray(self.a + (self.b - self.a) * ndtr(z))
        if self.dist == "fraction":
            logit = np.log(self.a / (1.0 - self.a)) + self.b * z
            return np.asarray(1.0 / (1.0 + np.exp(-logit)))
        grown = self.a * np.exp(self.b * z)
        return np.asarray(1.0 + grown if self.dist == "above-one" else grown)


@cache
def parameters() -> tuple[Parameter, ...]:
    """Return every row of `parameters.csv`.

    Example:
        >>> sorted({row.name for row in parameters()})[:3]
        ['design_around_share', 'input_share', 'inputs']
    """
    text = files("chokegraph.chain.power").joinpath("parameters.csv").read_text(encoding="utf-8")
    return tuple(_row(row) for row in csv.DictReader(text.splitlines()))


def _row(row: Mapping[str, str]) -> Parameter:
    return Parameter(
        name=row["name"],
        horizon=row["horizon"],
        applies_to=row["applies_to"],
        dist=row["dist"],
        a=float(row["a"]),
        b=float(row["b"]),
        low=float(row["low"]),
        high=float(row["high"]),
        unit=row["unit"],
        source=row["source"],
        url=row["url"],
        locator=row["locator"],
        grade=row["grade"],
        meaning=row["meaning"],
    )


def find(
    name: str,
    horizon: Horizon,
    item: Input | None,
    rows: Sequence[Parameter] | None = None,
) -> Parameter:
    """Return the row that decides for an input: family before kind before use before all.

    Args:
        name: The parameter.
        horizon: "long" or "short".
        item: The input; None for what is not about one input.
        rows: Rows to look in; those of the table if None.

    Example:
        >>> find("suppliers", "short", None).applies_to
        ''
    """
    wanted = [""]
    if item is not None:
        wanted = [f"family:{item.family}", f"kind:{item.kind}", f"use:{item.use}", ""]
    table = parameters() if rows is None else rows
    fitting = [row for row in table if row.name == name and row.horizon in ("", horizon)]
    return min(
        (row for row in fitting if row.applies_to in wanted),
        key=lambda row: wanted.index(row.applies_to),
    )


def assume(assumptions: Mapping[str, Assumption]) -> tuple[Parameter, ...]:
    """Return all rows with some replaced by the user's values or ranges, for both horizons.

    Args:
        assumptions: By name ("suppliers", which replaces all its rows) or by key
            ("suppliers.use:capital"): a value, or a range.

    Raises:
        FindingsError: A name is not known, a range is reversed, or an elasticity between suppliers
            does not lie above one.

    Example:
        >>> {row.a for row in assume({"suppliers": 5.0}) if row.name == "suppliers"}
        {5.0}
    """
    rows = list(parameters())
    found: list[Finding] = []
    for key, given in assumptions.items():
        places = [n for n, row in enumerate(rows) if key in (row.name, row.key)]
        low, high = given if isinstance(given, tuple) else (given, given)
        if not places:
            known = ", ".join(dict.fromkeys(row.key for row in parameters()))
            found.append(Finding(f"there is no parameter '{key}'", f"use one of {known}"))
        elif not low <= high:
            found.append(Finding(f"{key}: the range {low:g} to {high:g} is reversed", "swap them"))
        elif rows[places[0]].dist == "above-one" and not low > 1.0:
            found.append(
                Finding(
                    f"{key} = {low:g}: losing any one of them would stop everything",
                    "give an elasticity above 1",
                )
            )
        elif low < 0.0:
            found.append(Finding(f"{key} = {low:g} is negative", "give 0 or more"))
        else:
            dist = "fixed" if low == high else "uniform"
            for n in places:
                rows[n] = replace(rows[n], dist=dist, a=low, b=high, low=low, high=high)
    if found:
        raise FindingsError(found, title="assumptions")
    return tuple(rows)


def read_assumptions(texts: Iterable[str]) -> dict[str, Assumption]:
    """Read assumptions written as name=value or name=low:high.

    Args:
        texts: The assumptions.

    Raises:
        FindingsError: What cannot be read.

    Example:
        >>> read_assumptions(["suppliers=3", "inputs=0.05:0.3"])
        {'suppliers': 3.0, 'inputs': (0.05, 0.3)}
    """
    read: dict[str, Assumption] = {}
    found = []
    for text in texts:
        name, _, value = text.partition("=")
        low, colon, high = value.partition(":")
        try:
            read[name.strip()] = (float(low), float(high)) if colon else float(low)
        except ValueError:
            fix = "write suppliers=3 or inputs=0.05:0.3"
            found.append(Finding(f"cannot read the assumption {text!r}", fix))
    if found:
        raise FindingsError(found, title="assumptions")
    return read


def normals(seed: int, name: str, draws: int) -> FloatArray:
    """Return scores [1 + draws] that belong to a name: 0 first, then standard normal draws.

    Every name has its own stream, so a draw is the same whatever else is asked for, and the first
    draws are the same however many there are.

    Example:
        >>> few, many = normals(7, "suppliers", 3), normals(7, "suppliers", 9)
        >>> float(few[0]), bool((few == many[:4]).all())
        (0.0, True)
    """
    stream = np.random.SeedSequence(seed, spawn_key=(zlib.crc32(name.encode()),))
    drawn = np.random.Generator(np.random.PCG64(stream)).standard_normal(draws)
    return np.concatenate([[0.0], drawn])


def split_normal(value: float, low: float, high: float, z: FloatArray) -> FloatArray:
    """Return the quantity with a 90 % interval from low to high around a value, at scores z.

    Example:
        >>> import numpy as np
        >>> split_normal(1.0, 0.5, 3.0, np.array([0.0, TAIL])).tolist()
        [1.0, 3.0]
    """
    return two_piece(value, low, high, z / TAIL)
