# SPDX-License-Identifier: Apache-2.0
"""Draws of everything uncertain: the start of the world, and how everyone behaves.

A draw is one row of every array. It is the same row whatever the number of draws, the size of a
batch, the engine, and whatever other parameters exist, because every name has its own stream of
uniform numbers (`priors.uniforms`) and every value uses exactly one of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from chokegraph.errors import Finding, FindingsError
from chokegraph.response.distributions import scores, split_normal, spread
from chokegraph.response.priors import Prior, Priors, load_priors, uniforms
from chokegraph.response.state import MARKETS, Band, Structure

Array = np.ndarray[Any, np.dtype[Any]]

BY_INPUT = (
    "attrition",
    "expansion",
    "frontier_pace",
    "grade_utility",
    "imitation_rate",
    "leakage",
    "learning_rate",
    "price_substitution",
    "qualification_rate",
    "service_wear",
    "stock_decay",
)
"""Parameters with a value for every input; the others have one value for all."""

_QUARTERS = 4.0


@dataclass(frozen=True)
class Params:
    """Draws of all parameters. Axis 0 of every array is the draw.

    `values` holds the priors by name ([n], or [n, I] for `BY_INPUT`) and the start of the world:
    `share` [n, 5, C, I], `capability` [n, C, I], `asked` and `demand` [n, 5, I],
    `growth` [n, 2] per year, `rnd_intensity` and `experience` [n, C, I] (the latter not-a-number
    where it follows from `experience_years`), `start_yield` and `merit` [n, R].
    """

    seed: int
    draws: int
    values: Mapping[str, Array]
    priors: Mapping[str, Prior]

    def rows(self, start: int, stop: int) -> dict[str, Array]:
        """Return the values of some draws."""
        return {name: array[start:stop] for name, array in self.values.items()}

    def scalars(self) -> dict[str, Array]:
        """Return, for a sensitivity analysis, every prior's value by draw, keyed as in the table.

        Example:
            >>> from chokegraph.response.toy import toy_structure
            >>> params = sample_params(toy_structure(), draws=4, seed=1)
            >>> params.scalars()["leakage.tools"].shape
            (4,)
        """
        return {
            key: prior.quantile(uniforms(self.seed, key, self.draws, 1))[:, 0]
            for key, prior in self.priors.items()
            if prior.dist != "fixed"
        }


def sample_params(
    structure: Structure, priors: Priors | None = None, draws: int = 1000, seed: int = 0
) -> Params:
    """Draw all parameters and the uncertain start of the world.

    Args:
        structure: The world as arrays, with intervals.
        priors: Distributions of the parameters (see `load_priors`, `override`); the embedded
            table if None.
        draws: How many draws.
        seed: Any non-negative integer; the same seed gives the same draws.

    Returns:
        The draws.

    Raises:
        FindingsError: The structure is unsound, a parameter has no prior, or a family row belongs
            to a parameter that is the same for all inputs.

    Example:
        >>> from chokegraph.response.toy import toy_structure
        >>> params = sample_params(toy_structure(), draws=3, seed=1)
        >>> bool(np.allclose(params.values["share"].sum(axis=2), 1.0))
        True
    """
    structure.check()
    table = dict(load_priors() if priors is None else priors)
    _check_priors(table)
    if draws < 1:
        finding = Finding(f"{draws} draws", "ask for at least one")
        raise FindingsError([finding], title="parameters")
    values: dict[str, Array] = {}
    for name in sorted({prior.name for prior in table.values()}):
        if name in BY_INPUT:
            values[name] = _by_input(structure, table, name, draws, seed)
        elif name != "rnd_intensity":
            values[name] = table[name].quantile(uniforms(seed, name, draws, 1))[:, 0]
    measured = {
        "frontier_pace": structure.pace,
        "qualification_rate": _inverse(structure.qualification),
        "attrition": _inverse(structure.service_life, _QUARTERS),
        "stock_decay": structure.stock_decay,
    }
    for name, band in measured.items():
        known = ~np.isnan(band.mid)
        drawn = np.maximum(_band(band, f"{name}.band", draws, seed), 0.0)
        values[name] = np.where(known, drawn, values[name])
    values["qualification_rate"] = np.minimum(values["qualification_rate"], 1.0)
    values["growth"] = np.where(
        np.isnan(structure.growth.mid),
        values["demand_growth"][:, None],
        _band(structure.growth, "growth", draws, seed),
    )
    general = table["rnd_intensity"].quantile(uniforms(seed, "rnd_intensity", draws, 1))
    measured_rnd = _band(structure.rnd_intensity, "rnd_intensity.band", draws, seed)
    values["rnd_intensity"] = np.where(
        np.isnan(structure.rnd_intensity.mid), general[:, :, None], np.maximum(measured_rnd, 0.0)
    )
    values["experience"] = np.maximum(_band(structure.experience, "experience", draws, seed), 0.0)
    values["capability"] = _band(structure.capability, "capability", draws, seed)
    values["asked"] = _band(structure.asked, "asked", draws, seed)
    values["demand"] = np.maximum(_band(structure.demand, "demand", draws, seed), 0.0)
    values["start_yield"] = np.clip(_band(structure.start_yield, "start_yield", draws, seed), 0, 1)
    values["merit"] = np.maximum(_band(structure.merit, "merit", draws, seed), 0.0)
    values["share"] = sample_shares(structure, draws, seed)
    return Params(seed, draws, values, table)


def _check_priors(table: Priors) -> None:
    found = [
        Finding(f"prior '{prior.key}' is for a family, but '{prior.name}' is one for all inputs")
        for prior in table.values()
        if prior.family and prior.name not in BY_INPUT
    ]
    names = {prior.name for prior in table.values()}
    found += [
        Finding(f"no prior for '{name}'", "add a row to priors.csv")
        for name in sorted(set(load_priors_names()) - names)
    ]
    if found:
        raise FindingsError(found, title="priors")


def load_priors_names() -> tuple[str, ...]:
    """Return the names of all parameters that the model needs.

    Example:
        >>> "drift" in load_priors_names()
        True
    """
    return tuple(sorted({prior.name for prior in load_priors().values()}))


def _inverse(band: Band, per: float = 1.0) -> Band:
    """Turn durations into rates per quarter (`per` quarters in a unit)."""
    with np.errstate(divide="ignore"):
        return Band(1 / (per * band.mid), 1 / (per * band.high), 1 / (per * band.low))


def _band(band: Band, name: str, draws: int, seed: int) -> Array:
    """Draw an array of figures; not a number where nothing is known."""
    if np.isnan(band.mid).all() and np.isnan(band.low).all():
        return np.broadcast_to(band.mid, (draws, *band.shape))
    u = uniforms(seed, name, draws, int(np.prod(band.shape))).reshape(draws, *band.shape)
    return split_normal(band.mid, band.low, band.high, u)


def prior_keys(structure: Structure, table: Priors, name: str) -> list[str]:
    """Return which prior of a parameter each input takes, by key, [I].

    Raises:
        FindingsError: An input has none; all of them are listed.

    Example:
        >>> from chokegraph.response.toy import toy_structure
        >>> prior_keys(toy_structure(), load_priors(), "stock_decay")[2:4]
        ['stock_decay.capital', 'stock_decay.resists']
    """
    found: list[Finding] = []
    keys = []
    for i, family in enumerate(structure.families):
        use = "capital" if structure.capital[i] else "consumable"
        candidates = [f"{name}.{part}" for part in (family, use, structure.leak_class[i])]
        key = next((k for k in (*candidates, name) if k in table), None)
        if key is None:
            found.append(Finding(f"no prior '{name}' for input '{structure.inputs[i]}'"))
            continue
        keys.append(key)
    if found:
        raise FindingsError(found, title="priors")
    return keys


def _by_input(structure: Structure, table: Priors, name: str, draws: int, seed: int) -> Array:
    keys = prior_keys(structure, table, name)
    drawn = {
        key: table[key].quantile(uniforms(seed, key, draws, 1))[:, 0] for key in dict.fromkeys(keys)
    }
    return np.stack([drawn[key] for key in keys], axis=1)


def sample_shares(structure: Structure, draws: int, seed: int) -> Array:
    """Draw start shares that sum to 1 in every market, [draws, 5, C, I].

    Suppliers with a figure are drawn within their intervals. What the figures leave open goes, by
    chance (a flat Dirichlet), to named suppliers without a figure (up to their upper bound), to
    countries that may supply it, and to the unidentified provider.

    Example:
        >>> from chokegraph.response.toy import toy_structure
        >>> sample_shares(toy_structure(), 2, 0).shape
        (2, 5, 6, 6)
    """
    band = structure.share
    _, c, i = band.shape
    u = uniforms(seed, "share", draws, c * i).reshape(draws, c, i)
    lots = -np.log1p(-uniforms(seed, "share.remainder", draws, c * i).reshape(draws, c, i))
    z = scores(u)
    result = np.empty((draws, len(MARKETS), c, i))
    for m in range(len(MARKETS)):
        mid, low, high = band.mid[m].copy(), band.low[m], band.high[m]
        mid[-1] = np.nan
        known = ~np.isnan(mid)
        drawn = np.clip(spread(np.where(known, mid, 0.0), low, high, u, z), 0.0, 1.0)
        drawn = np.where(known, drawn, 0.0)
        total = drawn.sum(axis=1, keepdims=True)
        open_part = np.clip(1 - np.where(known, mid, 0.0).sum(axis=0), 0.0, 1.0)
        open_part = np.where(total > 0, open_part, 1.0)
        # What is open gives way to the figures as drawn, within twice its own size.
        left = np.clip(1 - total, 0.0, np.minimum(2 * open_part, 1.0))
        drawn = drawn * np.where(total > 0, (1 - left) / np.where(total > 0, total, 1.0), 0.0)
        named = ~known & ~np.isnan(high)
        takes = (named | structure.plausible) & ~known
        takes[-1] = True
        weight = np.where(takes, lots, 0.0)
        extra = left * weight / weight.sum(axis=1, keepdims=True)
        bound = np.where(named, np.nan_to_num(high, nan=1.0), 1.0)
        extra = np.minimum(extra, bound)
        extra[:, -1] += (left[:, 0] - extra.sum(axis=1)).clip(min=0.0)
        result[:, m] = drawn + extra
    result /= result.sum(axis=2, keepdims=True)
    return result
