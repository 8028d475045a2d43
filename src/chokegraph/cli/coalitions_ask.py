# SPDX-License-Identifier: Apache-2.0
"""From the options of `chokegraph coalitions` to its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from chokegraph.chain import CoalitionPowers, coalition_powers
from chokegraph.chain.game import Game
from chokegraph.chain.goals import goal_name
from chokegraph.chain.lattice import Lattice, coalition_lattice
from chokegraph.chain.network_game import network_game, network_powers
from chokegraph.chain.networks import read_network
from chokegraph.chain.powers_show import provider_names
from chokegraph.chain.presets import preset_value
from chokegraph.chain.weigh import chain_game
from chokegraph.errors import Finding, FindingsError
from chokegraph.world import Level, World, load_world

NOBODY = "none"


@dataclass(frozen=True)
class Asked:
    """The options."""

    goal: str
    target: str | None
    world: str
    by: Level
    threshold: float | None
    strict: bool
    tau: float | None
    members: str | None
    chance: float | None
    network: Path | None
    nodes: Path | None
    essentiality: str
    draws: int | None
    seed: int


@dataclass(frozen=True)
class Answered:
    """The answer, with what is needed to show it."""

    powers: CoalitionPowers
    game: Game
    lattice: Lattice
    title: str
    where: str
    names: Mapping[str, str]
    world: World | None
    notes: tuple[str, ...] = ()


class _Terms(TypedDict):
    """What is asked of a goal, in the words of `coalition_powers` and `network_powers`."""

    target: str | None
    by: Level
    threshold: float | None
    tau: float | None
    members: tuple[str, ...] | None


def answer(asked: Asked) -> Answered:
    """Answer the question that the options put."""
    findings = []
    if asked.strict and asked.threshold is not None:
        fix = "leave one of them out"
        findings.append(Finding("--strict and --threshold exclude each other", fix=fix))
    if asked.tau is not None and (asked.strict or asked.threshold is not None):
        words = "--tau asks for lost capacity, --threshold and --strict for denied inputs"
        findings.append(Finding(words, fix="use --tau alone"))
    if asked.nodes is not None and asked.network is None:
        findings.append(Finding("--nodes without --network", fix="give the edges with --network"))
    if findings:
        raise FindingsError(findings, title="coalitions")
    return _of_world(asked) if asked.network is None else _of_network(asked, asked.network)


def _of_network(asked: Asked, edges: Path) -> Answered:
    network, report = read_network(edges, asked.nodes, asked.essentiality)
    target = asked.target
    if target is not None:
        target = target.upper() if target.lower() != NOBODY else NOBODY
    terms = _terms(asked, target, asked.threshold)
    powers = network_powers(
        network, asked.goal, **terms, chance=asked.chance, draws=asked.draws, seed=asked.seed
    )
    game = network_game(network, asked.goal, **terms)
    names = dict(zip(network.node_ids, network.names, strict=False)) | {"ZZ": "unknown country"}
    known = {name: words for name, words in names.items() if words}
    title = known.get(powers.goal.partition(":")[2], powers.goal.partition(":")[2])
    where = f"{edges.name}, {len(game.part.nodes)} of {network.nodes} nodes"
    return Answered(
        powers=powers,
        game=game,
        lattice=coalition_lattice(game, powers, members=terms["members"]),
        title=title,
        where=where,
        names=known,
        world=None,
        notes=(*(str(one) for one in report.warnings), *report.notes),
    )


def _of_world(asked: Asked) -> Answered:
    facts = load_world(asked.world)
    target = "CN" if asked.target is None else asked.target.upper()
    nobody = target == NOBODY.upper()
    if not nobody and target not in facts.countries:
        finding = Finding(f"target {target!r} is not a country here", fix="give a code, or none")
        raise FindingsError([finding], title="coalitions")
    threshold = asked.threshold
    if threshold is None and not asked.strict and asked.tau is None:
        threshold = preset_value("coalition_share_that_denies")
    goal = asked.goal if ":" in asked.goal else f"product:{asked.goal}"
    terms = _terms(asked, None if nobody else target, threshold)
    powers = coalition_powers(
        facts, goal, **terms, chance=asked.chance, draws=asked.draws, seed=asked.seed
    )
    game = chain_game(facts, goal, **terms)
    return Answered(
        powers=powers,
        game=game,
        lattice=coalition_lattice(game, powers, members=terms["members"]),
        title=goal_name(facts, goal),
        where=f"world {facts.origin}, {facts.year}",
        names=provider_names(facts),
        world=facts,
    )


def _terms(asked: Asked, target: str | None, threshold: float | None) -> _Terms:
    return {
        "target": target,
        "by": asked.by,
        "threshold": threshold,
        "tau": asked.tau,
        "members": _members(asked),
    }


def _members(asked: Asked) -> tuple[str, ...] | None:
    if asked.members is None:
        return None
    parts = (part.strip() for part in asked.members.split(","))
    found = tuple(dict.fromkeys(part for part in parts if part))
    return tuple(part.upper() for part in found) if asked.by == "country" else found
