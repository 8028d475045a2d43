# SPDX-License-Identifier: Apache-2.0
"""Figures of chips as files of their own: what is caught, cost by chiplets, yield, frontiers.

Each is one SVG with its own style, light and dark, with a title and a description for those who
cannot see it. No curve is drawn without its interval.
"""

from chokegraph.report.chip_figures_curves import draw_chiplets, draw_passes
from chokegraph.report.chip_figures_frontier import draw_frontiers
from chokegraph.report.chip_figures_map import draw_map

__all__ = ["draw_chiplets", "draw_frontiers", "draw_map", "draw_passes"]
