# SPDX-License-Identifier: Apache-2.0
"""The columns of a file for `chokegraph determine`, from the facts that the law tests."""

from __future__ import annotations

from pathlib import Path

from chokegraph.rules import load_law
from chokegraph.rules.layout import WANTED, Column, layout

TITLES = {
    "row": "The row",
    "item": "The item",
    "production": "How it was made",
    "transaction": "The transaction",
    "parties": "The parties, as facts",
    "end_use": "The end use",
    "party": "The parties, by name",
}
NEEDED = {"when": "date", "what": "item", "where": "origin", "to": "destination"}


def page() -> str:
    """Return the whole page."""
    columns = layout(load_law())
    parts = [
        "# Columns of a file of transactions",
        "Made from the facts that the law tests. Any of them may stand in a file for "
        "`chokegraph determine`; [the command's page](../reference/determine.md) says how cells "
        "are written. One column of each of these is needed: "
        + "; ".join(f"*{NEEDED[word]}* ({what})" for word, (what, _) in WANTED.items())
        + ".",
    ]
    for about, title in TITLES.items():
        rows = [column for column in columns.values() if column.about == about]
        if rows:
            parts.append(f"## {title}\n\n{_table(rows)}")
    return "\n\n".join(parts) + "\n"


def _table(columns: list[Column]) -> str:
    lines = ["| column | cells | what it says | other names |", "|---|---|---|---|"]
    for column in columns:
        needed = f" Needed: *{NEEDED[column.needed]}*." if column.needed in NEEDED else ""
        if column.about == "item" and column.name != "eccn":
            needed = ""
        aliases = ", ".join(column.aliases)
        meaning = column.meaning.replace("|", "/")
        lines.append(f"| `{column.name}` | {_cells(column)} | {meaning}.{needed} | {aliases} |")
    return "\n".join(lines)


def _cells(column: Column) -> str:
    values = column.fact.values if column.fact else ()
    if values:
        return ", ".join(values)
    kinds = {
        "flag": "yes or no",
        "number": f"number, {column.unit}" if column.unit not in ("", "1") else "number",
        "country": "country",
        "countries": "countries",
        "eccn": "ECCN",
        "eccns": "ECCNs",
        "codes": "codes",
    }
    return kinds.get(column.type, column.type)


def write(path: Path) -> None:
    """Write the page, unless it is there already as it should be."""
    text = page()
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
