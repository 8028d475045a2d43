# SPDX-License-Identifier: Apache-2.0
"""A draw of chip's figures depends on the seed alone, and not on who asks."""

from __future__ import annotations

import numpy as np

from chokegraph.study.chip_routes_draws import catalogue_of, over_draws
from study.chip_routes.given import BELIEFS


def test_a_draw_does_not_depend_on_the_number_of_draws(catalogue, ways):
    some = [ways["soc-n2-duv"], ways["ai-n2-interposer-hbm3"], ways["nand-232-bonded"]]
    small = catalogue_of(catalogue, some)
    beliefs = {name: np.full(9, value) for name, value in BELIEFS.items()}
    few = {name: value[:4] for name, value in beliefs.items()}
    nine = over_draws(small, some, beliefs, draws=9, seed=5)
    four = over_draws(small, some, few, draws=4, seed=5)
    for name in ("worth", "start_yield", "cost"):
        np.testing.assert_array_equal(nine[name][:4], four[name])


def test_a_way_alone_is_the_way_among_others(catalogue, ways):
    """Every way of a draw is worked out with the same figures."""
    both = [ways["soc-n2-duv"], ways["soc-n2-duv-older"]]
    beliefs = {name: np.full(6, value) for name, value in BELIEFS.items()}
    together = over_draws(catalogue_of(catalogue, both), both, beliefs, draws=6, seed=5)
    alone = over_draws(catalogue_of(catalogue, both[:1]), both[:1], beliefs, draws=6, seed=5)
    np.testing.assert_array_equal(together["worth"][:, 0], alone["worth"][:, 0])
