# SPDX-License-Identifier: Apache-2.0
"""Where the nodes of a Sankey stand: columns from suppliers to customers, few crossings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Link:
    """One sale that is drawn: from, to, what, its value, and what of it is lost."""

    source: str
    target: str
    product: str
    value: float
    lost: float


def layers_of(links: Sequence[Link]) -> dict[str, int]:
    """Return the column of each node: one right of its rightmost supplier; circles are cut open.

    Example:
        >>> a, b = Link("x", "y", "", 1, 1), Link("y", "x", "", 1, 1)
        >>> layers_of([a, b])
        {'x': 0, 'y': 1}
    """
    customers: dict[str, list[str]] = defaultdict(list)
    names = list(dict.fromkeys(end for link in links for end in (link.source, link.target)))
    for link in links:
        customers[link.source].append(link.target)
    state: dict[str, int] = {}
    order: list[str] = []
    back: set[tuple[str, str]] = set()

    def visit(start: str) -> None:
        stack = [(start, iter(customers[start]))]
        state[start] = 1
        while stack:
            name, rest = stack[-1]
            after = next(rest, None)
            if after is None:
                state[name] = 2
                order.append(name)
                stack.pop()
            elif state.get(after, 0) == 0:
                state[after] = 1
                stack.append((after, iter(customers[after])))
            elif state[after] == 1:
                back.add((name, after))

    bought = {link.target for link in links}
    for name in sorted(names, key=lambda one: one in bought):
        if name not in state:
            visit(name)
    layer = dict.fromkeys(names, 0)
    for name in reversed(order):
        for after in customers[name]:
            if (name, after) not in back:
                layer[after] = max(layer[after], layer[name] + 1)
    # A supplier stands just left of its first customer, not at the far left.
    for name in order:
        ahead = [layer[after] for after in customers[name] if (name, after) not in back]
        if ahead and name not in bought:
            layer[name] = min(ahead) - 1
    return layer


def sizes_of(links: Sequence[Link]) -> dict[str, float]:
    """Return the size of each node: what it buys or what it sells, whichever is more.

    Example:
        >>> sizes_of([Link("x", "y", "", 2.0, 1.0), Link("y", "z", "", 3.0, 1.0)])
        {'x': 2.0, 'y': 3.0, 'z': 3.0}
    """
    sold: dict[str, float] = defaultdict(float)
    bought: dict[str, float] = defaultdict(float)
    for link in links:
        sold[link.source] += link.value
        bought[link.target] += link.value
    return {name: max(sold[name], bought[name]) for name in {**sold, **bought}}


def untangle(
    columns: Mapping[int, list[str]], links: Sequence[Link], layer: Mapping[str, int]
) -> None:
    """Order each column by the middle of what its nodes are tied to; a few passes."""
    ties: dict[str, list[str]] = defaultdict(list)
    for link in links:
        ties[link.source].append(link.target)
        ties[link.target].append(link.source)
    for turn in range(6):
        spots = {
            name: at / len(names) for names in columns.values() for at, name in enumerate(names)
        }
        for column in sorted(columns, reverse=bool(turn % 2)):
            middles = {}
            for name in columns[column]:
                side = [
                    spots[one] for one in ties[name] if (layer[one] < column) is (turn % 2 == 0)
                ]
                middles[name] = sum(side) / len(side) if side else spots[name]
            columns[column].sort(key=middles.__getitem__)
            for at, name in enumerate(columns[column]):
                spots[name] = at / len(columns[column])
