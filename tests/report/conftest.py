# SPDX-License-Identifier: Apache-2.0
"""Reports of made-up results."""

from __future__ import annotations

import dataclasses
import shutil

import numpy as np
import pytest
import xarray as xr
from page_reader import PageReader

from chokegraph.report.page import render


def with_parameters(result):
    """Add what each draw assumed; the first quantity decides the sign of the main outcome."""
    data = result.dataset.copy(deep=True)
    rng = np.random.default_rng(3)
    draws = data.sizes["draw"]
    deciding = rng.uniform(0, 1, draws)
    values = np.column_stack([deciding, rng.uniform(0, 1, (draws, 2))])
    data["sampled"] = (("draw", "parameter"), values)
    data = data.assign_coords(
        parameter=["leakage", "entry", "patience"],
        parameter_label=("parameter", ["what leaks through", "ease of entry", "patience"]),
        parameter_unit=("parameter", ["fraction", "fraction", "years"]),
    )
    rise = xr.DataArray(np.where(deciding > 0.7, 0.2, -0.2), dims="draw")
    base = data["output"].sel(run="baseline", drop=True)
    data["output"] = xr.concat([base, base + rise], "run").assign_coords(run=data["run"])
    return dataclasses.replace(result, dataset=data)


@pytest.fixture(scope="session")
def page(made_up_result):
    """The report of the made-up result, as text."""
    return render(made_up_result)


@pytest.fixture(scope="session")
def read(page):
    """The same, read."""
    return PageReader(page)


@pytest.fixture(scope="module")
def chromium():
    """A headless browser; `make test-browser` installs it."""
    sync_api = pytest.importorskip("playwright.sync_api")
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "Chromium is not installed; run scripts/install-browser.sh"
    with sync_api.sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()
