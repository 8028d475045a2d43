# SPDX-License-Identifier: Apache-2.0
"""What the model is given of the law: few states, and parts of flows."""

from __future__ import annotations

import numpy as np

from chokegraph.study.law import tier_parts


def test_states_are_shared_and_few(december):
    for law in december.policies.laws.values():
        flows = law.flows
        states, parts, kinds = flows.weight.shape
        assert states < 12
        assert parts < 200
        assert kinds < 500
        assert not flows.weight[0].any()
        assert flows.cell.max() == kinds - 1
        assert flows.state.max() < states


def test_before_it_is_published_nobody_expects_the_package(december):
    law = december.policies.laws["scenario"].flows
    quarter = december.structure.quarters.index("2024Q3")
    # What began between the middle and the end of the quarter is expected to stay.
    assert set(law.state[quarter, 1:]) == {law.state[quarter + 1, 0]}
    assert law.state[quarter + 1, 0] not in law.state[quarter + 1, 1:]


def test_parts_of_a_flow_never_exceed_it(december):
    for law in december.policies.laws.values():
        middle = np.array([part.share[1] for part in law.flows.parts])
        by_kind = middle @ law.flows.weight
        assert by_kind.max() <= 1 + 1e-6


def test_demand_by_tier_is_whole(december):
    np.testing.assert_allclose(tier_parts(december.structure).sum(axis=0), 1.0)
