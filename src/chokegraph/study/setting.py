# SPDX-License-Identifier: Apache-2.0
"""All that stands before the first draw: world, arrays, policies, priors, draws."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from chokegraph.response.drawn_beliefs import ROUTE_BELIEFS
from chokegraph.response.params import Params, sample_params
from chokegraph.response.priors import Prior
from chokegraph.response.state import Structure
from chokegraph.response.structure import build_structure
from chokegraph.scenario import Scenario
from chokegraph.study.beliefs import check_reach, scenario_priors
from chokegraph.study.chip_routes import RouteChips, describe_routes, with_values, with_ways
from chokegraph.study.chip_routes_designs import TABLE
from chokegraph.study.chip_routes_draws import Valued
from chokegraph.study.policy import Policies, build_policies
from chokegraph.world.model import World


@dataclass(frozen=True)
class Setting:
    """A scenario set on a world, ready to be simulated.

    Args:
        scenario: The question.
        world: The facts.
        structure: The facts as arrays.
        policies: What is done in both runs.
        priors: What is believed, with the scenario's assumptions.
        params: The draws.
        statement_ids: The statements that entered the arrays.
        notes: Assumptions that stand in for missing facts.
        chips: The routes that come from chips; None if none does.
        valued: Their ways over the draws.
    """

    scenario: Scenario
    world: World
    structure: Structure
    policies: Policies
    priors: dict[str, Prior]
    params: Params
    statement_ids: tuple[str, ...]
    notes: tuple[str, ...]
    chips: RouteChips | None = None
    valued: Valued | None = None

    @cached_property
    def covered(self) -> tuple[str, ...]:
        """Ids of the inputs that the scenario, as opposed to its baseline, is about."""
        scenario = self.scenario
        levers = scenario.levers
        chosen = [control.inputs for control in scenario.controls]
        for lever in (*levers.mandate, *levers.subsidy, *levers.promotion):
            chosen.append(lever.inputs)
        if not scenario.extends_baseline:
            chosen += [control.inputs for control in scenario.baseline.controls]
        by_law = self.policies.changed_by_law()
        items = [self.world.inputs[key] for key in self.structure.inputs]
        return tuple(
            item.input_id
            for place, item in enumerate(items)
            if any(part.matches(item) for part in chosen) or (by_law.size and by_law[place])
        )


def build_setting(scenario: Scenario, world: World, *, draws: int, seed: int) -> Setting:
    """Set a scenario on a world.

    Args:
        scenario: The question.
        world: The facts.
        draws: How many draws.
        seed: Seed of the random numbers.

    Returns:
        Everything that a simulation needs.

    Raises:
        FindingsError: If the scenario names what the world or the model does not have.
    """
    built = build_structure(
        world,
        target=scenario.target,
        coalition=scenario.coalition,
        start_year=int(scenario.start[:4]),
        years=scenario.quarters // 4,
    )
    priors = scenario_priors(scenario)
    structure, statements, valued = built.structure, built.statement_ids, None
    chips = describe_routes(world, structure, priors) if scenario.routes == "chip" else None
    if chips is not None:
        structure = with_ways(structure, chips)
        statements = (*_without_tables(world, statements, chips), *chips.statement_ids())
    policies = build_policies(scenario, world, structure)
    params = sample_params(structure, priors, draws, seed)
    if chips is None:
        params = replace(params, reaching=params.reaching.difference(ROUTE_BELIEFS))
    else:
        params, valued = with_values(params, structure, chips)
    check_reach(scenario, priors, params.reaching)
    return Setting(
        scenario=scenario,
        world=world,
        structure=structure,
        policies=policies,
        priors=priors,
        params=params,
        statement_ids=statements,
        notes=(*scenario.remarks, *built.notes, *structure.notes, *policies.notes),
        chips=chips,
        valued=valued,
    )


def _without_tables(world: World, statements: tuple[str, ...], chips: RouteChips) -> Iterator[str]:
    """Leave out the estimates of routes that come from chips, but for what sets the scale."""
    tables = {way.route for way in chips.ways if way.starts == TABLE}
    replaced = {("start_yield", f"route:{r}") for r in chips.routes if r not in tables}
    anchors = set(chips.anchors.values())
    replaced |= {
        ("relative_merit", f"route:{route}") for route in chips.routes if route not in anchors
    }
    for key in statements:
        fact = world.statements.get(key)
        if fact is None or (fact.property, fact.subject_id) not in replaced:
            yield key
