# SPDX-License-Identifier: Apache-2.0
"""A world's chain as a supply network: who makes what, who buys it, what is made with it.

What is fact and what is assumed (each assumption is data, with a range and a grade):

* fact: market sizes, provision shares with their intervals, the target's share of purchases, its
  local shares, links, variants and needs. What no source attributes is a maker of its own, `ZZ`;
* assumed: an input without a market size has the geometric mean of its stage
  (`market_size_spread`); where no local share is published, own makers sell `home_sales` of what
  they make at home; where no source says what the target buys, `buyer_share_default`, and for
  what only other makers use, their part of those makers' sales;
* rule: foreign makers share the target's purchases as they share the world market, since bilateral
  purchases are not public; a purchase is divided among its users by their size and need; routes to
  one product share its output by their merit; sales of products follow from what their makers
  spend (`purchases_over_sales`).

Downstream, a loss of an essential input depends on who supplies a market and on nothing else
above, so only the first rule of the last point bears on it.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from chokegraph.chain.networks.model import Network
from chokegraph.chain.networks.world_edges import Built, Capital, build_network
from chokegraph.chain.networks.world_trade import Maker, Market, Trade
from chokegraph.chain.networks.world_wants import bought_inputs, ends_of, wants_of
from chokegraph.chain.presets import preset_value
from chokegraph.chain.supply import Reading, own_providers, supply_of
from chokegraph.errors import Finding, FindingsError
from chokegraph.world.estimates import estimate
from chokegraph.world.model import UNKNOWN_PROVIDER, Estimate, Level, World

FloatArray = NDArray[np.float64]

WORLD = "world"
"""Name of the only market of a network without a target."""

REST = "rest"
"""Name of everybody but the target."""

MONEY = "USD million a year"
SHARES_ONLY = "shares of each input's market"


@dataclass(frozen=True)
class WorldNetwork:
    """A world as a network, and what had to be assumed for it.

    Args:
        built: The network and where everything stands in it.
        trade: The purchases that it was made from.
        notes: One sentence for each assumption that stood in for missing figures.
    """

    built: Built
    trade: Trade
    notes: tuple[str, ...]

    @property
    def network(self) -> Network:
        """The network."""
        return self.built.network


@cache
def assumptions() -> dict[str, Estimate]:
    """Return the assumptions by name: those of the facts, and that of this module.

    Example:
        >>> assumptions()["purchases_over_sales"].grade
        'X'
    """
    places = (
        files("chokegraph.world") / "facts" / "assumptions.csv",
        files("chokegraph.chain.networks") / "world_assumptions.csv",
    )
    return {
        row["name"]: Estimate(
            float(row["value"]),
            float(row["low"]),
            float(row["high"]),
            unit=row["unit"],
            grade=row["grade"],
        )
        for place in places
        for row in csv.DictReader(io.StringIO(place.read_text(encoding="utf-8")))
    }


def network_of_world(
    world: World,
    *,
    target: str | None = None,
    coalition: Iterable[str] = (),
    reading: Reading = "figures",
    by: Level = "country",
    capital: Capital = "new lines",
) -> Network:
    """Return a world's chain as a supply network; `world_network` also says what it rests on.

    Args and errors are those of `world_network`.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> network = network_of_world(toy_world())
        >>> network.node_ids[:4]
        ('NL/litho', 'JP/litho', 'JP/wafer', 'DE/wafer')
        >>> network.node_ids[-1]
        'world/product:chip/new lines'
    """
    return world_network(
        world, target=target, coalition=coalition, reading=reading, by=by, capital=capital
    ).network


def world_network(
    world: World,
    *,
    target: str | None = None,
    coalition: Iterable[str] = (),
    reading: Reading = "figures",
    by: Level = "country",
    capital: Capital = "new lines",
) -> WorldNetwork:
    """Return a world's chain as a supply network, with what had to be assumed.

    Args:
        world: The facts; an imported world without market sizes gives shares only, and says so.
        target: Whose purchases and production stand apart from the rest of the world's; None: one
            world market.
        coalition: Whose shares the readings push up or down.
        reading: "figures": shares as selected. "cautious": the coalition holds as little as the
            intervals allow, so a loss in this reading is the least. "bold": as much, so the loss
            is the most.
        by: Makers are countries, or firms.
        capital: "new lines": tools and software stop new lines only. "flow": they are used up like
            everything else, as in the published cascade.

    Returns:
        The network, its places, and the notes.

    Raises:
        FindingsError: If the target or a member is not a country of the world.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> found = world_network(toy_world(), target="DE")
        >>> found.trade.places
        ('DE', 'rest')
    """
    members = tuple(coalition)
    _check(world, target, members)
    reader = _Reader(world, target, members, reading, by)
    trade = reader.trade()
    names = {f"input:{key}": item.name for key, item in world.inputs.items()}
    names |= {f"route:{key}": route.name for key, route in world.routes.items()}
    names |= {f"product:{key}": product.name for key, product in world.products.items()}
    for route, product, _ in trade.routes if not world.routes else ():
        names |= dict.fromkeys((f"route:{route}", f"product:{product}"), world.inputs[route].name)
    built = build_network(
        trade,
        reader.wants,
        names=names,
        capital=capital,
        threshold=preset_value("essentiality_that_stops"),
    )
    return WorldNetwork(built, trade, tuple(reader.notes()))


def _check(world: World, target: str | None, members: tuple[str, ...]) -> None:
    found = [
        Finding(
            f"{name!r} is not a country of the world",
            "see: chokegraph data sql 'select country_id, name from countries'",
        )
        for name in (*((target,) if target else ()), *members)
        if name not in world.countries
    ]
    if found:
        raise FindingsError(found, title="network")


class _Reader:
    """Reads the purchases off the facts, and keeps a record of what was assumed."""

    def __init__(
        self,
        world: World,
        target: str | None,
        members: tuple[str, ...],
        reading: Reading,
        by: Level,
    ) -> None:
        self.world, self.target, self.members = world, target, members
        self.reading, self.level = reading, by
        self.inputs = bought_inputs(world)
        self.wants = wants_of(world)
        self.missing: dict[str, list[str]] = defaultdict(list)
        providers: dict[str, None] = {}
        self.held: list[dict[str, float]] = []
        for name in self.inputs:
            held = self._held(name)
            self.held.append(held)
            providers |= dict.fromkeys(held)
        providers.pop(UNKNOWN_PROVIDER, None)
        self.providers = (*providers, UNKNOWN_PROVIDER)
        self.own = own_providers(world, target, self.providers, level=by) if target else set[str]()
        self.allies = {
            provider
            for member in members
            for provider in own_providers(world, member, self.providers, level=by)
        }
        self.sized = True

    # -- shares --------------------------------------------------------------------------------

    def _held(self, name: str) -> dict[str, float]:
        """Return who holds what of the world market of an input, in this reading; sums to 1."""
        supply = supply_of(self.world, name, level=self.level)
        held = {h.provider: h.value or 0.0 for h in supply.holdings}
        if self.reading != "figures":
            ally = own_allies(self.world, self.members, supply.providers, self.level)
            end = {
                h.provider: h.low if self.reading == "cautious" else h.high for h in supply.holdings
            }
            pushed = {key: end[key] for key in held if key in ally}
            whole = sum(pushed.values())
            pushed = {key: value / max(whole, 1.0) for key, value in pushed.items()}
            others = {key: value for key, value in held.items() if key not in ally}
            room, rest = 1.0 - sum(pushed.values()), sum(others.values())
            if rest > 0:
                others = {key: value * room / rest for key, value in others.items()}
            else:
                others = {UNKNOWN_PROVIDER: room}
            held = pushed | others
        whole = sum(held.values())
        if whole <= 0:
            return {UNKNOWN_PROVIDER: 1.0}
        return {key: value / whole for key, value in held.items() if value > 0}

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
                result[i] = assumptions()["buyer_share_default"].value or 0.0
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
        return min(1.0, own * (assumptions()["home_sales"].value or 0.0) / buyer)

    # -- the trade -----------------------------------------------------------------------------

    def trade(self) -> Trade:
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
            share[1] = _rest_shares(world, share[0], part)
            demand = np.stack([sizes * part, sizes * (1.0 - part)])
        return Trade(
            makers=tuple(self._maker(provider) for provider in self.providers),
            markets=markets,
            inputs=self.inputs,
            share=share,
            demand=demand,
            routes=self._routes(),
            made=dict.fromkeys(dict.fromkeys(m.place for m in markets), self._merits()),
            purchases_over_sales=assumptions()["purchases_over_sales"].value or 1.0,
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
        merit = []
        for route, _, _ in routes:
            found = estimate(self.world, f"route:{route}", "relative_merit")
            merit.append(1.0 if found is None or found.value is None else found.value)
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
        }
        for name, things in self.missing.items():
            used = assumptions().get(name)
            figure = f" ({name} = {used.value:g}, {used.low:g} to {used.high:g})" if used else ""
            listed = ", ".join(sorted(set(things))[:4])
            said.append(f"{words[name]}{figure}, for {len(set(things))} inputs, such as {listed}.")
        said.append(
            "Foreign makers share the target's purchases as they share the world market; a "
            "purchase is divided among its users by size and need; routes share a product by "
            "their merit."
        )
        return said


def own_allies(
    world: World, members: Iterable[str], providers: Iterable[str], level: Level
) -> set[str]:
    """Return those providers that belong to members of a coalition."""
    there = tuple(providers)
    return {
        provider for name in members for provider in own_providers(world, name, there, level=level)
    }


def _rest_shares(world: FloatArray, target: FloatArray, part: FloatArray) -> FloatArray:
    """Return everybody else's shares: what the world market leaves after the target's purchases."""
    rest = np.clip(world - part * target, 0.0, None)
    whole = rest.sum(axis=0)
    return np.where(whole > 0, rest / np.where(whole > 0, whole, 1.0), world)
