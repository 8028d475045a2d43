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
from chokegraph.response.distributions import scores, spread
from chokegraph.response.drawn_beliefs import BY_INPUT, draw_beliefs, figures
from chokegraph.response.priors import Prior, Priors, load_priors, uniforms
from chokegraph.response.state import MARKETS, Structure

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Params:
    """Draws of all parameters. Axis 0 of every array is the draw.

    `values` holds the priors by name ([n], or [n, I] for `BY_INPUT`) and the start of the world:
    `share` [n, 5, C, I], `capability` [n, C, I], `asked` and `demand` [n, 5, I],
    `growth` [n, 2] per year, `rnd_intensity` and `experience` [n, C, I] (the latter not-a-number
    where it follows from `experience_years`), `start_yield` and `merit` [n, R].

    `reaching` names the priors that some value rests on. A figure of the world stands before a
    prior, but not before a belief that the user stated.
    """

    seed: int
    draws: int
    values: Mapping[str, Array]
    priors: Mapping[str, Prior]
    reaching: frozenset[str] = frozenset()

    def rows(self, start: int, stop: int) -> dict[str, Array]:
        """Return the values of some draws."""
        return {name: array[start:stop] for name, array in self.values.items()}

    def scalars(self) -> dict[str, Array]:
        """Return, for a sensitivity analysis, the values by draw of priors that reach something.

        They are keyed as in the table.

        Example:
            >>> from chokegraph.response.toy import toy_structure
            >>> params = sample_params(toy_structure(), draws=4, seed=1)
            >>> params.scalars()["leakage.tools"].shape
            (4,)
        """
        return {
            key: prior.quantile(uniforms(self.seed, key, self.draws, 1))[:, 0]
            for key, prior in self.priors.items()
            if prior.dist != "fixed" and key in self.reaching
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
    values, reaching = draw_beliefs(structure, table, draws, seed)
    values["capability"] = figures(structure.capability, "capability", draws, seed)
    values["asked"] = figures(structure.asked, "asked", draws, seed)
    values["demand"] = np.maximum(figures(structure.demand, "demand", draws, seed), 0.0)
    values["start_yield"] = np.clip(
        figures(structure.start_yield, "start_yield", draws, seed), 0, 1
    )
    values["merit"] = np.maximum(figures(structure.merit, "merit", draws, seed), 0.0)
    values["share"] = sample_shares(structure, draws, seed)
    return Params(seed, draws, values, table, reaching)


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
