# SPDX-License-Identifier: Apache-2.0
"""Coalitions weighed: all minimal ones, the plans they leave, and how much each member matters.

Exact wherever it can be: coalitions from truth tables or families (`coalitions.py`), indices from
polynomials (`deciding.py`), plans from duality (`plans.py`), losses from the whole lattice
(`graded.py`). Where there is too much to count, indices are sampled, with standard errors and the
seed, and the answer says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from chokegraph.chain.coalitions import refusers
from chokegraph.chain.concentration import Interval
from chokegraph.chain.counting import count_game, limits
from chokegraph.chain.deciding import fussell_vesely
from chokegraph.chain.game import ChainGame, Game
from chokegraph.chain.graph import compile_chain
from chokegraph.chain.powers import CoalitionPowers, MemberPower
from chokegraph.chain.presets import preset_value
from chokegraph.chain.supply import Reading, own_providers
from chokegraph.errors import Finding, FindingsError
from chokegraph.world.model import Level, World

READINGS: tuple[Reading, ...] = ("figures", "cautious", "bold")


def coalition_powers(
    world: World,
    goal: str,
    *,
    target: str | None = None,
    by: Level = "country",
    threshold: float | None = None,
    tau: float | None = None,
    members: Iterable[str] | None = None,
    chance: float | None = None,
    draws: int | None = None,
    seed: int = 0,
) -> CoalitionPowers:
    """Weigh all coalitions against an input, a route or a product.

    Args:
        world: The facts.
        goal: `input:id`, `route:id` or `product:id`.
        target: Who is denied; its own providers never refuse. None: no one is exempt.
        by: Whether countries or firms form coalitions.
        threshold: The share (0..1) of an input's supply that denies it. None: only when no
            supplier is left outside.
        tau: Count a goal as blocked where it loses at least this share, instead.
        members: Only these may refuse; None: everyone may.
        chance: Also give Birnbaum's index where each provider refuses with this probability.
        draws: How many random orders, where indices must be sampled; None: the preset.
        seed: Their seed.

    Raises:
        FindingsError: If the goal or a member is not in the world, or a number is out of range.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> found = coalition_powers(toy_world(), "product:chip")
        >>> found.blocking.coalitions, found.plans.plans
        ((('DE', 'JP'), ('JP', 'NL')), (('JP',), ('DE', 'NL')))
        >>> [(m.provider, m.banzhaf.value, round(m.shapley.value, 3)) for m in found.members]
        [('JP', 0.75, 0.667), ('NL', 0.25, 0.167), ('DE', 0.25, 0.167)]
    """
    game = chain_game(
        world, goal, target=target, by=by, threshold=threshold, tau=tau, members=members
    )
    games = {reading: game.read(reading) for reading in READINGS}
    found = weigh(games, chance=chance, draws=draws, seed=seed)
    return replace(
        found,
        threshold=threshold,
        tau=tau,
        target=target,
        by=by,
        statement_ids=_statements(world, game, by),
    )


def chain_game(
    world: World,
    goal: str,
    *,
    target: str | None = None,
    by: Level = "country",
    threshold: float | None = None,
    tau: float | None = None,
    members: Iterable[str] | None = None,
) -> ChainGame:
    """Put the question that `coalition_powers` answers; see there for the arguments.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> chain_game(toy_world(), "product:chip", members=["JP", "NL"]).providers
        ('JP', 'NL')
    """
    findings = []
    circuit = compile_chain(world, level=by)
    if goal not in circuit.goals:
        kind, _, word = goal.partition(":")
        near = [name for name in circuit.goals if word and word in name]
        near.sort(key=lambda name: not name.startswith(f"{kind}:"))
        fix = f"did you mean {', '.join(near[:4])}?" if near else "`chokegraph map` lists the ids"
        findings.append(Finding(f"nothing in the world is called {goal!r}", fix=fix))
        raise FindingsError(findings, title="coalitions")
    everyone = refusers(circuit.cone([goal]))
    exempt = set() if target is None else own_providers(world, target, everyone, level=by)
    if members is not None:
        wanted = tuple(members)
        for name in wanted:
            if name in exempt:
                words = f"{name} belongs to the target, which does not refuse itself"
                findings.append(Finding(words, fix="leave it out, or name another target"))
            elif name not in everyone:
                words = f"member {name!r} supplies nothing that {goal} rests on"
                findings.append(Finding(words, fix=f"use {', '.join(everyone)}"))
        exempt |= set(everyone) - set(wanted)
    findings += wrong_shares(threshold=threshold, tau=tau)
    if findings:
        raise FindingsError(findings, title="coalitions")
    return ChainGame(goal, circuit.cone([goal]), frozenset(exempt), threshold, tau)


def wrong_shares(**shares: float | None) -> list[Finding]:
    """Return a finding for each share that is none.

    Example:
        >>> [found.message for found in wrong_shares(threshold=0.75, tau=75.0)]
        ['tau is 75.0']
    """
    return [
        Finding(f"{name} is {value}", fix="give a share above 0, at most 1")
        for name, value in shares.items()
        if value is not None and not 0.0 < value <= 1.0
    ]


def weigh(
    games: Mapping[Reading, Game],
    *,
    chance: float | None = None,
    draws: int | None = None,
    seed: int = 0,
) -> CoalitionPowers:
    """Weigh all coalitions of a game, in one or more readings of its intervals.

    Args:
        games: The same question in each reading; "figures" must be there.
        chance: As in `coalition_powers`.
        draws: As in `coalition_powers`.
        seed: As in `coalition_powers`.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> game = chain_game(toy_world(), "product:chip")
        >>> weigh({"figures": game}).single_points
        ()
    """
    draws = int(preset_value("orders_sampled")) if draws is None else draws
    counted = {
        reading: count_game(game, chance=chance, draws=draws, seed=seed)
        for reading, game in games.items()
    }
    first = counted["figures"]
    blocking = first.blocking
    certain = blocking.certain
    partners: dict[str, list[str]] = {}
    for one, other in (c for c in certain if len(c) == 2):
        partners.setdefault(one, []).append(other)
        partners.setdefault(other, []).append(one)
    plans = first.plans
    importance = None
    if chance is not None and blocking.complete:
        importance = fussell_vesely(blocking.coalitions, chance, **limits())
    members = []
    for provider in games["figures"].providers:
        every = [found.of(provider) for found in counted.values()]
        mine = every[0] if first is next(iter(counted.values())) else first.of(provider)
        if not any(one.matters for one in every):
            continue
        holding = sum(provider in c for c in blocking.coalitions)
        held = holding / len(blocking.coalitions) if blocking.coalitions else 0.0
        if first.alike is not None:
            held = first.alike.held().get(provider, 0.0)
        members.append(
            MemberPower(
                provider=provider,
                banzhaf=_span([one.banzhaf for one in every], mine.banzhaf),
                shapley=_span([one.shapley for one in every], mine.shapley),
                birnbaum=None
                if chance is None
                else _span_if_known([one.birnbaum for one in every], mine.birnbaum),
                banzhaf_error=mine.banzhaf_error,
                shapley_error=mine.shapley_error,
                fussell_vesely=held,
                fussell_vesely_at=None if importance is None else importance.get(provider, 0.0),
                betweenness=None if plans.number is None else plans.betweenness.get(provider, 0.0),
                alone=(provider,) in certain,
                pairs=tuple(sorted(partners.get(provider, []))),
                lost_alone=_span([one.lost_alone for one in every], mine.lost_alone),
                loss_share=_span([one.loss_share for one in every], mine.loss_share),
                loss_error=mine.loss_error,
            )
        )
    members.sort(key=_by_power)
    sampled = tuple(dict.fromkeys(name for found in counted.values() for name in found.sampled))
    return CoalitionPowers(
        goal=games["figures"].goal,
        blocking=blocking,
        readings={reading: found.blocking for reading, found in counted.items()},
        plans=plans,
        members=tuple(members),
        providers=len(games["figures"].providers),
        lost_to_all=_span([found.lost for found in counted.values()], first.lost),
        chance=chance,
        patterns=() if first.alike is None else first.alike.coalitions,
        sampled=sampled,
        draws=draws,
        seed=seed,
    )


def _span(values: Sequence[float], value: float) -> Interval:
    return Interval(value, min([value, *values]), max([value, *values]))


def _span_if_known(values: Sequence[float | None], value: float | None) -> Interval | None:
    """Return the span of all readings; None where one of them does not tell."""
    known = [one for one in values if one is not None]
    return None if value is None or len(known) < len(values) else _span(known, value)


def _by_power(member: MemberPower) -> tuple[float, float, float, str]:
    return (
        -(member.shapley.value or 0.0),
        -(member.loss_share.value or 0.0),
        -member.shapley.high,
        member.provider,
    )


def _statements(world: World, game: ChainGame, by: Level) -> tuple[str, ...]:
    """The statements of all shares that the goal rests on."""
    table = world.country_shares if by == "country" else world.firm_shares
    inputs = dict.fromkeys(supply.input_id for supply in game.cone.supplies)
    return tuple(
        dict.fromkeys(
            name
            for input_id in inputs
            if input_id in table
            for estimate in table[input_id].shares.values()
            for name in estimate.statement_ids
        )
    )
