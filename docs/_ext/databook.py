# SPDX-License-Identifier: Apache-2.0
"""The data book: every input, share, product, route, threshold and source, from the data package.

Pages are Markdown in `docs/generated/`. Every share links to the entry of its source.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path

from chipbook import technology_page

from chokegraph.chain.presets import presets
from chokegraph.world import Share, Source, World, load_world


def write(folder: Path) -> None:
    """Write all pages; pages of stages that are gone are removed."""
    world = load_world()
    pages = {"databook.md": overview(world), "sources.md": sources_page(world)}
    pages["products.md"] = products_page(world)
    pages["thresholds.md"] = thresholds_page()
    pages["technology.md"] = technology_page(world, plain=plain, table=table)
    for stage in stages(world):
        pages[f"inputs-{stage}.md"] = stage_page(world, stage)
    for old in folder.glob("inputs-*.md"):
        if old.name not in pages:
            old.unlink()
    for name, text in pages.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def stages(world: World) -> list[str]:
    """Return the stages that have inputs, in the order of the table."""
    return list(dict.fromkeys(item.stage for item in world.inputs.values()))


def plain(text: str) -> str:
    """Return text in which no character means anything to Markdown or to a table.

    Example:
        >>> plain("a_b|c")
        'a\\\\_b\\\\|c'
    """
    marked = "".join(f"\\{char}" if char in "\\`*_{}[]<>#|$~^" else char for char in text)
    return " ".join(marked.split())


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; cells are Markdown already."""
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(cell or ' ' for cell in row)} |" for row in rows]
    return "\n".join(lines)


def overview(world: World) -> str:
    """The first page: what there is, and how much is unknown."""
    sold = [item for item in world.inputs.values() if item.use != "none"]
    valued = [s for s in world.country_shares.values() if s.complete]
    by_grade: dict[str, int] = {}
    for statement in world.statements.values():
        by_grade[statement.grade] = by_grade.get(statement.grade, 0) + 1
    meaning = {grade: plain(info.meaning) for grade, info in world.grades.items()}
    grades = table(
        ["Grade", "Meaning", "Statements"],
        [[g, meaning.get(g, ""), str(n)] for g, n in sorted(by_grade.items())],
    )
    toc = "\n".join(
        [
            "```{toctree}",
            ":maxdepth: 1",
            "",
            *(f"inputs-{stage}" for stage in stages(world)),
            *("products", "technology", "thresholds", "sources", "```"),
        ]
    )
    return (
        "\n\n".join(
            [
                "# Data book",
                "Written by the program from the data package in `src/chokegraph/world/facts/`, as "
                f"seen at {world.year}. `chokegraph data show INPUT` prints one input, "
                "`chokegraph data why INPUT PROPERTY` says why a figure is used.",
                f"{len(world.inputs)} inputs, of which {len(sold)} are bought; "
                f"{len(valued)} have at least one country's share as a figure. "
                f"{len(world.statements)} statements from {len(world.sources)} sources. "
                "Unknown is not zero: a blank share means that no source gives one.",
                grades,
                toc,
            ]
        )
        + "\n"
    )


def stage_page(world: World, stage: str) -> str:
    """All inputs of one stage."""
    parts = [f"# Inputs: {plain(stage)}"]
    for item in world.inputs.values():
        if item.stage != stage:
            continue
        facts = [f"Id `{item.input_id}`", item.kind]
        if item.use != "none":
            facts.append(item.use)
        if item.eccns:
            facts.append(f"ECCNs that may apply: {plain(', '.join(item.eccns))}")
        if item.ladder_id:
            facts.append(f"grade ladder `{item.ladder_id}`")
        into = [f"`{k.target}`" for k in world.links if k.source == item.input_id]
        if into:
            facts.append(f"goes into {', '.join(into)}")
        parts += [f"## {plain(item.name)}", f"{'; '.join(facts)}.", plain(item.description)]
        share = world.country_shares.get(item.input_id)
        if share is not None:
            parts.append(share_table(world, share))
    return "\n\n".join(part for part in parts if part) + "\n"


def share_table(world: World, share: Share) -> str:
    """The shares of one input by country, each with its source."""
    rows = []
    for provider, found in share.shares.items():
        country = world.countries.get(provider)
        rows.append(
            [
                plain(country.name if country else provider),
                "" if found.value is None else f"{100 * found.value:.3g} %",
                f"{100 * found.low:.3g} to {100 * found.high:.3g} %",
                str(found.year or ""),
                found.grade,
                ", ".join(_cite(world, statement) for statement in found.statement_ids),
            ]
        )
    rest = share.remainder
    rows.append(
        [
            "*not attributed*",
            "" if rest.value is None else f"{100 * rest.value:.3g} %",
            f"{100 * rest.low:.3g} to {100 * rest.high:.3g} %",
            "",
            "",
            "",
        ]
    )
    return table(["Provider", "Share", "90 % interval", "Year", "Grade", "Source"], rows)


def _cite(world: World, statement_id: str) -> str:
    statement = world.statements[statement_id]
    where = f", {plain(statement.locator)}" if statement.locator else ""
    return f"[{plain(statement.source_id)}](#source-{statement.source_id}){where}"


def products_page(world: World) -> str:
    """Products with their routes and what each route needs."""
    parts = ["# Products and routes"]
    for product in world.products.values():
        parts += [f"## {plain(product.name)}", plain(product.description)]
        for route in world.routes.values():
            if route.product_id != product.product_id:
                continue
            around = " (design-around)" if route.design_around else ""
            parts += [f"### {plain(route.name)}{around}", plain(route.description)]
            rows = [
                [
                    f"`{need.input_id}`",
                    f"{need.requirement:.3g}",
                    "any" if need.grade_asked is None else f"{need.grade_asked:.3g}",
                ]
                for need in world.needs
                if need.route_id == route.route_id
            ]
            parts.append(table(["Input", "Requirement (0 to 1)", "Grade asked"], rows))
    return "\n\n".join(part for part in parts if part) + "\n"


def thresholds_page() -> str:
    """Thresholds of the map and priors of the response: every number that is not a fact."""
    parts = [
        "# Thresholds and priors",
        "No number of this kind stands in the code; these are the tables it reads.",
        "## Thresholds of the map",
        table(
            ["Set", "Quantity", "Value", "Unit", "Meaning", "Source", "Grade"],
            [
                [
                    *(plain(name), plain(p.quantity), f"{p.value:.3g}", plain(p.unit)),
                    *(plain(p.meaning), _linked(p.source, p.url), p.grade),
                ]
                for name, rows in presets().items()
                for p in rows.values()
            ],
        ),
    ]
    facts = files("chokegraph.world").joinpath("facts")
    priors = facts.joinpath("priors.csv")
    if priors.is_file():
        rows = list(csv.DictReader(priors.read_text(encoding="utf-8").splitlines()))
        columns = ["name", "unit", "dist", "low", "high", "source_id", "grade", "meaning"]
        body = [[plain(row.get(column) or "") for column in columns] for row in rows]
        parts += ["## Priors of the response", table(columns, body)]
    return "\n\n".join(parts) + "\n"


def _linked(text: str, url: str) -> str:
    return f"[{plain(text)}]({url})" if url else plain(text)


def sources_page(world: World) -> str:
    """Every source, with an anchor that the shares link to."""
    parts = ["# Sources"]
    parts += [_source(source) for source in world.sources.values()]
    return "\n\n".join(parts) + "\n"


def _source(source: Source) -> str:
    said = [source.title, source.authors, source.publisher, source.published]
    text = ". ".join(plain(part.rstrip(".")) for part in said if part)
    link = f" <{source.url}>" if source.url.startswith("http") else ""
    terms = f"Licence: {plain(source.licence or 'not stated')}. Accessed {source.accessed}."
    return f"(source-{source.source_id})=\n**{plain(source.source_id)}**: {text}.{link} {terms}"
