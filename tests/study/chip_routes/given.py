# SPDX-License-Identifier: Apache-2.0
"""Where the tests of routes from chip find things, and the beliefs that they hold fixed."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SCENARIOS = ROOT / "examples" / "scenarios"
PAGE = ROOT / "docs" / "explanation" / "design-around.md"
BELIEFS = {"memory_bound_share": 0.03, "system_cost": 6000.0, "power_cost": 5.0}
