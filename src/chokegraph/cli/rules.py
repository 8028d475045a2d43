# SPDX-License-Identifier: Apache-2.0
"""`chokegraph rules`: the law as a book, two days compared, and cases checked against it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from chokegraph.rules.known_items import Known
    from chokegraph.rules.model import Law

rules_app = typer.Typer(
    name="rules",
    help="The law as dated data: what it says, when it changes, whom that moves. Not legal advice.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


class Format(StrEnum):
    """How an answer is printed."""

    text = "text"
    csv = "csv"
    json = "json"


class EngineName(StrEnum):
    """What decides the cases."""

    both = "both"
    compiled = "compiled"
    scalar = "scalar"


class ShowFormat(StrEnum):
    """How one entry is printed."""

    text = "text"
    json = "json"


FormatOption = Annotated[
    Format, typer.Option("--format", help="text for people; csv or json for programs.")
]
RegimeOption = Annotated[
    str, typer.Option("--regime", help="Only the law of us, nl, jp or cn.", metavar="REGIME")
]
KnownOnOption = Annotated[
    str,
    typer.Option(
        "--known-on", help="The law as it could be known on a day, YYYY-MM-DD.", metavar="DATE"
    ),
]
ItemsOption = Annotated[
    Path | None,
    typer.Option("--items", help="A file of items of one's own, as YAML.", metavar="FILE"),
]
RouteOption = Annotated[
    str, typer.Option("--route", help="Only this route, by its id.", metavar="ROUTE")
]


def _day(text: str) -> date:
    from chokegraph.errors import Finding, FindingsError

    if text == "today":
        return date.today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        finding = Finding(f"'{text}' is not a date", "write YYYY-MM-DD, or today")
        raise FindingsError([finding], title="rules") from None


def _day_or_none(text: str) -> date | None:
    return _day(text) if text else None


def _law(known_on: str = "") -> Law:
    from chokegraph.rules import load_law

    if not known_on:
        return load_law()
    day = _day(known_on)
    if why := load_law().too_early(day):
        from chokegraph.errors import Finding, FindingsError

        raise FindingsError([Finding(why, "give a later day")], title="--known-on")
    return load_law().known_on(day)


def _say_early(law: Law, *days: date | None) -> None:
    """Tell of days on which what is shown is not the law that held: they are not encoded."""
    from chokegraph.cli.data_print import console
    from chokegraph.errors import Finding

    for day in sorted({day for day in days if day is not None}):
        if why := law.too_early(day):
            found = Finding(why, "what is shown for that day is not all of it", severity="warning")
            console(stderr=True).print(str(found), markup=False, soft_wrap=True)


def _known(items: Path | None, law: Law) -> Known:
    from chokegraph.rules.known_items import load_known, read_known

    return load_known() if items is None else read_known([items], law)


@rules_app.command("list")
def list_command(
    regime: RegimeOption = "",
    kind: Annotated[
        str,
        typer.Option("--kind", help="Only rules of this kind, e.g. requirement.", metavar="KIND"),
    ] = "",
    on: Annotated[
        str, typer.Option("--on", help="Only what is in the books on this day.", metavar="DATE")
    ] = "",
    known_on: KnownOnOption = "",
    output: FormatOption = Format.text,
) -> None:
    """List the rules: kind, code, since when, what they say."""
    from chokegraph.cli.rules_print import print_rules
    from chokegraph.rules.catalogue import list_rules

    day = _day_or_none(on)
    law = _law(known_on)
    records = list_rules(law, regime=regime, kind=kind, on=day)
    _say_early(law, day)
    print_rules(records, output.value)


@rules_app.command("show")
def show_command(
    name: Annotated[
        str,
        typer.Argument(
            help="A rule, parameter, group, fact or review policy by its id, or a code.",
            metavar="RULE",
        ),
    ],
    on: Annotated[
        str, typer.Option("--on", help="The day whose values are shown.", metavar="DATE")
    ] = "today",
    known_on: KnownOnOption = "",
    output: Annotated[
        ShowFormat, typer.Option("--format", help="text for people; json for programs.")
    ] = (ShowFormat.text),
) -> None:
    """Show one entry in full: versions, dates, citations, marks, conditions, references."""
    from chokegraph.cli.rules_print import print_entry
    from chokegraph.rules.catalogue import entry_records, find_entry

    law, day = _law(known_on), _day(on)
    records = entry_records(law, find_entry(law, name), day)
    _say_early(law, day)
    print_entry(records, output.value)


@rules_app.command("at")
def at_command(
    day: Annotated[str, typer.Argument(help="A day, YYYY-MM-DD, or today.", metavar="DATE")],
    regime: RegimeOption = "",
    known_on: KnownOnOption = "",
    output: FormatOption = Format.text,
) -> None:
    """Show the law in force on a day: rules, thresholds, groups, and what stands beside."""
    from chokegraph.cli.rules_print import print_law_at
    from chokegraph.rules.catalogue import law_at

    law, on = _law(known_on), _day(day)
    record = law_at(law, on, regime=regime)
    _say_early(law, on)
    print_law_at(record, output.value)


@rules_app.command("diff")
def diff_command(
    first: Annotated[str, typer.Argument(help="A day, YYYY-MM-DD.", metavar="DATE1")],
    second: Annotated[str, typer.Argument(help="Another day.", metavar="DATE2")],
    item: Annotated[
        list[str] | None,
        typer.Option("--item", help="Only this known item; may be repeated.", metavar="ITEM"),
    ] = None,
    route: RouteOption = "",
    items: ItemsOption = None,
    everything: Annotated[  # noqa: FBT002 - typer options are keywords on the command line
        bool, typer.Option("--all", help="Also items whose status stays the same.")
    ] = False,
    known_on: KnownOnOption = "",
    output: FormatOption = Format.text,
) -> None:
    """Compare two days: what changes in the law, and which chips and tools it moves."""
    from chokegraph.cli.rules_changes_print import print_diff
    from chokegraph.rules.law_changes import law_changes
    from chokegraph.rules.migration import migration

    days = (_day(first), _day(second))
    law = _law(known_on)
    known = _known(items, law)
    wanted = [known.find(name) for name in item] if item else None
    moves = migration(law, known, *days, items=wanted, route=route)
    changes = law_changes(law, *days)
    _say_early(law, *days)
    print_diff(changes, moves, days, output=output.value, everything=everything)


@rules_app.command("timeline")
def timeline_command(
    item: Annotated[
        str,
        typer.Argument(
            help="A known item: the days on which its status changes.", metavar="[ITEM]"
        ),
    ] = "",
    since: Annotated[
        str, typer.Option("--from", help="The first day wanted.", metavar="DATE")
    ] = "",
    until: Annotated[str, typer.Option("--to", help="The last day wanted.", metavar="DATE")] = "",
    regime: RegimeOption = "",
    route: RouteOption = "",
    items: ItemsOption = None,
    known_on: KnownOnOption = "",
    output: FormatOption = Format.text,
) -> None:
    """Show the calendar of the law, or of one known item's status."""
    from chokegraph.cli.rules_changes_print import print_events, print_steps
    from chokegraph.rules.catalogue import check_regime
    from chokegraph.rules.migration import item_timeline
    from chokegraph.rules.timeline import timeline

    law, days = _law(known_on), (_day_or_none(since), _day_or_none(until))
    check_regime(regime)
    if item:
        known = _known(items, law)
        steps = item_timeline(
            law, known, known.find(item), since=days[0], until=days[1], route=route
        )
        _say_early(law, *days)
        print_steps(steps, output.value)
        return
    _say_early(law, *days)
    print_events(timeline(law, since=days[0], until=days[1], regime=regime), output.value)


@rules_app.command("check")
def check_command(
    file: Annotated[Path, typer.Argument(help="A case file, as CSV.", metavar="CASES.csv")],
    failures: Annotated[  # noqa: FBT002 - typer options are keywords on the command line
        bool, typer.Option("--failures", help="Print only the rows that do not pass.")
    ] = False,
    engine: Annotated[
        EngineName,
        typer.Option("--engine", help="What decides; with both, they must agree on everything."),
    ] = EngineName.both,
    known_on: KnownOnOption = "",
    output: FormatOption = Format.text,
) -> None:
    """Run a case file: expected, actual and verdict of each row, and a count.

    Ends with exit code 1 if a row marked certain does not pass, 2 if the file is broken.
    """
    from chokegraph.cli.rules_changes_print import print_outcomes
    from chokegraph.rules.case_file import read_cases
    from chokegraph.rules.cases import check_cases
    from chokegraph.rules.many import decide_each, decide_many

    engines = {
        EngineName.both: (decide_many, decide_each),
        EngineName.compiled: (decide_many,),
        EngineName.scalar: (decide_each,),
    }
    law = _law(known_on)
    cases, warnings = read_cases(file, law)
    outcomes = check_cases(cases, law, engines=engines[engine])
    print_outcomes(outcomes, warnings, output=output.value, failures=failures)
    if any(outcome.blocking for outcome in outcomes):
        raise typer.Exit(1)
