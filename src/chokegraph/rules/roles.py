# SPDX-License-Identifier: Apache-2.0
"""The parties of a row: their countries and headquarters from the columns of each role."""

from __future__ import annotations

import polars as pl

from chokegraph.rules.layout import MAY_BE_ABSENT, ROLES
from chokegraph.rules.vectors import NOT_RELEVANT, filled

OPEN = "?"
"""The member of a set that says: and perhaps others."""


def from_roles(
    texts: dict[str, pl.Series], facts: dict[str, pl.Series], rows: int
) -> dict[str, pl.Series]:
    """Return the parties' countries and headquarters from the columns of each role.

    Args:
        texts: Columns with names, countries and headquarters by role.
        facts: Columns of facts; what they say of the parties stays.
        rows: How many rows there are.
    """
    found: dict[str, pl.Series] = {}
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, rows)
    unnamed = pl.Series([OPEN]).new_from_index(0, rows)
    for fact, ending in (("party_countries", "_country"), ("party_headquarters", "_hq")):
        if not any(role + ending in texts for role in ROLES):
            continue
        parts = []
        for role in ROLES:
            if role not in texts and role + ending not in texts:
                continue
            places = texts.get(role + ending, nothing).cast(pl.String)
            # A blank cell means that there is no intermediate consignee; the others always exist.
            names = texts.get(role, nothing)
            there = (names.is_not_null() | (role != MAY_BE_ABSENT)) & names.ne_missing(NOT_RELEVANT)
            parts.append(unnamed.zip_with(places.is_null() & there, places))
        joined = _distinct_sets(parts)
        before = facts.get(fact)
        if before is not None:
            joined = filled(before, joined)
        found[fact] = joined.rename(fact)
    return found


def _distinct_sets(parts: list[pl.Series]) -> pl.Series:
    """Join texts row by row into sets; null where nothing is said or a member is open."""
    table = pl.DataFrame([part.alias(str(place)) for place, part in enumerate(parts)])
    joined = table.select(pl.concat_str(pl.all(), separator=";", ignore_nulls=True)).to_series()
    own = pl.Categories.random()
    coded = joined.cast(pl.Categorical(own))
    return pl.Series(
        [set_text(word.split(";")) for word in own.to_series().to_list()], dtype=pl.String
    ).gather(coded.to_physical())


def set_text(members: list[str]) -> str | None:
    """Return the text of a set for the frame; None where a member is open or nothing is said.

    Example:
        >>> set_text(["US", "CN", "US"]), set_text(["US", "?"])
        ('CN;US', None)
    """
    found = {member for member in members if member and member != NOT_RELEVANT}
    if not found or OPEN in found:
        return None
    return ";".join(sorted(found))
