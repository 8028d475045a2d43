# SPDX-License-Identifier: Apache-2.0
"""What a control takes away: the best with it against the best without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from chokegraph.chip.search import SearchResult

_PARTS = ("node", "euv", "package", "memory", "stacks", "dies", "die_area", "frequency")
_ROUTE = ("node", "euv", "package", "memory")


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two searches with the same objective.

    Args:
        objective: The objective.
        held: Best objective under the control; NaN if nothing meets the request.
        free: Best objective without it.
        ratio: `held` over `free`: above 1 a cost that grew, below 1 a performance that shrank.
        possible: Whether anything meets the request under the control.
        replaced: What of the best design's node, patterning, package and memory another replaces:
            (without, with).
        route: The best design under the control, or None.
        lost: Inputs that the best free design needs and the best held one does not.
        why: If nothing is possible: the restrictions in the way.
    """

    objective: str
    held: float
    free: float
    ratio: float
    possible: bool
    replaced: dict[str, tuple[Any, Any]]
    route: dict[str, Any] | None
    lost: tuple[str, ...]
    why: tuple[str, ...]

    def __str__(self) -> str:
        if not self.possible:
            return f"{self.objective}: nothing meets the request; {'; '.join(self.why)}"
        if not self.replaced:
            what = "by the same route"
        else:
            what = "; ".join(
                f"{name} {after if after is not None else 'none'} for "
                f"{before if before is not None else 'none'}"
                for name, (before, after) in self.replaced.items()
            )
        values = f"{self.held:,.4g} against {self.free:,.4g}"
        return f"{self.objective} {values}: x {self.ratio:.3g}, {what}"


def compare(held: SearchResult, free: SearchResult) -> Comparison:
    """Compare a search under a control with one without it.

    Args:
        held: The search with the control, or with fewer things allowed.
        free: The search without it. Give it `start=[held]`, so that it is never worse.

    Raises:
        ValueError: If their objectives differ.

    Example:
        >>> from chokegraph.chip.catalogue import load_catalogue
        >>> from chokegraph.chip.search import Allowed, Request, search
        >>> catalogue, asked = load_catalogue(), Request(at_least={"tpp": 4000.0})
        >>> old = search(catalogue, asked, Allowed(nodes=["smic-n2"], memories=[]))
        >>> new = search(catalogue, asked, Allowed(nodes=["smic-n2", "tsmc-n5"], memories=[]),
        ...     start=[old])
        >>> found = compare(old, new)
        >>> found.replaced["node"], found.ratio > 1
        (('tsmc-n5', 'smic-n2'), True)
    """
    if held.request.objective != free.request.objective:
        message = f"{held.request.objective} cannot be compared with {free.request.objective}"
        raise ValueError(message)
    with_it, without = held.best, free.best
    replaced = {}
    lost: tuple[str, ...] = ()
    if without is not None:
        lost = tuple(without["needs"])
        if with_it is not None:
            replaced = {
                name: (without[name], with_it[name])
                for name in _ROUTE
                if without[name] != with_it[name]
            }
            lost = tuple(name for name in lost if name not in with_it["needs"])
    ratio = held.value / free.value if free.value else np.nan
    return Comparison(
        objective=held.request.objective,
        held=held.value,
        free=free.value,
        ratio=ratio,
        possible=with_it is not None,
        replaced=replaced,
        route=None if with_it is None else {name: with_it[name] for name in _PARTS},
        lost=lost,
        why=held.why,
    )
