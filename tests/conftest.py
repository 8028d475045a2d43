# SPDX-License-Identifier: Apache-2.0
"""Shared by all tests. That this file stands here puts `tests/` on the path of imports."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# No test says how fast something is: a machine with other work would fail it by chance. The same
# examples are tried each time, so that a result can be had again; `make test-random` tries others.
settings.register_profile("same-examples", deadline=None, derandomize=True)
settings.register_profile("random", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("CHOKEGRAPH_EXAMPLES", "same-examples"))


@pytest.fixture(scope="session")
def made_up_result():
    """A small, complete, made-up result."""
    from result_factory import fake_result

    return fake_result()
