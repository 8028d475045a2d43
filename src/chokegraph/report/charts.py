# SPDX-License-Identifier: Apache-2.0
"""Which fan charts the report draws, and in which order."""

from __future__ import annotations

from dataclasses import dataclass

import xarray as xr

from chokegraph.report.names import Names, anchor_of
from chokegraph.report.outcomes import Figure, area_key, figure, money, weighted
from chokegraph.report.words import Words
from chokegraph.result import Result

MOST_FAMILIES = 8
"""So many families are drawn, those with the largest change; the others are told in a sentence."""

IN_SIGHT = 3
"""So many figures of a group are in sight, those with the largest change; the others open."""


@dataclass(frozen=True)
class FigureGroup:
    """Figures of one kind under one heading.

    Args:
        key: Id on the page.
        title: The heading.
        note: What is shown, in a sentence or two.
        figures: Figures in sight.
        folded: Figures that open on demand.
        others: Figures that are given as a sentence only.
    """

    key: str
    title: str
    note: str
    figures: tuple[Figure, ...]
    folded: tuple[Figure, ...] = ()
    others: tuple[Figure, ...] = ()


def figure_groups(
    result: Result, names: Names, words: Words, anchors: set[str]
) -> tuple[FigureGroup, ...]:
    """Draw all fan charts.

    Args:
        result: The result.
        names: Names for people.
        words: The phrases.
        anchors: Ids of evidence on the page, to link to.

    Returns:
        Groups: output by product, local share and lag by family, then the totals.
    """
    data = result.dataset
    markers = tuple(sorted({control.first_quarter / 4 for control in result.scenario.controls}))
    notes = words.tables["outcomes"]

    def group(key: str, figures: list[Figure], most: int | None = None) -> FigureGroup:
        ranked = sorted(figures, key=lambda one: -one.size)
        drawn = tuple(ranked[:most])
        return FigureGroup(
            f"group-{key.replace('_', '-')}",
            str(notes[key]["title"]),
            str(notes[key]["note"]),
            drawn[:IN_SIGHT],
            drawn[IN_SIGHT:],
            tuple(ranked[most:]) if most else (),
        )

    made = [
        group(
            "output",
            [
                figure(
                    data["output"].sel(product=key, drop=True),
                    key=area_key("output", str(key)),
                    outcome="output",
                    subject=names.product(str(key)),
                    unit=words.unit("fraction"),
                    words=words,
                    markers=markers,
                    bounds=(0.0, 1.0),
                )
                for key in data["product"].values
            ],
        ),
        group(
            "local_share",
            _by_family(
                data["local_share"],
                "local_share",
                result,
                names,
                words,
                anchors,
                markers,
                (0.0, None),
            ),
            MOST_FAMILIES,
        ),
        group(
            "lag",
            [
                figure(
                    _average(data["frontier"] - data["capability"], data),
                    key=area_key("lag", "all"),
                    outcome="lag",
                    subject="all inputs",
                    unit=words.unit("generations"),
                    words=words,
                    markers=markers,
                ),
            ],
        ),
        group(
            "lag_by_family",
            _by_family(
                data["frontier"] - data["capability"],
                "lag",
                result,
                names,
                words,
                anchors,
                markers,
                (None, None),
            ),
            MOST_FAMILIES // 2,
        ),
    ]
    made += [group(name, [one]) for name, one in _totals(data, result, words, markers)]
    return tuple(made)


def _weights(data: xr.Dataset) -> xr.DataArray:
    """The target's spending on each input at the start."""
    return data["input_weight"].reset_coords(drop=True).fillna(0.0)


def _average(array: xr.DataArray, data: xr.Dataset) -> xr.DataArray:
    return weighted(_bare(array), _weights(data), "input")


def _bare(array: xr.DataArray) -> xr.DataArray:
    """Without the coordinates that only name things."""
    return array.reset_coords(drop=True)


def _by_family(
    array: xr.DataArray,
    outcome: str,
    result: Result,
    names: Names,
    words: Words,
    anchors: set[str],
    markers: tuple[float, ...],
    bounds: tuple[float | None, float | None],
) -> list[Figure]:
    """One figure a family: the average over its inputs, weighted by spending."""
    data = result.dataset
    weights = _weights(data)
    keys = [str(key) for key in data["input"].values]
    families = dict.fromkeys(names.inputs[key].family for key in keys)
    unit = words.unit("generations" if outcome == "lag" else "fraction")
    figures = []
    for family in families:
        own = [key for key in keys if names.inputs[key].family == family]
        links = [(words.label("families", family), anchor_of("family", family))]
        links += [(names.input(key), anchor_of("input", key)) for key in own]
        figures.append(
            figure(
                weighted(_bare(array).sel(input=own), weights.sel(input=own), "input"),
                key=area_key(outcome, family),
                outcome=outcome,
                subject=words.label("families", family),
                unit=unit,
                words=words,
                markers=markers,
                bounds=bounds,
                evidence=tuple(link for link in links if link[1] in anchors),
            )
        )
    return figures


def _totals(
    data: xr.Dataset, result: Result, words: Words, markers: tuple[float, ...]
) -> list[tuple[str, Figure]]:
    """The outcomes that are one number a quarter."""
    members = [key for key in result.scenario.coalition if key in data["country"].values]
    arrays = {
        "lead": (data["lead"], words.unit("generations")),
        "coalition_sales": (data["sales"].sel(country=members).sum("country"), None),
        "rnd": (data["rnd"].sel(country=members).sum("country"), None),
        "stockpile": (data["stockpile"], None),
        "visible_share": (data["visible_share"], words.unit("fraction")),
        "coalition_unserved": (data["coalition_unserved"], words.unit("fraction")),
        "others_unserved": (data["others_unserved"], words.unit("fraction")),
    }
    made = []
    for name, (array, unit) in arrays.items():
        if name.endswith("_unserved") and not float(abs(array).max()) > 0:
            continue
        suffix = "" if name == "stockpile" else " a quarter"
        made.append(
            (
                name,
                figure(
                    _bare(array),
                    key=area_key(name),
                    outcome=name,
                    subject="",
                    unit=unit or money(array, suffix),
                    words=words,
                    markers=markers,
                    bounds=(0.0, None),
                ),
            )
        )
    return made
