# SPDX-License-Identifier: Apache-2.0
"""Minimal blocking coalitions: which smallest sets of countries or firms can deny something.

Up to 24 providers every coalition is tried, as packed truth tables (`truth.py`). Beyond that,
providers that supply exactly the same inputs are taken together first (where all suppliers must
refuse); if too many remain, minimal sets are joined gate by gate (`families.py`). All three are
exact. Should families grow too large, every coalition up to a stated size is tried (`search.py`),
and the answer says that larger ones were not looked for.

The provider "ZZ" in a coalition means: together with whoever holds the unattributed rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from chokegraph.chain.circuit import Circuit
from chokegraph.chain.families import TooManyError, minimal_families
from chokegraph.chain.graph import compile_chain
from chokegraph.chain.presets import preset_value
from chokegraph.chain.search import minimal_up_to
from chokegraph.chain.supply import Reading, own_providers
from chokegraph.chain.truth import blocked_tables, minimal_members
from chokegraph.errors import Finding, FindingsError
from chokegraph.world.model import UNKNOWN_PROVIDER, Level, World

Coalition = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Blocking:
    """The minimal coalitions that can deny one goal.

    Args:
        goal: `input:id`, `route:id` or `product:id`.
        coalitions: Smallest first, then by name. An empty coalition means that the goal is out of
            reach whoever refuses (for example because no provider reaches the grade asked).
        providers: Who was considered.
        complete: Whether coalitions of every size were looked for.
        largest: The largest size looked for.
    """

    goal: str
    coalitions: tuple[Coalition, ...]
    providers: tuple[str, ...]
    complete: bool
    largest: int

    @property
    def certain(self) -> tuple[Coalition, ...]:
        """Those that need no help from unattributed suppliers."""
        return tuple(c for c in self.coalitions if UNKNOWN_PROVIDER not in c)

    @property
    def smallest(self) -> Coalition | None:
        """The smallest coalition, one without unattributed suppliers if there is any."""
        return next(iter(self.certain or self.coalitions), None)

    @property
    def single_points(self) -> tuple[str, ...]:
        """Providers that can deny it alone."""
        return tuple(c[0] for c in self.certain if len(c) == 1)


def blocking_coalitions(
    world: World,
    goal: str,
    *,
    target: str | None = None,
    by: Level = "country",
    threshold: float | None = None,
    reading: Reading = "figures",
    upstream: bool = True,
    largest: int | None = None,
) -> Blocking:
    """Return all minimal coalitions that can deny an input, a route or a product.

    Args:
        world: The facts.
        goal: `input:id`, `route:id` or `product:id`.
        target: Who is denied; its own providers never refuse. None: no one is exempt.
        by: Whether countries or firms form coalitions.
        threshold: The coalition denies an input when it holds this share (0..1) of the supply.
            None: only when no supplier is left outside.
        reading: How intervals are read: "figures", "cautious" or "bold" (see `supply.py`).
        upstream: Whether an input can also be denied through what it needs.
        largest: Look only for coalitions up to this size; None: for all, where that is possible.

    Raises:
        FindingsError: If the goal is not in the world.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> blocking_coalitions(toy_world(), "product:chip").coalitions
        (('DE', 'JP'), ('JP', 'NL'))
    """
    circuit = compile_chain(world, level=by, upstream=upstream)
    if goal not in circuit.goals:
        finding = Finding(
            f"nothing in the world is called {goal!r}",
            fix="give input:ID, route:ID or product:ID; `chokegraph map` lists the ids",
        )
        raise FindingsError([finding], title="blocking coalitions")
    return blocking_of(
        circuit.cone([goal]),
        exempt=_exempt(world, target, circuit, by),
        threshold=threshold,
        reading=reading,
        largest=largest,
    )[goal]


def blocking_of(
    circuit: Circuit,
    *,
    exempt: Iterable[str] = (),
    threshold: float | None = None,
    reading: Reading = "figures",
    largest: int | None = None,
) -> dict[str, Blocking]:
    """Return the minimal blocking coalitions of every goal of a compiled chain.

    Args:
        circuit: The chain, cut to the goals wanted (`Circuit.cone`).
        exempt: Providers that never refuse.
        threshold: As in `blocking_coalitions`.
        reading: As in `blocking_coalitions`.
        largest: As in `blocking_coalitions`.
    """
    providers = refusers(circuit, exempt)
    stop_at = preset_value("essentiality_that_stops")
    limit = int(preset_value("providers_searched_in_full"))
    groups: list[Coalition] = [(provider,) for provider in providers]
    if len(providers) > limit and threshold is None:
        groups = alike(circuit, providers)
    found = None
    if largest is None and len(groups) <= limit:
        tables = blocked_tables(
            circuit, groups, threshold=threshold, reading=reading, stop_at=stop_at
        )
        found = {
            goal: [
                _members(groups, number) for number in minimal_members(table, len(groups)).tolist()
            ]
            for goal, table in tables.items()
        }
    elif largest is None:
        most = int(preset_value("coalitions_kept_per_gate"))
        # Too many sets at some gate: the search by size below still answers, and says how far.
        with suppress(TooManyError):
            found = minimal_families(
                circuit,
                providers,
                threshold=threshold,
                reading=reading,
                stop_at=stop_at,
                most=most,
            )
    size = len(providers)
    if found is None:
        size = int(preset_value("largest_coalition_listed")) if largest is None else largest
        size = min(size, len(providers))
        found = minimal_up_to(
            circuit, providers, size, threshold=threshold, reading=reading, stop_at=stop_at
        )
    complete = size == len(providers)
    return {
        goal: Blocking(
            goal, tuple(sorted(rows, key=lambda row: (len(row), row))), providers, complete, size
        )
        for goal, rows in found.items()
    }


def refusers(circuit: Circuit, exempt: Iterable[str] = ()) -> tuple[str, ...]:
    """Return all providers in a circuit that may refuse, in alphabetical order ("ZZ" last)."""
    out = set(exempt)
    return tuple(sorted({p for s in circuit.supplies for p in s.providers} - out))


def alike(circuit: Circuit, providers: Sequence[str]) -> list[Coalition]:
    """Group providers that supply exactly the same inputs: a minimal coalition has all or none.

    True only where every supplier must refuse, not with a threshold.
    """
    pattern: dict[str, list[int]] = {provider: [] for provider in providers}
    for number, supply in enumerate(circuit.supplies):
        readings = zip(
            supply.present("figures"),
            supply.present("cautious"),
            supply.present("bold"),
            strict=True,
        )
        for provider, present in zip(supply.providers, readings, strict=True):
            if provider in pattern:
                pattern[provider] += [number, *present]
    groups: dict[tuple[int, ...], list[str]] = {}
    for provider, places in pattern.items():
        groups.setdefault(tuple(places), []).append(provider)
    return [tuple(group) for group in groups.values()]


def _members(groups: Sequence[Coalition], number: int) -> Coalition:
    """The providers in the coalition with this number."""
    return tuple(sorted(m for i, group in enumerate(groups) if number >> i & 1 for m in group))


def _exempt(world: World, target: str | None, circuit: Circuit, by: Level) -> set[str]:
    if target is None:
        return set()
    return own_providers(world, target, refusers(circuit), level=by)
