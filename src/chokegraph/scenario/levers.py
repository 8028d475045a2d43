# SPDX-License-Identifier: Apache-2.0
"""Levers: policy choices other than controls. A belief about the world is an assumption."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from chokegraph.scenario.base import Part
from chokegraph.scenario.control import Members
from chokegraph.scenario.selector import Selector
from chokegraph.scenario.when import When, closing_quarter, effective_quarter


class _Dated(Part):
    inputs: Selector
    """Which inputs it is about."""

    from_: When = Field(alias="from")
    """In force from this quarter or date."""

    until: When | None = None
    """In force up to and including this quarter (or the quarter before this date)."""

    note: str = ""
    """Anything a reader should know."""

    @property
    def first_quarter(self) -> int:
        """Index of the first quarter in force."""
        return effective_quarter(self.from_)

    @property
    def last_quarter(self) -> int | None:
        """Index of the last quarter in force, or None for ever."""
        return closing_quarter(self.until)

    @model_validator(mode="after")
    def _forward(self) -> Self:
        last = self.last_quarter
        if last is not None and last < self.first_quarter:
            message = f"ends ({self.until}) before it starts ({self.from_})"
            raise ValueError(message)
        return self


class Mandate(_Dated):
    """The target tells its buyers to prefer domestic suppliers.

    Example:
        >>> Mandate.model_validate(
        ...     {"inputs": {"families": "etch"}, "from": "2022Q3", "strength": 0.5}).strength
        0.5
    """

    strength: Annotated[float, Field(ge=0, le=1)]
    """From 0 (no mandate) to 1 (domestic whenever there is a choice)."""


def _capacity_share() -> float:
    """What stands in where a scenario does not say; read when needed, not on import."""
    from chokegraph.response.fact_view import assumed

    return assumed("subsidy_capacity_share")


class Subsidy(_Dated):
    """The target pays for its own suppliers' research and capacity."""

    usd_million_per_year: Annotated[float, Field(ge=0)]
    """Total over the chosen inputs, shared out by the size of their markets."""

    capacity_share: Annotated[float, Field(ge=0, le=1)] = Field(default_factory=_capacity_share)
    """The part that builds capacity; the rest goes into research. Empty: the assumption
    `subsidy_capacity_share` of the facts, and the result says so."""


class Promotion(_Dated):
    """Coalition members pay for the research of their own suppliers."""

    by: Members = ("coalition",)
    """The countries that pay, or `coalition`."""

    usd_million_per_year: Annotated[float, Field(ge=0)]
    """Total over the countries and the chosen inputs, shared out by their sales."""


class Levers(Part):
    """Policy choices of either side, beside the controls.

    Example:
        >>> Levers().mandate
        ()
    """

    mandate: tuple[Mandate, ...] = ()
    """Buy-domestic orders of the target."""

    subsidy: tuple[Subsidy, ...] = ()
    """What the target pays to its suppliers."""

    promotion: tuple[Promotion, ...] = ()
    """What coalition members pay to theirs."""
