# SPDX-License-Identifier: Apache-2.0
"""Which fan charts the report draws, and in which order."""

from __future__ import annotations

from dataclasses import dataclass

import xarray as xr

from chokegraph.report.names import Names, anchor_of
from chokegraph.report.numbers import Unit
from chokegraph.report.outcomes import Figure, area_key, figure, money, weighted
from chokegraph.report.words import Words
from chokegraph.result import Result

MOST_FAMILIES = 8
"""So many families are drawn, those with the largest change; the others are told in a sentence."""

IN_SIGHT = 3
"""So many figures of a group are in sight, those with the largest change; the others open."""

FEW_PATHS = 8
"""Single draws behind the figures that are many."""

SEEN = 5e-4
"""A fraction below this would be written as zero."""

MONEY = ("coalition_sales", "rnd", "stockpile")
FRACTIONS = ("visible_share", "coalition_unserved", "others_unserved")


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
    folded: tuple[Figure, ...]
    others: tuple[Figure, ...]


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
    starts = {control.first_quarter / 4 for control in result.scenario.controls}
    desk = _Desk(result, names, words, anchors, tuple(sorted(starts)))
    data = result.dataset
    lag = data["frontier"] - data["capability"]
    fraction, generations = words.unit("fraction"), words.unit("generations")
    groups = [
        desk.group("output", desk.by_product(data["output"])),
        desk.group("local_share", desk.by_family(data["local_share"], "local_share", fraction)),
        desk.group("lag", [desk.total(desk.average(lag), "lag", generations)]),
        desk.group("lag_by_family", desk.by_family(lag, "lag_by_family", generations), sight=0),
    ]
    if "lag_years" in data:
        years = desk.average(data["lag_years"])
        groups.append(
            desk.group("lag_years", [desk.total(years, "lag_years", words.unit("years"))])
        )
    groups.append(desk.group("lead", [desk.total(data["lead"], "lead", generations)]))
    members = [key for key in result.scenario.coalition if key in data["country"].values]
    totals = {
        "coalition_sales": data["sales"].sel(country=members).sum("country"),
        "rnd": data["rnd"].sel(country=members).sum("country"),
        "stockpile": data["stockpile"],
        **{name: data[name] for name in FRACTIONS},
    }
    for name, array in totals.items():
        suffix = "" if name == "stockpile" else " a quarter"
        unit = money(array, suffix) if name in MONEY else fraction
        if name.endswith("_unserved") and not float(abs(array).max()) > SEEN:
            continue  # nobody cuts these markets off: nothing to show
        groups.append(desk.group(name, [desk.total(array, name, unit)]))
    return tuple(groups)


@dataclass(frozen=True)
class _Desk:
    """What all figures share."""

    result: Result
    names: Names
    words: Words
    anchors: set[str]
    markers: tuple[float, ...]

    def group(self, key: str, figures: list[Figure], *, sight: int = IN_SIGHT) -> FigureGroup:
        """Rank figures by the size of their change and fold the smaller ones away."""
        entry = self.words.tables["outcomes"][key]
        ranked = tuple(sorted(figures, key=lambda one: -one.size))
        drawn, others = ranked[:MOST_FAMILIES], ranked[MOST_FAMILIES:]
        return FigureGroup(
            f"group-{key.replace('_', '-')}",
            str(entry["title"]),
            str(entry["note"]),
            drawn[:sight],
            drawn[sight:],
            others,
        )

    def average(self, array: xr.DataArray) -> xr.DataArray:
        """Average over inputs, weighted by the target's spending at the start."""
        return weighted(_bare(array), self._weights(), "input")

    def _weights(self) -> xr.DataArray:
        return _bare(self.result.dataset["input_weight"]).fillna(0.0)

    def total(self, array: xr.DataArray, outcome: str, unit: Unit) -> Figure:
        """One figure of a quantity without items."""
        return figure(
            _bare(array),
            key=area_key(outcome),
            outcome=outcome,
            subject="",
            unit=unit,
            words=self.words,
            markers=self.markers,
            bounds=(None if outcome.startswith("lag") else 0.0, None),
        )

    def by_product(self, array: xr.DataArray) -> list[Figure]:
        """One figure a product."""
        return [
            figure(
                _bare(array.sel(product=key, drop=True)),
                key=area_key("output", str(key)),
                outcome="output",
                subject=self.names.product(str(key)),
                unit=self.words.unit("fraction"),
                words=self.words,
                markers=self.markers,
                bounds=(0.0, 1.0),
                evidence=self._known([(self.names.product(str(key)), f"product:{key}")]),
                paths=FEW_PATHS,
            )
            for key in array["product"].values
        ]

    def by_family(self, array: xr.DataArray, outcome: str, unit: Unit) -> list[Figure]:
        """One figure a family: the average over its inputs, weighted by spending."""
        weights = self._weights()
        keys = [str(key) for key in array["input"].values]
        families = dict.fromkeys(self.names.inputs[key].family for key in keys)
        figures = []
        for family in families:
            own = [key for key in keys if self.names.inputs[key].family == family]
            label = self.words.label("families", family)
            facts = [(label, f"family:{family}")]
            facts += [(self.names.input(key), f"input:{key}") for key in own]
            figures.append(
                figure(
                    weighted(_bare(array).sel(input=own), weights.sel(input=own), "input"),
                    key=area_key(outcome, family),
                    outcome=outcome,
                    subject=label,
                    unit=unit,
                    words=self.words,
                    markers=self.markers,
                    bounds=(0.0 if outcome == "local_share" else None, None),
                    evidence=self._known(facts),
                    paths=FEW_PATHS,
                )
            )
        return figures

    def _known(self, facts: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """Links to those subjects that the evidence holds."""
        links = [(label, anchor_of(*subject.split(":", 1))) for label, subject in facts]
        return tuple(link for link in links if link[1] in self.anchors)


def _bare(array: xr.DataArray) -> xr.DataArray:
    """Without the coordinates that only name things."""
    return array.reset_coords(drop=True)
