# SPDX-License-Identifier: Apache-2.0
"""How far each uncertain quantity drives an outcome, alone.

First-order indices are computed from the draws as they are (no further runs) by RBD-FAST with the
bias correction of Tissot and Prieur, as SALib has it. An index is called clear only if it stands
out of what the luckiest of as many meaningless quantities reaches, and out of its own error.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from chokegraph.response.law import granted_draws
from chokegraph.response.policy import approval_draws
from chokegraph.result.measures import Measure
from chokegraph.result.settings import count, settings
from chokegraph.result.tables import make_table
from chokegraph.scenario import load_licence_policies
from chokegraph.study.beliefs import SCENARIO_SOURCE
from chokegraph.study.idle import idle_priors
from chokegraph.study.setting import Setting

if TYPE_CHECKING:
    import polars as pl

Array = np.ndarray[Any, np.dtype[Any]]

_PLAIN = "1"
"""The unit of a prior that is a plain number."""


@dataclass(frozen=True)
class Quantity:
    """One uncertain quantity with its draws.

    Args:
        name: Its name: a prior, `approval:CONTROL`, or `facts:...`.
        label: What it is.
        unit: Its unit; empty for a plain number.
        values: Its value by draw, [n].
        source_id: Where its distribution comes from.
    """

    name: str
    label: str
    unit: str
    values: Array
    source_id: str


def uncertain_quantities(setting: Setting, draws: int) -> tuple[Quantity, ...]:
    """Return every uncertain number that is one number per draw.

    Args:
        setting: What was run.
        draws: How many draws were finished.

    Returns:
        Priors that a run uses, licence approvals, and for the inputs covered the start of the
        world: the target's share and grade and the size of the market, each a mean over inputs.
    """
    return (*_priors(setting, draws), *_approvals(setting, draws), *_facts(setting, draws))


def _priors(setting: Setting, draws: int) -> Iterator[Quantity]:
    families = set(setting.structure.families)
    special = {"", "capital", "consumable", "chips", "parts", "tools"}
    idle = idle_priors(setting)
    for key, values in setting.params.scalars().items():
        prior = setting.priors[key]
        if prior.name in idle:
            continue
        if prior.family in special or prior.family in families:
            label = prior.meaning.split(".")[0]
            if prior.family and prior.family not in label:
                label += f" ({prior.family})"
            unit = "" if prior.unit == _PLAIN else prior.unit
            yield Quantity(key, label, unit, np.asarray(values)[:draws], prior.source_id)


def _approvals(setting: Setting, draws: int) -> Iterator[Quantity]:
    seen: set[str] = set()
    for policy in (setting.policies.scenario, setting.policies.baseline):
        values = approval_draws(policy, setting.params.seed, setting.params.draws)
        for place, spec in enumerate(policy.controls):
            licence = spec.licence_name
            if licence not in seen:
                seen.add(licence)
                label = f"Licences granted under the control {licence}"
                name = f"approval:{licence}"
                drawn = values[:draws, place]
                yield Quantity(name, label, "fraction", drawn, SCENARIO_SOURCE)
        if policy.law is None:
            continue
        granted = granted_draws(policy.law, setting.params.seed, setting.params.draws)
        for outcome, drawn in granted.items():
            name = f"approval:law/{outcome}"
            if name not in seen:
                seen.add(name)
                label = f"Part of the trade that goes on where the law says {outcome}"
                source = load_licence_policies()[outcome].source_id
                yield Quantity(name, label, "fraction", drawn[:draws], source)


def _facts(setting: Setting, draws: int) -> Iterator[Quantity]:
    places = [k for k, key in enumerate(setting.structure.inputs) if key in setting.covered]
    if not places:
        return
    values = setting.params.values
    demand = np.asarray(values["demand"])[:draws, :3][:, :, places]
    share = np.asarray(values["share"])[:draws, :3, 0][:, :, places]
    grade = np.asarray(values["capability"])[:draws, 0][:, places]
    whole = demand.sum(axis=(1, 2))
    home = np.divide(
        (share * demand).sum(axis=(1, 2)), whole, out=np.zeros_like(whole), where=whole > 0
    )
    where = "of the inputs covered, at the start (facts)"
    for name, what, unit, drawn in (
        ("home-share", "Share bought at home", "fraction", home),
        ("grade", "Mean grade of the target", "generations", grade.mean(axis=1)),
        ("market", "Purchases of the target", "USD million per quarter", whole),
    ):
        yield Quantity(f"facts:{name}", f"{what} {where}", unit, drawn, "world")


def sensitivity_table(
    chosen: Sequence[Measure], quantities: Sequence[Quantity], *, seed: int
) -> pl.DataFrame:
    """Return first-order indices of the paired differences.

    Args:
        chosen: The outcomes to explain.
        quantities: What may explain them; those that are the same in all draws explain nothing.
        seed: Seed for the bootstrap.

    Returns:
        A row per outcome and quantity, by rank; none for an outcome that does not vary or has too
        few finite draws.

    Example:
        >>> rng = np.random.default_rng(1)
        >>> a, b = rng.random(400), rng.random(400)
        >>> made = Measure("x", "X", "", "", "", "1", np.stack([a * 0, 3 * a + 0.1 * b]))
        >>> pair = [Quantity("a", "A", "", a, ""), Quantity("b", "B", "", b, "")]
        >>> table = sensitivity_table([made], pair, seed=1)
        >>> table["parameter"][0], bool(table["first_order"][0] > 0.9), table["clear"].to_list()
        ('a', True, [True, False])
    """
    rows: list[dict[str, Any]] = []
    varying = [one for one in quantities if np.ptp(one.values) > 0]
    for measure in chosen:
        rows += _explained(measure, varying, seed)
    return make_table("sensitivity", rows)


def _explained(measure: Measure, quantities: Sequence[Quantity], seed: int) -> list[dict[str, Any]]:
    change = measure.change
    finite = np.isfinite(change)
    result = change[finite]
    if result.size < count("sensitivity_draws") or not _varies(result) or not quantities:
        return []
    draws = np.stack([one.values[finite] for one in quantities], axis=1)
    rng = np.random.default_rng(seed)
    index, _ = first_order(draws, result, rng)
    error = np.full(index.shape, np.nan)
    noise = chance_level(result.size, len(quantities))
    order = np.argsort(-index, kind="stable")
    best = order[: max(count("sensitivity_leaders"), int((index > noise).sum()))]
    error[best] = first_order(
        draws[:, best], result, rng, resamples=count("sensitivity_resamples")
    )[1]
    clear = (index > noise) & (index > settings()["sensitivity_errors"] * error)
    ranks = _rank(result)
    rows: list[dict[str, Any]] = []
    for rank, place in enumerate(order, start=1):
        one = quantities[place]
        rows.append(
            {
                "outcome": measure.outcome,
                "label": measure.words,
                "item": measure.item,
                "period": measure.period,
                "of": "difference",
                "parameter": one.name,
                "parameter_label": one.label,
                "first_order": float(index[place]),
                "first_order_se": None if np.isnan(error[place]) else float(error[place]),
                "noise": noise,
                "rank_correlation": float(np.corrcoef(_rank(draws[:, place]), ranks)[0, 1]),
                "rank": rank,
                "clear": bool(clear[place]),
                "source_id": one.source_id,
            }
        )
    return rows


def chance_level(draws: int, quantities: int) -> float:
    """Return the index that the luckiest of so many meaningless quantities seldom exceeds.

    A meaningless quantity puts the draws in random order. The power of the outcome then falls on
    all frequencies alike, so the part of the lowest ones follows a beta distribution. With some
    seventy quantities a level for each of them alone would name three by chance.

    Args:
        draws: Over how many draws.
        quantities: How many are tested on the same outcome.

    Example:
        >>> round(chance_level(500, 1), 3), round(chance_level(500, 70), 3)
        (0.018, 0.044)
    """
    from SALib.analyze.rbd_fast import unskew_S1
    from scipy.stats import beta

    harmonics = count("sensitivity_harmonics")
    chance = settings()["sensitivity_chance"] / quantities
    alone = beta.ppf(1 - chance, harmonics, (draws - 1) / 2 - harmonics)
    return float(unskew_S1(alone, harmonics, draws))


def first_order(
    draws: Array, result: Array, rng: np.random.Generator, *, resamples: int = 0
) -> tuple[Array, Array]:
    """Return first-order indices and their standard errors, by RBD-FAST.

    As `SALib.analyze.rbd_fast.analyze` has it, with its own steps, but spectra are taken of all
    quantities together and nothing is resampled where no error is asked for.

    Args:
        draws: Quantities by draw, [n, k].
        result: The outcome by draw, [n].
        rng: For the bootstrap.
        resamples: Bootstrap samples, of half the draws each; 0 for no standard errors.

    Returns:
        Indices and standard errors, [k] each. An index may be a little below 0: that is the bias
        correction at work on a quantity without influence.
    """
    scaled = (result - result.mean()) / result.std()
    index = _indices([(column, scaled) for column in draws.T])
    error = np.full(index.shape, np.nan)
    if resamples:
        [own] = rng.spawn(1)
        for place, column in enumerate(draws.T):
            picks = [own.choice(result.size, size=result.size // 2) for _ in range(resamples)]
            error[place] = _indices([(column[pick], scaled[pick]) for pick in picks]).std(ddof=1)
    return index, error


def _indices(pairs: Sequence[tuple[Array, Array]]) -> Array:
    """Return the index of each pair of a quantity and an outcome, all over equally many draws."""
    from SALib.analyze.rbd_fast import permute_outputs, unskew_S1
    from scipy.signal import periodogram

    harmonics = count("sensitivity_harmonics")
    ordered = np.stack([permute_outputs(one, outcome) for one, outcome in pairs])
    _, power = periodogram(ordered)
    with np.errstate(invalid="ignore"):  # a resample in which the outcome does not vary
        alone = power[:, 1 : harmonics + 1].sum(axis=1) / power[:, 1:].sum(axis=1)
    return np.asarray(unskew_S1(alone, harmonics, ordered.shape[1]), dtype=float)


def _varies(values: Array) -> bool:
    return bool(np.ptp(values) > 1e-9 * max(1.0, float(np.abs(values).max())))


def _rank(values: Array) -> Array:
    """Return ranks from 0; equal values share their mean rank."""
    _, place, size = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(size)
    return np.asarray((last - (size + 1) / 2)[place])
