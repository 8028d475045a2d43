# SPDX-License-Identifier: Apache-2.0
"""Everything about one input: shares with intervals, who can deny it, what hangs on it, sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chokegraph.chain.coalitions import Blocking, blocking_coalitions
from chokegraph.chain.concentration import Interval
from chokegraph.chain.dependence import dependence
from chokegraph.chain.presets import preset_value
from chokegraph.chain.rows import Row
from chokegraph.chain.table import chokepoint_table
from chokegraph.errors import Finding, FindingsError
from chokegraph.world import Estimate, Level, Share, World


@dataclass(frozen=True, slots=True)
class Sheet:
    """One input in full.

    Args:
        row: Its row in the chokepoint table.
        threshold: The share of supply that denies it.
        description: What it is.
        share: The shares by provider, or None.
        needs: Inputs it needs.
        variants: Its variants; any one will do.
        needed_by: Inputs and routes that need it, or of which it is a variant.
        direct: Coalitions that hold enough of its own supply.
        upstream: Coalitions that can also deny what it needs.
        alone: Coalitions that leave no supplier at all, upstream included.
        dependence: What is lost if one provider refuses, upstream included.
    """

    row: Row
    threshold: float
    description: str
    share: Share | None
    needs: tuple[str, ...]
    variants: tuple[str, ...]
    needed_by: tuple[str, ...]
    direct: Blocking
    upstream: Blocking
    alone: Blocking
    dependence: Mapping[str, Interval]


def input_sheet(
    world: World,
    input_id: str,
    *,
    target: str = "CN",
    coalition: Iterable[str] = ("US", "JP", "NL"),
    by: Level = "country",
    threshold: float | None = None,
) -> Sheet:
    """Return everything about one input.

    Args:
        world: The facts.
        input_id: The input.
        target: The country controlled.
        coalition: As in `chokepoint_table`.
        by: As in `chokepoint_table`.
        threshold: As in `chokepoint_table`.

    Raises:
        FindingsError: If there is no such input, or nobody can supply it as such.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> input_sheet(toy_world(), "litho", coalition=["NL", "JP"]).direct.coalitions
        (('NL',),)
    """
    if input_id not in world.inputs:
        near = [name for name in world.inputs if input_id.lower() in name]
        fix = f"did you mean {', '.join(near)}?" if near else "`chokegraph map` lists the ids"
        raise FindingsError([Finding(f"no input is called {input_id!r}", fix=fix)], title="map")
    table = chokepoint_table(world, target=target, coalition=coalition, by=by, threshold=threshold)
    row = next((row for row in table.rows if row.input_id == input_id), None)
    if row is None:
        steps = ", ".join(_sources(world, input_id, "needed_by")) or "nothing known"
        finding = Finding(
            f"{input_id!r} is a step or group that nobody sells as such",
            fix=f"look at what it needs: {steps}",
        )
        raise FindingsError([finding], title="map")
    denies = preset_value("coalition_share_that_denies") if threshold is None else threshold
    goal = f"input:{input_id}"

    def blocking(share: float | None, *, upstream: bool) -> Blocking:
        return blocking_coalitions(
            world, goal, target=target, by=by, threshold=share, upstream=upstream
        )

    return Sheet(
        row=row,
        threshold=denies,
        description=world.inputs[input_id].description,
        share=(world.country_shares if by == "country" else world.firm_shares).get(input_id),
        needs=_sources(world, input_id, "needed_by"),
        variants=_sources(world, input_id, "variant_of"),
        needed_by=tuple(
            dict.fromkeys(
                [link.target for link in world.links if link.source == input_id]
                + [need.route_id for need in world.needs if need.input_id == input_id]
            )
        ),
        direct=blocking(denies, upstream=False),
        upstream=blocking(denies, upstream=True),
        alone=blocking(None, upstream=True),
        dependence=dependence(world, goal, target=target, by=by),
    )


def ranked_shares(share: Share | None) -> list[tuple[str, Estimate]]:
    """Return the providers of a share, largest first, those without a figure last.

    Example:
        >>> ranked_shares(None)
        []
    """
    rows = list(share.shares.items()) if share else []
    return sorted(rows, key=lambda row: (row[1].value is None, -(row[1].value or 0.0), row[0]))


def _sources(world: World, input_id: str, relation: str) -> tuple[str, ...]:
    return tuple(
        link.source for link in world.links if link.target == input_id and link.relation == relation
    )
