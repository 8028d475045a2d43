# SPDX-License-Identifier: Apache-2.0
"""Figures as arrays by code: nodes, packages, memories and settings, as one set or as draws.

The last axis of each array is the code of the node, package or memory; a first axis, if there is
one, holds draws. NaN is unknown: whatever rests on it becomes NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import numpy as np

from chokegraph.chip.settings import Settings
from chokegraph.chip.wafer import Floats

if TYPE_CHECKING:
    from chokegraph.chip.catalogue import Catalogue
    from chokegraph.chip.draws import Draws

MILLION = 1_000_000
UNUSED = ("schemes", "memory_nodes", "accelerators", "substrates")
GROUPS = ("nodes", "packages", "memories")


@dataclass(frozen=True, kw_only=True)
class NodeFigures:
    """Of each node; money in USD, densities of defects per cm2.

    `throughput_density` is dense FP16 TOPS per mm2 of logic area at the node's usual clock;
    `relative_energy` that of one operation, the 7 nm node of the leading foundry being 1.
    """

    nonplanar: Floats
    wafer_price: Floats
    mask_set: Floats
    design_nre: Floats
    defect_density: Floats
    clustering: Floats
    euv_layers: Floats
    mask_count: Floats
    relative_energy: Floats
    throughput_density: Floats
    logic_density: Floats


@dataclass(frozen=True, kw_only=True)
class PackageFigures:
    """Of each package. The first seven say how it is made, 0 or 1.

    `stacked`: dies on dies; `by_wafer`: whole wafers are bonded, so no die is tested before;
    `first`: the carrier is built around the dies; `bridged`: bridges in the substrate; `organic`:
    the dies stand on the substrate itself; `fine`: takes stacked memory beside the logic; `bonded`:
    one of its wafers is DRAM, so that it takes such memory and none other.
    Costs of the carrier per mm2, per wafer, per piece placed, per pair of wafers.
    """

    stacked: Floats
    by_wafer: Floats
    first: Floats
    bridged: Floats
    organic: Floats
    fine: Floats
    bonded: Floats
    shoreline: Floats
    areal: Floats
    energy: Floats
    cost_mm2: Floats
    cost_wafer: Floats
    cost_piece: Floats
    cost_pair: Floats
    defect_density: Floats
    clustering: Floats
    bond_yield: Floats
    area_factor: Floats
    max_area: Floats
    overhead: Floats


@dataclass(frozen=True, kw_only=True)
class MemoryFigures:
    """Of one stack or package of each memory: GB/s, GB, mm2, pJ per bit, USD.

    `fine`: needs a package with fine pads; `on_logic`: is bonded on the logic die.
    """

    fine: Floats
    on_logic: Floats
    bandwidth: Floats
    capacity: Floats
    footprint: Floats
    energy: Floats
    cost: Floats


@dataclass(frozen=True, kw_only=True)
class Figures:
    """All figures that an evaluation takes, and the ids behind the codes.

    Args:
        nodes: By node.
        packages: By package.
        memories: By memory.
        settings: Of the model.
        ids: The ids of each group, in the order of the codes.
        draws: Length of the draws' axis, or None where there is none.
    """

    nodes: NodeFigures
    packages: PackageFigures
    memories: MemoryFigures
    settings: Settings
    ids: Mapping[str, tuple[str, ...]]
    draws: int | None = None

    def code(self, group: str, name: str) -> int:
        """Return the code of an id.

        Args:
            group: `nodes`, `packages` or `memories`.
            name: The id.

        Raises:
            ValueError: If there is no such id; the message names the nearest.
        """
        known = self.ids[group]
        if name in known:
            return known.index(name)
        near = get_close_matches(name, known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(known)}"
        message = f"no {name!r} among the {group}{hint}"
        raise ValueError(message)

    def codes(self, group: str, names: Iterable[str]) -> np.ndarray[Any, np.dtype[np.intp]]:
        """Return the codes of several ids."""
        return np.array([self.code(group, name) for name in names], dtype=np.intp)

    @classmethod
    def of(cls, catalogue: Catalogue) -> Figures:
        """Return the middle of every figure, without an axis of draws.

        Example:
            >>> from chokegraph.chip.catalogue import load_catalogue
            >>> figures = Figures.of(load_catalogue())
            >>> float(figures.nodes.defect_density[figures.code("nodes", "tsmc-n7")])
            0.09
        """
        return _from(catalogue, catalogue.mids(), single=True)

    @classmethod
    def drawn(cls, catalogue: Catalogue, draws: Draws) -> Figures:
        """Return draws of every uncertain figure; what is certain has no axis of draws.

        Args:
            catalogue: Where the words come from.
            draws: Its draws; draw from a `reduced` catalogue to save memory.
        """
        return _from(catalogue, draws, single=False)


def reduced(
    catalogue: Catalogue,
    nodes: Sequence[str] | None = None,
    packages: Sequence[str] | None = None,
    memories: Sequence[str] | None = None,
) -> Catalogue:
    """Return a catalogue with only some of its nodes, packages and memories; None keeps all.

    The other groups, which no evaluation needs, are left out, so that millions of draws fit.

    Example:
        >>> from chokegraph.chip.catalogue import load_catalogue
        >>> list(reduced(load_catalogue(), nodes=["tsmc-n7"]).nodes)
        ['tsmc-n7']
    """
    kept: dict[str, Any] = {name: {} for name in UNUSED}
    for group, names in zip(GROUPS, (nodes, packages, memories), strict=True):
        if names is not None:
            kept[group] = {name: getattr(catalogue, group)[name] for name in names}
    return replace(catalogue, **kept)


def _from(catalogue: Catalogue, draws: Draws, *, single: bool) -> Figures:
    def get(group: str, name: str) -> Floats:
        if not getattr(catalogue, group):
            return np.zeros(0)
        return _without_axis(draws.of(group, name), single=single)

    settings = {
        key: _without_axis(draws.setting(key)[:, None], single=single)[..., 0]
        for key in catalogue.settings
    }
    return from_arrays(catalogue, get, settings, None if single else draws.count)


def from_arrays(
    catalogue: Catalogue,
    get: Callable[[str, str], Floats],
    settings: Mapping[str, Floats],
    draws: int | None,
) -> Figures:
    """Return figures from arrays; words come from the catalogue.

    Args:
        catalogue: Where the words and ids come from.
        get: Gives the array of a group and field.
        settings: By id.
        draws: Length of the draws' axis, or None.
    """
    return Figures(
        nodes=_nodes(catalogue, get),
        packages=_packages(catalogue, get),
        memories=_memories(catalogue, get),
        settings=Settings.named(settings),
        ids={group: tuple(getattr(catalogue, group)) for group in GROUPS},
        draws=draws,
    )


def _without_axis(drawn: Floats, *, single: bool) -> Floats:
    if single or np.array_equal(drawn, np.broadcast_to(drawn[:1], drawn.shape), equal_nan=True):
        return drawn[0]  # type: ignore[no-any-return]
    return drawn


def _nodes(catalogue: Catalogue, get: Any) -> NodeFigures:  # noqa: ANN401 - a function
    found: dict[str, Floats] = {}
    for one in fields(NodeFigures):
        if one.name == "nonplanar":
            found[one.name] = np.array([float(n.nonplanar) for n in catalogue.nodes.values()])
        else:
            found[one.name] = get("nodes", one.name)
    found["mask_set"] = found["mask_set"] * MILLION
    found["design_nre"] = found["design_nre"] * MILLION
    return NodeFigures(**found)


def _packages(catalogue: Catalogue, get: Any) -> PackageFigures:  # noqa: ANN401 - a function
    every = list(catalogue.packages.values())

    def says(name: str, *words: str) -> Floats:
        return np.array([float(getattr(one, name) in words) for one in every])

    cost = get("packages", "carrier_cost")
    unit = {word: says("carrier_unit", word) for word in ("mm2", "wafer", "wafer-pair")}

    def takes(word: str) -> Floats:
        return np.array([float(any(word in kind for kind in one.memory_types)) for one in every])

    return PackageFigures(
        stacked=says("bond_mode", "d2w", "w2w"),
        by_wafer=says("bond_mode", "w2w"),
        first=says("bond_mode", "chip-first"),
        bridged=says("bond_mode", "bridge"),
        organic=unit["mm2"],
        fine=takes("hbm"),
        bonded=takes("bonded"),
        shoreline=get("packages", "shoreline"),
        areal=get("packages", "areal"),
        energy=get("packages", "energy"),
        cost_mm2=cost * unit["mm2"],
        cost_wafer=cost * unit["wafer"],
        cost_piece=cost * says("carrier_unit", "bridge", "die"),
        cost_pair=cost * unit["wafer-pair"],
        defect_density=get("packages", "carrier_defect_density"),
        clustering=get("packages", "carrier_clustering"),
        bond_yield=get("packages", "bond_yield"),
        area_factor=get("packages", "area_factor"),
        max_area=get("packages", "max_area"),
        overhead=get("packages", "d2d_overhead"),
    )


def _memories(catalogue: Catalogue, get: Any) -> MemoryFigures:  # noqa: ANN401 - a function
    kinds = [one.type.lower() for one in catalogue.memories.values()]
    names = ("bandwidth", "capacity", "footprint", "energy", "cost")
    return MemoryFigures(
        fine=np.array([float(kind.startswith("hbm")) for kind in kinds]),
        on_logic=np.array([float("bonded" in kind) for kind in kinds]),
        **{name: get("memories", name) for name in names},
    )
