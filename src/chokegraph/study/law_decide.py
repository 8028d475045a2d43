# SPDX-License-Identifier: Apache-2.0
"""The law of a run, decided for the cases of all links, on every quarter and as known before it.

Most days are like others: nothing of the law and nothing of the facts changes between them. Each
such span is decided once.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from chokegraph.response.policy import MAX_HORIZON
from chokegraph.rules import Law, load_law
from chokegraph.rules.dated import Dated
from chokegraph.scenario import LawSetting
from chokegraph.scenario.law_check import amended, base_law
from chokegraph.scenario.when import quarter_days
from chokegraph.world.flows import cases, change_days
from chokegraph.world.legal import LegalFacts, load_legal_facts
from chokegraph.world.model import World

if TYPE_CHECKING:
    import polars as pl

    from chokegraph.rules.compile import Program
    from chokegraph.rules.values import Value

Array = np.ndarray[Any, np.dtype[Any]]

ALL_KNOWN = -1
"""The span of knowledge in which everything is known that the run will ever know."""

FREE = "no-requirement"
"""The outcome of what needs no licence; every other outcome is in the table of policies."""

EXCEPTION, UNKNOWN, STANDING = "exception", "cannot-tell", "authorised"
NOT_STATED = "policy-not-stated"

_COUNTRY = {"us": "US", "nl": "NL", "jp": "JP", "cn": "CN"}

Span = tuple[int, int, int]
"""What is known, the law's vintage, the facts' vintage: days of one span are decided alike."""


@dataclass(frozen=True)
class Decided:
    """The outcome of every case on every span.

    Args:
        setting: The law as the scenario states it.
        law: The law itself, with its amendments.
        facts: The tables of legal facts.
        case: Numbers of the cases, in the order of the columns below.
        spans: For quarter t and h quarters ahead of it, the place of the span in `outcome`;
            row 0 is the quarter before the first, for which only h = 0 counts, [T + 1, H + 1].
        days: The first day that was decided of each span.
        outcome: For each span and case, the place of the outcome in `names`, [spans, cases].
        decision: For each span and case, the row of `decisions`, [spans, cases].
        names: Outcomes: `FREE` and policies of the table of policies.
        decisions: The engine's decisions, one row a state.
    """

    setting: LawSetting
    law: Law
    facts: LegalFacts
    case: Array
    spans: Array
    days: tuple[dt.date, ...]
    outcome: Array
    decision: Array
    names: tuple[str, ...]
    decisions: pl.DataFrame


def decide_law(
    setting: LawSetting, world: World, target: str, used: Array, *, first: int, quarters: int
) -> Decided:
    """Decide all cases of the links to a target under the law of a run.

    Args:
        setting: The law as the scenario states it.
        world: The facts.
        target: The country that is supplied.
        used: Numbers of the cases that matter.
        first: Index of the first quarter.
        quarters: How many quarters.

    Raises:
        FindingsError: If an amendment does not fit the law.
    """
    return _Decider(setting, world, target, used).run(first, quarters)


@dataclass
class _Decider:
    setting: LawSetting
    world: World
    target: str
    used: Array
    facts: LegalFacts = field(default_factory=load_legal_facts)
    laws: dict[int, Law] = field(default_factory=dict)

    def run(self, first: int, quarters: int) -> Decided:
        self.full = amended(base_law(self.setting), self.setting)
        # A state's rules on its own exports have no say in what it buys.
        away = tuple(r for r in self.full.rules if _COUNTRY.get(r.regime) != self.target)
        self.law = replace(self.full, rules=away)
        self.changes = change_days(self.facts)
        self.news = self._news()
        spans: dict[Span, int] = {}
        wanted: dict[int, dict[Span, dt.date]] = {}
        place = np.zeros((quarters + 1, MAX_HORIZON + 1), dtype=int)
        for t in range(-1, quarters):
            last = quarter_days(first + t)[1]
            ahead = range(MAX_HORIZON + 1) if t >= 0 else range(1)
            for h in ahead:
                day = _middle(first + t + h)
                known = ALL_KNOWN if h == 0 else self._known(last, day)
                if known != ALL_KNOWN and not self._expected(known, last, day):
                    known, day = ALL_KNOWN, last  # what is in force is expected to stay
                span = (known, bisect_right(self.law.days, day), bisect_right(self.changes, day))
                place[t + 1, h] = spans.setdefault(span, len(spans))
                wanted.setdefault(known, {}).setdefault(span, day)
        return self._decide(spans, wanted, place)

    def _news(self) -> list[dt.date]:
        """Return the days on which something becomes known."""
        law = self.law
        versions: list[Dated] = list(law.aliases)
        for rule in law.rules:
            versions += rule.versions
        for parameter in law.parameters.values():
            versions += parameter.versions
        for group in law.groups.values():
            versions += group.versions
        found = set(self.changes) | {each.published for each in versions}
        found |= {each.ends_published for each in versions if each.ends_published is not None}
        return sorted(found)

    def _known(self, last: dt.date, day: dt.date) -> int:
        """Return how much is known on `last` of what bears on `day`."""
        known = bisect_right(self.news, last)
        return known if known < bisect_right(self.news, day) else ALL_KNOWN

    def _expected(self, known: int, last: dt.date, day: dt.date) -> bool:
        """Whether something that is known by then changes the law between two days."""
        if known not in self.laws:
            self.laws[known] = self.law.known_on(self.news[known - 1])
        return any(last < each <= day for each in self.laws[known].days)

    def _decide(
        self, spans: Mapping[Span, int], wanted: Mapping[int, Mapping[Span, dt.date]], place: Array
    ) -> Decided:
        import polars as pl

        from chokegraph.rules.at_once import determine_at_once

        program = _program()
        tables: list[pl.DataFrame] = []
        decision = np.zeros((len(spans), len(self.used)), dtype=np.int32)
        outcome = np.zeros((len(spans), len(self.used)), dtype=np.int16)
        names: dict[str, int] = {FREE: 0}
        days: list[dt.date] = [dt.date.min] * len(spans)
        count = 0
        for known, parts in wanted.items():
            day_known = None if known == ALL_KNOWN else self.news[known - 1]
            law = self.law if day_known is None else self.laws[known]
            frames = [self._frame(day, day_known) for day in parts.values()]
            facts = pl.concat(frames)
            # What no table states is no column, which would be read for every case and day.
            found = determine_at_once(
                facts.drop("case"),
                program.with_law(law),
                blanks=_absent(self.law, facts.columns),
            )
            table = found.table
            standing = facts["individual_authorisation"].to_numpy()
            named = self._outcomes(table, names)[found.states]
            named = np.where(
                standing
                & np.isin(named, [n for k, n in names.items() if k not in (FREE, EXCEPTION)]),
                names.setdefault(STANDING, len(names)),
                named,
            )
            for n, (span, day) in enumerate(parts.items()):
                rows = slice(n * len(self.used), (n + 1) * len(self.used))
                at = spans[span]
                outcome[at] = self._practice(named[rows], day, names)
                decision[at] = found.states[rows] + count
                days[at] = day
            tables.append(table)
            count += table.height
        return Decided(
            setting=self.setting,
            law=self.full,
            facts=self.facts,
            case=self.used,
            spans=place,
            days=tuple(days),
            outcome=outcome,
            decision=decision,
            names=tuple(names),
            decisions=pl.concat(tables),
        )

    def _frame(self, day: dt.date, known: dt.date | None) -> pl.DataFrame:
        """Return the facts of the cases on a day."""
        import polars as pl

        limits = [each for each in (known, self.setting.as_known_on) if each is not None]
        table = cases(
            self.world, self.target, on=day, known_on=min(limits, default=None), facts=self.facts
        )
        outside = [code for regime, code in _COUNTRY.items() if regime not in self.setting.regimes]
        return table[self.used].with_columns(
            as_of=pl.lit(day),
            origin_country_lists_item=pl.col("origin_country_lists_item")
            & ~pl.col("exporter_country").is_in(outside),
        )

    def _outcomes(self, table: pl.DataFrame, names: dict[str, int]) -> Array:
        """Return the outcome of each of the engine's states."""
        found = np.zeros(table.height, dtype=np.int16)
        for n, (licence, policy) in enumerate(table.select("licence", "policy").iter_rows()):
            name = {"no": FREE, "exception": EXCEPTION, "unknown": UNKNOWN}.get(licence)
            if name is None:
                name = str(policy).replace("_", "-") if policy else NOT_STATED
            found[n] = names.setdefault(name, len(names))
        return found

    def _practice(self, named: Array, day: dt.date, names: dict[str, int]) -> Array:
        """Return outcomes with what is known of how licences are decided in practice."""
        import polars as pl

        known = min(day, self.setting.as_known_on or day).isoformat()
        about = self._about
        named = named.copy()
        for row in self.facts.rows("licence_practice"):
            until = str(row["until"] or "")
            if str(row["from"]) <= known and not (until and until <= day.isoformat()):
                hit = about.select(
                    (pl.col("item_class") == row["item_class"])
                    & (pl.col("place") == row["country"])
                    & (pl.col("activity") == "sale")
                ).to_series()
                named[hit.to_numpy()] = names.setdefault(str(row["policy"]), len(names))
        return named

    @property
    def _about(self) -> pl.DataFrame:
        from chokegraph.world.links import build

        return build(self.world, self.target, self.facts).cases[self.used]


@cache
def _program() -> Program:
    """Return the compiled law files: what it learns from one run serves the next."""
    from chokegraph.rules.compile import compile_law

    return compile_law(load_law())


def _middle(quarter: int) -> dt.date:
    """Return the day that a quarter is decided on: what begins later counts from the next."""
    begin, last = quarter_days(quarter)
    return begin + dt.timedelta(days=((last - begin).days + 1) // 2)


def _absent(law: Law, have: list[str]) -> dict[str, Value]:
    """Return the facts that no table states, as not so or not applicable.

    Facts whose absence means "unknown" stay away, so that the engine takes them as unknown; so do
    days.
    """
    from chokegraph.rules.completing import absent_value

    found: dict[str, Value] = {}
    for name, fact in law.facts.items():
        if fact.derived or fact.type == "date" or name in have or f"{name}__low" in have:
            continue
        value = absent_value(fact)
        if value is not None:
            found[name] = value
    return found
