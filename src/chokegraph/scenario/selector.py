# SPDX-License-Identifier: Apache-2.0
"""Which inputs a control or a lever is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from pydantic import model_validator

from chokegraph.scenario.base import Part, Words

if TYPE_CHECKING:
    from chokegraph.world.model import Input


class Selector(Part):
    """Inputs chosen by id, tag, family, stage or export-control number (ECCN).

    An input is chosen if any of the lists names it, and `exclude` does not.

    Example:
        >>> Selector(families="lithography", exclude=["euv-scanner"]).families
        ('lithography',)
    """

    ids: Words = ()
    """Ids of inputs, as shown by `chokegraph data show`."""

    tags: Words = ()
    """Tags of inputs, for example `hybrid-bonding`."""

    families: Words = ()
    """Families of inputs, for example `lithography`."""

    stages: Words = ()
    """Stages of manufacture, for example `packaging`."""

    eccns: Words = ()
    """Export-control numbers; `3B001` also chooses `3B001.f` and every other item below it."""

    exclude: Words = ()
    """Ids of inputs to leave out again."""

    @model_validator(mode="after")
    def _chooses_something(self) -> Self:
        if not (self.ids or self.tags or self.families or self.stages or self.eccns):
            message = "no inputs chosen; give ids, tags, families, stages or eccns"
            raise ValueError(message)
        return self

    def matches(self, item: Input) -> bool:
        """Whether this input is chosen."""
        if item.input_id in self.exclude:
            return False
        return (
            item.input_id in self.ids
            or item.family in self.families
            or item.stage in self.stages
            or not set(item.tags).isdisjoint(self.tags)
            or any(eccn_below(own, asked) for own in item.eccns for asked in self.eccns)
        )


def eccn_below(own: str, asked: str) -> bool:
    """Whether the number `own` is `asked`, or a paragraph below it.

    Example:
        >>> eccn_below("3B001.f.1", "3B001"), eccn_below("3B001.f", "3B001.f.1")
        (True, False)
    """
    own, asked = own.upper(), asked.upper()
    return own == asked or own.startswith(asked + ".")
