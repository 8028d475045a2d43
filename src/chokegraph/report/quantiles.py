# SPDX-License-Identifier: Apache-2.0
"""From draws to fans: quantiles of outcomes over draws, with missing values kept missing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import xarray as xr

from chokegraph.result.quantiles import quantiles as one_definition

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
"""The quantiles that every fan shows: the median, the middle half and the 90 % interval."""

ENOUGH_DRAWS = 0.9
"""A point is shown only where at least this share of the draws has a value there."""

NOISE = 1e-9
"""What is smaller than this is rounding of the arithmetic, and shown as zero."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Fan:
    """Quantiles of one quantity along time.

    Args:
        labels: Time labels ("2027Q3" or "2027").
        values: Array [quantile, time], in the order of `LEVELS`; NaN where missing.
        paths: A few single draws [path, time]; may be empty.
    """

    labels: tuple[str, ...]
    values: Floats
    paths: Floats

    @property
    def median(self) -> Floats:
        """The middle line."""
        return np.asarray(self.values[LEVELS.index(0.5)])

    @property
    def empty(self) -> bool:
        """Whether no point has a value."""
        return not bool(np.isfinite(self.values).any())


def quantiles(draws: Floats, axis: int = 0) -> Floats:
    """Return the quantiles `LEVELS` over one axis; NaN where too few draws have a value.

    The definition is the one of the result's tables (`chokegraph.result.quantiles`).

    Args:
        draws: Any array with a draw axis.
        axis: Which axis holds the draws.

    Returns:
        Array with the quantiles first, then the other axes.

    Example:
        >>> quantiles(np.array([0.0, 1.0, 2.0]))[2]
        np.float64(1.0)
        >>> bool(np.isnan(quantiles(np.array([np.nan, np.nan, 2.0]))[2]))
        True
    """
    values = np.asarray(draws, dtype=np.float64)
    known = np.isfinite(values).mean(axis=axis)
    found = one_definition(np.where(np.isfinite(values), values, np.nan), LEVELS, axis=axis)
    return np.where(known >= ENOUGH_DRAWS, found, np.nan)


def fan(series: xr.DataArray, time: str, *, paths: int = 0) -> Fan:
    """Make a fan from draws along time.

    Args:
        series: Dimensions `draw` and `time` only.
        time: Name of the time dimension ("quarter" or "year").
        paths: How many single draws to keep as examples (evenly spread, so reproducible).

    Returns:
        The fan.

    Example:
        >>> data = xr.DataArray([[1.0, 2.0], [3.0, 4.0]], dims=("draw", "year"),
        ...                     coords={"year": [2024, 2025]})
        >>> fan(data, "year").median
        array([1., 2.])
    """
    draws = np.asarray(series.transpose("draw", time).values, dtype=np.float64)
    draws = np.where(np.abs(draws) < NOISE, 0.0, draws)
    labels = tuple(str(label) for label in series[time].values)
    count = min(paths, draws.shape[0])
    chosen = np.linspace(0, draws.shape[0] - 1, count).astype(int)
    return Fan(labels, quantiles(draws), draws[chosen])


def paired(array: xr.DataArray) -> xr.DataArray:
    """Return scenario minus baseline on the same draws.

    Args:
        array: An outcome with dimension `run` holding baseline and scenario.

    Returns:
        The paired difference, without `run`.

    Example:
        >>> a = xr.DataArray([[1.0], [3.0]], dims=("run", "draw"),
        ...                  coords={"run": ["baseline", "scenario"]})
        >>> float(paired(a)[0])
        2.0
    """
    return array.sel(run="scenario", drop=True) - array.sel(run="baseline", drop=True)
