# SPDX-License-Identifier: Apache-2.0
"""Ways of routes over draws of the figures of technology: at the start, and when ripe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from chokegraph.chip.catalogue import Catalogue
from chokegraph.chip.cost import Evaluation, evaluate
from chokegraph.chip.draws import Draws
from chokegraph.chip.figures import Figures, reduced
from chokegraph.chip.wafer import Floats
from chokegraph.study.chip_routes_designs import (
    ASKED,
    NEW,
    RIPE,
    TRANSISTORS,
    Beliefs,
    Judged,
    Way,
    as_designs,
    judge_compute,
)

_PER_BILLION = 1e3
_SETTINGS = ("learning-initial-multiple", "defect-rise-per-mask", "litho-share", "duv-step-cost")


@dataclass(frozen=True, kw_only=True)
class Valued:
    """Ways, evaluated. Arrays are [way], or [draw, way].

    Args:
        ways: The ways, sized.
        now: Outputs with the defects of the start.
        ripe: Outputs with those that the process comes down to.
        judged_now: What each is worth at the start.
        judged_ripe: What each is worth when ripe.
    """

    ways: tuple[Way, ...]
    now: Evaluation
    ripe: Evaluation
    judged_now: Judged
    judged_ripe: Judged

    @property
    def start_yield(self) -> Floats:
        """Good packages for a wafer at the start, over those of the ripe process."""
        return np.asarray(np.clip(self.ripe.wafers / self.now.wafers, 0.0, 1.0))


def catalogue_of(catalogue: Catalogue, ways: Sequence[Way]) -> Catalogue:
    """Return the part of a catalogue that ways use."""
    nodes = {name for way in ways for name in (way.node, way.grows_into) if name}
    memories = {way.memory for way in ways if way.memory} or {next(iter(catalogue.memories))}
    return reduced(
        catalogue,
        nodes=[key for key in catalogue.nodes if key in nodes],
        packages=[key for key in catalogue.packages if key in {way.package for way in ways}],
        memories=[key for key in catalogue.memories if key in memories],
    )


def at_the_middle(catalogue: Catalogue, ways: Sequence[Way], beliefs: Beliefs) -> Valued:
    """Evaluate ways at the middle of every figure.

    Args:
        catalogue: See `catalogue_of`.
        ways: The ways, sized.
        beliefs: Their middles.
    """
    return _valued(Figures.of(catalogue), catalogue.mids(), ways, beliefs)


def over_draws(
    catalogue: Catalogue, ways: Sequence[Way], beliefs: Beliefs, *, draws: int, seed: int
) -> Valued:
    """Evaluate ways over draws: the same figures in a draw for all ways.

    Args:
        catalogue: See `catalogue_of`.
        ways: The ways, sized.
        beliefs: Their draws, [draw].
        draws: How many.
        seed: Seed; a draw is the same whatever their number.
    """
    drawn = catalogue.draw(np.random.default_rng(seed), draws)
    columns = {name: np.asarray(values)[:, None] for name, values in beliefs.items()}
    return _valued(Figures.drawn(catalogue, drawn), drawn, ways, columns)


def _valued(figures: Figures, drawn: Draws, ways: Sequence[Way], beliefs: Beliefs) -> Valued:
    settings = {name: drawn.setting(name) for name in _SETTINGS}
    column = {n: v[0] if figures.draws is None else v[:, None] for n, v in settings.items()}
    found: list[Evaluation] = []
    judged: list[Judged] = []
    for ripe in (False, True):
        own = _with_defects(figures, ways, column, ripe=ripe)
        designs = as_designs([replace(way, node=way.id) for way in ways], own)
        one = evaluate(designs, own, keep=ASKED)
        found.append(one)
        judged.append(_judge(one, own, ways, beliefs))
    return Valued(
        ways=tuple(ways),
        now=found[0],
        ripe=found[1],
        judged_now=judged[0],
        judged_ripe=judged[1],
    )


def _with_defects(
    figures: Figures, ways: Sequence[Way], settings: dict[str, Floats], *, ripe: bool
) -> Figures:
    """Return figures with a node of its own for each way: its process at one time."""
    codes = figures.codes("nodes", [way.node for way in ways])
    into = figures.codes("nodes", [way.grows_into or way.node for way in ways])
    nodes = {
        one.name: getattr(figures.nodes, one.name)[..., codes] for one in fields(figures.nodes)
    }
    stated = nodes["defect_density"]
    grown = np.minimum(stated, figures.nodes.defect_density[..., into])
    new = np.array([way.starts == NEW for way in ways])
    done = np.array([way.starts == RIPE for way in ways])
    first = np.where(new, settings["learning-initial-multiple"] * grown, stated)
    density = grown if ripe else np.where(done, grown, first)
    more = np.array([way.more_masks for way in ways])
    nodes["defect_density"] = density * (1.0 + settings["defect-rise-per-mask"] * more)
    passes = more * settings["duv-step-cost"] / nodes["mask_count"]
    nodes["wafer_price"] = nodes["wafer_price"] * (1.0 + settings["litho-share"] * passes)
    ids = {**figures.ids, "nodes": tuple(way.id for way in ways)}
    return replace(figures, nodes=replace(figures.nodes, **nodes), ids=ids)


def _judge(found: Evaluation, figures: Figures, ways: Sequence[Way], beliefs: Beliefs) -> Judged:
    compute = judge_compute(found, beliefs)
    area = np.array([way.area for way in ways])
    reached = np.asarray(figures.settings.logic_utilisation)[..., None]
    made = area * figures.nodes.logic_density * reached / _PER_BILLION
    plain = np.array([way.measure == TRANSISTORS for way in ways])
    return Judged(
        performance=np.where(plain, made, compute.performance),
        cost=np.where(plain, found.cost, compute.cost),
        system=np.where(plain, 0.0, compute.system),
        power=np.where(plain, 0.0, compute.power),
    )
