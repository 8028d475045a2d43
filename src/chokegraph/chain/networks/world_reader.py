# SPDX-License-Identifier: Apache-2.0
"""The purchases of a world, read off its facts: sizes, buyers, shares, routes, assumptions used."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from chokegraph.chain.networks.world_assumptions import assumed, assumptions
from chokegraph.chain.networks.world_shares import held_shares, rest_shares
from chokegraph.chain.networks.world_trade import Maker, Market, Trade
from chokegraph.chain.networks.world_wants import bought_inputs, ends_of, wants_of
from chokegraph.chain.supply import FloatArray, Reading, own_providers
from chokegraph.world.estimates import estimate
from chokegraph.world.model import UNKNOWN_PROVIDER, Level, World

WORLD = "world"
"""Name of the only market of a network without a target."""

REST = "rest"
"""Name of everybody but the target."""

MONEY = "USD million a year"
SHARES_ONLY = "shares of each input's market"


class TradeReader:
    """Reads the purchases off the facts, and keeps a record of what was assumed.

    Args:
        world: The facts.
        target: Whose purchases stand apart; None: one world market.
        members: Whose shares the reading pushes up or down.
        reading: "figures", "cautious" or "bold"; see `world_network`.
        by: Makers are countries, or firms.
    """

    def __init__(
        self,
        world: World,
        target: str | None,
        members: tuple[str, ...],
        reading: Reading,
        by: Level,
    ) -> None:
        self.world, self.target = world, target
        self.inputs = bought_inputs(world)
        self.wants = wants_of(world)
        self.missing: dict[str, list[str]] = defaultdict(list)
        providers: dict[str, None] = {}
        self.held: list[dict[str, float]] = []
        for name in self.inputs:
            held = held_shares(world, name, members=members, reading=reading, by=by)
            self.held.append(held)
            providers |= dict.fromkeys(held)
        providers.pop(UNKNOWN_PROVIDER, None)
        self.providers = (*providers, UNKNOWN_PROVIDER)
        self.own = own_providers(world, target, self.providers, level=by) if target else set[str]()
        self.sized = True

    # -- sizes and buyers ----------------------------------------------------------------------

    def _sizes(self) -> FloatArray:
        found = [estimate(self.world, f"input:{name}", "market_size") for name in self.inputs]
        logs: dict[str, list[float]] = defaultdict(list)
        for name, size in zip(self.inputs, found, strict=True):
            if size is not None and size.value:
                logs[self.world.inputs[name].stage].append(float(np.log(size.value)))
        every = [value for values in logs.values() for value in values]
        if not every:
            self.sized = False
            return np.ones(len(self.inputs))
        sizes = []
        for name, size in zip(self.inputs, found, strict=True):
            if size is not None and size.value:
                sizes.append(size.value)
            else:
                self.missing["market_size_spread"].append(name)
                sizes.append(float(np.exp(np.mean(logs[self.world.inputs[name].stage] or every))))
        return np.array(sizes)

    def _buyer_shares(self, sizes: FloatArray) -> FloatArray:
        """Return the target's part of world demand for each input."""
        by_route = {
            s
            for user, wants in self.wants.items()
            if user.startswith("route:")
            for want in wants
            for s in want.sources
        }
        position = {name: i for i, name in enumerate(self.inputs)}
        users: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for user, wants in self.wants.items():
            kind, _, name = user.partition(":")
            for want in wants if kind == "input" else ():
                for source in want.sources:
                    users[source].append((position[name], want.strength))
        result = np.zeros(len(self.inputs))
        for i, name in enumerate(self.inputs):
            figure = self._buyer_figure(name, own_only=name not in by_route and bool(users[name]))
            if figure is not None:
                result[i] = figure
            elif name not in by_route and users[name]:
                self.missing["users"].append(name)
                whole = sum(sizes[j] * strength for j, strength in users[name])
                own = sum(sizes[j] * strength * self._own_share(j) for j, strength in users[name])
                result[i] = own / whole
            else:
                self.missing["buyer_share_default"].append(name)
                result[i] = assumed("buyer_share_default")
        return result

    def _own_share(self, j: int) -> float:
        return sum(value for key, value in self.held[j].items() if key in self.own)

    def _buyer_figure(self, name: str, *, own_only: bool) -> float | None:
        item, country = self.world.inputs[name], f"country:{self.target}"
        group = "all-materials" if item.kind == "material" else "all-equipment"
        subjects = [f"input:{name}"]
        subjects += [] if own_only else [f"family:{item.family}", f"family:{group}"]
        for subject in subjects:
            found = estimate(self.world, subject, "buyer_share", country)
            if found is not None and found.value is not None:
                return found.value
        return None

    def _local(self, name: str, buyer: float, own: float) -> float:
        """Return the part of its purchases that the target buys from its own makers."""
        found = estimate(self.world, f"input:{name}", "local_share", f"country:{self.target}")
        later = found is not None and found.year is not None and found.year > self.world.year
        if found is not None and found.value is not None and not later:
            return min(found.value, 1.0)
        if own <= 0 or buyer <= 0:
            return 0.0
        self.missing["home_sales"].append(name)
        return min(1.0, own * assumed("home_sales") / buyer)

    # -- the trade -----------------------------------------------------------------------------

    def trade(self) -> Trade:
        """Return who buys what from whom."""
        sizes = self._sizes()
        c, n = len(self.providers), len(self.inputs)
        place = {provider: c for c, provider in enumerate(self.providers)}
        world = np.zeros((c, n))
        for i, held in enumerate(self.held):
            for provider, value in held.items():
                world[place[provider], i] = value
        if self.target is None:
            share, demand = world[None], sizes[None]
            markets: tuple[Market, ...] = (Market(WORLD, WORLD),)
        else:
            markets = (Market(self.target, self.target, self.target), Market(REST, REST))
            part = self._buyer_shares(sizes)
            share = np.stack([self._target_shares(world, part), np.zeros_like(world)])
            share[1] = rest_shares(world, share[0], part)
            demand = np.stack([sizes * part, sizes * (1.0 - part)])
        return Trade(
            makers=tuple(self._maker(provider) for provider in self.providers),
            markets=markets,
            inputs=self.inputs,
            share=share,
            demand=demand,
            routes=self._routes(),
            made=dict.fromkeys(dict.fromkeys(m.place for m in markets), self._merits()),
            purchases_over_sales=assumed("purchases_over_sales"),
            unit=MONEY if self.sized else SHARES_ONLY,
        )

    def _maker(self, provider: str) -> Maker:
        firms = self.world.firms
        country = firms[provider].headquarters if provider in firms else provider
        if self.target is None:
            return Maker(provider, country, WORLD)
        return Maker(provider, country, self.target if provider in self.own else REST)

    def _target_shares(self, world: FloatArray, part: FloatArray) -> FloatArray:
        own = np.array([provider in self.own for provider in self.providers])
        result = np.zeros_like(world)
        for i, name in enumerate(self.inputs):
            held, foreign = world[own, i].sum(), world[~own, i].sum()
            local = self._local(name, float(part[i]), float(held))
            if foreign <= 0:
                local = 1.0
            if held > 0:
                result[own, i] = local * world[own, i] / held
            elif local > 0 and self.target in self.providers:
                # A local share without a share of the world market: a maker that sells at home.
                result[self.providers.index(self.target), i] = local
            if foreign > 0:
                result[~own, i] = (1.0 - result[own, i].sum()) * world[~own, i] / foreign
        return result

    def _routes(self) -> tuple[tuple[str, str, str], ...]:
        if self.world.routes:
            return tuple((r.route_id, r.product_id, r.tier) for r in self.world.routes.values())
        return tuple((name, name, "") for name in ends_of(self.world))

    def _merits(self) -> FloatArray:
        """Return what each route adds to its product's output: in proportion to its merit."""
        routes = self._routes()
        makes = [product for _, product, _ in routes]
        merit = []
        for route, product, _ in routes:
            found = estimate(self.world, f"route:{route}", "relative_merit")
            value = None if found is None else found.value
            merit.append(1.0 if value is None else value)
            if value is None and makes.count(product) > 1:  # an only route makes all in any case
                self.missing["relative_merit"].append(route)
        whole: dict[str, float] = defaultdict(float)
        for (_, product, _), value in zip(routes, merit, strict=True):
            whole[product] += value
        return np.array(
            [value / whole[product] for (_, product, _), value in zip(routes, merit, strict=True)]
        )

    def notes(self) -> list[str]:
        """Say what was assumed, and for how many inputs."""
        said = []
        if not self.sized:
            said.append(
                "No market sizes: every input's market counts 1, so values are shares only, and "
                "losses of different inputs must not be added up."
            )
        words = {
            "market_size_spread": "no market size: the geometric mean of the stage",
            "buyer_share_default": "no figure for the target's part of world demand",
            "home_sales": "no published local share: own makers' sales at home",
            "users": "what the target buys follows from its part of the makers that use it",
            "relative_merit": "no merit: as good as the best",
        }
        for name, things in self.missing.items():
            used = assumptions().get(name)
            figure = f" ({name} = {used.value:g}, {used.low:g} to {used.high:g})" if used else ""
            listed = ", ".join(sorted(set(things))[:4])
            kind = "routes" if name == "relative_merit" else "inputs"
            said.append(f"{words[name]}{figure}, for {len(set(things))} {kind}, such as {listed}.")
        said.append(
            "Foreign makers share the target's purchases as they share the world market; a "
            "purchase is divided among its users by size and need; routes share a product by "
            "their merit."
        )
        return said
