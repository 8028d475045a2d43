# SPDX-License-Identifier: Apache-2.0
"""An oracle that knows nothing of arrays, logarithms or compiled nests: one price at a time."""

from __future__ import annotations

import math

from chokegraph.world.model import World


def ces_price(parts: list[tuple[float, float]], elasticity: float) -> float:
    """Price index of a CES nest of (share, price) pairs; infinity for what cannot be bought."""
    parts = [(share, price) for share, price in parts if share > 0.0]
    e = 1.0 - elasticity
    if abs(e) < 1e-12:
        return math.prod(price**share for share, price in parts)
    if e > 0.0:  # no substitutes enough: one that cannot be bought stops the nest
        if any(math.isinf(price) for _, price in parts):
            return math.inf
        return sum(share * price**e for share, price in parts) ** (1.0 / e)
    total = sum(share * (0.0 if math.isinf(price) else price**e) for share, price in parts)
    return math.inf if total == 0.0 else total ** (1.0 / e)


class Prices:
    """Long-run price factors of inputs and products of a target, by recursion on the world."""

    def __init__(
        self,
        world: World,
        target: str,
        refusing: set[str],
        *,
        sigma: float,
        rho: float,
        variants: float,
        routes: float,
        input_share: float,
        upstream: float,
    ) -> None:
        self.world, self.target, self.refusing = world, target, refusing
        self.sigma, self.rho, self.variants, self.routes = sigma, rho, variants, routes
        self.input_share, self.upstream = input_share, upstream

    def size(self, name: str) -> float:
        """Every sold input has the same market size here; a class is the sum of its members."""
        own = 1.0 if name in self.world.country_shares else 0.0
        return own + sum(self.size(v) for v in self._into(name, "variant_of"))

    def _into(self, name: str, relation: str) -> list[str]:
        return [x.source for x in self.world.links if x.target == name and x.relation == relation]

    def bought(self, name: str) -> float:
        """The price of what is sold of an input itself."""
        share = self.world.country_shares[name]
        made = self.made(name)
        parts = []
        for country, found in share.shares.items():
            price = 1.0
            if country == self.target:
                price = made
            elif country in self.refusing:
                price = math.inf
            parts.append((found.value or 0.0, price))
        parts.append((share.remainder.value or 0.0, 1.0))
        return ces_price(parts, self.sigma)

    def made(self, name: str) -> float:
        """The price at which the target makes an input itself."""
        needs = self._into(name, "needed_by")
        if not needs:
            return 1.0
        whole = sum(self.size(x) for x in needs)
        parts = [(self.upstream * self.size(x) / whole, self.price(x)) for x in needs]
        return ces_price([*parts, (1.0 - self.upstream, 1.0)], self.rho)

    def price(self, name: str) -> float:
        """The price of an input: of itself, or of it and its variants."""
        kinds = self._into(name, "variant_of")
        if not kinds:
            return self.bought(name)
        whole = 1.0 + sum(self.size(v) for v in kinds)
        parts = [(1.0 / whole, self.bought(name))]
        parts += [(self.size(v) / whole, self.price(v)) for v in kinds]
        return ces_price(parts, self.variants)

    def route(self, route_id: str) -> float:
        """The price of a product on a route: inputs, each as strongly as needed, and own work."""
        needs = [need for need in self.world.needs if need.route_id == route_id]
        whole = sum(self.size(need.input_id) for need in needs)
        parts = []
        for need in needs:
            left = 1.0 - need.requirement * (1.0 - 1.0 / self.price(need.input_id))
            parts.append(
                (self.size(need.input_id) / whole, math.inf if left == 0.0 else 1.0 / left)
            )
        return ces_price(parts, self.rho) ** self.input_share

    def loss(self, product: str) -> float:
        """The share of a product's output lost for the same money."""
        every = [r.route_id for r in self.world.routes.values() if r.product_id == product]
        parts = [(1.0 / len(every), self.route(name)) for name in every]
        return 1.0 - 1.0 / ces_price(parts, self.routes)
