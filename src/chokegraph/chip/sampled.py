# SPDX-License-Identifier: Apache-2.0
"""Draws of figures without an array for what is certain: for millions of draws of a few designs."""

from __future__ import annotations

import zlib
from collections.abc import Collection
from dataclasses import replace
from typing import Any

import numpy as np

from chokegraph.chip.catalogue import Catalogue
from chokegraph.chip.entities import Range
from chokegraph.chip.figures import GROUPS, Figures, from_arrays
from chokegraph.chip.spread import quantile
from chokegraph.chip.wafer import Floats


def sampled(catalogue: Catalogue, generator: np.random.Generator, count: int) -> Figures:
    """Return draws of the uncertain figures; the same draws as `Figures.drawn` gives.

    Args:
        catalogue: Best a `reduced` one, and `certain` in what shall not vary.
        generator: Where the seed comes from; one number is taken.
        count: How many draws.

    Example:
        >>> from chokegraph.chip.catalogue import load_catalogue
        >>> figures = sampled(load_catalogue(), np.random.default_rng(1), 100)
        >>> figures.nodes.wafer_price.shape[0], figures.draws
        (100, 100)
    """
    seed = int(generator.integers(2**63))

    def draw(name: str, one: Range | None) -> Floats:
        if one is None:
            return np.asarray(np.nan)
        if one.low == one.high:
            return np.asarray(one.mid)
        fraction = np.random.default_rng([seed, zlib.crc32(name.encode())]).random(count)
        return quantile(
            one.dist, one.mid, one.low, one.high, fraction, least=one.least, most=one.most
        )

    def get(group: str, name: str) -> Floats:
        ranges = catalogue.figures(group).get(name, {})
        drawn = [draw(f"{group}|{name}|{key}", one) for key, one in ranges.items()]
        if len(drawn) == 1:
            return drawn[0][..., None]
        return np.stack(np.broadcast_arrays(*drawn), axis=-1) if drawn else np.zeros(0)

    settings = {key: draw(f"settings|value|{key}", one) for key, one in catalogue.settings.items()}
    return from_arrays(catalogue, get, settings, count)


def certain(catalogue: Catalogue, but: Collection[str]) -> Catalogue:
    """Return a catalogue in which only some figures are uncertain; the others keep their middle.

    Args:
        catalogue: The catalogue.
        but: Names of fields of nodes, packages and memories, and ids of settings.

    Example:
        >>> from chokegraph.chip.catalogue import load_catalogue
        >>> few = certain(load_catalogue(), but=["wafer_price"])
        >>> node = few.nodes["smic-n2"]
        >>> node.defect_density.low == node.defect_density.high, node.wafer_price.low
        (True, 10000.0)
    """
    unknown = set(but) - set(catalogue.settings)
    kept: dict[str, Any] = {"schemes": {}}
    for group in GROUPS:
        names = catalogue.figures(group)
        unknown -= set(names)
        fixed = [name for name in names if name not in but]
        kept[group] = {
            key: replace(one, **{name: _fixed(getattr(one, name)) for name in fixed})
            for key, one in getattr(catalogue, group).items()
        }
    kept["settings"] = {
        key: one if key in but else _fixed(one) for key, one in catalogue.settings.items()
    }
    if unknown:
        message = f"no figure {sorted(unknown)[0]!r} of nodes, packages, memories or settings"
        raise ValueError(message)
    return replace(catalogue, **kept)


def _fixed(one: Range | None) -> Range | None:
    return None if one is None else replace(one, low=one.mid, high=one.mid)
