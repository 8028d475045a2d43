# SPDX-License-Identifier: Apache-2.0
"""Law over the flows of a run: every link decided in every quarter, turned into access.

Each outcome of the law (a licence policy, an exception, cannot tell) lets a part of the trade
through; the table `licence_policies.csv` says how much, with ranges. A flow of the model (a
country's sales of an input to a tier, its servicing, its people) is the sum over classes of items,
places of export and classes of buyers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from chokegraph.errors import Finding, FindingsError
from chokegraph.response.distributions import quantile
from chokegraph.response.law import REACH, LawFlows, LawPart
from chokegraph.response.state import TIERS, Structure
from chokegraph.scenario import Scenario, load_licence_policies
from chokegraph.scenario.when import quarter_index
from chokegraph.study.law_decide import FREE, Decided, decide_law
from chokegraph.world.flows import links
from chokegraph.world.links import SALE, SERVICING
from chokegraph.world.model import World

if TYPE_CHECKING:
    from typing import Literal

    import polars as pl

    Run = Literal["baseline", "scenario"]

Array = np.ndarray[Any, np.dtype[Any]]

SERVICE, STAFF = 5, 6
"""Rows of the model's flows for servicing and for support by people; 0 to 2 are the tiers."""

_DIGITS = 9
_LITTLE = 1e-6


@dataclass(frozen=True)
class RunLaw:
    """The law of one run.

    Args:
        decided: The outcome of every case on every span of days.
        links: The links to the target among the countries and inputs that the model follows, with
            `row` (the model's flow), `weight` (without the buyers' share) and `at` (the place of
            the case among those decided).
        flows: What the model is given.
        span_state: The state in `flows` of each span.
    """

    decided: Decided
    links: pl.DataFrame
    flows: LawFlows
    span_state: Array


def build_law(scenario: Scenario, run: Run, world: World, structure: Structure) -> RunLaw | None:
    """Decide the law of a run for all flows of a structure.

    Args:
        scenario: The question.
        run: "baseline" or "scenario".
        world: The facts.
        structure: The arrays made from them.

    Returns:
        The law's flows and what they rest on; None if the run has no law.

    Raises:
        FindingsError: If an amendment does not fit the law, or the law has a review policy that the
            table of licence policies does not know.
    """
    setting = scenario.law_of(run)
    if setting is None:
        return None
    table = _model_links(world, structure)
    used = np.unique(table["case"].to_numpy())
    decided = decide_law(
        setting,
        world,
        structure.countries[0],
        used,
        first=quarter_index(scenario.start),
        quarters=len(structure.quarters),
    )
    table = table.with_columns(at=np.searchsorted(used, table["case"].to_numpy()))
    flows, states = _Flows(table, decided, structure).build()
    return RunLaw(decided, table, flows, states)


def _model_links(world: World, structure: Structure) -> pl.DataFrame:
    """Return the links that the model follows, each with its row, country and input as numbers."""
    import polars as pl

    countries = {name: n for n, name in enumerate(structure.countries[:-1])}
    inputs = {name: n for n, name in enumerate(structure.inputs)}
    services = [key for key in inputs if world.inputs[key].kind == "service"]
    tiers = {tier: n for n, tier in enumerate(TIERS)}
    found = links(world, structure.countries[0]).filter(
        pl.col("country").is_in(list(countries)), pl.col("input").is_in(list(inputs))
    )
    sold = (pl.col("activity") == SALE) | pl.col("input").is_in(services)
    tier = pl.col("tier").replace_strict(tiers, return_dtype=pl.Int64)
    part = tier_parts(structure)
    found = found.with_columns(
        c=pl.col("country").replace_strict(countries, return_dtype=pl.Int64),
        i=pl.col("input").replace_strict(inputs, return_dtype=pl.Int64),
        row=pl.when(sold)
        .then(tier)
        .when(pl.col("activity") == SERVICING)
        .then(SERVICE)
        .otherwise(STAFF),
        tier_number=tier,
        group=pl.col("sector") + "/" + pl.col("tier"),
    )
    in_use = part[found["tier_number"].to_numpy(), found["i"].to_numpy()]
    return found.with_columns(
        tier_part=pl.when(pl.col("row") < SERVICE).then(pl.Series("in_use", in_use)).otherwise(1.0),
        weight=pl.col("item_middle")
        * pl.col("sector_middle")
        * pl.col("place_middle")
        * pl.when(pl.col("row") < SERVICE).then(1.0).otherwise(pl.Series("in_use", in_use)),
    )


def tier_parts(structure: Structure) -> Array:
    """Return the part of the target's purchases of each input by tier, [3, I].

    Of what the target does not buy, no part matters; tiers are then alike.
    """
    demand = structure.purchases[: len(TIERS)]
    total = demand.sum(axis=0)
    even = np.full_like(demand, 1 / len(TIERS))
    return np.asarray(np.divide(demand, total, out=even, where=total > 0))


class _Flows:
    """Sums links to the flows of the model, state by state."""

    def __init__(self, table: pl.DataFrame, decided: Decided, structure: Structure) -> None:
        self.decided = decided
        self.shape = (REACH, len(structure.countries), len(structure.inputs))
        self.groups = _groups(table)
        self.buyers = [(group, buyer) for group in self.groups for buyer in self.groups[group]]
        numbers = {pair: n for n, pair in enumerate(self.buyers)}
        pairs = zip(table["group"].to_list(), table["buyer_class"].to_list(), strict=True)
        self.buyer = np.array([numbers[pair] for pair in pairs])
        self.at = table["at"].to_numpy()
        self.weight = table["weight"].to_numpy()
        place = np.ravel_multi_index(
            tuple(table[name].to_numpy() for name in ("row", "c", "i")), self.shape
        )
        self.used, self.cell = np.unique(place, return_inverse=True)

    def build(self) -> tuple[LawFlows, Array]:
        """Return the flows for the model, and the state of each span."""
        rows, state_of = np.unique(self.decided.outcome, axis=0, return_inverse=True)
        state_of = np.ravel(state_of)
        count = len(self.decided.names) * len(self.buyers)
        kept = [p for p in range(count) if self._name(p) != FREE]
        sums = [self._sum(row, count)[:, kept] for row in rows]
        seen = np.flatnonzero(np.any([part.any(axis=0) for part in sums], axis=0))
        profiles, ids = [], []
        for part in sums:
            unique, where = np.unique(np.round(part[:, seen], _DIGITS), axis=0, return_inverse=True)
            profiles.append(unique)
            ids.append(np.ravel(where))
        kinds, kind = np.unique(np.array(ids).T, axis=0, return_inverse=True)
        weight = np.zeros((len(rows) + 1, len(seen), len(kinds) + 1))
        for state, unique in enumerate(profiles):
            weight[state + 1, :, 1:] = unique[kinds[:, state]].T
        cell = np.zeros(self.shape, dtype=np.int32).ravel()
        cell[self.used] = np.ravel(kind) + 1
        state_of = state_of + 1  # state 0 is no law
        by_quarter = state_of[self.decided.spans]
        flows = LawFlows(
            parts=tuple(self._part(kept[p]) for p in seen),
            groups=self.groups,
            weight=weight,
            cell=cell.reshape(self.shape),
            before=int(by_quarter[0, 0]),
            state=by_quarter[1:],
        )
        return flows, state_of

    def _sum(self, outcome: Array, count: int) -> Array:
        """Return the weight of each part in each flow that has links, [flows, parts]."""
        part = outcome[self.at].astype(np.int64) * len(self.buyers) + self.buyer
        total = np.bincount(
            self.cell * count + part, weights=self.weight, minlength=len(self.used) * count
        )
        return np.asarray(total.reshape(len(self.used), count))

    def _name(self, part: int) -> str:
        return self.decided.names[part // len(self.buyers)]

    def _part(self, part: int) -> LawPart:
        group, buyer = self.buyers[part % len(self.buyers)]
        name = self._name(part)
        policy = load_licence_policies().get(name)
        if policy is None:
            message = f"the law has the review policy {name!r}, which has no range"
            raise FindingsError([Finding(message, "add it to licence_policies.csv")], title="law")
        share = self.groups[group][buyer]
        return LawPart(name, policy.dist, policy.a, policy.b, group, buyer, share)


def _groups(table: pl.DataFrame) -> dict[str, dict[str, tuple[float, float, float]]]:
    """Return the classes of buyers by sector and tier, with their parts of the purchases."""
    columns = ("group", "buyer_class", "buyer_low", "buyer_middle", "buyer_high")
    found: dict[str, dict[str, tuple[float, float, float]]] = {}
    for group, buyer, *share in table.select(columns).unique().sort(columns[:2]).iter_rows():
        found.setdefault(group, {})[buyer] = (share[0], share[1], share[2])
    return found


def changed_inputs(before: RunLaw | None, after: RunLaw | None) -> Array:
    """Return whether law treats some flow of an input differently in two runs, [I].

    Flows are compared in force, quarter by quarter, with the buyers' middle shares.
    """
    parts = [_mean_denied(law) for law in (before, after) if law is not None]
    if not parts or before is after:
        size = 0 if not parts else parts[0].shape[-1]
        return np.zeros(size, dtype=bool)
    first = _mean_denied(before) if before is not None else np.zeros_like(parts[0])
    second = _mean_denied(after) if after is not None else np.zeros_like(parts[0])
    return np.asarray(np.any(np.abs(first - second) > _LITTLE, axis=(0, 1, 2)))


def _mean_denied(law: RunLaw) -> Array:
    """Return the part of each flow that is not free, by quarter in force, [T, 7, C, I]."""
    flows = law.flows
    shares = np.array([_denying(part) for part in flows.parts])
    by_kind = shares @ flows.weight
    return np.asarray(by_kind[flows.state[:, 0]][:, flows.cell])


def _denying(part: LawPart) -> float:
    middle = quantile(part.dist, part.a, part.b, np.array([0.5]))
    return float(part.share[1] * (1.0 - middle[0]))
