# SPDX-License-Identifier: Apache-2.0
"""The law: everything in the law files, frozen, with what follows from it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from chokegraph.rules.dated import Dated, known_by
from chokegraph.rules.entities import (
    EVERY,
    FACT_TYPES,
    KINDS,
    Alias,
    FactDefinition,
    FactType,
    Group,
    GroupKind,
    GroupVersion,
    Kind,
    Parameter,
    ParameterVersion,
    ReviewPolicy,
    Rule,
    RuleVersion,
)
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

__all__ = [
    "EVERY",
    "FACT_TYPES",
    "KINDS",
    "Alias",
    "FactDefinition",
    "FactType",
    "Group",
    "GroupKind",
    "GroupVersion",
    "Kind",
    "Law",
    "Parameter",
    "ParameterVersion",
    "ReviewPolicy",
    "Rule",
    "RuleVersion",
]

_BY_STATE = ("country", "eccn")
"""Kinds of facts whose codes may mean something else in another state's law."""
_DAYS_KEPT = 1000
"""Days for which the versions in force are kept."""


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
        encoded_from: The first day whose law is here; None if there is no such day.

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
    encoded_from: date | None = None

    def too_early(self, day: date) -> str:
        """Return why nothing can be said of a day: "" for a day whose law is encoded.

        Example:
            >>> from chokegraph.rules import load_law
            >>> load_law().too_early(date(2010, 6, 1))
            '2010-06-01 is before 2018-01-01, from which day on the law is encoded'
            >>> load_law().too_early(date(2018, 1, 1))
            ''
        """
        if self.encoded_from is None or day >= self.encoded_from:
            return ""
        return f"{day} is before {self.encoded_from}, from which day on the law is encoded"

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
            encoded_from=self.encoded_from,
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
                return Either((Test("eccn", "in", scope, regime), ClassifiedIn(scope)))
            case All(parts):
                return All(tuple(self.resolved(part, regime) for part in parts))
            case Either(parts):
                return Either(tuple(self.resolved(part, regime) for part in parts))
            case Not(part):
                return Not(self.resolved(part, regime))
            case Sure(part):
                return Sure(self.resolved(part, regime))
            case Test(fact) if regime != condition.regime and self.facts[fact].kind in _BY_STATE:
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
    def standards(self) -> dict[tuple[int, date], Any]:
        """What tests hold values against on a day, kept by `chokegraph.rules.atoms`."""
        return {}

    @cached_property
    def said(self) -> dict[tuple[int, date | None], str]:
        """Parts of clauses in words, kept by `chokegraph.rules.saying`."""
        return {}

    @cached_property
    def day_views(self) -> dict[date, Any]:
        """The law of a day laid out, kept by `chokegraph.rules.day_view`."""
        return {}

    @cached_property
    def _in_force(self) -> dict[date, dict[str, RuleVersion]]:
        return {}
