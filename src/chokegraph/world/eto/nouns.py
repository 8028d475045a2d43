# SPDX-License-Identifier: Apache-2.0
"""Inputs, chain, countries and firms of an ETO release."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from chokegraph.errors import Finding
from chokegraph.world.eto.release import Release, country_codes, crosswalk
from chokegraph.world.model import (
    UNKNOWN_PROVIDER,
    Country,
    Firm,
    Input,
    Link,
    Need,
    Product,
    Route,
)
from chokegraph.world.reading import Collector, did_you_mean

Use = Literal["capital", "consumable", "none"]

KINDS: Mapping[str, tuple[str, Use]] = {
    "tool_resource": ("tool", "capital"),
    "material_resource": ("material", "consumable"),
    "design_resource": ("service", "none"),
    "process": ("process", "none"),
    "ultimate_output": ("chip", "none"),
}
"""Our kind and use for each `type` of the dataset."""

_ROUTE = "as-charted"


@dataclass(frozen=True)
class Nouns:
    """What the release names. `input_ids` and `providers` map its ids to ours.

    A provider is `country:XX` or `firm:xxx`.
    """

    inputs: dict[str, Input]
    input_ids: dict[str, str]
    countries: dict[str, Country]
    firms: dict[str, Firm]
    providers: dict[str, str]
    links: list[Link]
    link_lines: list[int]
    products: dict[str, Product]
    routes: dict[str, Route]
    needs: tuple[Need, ...]


def slug(name: str) -> str:
    """Return a name as an id: small letters, digits and hyphens.

    Example:
        >>> slug("CVD tools (adv. pkg.)")
        'cvd-tools-adv-pkg'
    """
    plain = name.lower().replace("&", " and ").replace("+", " plus ").replace("'", "")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def read_nouns(release: Release) -> tuple[Nouns, list[Finding]]:
    """Read inputs, stages, providers and the sequence; return findings for what does not fit."""
    raw_inputs, findings = _read_inputs(release)
    links, link_lines, found = _read_links(release, raw_inputs)
    findings += found
    ids = {eto_id: row.input_id for eto_id, row in raw_inputs.items()}
    inputs = _finish(raw_inputs, links)
    countries, firms, providers, found = _read_providers(release)
    findings += found
    products, routes, needs = _route(inputs, links)
    nouns = Nouns(
        inputs, ids, countries, firms, providers, links, link_lines, products, routes, needs
    )
    return nouns, findings


def _read_inputs(release: Release) -> tuple[dict[str, Input], list[Finding]]:
    """Read inputs and stages, keyed by the dataset's id."""
    table = release.tables["inputs"]
    found = Collector(table.file)
    out: dict[str, Input] = {}
    taken: set[str] = set()
    for line, row in table.records():
        eto_id, name = row["input_id"].strip(), row["input_name"].strip()
        if not eto_id or eto_id in out:
            message = f"'{eto_id}' is already there" if eto_id else "the cell is blank"
            found.add(message, "give each input an id of its own", line, "input_id")
            continue
        if row["type"] not in KINDS:
            hint = did_you_mean(row["type"], set(KINDS)) or f"one of {', '.join(KINDS)}"
            found.add(f"'{row['type']}' is no known type", hint, line, "type")
            continue
        kind, use = KINDS[row["type"]]
        text = row.get("description", "")
        out[eto_id] = _input(eto_id, name, kind, use, text, taken)
    stages = release.tables["stages"]
    for _, row in stages.records():
        eto_id, name = row["stage_id"].strip(), row["stage_name"].strip()
        text = row.get("description", "")
        out[eto_id] = _input(eto_id, f"Stage: {name}", "group", "none", text, taken)
    return out, found.sorted()


def _input(eto_id: str, name: str, kind: str, use: Use, text: str, taken: set[str]) -> Input:
    known = crosswalk().get(eto_id, {})
    input_id = known.get("input_id") or slug(name) or eto_id.lower()
    if input_id in taken:
        input_id = f"{input_id}-{eto_id.lower()}"
    taken.add(input_id)
    stage, family = known.get("stage", ""), known.get("family", "")
    return Input(input_id, name, kind, use, stage, family, "", (), (f"eto-{eto_id.lower()}",), text)


def _read_links(
    release: Release, inputs: Mapping[str, Input]
) -> tuple[list[Link], list[int], list[Finding]]:
    table = release.tables["sequence"]
    found = Collector(table.file)
    links: dict[Link, int] = {}
    for line, row in table.records():
        source = row["input_id"].strip()
        targets: tuple[tuple[str, Literal["needed_by", "variant_of"]], ...] = (
            ("goes_into_id", "needed_by"),
            ("is_type_of_id", "variant_of"),
        )
        if not any(row[column].strip() for column, _ in targets):
            fix = "give goes_into_id or is_type_of_id"
            found.add(f"'{source}' leads nowhere", fix, line, "goes_into_id")
        for column, relation in targets:
            target = row[column].strip()
            if not target:
                continue
            unknown = [one for one in (source, target) if one not in inputs]
            for one in unknown:
                fix = did_you_mean(one, set(inputs)) or "add it to inputs.csv, or remove the row"
                where = column if one == target else "input_id"
                found.add(f"'{one}' is not in inputs.csv", fix, line, where)
            if not unknown:
                link = Link(inputs[source].input_id, relation, inputs[target].input_id)
                links.setdefault(link, line)
    return list(links), list(links.values()), found.sorted()


def _finish(raw: Mapping[str, Input], links: list[Link]) -> dict[str, Input]:
    """Set what follows from the chain: groups, and the stage and family down the chain.

    An input with variants is a group: what is bought is a variant. An input that our crosswalk
    does not place takes stage and family from what it is a variant of, and the stage from what
    needs it.
    """
    above: dict[str, list[Link]] = {}
    for link in links:
        above.setdefault(link.source, []).append(link)
    groups = {link.target for link in links if link.relation == "variant_of"}
    by_id = {row.input_id: row for row in raw.values()}

    def placed(input_id: str, seen: frozenset[str]) -> tuple[str, str]:
        row = by_id[input_id]
        stage, family = row.stage, row.family
        ways = sorted(above.get(input_id, ()), key=lambda link: link.relation != "variant_of")
        for link in ways:
            if (stage and family) or link.target in seen:
                break
            up_stage, up_family = placed(link.target, seen | {input_id})
            stage = stage or up_stage
            if link.relation == "variant_of":
                family = family or up_family
        return stage, family

    out = {}
    for row in raw.values():
        stage, family = placed(row.input_id, frozenset())
        bought = row.use if row.input_id not in groups else "none"
        kind = row.kind
        if row.input_id in groups and row.use != "none":
            kind = "group"
        out[row.input_id] = Input(
            row.input_id,
            row.name,
            kind,
            bought,
            stage or "services",
            family,
            "",
            row.eccns,
            row.tags,
            row.description,
        )
    return out


def _read_providers(
    release: Release,
) -> tuple[dict[str, Country], dict[str, Firm], dict[str, str], list[Finding]]:
    table = release.tables["providers"]
    found = Collector(table.file)
    codes = country_codes()
    countries: dict[str, Country] = {}
    names: dict[str, dict[str, str]] = {}
    aliases: dict[str, list[str]] = {}
    providers: dict[str, str] = {}
    for line, row in table.records():
        eto_id = row["provider_id"].strip()
        name, alias = row["provider_name"].strip(), row.get("alias", "").strip()
        is_country = row["provider_type"].strip() == "country"
        if row["provider_type"].strip() not in ("country", "organization"):
            fix = "country or organization"
            found.add(f"'{row['provider_type']}' is no type", fix, line, "provider_type")
            continue
        code = name if is_country else row["country"].strip()
        if code not in codes:
            hint = did_you_mean(code, set(codes)) or "use an ISO 3166-1 alpha-3 code"
            column = "provider_name" if is_country else "country"
            found.add(f"'{code}' is no known country", hint, line, column)
            continue
        country_id, country_name = codes[code]
        countries.setdefault(country_id, Country(country_id, country_name))
        if is_country:
            providers[eto_id] = f"country:{country_id}"
        elif slug(name).startswith("various"):
            providers[eto_id] = f"firm:{UNKNOWN_PROVIDER}"
        else:
            names.setdefault(eto_id, {"name": name, "home": country_id})
            if alias:
                aliases.setdefault(eto_id, []).append(alias)
            if names[eto_id]["home"] != country_id:
                message = f"'{name}' has two countries, {names[eto_id]['home']} and {country_id}"
                found.add(message, "give one country to all rows of a provider", line, "country")
    firms: dict[str, Firm] = {}
    for eto_id, row in names.items():
        firm_id = slug(row["name"]) or eto_id.lower()
        if firm_id in firms:
            firm_id = f"{firm_id}-{eto_id.lower()}"
        known_as = tuple(dict.fromkeys(aliases.get(eto_id, ())))
        firms[firm_id] = Firm(firm_id, row["name"], row["home"], "", "", known_as, "", eto_id)
        providers[eto_id] = f"firm:{firm_id}"
    countries.setdefault(UNKNOWN_PROVIDER, Country(UNKNOWN_PROVIDER, codes["Various"][1]))
    return dict(sorted(countries.items())), firms, providers, found.sorted()


def _route(
    inputs: Mapping[str, Input], links: list[Link]
) -> tuple[dict[str, Product], dict[str, Route], tuple[Need, ...]]:
    """Make the release's final output a product, with what all ways to it need.

    Only inputs that the output cannot do without by the chain (reached by `needed_by` alone) are
    needs; alternatives stay in the chain.
    """
    outputs = [row for row in inputs.values() if row.kind == "chip"]
    if len(outputs) != 1:
        return {}, {}, ()
    output = outputs[0]
    below: dict[str, list[str]] = {}
    for link in links:
        if link.relation == "needed_by":
            below.setdefault(link.target, []).append(link.source)
    seen = {output.input_id}
    queue = [output.input_id]
    while queue:
        for source in below.get(queue.pop(), ()):
            if source not in seen:
                seen.add(source)
                queue.append(source)
    product = Product(output.input_id, output.name, "leading", "chips", output.description)
    route = Route(
        _ROUTE,
        product.product_id,
        "As charted",
        "leading",
        design_around=False,
        description="What the chain of the release needs without an alternative.",
    )
    needs = tuple(
        Need(_ROUTE, input_id, 1.0, None)
        for input_id, row in inputs.items()
        if input_id in seen and row.use != "none"
    )
    if not needs:
        return {}, {}, ()
    return {product.product_id: product}, {_ROUTE: route}, needs
