# SPDX-License-Identifier: Apache-2.0
"""Shared by all tests. That this file stands here puts `tests/` on the path of imports."""

from __future__ import annotations

import pytest
from hypothesis import settings

# No test says how fast something is: a machine with other work would fail it by chance.
settings.register_profile("no-deadline", deadline=None)
settings.load_profile("no-deadline")


@pytest.fixture(scope="session")
def made_up_result():
    """A small, complete, made-up result."""
    from result_factory import fake_result

    return fake_result()
