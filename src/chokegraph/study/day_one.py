# SPDX-License-Identifier: Apache-2.0
"""Day one: what stops at once when the scenario's cuts come, before anybody has responded.

The links that the scenario cuts and its baseline does not are cut in the supply network of each
draw, and the cascade runs to its limit: nothing is bought elsewhere, nothing comes from stock, no
licence is asked for anew. Purchases, shares and grades are those of the start of the run. What is
used up stops lines that run; tools and software stop new lines only, since installed tools work on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from chokegraph.chain.cascade import Settings, Shock, cascade
from chokegraph.chain.networks import Network
from chokegraph.chain.networks.world_built import Built
from chokegraph.chain.networks.world_trade import Trade
from chokegraph.response.state import MARKETS
from chokegraph.result.day_one import PLACES
from chokegraph.result.settings import count
from chokegraph.scenario.when import quarter_index, quarter_name
from chokegraph.study.day_one_access import Pair, Regimes, Start
from chokegraph.study.day_one_chain import Binding, Incoming, binding_chain, inputs_of
from chokegraph.study.day_one_cuts import scenario_cuts as scenario_cuts
from chokegraph.study.day_one_trade import cut_edges, network_for, places_of, trades_of
from chokegraph.study.setting import Setting

if TYPE_CHECKING:
    import xarray as xr

Array = np.ndarray[Any, np.dtype[Any]]

_ERROR = 1e-6
_LITTLE = 1e-9
_PLACE_OF_MARKET = (0, 0, 0, 1, 2)


Key = tuple[int, int, str, str]
"""Day, place, product, and "output" or "new lines"."""


@dataclass(frozen=True)
class Chain:
    """What binds, from a product back to a cut link, in the network of one draw."""

    network: Network
    steps: tuple[Binding, ...]


@dataclass(frozen=True)
class Day:
    """One day on which links are cut.

    Args:
        quarter: The quarter in which it falls.
        pair: The regimes of baseline and scenario then.
    """

    quarter: str
    pair: Pair


@dataclass(frozen=True)
class DayOne:
    """What is lost at once, by day and draw; and why.

    Args:
        days: The first day on which the scenario cuts anything, and, if another, that on which it
            cuts most.
        inputs: Part of each place's purchases that is lost, [draws, days, places, I].
        direct: The part of it that is cut itself, without what follows, same shape.
        output: Part of lines that run which stops, [draws, days, places, P].
        new_lines: Part of new lines that cannot be built, same shape.
        sales: Sales that each country's suppliers lose, USD million a quarter, [draws, days, C].
        cut_sales: The part of it that is cut itself.
        chains: By day, place, product and "output" or "new lines": the chain of the draw with the
            median loss.
        binds: For each of these, how often each input binds, by its id.
    """

    days: tuple[Day, ...]
    inputs: Array
    direct: Array
    output: Array
    new_lines: Array
    sales: Array
    cut_sales: Array
    chains: dict[Key, Chain]
    binds: dict[Key, Counter[str]]


def cutting_days(setting: Setting, regimes: Regimes) -> tuple[Day, ...]:
    """Return the first quarter in which the scenario cuts anything, and that with most cut.

    What is at stake on a day is the mean over a few draws of the purchases cut.
    """
    pairs = list(dict.fromkeys(regimes.by_quarter))
    tried = range(min(regimes.draws, count("day_one_trial_draws")))
    stake = np.mean([regimes.at(draw, pairs).stake for draw in tried], axis=0)
    start = quarter_index(setting.scenario.start)
    biting = [t for t, pair in enumerate(regimes.by_quarter) if stake[pairs.index(pair)] > _LITTLE]
    if not biting:
        return ()
    worst = max(biting, key=lambda t: (stake[pairs.index(regimes.by_quarter[t])], -t))
    chosen = dict.fromkeys((biting[0], worst))
    return tuple(Day(quarter_name(start + t), regimes.by_quarter[t]) for t in chosen)


def day_one(setting: Setting, ensemble: xr.Dataset) -> DayOne | None:
    """Work out what is lost on day one, on the first draws of a run.

    Args:
        setting: What was run.
        ensemble: The arrays of the run; the routes that are gone in the baseline are read.

    Returns:
        The losses; None where the scenario cuts nothing that its baseline leaves.
    """
    regimes = Regimes(setting, min(int(ensemble.sizes["draw"]), count("day_one_draws")))
    days = cutting_days(setting, regimes)
    if not days:
        return None
    starts = [regimes.at(draw, [day.pair for day in days]) for draw in range(regimes.draws)]
    trades = trades_of(setting, starts, ensemble)
    built = network_for(setting, trades)
    settings = Settings(mode="converged", market_shares=False, error=_ERROR)
    runs = []
    for start, trade in zip(starts, trades, strict=True):
        network = built.with_values(trade)
        shocks = [
            Shock(day.quarter, cut=cut_edges(built, start.cut[k])) for k, day in enumerate(days)
        ]
        found = cascade(network, shocks, settings)
        runs.append(_Run(network, shocks, 1.0 - found.down, 1.0 - found.up))
    return _collect(setting, days, starts, trades, built, runs)


@dataclass(frozen=True)
class _Run:
    network: Network
    shocks: Sequence[Shock]
    down: Array
    up: Array


def _collect(
    setting: Setting,
    days: tuple[Day, ...],
    starts: Sequence[Start],
    trades: Sequence[Trade],
    built: Built,
    runs: Sequence[_Run],
) -> DayOne:
    structure = setting.structure
    size = (len(runs), len(days), len(PLACES))
    inputs = np.zeros((*size, len(structure.inputs)))
    direct = np.zeros_like(inputs)
    output = np.full((*size, len(structure.products)), np.nan)
    new_lines = np.full_like(output, np.nan)
    sales = np.zeros((*size[:2], len(structure.countries)))
    cut_sales = np.zeros_like(sales)
    names = places_of(setting)
    there, sells = built.bought >= 0, built.makers >= 0
    for d, (start, trade, run) in enumerate(zip(starts, trades, runs, strict=True)):
        for k in range(len(days)):
            bought = np.where(there, run.down[k][built.bought], 0.0)
            severed = np.einsum("mci,mci->mi", trade.share, start.cut[k])
            for place in range(len(PLACES)):
                rows = [m for m in range(len(MARKETS)) if _PLACE_OF_MARKET[m] == place]
                inputs[d, k, place] = _mean(bought[rows], trade.demand[rows])
                direct[d, k, place] = _mean(severed[rows], trade.demand[rows])
            lost = np.where(sells, run.up[k][built.makers], 0.0)
            sales[d, k] = (lost * trade.sales).sum(axis=1)
            cut_sales[d, k] = (start.cut[k] * trade.flows).sum(axis=(0, 2))
            for p, product in enumerate(structure.products):
                for place, name in enumerate(names):
                    if not trade.made[name][structure.route_product == p].any():
                        continue  # what is not made is not lost
                    for array, nodes in ((output, built.products), (new_lines, built.new_lines)):
                        if (name, product) in nodes:
                            array[d, k, place, p] = run.down[k][nodes[name, product]]
    chains, binds = _why(setting, days, built, runs, names)
    return DayOne(days, inputs, direct, output, new_lines, sales, cut_sales, chains, binds)


def _mean(values: Array, weight: Array) -> Array:
    whole = weight.sum(axis=0)
    part = (values * weight).sum(axis=0)
    return np.asarray(np.divide(part, whole, out=np.zeros_like(part), where=whole > 0))


def _why(
    setting: Setting,
    days: tuple[Day, ...],
    built: Built,
    runs: Sequence[_Run],
    names: Sequence[str],
) -> tuple[dict[Key, Chain], dict[Key, Counter[str]]]:
    """Follow each product's loss back in every draw; keep the chain of the median draw."""
    chains: dict[Key, Chain] = {}
    binds: dict[Key, Counter[str]] = {}
    incoming = Incoming(built.network)
    for k in range(len(days)):
        for place, name in enumerate(names):
            for product in setting.structure.products:
                for what, nodes in (("output", built.products), ("new lines", built.new_lines)):
                    if (name, product) not in nodes:
                        continue
                    node = nodes[name, product]
                    lost = np.array([run.down[k][node] for run in runs])
                    if lost.max() <= _LITTLE:
                        continue
                    key = (k, place, product, what)
                    found = [
                        binding_chain(
                            run.network, run.down[k], run.shocks[k].cut, node, incoming=incoming
                        )
                        for run in runs
                    ]
                    lacking = [
                        inputs_of(run.network, chain)
                        for run, chain in zip(runs, found, strict=True)
                    ]
                    binds[key] = Counter(inputs[0] for inputs in lacking if inputs)
                    middle = int(np.argsort(lost, kind="stable")[len(lost) // 2])
                    chains[key] = Chain(runs[middle].network, found[middle])
    return chains, binds
