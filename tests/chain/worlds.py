# SPDX-License-Identifier: Apache-2.0
"""Random small worlds, and an oracle that knows nothing of circuits, bits or truth tables."""

from __future__ import annotations

from itertools import combinations

from hypothesis import strategies as st

from chokegraph.chain.examples import small_world
from chokegraph.world.model import Link, Statement, World

COUNTRIES = ("CN", "DE", "JP", "KR", "NL", "TW", "US")


def statement(name, subject, prop, obj, value, low, high) -> Statement:
    return Statement(
        name, subject, prop, obj, value, "", low, high, "derived", "", "2024", "2024", "A", "src",
        "p. 1", "", "", (), "C", "2026-11-22", "",
    )  # fmt: skip


def grade_statement(input_id, country, value, low, high) -> Statement:
    name = f"g-{input_id}-{country}"
    return statement(name, f"input:{input_id}", "grade", f"country:{country}", value, low, high)


@st.composite
def worlds(draw, *, complete: bool = True) -> World:
    """Up to six inputs with shares in twentieths, random acyclic links, up to three routes.

    With `complete`, all supply is attributed; otherwise a rest may be left.
    """
    count = draw(st.integers(1, 6))
    names = [f"i{n}" for n in range(count)]
    shares = {}
    for name in names:
        who = draw(st.lists(st.sampled_from(COUNTRIES), min_size=1, max_size=4, unique=True))
        parts = draw(st.lists(st.integers(1, 9), min_size=len(who), max_size=len(who)))
        whole = sum(parts) if complete else max(20, sum(parts))
        shares[name] = {c: part / whole for c, part in zip(who, parts, strict=True)}
    links = []
    for index, target in enumerate(names):
        for source in names[:index]:
            relation = draw(st.sampled_from([None, None, "needed_by", "variant_of"]))
            if relation:
                links.append(Link(source, relation, target))
    routes = {}
    for number in range(draw(st.integers(1, 3))):
        needs = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
        routes[f"chip/r{number}"] = needs
    return small_world(shares, routes=routes, links=links)


def available(world: World, input_id: str, refusing: set[str], threshold: float | None) -> bool:
    """Whether an input can be had: the definition, written out with recursion."""
    share = world.country_shares.get(input_id)
    if share is not None:
        held = {name: e.value for name, e in share.shares.items() if e.value}
        rest = share.remainder.value or 0.0
        if rest > 0.01:
            held["ZZ"] = rest
        if threshold is None:
            if not set(held) - refusing:
                return False
        else:
            total = sum(share.shares[c].value or 0.0 for c in share.shares) + rest
            denied = sum(v for c, v in held.items() if c in refusing)
            if denied >= threshold * total - 1e-9:
                return False
    into = [link for link in world.links if link.target == input_id]
    for link in into:
        if link.relation == "needed_by" and not available(world, link.source, refusing, threshold):
            return False
    variants = [link.source for link in into if link.relation == "variant_of"]
    return not variants or any(available(world, v, refusing, threshold) for v in variants)


def product_available(world: World, product: str, refusing: set[str], threshold) -> bool:
    """Whether some route of a product has all it needs."""
    for route in world.routes.values():
        needs = [n.input_id for n in world.needs if n.route_id == route.route_id]
        if route.product_id == product and all(
            available(world, need, refusing, threshold) for need in needs
        ):
            return True
    return False


def brute_force(world: World, product: str, threshold, exempt: set[str]) -> set[frozenset[str]]:
    """All minimal blocking coalitions by trying every set of countries (and the rest, "ZZ")."""
    found: set[frozenset[str]] = set()
    who = sorted({c for s in world.country_shares.values() for c in s.shares} | {"ZZ"})
    who = [c for c in who if c not in exempt]
    for size in range(len(who) + 1):
        for coalition in combinations(who, size):
            members = frozenset(coalition)
            if any(smaller <= members for smaller in found):
                continue
            if not product_available(world, product, set(members), threshold):
                found.add(members)
    return found
