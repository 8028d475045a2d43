# SPDX-License-Identifier: Apache-2.0
"""What-if analysis of semiconductor export controls, from sourced facts, with honest uncertainty.

One obvious path: `load_world` -> `load_scenario` -> `run` -> `Result` -> `write_report`.
The names are imported when first used, so that `import chokegraph` stays cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from chokegraph._version import __version__

_HOMES = {
    "load_world": "chokegraph.world",
    "check_data": "chokegraph.world",
    "World": "chokegraph.world",
    "chokepoint_table": "chokegraph.chain",
    "blocking_coalitions": "chokegraph.chain",
    "coalition_powers": "chokegraph.chain",
    "network_powers": "chokegraph.chain.network_game",
    "power": "chokegraph.chain.power",
    "member_contributions": "chokegraph.chain.power",
    "read_network": "chokegraph.chain.networks",
    "parse_shocks": "chokegraph.chain.networks",
    "cascade": "chokegraph.chain.cascade",
    "systemic_risk": "chokegraph.chain.cascade",
    "explain_loss": "chokegraph.chain.cascade",
    "Shock": "chokegraph.chain.cascade",
    "load_catalogue": "chokegraph.chip.catalogue",
    "load_design": "chokegraph.chip.design",
    "cost_design": "chokegraph.study.chip_costing",
    "Asked": "chokegraph.study.chip_asking",
    "find_best": "chokegraph.study.chip_asking",
    "find_frontier": "chokegraph.study.chip_controls",
    "compare_controls": "chokegraph.study.chip_controls",
    "Law": "chokegraph.rules",
    "load_law": "chokegraph.rules",
    "determine": "chokegraph.rules",
    "evaluate": "chokegraph.rules",
    "Scenario": "chokegraph.scenario",
    "load_scenario": "chokegraph.scenario",
    "run": "chokegraph.study",
    "Result": "chokegraph.result",
    "load_result": "chokegraph.result",
    "compare": "chokegraph.result",
    "write_report": "chokegraph.report",
    "Finding": "chokegraph.errors",
    "FindingsError": "chokegraph.errors",
}

__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public object
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    message = f"module 'chokegraph' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted(__all__)
