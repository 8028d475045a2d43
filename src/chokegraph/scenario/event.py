# SPDX-License-Identifier: Apache-2.0
"""The event whose probability is asked."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from chokegraph.scenario.base import Country, Part

Outcome = Literal[
    "output",
    "output_level",
    "route_output",
    "design_around",
    "best_value",
    "route_value",
    "route_yield",
    "local_share",
    "availability",
    "vacancy",
    "lag",
    "lag_years",
    "cover",
    "price",
    "sales",
    "sales_to_target",
    "rnd",
    "lead",
    "visible_share",
    "stockpile",
    "coalition_unserved",
    "coalition_unserved_covered",
    "others_unserved",
]


class Event(Part):
    """Something that happens or does not, so that it has a probability.

    Example:
        >>> event = Event(outcome="output", product="advanced-logic", by=2028, below=0.5)
        >>> print(event)
        output of advanced-logic below 0.5 in a year up to 2028
    """

    outcome: Outcome
    """Which outcome it is about."""

    product: str | None = None
    """The product, for output and output_level."""

    route: str | None = None
    """The route, for route_output."""

    input: str | None = None
    """The input, for outcomes by input; `covered` for the mean over the inputs that the scenario is
    about, empty for the mean over all, both weighted by the target's spending."""

    country: Country | None = None
    """The country, for sales, sales_to_target and rnd; empty for the sum over the coalition."""

    by: int | None = None
    """It counts if it happens in any year up to this one."""

    in_: int | None = Field(default=None, alias="in")
    """It counts if it happens in this year."""

    below: float | None = None
    """It happens when the outcome is below this, in the unit of the outcome. Output against plan
    and shares are fractions: 0.8 is 80 %. Sums are in USD million a year."""

    above: float | None = None
    """It happens when the outcome is above this; units as for `below`."""

    measure: Literal["level", "difference", "ratio"] = "level"
    """`level`: the outcome itself, in baseline and scenario. `difference`: scenario less baseline
    on the same draw. `ratio`: scenario over baseline on the same draw."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.by is None) == (self.in_ is None):
            message = "give either by (any year up to) or in (that year)"
            raise ValueError(message)
        if (self.below is None) == (self.above is None):
            message = "give either below or above"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _on_the_scale(self) -> Self:
        ends = _SCALES.get(self.measure)
        limit = self.below if self.below is not None else self.above
        if self.outcome not in FRACTIONS or ends is None or limit is None:
            return self
        low, high = ends
        if not low <= limit <= high:
            side = "below" if self.below is not None else "above"
            what = self.outcome if self.measure == "level" else f"a difference of {self.outcome}"
            message = (
                f"{side}: {limit:g} lies outside {low} to {high}, the scale of {what}; "
                f"write 0.8 for 80 %"
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _right_item(self) -> Self:
        wanted = ITEM_OF.get(self.outcome)
        for key in ("product", "route", "input", "country"):
            if getattr(self, key) is not None and key != wanted:
                message = f"the outcome {self.outcome} has no {key}"
                raise ValueError(message)
        if wanted in ("product", "route") and getattr(self, wanted) is None:
            message = f"the outcome {self.outcome} needs a {wanted}"
            raise ValueError(message)
        return self

    @property
    def item(self) -> str:
        """The product, route, input or country meant, or "" for the total."""
        key = ITEM_OF.get(self.outcome)
        return (getattr(self, key) or "") if key else ""

    def __str__(self) -> str:
        what = self.outcome.replace("_", " ")
        if self.measure != "level":
            what = f"{self.measure} of {what} to the baseline"
        of = f" of {self.item}" if self.item else ""
        side = f"below {self.below:g}" if self.below is not None else f"above {self.above:g}"
        when = f"in {self.in_}" if self.in_ is not None else f"in a year up to {self.by}"
        return f"{what}{of} {side} {when}"


FRACTIONS = frozenset(
    {
        "output",
        "design_around",
        "local_share",
        "availability",
        "vacancy",
        "visible_share",
        "coalition_unserved",
        "coalition_unserved_covered",
        "others_unserved",
    }
)
"""Outcomes that are parts of a whole, so that a threshold beyond it is a slip of the unit."""

_SCALES = {"level": (0, 1), "difference": (-1, 1)}

ITEM_OF = {
    "output": "product",
    "output_level": "product",
    "route_output": "route",
    "design_around": "product",
    "best_value": "product",
    "route_value": "route",
    "route_yield": "route",
    "local_share": "input",
    "availability": "input",
    "vacancy": "input",
    "lag": "input",
    "lag_years": "input",
    "cover": "input",
    "price": "input",
    "sales": "country",
    "sales_to_target": "country",
    "rnd": "country",
}
"""Which key of an event names the item of an outcome; outcomes left out are totals."""
