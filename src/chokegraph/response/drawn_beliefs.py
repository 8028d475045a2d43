# SPDX-License-Identifier: Apache-2.0
"""Draws of what is believed of parameters, and which beliefs matter at all.

A prior stands where the world is silent. A belief that the user stated stands also where the world
has a figure: who states one wants to see what follows from it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from chokegraph.errors import Finding, FindingsError
from chokegraph.response.distributions import split_normal
from chokegraph.response.priors import Priors, uniforms
from chokegraph.response.state import LEAK_CLASSES, Band, Structure

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

ONLY_CAPITAL = frozenset({"attrition", "service_wear"})
"""Parameters that matter only for what wears out over years."""

_USES = ("consumable", "capital")

KINDS = (*_USES, *LEAK_CLASSES)
"""What a prior may be for, beside a family of inputs: a use or a leak class."""

ROUTE_BELIEFS = ("memory_bound_share", "system_cost", "power_cost")
"""Parameters of what chips are worth: they reach routes that come from chips, nothing else."""

_QUARTERS = 4.0

_WHOLE = {
    "demand_growth": ("growth", -np.inf),
    "experience_years": ("experience", 0.0),
    "rnd_intensity": ("rnd_intensity", 0.0),
}
"""Priors with one value that stand in for an array of figures, and the least that it may be."""

_STREAMS = {"rnd_intensity": "rnd_intensity.band"}
"""Names of the random numbers of figures, where they are not those of the figures themselves."""


def _measured(structure: Structure) -> dict[str, Band]:
    """Return what the world says of parameters that have a value for every input."""
    return {
        "frontier_pace": structure.pace,
        "qualification_rate": _inverse(structure.qualification),
        "attrition": _inverse(structure.service_life, _QUARTERS),
        "stock_decay": structure.stock_decay,
    }


def draw_beliefs(
    structure: Structure, table: Priors, draws: int, seed: int
) -> tuple[dict[str, Array], frozenset[str]]:
    """Draw all parameters that have a prior, and the figures that a prior may stand in for.

    Args:
        structure: The world as arrays.
        table: Priors by key.
        draws: How many draws.
        seed: Seed of the random numbers.

    Returns:
        Values by name, draw first; and the keys of the priors that some value rests on.

    Raises:
        FindingsError: An input has no prior.

    Example:
        >>> from chokegraph.response.priors import load_priors
        >>> from chokegraph.response.toy import toy_structure
        >>> values, reaching = draw_beliefs(toy_structure(), load_priors(), 2, 0)
        >>> values["leakage"].shape, "stock_decay.gases" in reaching
        ((2, 6), False)
    """
    values: dict[str, Array] = {}
    reaching: set[str] = set()
    for name in sorted({prior.name for prior in table.values()}):
        if name in BY_INPUT:
            values[name], reached = _by_input(structure, table, name, draws, seed)
        else:
            values[name] = table[name].quantile(uniforms(seed, name, draws, 1))[:, 0]
            reached = {name}
        reaching |= reached
    for name, (field, least) in _WHOLE.items():
        band: Band = getattr(structure, field)
        taken = np.isnan(band.mid) | table[name].stated
        found = np.maximum(figures(band, _STREAMS.get(name, field), draws, seed), least)
        believed = values[name].reshape(-1, *(1,) * band.mid.ndim)
        # Experience that is not known follows from years of sales, later on.
        values[field] = np.where(taken, np.nan if field == "experience" else believed, found)
        if not taken.any():
            reaching.remove(name)
    values["qualification_rate"] = np.minimum(values["qualification_rate"], 1.0)
    return values, frozenset(reaching)


def _inverse(band: Band, per: float = 1.0) -> Band:
    """Turn durations into rates per quarter (`per` quarters in a unit)."""
    with np.errstate(divide="ignore"):
        return Band(1 / (per * band.mid), 1 / (per * band.high), 1 / (per * band.low))


def figures(band: Band, name: str, draws: int, seed: int) -> Array:
    """Draw an array of figures; not a number where nothing is known."""
    if np.isnan(band.mid).all() and np.isnan(band.low).all():
        return np.broadcast_to(band.mid, (draws, *band.shape))
    u = uniforms(seed, name, draws, int(np.prod(band.shape))).reshape(draws, *band.shape)
    return split_normal(band.mid, band.low, band.high, u)


def prior_keys(structure: Structure, table: Priors, name: str) -> list[str]:
    """Return which prior of a parameter each input takes, by key, [I].

    That of its family, its use, its leak class, or the general one; what the user stated first.

    Raises:
        FindingsError: An input has none; all of them are listed.

    Example:
        >>> from chokegraph.response.priors import load_priors
        >>> from chokegraph.response.toy import toy_structure
        >>> prior_keys(toy_structure(), load_priors(), "stock_decay")[2:4]
        ['stock_decay.capital', 'stock_decay.resists']
    """
    found: list[Finding] = []
    keys = []
    for i, family in enumerate(structure.families):
        parts = (family, _USES[int(structure.capital[i])], structure.leak_class[i])
        candidates = [k for k in (*(f"{name}.{part}" for part in parts), name) if k in table]
        if not candidates:
            found.append(Finding(f"no prior '{name}' for input '{structure.inputs[i]}'"))
            continue
        stated = [key for key in candidates if table[key].stated]
        keys.append((stated or candidates)[0])
    if found:
        raise FindingsError(found, title="priors")
    return keys


def _by_input(
    structure: Structure, table: Priors, name: str, draws: int, seed: int
) -> tuple[Array, set[str]]:
    """Draw a parameter that every input has; also return the keys that decide for some input."""
    keys = prior_keys(structure, table, name)
    drawn = {
        key: table[key].quantile(uniforms(seed, key, draws, 1))[:, 0] for key in dict.fromkeys(keys)
    }
    values = np.stack([drawn[key] for key in keys], axis=1)
    believed = np.ones(len(keys), dtype=bool)
    measured = _measured(structure).get(name)
    if measured is not None:
        stated = np.array([table[key].stated for key in keys])
        believed = stated | np.isnan(measured.mid)
        found = np.maximum(figures(measured, f"{name}.band", draws, seed), 0.0)
        values = np.where(believed, values, found)
    matters = believed & structure.capital if name in ONLY_CAPITAL else believed
    return values, {key for key, one in zip(keys, matters, strict=True) if one}
