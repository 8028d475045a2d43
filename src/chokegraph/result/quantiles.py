# SPDX-License-Identifier: Apache-2.0
"""The one definition of quantiles, which every table of a result follows."""

from chokegraph.world.quantiles import DEFINITION as DEFINITION
from chokegraph.world.quantiles import LEVELS as LEVELS
from chokegraph.world.quantiles import quantiles as quantiles
