# SPDX-License-Identifier: Apache-2.0
"""Small hand-made worlds for the documentation, the doctests and for trying things out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from chokegraph.chain.networks.model import ESSENTIAL, Network
from chokegraph.world.model import (
    UNKNOWN_PROVIDER,
    Country,
    Estimate,
    Firm,
    Input,
    Link,
    Need,
    Product,
    Route,
    Share,
    Statement,
    World,
)

Shares = Mapping[str, Mapping[str, float | None]]


def small_world(
    shares: Shares,
    *,
    routes: Mapping[str, Iterable[str]],
    links: Iterable[Link] = (),
    groups: Iterable[str] = (),
    firm_shares: Shares | None = None,
    homes: Mapping[str, str] | None = None,
    statements: Iterable[Statement] = (),
    needs: Iterable[Need] | None = None,
) -> World:
    """Build a world from shares and routes, without any file.

    Args:
        shares: input -> country -> share (a fraction; None for a provider without a figure). The
            rest to one is unattributed.
        routes: "product" or "product/route" -> the inputs that it needs.
        links: The links of the chain.
        groups: Inputs that nobody sells (process steps and groups).
        firm_shares: input -> firm -> share.
        homes: firm -> country of headquarters.
        statements: Further facts, for example grades.
        needs: The needs of the routes, if they are not simply "all, at any grade".

    Example:
        >>> world = small_world({"litho": {"NL": 0.9}}, routes={"chip": ["litho"]})
        >>> world.country_shares["litho"].remainder.value
        0.1
    """
    firms = {
        firm: Firm(firm, firm.upper(), home, home, home) for firm, home in (homes or {}).items()
    }
    ids = [*shares, *(name for name in (firm_shares or {}) if name not in shares), *groups]
    sold = set(ids) - set(groups)
    route_rows = {}
    need_rows = []
    for name, inputs in routes.items():
        product, _, route = name.partition("/")
        route = route or product
        route_rows[route] = Route(route, product, route, "mature", False, "")  # noqa: FBT003
        need_rows += [Need(route, input_id, 1.0, None) for input_id in inputs]
    products = {row.product_id: row.product_id for row in route_rows.values()}
    found = {provider for row in shares.values() for provider in row} | set((homes or {}).values())
    return World(
        origin="example",
        year=2024,
        version="0",
        data_hash="",
        inputs={
            name: Input(
                name,
                name.capitalize(),
                "tool" if name in sold else "process",
                "capital" if name in sold else "none",
                "lithography",
                "lithography",
                "ladder",
                (),
                (),
                "",
            )
            for name in ids
        },
        countries={name: Country(name, name) for name in sorted(found | {"CN", UNKNOWN_PROVIDER})},
        firms=firms,
        ladders={},
        links=tuple(links),
        products={name: Product(name, name.capitalize(), "mature", "", "") for name in products},
        routes=route_rows,
        needs=tuple(need_rows if needs is None else needs),
        country_shares={name: _share(name, row, "country") for name, row in shares.items()},
        firm_shares={name: _share(name, row, "firm") for name, row in (firm_shares or {}).items()},
        statements={row.statement_id: row for row in statements},
        sources={},
        selections=(),
    )


def toy_world() -> World:
    """Return the toy of the documentation: a chip needs litho (NL or JP) and wafers (JP or DE).

    Its minimal blocking coalitions are JP with NL and JP with DE.
    """
    return small_world(
        {"litho": {"NL": 0.75, "JP": 0.25}, "wafer": {"JP": 0.5, "DE": 0.5}},
        routes={"chip": ["litho", "wafer"]},
    )


def small_network() -> Network:
    """Return the toy as a network: a fab in Taiwan buys scanners (NL or JP) and wafers (JP or DE).

    Example:
        >>> small_network().node_ids
        ('jp-both', 'nl-scanners', 'de-wafers', 'fab')
    """
    kinds = ("scanner", "wafer", "chip")
    return Network(
        node_ids=("jp-both", "nl-scanners", "de-wafers", "fab"),
        sector_names=kinds,
        sectors=np.array([0, 0, 1, 2], dtype=np.int32),
        supplier=np.array([0, 0, 1, 2], dtype=np.int32),
        customer=np.array([3, 3, 3, 3], dtype=np.int32),
        value=np.array([25.0, 50.0, 75.0, 50.0]),
        kind=np.array([0, 1, 0, 1], dtype=np.int32),
        essentiality=np.full((3, 3), ESSENTIAL, dtype=np.int8),
        markets=np.array([0, 0, 1, 2], dtype=np.int32),
        countries=("JP", "NL", "DE", "TW"),
    )


def _share(input_id: str, row: Mapping[str, float | None], level: str) -> Share:
    known = sum(value for value in row.values() if value is not None)
    rest = round(max(0.0, 1.0 - known), 12)
    unvalued = any(value is None for value in row.values())
    shares = {
        provider: Estimate(None, 0.0, rest) if value is None else Estimate(value, value, value)
        for provider, value in row.items()
    }
    remainder = Estimate(rest, 0.0 if unvalued else rest, rest)
    return Share(input_id, "firm" if level == "firm" else "country", 2024, shares, remainder)
