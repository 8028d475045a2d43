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

from collections.abc import Iterable
from dataclasses import dataclass

from chokegraph.chain.networks.model import Network
from chokegraph.chain.networks.world_assumptions import assumptions
from chokegraph.chain.networks.world_built import Built
from chokegraph.chain.networks.world_edges import Capital, build_network
from chokegraph.chain.networks.world_reader import SHARES_ONLY, TradeReader
from chokegraph.chain.networks.world_trade import Trade
from chokegraph.chain.presets import preset_value
from chokegraph.chain.supply import Reading
from chokegraph.errors import Finding, FindingsError
from chokegraph.world.model import Level, World

__all__ = ["SHARES_ONLY", "WorldNetwork", "assumptions", "network_of_world", "world_network"]


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
    reader = TradeReader(world, target, members, reading, by)
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
