# SPDX-License-Identifier: Apache-2.0
"""How the answers of `chokegraph data` look in a terminal of 100 columns."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl
from rich.console import Console
from rich.markup import escape
from rich.table import Table as RichTable

from chokegraph.errors import Finding, errors_only
from chokegraph.world.gaps import Disagreement
from chokegraph.world.model import UNKNOWN_PROVIDER, Estimate, Input, Share, Statement, World
from chokegraph.world.query import Reason

WIDTH = 100


def console(*, stderr: bool = False) -> Console:
    """Return a console as wide as the terminal, 100 columns where there is none.

    Example:
        >>> console().width >= 20
        True
    """
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else WIDTH
    return Console(file=stream, width=width, highlight=False, soft_wrap=False)


def grid(*columns: str, right: Iterable[str] = ()) -> RichTable:
    """Return an empty table with a header line and no box."""
    table = RichTable(box=None, pad_edge=False, show_edge=False, header_style="bold")
    aligned = set(right)
    for name in columns:
        table.add_column(name, justify="right" if name in aligned else "left", overflow="fold")
    return table


def number(value: float | None, unit: str = "") -> str:
    """Return a number for people; fractions as per cent.

    Example:
        >>> number(0.934, "fraction"), number(24000.0, "USD million"), number(None)
        ('93.4 %', '24,000', 'unknown')
    """
    if value is None:
        return "unknown"
    if unit == "fraction":
        return f"{value * 100:.3g} %"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}"


def span(low: float | None, high: float | None, unit: str = "") -> str:
    """Return an interval for people.

    Example:
        >>> span(0.9, 0.95, "fraction"), span(None, 4.0)
        ('90 % to 95 %', '? to 4')
    """
    left = "?" if low is None or low == float("-inf") else number(low, unit)
    right = "?" if high is None or high == float("inf") else number(high, unit)
    return f"{left} to {right}"


def print_findings(findings: Sequence[Finding]) -> None:
    """Print findings to stderr and a count to stdout."""
    errors = len(errors_only(findings))
    warnings = len(findings) - errors
    screen = console(stderr=True)
    for finding in findings:
        screen.print(str(finding), markup=False, soft_wrap=True)
    text = f"{errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}"
    console().print(text if findings else "Nothing wrong found.")


def print_frame(frame: pl.DataFrame, output: str) -> None:
    """Print a data frame as a table, CSV or JSON."""
    if output == "csv":
        sys.stdout.write(_flat(frame).write_csv())
        return
    if output == "json":
        sys.stdout.write(json.dumps(frame.to_dicts(), indent=2, ensure_ascii=False) + "\n")
        return
    numeric = [name for name, dtype in frame.schema.items() if dtype.is_numeric()]
    table = grid(*frame.columns, right=numeric)
    rows = [[_cell(cell) for cell in row] for row in _flat(frame).iter_rows()]
    for row in rows:
        table.add_row(*row)
    for at, column in enumerate(table.columns):
        # Ids, years and numbers are not broken over lines; words give way to them.
        cells = [row[at] for row in rows]
        column.no_wrap = all(" " not in cell and len(cell) <= WIDTH // 3 for cell in cells)
        column.overflow = "fold" if column.no_wrap else "ellipsis"
    screen = console()
    screen.print(table)
    screen.print(f"{frame.height} row{'s' * (frame.height != 1)}", style="dim")


def _flat(frame: pl.DataFrame) -> pl.DataFrame:
    lists = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.List)]
    return frame.with_columns(
        pl.col(name).cast(pl.List(pl.String)).list.join(";") for name in lists
    )


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6g}"
    return escape(str(value))


def print_written(files: Sequence[Path], folder: Path) -> None:
    """Say what was written, and how to use it."""
    screen = console()
    screen.print(f"{len(files)} files written to {folder}", soft_wrap=True, markup=False)
    if any(file.name == "statements.csv" for file in files):
        screen.print(f"Use it as: --world package:{folder}", soft_wrap=True, markup=False)


def print_described(changed: Sequence[str]) -> None:
    """Say which tables are described anew."""
    text = f"Described anew: {', '.join(changed)}" if changed else "Nothing had changed."
    console().print(text, markup=False)


def print_summary(world: World) -> None:
    """Print what a world holds, and what was left out when it was read."""
    screen = console()
    with_shares = sum(share.complete for share in world.country_shares.values())
    by_firm = sum(share.complete for share in world.firm_shares.values())
    years: dict[int | None, int] = {}
    for statement in world.statements.values():
        years[statement.year] = years.get(statement.year, 0) + 1
    dated = sorted((year, count) for year, count in years.items() if year is not None)
    table = grid("", "")
    table.show_header = False
    undated = f", {years[None]} undated" if None in years else ""
    for label, text in (
        ("World", f"{world.origin} at {world.year} ({world.version or 'no version'})"),
        ("Inputs", f"{len(world.inputs)}, {len(world.links)} links"),
        ("Providers", f"{len(world.countries)} countries and regions, {len(world.firms)} firms"),
        ("Shares", f"{with_shares} inputs by country, {by_firm} by firm"),
        ("Statements", str(len(world.statements))),
        ("Years", ", ".join(f"{year} ({count})" for year, count in dated) + undated),
        ("Data hash", world.data_hash[:16]),
    ):
        table.add_row(label, escape(text))
    screen.print(table)
    for note in world.notes:
        screen.print(note, markup=False, soft_wrap=True)


def print_input(world: World, row: Input) -> None:
    """Print one input in full."""
    screen = console()
    screen.print(f"[bold]{escape(row.name)}[/bold]  {row.input_id}")
    if row.description:
        screen.print(escape(row.description))
    facts = [f"{row.kind}, {row.use if row.use != 'none' else 'not bought as such'}", row.stage]
    facts += [f"family {row.family}"] if row.family else []
    facts += [f"ECCN (may apply) {', '.join(row.eccns)}"] if row.eccns else []
    facts += [f"tags {', '.join(row.tags)}"] if row.tags else []
    screen.print(escape("; ".join(facts)))
    for label, names in _neighbours(world, row.input_id):
        screen.print(f"{label}: {escape(', '.join(names))}")
    for level, shares in (("country", world.country_shares), ("firm", world.firm_shares)):
        share = shares.get(row.input_id)
        if share is not None:
            screen.print()
            screen.print(_share_table(world, share, level))
    others = statements_table(world, f"input:{row.input_id}")
    if others:
        screen.print()
        screen.print(others)
    screen.print()
    hint = f"Why a figure: chokegraph data why {row.input_id} share"
    screen.print(hint, style="dim", soft_wrap=True)


def _neighbours(world: World, input_id: str) -> list[tuple[str, list[str]]]:
    ways: dict[str, list[str]] = {
        "Needed by": [],
        "Variant of": [],
        "Needs": [],
        "Variants": [],
    }
    for link in world.links:
        needed = link.relation == "needed_by"
        if link.source == input_id:
            ways["Needed by" if needed else "Variant of"].append(world.inputs[link.target].name)
        if link.target == input_id:
            ways["Needs" if needed else "Variants"].append(world.inputs[link.source].name)
    return [(label, names) for label, names in ways.items() if names]


def _share_table(world: World, share: Share, level: str) -> RichTable:
    title = "Country" if level == "country" else "Firm"
    table = grid(title, "Share", "90 % interval", "Year", "Grade", "Source", right=["Share"])
    for provider, one in share.shares.items():
        table.add_row(escape(_provider_name(world, provider)), *_estimate_cells(world, one))
    rest = share.remainder
    table.add_row("Not attributed", *_estimate_cells(world, rest))
    return table


def _provider_name(world: World, provider: str) -> str:
    if provider == UNKNOWN_PROVIDER:
        return "Not attributed"
    if provider in world.countries:
        return f"{world.countries[provider].name} ({provider})"
    return world.firms[provider].name if provider in world.firms else provider


def _estimate_cells(world: World, one: Estimate) -> tuple[str, ...]:
    sources = dict.fromkeys(
        world.statements[name].source_id for name in one.statement_ids if name in world.statements
    )
    return (
        number(one.value, "fraction") if one.known else "no figure",
        span(one.low, one.high, "fraction"),
        str(one.year or ""),
        one.grade if one.statement_ids else "",
        escape(", ".join(sources)),
    )


def _thing_name(world: World, thing: str) -> str:
    kind, _, name = thing.partition(":")
    if kind == "country" and name in world.countries:
        return world.countries[name].name
    if kind == "firm" and name in world.firms:
        return world.firms[name].name
    return name


def statements_table(world: World, subject: str) -> RichTable | None:
    """Return all statements about a subject but its shares, or None if there are none."""
    table = grid("Property", "Of", "Value", "90 % interval", "Unit", "Year", "Grade", "Source",
                 right=["Value"])  # fmt: skip
    for (about, name), statements in sorted(world.by_subject.items()):
        if about != subject or name in ("provision_share", "provides"):
            continue
        for statement in sorted(statements, key=lambda s: (s.object_id, -(s.year or 0))):
            table.add_row(
                name.replace("_", " "),
                escape(_thing_name(world, statement.object_id)),
                number(statement.value, statement.unit),
                span(statement.low, statement.high, statement.unit),
                "" if statement.unit == "fraction" else escape(statement.unit),
                str(statement.year or ""),
                statement.grade,
                escape(statement.source_id),
            )
    return table if table.row_count else None


def print_reasons(world: World, reasons: Sequence[Reason]) -> None:
    """Print, for each object, the statement in use, the reason, and the others."""
    screen = console()
    for reason in reasons:
        of = f", {_thing_name(world, reason.object_id)}" if reason.object_id else ""
        subject = reason.subject_id.partition(":")[2]
        title = f"{subject}: {reason.property.replace('_', ' ')}{of}"
        screen.print(f"[bold]{escape(title)}[/bold]")
        chosen = reason.chosen
        rows = sorted(reason.statements, key=lambda row: row is not chosen)
        for row in rows:
            mark = "used    " if row is chosen else "not used"
            why = f" ({reason.why})" if row is chosen or (chosen is None and row is rows[0]) else ""
            screen.print(f"  {mark} {escape(_figure(row))}{escape(why)}", soft_wrap=True)
            for line in _provenance(world, row):
                screen.print(f"           {escape(line)}", soft_wrap=True)
        screen.print()


def print_disagreements(world: World, found: Sequence[Disagreement]) -> None:
    """Print each disagreement with its figures below each other, the one in use marked."""
    screen = console()
    for one in found:
        of = f", {_thing_name(world, one.object_id)}" if one.object_id else ""
        title = f"{one.subject_id.partition(':')[2]}: {one.property.replace('_', ' ')}{of}"
        year = one.year or "undated"
        apart = ", intervals apart" if one.apart else ""
        screen.print(f"[bold]{escape(title)}[/bold], {year}{apart}", soft_wrap=True)
        for row in sorted(one.statements, key=lambda row: row is not one.chosen):
            mark = f"used: {one.why}" if row is one.chosen else ""
            unit = "" if row.unit == "fraction" else row.unit
            figure = f"{number(row.value, row.unit)} {unit}".strip()
            interval = span(row.low, row.high, row.unit)
            line = f"  {figure:<20} {interval:<22} grade {row.grade}  {row.source_id}  {mark}"
            screen.print(escape(line.rstrip()), soft_wrap=True)
    apart_count = sum(one.apart for one in found)
    text = f"{len(found)} disagreements, {apart_count} with intervals that do not touch"
    screen.print(text, style="dim")


def _figure(row: Statement) -> str:
    unit = "" if row.unit == "fraction" else f" {row.unit}"
    value = "no figure" if row.value is None else f"{number(row.value, row.unit)}{unit}"
    period = row.period_start or row.period_end
    if row.period_end and row.period_end != period:
        period = f"{period} to {row.period_end}"
    interval = span(row.low, row.high, row.unit)
    return f"{value}, 90 % {interval}, {period or 'undated'}, grade {row.grade}"


def _provenance(world: World, row: Statement) -> list[str]:
    source = world.sources.get(row.source_id)
    title = source.title if source else row.source_id
    lines = [f"{title} [{row.source_id}], {row.locator or 'no page given'}"]
    if source and source.url:
        lines.append(f"{source.url} (read {row.accessed})")
    if row.original_value:
        lines.append(f"as printed: {row.original_value}")
    lines += [text for text in (row.method, row.note) if text]
    lines.append(f"statement {row.statement_id}")
    return lines
