# SPDX-License-Identifier: Apache-2.0
"""Answers about power, drawn for a terminal of 100 columns."""

from __future__ import annotations

import math
from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from chokegraph.chain.power.answer import (
    Driver,
    MemberContribution,
    PowerAnswer,
    ProductPower,
    SizePower,
    Spread,
)
from chokegraph.chain.show import percent, source_ids
from chokegraph.chain.terminal import wrapped
from chokegraph.world.model import World

_HORIZONS = {
    "long": "long run: the target buys everything anew, for the same money",
    "short": "short run: all other quantities stay as they are",
}


def answer_view(answer: PowerAnswer, *, world: World, top: int, sources: bool) -> RenderableType:
    """Return the answer: all products in a table; one product in full.

    Args:
        answer: The answer.
        world: The facts, for names and sources.
        top: How many inputs to show.
        sources: Whether the sources of the inputs shown are listed.
    """
    members = "+".join(answer.coalition)
    part = "" if answer.left == 0.0 else f" {percent(1.0 - answer.left)} of"
    title = Text(
        f"Power of {members} over {answer.target} in {answer.year}: what {answer.target} loses if "
        f"they withdraw{part} what they supply",
        style="bold",
    )
    notes = [f"{_HORIZONS[answer.horizon].capitalize()}. By {answer.by}, world {answer.world}."]
    parts: list[RenderableType] = [title, *wrapped(notes), Text("")]
    if len(answer.products) > 1:
        parts += [_overview(answer), Text("")]
        parts += wrapped([_how_to_read(answer), "One product in full: --product ID."])
    else:
        parts += _in_full(answer, answer.products[0], world, top=top, sources=sources)
    return Group(*parts)


def _overview(answer: PowerAnswer) -> Table:
    table = grid()
    table.add_column("Product", max_width=28, overflow="ellipsis", no_wrap=True)
    table.add_column("Loss, median\n(5-95 %)", justify="right", no_wrap=True)
    table.add_column("Figures\nalone", justify="right", no_wrap=True)
    table.add_column("Stops\nin", justify="right", no_wrap=True)
    for name in answer.coalition[:_MEMBERS]:
        table.add_column(f"{name}\nadds", justify="right", no_wrap=True, min_width=5)
    table.add_column("Most\nthrough", max_width=18, no_wrap=True, overflow="ellipsis")
    for product in answer.products:
        table.add_row(
            product.name,
            range_of(product.loss),
            percent(product.loss.figure),
            percent(product.stops),
            *(percent_of(row.loss.median) for row in product.members[:_MEMBERS]),
            product.families[0].family if product.families else "",
        )
    return table


_MEMBERS = 4


def _in_full(
    answer: PowerAnswer, product: ProductPower, world: World, *, top: int, sources: bool
) -> list[RenderableType]:
    lines = [
        f"{product.name}: loss {range_of(product.loss)}; as the figures stand "
        f"{percent(product.loss.figure)}. Log-power {_number(product.log_power.median)} "
        f"({_number(product.log_power.low)} to {_number(product.log_power.high)}).",
        f"Nothing is left in {percent(product.stops)} of the draws. If whoever holds the "
        f"unattributed rest refused too: {percent(product.unnamed_joins)}.",
        _synergy(product),
    ]
    parts: list[RenderableType] = [*wrapped(lines), Text("")]
    parts += [member_table(product.members), Text("")]
    parts += [_families(product), Text("")]
    parts += [_drivers(product, top), Text("")]
    parts += [_sizes(product), Text("")]
    parts += wrapped([_how_to_read(answer)])
    if sources:
        parts += [Text(""), *_sources(product, world, top)]
    return parts


def member_table(members: Iterable[MemberContribution]) -> Table:
    """What each member adds: alone, to the others, and on average."""
    table = grid()
    table.add_column("Member", no_wrap=True)
    table.add_column("alone", justify="right", no_wrap=True)
    table.add_column("adds to the others", justify="right", no_wrap=True)
    table.add_column("adds on average", justify="right", no_wrap=True)
    table.add_column("of log-power", justify="right", no_wrap=True)
    for row in members:
        table.add_row(
            row.member,
            range_of(row.alone),
            range_of(row.last),
            range_of(row.loss),
            "infinite" if row.log_power is None else f"{row.log_power + 0.0:.2f}",
        )
    return table


def _families(product: ProductPower) -> Table:
    table = grid()
    table.add_column("Family of inputs, refused alone", max_width=40, no_wrap=True)
    table.add_column("Loss", justify="right", no_wrap=True)
    table.add_column("Share of cost", justify="right", no_wrap=True)
    for row in product.families[:_FAMILIES]:
        table.add_row(row.family, range_of(row.loss), _small(row.cost))
    return table


_FAMILIES = 8


def _drivers(product: ProductPower, top: int) -> Table:
    table = grid()
    table.add_column("Input", max_width=34, no_wrap=True, overflow="ellipsis")
    table.add_column("Coalition\nholds", justify="right", no_wrap=True)
    table.add_column("Own", justify="right", no_wrap=True)
    table.add_column("Cost", justify="right", no_wrap=True)
    table.add_column("Refused\nalone", justify="right", no_wrap=True)
    table.add_column("If exempt,\nless by", justify="right", no_wrap=True)
    table.add_column("A point of\npurchases moved", justify="right", no_wrap=True)
    for row in product.drivers[: top or None]:
        table.add_row(
            row.name,
            percent(row.share.figure) + ("*" if row.controlled else ""),
            percent(row.own),
            _small(row.cost),
            percent(row.alone),
            percent_of(row.without),
            _slope(row, product),
        )
    return table


def _slope(row: Driver, product: ProductPower) -> str:
    if row.marginal is None:
        return "stops anyway" if product.loss.figure == 1.0 else "no one else"
    return f"{-row.marginal:.2g}"


def _sizes(product: ProductPower) -> Table:
    table = grid()
    table.add_column("n", justify="right", no_wrap=True)
    table.add_column("Joining one by one", max_width=26, no_wrap=True, overflow="ellipsis")
    table.add_column("Loss", justify="right", no_wrap=True)
    table.add_column("Most powerful of each size", max_width=34, no_wrap=True, overflow="ellipsis")
    table.add_column("Loss", justify="right", no_wrap=True)
    for n in range(max(len(product.joining), min(len(product.sizes), _SIZES))):
        table.add_row(str(n + 1), *_size_cells(product.joining, n), *_size_cells(product.sizes, n))
    return table


_SIZES = 6


def _size_cells(rows: tuple[SizePower, ...], n: int) -> tuple[str, str]:
    if n >= len(rows):
        return "", ""
    return "+".join(rows[n].members), range_of(rows[n].loss)


def _synergy(product: ProductPower) -> str:
    words = (
        "All together against the sum of each alone, in percentage points of loss: "
        f"{_signed(product.synergy.median)} ({_signed(product.synergy.low)} to "
        f"{_signed(product.synergy.high)}); "
    )
    if product.log_synergy is None:
        return words + "log-power cannot be compared, since one alone already stops it."
    if math.isinf(product.log_synergy):
        return words + "in log-power infinitely more: only together do they control an input."
    return words + f"in log-power {product.log_synergy:+.2f}."


def _how_to_read(answer: PowerAnswer) -> str:
    return (
        "Loss: share of real output, median of the draws (5-95 %). Stops in: share of draws in "
        "which nothing is left. What members add is averaged over all orders of joining (Shapley). "
        "In each draw it adds up to the loss; the medians shown here need not, since only means "
        "add up. Inputs marked * have no other supplier at a grade asked; "
        "a point of purchases moved to others lowers log-power by the last column. Elasticities "
        f"are uncertain (assumptions.csv with --out); {answer.draws} draws, seed {answer.seed}. "
        "Not legal advice, not a forecast."
    )


def _sources(product: ProductPower, world: World, top: int) -> list[RenderableType]:
    used: dict[str, list[str]] = {}
    for row in product.drivers[: top or None]:
        for name in source_ids(row.statement_ids, world):
            used.setdefault(name, []).append(row.input_id)
    lines: list[RenderableType] = [Text("Sources", style="bold")]
    for name, inputs in used.items():
        source = world.sources.get(name)
        what = f"{source.title}. {source.publisher}. {source.url}" if source else "not listed"
        lines += wrapped([f"{name} ({', '.join(inputs)}): {what}"])
    return lines


def grid() -> Table:
    """An empty table in the house's style."""
    return Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold", expand=False)


def range_of(value: Spread) -> str:
    """The median and the 5-95 % interval as percentages."""
    low, high = percent_of(value.low), percent_of(value.high)
    middle = percent_of(value.median)
    if low == high == middle:
        return middle
    return f"{middle} ({low.removesuffix(' %')}-{high.removesuffix(' %')})"


def percent_of(value: float) -> str:
    """A fraction as a percentage, the sign kept."""
    return f"{100.0 * value + 0.0:.0f} %".replace("-0 %", "0 %")


def _small(value: float) -> str:
    return f"{100.0 * value:.1f} %"


def _signed(value: float) -> str:
    return f"{100.0 * value:+.0f}"


def _number(value: float) -> str:
    return "infinite" if math.isinf(value) else f"{value:.2f}"
