# SPDX-License-Identifier: Apache-2.0
"""The chokepoint table and the sheet of one input, drawn for a terminal of 100 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from chokegraph.chain.coalitions import Blocking
from chokegraph.chain.concentration import Interval
from chokegraph.chain.rows import ChokepointTable, Row
from chokegraph.chain.sheet import Sheet, ranked_shares
from chokegraph.chain.show import (
    coalition_words,
    deniers_words,
    percent,
    source_ids,
    span,
)
from chokegraph.world import World

COLUMNS = 100
"""Widest line that is drawn, so that a page of it can be read and pasted."""

_DENIERS_WIDTH = 15
_SHOWN_COALITIONS = 12
_SHOWN_PROVIDERS = 6


def print_renderable(part: RenderableType) -> None:
    """Print to standard output, at most `COLUMNS` wide; plain text when it is not a terminal."""
    console = Console(highlight=False)
    width = min(console.width, COLUMNS) if console.is_terminal else COLUMNS
    Console(highlight=False, width=width).print(part)


def table_view(
    table: ChokepointTable, *, world: World, top: int | None, sources: bool
) -> RenderableType:
    """Return the table with its heading, the meaning of the columns, and sources if wanted."""
    rows = table.rows[:top]
    members = "+".join(table.coalition) or "nobody"
    other_years = sum(row.year not in (None, table.year) for row in rows)
    grid = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold", expand=False)
    firms = table.by == "firm"
    grid.add_column("#", justify="right", no_wrap=True)
    grid.add_column("Input", max_width=21 if firms else 27, no_wrap=True, overflow="ellipsis")
    grid.add_column("Largest", max_width=16 if firms else 9, no_wrap=True, overflow="ellipsis")
    grid.add_column("HHI", no_wrap=True)
    grid.add_column("Coalition", justify="right", no_wrap=True)
    grid.add_column(f"{table.target} own", justify="right", no_wrap=True)
    grid.add_column("Stops", justify="right", no_wrap=True)
    grid.add_column("Denied by", max_width=_DENIERS_WIDTH, no_wrap=True, overflow="ellipsis")
    grid.add_column("Ev", no_wrap=True)
    grid.add_column("Score", justify="right", no_wrap=True)
    for row in rows:
        grid.add_row(*_cells(row))
    denies = percent(table.threshold)
    title = Text(
        f"Chokepoints for {table.target} in {table.year}: what {members} could deny "
        f"(by {table.by}, world {table.world})",
        style="bold",
    )
    notes = [
        f"Shown: {len(rows)} of {len(table.rows)} inputs. Shares of the world market; a range is "
        "the 90 % interval with the unattributed rest, '?' the rest itself.",
        "Stops: products that stop without it and without substitutes that the coalition denies. "
        f"Denied by: smallest sets holding {denies} of its "
        "supply. Ev: weakest evidence grade, A official to X our judgement.",
        "Score = coalition's share x mean loss of the products x (1 - own share), 0 to 1. "
        "Not legal advice, not a forecast.",
    ]
    if other_years:
        notes.append(
            f"{other_years} of the inputs shown have no shares for {table.year}: those of the "
            "nearest year are used (column year of --format csv)."
        )
    if table.unscored:
        notes.append(
            f"No source attributes the supply of {len(table.unscored)} inputs: they stand last, "
            "without a score. Unknown is not zero."
        )
    if not sources:
        notes.append("Sources: add --sources. One input in full: --input ID. Ids: --format csv.")
    parts: list[RenderableType] = [title, Text(""), grid, Text("")]
    if table.products:
        parts += [*_product_lines(table, world), Text("")]
    parts += wrapped(notes)
    if sources:
        parts += [Text(""), *_row_sources(rows, world)]
    return Group(*parts)


def sheet_view(sheet: Sheet, *, world: World, target: str) -> RenderableType:
    """Return the sheet of one input, with the source of every share."""
    row = sheet.row
    denies = percent(sheet.threshold)
    parts: list[RenderableType] = [
        Text(f"{row.name} ({row.input_id})", style="bold"),
        *wrapped([sheet.description] if sheet.description else []),
        Text(""),
        *wrapped(
            [
                f"Stage: {row.stage}. Kind: {row.kind}. Year of the shares: "
                f"{row.year or 'none'}. Unattributed: {span(row.unattributed)}.",
                f"Concentration: HHI {_hhi(row.hhi)}; effective suppliers "
                f"{_number(row.effective_suppliers)}.",
                f"{target} itself: {_share(row.own_share)} {row.own_share_is}. The coalition: "
                f"{_share(row.coalition_share)}.",
                *_grades(row, target, world),
                f"Without it stop: {', '.join(row.stops) or 'no product'} "
                f"({len(row.stops)} of {row.products}).",
                f"Needs: {', '.join(sheet.needs) or 'nothing in the chain'}. "
                f"Variants: {', '.join(sheet.variants) or 'none'}. "
                f"Needed by: {', '.join(sheet.needed_by) or 'nothing in the chain'}.",
            ]
        ),
        Text(""),
        _share_table(sheet, world),
        Text(""),
        *wrapped([f"Lost if one refuses, upstream included: {_dependence(sheet)}."]),
        *_blocking(f"Hold {denies} of its supply", sheet.direct),
        *_blocking(f"Hold {denies} of it or of something it needs", sheet.upstream),
        *_blocking("Leave no supplier at all, of it or of something it needs", sheet.alone),
        Text(""),
        *_row_sources([row], world),
    ]
    return Group(*parts)


def _product_lines(table: ChokepointTable, world: World) -> list[RenderableType]:
    denies = percent(table.threshold)
    heading = f"Who can stop each product, holding {denies} of anything in its chain"
    lines: list[RenderableType] = [Text(heading, style="bold")]
    for found in table.products:
        name = world.products[found.goal.removeprefix("product:")].name
        room = COLUMNS - len(name) - len(": ")
        who = deniers_words(found.coalitions, most=room)
        if found.coalitions == ((),):
            what = ", ".join(table.not_good_enough[found.goal])
            who = f"by the grades nearest to {table.year} nobody makes {what} well enough"
        lines += wrapped([f"{name}: {who}"])
    return lines


def _cells(row: Row) -> Iterator[str]:
    yield str(row.rank)
    yield row.name
    yield f"{row.top_provider} {percent(row.top_share)}" if row.top_provider else "unknown"
    yield _hhi(row.hhi)
    yield span(row.coalition_share)
    yield span(row.own_share)
    yield f"{len(row.stops)}/{row.products}"
    yield deniers_words(row.deniers, most=_DENIERS_WIDTH)
    yield row.evidence
    yield _number(row.score.value, unknown="?")


def _hhi(interval: Interval) -> str:
    if interval.value is None:
        return "unknown"
    low, high = f"{interval.low:.2f}", f"{interval.high:.2f}"
    return low if low == high else f"{low}-{high}"


def _number(value: float | None, *, unknown: str = "unknown") -> str:
    return unknown if value is None else f"{value:.2f}"


def _share(interval: Interval) -> str:
    shown = span(interval)
    return shown if interval.value is None else f"{percent(interval.value)} (90 %: {shown})"


def _grades(row: Row, target: str, world: World) -> list[str]:
    ladder = world.inputs[row.input_id].ladder_id
    if row.grade_best is None:
        return []
    return [
        f"Grade on the ladder {ladder}: {target} {_rung(row.grade_target, ladder, world)}; best "
        f"{_rung(row.grade_best, ladder, world)}."
    ]


def _rung(grade: float | None, ladder: str, world: World) -> str:
    """A grade with the label of the highest rung that it reaches."""
    if grade is None:
        return "unknown"
    reached = [step for step in world.ladders.get(ladder, ()) if step.grade <= grade]
    return f"{grade:.3g} ({reached[-1].label})" if reached else f"{grade:.3g}"


def _dependence(sheet: Sheet) -> str:
    rows = list(sheet.dependence.items())[:_SHOWN_PROVIDERS]
    return ", ".join(f"{name} {percent(lost.value)}" for name, lost in rows) or "unknown"


def _share_table(sheet: Sheet, world: World) -> RenderableType:
    grid = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for name in ("Provider", "Share", "90 % interval", "Year", "Grade", "Source"):
        grid.add_column(name, no_wrap=name != "Source")
    for provider, found in ranked_shares(sheet.share):
        country, firm = world.countries.get(provider), world.firms.get(provider)
        label = country.name if country else firm.name if firm else provider
        named = ", ".join(_cited(name, world) for name in found.statement_ids) or "none"
        grid.add_row(
            f"{label} ({provider})",
            percent(found.value),
            span(found),
            str(found.year or ""),
            found.grade,
            named,
        )
    grid.add_row("not attributed", "", span(sheet.row.unattributed), "", "", "")
    return grid


def _cited(statement_id: str, world: World) -> str:
    statement = world.statements.get(statement_id)
    if statement is None:
        return statement_id
    return f"{statement.source_id} {statement.locator}".strip()


def _blocking(heading: str, found: Blocking) -> list[RenderableType]:
    shown = [coalition_words(coalition) for coalition in found.coalitions[:_SHOWN_COALITIONS]]
    more = len(found.coalitions) - len(shown)
    text = " or ".join(shown) if shown else "no coalition"
    if more:
        text += f", and {more} more"
    if not found.complete:
        text += f" (only coalitions of up to {found.largest} were looked for)"
    return wrapped([f"{heading}: {text}."])


def _row_sources(rows: Iterable[Row], world: World) -> list[RenderableType]:
    used: dict[str, list[str]] = {}
    for row in rows:
        for name in source_ids(row.statement_ids, world):
            used.setdefault(name, []).append(str(row.rank))
    where = {name: f"rows {', '.join(ranks)}" for name, ranks in used.items()}
    return [Text("Sources", style="bold"), *source_lines(where, world)]


def source_lines(used: Mapping[str, str], world: World) -> list[RenderableType]:
    """Tell sources, each with where it is used, in brackets if that is said."""
    lines: list[RenderableType] = []
    for name, where in used.items():
        source = world.sources.get(name)
        if source is None:
            lines += wrapped([f"{name}: not listed"])
            continue
        who = ". ".join(part for part in (source.title, source.publisher, source.published) if part)
        label = f"{name} ({where})" if where else name
        lines += wrapped([f"{label}: {who}. Accessed {source.accessed}. {source.url}"])
    if not used:
        lines.append(Text("none: no source attributes these supplies"))
    return lines


def wrapped(lines: Iterable[str], style: str = "") -> list[RenderableType]:
    """Wrap by words, the second line of an item set in; never cut a word or an address."""
    return [
        Text(part, style=style)
        for line in lines
        for part in textwrap.wrap(
            line, COLUMNS, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
        )
    ]
