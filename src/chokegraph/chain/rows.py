# SPDX-License-Identifier: Apache-2.0
"""What the chokepoint table holds: one row an input, and what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from chokegraph.chain.coalitions import Blocking, Coalition
from chokegraph.chain.concentration import Interval
from chokegraph.world.model import Level


@dataclass(frozen=True, slots=True)
class Row:
    """One input in the chokepoint table. Shares are fractions; None means unknown.

    Args:
        rank: Place in the table, from 1.
        input_id: The input.
        name: Its name.
        stage: Its stage in the chain.
        kind: tool, material, software, ...
        top_provider: The largest provider with a figure.
        top_share: Its share.
        hhi: Concentration 0..1 with bounds.
        effective_suppliers: 1 / hhi.
        coalition_share: What the coalition holds.
        own_share: What the target covers itself.
        own_share_is: What `own_share` is a share of.
        unattributed: The share that no source attributes.
        grade_target: The target's grade on the input's ladder.
        grade_best: The best grade of any provider.
        reach: Mean loss of the products without it and without substitutes that the coalition
            denies.
        stops: Products that stop without it.
        products: How many products there are.
        deniers: Minimal coalitions that hold enough of the direct supply to deny it.
        score: See the module; bounds in `score.low` and `score.high`.
        evidence: The weakest grade (A best, X judgement) among the shares used; "-" if none.
        year: The year of the shares.
        statement_ids: The statements that the row rests on.
    """

    rank: int
    input_id: str
    name: str
    stage: str
    kind: str
    top_provider: str | None
    top_share: float | None
    hhi: Interval
    effective_suppliers: float | None
    coalition_share: Interval
    own_share: Interval
    own_share_is: str
    unattributed: Interval
    grade_target: float | None
    grade_best: float | None
    reach: float
    stops: tuple[str, ...]
    products: int
    deniers: tuple[Coalition, ...]
    score: Interval
    evidence: str
    year: int | None
    statement_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChokepointTable:
    """The rows with what was asked, so that a table can be read on its own.

    `products` says for each product which minimal coalitions can stop it, through the whole chain;
    `not_good_enough` names, for products out of reach whoever refuses, the inputs that nobody
    makes at the grade asked.
    """

    target: str
    coalition: tuple[str, ...]
    by: Level
    year: int
    threshold: float
    world: str
    data_hash: str
    rows: tuple[Row, ...]
    products: tuple[Blocking, ...] = ()
    not_good_enough: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def unscored(self) -> tuple[Row, ...]:
        """Rows without a score, because nobody attributes their supply."""
        return tuple(row for row in self.rows if row.score.value is None)

    def only(self, input_id: str) -> ChokepointTable:
        """Return the table with the row of one input, which keeps its rank."""
        return replace(self, rows=tuple(row for row in self.rows if row.input_id == input_id))
