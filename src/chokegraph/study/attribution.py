# SPDX-License-Identifier: Apache-2.0
"""What each mechanism does to the answer: the same draws, run again without it.

For a mechanism that is at work, baseline and scenario are both run without it on the first draws.
Its effect is the paired difference with all mechanisms less the paired difference without it.
Effects of several mechanisms do not add up: they act on each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from chokegraph.response.policy import MECHANISMS
from chokegraph.response.simulate import Engine, simulate
from chokegraph.result.measures import Measure, measures
from chokegraph.result.quantiles import quantiles
from chokegraph.result.tables import make_table
from chokegraph.study.assemble import assemble
from chokegraph.study.setting import Setting

if TYPE_CHECKING:
    import polars as pl

Progress = Callable[[int, int], None]


def attribution_table(
    setting: Setting,
    full: Sequence[Measure],
    *,
    draws: int,
    engine: Engine,
    progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> pl.DataFrame:
    """Return the effect of each mechanism on each outcome.

    Args:
        setting: What was run.
        full: Outcomes with all mechanisms; those marked as key are explained.
        draws: On how many of the first draws.
        engine: The engine of the run, so that numbers are comparable.
        progress: Called with (draws done, draws in all).
        should_stop: Asked between chunks; when true, there is no attribution.

    Returns:
        A row per mechanism and outcome; none if it was stopped.
    """
    active = [name for name in MECHANISMS if _at_work(name, setting)]
    values = {name: array[:draws] for name, array in setting.params.values.items()}
    few = replace(setting.params, draws=draws, values=values)
    keys = [measure for measure in full if measure.key and measure.change.size >= draws]
    rows: list[dict[str, Any]] = []
    for number, mechanism in enumerate(active):
        if should_stop is not None and should_stop():
            return make_table("attribution", [])

        def step(done: int, total: int, number: int = number) -> None:
            if progress is not None:
                progress(number * total + done, total * len(active))

        pair = setting.policies.by_run(without=mechanism)
        paths = simulate(setting.structure, few, pair, engine=engine, progress=step)
        ensemble = assemble(paths, setting)
        without = {
            (measure.outcome, measure.item): measure
            for measure in measures(ensemble, setting.scenario)
        }
        for measure in keys:
            other = without[measure.outcome, measure.item]
            rows.append(_row(mechanism, measure, other, draws))
    return make_table("attribution", rows)


def _at_work(mechanism: str, setting: Setting) -> bool:
    """Whether a mechanism is switched on and has something to act on in either run."""
    both = (setting.policies.baseline, setting.policies.scenario)
    if not both[1].on(mechanism):
        return False
    if mechanism == "mandate":
        return any(policy.mandates for policy in both)
    if mechanism == "subsidy":
        return any(policy.subsidies or policy.promotions for policy in both)
    if mechanism == "service":
        return any(
            spec.service or spec.staff for policy in both for spec in policy.controls
        ) or any(policy.law is not None for policy in both)
    return True


def _row(mechanism: str, measure: Measure, other: Measure, draws: int) -> dict[str, Any]:
    present, absent = measure.change[:draws], other.change
    with np.errstate(invalid="ignore"):  # never less never is not a number
        effect = present - absent
    low, middle, high = _quantiles(effect)
    return {
        "mechanism": mechanism,
        "label": MECHANISMS[mechanism],
        "outcome": measure.outcome,
        "outcome_label": measure.words,
        "item": measure.item,
        "period": measure.period,
        "unit": measure.unit,
        "with_median": _quantiles(present)[1],
        "without_median": _quantiles(absent)[1],
        "effect_median": middle,
        "effect_low": low,
        "effect_high": high,
        "draws": int(np.sum(~np.isnan(effect))),
    }


def _quantiles(values: Any) -> list[float | None]:  # noqa: ANN401 - any array
    if np.isnan(values).all():
        return [None, None, None]
    return [float(value) for value in quantiles(values)]
