# SPDX-License-Identifier: Apache-2.0
"""What `run`, `compare` and `explain` print: tables that fit 100 columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from chokegraph.cli.day_one_print import print_because, print_day_one
from chokegraph.cli.figures import figure, own_scale, scale, spread
from chokegraph.cli.law_print import print_law
from chokegraph.cli.routes_print import print_routes
from chokegraph.result import Comparison, Explanation, Result

WIDTH = 100
_MOST_ROWS = 10

Row = dict[str, Any]


def _console() -> Console:
    """A console of 100 columns, or narrower where the terminal is."""
    found = Console(highlight=False)
    return Console(highlight=False, width=min(found.width, WIDTH) if found.is_terminal else WIDTH)


def _table(*columns: tuple[str, str]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    for title, side in columns:
        table.add_column(
            title, justify="right" if side == "right" else "left", no_wrap=side == "right"
        )
    return table


def print_result(result: Result) -> None:
    """Print the question, the event and the headline outcomes."""
    console = _console()
    scenario = result.scenario
    console.print(Text(scenario.title, style="bold"))
    console.print(Text(" ".join(scenario.question.split())))
    asked = int(result.manifest.get("draws_asked", result.draws))
    done = f"{result.draws} draws"
    if result.draws < asked:
        done += f" of the {asked} asked for (stopped early)"
    console.print(
        f"{scenario.start} to {scenario.end}, target {scenario.target}, coalition "
        f"{', '.join(scenario.coalition)}; {done}, seed {result.manifest.get('seed')}\n"
    )
    for row in result.event.to_dicts():
        console.print(Text(f"Probability of the event: {row['event']}"))
        console.print(Text("  " + _chances(row)))
    table = _table(
        ("Outcome: median (5 to 95 %)", "left"),
        ("baseline", "right"),
        ("scenario", "right"),
        ("difference, draw by draw", "right"),
    )
    for row in result.headline.to_dicts():
        if row["key"] and row["difference_median"] is not None:
            _headline_row(table, row)
    console.print(table)
    print_day_one(console, result)
    console.print(
        "Difference: scenario less baseline on the same draw. 'never' and 'beyond':\n"
        "not within the horizon. "
        "Not a forecast: what follows from these facts and assumptions, which the report lists."
    )


def _chances(row: Row) -> str:
    """Return the probabilities of an event, each over the draws that define it."""

    def one(name: str) -> str:
        value, error = row[name], row[f"{name}_se"]
        known = round(row["draws"] * row[f"{name}_defined"])
        if value is None:
            return f"not stated ({known} of {row['draws']} draws define it)"
        of = "" if known == row["draws"] else f" of the {known} draws that define it"
        return f"{100 * value:.0f} %{of} (Monte Carlo error {100 * error:.1f})"

    if row["baseline_defined"] is None:
        return one("scenario")
    told = f"baseline {one('baseline')}, scenario {one('scenario')}"
    if row["difference"] is None:
        return told
    return f"{told}, difference {100 * row['difference']:+.0f} points"


def _headline_row(table: Table, row: Row) -> None:
    names = [f"{run}_{end}" for run in ("baseline", "scenario") for end in ("low", "high")]
    values = [row[name] for name in names]
    if row["baseline_median"] is None:
        values = [row["difference_low"], row["difference_high"]]
    factor, unit = scale(row["unit"], values)
    label = ": ".join(part for part in (row["label"], row["item_name"]) if part)
    when = f", {row['period']}" if row["period"] else ""
    cells = [Text.assemble(label + when, ("\n" + unit, "dim"))]
    for run in ("baseline", "scenario", "difference"):
        signed = run == "difference" and row["baseline_median"] is not None
        mark = ""
        if signed:
            changes = [row["difference_low"], row["difference_high"]]
            factor, mark = own_scale(row["unit"], changes, unit)
        middle = figure(row[f"{run}_median"], factor, unit=row["unit"], signed=signed)
        ends = spread(
            row[f"{run}_low"], row[f"{run}_high"], factor, unit=row["unit"], signed=signed
        )
        cells.append(Text.assemble((middle + mark, "bold"), "\n" + ends + mark))
    table.add_row(*cells)


def print_comparison(found: Comparison, *, everything: bool = False) -> None:
    """Print what differs in what went in, then in what came out."""
    console = _console()
    console.print(Text(f"A: {found.a}\nB: {found.b}", style="bold"))
    if found.inputs:
        table = _table(("What differs in what went in", "left"), ("A", "left"), ("B", "left"))
        for change in found.inputs:
            table.add_row(Text(change.where), Text(change.a), Text(change.b))
        console.print(table)
    else:
        console.print("Nothing differs in what went in.")
    if not found.comparable:
        console.print("Not comparable draw by draw:")
        for reason in found.reasons:
            console.print(Text(f"  {reason}"))
        return
    same = "the same" if found.baselines_agree else "different"
    console.print(f"Both rest on the same draws; their baselines are {same}.")
    table = _table(
        ("Scenario outcome: median (5 to 95 %)", "left"),
        ("A", "right"),
        ("B", "right"),
        ("B less A, draw by draw", "right"),
    )
    for one in found.outcomes:
        if one.key or everything:
            factor, unit = scale(one.unit, [*one.a, *one.b])
            cells = [Text.assemble(one.words, ("\n" + unit, "dim"))]
            for values, signed in ((one.a, False), (one.b, False), (one.difference, True)):
                mark = ""
                if signed:
                    factor, mark = own_scale(one.unit, values, unit)
                middle = figure(values[1], factor, unit=one.unit, signed=signed)
                ends = spread(values[0], values[2], factor, unit=one.unit, signed=signed)
                cells.append(Text.assemble((middle + mark, "bold"), "\n" + ends + mark))
            table.add_row(*cells)
    console.print(table)
    _print_left_out(console, found, everything=everything)


def _print_left_out(console: Console, found: Comparison, *, everything: bool) -> None:
    """Print what is not compared, by reason; without `--all`, of the first table only."""
    by_reason: dict[str, list[str]] = {}
    for one in found.left_out:
        if one.key or everything:
            by_reason.setdefault(one.reason, []).append(one.words)
    if by_reason:
        console.print("Not compared:")
    for reason, words in by_reason.items():
        named = "; ".join(words[:_MOST_ROWS])
        more = f"; and {len(words) - _MOST_ROWS} more" if len(words) > _MOST_ROWS else ""
        console.print(Text(f"  {named}{more}\n    ({reason})"))
    hidden = sum(not one.key for one in found.left_out)
    if hidden and not everything:
        console.print(f"Of the other outcomes {hidden} are not compared; --all names them.")


def print_outcomes(result: Result) -> None:
    """Print what can be explained."""
    console = _console()
    console.print("Outcomes that can be explained; items stand after a colon:")
    table = result.headline
    for outcome in table["outcome"].unique(maintain_order=True).to_list():
        items = table.filter(table["outcome"] == outcome)["item"].to_list()
        named = [item for item in items if item]
        few = ", ".join(named[:_MOST_ROWS])
        more = f" and {len(named) - _MOST_ROWS} more" if len(named) > _MOST_ROWS else ""
        console.print(Text(f"  {outcome}" + (f": {few}{more}" if named else "")))


def print_explanation(found: Explanation) -> None:
    """Print the way back from an outcome, step by step."""
    console = _console()
    row = found.outcome
    table = _table(
        ("1 Outcome", "left"), ("baseline", "right"), ("scenario", "right"), ("difference", "right")
    )
    _headline_row(table, row)
    console.print(table)
    factor, unit = scale(row["unit"], [row["difference_low"], row["difference_high"]])
    if found.mechanisms:
        _mechanisms(console, found.mechanisms, factor, unit)
    if found.drivers:
        table = _table(
            ("3 Driven by (uncertain quantities)", "left"),
            ("explains alone", "right"),
            ("more of it", "left"),
            ("source", "left"),
        )
        for one in found.drivers[:_MOST_ROWS]:
            way = "raises it" if one["rank_correlation"] > 0 else "lowers it"
            share = f"{100 * one['first_order']:.0f} % (error {100 * one['first_order_se']:.0f})"
            table.add_row(Text(one["parameter_label"]), share, way, Text(one["source_id"]))
        console.print(table)
    print_because(console, found.day_one)
    print_routes(console, found.routes, found.figures)
    _access(console, found.access)
    print_law(console, found)
    _controls(console, found.controls)
    _evidence(console, found)
    for note in found.notes:
        console.print(Text(note))


def _mechanisms(console: Console, rows: Sequence[Row], factor: float, unit: str) -> None:
    table = _table(
        ("2 Mechanisms", "left"),
        (f"adds to the difference ({unit})", "right"),
        ("5 to 95 %", "right"),
    )
    for one in rows[:_MOST_ROWS]:
        table.add_row(
            Text(f"{one['mechanism']}: {one['label']}"),
            figure(one["effect_median"], factor, signed=True),
            spread(one["effect_low"], one["effect_high"], factor, signed=True),
        )
    console.print(table)
    console.print(
        f"Measured by {rows[0]['draws']} draws run again without the mechanism. Effects do not add "
        "up: mechanisms act on each other."
    )


def _access(console: Console, rows: Sequence[Row]) -> None:
    table = _table(
        ("4 Links stopped", "left"),
        ("control", "left"),
        ("in force", "left"),
        ("share of\npurchases", "right"),
        ("denied\n(mean)", "right"),
    )
    for one in rows[:_MOST_ROWS]:
        until = f"to {one['until']}" if one["until"] else "on"
        kind = "" if one["kind"] == "sales" else f" ({one['kind']})"
        table.add_row(
            Text(f"{one['country']}: {one['input_name']}{kind}"),
            Text(one["control"]),
            f"{one['from']} {until}",
            f"{100 * one['share']:.0f} %",
            f"{100 * (1 - one['approval_mean']):.0f} %",
        )
    if rows:
        console.print(table)
        _more(console, rows)


def _controls(console: Console, rows: Sequence[Row]) -> None:
    if rows:
        console.print(Text("5 Controls, as the scenario states them", style="bold"))
    for one in rows:
        licence = one.get("licence") or {}
        policy = licence.get("policy") or licence.get("approval")
        parts = [
            f"by {', '.join(one['by'])}",
            f"from {one['from']}",
            f"until {one['until']}" if one.get("until") else "",
            f"announced {one['announced']}" if one.get("announced") else "",
            f"licences: {policy}" if policy is not None else "",
        ]
        console.print(Text(f"  {one['name']}: " + "; ".join(part for part in parts if part)))
        for source in one.get("sources") or ():
            console.print(Text(f"    {source}"))


def _evidence(console: Console, found: Explanation) -> None:
    if not found.statements:
        return
    table = _table(
        ("6 Statements on these inputs", "left"),
        ("value (90 %)", "right"),
        ("period", "left"),
        ("grade", "left"),
        ("source", "left"),
    )
    for one in found.statements:
        about = ":".join(one["subject_id"].split(":")[1:])
        whose = f", {one['object_id'].split(':')[-1]}" if one["object_id"] else ""
        value = figure(one["value"], unit=one["unit"])
        ends = spread(one["low"], one["high"], unit=one["unit"])
        where = ", ".join(part for part in (one["source_id"], one["locator"]) if part)
        table.add_row(
            Text(f"{about}: {one['property'].replace('_', ' ')}{whose}"),
            f"{value} ({ends})",
            Text(one["period"]),
            Text(one["grade"]),
            Text(where),
        )
    console.print(table)
    sources = {one["source_id"]: one for one in found.statements}
    for name, one in sources.items():
        parts = (one["source"], one["publisher"], one["url"])
        console.print(Text(f"  {name}: " + ", ".join(part for part in parts if part)))
    if found.left_out:
        console.print(f"and {found.left_out} more; all are in evidence.parquet and the report")


def _more(console: Console, rows: Iterable[Row]) -> None:
    count = len(list(rows)) - _MOST_ROWS
    if count > 0:
        console.print(f"and {count} more; all are in access.parquet")
