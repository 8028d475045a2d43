# SPDX-License-Identifier: Apache-2.0
"""`run`: a scenario and a world make a result."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable

from chokegraph.response.simulate import Engine, simulate
from chokegraph.result.core import Result
from chokegraph.result.event import event_table
from chokegraph.result.headline import headline_table
from chokegraph.result.measures import measures
from chokegraph.result.settings import count
from chokegraph.result.storage import scenario_yaml
from chokegraph.result.tables import make_table
from chokegraph.scenario import Scenario
from chokegraph.study.assemble import assemble, with_sampled
from chokegraph.study.attribution import attribution_table
from chokegraph.study.chip_routes_table import routes_table
from chokegraph.study.day_one import day_one
from chokegraph.study.day_one_table import day_one_arrays, day_one_table
from chokegraph.study.evidence import access_table, evidence_table
from chokegraph.study.law_tables import law_table, rules_table
from chokegraph.study.manifest import make_manifest
from chokegraph.study.sensitivity import sensitivity_table, uncertain_quantities
from chokegraph.study.setting import build_setting
from chokegraph.world.model import World

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


def run(
    scenario: Scenario,
    world: World | None = None,
    *,
    draws: int | None = None,
    seed: int | None = None,
    engine: Engine = "auto",
    attribution: bool = True,
    scenario_text: str | None = None,
    progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Result:
    """Run a scenario against its baseline on the same draws.

    Args:
        scenario: The question.
        world: The facts; those that the scenario names if None.
        draws: How many draws; those of the scenario if None.
        seed: Seed of the random numbers; that of the scenario if None.
        engine: "jax", "numpy", or "auto" (JAX if it is installed).
        attribution: Whether to run again without each mechanism, on a few draws.
        scenario_text: The scenario as written, for the record; made from it if None.
        progress: Called with a stage and its progress.
        should_stop: Asked from time to time; when true, the run ends with the draws that are
            finished.

    Returns:
        The result. The same scenario, world, draws, seed and engine give the same numbers.

    Raises:
        FindingsError: If the scenario does not fit the world or the model, or it was stopped
            before any draw was finished.
    """
    from chokegraph.world import load_world

    started, clock = dt.datetime.now(dt.UTC), time.perf_counter()
    tell = progress or (lambda _stage, _done, _total: None)
    stop = should_stop or (lambda: False)
    facts = load_world(scenario.world) if world is None else world
    asked = scenario.draws if draws is None else draws
    setting = build_setting(
        scenario, facts, draws=asked, seed=scenario.seed if seed is None else seed
    )
    paths = simulate(
        setting.structure,
        setting.params,
        setting.policies.by_run(),
        engine=engine,
        progress=lambda done, total: tell("simulating", done, total),
        should_stop=stop,
    )
    used, kind = paths["baseline"].engine, paths["baseline"].dtype
    ensemble = assemble(paths, setting)
    done = ensemble.sizes["draw"]
    tell("day one", 0, 1)
    at_once = day_one(setting, ensemble)
    ensemble = day_one_arrays(ensemble, at_once)
    tell("day one", 1, 1)
    found = measures(ensemble, scenario)
    keys = [measure for measure in found if measure.key]
    tell("explaining", 0, 1)
    quantities = uncertain_quantities(setting, done)
    ensemble = with_sampled(ensemble, quantities)
    sensitivity = sensitivity_table(keys, quantities, seed=setting.params.seed)
    tell("explaining", 1, 1)
    few = min(done, count("attribution_draws")) if attribution and done == asked else 0
    mechanisms = make_table("attribution", [])
    if few:
        mechanisms = attribution_table(
            setting,
            found,
            draws=few,
            engine=engine,
            progress=lambda step, total: tell("without one mechanism", step, total),
            should_stop=stop,
        )
    decisions = law_table(setting)
    result = Result(
        scenario=scenario,
        dataset=ensemble,
        headline=headline_table(found),
        event=event_table(ensemble, scenario),
        sensitivity=sensitivity,
        attribution=mechanisms,
        access=access_table(setting),
        day_one=day_one_table(setting, at_once),
        routes=routes_table(setting, ensemble),
        law=decisions,
        rules=rules_table(setting, decisions),
        evidence=evidence_table(setting),
        manifest={},
    )
    manifest = make_manifest(
        setting,
        scenario_text=scenario_yaml(result) if scenario_text is None else scenario_text,
        asked=asked,
        done=done,
        engine=used,
        dtype=kind,
        started=started,
        seconds=time.perf_counter() - clock,
        attribution_draws=few if mechanisms.height else 0,
    )
    return _with_manifest(result, manifest)


def _with_manifest(result: Result, manifest: dict[str, object]) -> Result:
    from dataclasses import replace

    return replace(result, manifest=manifest)
