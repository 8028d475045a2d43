# SPDX-License-Identifier: Apache-2.0
"""How `chokegraph rules diff`, `timeline` and `check` look: text, CSV or JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from itertools import groupby
from typing import Any

from rich.markup import escape

from chokegraph.cli.data_print import console, grid
from chokegraph.cli.rules_print import HEADING, write_csv, write_json
from chokegraph.errors import Finding
from chokegraph.rules.cases import Outcome, actual_text, counts, expected_text
from chokegraph.rules.law_changes import LawChange
from chokegraph.rules.migration import LICENCE_WORDS, Move, Status, Step
from chokegraph.rules.timeline import Event

# -- diff, timeline -------------------------------------------------------------------------------

MOVE_COLUMNS = (
    "item", "route", "change", "before", "after", "before_licence", "after_licence",
    "before_policy", "after_policy", "before_reasons", "after_reasons", "before_exceptions",
    "after_exceptions", "marks",
)  # fmt: skip


def _move_record(move: Move) -> dict[str, Any]:
    record: dict[str, Any] = {
        "item": move.item.id, "item_name": move.item.name, "route": move.route.id,
        "route_name": move.route.name, "change": move.change, "before": str(move.before),
        "after": str(move.after),
        "marks": sorted({*move.before.marks, *move.after.marks}),
    }  # fmt: skip
    for name, status in (("before", move.before), ("after", move.after)):
        record |= {f"{name}_{key}": value for key, value in asdict(status).items()}
    return record


def print_diff(
    changes: Sequence[LawChange],
    moves: Sequence[Move],
    days: tuple[date, date],
    *,
    output: str,
    everything: bool,
) -> None:
    """Print what changes in the law, and the migration matrix."""
    shown = [move for move in moves if everything or move.change != "same"]
    if output == "csv":
        write_csv([_move_record(move) for move in shown], MOVE_COLUMNS)
        return
    if output == "json":
        write_json(
            {
                "from": days[0], "to": days[1], "law": [asdict(change) for change in changes],
                "items": [_move_record(move) for move in shown],
            }
        )  # fmt: skip
        return
    screen = console()
    screen.print(f"[bold]From {days[0]} to {days[1]}[/bold]. {HEADING}\n")
    table = grid("Part", "What changes", "Mark", "What it is")
    for change in changes:
        table.add_row(
            escape(f"{change.thing} {change.id}"), escape(change.what),
            escape(change.confidence), escape(change.title),
        )  # fmt: skip
    if changes:
        screen.print(table)
    plural = "" if len(changes) == 1 else "s"
    screen.print(f"{len(changes)} change{plural} in the law\n", style="dim")
    for item, group in groupby(shown, key=lambda move: move.item):
        screen.print(f"[bold]{escape(item.name)}[/bold] ({escape(item.id)})", soft_wrap=True)
        for move in group:
            screen.print(f"  {escape(move.route.name)}: {move.change}", soft_wrap=True)
            screen.print(f"    {days[0]}  {escape(str(move.before))}", soft_wrap=True)
            if move.change != "same":
                screen.print(f"    {days[1]}  {escape(str(move.after))}", soft_wrap=True)
            marks = sorted({*move.before.marks, *move.after.marks})
            if marks:
                screen.print(f"    rests on {escape(', '.join(marks))}", soft_wrap=True)
    _matrix(moves, days)
    moved = [move for move in moves if move.change != "same"]
    text = ", ".join(
        f"{sum(move.change == kind for move in moved)} {kind}"
        for kind in ("stricter", "looser", "other grounds", "open")
    )
    screen.print(f"{len(moved)} of {len(moves)} item and route pairs change: {text}", style="dim")


def _matrix(moves: Sequence[Move], days: tuple[date, date]) -> None:
    """Count the pairs by what they need on the first day (down) and on the second (across)."""
    table = grid(f"{days[0]} down, {days[1]} across", *LICENCE_WORDS.values(),
                 right=LICENCE_WORDS.values())  # fmt: skip
    for before, words in LICENCE_WORDS.items():
        numbers = [
            sum((move.before.licence, move.after.licence) == (before, after) for move in moves)
            for after in LICENCE_WORDS
        ]
        if any(numbers):
            table.add_row(words, *(str(number) for number in numbers))
    console().print()
    console().print(table)
    console().print()


EVENT_COLUMNS = ("day", "thing", "id", "what", "regime", "kind", "title", "cite", "confidence")


def print_events(events: Sequence[Event], output: str) -> None:
    """Print the calendar of the law."""
    records = [asdict(event) for event in events]
    if output == "csv":
        write_csv(records, EVENT_COLUMNS)
        return
    if output == "json":
        write_json(records)
        return
    screen = console()
    for day, group in groupby(events, key=lambda event: event.day):
        screen.print(f"[bold]{day}[/bold]")
        for event in group:
            text = f"  {event.thing} {event.id} {event.what}: {event.title}"
            screen.print(escape(text), soft_wrap=True)
            screen.print(escape(f"    {event.cite} [{event.confidence}]"), soft_wrap=True)
    screen.print(f"{len(events)} changes", style="dim")


STEP_COLUMNS = (
    "day", "item", "route", "status", "licence", "policy", "reasons", "exceptions", "marks",
)  # fmt: skip


def print_steps(steps: Sequence[Step], output: str) -> None:
    """Print the days on which an item's status changes."""

    def record(step: Step) -> dict[str, Any]:
        fields: Status = step.after
        return {
            "day": step.day, "item": step.item.id, "route": step.route.id,
            "route_name": step.route.name, "status": str(fields), **asdict(fields),
        }  # fmt: skip

    if output == "csv":
        write_csv([record(step) for step in steps], STEP_COLUMNS)
        return
    if output == "json":
        write_json([record(step) for step in steps])
        return
    screen = console()
    if steps:
        item = steps[0].item
        screen.print(f"[bold]{escape(item.name)}[/bold]: {escape(_facts_line(item.facts))}")
        screen.print(escape(f"{item.source} [{item.mark}]. {item.note}".strip()), soft_wrap=True)
    for route, group in groupby(steps, key=lambda step: step.route):
        screen.print(f"\n{escape(route.name)} ({escape(route.id)})", soft_wrap=True)
        for step in group:
            marks = f" rests on {', '.join(step.after.marks)}" if step.after.marks else ""
            screen.print(f"  {step.day}  {escape(str(step.after) + marks)}", soft_wrap=True)


def _facts_line(facts: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in facts.items() if value is not None)


# -- check ----------------------------------------------------------------------------------------

CHECK_COLUMNS = ("id", "certainty", "verdict", "expected", "actual", "differences", "citation")


def print_outcomes(
    outcomes: Sequence[Outcome],
    warnings: Iterable[Finding],
    *,
    output: str,
    failures: bool,
) -> None:
    """Print expected, actual and verdict of every case, and a count by certainty."""
    for warning in warnings:
        console(stderr=True).print(str(warning), markup=False, soft_wrap=True)
    shown = [each for each in outcomes if not failures or each.verdict != "pass"]
    records = [
        {
            "id": each.case.id, "as_of": each.case.as_of, "title": each.case.title,
            "certainty": each.case.certainty, "verdict": each.verdict,
            "expected": expected_text(each.case), "actual": actual_text(each),
            "differences": list(each.differences), "citation": each.case.citation,
            "note": each.case.note, "decision": asdict(each.decision),
        }
        for each in shown
    ]  # fmt: skip
    if output == "csv":
        write_csv(records, CHECK_COLUMNS)
        return
    if output == "json":
        write_json({"cases": records, "counts": counts(outcomes)})
        return
    screen = console()
    screen.print(f"subject | hooks | licence | reasons | policy. {HEADING}\n", style="dim")
    for each, record in zip(shown, records, strict=True):
        head = f"{record['id']}  {record['as_of']}  {record['title']}"
        screen.print(f"[bold]{escape(head)}[/bold]", soft_wrap=True)
        screen.print(escape(f"  expected  {record['expected']}"), soft_wrap=True)
        screen.print(escape(f"  actual    {record['actual']}"), soft_wrap=True)
        screen.print(escape(f"  {record['verdict']} ({record['certainty']})"), soft_wrap=True)
        for difference in each.differences:
            screen.print(escape(f"    {difference}"), soft_wrap=True)
    table = grid("", "Rows", "Pass", "Fail", "Not decidable",
                 right=["Rows", "Pass", "Fail", "Not decidable"])  # fmt: skip
    for certainty, number in counts(outcomes).items():
        numbers = [sum(number.values()), *number.values()]
        table.add_row(certainty.replace("_", " "), *(str(each) for each in numbers))
    screen.print()
    screen.print(table)
    blocking = [each.case.id for each in outcomes if each.blocking]
    text = f"blocking: {', '.join(blocking)}" if blocking else "nothing is blocking"
    screen.print(text, soft_wrap=True)
