# SPDX-License-Identifier: Apache-2.0
"""What the tests of the study share: the facts."""

from __future__ import annotations

import pytest

from chokegraph.world import load_world


@pytest.fixture(scope="session")
def world():
    return load_world("builtin@2024")
