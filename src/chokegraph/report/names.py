# SPDX-License-Identifier: Apache-2.0
"""Names for people in place of ids, from the tables that a result carries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from chokegraph.report.numbers import Unit
from chokegraph.report.words import Words, plain, sentence
from chokegraph.result import Result


@dataclass(frozen=True, slots=True)
class InputName:
    """What the report needs to know of an input."""

    input_id: str
    name: str
    stage: str
    family: str


@dataclass(frozen=True, slots=True)
class RouteName:
    """What the report needs to know of a route."""

    route_id: str
    name: str
    product_id: str
    design_around: bool


@dataclass(frozen=True)
class Names:
    """Names of inputs, countries, products, routes and parameters."""

    inputs: dict[str, InputName]
    countries: dict[str, str]
    products: dict[str, str]
    routes: dict[str, RouteName]
    parameters: dict[str, tuple[str, Unit]]

    def input(self, key: str) -> str:
        """Name of an input."""
        return self.inputs[key].name if key in self.inputs else sentence(key)

    def country(self, key: str) -> str:
        """Name of a country; the code where the result does not name it."""
        name = self.countries.get(key, key)
        return name[:1].upper() + name[1:]

    def product(self, key: str) -> str:
        """Name of a product."""
        return self.products.get(key, sentence(key))

    def parameter(self, key: str) -> tuple[str, Unit]:
        """Meaning and unit of a prior."""
        return self.parameters.get(key, (sentence(key), Unit("")))

    def thing(self, reference: str, words: Words) -> str:
        """Name of a statement's subject or object (`kind:id`).

        Example:
            >>> from chokegraph.report.words import load_words
            >>> Names({}, {"NL": "Netherlands"}, {}, {}, {}).thing("country:NL", load_words())
            'Netherlands'
        """
        kind, _, key = reference.partition(":")
        if not key:
            return sentence(kind)
        if kind == "input":
            return self.input(key)
        if kind == "country":
            return self.country(key)
        if kind == "product":
            return self.product(key)
        if kind == "route":
            return self.routes[key].name if key in self.routes else sentence(key)
        if kind == "family":
            return words.label("families", key)
        if kind in ("prior", "parameter"):
            return self.parameter(key)[0]
        return plain(key)


def records(frame: pl.DataFrame | None) -> list[dict[str, Any]]:
    """Rows of a table as dictionaries; an absent table has none.

    Example:
        >>> records(pl.DataFrame({"a": [1]})), records(None)
        ([{'a': 1}], [])
    """
    return [] if frame is None else frame.to_dicts()


def anchor_of(kind: str, key: str) -> str:
    """Make an id on the page for a thing; only letters, digits and hyphens survive.

    Example:
        >>> anchor_of("prior", "leak_tools"), anchor_of("source", "a b<c>")
        ('prior-leak-tools', 'source-a-b-c')
    """
    text = "".join(c if c.isascii() and c.isalnum() else "-" for c in f"{kind}-{key}")
    return "-".join(part for part in text.split("-") if part)


def names_of(result: Result, design_around: frozenset[str], words: Words) -> Names:
    """Read the names that a result carries with its arrays and tables.

    Args:
        result: The result.
        design_around: Ids of the routes that are marked as design-arounds.
        words: The phrases, for units.

    Returns:
        Names by kind.
    """
    data = result.dataset

    def column(name: str, dim: str) -> list[str]:
        if name in data.coords:
            return [str(value) for value in data.coords[name].values]
        return [""] * data.sizes[dim]

    def ids(dim: str) -> list[str]:
        return [str(value) for value in data[dim].values] if dim in data.coords else []

    inputs = zip(
        ids("input"),
        column("input_name", "input"),
        column("input_stage", "input"),
        column("input_family", "input"),
        strict=True,
    )
    routes = zip(
        ids("route"),
        column("route_name", "route"),
        column("route_product", "route"),
        strict=True,
    )
    parameters = {
        str(row["parameter"]): (str(row["parameter_label"]), Unit(""))
        for row in records(result.sensitivity)
    }
    if "parameter" in data.coords:
        units = (words.unit(unit) for unit in column("parameter_unit", "parameter"))
        labels = column("parameter_label", "parameter")
        parameters |= dict(zip(ids("parameter"), zip(labels, units, strict=True), strict=True))
    return Names(
        inputs={row[0]: InputName(*row) for row in inputs},
        countries=dict(zip(ids("country"), column("country_name", "country"), strict=True)),
        products=dict(zip(ids("product"), column("product_name", "product"), strict=True)),
        routes={
            key: RouteName(key, name, product, key in design_around)
            for key, name, product in routes
        },
        parameters={
            key: (label or sentence(key), unit) for key, (label, unit) in parameters.items()
        },
    )
