# SPDX-License-Identifier: Apache-2.0
"""How the truths of rules combine for one row: hooks, exclusions, exceptions, review policy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from chokegraph.rules.day_view import concerns, day_view
from chokegraph.rules.model import Kind, Rule, RuleVersion
from chokegraph.rules.scalar import Trace
from chokegraph.rules.truth import FALSE, TRUE, UNKNOWN, Truth, all_of, any_of, negation

Licence = Literal["yes", "no", "exception", "unknown"]


def codes_of(rules: Iterable[Rule]) -> tuple[str, ...]:
    """Return the codes of rules, sorted, each once."""
    return tuple(sorted({rule.code for rule in rules}))


class Circuit:
    """How the truths of rules combine for one row: section by section of the law's order.

    Args:
        trace: The truths.
        doubting: Whether doubted parts of the law count as unknown.
    """

    def __init__(self, trace: Trace, *, doubting: bool = False) -> None:
        self.trace = trace
        self.law = trace.law
        self.doubting = doubting
        self.view = day_view(trace.law, trace.on)
        self._possible = trace.possible(doubting=doubting)
        self._of_kind: dict[Kind, list[tuple[Rule, RuleVersion]]] = {}
        for place in sorted(map(self.view.places.__getitem__, self._possible)):
            rule, version = self.view.live[place]
            self._of_kind.setdefault(rule.kind, []).append((rule, version))
        self._removed: dict[str, Truth] = {}
        self._hooks: dict[str, Truth] = {}
        self._effective: list[tuple[Rule, RuleVersion]] | None = None
        self._available: dict[str, Truth] = {}
        self._left: dict[str, Truth] = {}
        self._standing: dict[str, Truth] = {}
        self._subjects: dict[str, Truth] = {}

    def of(self, kind: Kind) -> list[tuple[Rule, RuleVersion]]:
        """Return the rules of a kind that may hold, with the version that is in force."""
        return self._of_kind.get(kind, [])

    @property
    def requirements(self) -> list[tuple[Rule, RuleVersion]]:
        """The licence requirements that may hold."""
        return self.of("requirement")

    def truth(self, rule: Rule) -> Truth:
        """Return the truth of a rule's condition."""
        return self.trace.rule(rule.id, doubting=self.doubting)

    def removed(self, rule: Rule) -> Truth:
        """Return whether an exclusion removes a hook or requirement."""
        if rule.id not in self._removed:
            self._removed[rule.id] = any_of(self.truth(each) for each in self.excluders(rule))
        return self._removed[rule.id]

    def excluders(self, rule: Rule) -> Iterator[Rule]:
        """Yield the exclusions that may hold and then remove a rule."""
        return self._perhaps(self.view.excluders[rule.id])

    def _perhaps(self, rules: Iterable[Rule]) -> Iterator[Rule]:
        return (rule for rule in rules if rule.id in self._possible)

    def hook(self, rule: Rule) -> Truth:
        """Return whether a jurisdiction hook holds after exclusions."""
        if rule.id not in self._hooks:
            self._hooks[rule.id] = all_of([self.truth(rule), negation(self.removed(rule))])
        return self._hooks[rule.id]

    def released(self, regime: str) -> Truth:
        """Return whether a release applies."""
        return any_of(self.truth(r) for r, _ in self.of("release") if r.regime == regime)

    def subject(self, regime: str) -> Truth:
        """Return whether the item is subject to a state's law."""
        if regime not in self._subjects:
            hooked = any_of(self.hook(r) for r, _ in self.of("hook") if r.regime == regime)
            self._subjects[regime] = all_of([hooked, negation(self.released(regime))])
        return self._subjects[regime]

    def based(self, rule: Rule, version: RuleVersion, truth: Truth) -> Truth:
        """Return whether a requirement holds before exclusions."""
        return all_of([truth, self.subject(rule.regime)]) if version.needs_subject else truth

    def standing(self, rule: Rule) -> Truth:
        """Return whether a requirement stands after exclusions."""
        if rule.id not in self._standing:
            version = self.law.in_force(self.trace.on).get(rule.id)
            based = FALSE if version is None else self.based(rule, version, self.truth(rule))
            self._standing[rule.id] = all_of([based, negation(self.removed(rule))])
        return self._standing[rule.id]

    def available(self, rule: Rule) -> Truth:
        """Return whether a licence exception can be used, apart from what it overcomes."""
        if rule.id not in self._available:
            self._available[rule.id] = self._unbarred(rule)
        return self._available[rule.id]

    def _unbarred(self, rule: Rule) -> Truth:
        if self.truth(rule) is FALSE:
            return FALSE
        barred = any_of(self.truth(each) for each in self._perhaps(self.view.restrictions[rule.id]))
        return all_of([self.truth(rule), negation(barred)])

    def left(self, rule: Rule) -> Truth:
        """Return whether a requirement is left after licence exceptions."""
        if rule.id not in self._left:
            self._left[rule.id] = self._not_overcome(rule)
        return self._left[rule.id]

    def _not_overcome(self, rule: Rule) -> Truth:
        if self.standing(rule) is FALSE:
            return FALSE
        overcome = any_of(
            self.available(each) for each in self._perhaps(self.view.overcomes[rule.id])
        )
        return all_of([self.standing(rule), negation(overcome)])

    def licence(self) -> Licence:
        """Return whether a licence is needed."""
        standing = any_of(self.standing(rule) for rule, _ in self.requirements)
        left = any_of(self.left(rule) for rule, _ in self.requirements)
        if standing is FALSE:
            return "no"
        if standing is TRUE:
            return "exception" if left is FALSE else "yes"
        return "unknown"

    def exceptions(self, reasons: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the exceptions that overcome a reason, and those that may."""
        useful = [
            (rule, self.available(rule))
            for rule, version in self.of("exception")
            if any(concerns(version.overcomes, code) for code in reasons)
        ]
        sure = codes_of(rule for rule, truth in useful if truth is TRUE)
        perhaps = codes_of(rule for rule, truth in useful if truth is UNKNOWN)
        return sure, tuple(code for code in perhaps if code not in sure)

    def policy(self) -> tuple[str | None, Rule | None]:
        """Return the strictest review policy over the reasons that are left, and its rule."""
        surely = [rule for rule, _ in self.requirements if self.left(rule) is TRUE]
        perhaps = [rule for rule, _ in self.requirements if self.left(rule) is UNKNOWN]
        stand = surely or [rule for rule in perhaps if self.standing(rule) is TRUE]
        applicable = [
            (rule, version) for rule, version in self.of("policy") if self.trace.holds(rule.id)
        ]
        overridden = {name for _, version in applicable for name in version.overrides}
        found = [
            (self.law.strictness[version.policy], position, rule, version)
            for position, (rule, version) in enumerate(applicable)
            if rule.id not in overridden
            and any(concerns(version.concerns, reason.code) for reason in stand)
        ]
        if not found:
            return None, None
        _, _, rule, version = min(found, key=lambda each: each[:2])
        return version.policy, rule

    def outcomes(self, reasons: tuple[str, ...]) -> tuple[str, ...]:
        """Return the codes of exclusions in effect, and of requirements that do not count."""
        found = {version.outcome for _, version in self.effective_exclusions() if version.outcome}
        for rule, version, why in self.view.shadows:
            if rule.code in reasons:
                continue
            truth = self.trace.version(rule, version, doubting=self.doubting)
            based = self.based(rule, version, truth)
            if all_of([based, negation(self.removed(rule))]) is TRUE:
                found.add(version.shadow_code or f"SHADOW_{why.upper()}")
        return tuple(sorted(found))

    def effective_exclusions(self) -> list[tuple[Rule, RuleVersion]]:
        """Return the exclusions that hold and remove something that would hold without them."""
        if self._effective is None:
            self._effective = list(self._find_effective())
        return self._effective

    def _find_effective(self) -> Iterator[tuple[Rule, RuleVersion]]:
        for rule, version in self.of("exclusion"):
            if self.truth(rule) is TRUE and any(
                self._would_hold(each, its) for each, its in self.view.excluded[rule.id]
            ):
                yield rule, version

    def _would_hold(self, rule: Rule, version: RuleVersion) -> bool:
        if rule.kind == "hook" or not version.needs_subject:
            return self.truth(rule) is TRUE
        hooked = any_of(self.truth(r) for r, _ in self.of("hook") if r.regime == rule.regime)
        subject = all_of([hooked, negation(self.released(rule.regime))])
        return all_of([self.truth(rule), subject]) is TRUE

    def citations(
        self, licence: Licence, exceptions: set[str], policy_rule: Rule | None
    ) -> tuple[str, ...]:
        """Return the citations of the rules that decide, in the order of the law."""
        excluding = {rule.id for rule, _ in self.effective_exclusions()}
        wanted = (TRUE, UNKNOWN) if licence == "unknown" else (TRUE,)
        deciding = [
            *(each for each in self.of("hook") if self.hook(each[0]) is TRUE),
            *(each for each in self.of("exclusion") if each[0].id in excluding),
            *(each for each in self.requirements if self.standing(each[0]) in wanted),
            *(
                each
                for each in self.of("exception")
                if each[0].code in exceptions and self.available(each[0]) is TRUE
            ),
            *(each for each in self.of("policy") if each[0] is policy_rule),
        ]
        deciding.sort(key=lambda each: self.view.places[each[0].id])
        return tuple(dict.fromkeys(version.cite for _, version in deciding))
