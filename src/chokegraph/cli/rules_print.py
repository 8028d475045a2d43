# SPDX-License-Identifier: Apache-2.0
"""How `chokegraph rules list`, `show` and `at` look: text, CSV or JSON."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from rich.markup import escape

from chokegraph.cli.data_print import console, grid
from chokegraph.rules.saying import say_value

Record = Mapping[str, Any]
_MEMBERS = 120
"""How many characters of a group's members are printed with a rule that names it."""
HEADING = "Not legal advice; the law as sourced in this package."


def _plain(value: object) -> object:
    """Return a value for CSV: lists joined, dates written out, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return ";".join(str(each) for each in value)
    return value


def write_csv(records: Sequence[Record], columns: Sequence[str]) -> None:
    """Write records to the terminal as CSV."""
    writer = csv.DictWriter(sys.stdout, list(columns), extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: _plain(record.get(key)) for key in columns} for record in records)


def write_json(data: object) -> None:
    """Write records to the terminal as JSON."""
    json.dump(data, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")


def _day_text(value: object) -> str:
    return "" if value is None else str(value)


# -- list, at -------------------------------------------------------------------------------------

LIST_COLUMNS = (
    "id", "kind", "code", "regime", "status", "since", "until", "versions", "confidence", "title",
    "cite",
)  # fmt: skip


def print_rules(records: Sequence[Record], output: str) -> None:
    """Print a list of rules."""
    if output == "csv":
        write_csv(records, LIST_COLUMNS)
        return
    if output == "json":
        write_json(records)
        return
    _rules_table(records)
    console().print(f"{len(records)} rules", style="dim")


def _rules_table(records: Sequence[Record]) -> None:
    screen = console()
    for kind, group in groupby(sorted(records, key=_by_kind), key=lambda record: record["kind"]):
        table = grid("Rule", "Code", "Since", "Mark", "What it says")
        for record in group:
            status = record.get("status") or ""
            note = f" [{status}]" if status and status != "in force" else ""
            table.add_row(
                escape(record["id"]), escape(record["code"]), _day_text(record["since"]),
                escape(record.get("confidence") or ""), escape(f"{record['title']}{note}"),
            )  # fmt: skip
        screen.print(f"[bold]{kind}[/bold]")
        screen.print(table)
        screen.print()


def _by_kind(record: Record) -> int:
    from chokegraph.rules.model import KINDS

    return KINDS.index(record["kind"])


AT_COLUMNS = (
    "part", "id", "kind", "code", "regime", "status", "value", "since", "compliance", "until",
    "confidence", "title", "cite",
)  # fmt: skip


def print_law_at(record: Record, output: str) -> None:
    """Print the law of a day."""
    if output == "json":
        write_json(record)
        return
    if output == "csv":
        rows: list[Record] = [
            {**each, "part": part} for part in ("rules", "beside") for each in record[part]
        ]
        for each in record["parameters"]:
            rows.append({**each, "part": "parameters", "title": each["meaning"]})
        for each in record["groups"]:
            excepted = [f"except {name}" for name in each["except"]]
            rows.append({**each, "part": "groups", "value": [*each["members"], *excepted]})
        write_csv(rows, AT_COLUMNS)
        return
    screen = console()
    screen.print(f"[bold]The law in force on {record['on']}[/bold]. {HEADING}\n")
    _rules_table(record["rules"])
    if record["beside"]:
        screen.print("[bold]In the books without counting[/bold]")
        table = grid("Rule", "Code", "Status", "Since", "What it says")
        for each in record["beside"]:
            table.add_row(
                escape(each["id"]), escape(each["code"]), each["status"],
                _day_text(each["since"]), escape(each["title"]),
            )  # fmt: skip
        screen.print(table)
        screen.print()
    screen.print("[bold]parameters[/bold]")
    table = grid("Parameter", "Value", "Since", "Mark", "Meaning", right=["Value"])
    for each in record["parameters"]:
        table.add_row(
            escape(each["id"]), escape(say_value(each["value"], each["unit"])),
            _day_text(each["since"]), escape(each["confidence"]), escape(each["meaning"]),
        )  # fmt: skip
    screen.print(table)
    parts = [f"{len(record['rules'])} rules in force", f"{len(record['beside'])} beside"]
    parts += [f"{len(record['parameters'])} parameters", f"{len(record['groups'])} groups"]
    screen.print(", ".join(parts), style="dim")


# -- show -----------------------------------------------------------------------------------------


def print_entry(records: Sequence[Record], output: str) -> None:
    """Print one entry of the law, or the rules of a code, in full."""
    if output == "json":
        write_json(records[0] if len(records) == 1 else records)
        return
    for place, record in enumerate(records):
        if place:
            console().print()
        _entry(record)


def _entry(record: Record) -> None:
    lines = [f"[bold]{escape(record['id'])}[/bold]: {escape(_about(record))}"]
    for key in ("title", "meaning"):
        if record.get(key):
            lines.append(escape(record[key]))
    for key in ("unit", "derived"):
        if record.get(key):
            lines.append(escape(f"{key}: {record[key]}"))
    if record.get("values"):
        lines.append(escape(f"codes: {', '.join(record['values'])}"))
    if record.get("status"):
        lines.append(f"on {record['on']}: {record['status']}")
    written: list[Record] = []
    for place, version in enumerate(record.get("versions", []), start=1):
        lines += ["", *_version_lines(place, version), *_condition_lines(version, written)]
        written.append(version)
    if record.get("used_by"):
        lines += ["", "used by:", *(f"  {escape(name)}" for name in record["used_by"])]
    for line in lines:
        console().print(line, soft_wrap=True)


def _about(record: Record) -> str:
    parts = [record["kind"], record.get("code", ""), record.get("of", ""), record.get("type", "")]
    regime = record.get("regime", "")
    return ", ".join(part for part in (*parts, f"law of {regime}" if regime else "") if part)


def _version_lines(place: int, version: Record) -> list[str]:
    until = f" until {version['ends']} (not included)" if version["ends"] else ""
    head = f"version {place}: {version['status'].replace('_', ' ')} from {version['effective']}"
    lines = [f"[bold]{head}{until}[/bold]"]
    if version["compliance"]:
        lines.append(f"  to be complied with from {version['compliance']}")
    if version["published"] != version["effective"]:
        lines.append(f"  published {version['published']}")
    if version["ends"] and version["ends_published"] not in (None, version["ends"]):
        lines.append(f"  its end published {version['ends_published']}")
    lines.append(f"  {escape(version['cite'])} {escape('[' + version['confidence'] + ']')}")
    if version["note"]:
        lines.append(f"  note: {escape(version['note'])}")
    if "value" in version:
        lines.append(f"  value: {escape(say_value(version['value'], version['unit']))}")
    if "members" in version:
        lines.append(f"  members: {escape(', '.join(version['members']))}")
        if version["except"]:
            lines.append(f"  except: {escape(', '.join(version['except']))}")
    for key, value in version.get("effects", {}).items():
        text = ", ".join(value) if isinstance(value, list) else str(value)
        lines.append(f"  {key.replace('_', ' ')}: {escape(text)}")
    return lines


def _condition_lines(version: Record, written: Sequence[Record]) -> list[str]:
    """Return a version's condition and what it names, once for versions that share them."""
    if "condition" not in version:
        return []
    for place, other in enumerate(written, start=1):
        if all(other[key] == version[key] for key in ("condition", "refers_to")):
            return [f"  when: as in version {place}"]
    lines = ["  when", *(f"    {escape(line)}" for line in version["condition"])]
    for kind, things in version["refers_to"].items():
        if things and kind != "facts":
            lines.append(f"  {kind} that it names")
            lines += [f"    {escape(f'{name}: {_short(text)}')}" for name, text in things.items()]
    return lines


def _short(text: str) -> str:
    """Cut a long list of members; `show` of the group has all."""
    if len(text) <= _MEMBERS:
        return text
    head = text[:_MEMBERS].rpartition(", ")[0]
    return f"{head}, and {text[len(head) :].count(', ')} more"
