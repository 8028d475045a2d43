# SPDX-License-Identifier: Apache-2.0
"""The headline outcomes: single numbers per draw, in baseline and scenario."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from chokegraph.result.day_one import ARRAYS, NOTE, day_one_values
from chokegraph.result.outcomes import (
    ALL_COVERED,
    COVERED,
    QUARTERS,
    Outcome,
    load_outcomes,
    total,
    yearly,
)
from chokegraph.result.settings import count, settings
from chokegraph.result.timing import delay
from chokegraph.scenario import Scenario
from chokegraph.world.quantiles import quantiles

if TYPE_CHECKING:
    import xarray as xr

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Measure:
    """One headline outcome.

    Args:
        outcome: Its id.
        label: What it is called.
        item: Input, product, route, country, `covered`, or empty for a total.
        item_name: Its name.
        period: The year or years that it is about; empty for the whole horizon.
        unit: Its unit.
        values: Baseline and scenario by draw, [2, n]; or only the comparison, [1, n].
        key: Whether it belongs to the first table.
        note: What to know about it.
    """

    outcome: str
    label: str
    item: str
    item_name: str
    period: str
    unit: str
    values: Array
    key: bool = False
    note: str = ""

    @property
    def change(self) -> Array:
        """Scenario less baseline by draw, or the comparison itself."""
        if len(self.values) == 1:
            return np.asarray(self.values[0])
        with np.errstate(invalid="ignore"):  # never less never is not a number
            return np.asarray(self.values[1] - self.values[0])

    @property
    def words(self) -> str:
        """The measure in words, with item and period."""
        text = f"{self.label}: {self.item_name}" if self.item_name else self.label
        return f"{text}, {self.period}" if self.period else text


def measures(ensemble: xr.Dataset, scenario: Scenario) -> tuple[Measure, ...]:
    """Return all headline outcomes of a run.

    Args:
        ensemble: The arrays of the run; its coordinate `input_covered` marks the inputs that the
            scenario is about.
        scenario: The question.

    Returns:
        Output by product and route; local share, lag, unserved demand and year of
        self-sufficiency by input; sales and research by country; lead, stock, visible share,
        unserved demand elsewhere; delay, and cost of the control per quarter of delay; what is
        lost on day one.
    """
    maker = _Maker(ensemble, scenario)
    found = [*maker.products(), *maker.inputs(), *maker.countries(), *maker.totals()]
    found += maker.delays(found)
    found += maker.day_one()
    return _with_keys(found, scenario)


class _Maker:
    """Computes measures from one ensemble."""

    def __init__(self, ensemble: xr.Dataset, scenario: Scenario) -> None:
        self.ensemble = ensemble
        self.scenario = scenario
        self.about = load_outcomes()
        self.names: dict[str, dict[str, str]] = {}
        years = [int(year) for year in ensemble["year"].values]
        self.last = years[-1]
        self.span = f"{years[0]}-{years[-1]}"
        marked = ensemble["input_covered"].values.astype(bool)
        here = ensemble["input"].values
        # Where the scenario touches nothing, there is no total over what it touches.
        self.covered = [str(name) for name in here[marked]]

    def name(self, dimension: str, item: str) -> str:
        """Return the name of an item; all names of a dimension are looked up once."""
        if dimension not in self.names:
            items = [str(one) for one in self.ensemble[dimension].values]
            key = f"{dimension}_name"
            labels = self.ensemble[key].values if key in self.ensemble.coords else items
            self.names[dimension] = dict(zip(items, map(str, labels), strict=True))
        return self.names[dimension][item]

    def named(self, outcome: str, item: str, period: str, values: Any, **more: Any) -> Measure:  # noqa: ANN401
        about = self.about[outcome]
        name = self.name(about.dimension, item) if item else ""
        return Measure(
            outcome=outcome,
            label=about.label,
            item=item,
            item_name=name,
            period=period,
            unit=about.unit,
            values=np.asarray(values, dtype=float),
            **more,
        )

    def each(self, outcome: str, *, of_span: bool = False) -> Iterator[Measure]:
        """Every item of an outcome, in the last year or summed over the horizon."""
        about = self.about[outcome]
        path = yearly(self.ensemble, outcome)
        path = path.sum("year") if of_span else path.sel(year=self.last)
        period = self.span if of_span else str(self.last)
        values = path.transpose(about.dimension, "run", "draw").values
        for item, chosen in zip(path[about.dimension].values, values, strict=True):
            yield self.named(outcome, str(item), period, chosen)

    def products(self) -> Iterator[Measure]:
        yield from self.each("output")
        yield from self.each("route_output")
        if "route_around" in self.ensemble.coords:
            yield from self.each("design_around")
        if "route_value" in self.ensemble:
            yield from self.each("best_value")

    def inputs(self) -> Iterator[Measure]:
        for outcome in ("local_share", "lag", "lag_years", "vacancy"):
            if outcome != "lag" and outcome not in self.ensemble:
                continue
            yield from self.each(outcome)
            if self.covered:
                values = self._weighted(outcome).sel(year=self.last)
                yield self._of_covered(self.about[outcome], values.transpose("run", "draw").values)
        yield from self.self_sufficiency()

    def _weighted(self, outcome: str) -> xr.DataArray:
        return total(self.ensemble.sel(input=self.covered), outcome, self.scenario.coalition)

    def _of_covered(self, about: Outcome, values: Array) -> Measure:
        return Measure(
            outcome=about.outcome,
            label=about.label,
            item=COVERED,
            item_name=ALL_COVERED,
            period=str(self.last),
            unit=about.unit,
            values=values,
            note="weighted by what the target spends on them at the start",
        )

    def self_sufficiency(self) -> Iterator[Measure]:
        """First year in which the target buys enough at home."""
        least = settings()["self_sufficient_share"]
        first = int(self.ensemble["year"].values[0])
        label = f"Year when {least:.0%} is bought at home"
        note = f"infinite: not by {self.last}"

        def reached(values: Array) -> Array:
            enough = values >= least
            never = np.where(np.isnan(values).any(axis=-1), np.nan, np.inf)  # unknown is not never
            when = np.where(enough.any(axis=-1), first + enough.argmax(axis=-1), never)
            return np.asarray(when, dtype=float)

        path = yearly(self.ensemble, "local_share").transpose("input", "run", "draw", "year")
        for item, values in zip(path["input"].values, path.values, strict=True):
            name = self.name("input", str(item))
            when = reached(values)
            yield Measure("self_sufficiency", label, str(item), name, "", "year", when, note=note)
        if not self.covered:
            return
        whole = self._weighted("local_share").transpose("run", "draw", "year").values
        when = reached(whole)
        yield Measure("self_sufficiency", label, COVERED, ALL_COVERED, "", "year", when, note=note)

    def countries(self) -> Iterator[Measure]:
        members = self.scenario.coalition
        for outcome in ("sales", "sales_to_target", "rnd"):
            yield from self.each(outcome, of_span=True)
            path = yearly(self.ensemble, outcome).sum("year").transpose("run", "draw", "country")
            groups = {
                "coalition": ("coalition", members),
                "others": ("third countries", self._others()),
            }
            for key, (name, countries) in groups.items():
                here = [c for c in countries if c in path["country"].values]
                made = self.named(outcome, "", self.span, path.sel(country=here).sum("country"))
                yield replace(made, item=key, item_name=name)

    def _others(self) -> list[str]:
        known = {self.scenario.target, *self.scenario.coalition}
        return [str(c) for c in self.ensemble["country"].values if str(c) not in known]

    def totals(self) -> Iterator[Measure]:
        for outcome in ("lead", "visible_share", "coalition_unserved", "others_unserved"):
            path = yearly(self.ensemble, outcome).transpose("run", "draw", "year")
            yield self.named(outcome, "", str(self.last), path.sel(year=self.last).values)
        path = yearly(self.ensemble, "coalition_unserved_covered")
        worst = path.transpose("run", "draw", "year").max("year").values
        made = self.named("coalition_unserved_covered", "", self.span, worst)
        yield replace(made, label=f"{made.label}, worst year")
        peak = self.ensemble["stockpile"].transpose("run", "draw", "quarter").max("quarter")
        made = self.named("stockpile", "", self.span, peak.values)
        yield replace(made, label="Largest stockpile")

    def day_one(self) -> Iterator[Measure]:
        """What is lost at once on the day on which most is cut, where anything is."""
        for outcome, item, name, quarter, change in day_one_values(self.ensemble):
            if change.any():
                unit, label = ARRAYS[outcome][1:]
                yield Measure(outcome, label, item, name, quarter, unit, change[None], note=NOTE)

    # -- delay and what it costs --------------------------------------------------------------

    def delays(self, found: Sequence[Measure]) -> Iterator[Measure]:
        """How much later the target gets there, and what the coalition pays for it."""
        lost = next(m for m in found if m.outcome == "sales" and m.item == "coalition")
        late = (
            "quarters by which the scenario is late: the baseline was where the scenario ends so "
            "many quarters before the end; below 0: the scenario is early by as much; infinite: "
            "the baseline was never so low"
        )
        for product in (str(name) for name in self.ensemble["product"].values):
            level = self.ensemble["output_level"].sel(product=product)
            behind = delay(*level.transpose("run", "draw", "quarter").values)
            name = self.name("product", product)
            yield from self._delay("Delay of output", product, name, behind, lost, late)
        if not self.covered:
            return
        grade = self.ensemble["capability"].sel(input=self.covered)
        behind = delay(*grade.transpose("run", "draw", "input", "year").values) * QUARTERS
        weight = self.ensemble["input_weight"].sel(input=self.covered).values
        horizon = self.scenario.quarters
        mean = np.average(np.clip(behind, -horizon, horizon), axis=-1, weights=weight)
        note = f"mean over inputs by spending; each at most {horizon} quarters"
        yield from self._delay("Delay of capability", COVERED, ALL_COVERED, mean, lost, note)

    def _delay(
        self, label: str, item: str, name: str, behind: Array, lost: Measure, note: str
    ) -> Iterator[Measure]:
        yield Measure("delay", label, item, name, self.span, "quarters", behind[None], note=note)
        enough = np.isfinite(behind) & (behind >= settings()["least_delay"])
        price = np.divide(-lost.change, behind, out=np.full(behind.shape, np.nan), where=enough)
        yield Measure(
            "cost_per_quarter",
            f"Coalition sales lost per quarter of {label[0].lower()}{label[1:]}",
            item,
            name,
            self.span,
            "USD million per quarter of delay",
            price[None],
            note="only draws with a delay of at least "
            f"{settings()['least_delay']:g} quarters and within the horizon",
        )


def _with_keys(found: Sequence[Measure], scenario: Scenario) -> tuple[Measure, ...]:
    """Mark the measures of the first table."""
    size = {id(m): _median_size(m) for m in found}
    asked = scenario.event.item if scenario.event else ""
    outputs = sorted(
        (m for m in found if m.outcome == "output"),
        key=lambda m: (m.item != asked, -size[id(m)]),
    )
    hit = [m for m in outputs if m.item == asked or size[id(m)] >= settings()["least_change"]]
    hit = (hit or outputs)[: count("key_products")]
    main = hit[0].item if hit else ""
    sales = sorted(
        (m for m in found if m.outcome == "sales" and m.item not in ("coalition", "others", "ZZ")),
        key=lambda m: (m.item != scenario.target, -size[id(m)]),
    )[: count("key_countries")]
    keys = {id(m) for m in (*hit, *sales)}
    whole = {
        ("local_share", COVERED),
        ("lag", COVERED),
        ("lag_years", COVERED),
        ("self_sufficiency", COVERED),
        ("sales", "coalition"),
        ("sales", "others"),
        ("rnd", "coalition"),
        ("lead", ""),
        ("stockpile", ""),
        ("visible_share", ""),
        ("delay", main),
        ("cost_per_quarter", main),
        ("delay", COVERED),
        ("cost_per_quarter", COVERED),
    }
    if any(control.on != "target" for control in scenario.all_controls("scenario")):
        whole |= {("coalition_unserved_covered", ""), ("others_unserved", "")}
    return tuple(replace(m, key=id(m) in keys or (m.outcome, m.item) in whole) for m in found)


def _median_size(measure: Measure) -> float:
    change = measure.change[np.isfinite(measure.change)]
    return float(abs(quantiles(change)[1])) if change.size else 0.0
