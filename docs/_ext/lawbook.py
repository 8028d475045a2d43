# SPDX-License-Identifier: Apache-2.0
"""The law book: every rule, threshold and group with its versions, marks and citations.

Pages are Markdown in `docs/generated/`, made from the law files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from databook import plain, table

from chokegraph.rules import Law, load_law
from chokegraph.rules.dated import Dated
from chokegraph.rules.model import Group, Parameter, Rule, RuleVersion
from chokegraph.rules.saying import say, say_value

_REGIMES = {
    "us": "United States",
    "nl": "Netherlands",
    "jp": "Japan",
    "cn": "China",
}
_EFFECTS = {
    "eccn": "paragraph",
    "removes": "removes",
    "outcome": "reported as",
    "bars": "bars",
    "spares": "spares",
    "overcomes": "overcomes",
    "concerns": "for",
    "policy": "policy",
    "overrides": "in the place of",
    "shadow_code": "reported as, when it does not count",
    "message": "message",
}


def write(folder: Path) -> None:
    """Write all pages."""
    law = load_law()
    pages = {"lawbook.md": overview(law), "law-values.md": values_page(law)}
    pages["law-facts.md"] = facts_page(law)
    for regime in _REGIMES:
        pages[f"law-{regime}.md"] = regime_page(law, regime)
    for name, text in pages.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def overview(law: Law) -> str:
    """The first page: how much there is, and how sure it is."""
    versions = [version for rule in law.rules for version in rule.versions]
    versions += [v for p in law.parameters.values() for v in p.versions]
    versions += [v for g in law.groups.values() for v in g.versions]
    marks = [v.confidence for v in versions]
    meaning = {
        "A": "agrees with an extract or transcription of the text",
        "B": "agrees with an official notice or several published summaries",
        "C": "likely, not confirmed against the text",
        "?": "doubtful, conflicting, or the day is unknown",
    }
    rows = [[f"{mark}", text, str(marks.count(mark))] for mark, text in meaning.items()]
    pages = "\n".join(f"law-{regime}" for regime in _REGIMES)
    return f"""# The law book

What is encoded: {len(law.rules)} rules, {len(law.parameters)} thresholds and {len(law.groups)}
groups of countries, items and codes, in {len(versions)} dated versions, made from the law files.
Not legal advice; the agency decides. [How to read the files](../reference/law.md).

{table(["Mark", "Meaning", "Versions"], rows)}

```{{toctree}}
:maxdepth: 1

{pages}
law-values
law-facts
```
"""


def regime_page(law: Law, regime: str) -> str:
    """All rules of a state, file by file."""
    rules = [rule for rule in law.rules if rule.regime == regime]
    parts = [f"# Rules: {_REGIMES[regime]}"]
    for file, of_file in groupby(rules, key=lambda rule: rule.file):
        parts.append(f"## {plain(file)}")
        parts += [_rule(law, rule) for rule in of_file]
    if not rules:
        parts.append("None.")
    return "\n\n".join(parts) + "\n"


def _rule(law: Law, rule: Rule) -> str:
    code = f", code `{rule.code}`" if rule.code else ""
    parts = [f"### {plain(rule.id)}", f"{plain(rule.title)} ({rule.kind}{code})"]
    before: str | None = None
    for version in rule.versions:
        text = "\n".join(say(version.when, law, version.applies_from))
        condition = "The same condition." if text == before else f"```text\n{text}\n```"
        parts += [_head(version), *_effects(version), condition]
        if version.note:
            parts.append(plain(version.note))
        before = text
    return "\n\n".join(parts)


def _effects(version: RuleVersion) -> list[str]:
    found = []
    for key, words in _EFFECTS.items():
        value = getattr(version, key)
        if value:
            shown = "all" if value == ("*",) else value
            text = shown if isinstance(shown, str) else ", ".join(shown)
            found.append(f"{words}: {plain(text)}")
    return ["; ".join(found)] if found else []


def _head(version: Dated) -> str:
    parts = [f"**From {version.effective}**"]
    if version.compliance:
        parts.append(f"to be complied with from {version.compliance}")
    if version.ends:
        parts.append(f"until {version.ends}")
    if version.published != version.effective:
        parts.append(f"published {version.published}")
    if version.status != "in_force":
        parts.append(f"**{version.status.replace('_', ' ')}**")
    parts.append(f"[{plain(version.confidence)}]".replace("[", "\\[").replace("]", "\\]"))
    parts.append(plain(version.cite))
    return ", ".join(parts)


def values_page(law: Law) -> str:
    """Thresholds and groups."""
    rows: list[Sequence[str]] = []
    for parameter in law.parameters.values():
        rows += _parameter(parameter)
    head = ["Threshold", "Value", "From", "Until", "Mark", "Stands in"]
    parts = ["# Thresholds and groups", "## Thresholds", table(head, rows), "## Groups"]
    for group in law.groups.values():
        parts.append(f"### {plain(group.id)}")
        parts.append(plain(group.meaning))
        columns = ["Members", "But not", "From", "Until", "Mark", "Stands in"]
        parts.append(table(columns, _group(group)))
    return "\n\n".join(parts) + "\n"


def _parameter(parameter: Parameter) -> Iterable[Sequence[str]]:
    for number, version in enumerate(parameter.versions):
        name = f"`{parameter.id}` {plain(parameter.meaning)}" if number == 0 else ""
        yield [name, plain(say_value(version.value, parameter.unit)), *_when(version)]


def _group(group: Group) -> Iterable[Sequence[str]]:
    for version in group.versions:
        members = plain(", ".join(version.members))
        yield [members, plain(", ".join(version.excepted)), *_when(version)]


def _when(version: Dated) -> list[str]:
    ends = str(version.ends) if version.ends else ""
    cite = plain(version.cite) + (f" ({plain(version.note)})" if version.note else "")
    return [str(version.effective), ends, plain(version.confidence), cite]


def facts_page(law: Law) -> str:
    """The facts that conditions may test."""
    rows = [
        [
            f"`{fact.id}`",
            plain(fact.meaning),
            plain(fact.type),
            plain(fact.unit),
            plain(", ".join(fact.values)),
        ]
        for fact in law.facts.values()
    ]
    head = ["Fact", "Meaning", "Type", "Unit", "Values"]
    return f"# Facts that the law asks about\n\n{table(head, rows)}\n"
