# SPDX-License-Identifier: Apache-2.0
"""Draws of many uncertain figures, as arrays."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from chokegraph.chip.entities import Range
from chokegraph.chip.spread import quantile
from chokegraph.chip.wafer import Floats


@dataclass(frozen=True)
class Draws:
    """Arrays of figures, by group and field.

    Args:
        count: How many draws.
        ids: For each group, the ids along the last axis.
        values: For each group and field, an array [draw, id]; NaN where unknown.
    """

    count: int
    ids: Mapping[str, tuple[str, ...]]
    values: Mapping[str, Mapping[str, Floats]]

    def of(self, group: str, name: str, key: str | None = None) -> Floats:
        """Return the draws of a field of a group: [draw, id], or [draw] of one id.

        Example:
            >>> one = Range(2.0, 2.0, 2.0, "A", ())
            >>> draw_figures({"settings": {"value": {"a": one}}}, 1, 2).of("settings", "value", "a")
            array([2., 2.])
        """
        found = self.values[group][name]
        return found if key is None else found[:, self.ids[group].index(key)]

    def setting(self, key: str) -> Floats:
        """Return the draws of a setting: [draw].

        Example:
            >>> one = Range(2.0, 2.0, 2.0, "A", ())
            >>> draw_figures({"settings": {"value": {"a": one}}}, 1, 2).setting("a")
            array([2., 2.])
        """
        return self.of("settings", "value", key)


def draw_figures(
    figures: Mapping[str, Mapping[str, Mapping[str, Range | None]]], seed: int | None, count: int
) -> Draws:
    """Draw every figure; the middle of each when there is no seed.

    Args:
        figures: By group, field and id.
        seed: Where the streams of all figures start; None for the middles.
        count: How many draws.
    """
    ids: dict[str, tuple[str, ...]] = {}
    values: dict[str, dict[str, Floats]] = {}
    for group, by_field in figures.items():
        values[group] = {}
        for name, by_id in by_field.items():
            ids[group] = tuple(by_id)
            drawn = np.full((count, len(by_id)), np.nan)
            for at, (key, one) in enumerate(by_id.items()):
                if one is not None:
                    drawn[:, at] = _draw(one, f"{group}|{name}|{key}", seed, count)
            values[group][name] = drawn
    return Draws(count, ids, values)


def _draw(one: Range, name: str, seed: int | None, count: int) -> Floats:
    if seed is None or one.low == one.high:
        return np.full(count, one.mid)
    stream = np.random.default_rng([seed, zlib.crc32(name.encode())])
    fraction = stream.random(count)
    return quantile(one.dist, one.mid, one.low, one.high, fraction, least=one.least, most=one.most)
