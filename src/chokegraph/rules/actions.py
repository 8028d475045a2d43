# SPDX-License-Identifier: Apache-2.0
"""What the rules of a compiled law do to each other, as places in arrays, whatever the row.

Exclusions remove hooks and requirements, restrictions bar exceptions, exceptions overcome
requirements, review policies concern what requirements report.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from chokegraph.rules.masks import Variant, concerns
from chokegraph.rules.relations import relations_of
from chokegraph.rules.wiring import Groups, Places, Wiring, array_of, groups_of


class Actions:
    """What the rules of a wiring do to each other; rules are given by their spots.

    Args:
        wiring: The rules.

    Attributes:
        exclusions: What removes hooks and requirements.
        restrictions: What bars exceptions.
        overcoming: The exceptions that overcome each requirement.
        hooks: The hooks of each state's law.
        releases: What releases from it.
        subjected: The requirements for what is subject to it.
        requirements: All requirements.
        codes: What the requirements report.
        reporting: The requirements that report each code.
        policies: The review policies, the strictest first.
        concerning: The codes that each of `policies` concerns.
        overriding: What overrides some of `policies`.
        ranks: The policies in words, with the places in `policies` that give each.
    """

    def __init__(self, wiring: Wiring) -> None:
        self.wiring = wiring
        hooks, requirements = self._of_kind("hook"), self._of_kind("requirement")
        exceptions, releases = self._of_kind("exception"), self._of_kind("release")
        self.exclusions = self._acting("exclusion", (s for s, _ in (*hooks, *requirements)))
        self.restrictions = self._acting("restriction", (s for s, _ in exceptions))
        self.overcoming = self._acting("exception", (s for s, _ in requirements))
        regimes = sorted({variant.rule.regime for _, variant in wiring.variants()} | {"us"})
        self.hooks = _by_regime(regimes, hooks)
        self.releases = _by_regime(regimes, releases)
        self.subjected = _by_regime(
            regimes, [each for each in requirements if each[1].version.needs_subject]
        )
        self.requirements = array_of(spot for spot, _ in requirements)
        self.codes = sorted({variant.rule.code for _, variant in requirements})
        self.reporting = groups_of(
            (n, [spot for spot, variant in requirements if variant.rule.code == code])
            for n, code in enumerate(self.codes)
        )
        self._wire_policies()

    def _of_kind(self, kind: str) -> list[tuple[int, Variant]]:
        return [each for each in self.wiring.variants() if each[1].rule.kind == kind]

    def _acting(self, kind: str, acted: Iterable[int]) -> Groups:
        spots, rules = self.wiring.spots, self.wiring.rules
        relations = relations_of(self.wiring.book)
        return groups_of(
            (spot, [spots[n] for n in relations.of(kind, rules[spot]) if n in spots])
            for spot in acted
        )

    def _wire_policies(self) -> None:
        law, position = self.wiring.program.law, self.wiring.program.position
        policies = sorted(
            self._of_kind("policy"),
            key=lambda each: (
                law.strictness[each[1].version.policy],
                position[each[1].rule.id],
            ),
        )
        self.policies = array_of(spot for spot, _ in policies)
        self.concerning = groups_of(
            (place, [n for n, code in enumerate(self.codes) if concerns(v.version.concerns, code)])
            for place, (_, v) in enumerate(policies)
        )
        self.overriding = groups_of(
            (place, [spot for spot, each in policies if v.rule.id in each.version.overrides])
            for place, (_, v) in enumerate(policies)
        )
        self.ranks: list[tuple[str, Places]] = []
        ranked = enumerate(variant.version.policy for _, variant in policies)
        for policy, group in groupby(ranked, key=lambda each: each[1]):
            self.ranks.append((policy, array_of(place for place, _ in group)))


def _by_regime(regimes: Sequence[str], rules: list[tuple[int, Variant]]) -> dict[str, Places]:
    return {
        regime: array_of(spot for spot, variant in rules if variant.rule.regime == regime)
        for regime in regimes
    }


def actions_of(wiring: Wiring) -> Actions:
    """Return what the rules of a wiring do to each other, worked out once."""
    if wiring.actions is None:
        wiring.actions = Actions(wiring)
    found: Actions = wiring.actions
    return found
