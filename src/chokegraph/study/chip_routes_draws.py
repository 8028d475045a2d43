# SPDX-License-Identifier: Apache-2.0
"""Ways of routes over draws of the figures of technology: at the start, and when ripe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from chokegraph.chip.catalogue import Catalogue
from chokegraph.chip.cost import evaluate
from chokegraph.chip.draws import Draws
from chokegraph.chip.figures import Figures, reduced
from chokegraph.chip.nand import bits_for_cost, wafer_cost
from chokegraph.chip.wafer import Floats
from chokegraph.study.chip_routes_designs import (
    ASKED,
    BITS,
    NEW,
    RIPE,
    TRANSISTORS,
    Beliefs,
    Judged,
    Way,
    as_designs,
    judge_compute,
)

PARTS = (
    "silicon", "die_loss", "memory", "package_loss", "carrier", "substrate", "assembly", "nre",
    "system", "power_cost",
)  # fmt: skip
"""What the cost of a good package is made of, when ripe; USD."""
ALSO = (
    "cost_now", "cost", "performance", "worth", "start_yield", "die_yield", "package_yield", "tpp",
    "applicable_area", "dram_bandwidth", "power", "within", "duv_hours", "euv_hours", "cycle_days",
)  # fmt: skip
_OF_DIES = ("silicon", "die_loss", "nre")
_OF_PACKAGES = ("memory", "package_loss", "carrier", "substrate", "assembly")
_PER_BILLION = 1e3
_SETTINGS = ("learning-initial-multiple", "defect-rise-per-mask", "litho-share", "duv-step-cost")
_NAND = ("nand-layer-cost", "nand-deck-cost", "nand-bonding-premium")


@dataclass(frozen=True, kw_only=True)
class Valued:
    """Ways, evaluated.

    Args:
        ways: The ways, sized.
        values: Arrays [way] or [draw, way] by name: `PARTS` and `ALSO`. `cost_now` is with the
            defects of the start, `cost` when ripe, and so are `performance` and `worth`
            (performance for a thousand dollars); `start_yield` is good packages for a wafer at the
            start over those of the ripe process; `within` tells whether no physical limit is
            broken. Not a number where it does not apply.
    """

    ways: tuple[Way, ...]
    values: Mapping[str, Floats]

    def __getitem__(self, name: str) -> Floats:
        """Return one array."""
        return self.values[name]


def catalogue_of(catalogue: Catalogue, ways: Sequence[Way]) -> Catalogue:
    """Return the part of a catalogue that ways use."""
    nodes = {name for way in ways for name in (way.node, way.grows_into) if name}
    packages = {way.package for way in ways}
    memories = {way.memory for way in ways if way.memory} or {next(iter(catalogue.memories))}
    return reduced(
        catalogue,
        nodes=[key for key in catalogue.nodes if key in nodes],
        packages=[key for key in catalogue.packages if key in packages],
        memories=[key for key in catalogue.memories if key in memories],
    )


def at_the_middle(catalogue: Catalogue, ways: Sequence[Way], beliefs: Beliefs) -> Valued:
    """Evaluate ways at the middle of every figure.

    Args:
        catalogue: See `catalogue_of`.
        ways: The ways, sized.
        beliefs: Their middles.
    """
    return _valued(catalogue, catalogue.mids(), ways, beliefs, single=True)


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
    return _valued(catalogue, drawn, ways, columns, single=False)


def _valued(
    catalogue: Catalogue, drawn: Draws, ways: Sequence[Way], beliefs: Beliefs, *, single: bool
) -> Valued:
    logic = [k for k, way in enumerate(ways) if way.measure != BITS]
    flash = [k for k, way in enumerate(ways) if way.measure == BITS]
    shape = (len(ways),) if single else (drawn.count, len(ways))
    values = {name: np.full(shape, np.nan) for name in (*PARTS, *ALSO)}
    settings = {
        name: drawn.setting(name)[0] if single else drawn.setting(name)[:, None]
        for name in (*_SETTINGS, *_NAND)
    }
    if logic:
        some = Figures.of(catalogue) if single else Figures.drawn(catalogue, drawn)
        found = _logic([ways[k] for k in logic], some, settings, beliefs)
        for name, array in found.items():
            values[name][..., logic] = array
    if flash:
        for name, array in _flash([ways[k] for k in flash], settings).items():
            values[name][..., flash] = array
    return Valued(ways=tuple(ways), values=values)


def _flash(ways: Sequence[Way], settings: Mapping[str, Floats]) -> dict[str, Floats]:
    """Bits for the cost of a wafer; in units of a wafer of 64 layers on one deck."""
    layers, decks = (np.array([getattr(way, name) for way in ways], float) for name in _SIZES)
    bonded = np.array([bool(way.bonded) for way in ways])
    cost = wafer_cost(
        layers,
        decks,
        layer_cost=settings["nand-layer-cost"],
        deck_cost=settings["nand-deck-cost"],
        premium=np.where(bonded, settings["nand-bonding-premium"], 0.0),
    )
    worth = bits_for_cost(layers, cost)
    return {"worth": worth, "performance": worth * cost}


_SIZES = ("layers", "decks")


def _logic(
    ways: Sequence[Way], figures: Figures, settings: Mapping[str, Floats], beliefs: Beliefs
) -> dict[str, Floats]:
    found, judged = [], []
    for ripe in (False, True):
        own = _with_defects(figures, ways, settings, ripe=ripe)
        designs = as_designs([replace(way, node=way.id) for way in ways], own)
        one = evaluate(designs, own, keep=ASKED)
        found.append(one)
        judged.append(_judge(one, own, ways, beliefs))
    now, done = found
    before, after = judged
    values = {name: done[name] for name in (*PARTS, *ALSO) if name in done}
    dies = np.array([way.measure == TRANSISTORS for way in ways])
    values |= {name: np.where(dies, 0.0, done[name]) for name in _OF_PACKAGES}
    return values | {
        "system": after.system,
        "power_cost": after.power,
        "cost_now": before.cost,
        "cost": after.cost,
        "performance": after.performance,
        "worth": after.worth,
        "start_yield": np.clip(done.wafers / now.wafers, 0.0, 1.0),
        "die_yield": now.die_yield,
        "package_yield": now.package_yield,
        "within": done.feasible.astype(float),
    }


def _with_defects(
    figures: Figures, ways: Sequence[Way], settings: Mapping[str, Floats], *, ripe: bool
) -> Figures:
    """Return figures with a node of its own for each way: its process at one time."""
    codes = figures.codes("nodes", [way.node for way in ways])
    into = figures.codes("nodes", [way.grows_into or way.node for way in ways])
    names = [one.name for one in fields(figures.nodes)]
    nodes = {name: getattr(figures.nodes, name)[..., codes] for name in names}
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


def _judge(
    found: Mapping[str, Floats], figures: Figures, ways: Sequence[Way], beliefs: Beliefs
) -> Judged:
    """Accelerators by their life's cost; logic wafers by the cost of good dies alone."""
    compute = judge_compute(found, beliefs)
    area = np.array([way.area for way in ways])
    reached = np.asarray(figures.settings.logic_utilisation)[..., None]
    made = area * figures.nodes.logic_density * reached / _PER_BILLION
    plain = np.array([way.measure == TRANSISTORS for way in ways])
    dies = sum(found[name] for name in _OF_DIES)
    return Judged(
        performance=np.where(plain, made, compute.performance),
        cost=np.where(plain, dies, compute.cost),
        system=np.where(plain, 0.0, compute.system),
        power=np.where(plain, 0.0, compute.power),
    )
