# SPDX-License-Identifier: Apache-2.0
"""Grades at the start: what each market asks for, what each country can sell, how fast all moves.

Grades are rungs of the input's ladder. Where no grade is published the entry is bounded, not
filled: who sells lies between what the least demanding tier asks for and the best published
grade; who does not sell lies below what that tier asks for.
"""

from __future__ import annotations

import numpy as np

from chokegraph.response.fact_view import FactView, band, stack
from chokegraph.response.state import TIERS, Array, Band
from chokegraph.world.model import UNKNOWN_PROVIDER, Estimate, Input

_FIRST_RUNG = 1.0
"""The grade asked for of an input without a ladder: it is there or it is not."""


def ladder(view: FactView, item: Input) -> tuple[Array, Array]:
    """Return the dated rungs of an input's ladder: grades and years of first volume use."""
    steps = [step for step in view.world.ladders.get(item.ladder_id, ()) if step.year is not None]
    return (
        np.array([step.grade for step in steps], dtype=float),
        np.array([step.year for step in steps], dtype=float),
    )


def frontier_pace(view: FactView) -> Band:
    """Return generations per year over the last years of each ladder, [I].

    The last step counts even if it took longer than that. Unknown where no two rungs have
    different years: one date shows no pace, and is not a standstill.
    """
    mid = np.full(len(view.inputs), np.nan)
    for k, item in enumerate(view.inputs):
        grades, years = ladder(view, item)
        earlier = years[years < years.max()] if years.size else years
        if earlier.size:
            since = min(years.max() - view.constant("ladder_window"), earlier.max())
            recent = years >= since
            mid[k] = float(np.ptp(grades[recent]) / np.ptp(years[recent]))
    return Band.around(mid, view.constant("ladder_pace_spread"))


def _lowest(view: FactView, item: Input) -> float:
    grades = [step.grade for step in view.world.ladders.get(item.ladder_id, ())]
    return min(grades) if grades else _FIRST_RUNG


def asked_grades(view: FactView) -> Band:
    """Return the grade asked for in each market, [5, I]; a better tier never asks for less.

    Published for the input and tier; else the most that a route of that tier needs; else the
    lowest rung. The coalition and the others ask for what the mature tier asks for: what lies
    above is a matter of preference, not of use.
    """
    needed: dict[tuple[str, str], float] = {}
    for need in view.world.needs:
        if need.grade_asked is not None:
            key = (need.input_id, view.world.routes[need.route_id].tier)
            needed[key] = max(needed.get(key, need.grade_asked), need.grade_asked)
    rows = []
    for tier in TIERS:
        row: list[Estimate | None] = []
        for item in view.inputs:
            found = view.look(f"input:{item.input_id}", "asked_grade", f"tier:{tier}")
            if found is None and (item.input_id, tier) in needed:
                grade = needed[item.input_id, tier]
                found = Estimate(grade, grade, grade)
            row.append(found)
        rows.append(band(row))
    tiers = stack(rows)
    lowest = np.array([_lowest(view, item) for item in view.inputs])
    parts = []
    for part in (tiers.mid, tiers.low, tiers.high):
        filled = np.maximum.accumulate(np.where(np.isnan(part), lowest, part), axis=0)
        parts.append(np.vstack([filled, filled[:1], filled[:1]]))
    return Band(*parts)


def start_capability(view: FactView, asked: Band) -> Band:
    """Return the best grade on sale by country and input, [C, I]; bounded where nobody says."""
    shape = (len(view.countries), len(view.inputs))
    mid, low, high = (np.full(shape, np.nan) for _ in range(3))
    margin = view.constant("grade_margin")
    for k, item in enumerate(view.inputs):
        share = view.world.country_shares.get(item.input_id)
        known = [
            view.look(f"input:{item.input_id}", "grade", f"country:{country}")
            for country in view.countries
        ]
        published = [
            found.value for found in known if found is not None and found.value is not None
        ]
        floor = float(asked.mid[0, k])
        top = max([*published, floor] if published else [float(asked.mid[2, k]), floor])
        nothing = min(_lowest(view, item), floor) - 1.0
        for c, (country, found) in enumerate(zip(view.countries, known, strict=True)):
            if found is not None and found.value is not None:
                mid[c, k], low[c, k], high[c, k] = found.value, found.low, found.high
                continue
            held = share.shares.get(country) if share else None
            sells = country == UNKNOWN_PROVIDER or (held is not None and held.high > 0)
            low[c, k] = floor if sells else nothing
            high[c, k] = top if sells else floor - margin
    return Band(mid, low, high)
