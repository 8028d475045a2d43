# SPDX-License-Identifier: Apache-2.0
"""The law as frozen data: facts, parameters, groups, aliases, review policies and rules."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Literal

from chokegraph.rules.dated import Dated, known_by, live
from chokegraph.rules.language import (
    All,
    ClassifiedIn,
    Clause,
    Condition,
    Either,
    Item,
    Met,
    MetCode,
    Not,
    OnlyHooks,
    Sure,
    Test,
    clauses,
)

FactType = Literal[
    "flag", "number", "date", "code", "country", "eccn", "codes", "countries", "eccns"
]
FACT_TYPES: tuple[FactType, ...] = (
    "flag", "number", "date", "code", "country", "eccn", "codes", "countries", "eccns",
)  # fmt: skip
GroupKind = Literal["country", "eccn", "code"]
Kind = Literal[
    "concept", "classification", "release", "hook", "requirement", "exclusion", "restriction",
    "exception", "policy", "flag",
]  # fmt: skip
KINDS: tuple[Kind, ...] = (
    "concept", "classification", "release", "hook", "requirement", "exclusion", "restriction",
    "exception", "policy", "flag",
)  # fmt: skip
_DAYS_KEPT = 1000
EVERY = ("*",)
"""In `overcomes`, `bars` or `concerns`: all of them."""


@dataclass(frozen=True, kw_only=True)
class FactDefinition:
    """A column that conditions may test.

    Args:
        id: The column's name.
        type: flag, number, date, code, country, eccn, or a set: codes, countries, eccns.
        meaning: What it says, in own words.
        unit: The unit of a number.
        about: item, production, transaction, parties or end_use.
        absent_in_cases: What a missing key means in a case file.
        values: The codes that are allowed; () for any.
        numerator: Facts and $parameters whose product is divided, for a derived number.
        denominator: The factors that it is divided by.
        first_of: Facts of which the first that is known and applicable is taken.
    """

    id: str
    type: FactType
    meaning: str
    unit: str = ""
    about: str = "item"
    absent_in_cases: Literal["unknown", "no", "not_relevant"] = "unknown"
    values: tuple[str, ...] = ()
    numerator: tuple[str, ...] = ()
    denominator: tuple[str, ...] = ()
    first_of: tuple[str, ...] = ()

    @property
    def kind(self) -> GroupKind | None:
        """The kind of group that it can be tested against; None for flags, numbers and dates."""
        kinds: dict[str, GroupKind] = {"countries": "country", "eccns": "eccn", "codes": "code"}
        if self.type in ("code", "country", "eccn"):
            return self.type
        return kinds.get(self.type)

    @property
    def is_set(self) -> bool:
        """Whether its values are sets of texts."""
        return self.type in ("codes", "countries", "eccns")

    @property
    def derived(self) -> bool:
        """Whether it is computed from other facts where the row does not give it."""
        return bool(self.numerator or self.first_of)


@dataclass(frozen=True, kw_only=True)
class ParameterVersion(Dated):
    """A threshold over a time: a number, or a date."""

    value: float | date


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A threshold of the law, with its history."""

    id: str
    meaning: str
    unit: str
    versions: tuple[ParameterVersion, ...]


@dataclass(frozen=True, kw_only=True)
class GroupVersion(Dated):
    """The members of a group over a time; names of other groups stand for their members."""

    members: tuple[str, ...]
    excepted: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Group:
    """A named set of countries, codes, or an ECCN scope, with its history."""

    id: str
    of: GroupKind
    meaning: str
    versions: tuple[GroupVersion, ...]


@dataclass(frozen=True, kw_only=True)
class Alias(Dated):
    """A code that counts as another in a state's law from a day: Hong Kong as China."""

    fact_type: GroupKind
    code: str
    means: str
    regime: str = "us"

    @property
    def id(self) -> str:
        """A name for marks and messages."""
        return f"{self.code} counts as {self.means}"


@dataclass(frozen=True, kw_only=True)
class ReviewPolicy:
    """How applications are reviewed; policies stand in the law strictest first."""

    id: str
    meaning: str


@dataclass(frozen=True, kw_only=True)
class RuleVersion(Dated):
    """A rule over a time.

    Args:
        when: The condition.
        eccn: For a classification: the paragraph that is met.
        removes: For an exclusion: codes or rule ids of the hooks and requirements it removes.
        outcome: For an exclusion: the code that is reported when it takes effect.
        bars: For a restriction: exceptions that it bars; `EVERY` for all.
        spares: For a restriction: exceptions that it leaves.
        overcomes: For an exception: requirement codes; `EVERY` for all.
        concerns: For a policy: requirement codes; `EVERY` for all.
        policy: For a policy: the review policy.
        overrides: For a policy: policy rules that give way to it.
        needs_subject: For a requirement: whether it needs an item subject to the regime.
        shadow_code: For a requirement: what is reported when only a version fires that does not
            count (suspended, unenforced, announced, pending).
        message: For a flag: what the reader is told.
    """

    when: Condition
    eccn: str = ""
    removes: tuple[str, ...] = ()
    outcome: str = ""
    bars: tuple[str, ...] = ()
    spares: tuple[str, ...] = ()
    overcomes: tuple[str, ...] = ()
    concerns: tuple[str, ...] = ()
    policy: str = ""
    overrides: tuple[str, ...] = ()
    needs_subject: bool = True
    shadow_code: str = ""
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule of the law, with its history.

    Args:
        id: Its name.
        kind: What it does; see `KINDS`.
        title: What it says, in a line.
        regime: us, nl, jp or cn.
        code: The code that is reported; "" for kinds without one.
        versions: In the order of their effective days.
        file: The file that it stands in.
        line: The line there.
    """

    id: str
    kind: Kind
    title: str
    regime: str
    code: str = ""
    versions: tuple[RuleVersion, ...]
    file: str = ""
    line: int | None = None

    def version_on(self, on: date) -> RuleVersion | None:
        """Return the version that is live on a day; None if there is none."""
        return live(self.versions, on)

    def shadow_on(self, on: date) -> tuple[RuleVersion, str] | None:
        """Return the version that stands in the books without counting, and why."""
        for version in reversed(self.versions):
            why = version.shadow_on(on)
            if why is not None:
                return version, why
        return None


@dataclass(frozen=True)
class Law:
    """All that is in the law files, frozen; amendments make a new one.

    Args:
        facts: Definitions by id.
        parameters: Thresholds by id.
        groups: Groups by id.
        aliases: Codes that count as others.
        policies: Review policies, strictest first.
        rules: In the order of files and of their places in them.

    Example:
        >>> from chokegraph.rules import load_law
        >>> law = load_law()
        >>> law.facts["tpp"].unit
        'TOPS x bits'
    """

    facts: Mapping[str, FactDefinition]
    parameters: Mapping[str, Parameter]
    groups: Mapping[str, Group]
    aliases: tuple[Alias, ...]
    policies: tuple[ReviewPolicy, ...]
    rules: tuple[Rule, ...]

    @cached_property
    def by_id(self) -> dict[str, Rule]:
        """The rules by id."""
        return {rule.id: rule for rule in self.rules}

    def rule(self, name: str) -> Rule:
        """Return a rule.

        Raises:
            KeyError: If there is none of that id.
        """
        return self.by_id[name]

    @cached_property
    def strictness(self) -> dict[str, int]:
        """The place of each review policy; 0 is the strictest."""
        return {policy.id: place for place, policy in enumerate(self.policies)}

    @cached_property
    def aliases_of(self) -> dict[tuple[str, str, str], tuple[Alias, ...]]:
        """The aliases of a code, by code, kind and regime."""
        found: dict[tuple[str, str, str], tuple[Alias, ...]] = {}
        for alias in self.aliases:
            key = (alias.code, alias.fact_type, alias.regime)
            found[key] = (*found.get(key, ()), alias)
        return found

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The days on which anything changes, in order."""
        found: set[date] = set()
        versions: list[Sequence[Dated]] = [rule.versions for rule in self.rules]
        versions += [parameter.versions for parameter in self.parameters.values()]
        versions += [group.versions for group in self.groups.values()]
        versions.append(self.aliases)
        for each in versions:
            for version in each:
                found |= version.days()
        return tuple(sorted(found))

    @cached_property
    def version_hash(self) -> str:
        """A short hash of everything in this law, for manifests."""
        text = repr((self.parameters, self.groups, self.aliases, self.policies, self.rules))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def known_on(self, day: date) -> Law:
        """Return the law as it could be known on a day: the second clock.

        Rules and values that were published later are gone; ends that were set later are open.
        """
        return Law(
            facts=self.facts,
            parameters={
                key: replace(each, versions=known_by(each.versions, day))
                for key, each in self.parameters.items()
            },
            groups={
                key: replace(each, versions=known_by(each.versions, day))
                for key, each in self.groups.items()
            },
            aliases=known_by(self.aliases, day),
            policies=self.policies,
            rules=tuple(
                replace(rule, versions=known_by(rule.versions, day)) for rule in self.rules
            ),
        )

    def amend(self, amendments: Iterable[Mapping[str, Any]]) -> Law:
        """Return this law with amendments laid over it; see `chokegraph.rules.amend.amend`."""
        from chokegraph.rules.amend import amend

        return amend(self, amendments)

    # -- conditions -----------------------------------------------------------------------------

    def rules_with(self, codes: Iterable[str]) -> tuple[str, ...]:
        """Return the ids of the rules with one of these codes."""
        wanted = set(codes)
        return tuple(rule.id for rule in self.rules if rule.code in wanted)

    @cached_property
    def classifications(self) -> tuple[Rule, ...]:
        """The rules that classify an item by its parameters."""
        return tuple(rule for rule in self.rules if rule.kind == "classification")

    def resolved(self, condition: Condition, regime: str) -> Condition:
        """Return a condition with its short forms written out."""
        match condition:
            case MetCode(codes):
                return Either(tuple(Met(name) for name in self.rules_with(codes)))
            case OnlyHooks(codes):
                others = [
                    Met(rule.id)
                    for rule in self.rules
                    if rule.kind == "hook" and rule.regime == regime and rule.code not in codes
                ]
                return Not(Either(tuple(others)))
            case Item(scope):
                return Either((Test("eccn", "in", scope), ClassifiedIn(scope)))
            case All(parts):
                return All(tuple(self.resolved(part, regime) for part in parts))
            case Either(parts):
                return Either(tuple(self.resolved(part, regime) for part in parts))
            case Not(part):
                return Not(self.resolved(part, regime))
            case Sure(part):
                return Sure(self.resolved(part, regime))
            case Test(fact) if regime != condition.regime and self.facts[fact].kind == "country":
                return replace(condition, regime=regime)
            case _:
                return condition

    def condition(self, version: RuleVersion, regime: str) -> Condition:
        """Return the condition of a rule's version, short forms written out."""
        key = (id(version), regime)  # versions live as long as the law, so an id is a name
        if key not in self._conditions:
            self._conditions[key] = (version, self.resolved(version.when, regime))
        return self._conditions[key][1]

    def clauses(self, version: RuleVersion, regime: str) -> tuple[Clause, ...]:
        """Return the clauses of a rule's version, short forms written out."""
        key = (id(version), regime)
        if key not in self._clauses:
            self._clauses[key] = clauses(self.condition(version, regime))
        return self._clauses[key]

    def in_force(self, on: date) -> Mapping[str, RuleVersion]:
        """Return the version of each rule that is live on a day, by the rule's id."""
        if on not in self._in_force:
            if len(self._in_force) > _DAYS_KEPT:
                self._in_force.clear()
            self._in_force[on] = {
                rule.id: version
                for rule in self.rules
                if (version := rule.version_on(on)) is not None
            }
        return self._in_force[on]

    # What has been worked out is kept; the law is frozen, so it stays true.

    @cached_property
    def _conditions(self) -> dict[tuple[int, str], tuple[RuleVersion, Condition]]:
        return {}

    @cached_property
    def _clauses(self) -> dict[tuple[int, str], tuple[Clause, ...]]:
        return {}

    @cached_property
    def _in_force(self) -> dict[date, dict[str, RuleVersion]]:
        return {}
