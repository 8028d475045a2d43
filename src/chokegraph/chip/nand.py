# SPDX-License-Identifier: Apache-2.0
"""What a NAND wafer costs by layers, decks and bonding, relative to one with 64 layers.

The unit is a wafer of one deck of 64 layers with its circuits under the cells. Every argument
broadcasts. Bits rise with layers: cells are as wide in all of them.
"""

from __future__ import annotations

import numpy as np

from chokegraph.chip.wafer import Floats, Number

REFERENCE = 64
"""Layers of the wafer that costs 1."""
_STEP = 3 / 2


def wafer_cost(
    layers: Number,
    decks: Number,
    *,
    layer_cost: Number,
    deck_cost: Number,
    premium: Number = 0.0,
    arrays: Number = 1.0,
) -> Floats:
    """Return the cost of a wafer, that of one deck of 64 layers being 1.

    Args:
        layers: Layers in all.
        decks: Decks in which each array of cells is etched.
        layer_cost: Rise of the cost when layers rise by half.
        deck_cost: Rise of the cost with one deck more.
        premium: Cost of each bond and the wafer of circuits behind it, in the same unit; 0 where
            circuits stand under the cells.
        arrays: Wafers of cells that are bonded on each other, with the layers shared among them.

    Example:
        >>> float(wafer_cost(96, 1, layer_cost=0.1, deck_cost=0.05).round(3))
        1.1
        >>> float(wafer_cost(64, 1, layer_cost=0.1, deck_cost=0.05, premium=0.34))
        1.34
    """
    each = np.asarray(layers, float) / arrays
    grown = (1.0 + np.asarray(layer_cost, float)) ** (np.log(each / REFERENCE) / np.log(_STEP))
    one = grown * (1.0 + np.asarray(deck_cost, float) * (np.asarray(decks, float) - 1.0))
    found: Floats = arrays * one + np.asarray(premium, float) * arrays
    return found


def bits_for_cost(layers: Number, cost: Number) -> Floats:
    """Return bits for a unit of cost; 1 for a wafer of 64 layers that costs 1.

    Example:
        >>> float(bits_for_cost(128, 1.0))
        2.0
    """
    return np.asarray(np.asarray(layers, float) / REFERENCE / cost)
