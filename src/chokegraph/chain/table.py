# SPDX-License-Identifier: Apache-2.0
"""The chokepoint table: every supplied input, sorted by what a coalition could do with it.

The score of an input is `coalition share x reach x (1 - own share)`:

* coalition share: what the coalition holds of the supply, 0..1;
* reach: the mean share of capacity that the products lose without the input, where substitutes
  that the same coalition can deny do not count (`reach.py`);
* own share: what the target covers from its own providers: its local share of purchases where a
  source gives one, otherwise its share of the world market (the row says which).

It is 1 for an input that the coalition holds alone, that stops every product, and of which the
target has nothing. Bounds take each factor at its own bounds. An input whose suppliers no source
attributes has no score but keeps its upper bound: unknown is not zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from chokegraph.chain.circuit import Circuit
from chokegraph.chain.coalitions import Blocking, Coalition, blocking_of, refusers
from chokegraph.chain.concentration import Interval, coalition_share, concentration
from chokegraph.chain.graph import compile_chain
from chokegraph.chain.presets import preset_value
from chokegraph.chain.reach import Reach, reach_of_inputs
from chokegraph.chain.rows import ChokepointTable, Row
from chokegraph.chain.supply import Supply, own_providers
from chokegraph.errors import Finding, FindingsError
from chokegraph.world.estimates import estimate
from chokegraph.world.model import UNKNOWN_PROVIDER, Level, World


def chokepoint_table(
    world: World,
    *,
    target: str = "CN",
    coalition: Iterable[str] = ("US", "JP", "NL"),
    by: Level = "country",
    threshold: float | None = None,
    year: int | None = None,
) -> ChokepointTable:
    """Rank all inputs by what the coalition could do to the target with them.

    Args:
        world: The facts, as seen at their year.
        target: The country controlled.
        coalition: Countries that take part; with `by="firm"` the firms headquartered there, or
            firm ids.
        by: Whether shares, concentration and deniers are those of countries or of firms.
        threshold: The share of supply that denies an input; None: the preset's.
        year: Must be the world's year if given; load another year with `load_world`.

    Raises:
        FindingsError: If a country or firm is not in the world.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> table = chokepoint_table(toy_world(), coalition=["NL", "JP"])
        >>> [(row.input_id, row.score.value) for row in table.rows]
        [('litho', 1.0), ('wafer', 0.5)]
    """
    coalition = tuple(coalition)
    members = _check(world, target=target, coalition=coalition, by=by, year=year)
    level = preset_value("coalition_share_that_denies") if threshold is None else threshold
    whole = compile_chain(world, level=by)
    direct = compile_chain(world, level=by, upstream=False, routes=False)
    reach = reach_of_inputs(whole, refusing=members, threshold=level)
    by_input = {supply.input_id: supply for supply in whole.supplies if supply.grade is None}
    rows = []
    for input_id, supply in by_input.items():
        goal = f"input:{input_id}"
        exempt = own_providers(world, target, supply.providers, level=by)
        blocking = blocking_of(direct.cone([goal]), exempt=exempt, threshold=level)[goal]
        rows.append(
            _row(
                world,
                supply,
                members=members,
                target=target,
                by=by,
                reach=reach[input_id],
                products=len(world.products),
                deniers=blocking.coalitions,
            )
        )
    rows.sort(key=_order)
    products = _stopped_products(world, whole, target, by, level)
    return ChokepointTable(
        target,
        coalition,
        by,
        world.year,
        level,
        world.origin,
        world.data_hash,
        tuple(replace(row, rank=index) for index, row in enumerate(rows, start=1)),
        products,
        _not_good_enough(whole, products),
    )


def _stopped_products(
    world: World, circuit: Circuit, target: str, by: Level, threshold: float
) -> tuple[Blocking, ...]:
    goals = [goal for goal in circuit.goals if goal.startswith("product:")]
    cone = circuit.cone(goals)
    exempt = own_providers(world, target, refusers(cone), level=by)
    found = blocking_of(cone, exempt=exempt, threshold=threshold)
    return tuple(found[goal] for goal in goals)


def _not_good_enough(
    circuit: Circuit, products: tuple[Blocking, ...]
) -> Mapping[str, tuple[str, ...]]:
    return {
        found.goal: tuple(
            dict.fromkeys(
                supply.input_id
                for supply in circuit.cone([found.goal]).supplies
                if not any(supply.present("figures"))
            )
        )
        for found in products
        if found.coalitions == ((),)
    }


def _row(
    world: World,
    supply: Supply,
    *,
    members: set[str],
    target: str,
    by: Level,
    reach: Reach,
    products: int,
    deniers: tuple[Coalition, ...],
) -> Row:
    item = world.inputs[supply.input_id]
    measured = concentration(world, supply.input_id, by=by)
    share = (world.country_shares if by == "country" else world.firm_shares).get(supply.input_id)
    own, own_share_is, own_ids = _own_share(world, supply, target, by)
    held = coalition_share(supply, members)
    grade_target, grade_best = _grades(world, supply, target)
    used = list(share.shares.values()) if share else []
    known = [estimate.grade for estimate in used if estimate.known]
    ids = [name for estimate in used for name in estimate.statement_ids]
    top = measured.top
    return Row(
        rank=0,
        input_id=supply.input_id,
        name=item.name,
        stage=item.stage,
        kind=item.kind,
        top_provider=top[0] if top else None,
        top_share=top[1] if top else None,
        hhi=measured.hhi,
        effective_suppliers=measured.effective.value,
        coalition_share=held,
        own_share=own,
        own_share_is=own_share_is,
        unattributed=measured.unnamed,
        grade_target=grade_target,
        grade_best=grade_best,
        reach=reach.mean,
        stops=reach.stopped,
        products=products,
        deniers=deniers,
        score=_score(held, reach.mean, own),
        evidence=max(known, default="-"),
        year=share.year if share else None,
        statement_ids=tuple(dict.fromkeys([*ids, *own_ids])),
    )


def _score(held: Interval, reach: float, own: Interval) -> Interval:
    value = None
    if held.value is not None:
        # Without any figure of its own, the target's part is taken at its upper bound.
        value = held.value * reach * (1.0 - (own.high if own.value is None else own.value))
    low = held.low * reach * (1.0 - own.high)
    return Interval(value, low, held.high * reach * (1.0 - own.low))


def _own_share(
    world: World, supply: Supply, target: str, by: Level
) -> tuple[Interval, str, tuple[str, ...]]:
    local = estimate(world, f"input:{supply.input_id}", "local_share", f"country:{target}")
    if local is not None:
        low, high = max(0.0, local.low), min(1.0, local.high)
        return Interval(local.value, low, high), "of its purchases", local.statement_ids
    mine = own_providers(world, target, supply.providers, level=by)
    held = coalition_share(supply, mine)
    if not mine and held.value is not None:
        # Nobody names the target: at most the unattributed rest is its own.
        held = Interval(0.0, 0.0, supply.holdings[-1].high)
    return held, "of the world market", ()


def _grades(world: World, supply: Supply, target: str) -> tuple[float | None, float | None]:
    """The target's grade and the best grade of any country, from the selected statements."""
    subject = f"input:{supply.input_id}"
    rows = world.by_subject.get((subject, "grade"), ())
    objects = {row.object_id for row in rows if row.object_id.startswith("country:")}
    found = {name: known for name in objects if (known := estimate(world, subject, "grade", name))}
    values = [known.value for known in found.values() if known.value is not None]
    own = found.get(f"country:{target}")
    return own.value if own else None, max(values, default=None)


def _order(row: Row) -> tuple[bool, float, float, float, str]:
    """Scored rows first, the highest score first; then what might be scored highest."""
    value = row.score.value
    return (value is None, -(value or 0.0), -row.score.high, -row.hhi.high, row.input_id)


def _check(
    world: World, *, target: str, coalition: Iterable[str], by: Level, year: int | None
) -> set[str]:
    """Return the providers that belong to the coalition, or say everything that is wrong."""
    findings = []
    countries = ", ".join(name for name in world.countries if name != UNKNOWN_PROVIDER)
    if target not in world.countries or target == UNKNOWN_PROVIDER:
        findings.append(Finding(f"target {target!r} is not a country here", fix=f"use {countries}"))
    members: set[str] = set()
    for name in coalition:
        if name == target:
            findings.append(
                Finding(f"the target {name} is in the coalition", fix="take it out of one of them")
            )
        elif name in world.countries and name != UNKNOWN_PROVIDER:
            members |= own_providers(world, name, world.firms if by == "firm" else [name], level=by)
        elif by == "firm" and name in world.firms:
            members.add(name)
        else:
            fix = f"use {countries}" + (" or the id of a firm" if by == "firm" else "")
            findings.append(Finding(f"coalition member {name!r} is not in this world", fix=fix))
    if year is not None and year != world.year:
        findings.append(
            Finding(
                f"the world is seen as of {world.year}, not {year}",
                fix=f"load it with load_world(..., year={year})",
            )
        )
    if findings:
        raise FindingsError(findings, title="map")
    return members
