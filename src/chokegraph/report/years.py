# SPDX-License-Identifier: Apache-2.0
"""Calendar years from quarters."""

from __future__ import annotations

import xarray as xr


def by_year(array: xr.DataArray) -> xr.DataArray:
    """Add quarters up to calendar years.

    Example:
        >>> a = xr.DataArray([1.0, 2.0, 4.0], dims="quarter",
        ...                  coords={"quarter": ["2024Q3", "2024Q4", "2025Q1"]})
        >>> by_year(a).values
        array([3., 4.])
    """
    years = [int(str(label)[:4]) for label in array["quarter"].values]
    tagged = array.assign_coords(year=("quarter", years))
    return tagged.groupby("year").sum("quarter", skipna=False)


def year_mean(array: xr.DataArray) -> xr.DataArray:
    """Average quarters over calendar years.

    Example:
        >>> a = xr.DataArray([1.0, 2.0, 4.0], dims="quarter",
        ...                  coords={"quarter": ["2024Q3", "2024Q4", "2025Q1"]})
        >>> year_mean(a).values
        array([1.5, 4. ])
    """
    years = [int(str(label)[:4]) for label in array["quarter"].values]
    return array.assign_coords(year=("quarter", years)).groupby("year").mean("quarter")
