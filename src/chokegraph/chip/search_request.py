# SPDX-License-Identifier: Apache-2.0
"""What a search is asked: the objective, the restrictions, and what may be used."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import numpy as np

from chokegraph.chip.catalogue import Catalogue
from chokegraph.chip.cost import OUTPUTS
from chokegraph.errors import Finding, FindingsError

RATIOS = {
    "cost_per_tpp": ("cost", "tpp"),
    "power_per_tpp": ("power", "tpp"),
    "cost_per_memory_bound": ("cost", "memory_bound"),
    "cost_per_compute_bound": ("cost", "compute_bound"),
}
"""Objectives that are one output over another: what many packages together are judged by."""

LEAST = (
    "cost", "recurring", "nre", "silicon", "power", "energy_per_op", "energy_memory_bound",
    "energy_compute_bound", "scanner_hours", "euv_hours", "duv_hours", "cycle_days", "wafers",
    "performance_density", "applicable_area", *RATIOS,
)  # fmt: skip
"""Objectives of which less is better; of all others more is."""

STATUS = "status"
"""The output that says whether a design is caught: 0 no, 1 cannot be told, 2 yes."""

_WORDS = ("feasible", "binding")


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """What may be used. None means everything in the catalogue.

    Args:
        nodes: Ids of nodes.
        packages: Ids of packages.
        memories: Ids of memories.
        inputs: Ids of the inputs (tools, materials, steps) that can be had.
        denied: Ids of inputs that cannot be had; taken away from `inputs`.
        without_euv: Nodes that may also be made with multiple immersion exposures in place of their
            EUV layers; None for all. Such a variant needs no EUV tool.
        no_memory: Whether a design without memory counts.
        needed: An input is needed if its requirement is at least this (0 to 1).

    Example:
        >>> Allowed(nodes=["smic-n2"], denied=["euv-low-na-lithography"]).packages is None
        True
    """

    nodes: Collection[str] | None = None
    packages: Collection[str] | None = None
    memories: Collection[str] | None = None
    inputs: Collection[str] | None = None
    denied: Collection[str] = ()
    without_euv: Collection[str] | None = ()
    no_memory: bool = True
    needed: float = 0.5


@dataclass(frozen=True, kw_only=True)
class Request:
    """The objective and the restrictions; outputs are those of `cost.OUTPUTS`.

    Args:
        objective: An output, or one of `RATIOS`. Its better direction is known: less cost, power,
            energy and time, more of everything else.
        at_least: The least of an output that is wanted, such as {"tpp": 4000}.
        at_most: The most of an output, such as {"cost": 3000, "power": 700}.
        volume: Packages over which one-off costs are spread, and that must be made.
        wafers: Wafers of logic that can be had for them, of each node or by node.
        uncaught: Test of a rule: takes the outputs, returns 0 (not caught), 1 (cannot be told) or 2
            (caught). Designs must not be caught.
        unknown_is_caught: Whether a design of which it cannot be told counts as caught.
        memory_bound: Operations per byte of the memory-bound workload; NaN: the setting.
        compute_bound: Operations per byte of the compute-bound workload; NaN: the setting.

    Example:
        >>> Request(objective="cost", at_least={"tpp": 4000.0}).sign
        1.0
    """

    objective: str = "cost"
    at_least: Mapping[str, float] = field(default_factory=dict)
    at_most: Mapping[str, float] = field(default_factory=dict)
    volume: float = np.inf
    wafers: float | Mapping[str, float] | None = None
    uncaught: Callable[[Any], Any] | None = None
    unknown_is_caught: bool = True
    memory_bound: float = np.nan
    compute_bound: float = np.nan

    @property
    def sign(self) -> float:
        """1 where less is better, -1 where more is."""
        return 1.0 if self.objective in LEAST else -1.0

    @property
    def unit(self) -> str:
        """Unit of the objective."""
        if self.objective in RATIOS:
            over, under = RATIOS[self.objective]
            return f"{OUTPUTS[over]} per {OUTPUTS[under]}"
        return OUTPUTS[self.objective]


@dataclass(frozen=True)
class Variant:
    """A node, with EUV (if it takes any) or with multiple exposures instead."""

    node: str
    euv: bool
    needs: tuple[str, ...]


@dataclass(frozen=True)
class Choices:
    """What is left of the catalogue, and why the rest is not.

    Args:
        variants: Nodes that can be made.
        packages: Ids of packages.
        memories: Ids of memories; None stands for no memory.
        needs: Inputs that a package or memory needs, by `group:id`.
        lost: Of what is allowed but cannot be made: the inputs it lacks, by `group:id`.
    """

    variants: tuple[Variant, ...]
    packages: tuple[str, ...]
    memories: tuple[str | None, ...]
    needs: Mapping[str, tuple[str, ...]]
    lost: Mapping[str, tuple[str, ...]]


def choices_of(catalogue: Catalogue, allowed: Allowed) -> Choices:
    """Return what can be made of what is allowed.

    Example:
        >>> from chokegraph.chip.catalogue import load_catalogue
        >>> euv = ["euv-low-na-lithography", "euv-high-na-lithography"]
        >>> left = choices_of(load_catalogue(), Allowed(denied=euv))
        >>> "tsmc-n5" in [one.node for one in left.variants], left.lost["nodes:tsmc-n5"]
        (False, ('euv-low-na-lithography',))
    """
    euv_only, instead = _patterning(catalogue, allowed)
    needs: dict[str, tuple[str, ...]] = {}
    lost: dict[str, tuple[str, ...]] = {}
    variants: list[Variant] = []
    for key in _some(catalogue.nodes, allowed.nodes):
        node = catalogue.nodes[key]
        both = node.needs_euv and (allowed.without_euv is None or key in allowed.without_euv)
        listed = tuple(name for name, share in node.needs.items() if share >= allowed.needed)
        bare = tuple(name for name in listed if name not in euv_only)
        bare += tuple(name for name in instead if name not in bare)
        for euv, names in ((node.needs_euv, listed), (False, bare))[: 1 + both]:
            lacking = _lacking(names, node.alternatives, catalogue, allowed)
            if lacking:
                lost[f"nodes:{key}{'' if euv == node.needs_euv else ' without EUV'}"] = lacking
            else:
                variants.append(Variant(key, euv, names))
    kept: dict[str, list[str]] = {"packages": [], "memories": []}
    for group, some in (("packages", allowed.packages), ("memories", allowed.memories)):
        things = getattr(catalogue, group)
        for key in _some(things, some):
            needed = things[key].needs.items()
            wanted = tuple(name for name, share in needed if share >= allowed.needed)
            lacking = _lacking(wanted, things[key].alternatives, catalogue, allowed)
            if lacking:
                lost[f"{group}:{key}"] = lacking
            else:
                needs[f"{group}:{key}"] = wanted
                kept[group].append(key)
    memories: tuple[str | None, ...] = tuple(kept["memories"])
    if allowed.no_memory:
        memories = (None, *memories)
    return Choices(tuple(variants), tuple(kept["packages"]), memories, needs, lost)


def _some(things: Mapping[str, Any], names: Collection[str] | None) -> list[str]:
    return [key for key in things if names is None or key in names]


def _lacking(
    names: Iterable[str],
    others: Mapping[str, tuple[str, ...]],
    catalogue: Catalogue,
    allowed: Allowed,
) -> tuple[str, ...]:
    def had(name: str) -> bool:
        listed = allowed.inputs is None or name in allowed.inputs
        return listed and name not in allowed.denied

    return tuple(n for n in names if not had(n) and not any(had(o) for o in others.get(n, ())))


def _patterning(catalogue: Catalogue, allowed: Allowed) -> tuple[set[str], tuple[str, ...]]:
    """Inputs that only EUV schemes need, and those of the scheme with the most exposures of DUV."""
    euv: set[str] = set()
    duv: set[str] = set()
    hardest: tuple[float, tuple[str, ...]] = (0.0, ())
    for scheme in catalogue.schemes.values():
        (euv if scheme.needs_euv else duv).update(scheme.needs)
        if not scheme.needs_euv and scheme.exposures is not None:
            names = tuple(n for n, share in scheme.needs.items() if share >= allowed.needed)
            hardest = max(hardest, (scheme.exposures.mid, names))
    # Light for EUV: what nodes with EUV need and no node without it does.
    of_euv = [set(node.needs) for node in catalogue.nodes.values() if node.needs_euv]
    of_duv = [set(node.needs) for node in catalogue.nodes.values() if not node.needs_euv]
    return (euv - duv) | (set().union(*of_euv) - set().union(*of_duv)), hardest[1]


def check_request(catalogue: Catalogue, request: Request, allowed: Allowed) -> None:
    """Raise every mistake in a request at once.

    Raises:
        FindingsError: If an id or an output is not known, or a number is not possible.
    """
    findings: list[Finding] = []
    numeric = [name for name in OUTPUTS if name not in _WORDS]
    findings += _unknown("objective", [request.objective], [*numeric, *RATIOS])
    for word, given in (("at_least", request.at_least), ("at_most", request.at_most)):
        findings += _unknown(word, given, numeric)
        findings += [
            Finding(
                f"{word}: {name} is {value!r} {OUTPUTS.get(name, '')}".rstrip(),
                fix="give a number that is not negative",
            )
            for name, value in given.items()
            if not value >= 0
        ]
    for group in ("nodes", "packages", "memories"):
        findings += _unknown(group, getattr(allowed, group) or (), getattr(catalogue, group))
    findings += _unknown("without_euv", allowed.without_euv or (), catalogue.nodes)
    if isinstance(request.wafers, Mapping):
        findings += _unknown("wafers", request.wafers, catalogue.nodes)
    if not request.volume > 0:
        findings.append(
            Finding(f"volume is {request.volume!r} packages", fix="give a number above 0")
        )
    elif request.wafers is not None and np.isinf(request.volume):
        findings.append(
            Finding("wafers are limited, but no volume is given", fix="give the packages wanted")
        )
    if findings:
        raise FindingsError(findings, title="search")


def _unknown(what: str, names: Iterable[str], known: Collection[str]) -> list[Finding]:
    found = []
    for name in names:
        if name not in known:
            near = get_close_matches(name, list(known), n=1)
            fix = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
            found.append(Finding(f"{what}: no {name!r}", fix=fix))
    return found
