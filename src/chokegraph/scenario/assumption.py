# SPDX-License-Identifier: Apache-2.0
"""Assumptions: beliefs about the world that replace a prior of the response model."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, model_validator

from chokegraph.scenario.base import Part, Words
from chokegraph.scenario.ranges import Range

Distribution = Literal[
    "fixed", "uniform", "normal", "lognormal", "logitnormal", "halfnormal", "beta"
]


class Assumption(Part):
    """One belief: a number, a range or a distribution, for all inputs or for some.

    Example:
        >>> Assumption(value=[0.05, 0.2], families="lithography").value
        (0.05, 0.2)
    """

    value: Range | None = None
    """A number, or a range that is drawn uniformly."""

    dist: Distribution | None = None
    """A distribution in place of `value`; `a` and `b` mean what they do in the priors table."""

    a: float | None = None
    """First parameter of the distribution."""

    b: float | None = None
    """Second parameter of the distribution."""

    families: Words = ()
    """Only for inputs of these families (or `capital`, `consumable`, `chips`, `parts`, `tools`)."""

    note: str = ""
    """Why you believe it."""

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.value is None) == (self.dist is None):
            message = "give either value or dist, not both and not neither"
            raise ValueError(message)
        if self.dist is not None and self.a is None:
            message = f"the distribution {self.dist!r} needs a (and b where it has two parameters)"
            raise ValueError(message)
        return self


def _normalise(value: object) -> object:
    """Accept a number, a range, one mapping, or a list of mappings."""
    if isinstance(value, dict | Assumption):
        return [value]
    if isinstance(value, list | tuple) and any(isinstance(p, dict | Assumption) for p in value):
        return value
    return [{"value": value}]


Assumptions = dict[str, Annotated[tuple[Assumption, ...], BeforeValidator(_normalise)]]
"""Assumptions by the name of the prior that they replace."""
