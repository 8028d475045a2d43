# SPDX-License-Identifier: Apache-2.0
"""The nouns of the world: inputs, providers, the chain, products, routes, and the facts about them.

Everything here is frozen. A `World` is a view of the facts at one year; it is built by
`chokegraph.world.load.load_world` and never changed. Shares are fractions; money is USD million;
time is in quarters where it is a duration and in years or ISO dates where it is a date.
"""

from __future__ import annotations

import builtins
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import datetime as dt

    import polars as pl

UNKNOWN_PROVIDER = "ZZ"
"""The provider id of the unknown remainder: the share of the market that no source attributes."""

Relation = Literal["needed_by", "variant_of"]
Grade = Literal["A", "B", "C", "D", "X"]
Level = Literal["country", "firm"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where facts come from: one row of `sources.csv`."""

    source_id: str
    title: str
    publisher: str
    authors: str
    published: str
    url: str
    accessed: str
    licence: str
    redistributable: str
    notes: str
    archived_url: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One fact with its source, period, interval and grade: one row of `statements.csv`.

    `value` is None when the source says that something exists but gives no figure
    (`obs_status` M). `subject_id` is `kind:id`, for example `input:euv-lithography`;
    `object_id` likewise (`country:NL`, `firm:asml`) or "".
    """

    statement_id: str
    subject_id: str
    property: str
    object_id: str
    value: float | None
    unit: str
    low: float | None
    high: float | None
    interval_kind: str
    dist: str
    period_start: str
    period_end: str
    obs_status: str
    source_id: str
    locator: str
    original_value: str
    method: str
    derived_from: tuple[str, ...]
    grade: Grade
    accessed: str
    note: str
    line: int = 0

    @builtins.property  # the field `property` hides the decorator's name here
    def year(self) -> int | None:
        """The year that the fact is about (the end of its period), or None if undated."""
        text = self.period_end or self.period_start
        return int(text[:4]) if text[:4].isdigit() else None

    @builtins.property
    def is_part_of_year(self) -> bool:
        """Whether the fact is about a quarter, a month or a day, so not about the year."""
        return len(self.period_end or self.period_start) > len("2024")


@dataclass(frozen=True, slots=True)
class Selection:
    """Which statement is used for a subject, property, object and year, and why."""

    subject_id: str
    property: str
    object_id: str
    year: int
    statement_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number as used: value, 90 % interval, and the statements it rests on.

    `value` None means unknown; then `low` and `high` still bound it.

    Example:
        >>> Estimate(0.4, 0.3, 0.5).known
        True
    """

    value: float | None
    low: float
    high: float
    unit: str = ""
    year: int | None = None
    grade: str = "X"
    statement_ids: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        """Whether a central value exists."""
        return self.value is not None


@dataclass(frozen=True, slots=True)
class Country:
    """A country, by ISO 3166-1 alpha-2 code."""

    country_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Firm:
    """A provider firm. Headquarters, legal seat and main place of operation may differ."""

    firm_id: str
    name: str
    headquarters: str
    legal_country: str
    operating_country: str
    aliases: tuple[str, ...] = ()
    owner: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Input:
    """Anything a chip needs: a tool, a material, a process step, software, a service.

    `use` is "capital" (worn out over years), "consumable" (used up) or "none" (a process step or
    a group, which nobody buys as such). `family` is the class in which public figures are given
    (etch, lithography, ...). `ladder_id` names the grade ladder.
    """

    input_id: str
    name: str
    kind: str
    use: Literal["capital", "consumable", "none"]
    stage: str
    family: str
    ladder_id: str
    eccns: tuple[str, ...]
    tags: tuple[str, ...]
    description: str


@dataclass(frozen=True, slots=True)
class LadderStep:
    """One rung of a grade ladder; `grade` counts generations, `year` is first volume use."""

    ladder_id: str
    grade: float
    label: str
    value: float | None
    unit: str
    year: float | None


@dataclass(frozen=True, slots=True)
class Link:
    """An edge of the chain: `source` is needed by, or is a variant of, `target` (both inputs).

    `essentiality` in 0..1 says how far the target stops without the source (1 = stops).
    """

    source: str
    relation: Relation
    target: str
    essentiality: float = 1.0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Product:
    """What is made: advanced logic, an AI accelerator, NAND, SiC devices, ..."""

    product_id: str
    name: str
    tier: str
    unit: str
    description: str


@dataclass(frozen=True, slots=True)
class Route:
    """A way to make a product. `design_around` routes avoid the inputs that are controlled."""

    route_id: str
    product_id: str
    name: str
    tier: str
    design_around: bool
    description: str


@dataclass(frozen=True, slots=True)
class Need:
    """A route needs an input: how strongly (0..1), and at which grade on the input's ladder."""

    route_id: str
    input_id: str
    requirement: float
    grade_asked: float | None


@dataclass(frozen=True, slots=True)
class PropertyInfo:
    """What a property of statements means, its unit and its bounds: a row of `properties.csv`."""

    name: str
    unit: str
    meaning: str
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class GradeInfo:
    """What an evidence grade means, and the least width of an interval that goes with it.

    The width is `(high - low) / value`; see `chokegraph.world.quality`.
    """

    grade: str
    meaning: str
    min_relative_width: float


@dataclass(frozen=True)
class Share:
    """The provision shares of one input at one level: by provider, and the unknown remainder.

    `shares` maps provider id (ISO country code or firm id) to an `Estimate` in fractions.
    A named provider without a figure has value None and an interval. `remainder` is what no
    source attributes (it contains what a source calls "various" and, up to their bounds, the named
    providers without a figure); `complete` is False when no public share exists at all. `year` is
    the year of most of the figures; each `Estimate` carries its own.
    """

    input_id: str
    level: Level
    year: int | None
    shares: dict[str, Estimate]
    remainder: Estimate
    definition: str = "world market"

    @property
    def complete(self) -> bool:
        """Whether any provider has a figure."""
        return any(estimate.known for estimate in self.shares.values())


@dataclass(frozen=True)
class World:
    """What exists, with sources, as seen at `year`. Frozen; build it with `load_world`.

    Dictionaries are keyed by id and keep the order of the tables. `country_shares` and
    `firm_shares` hold a `Share` for every input that has providers.
    """

    origin: str
    year: int
    version: str
    data_hash: str
    inputs: dict[str, Input]
    countries: dict[str, Country]
    firms: dict[str, Firm]
    ladders: dict[str, tuple[LadderStep, ...]]
    links: tuple[Link, ...]
    products: dict[str, Product]
    routes: dict[str, Route]
    needs: tuple[Need, ...]
    country_shares: dict[str, Share]
    firm_shares: dict[str, Share]
    statements: dict[str, Statement]
    sources: dict[str, Source]
    selections: tuple[Selection, ...]
    notes: tuple[str, ...] = field(default=())
    properties: dict[str, PropertyInfo] = field(default_factory=dict)
    grades: dict[str, GradeInfo] = field(default_factory=dict)

    @cached_property
    def by_subject(self) -> dict[tuple[str, str], tuple[Statement, ...]]:
        """Statements by (subject_id, property), in the order of the table."""
        table: dict[tuple[str, str], list[Statement]] = {}
        for statement in self.statements.values():
            table.setdefault((statement.subject_id, statement.property), []).append(statement)
        return {key: tuple(rows) for key, rows in table.items()}

    @cached_property
    def selected(self) -> dict[tuple[str, str, str, int], str]:
        """The chosen statement's id by (subject_id, property, object_id, year)."""
        return {
            (row.subject_id, row.property, row.object_id, row.year): row.statement_id
            for row in self.selections
        }

    def flows(
        self, target: str = "CN", *, on: dt.date, known_on: dt.date | None = None
    ) -> pl.DataFrame:
        """Return every supply link to a target with its legal facts on a day.

        See `chokegraph.world.flows.flows`.
        """
        from chokegraph.world.flows import flows

        return flows(self, target, on=on, known_on=known_on)
