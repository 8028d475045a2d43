# SPDX-License-Identifier: Apache-2.0
"""A colour scale in steps: loss, none, gain. Zero is the ground; missing is hatched.

The steps are CSS classes, so that light, dark and print choose colours with enough contrast.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Swatch:
    """One entry of a legend: its CSS class and its words."""

    css: str
    label: str


def css_class(value: float, bins: Sequence[float]) -> str:
    """Give the CSS class of a relative change.

    Args:
        value: Change as a fraction (negative is a loss); NaN is missing.
        bins: Increasing thresholds; below the first the change counts as none.

    Returns:
        "v-na" (missing), "v0" (none), "v-l1".. (loss), "v-g1".. (gain).

    Example:
        >>> css_class(-0.2, [0.01, 0.1]), css_class(0.02, [0.01, 0.1]), css_class(0.0, [0.01])
        ('v-l2', 'v-g1', 'v0')
    """
    if not math.isfinite(value):
        return "v-na"
    step = sum(abs(value) >= limit for limit in bins)
    if step == 0:
        return "v0"
    return f"v-{'l' if value < 0 else 'g'}{step}"


def legend(bins: Sequence[float], missing: str, *, gains: bool) -> tuple[Swatch, ...]:
    """Describe the steps in words.

    Example:
        >>> [swatch.label for swatch in legend([0.01, 0.1], "not known", gains=False)]
        ['loss over 10 %', 'loss 1 to 10 %', 'under 1 %', 'not known']
    """
    percent = [f"{100 * limit:g}" for limit in bins]
    last = len(bins)

    def steps(word: str, letter: str) -> list[Swatch]:
        made = [
            Swatch(f"v-{letter}{i + 1}", f"{word} {percent[i]} to {percent[i + 1]} %")
            for i in range(last - 1)
        ]
        return [*made, Swatch(f"v-{letter}{last}", f"{word} over {percent[-1]} %")]

    swatches = [*reversed(steps("loss", "l")), Swatch("v0", f"under {percent[0]} %")]
    if gains:
        swatches += steps("gain", "g")
    return (*swatches, Swatch("v-na", missing))
