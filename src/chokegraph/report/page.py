# SPDX-License-Identifier: Apache-2.0
"""Put the sections together into one HTML page that needs nothing but itself."""

from __future__ import annotations

import base64
import hashlib
import math
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

import jinja2
import numpy as np
import xarray as xr
from markupsafe import Markup

from chokegraph.report.answer import (
    answer,
    event_words,
    headline_rows,
    main_row,
    others_worth_showing,
    title_of,
)
from chokegraph.report.bearers import HeatTable, heat_table
from chokegraph.report.chainmap import draw_map
from chokegraph.report.changes import describe
from chokegraph.report.charts import figure_groups
from chokegraph.report.day_one import day_one_part
from chokegraph.report.drivers import attributions, sensitivities
from chokegraph.report.evidence import collect
from chokegraph.report.facts import Facts, facts_at_hand
from chokegraph.report.law import law_part
from chokegraph.report.losses import links_of, stages_of
from chokegraph.report.names import Names, names_of, records
from chokegraph.report.opposite import Opposite, by_row, leads, opposite
from chokegraph.report.quantiles import paired
from chokegraph.report.reproduce import reproduce
from chokegraph.report.route_designs import route_details
from chokegraph.report.routes import route_figures
from chokegraph.report.scale import legend
from chokegraph.report.words import Words, listed, load_words
from chokegraph.result import Result

NOTHING = 1e-9
"""Shares of purchases that differ by less are the same: rounding."""


@cache
def _environment() -> jinja2.Environment:
    """Templates with escaping always on and undefined names as errors."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader("chokegraph.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _asset(name: str) -> str:
    """Text of a file that is inlined into the page."""
    return files("chokegraph.report").joinpath("templates", name).read_text(encoding="utf-8")


def render(result: Result) -> str:
    """Write a result as one HTML page.

    Args:
        result: The result of a run.

    Returns:
        The page. It makes no request, runs without JavaScript, and escapes all that it shows.
    """
    words = load_words()
    facts = facts_at_hand(result)
    names = names_of(result, facts.design_around if facts else frozenset(), words)
    scenario = result.scenario
    target = names.country(scenario.target)
    data = result.dataset
    end = scenario.end[:4]
    headline = records(result.headline)
    evidence = collect(records(result.evidence), names, words)
    event = scenario.event
    main = main_row(headline, (event.outcome, event.item) if event else ("", ""))
    bins = [float(limit) for limit in words.tables["bins"]]
    stages = stages_of(result, names, words, evidence.anchors)
    links = links_of(facts, stages) if facts else []
    covered = _covered(data)
    others, left_out = others_worth_showing(headline, set(names.inputs), covered)
    key_rows = [row for row in headline if row["key"]]
    rows = headline_rows(key_rows, words, end, evidence.anchors)
    drivers = records(result.sensitivity)
    units = {
        str(row["outcome"]): words.unit(
            words.unit_key(str(row["outcome"]), str(row["unit"] or ""))
        ).change.label
        for row in headline
    }
    script = _asset("report.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        _environment()
        .get_template("report.html")
        .render(
            css=Markup(_asset("report.css")),  # noqa: S704 - our own file
            script=Markup(script),  # noqa: S704 - our own file
            script_hash=f"sha256-{digest}",
            scenario=scenario,
            target=target,
            coalition=listed([names.country(key) for key in scenario.coalition]),
            answer=answer(
                headline, main, names.country(scenario.target), scenario.coalition, words
            ),
            changes=describe(scenario, records(result.access), names, words),
            law=law_part(result, names),
            headline_key=rows,
            headline_more=headline_rows(others, words, end, evidence.anchors),
            left_out=left_out,
            events=event_words(records(result.event)),
            groups=figure_groups(result, names, words, evidence.anchors),
            tables=_bearers(data, scenario.target, scenario.coalition, names, words),
            bins_both=legend(bins, words.empty("value"), gains=True),
            routes=route_figures(
                data["route_output"], names, words, _denied(result, facts) if facts else frozenset()
            ),
            designs=route_details(result, names, words),
            sensitivities=sensitivities(drivers, units, names, evidence.anchors),
            attributions=attributions(records(result.attribution), words),
            opposite=_opposite(result, main, drivers, names, words),
            map=draw_map(stages, links, bins) if stages else "",
            stages=stages,
            day_one=day_one_part(result, stages[-1][1] if stages else [], names),
            linked=facts is not None,
            evidence=evidence,
            limits=words.tables["limits"],
            disclaimer=words.tables["disclaimer"],
            grades=words.tables["grades"],
            reproduce=reproduce(result),
            empty=words.empty,
            draws=result.draws,
            scenario_draws=int(result.manifest.get("draws_asked", result.draws)),
            run_notes=[str(note) for note in result.manifest.get("notes", [])],
            version=str(result.manifest.get("version", "")),
        )
    )


def _bearers(
    data: xr.Dataset, target: str, coalition: tuple[str, ...], names: Names, words: Words
) -> list[HeatTable]:
    roles = {target: "target"} | dict.fromkeys(coalition, "coalition")
    made = [
        heat_table(
            data[name], key=f"bear-{name}", title=title, roles=roles, names=names, words=words
        )
        for name, title in (
            ("sales", "Change of sales of each country's providers"),
            ("rnd", "Change of what each country's providers spend on research and development"),
        )
        if name in data
    ]
    return [one for one in made if one is not None]


def _opposite(
    result: Result,
    main: dict[str, Any] | None,
    drivers: list[dict[str, Any]],
    names: Names,
    words: Words,
) -> Opposite | None:
    """Compare draws by the sign of the main outcome; by its row alone where it is not an output."""
    data = result.dataset
    if main is None:
        return None
    if main["outcome"] != "output" or main["item"] not in data["product"].values:
        return by_row(main, drivers, result.draws)
    change = paired(data["output"]).sel(product=main["item"])
    year = str(main["period"])[:4]
    in_year = [str(label) for label in data["quarter"].values if str(label).startswith(year)]
    values = np.asarray(change.sel(quarter=in_year).mean("quarter").values, dtype=np.float64)
    parameters = {}
    if "sampled" in data:
        parameters = {
            str(key): np.asarray(data["sampled"].sel(parameter=key).values, dtype=np.float64)
            for key in data["parameter"].values
        }
    title = (
        f"the outcome \N{LEFT DOUBLE QUOTATION MARK}{title_of(main)}\N{RIGHT DOUBLE QUOTATION MARK}"
    )
    found = opposite(values, parameters, f"{title} in {main['period']}", names, words)
    if parameters and not found.rows:
        # Nothing sets the opposite draws apart, so nothing can be said to lead there.
        return found
    return replace(found, leads=leads(drivers, main, result.draws))


def _denied(result: Result, facts: Facts) -> frozenset[str]:
    """The routes that need an input of which the scenario stops more sales than the baseline.

    A stop has a row for each time in which it stays the same; the most that it stops counts.
    """
    most: dict[str, dict[tuple[str, ...], float]] = {"baseline": {}, "scenario": {}}
    for row in records(result.access):
        if row["kind"].startswith("sales"):
            own = most[row["run"]]
            key = tuple(row[name] for name in ("input", "control", "country", "market", "tiers"))
            # Where it is not known how much is stopped, something is.
            blocked = math.inf if row["blocked"] is None else row["blocked"]
            own[key] = max(own.get(key, 0.0), blocked)
    before = most["baseline"]
    more = {
        key[0]
        for key, blocked in most["scenario"].items()
        if blocked > before.get(key, 0.0) + NOTHING
    }
    return frozenset(route for key, route in facts.route_needs if key in more)


def _covered(data: xr.Dataset) -> set[str]:
    """The inputs that the controls cover, if the result says so."""
    if "input_covered" not in data.coords:
        return set()
    keys = data["input"].values[np.asarray(data["input_covered"].values, dtype=bool)]
    return {str(key) for key in keys}
