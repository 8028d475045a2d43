# SPDX-License-Identifier: Apache-2.0
"""From the law files to a `Law`: all that is wrong is reported at once, with its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from chokegraph.errors import Finding, FindingsError, errors_only
from chokegraph.rules.checks import check_law
from chokegraph.rules.conditions import ConditionReader, suggestion
from chokegraph.rules.dated import with_ends
from chokegraph.rules.entries import (
    EFFECT_KEYS,
    AliasEntry,
    FileEntry,
    GroupEntry,
    ParameterEntry,
    RuleEntry,
    VersionEntry,
)
from chokegraph.rules.language import ALWAYS
from chokegraph.rules.model import (
    Alias,
    FactDefinition,
    Group,
    GroupVersion,
    Law,
    Parameter,
    ParameterVersion,
    ReviewPolicy,
    Rule,
    RuleVersion,
)
from chokegraph.rules.places import PlacePath, Places

LAW_FOLDER = Path(__file__).parent / "law"


@cache
def load_law() -> Law:
    """Return the law that comes with the package.

    Returns:
        The law, read once and kept.

    Raises:
        FindingsError: If a law file is broken.

    Example:
        >>> load_law().facts["eccn"].type
        'eccn'
    """
    return read_law(sorted(LAW_FOLDER.rglob("*.yaml")))


def read_law(files: Iterable[Path]) -> Law:
    """Read law files.

    Args:
        files: YAML files; ids must be unique over all of them.

    Returns:
        The law.

    Raises:
        FindingsError: With everything that is wrong, each with file, line, column and fix.
    """
    reader = LawReader()
    for file in files:
        reader.add_file(file)
    return reader.law()


class LawReader:
    """Collects entries from files, or from mappings, and what is wrong with them.

    Args:
        facts: Facts that exist already, for entries that are added to a law.
    """

    def __init__(self, facts: Mapping[str, FactDefinition] | None = None) -> None:
        self.known_facts = dict(facts or {})
        self.findings: list[Finding] = []
        self.entries: list[tuple[str, str, FileEntry]] = []
        self._texts: dict[str, str] = {}
        self._places: dict[str, Places] = {}

    # -- collecting -----------------------------------------------------------------------------

    def add_file(self, file: Path) -> None:
        """Read one file."""
        name = str(file.relative_to(LAW_FOLDER)) if file.is_relative_to(LAW_FOLDER) else str(file)
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            self.findings.append(Finding(f"cannot be read: {error}", file=name))
            return
        try:
            data = YAML(typ="safe", pure=False).load(text)
        except MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else None
            problem = f"not YAML: {error.problem}"
            fix = "look at the indentation, and quote names with a colon"
            self.findings.append(Finding(problem, fix, file=name, line=line))
            return
        except YAMLError as error:
            self.findings.append(Finding(f"not YAML: {error}", file=name))
            return
        self._texts[name] = text
        self.add(name, data)

    def add(self, name: str, data: object) -> None:
        """Take the contents of a file that has been read."""
        try:
            entry = FileEntry.model_validate(data if data is not None else {})
        except ValidationError as error:
            for problem in error.errors():
                self._shape_finding(name, problem)
            return
        self.entries.append((name, entry.regime or "us", entry))

    def _shape_finding(self, name: str, problem: Mapping[str, Any]) -> None:
        path: PlacePath = tuple(problem["loc"])
        kind = problem["type"]
        if kind == "extra_forbidden":
            message = f"unknown key '{path[-1]}'"
            fix = suggestion(str(path[-1]), _keys_at(path))
        elif kind == "missing":
            message, fix = f"'{path[-1]}' is missing", "every version needs a cite and a confidence"
            fix = fix if path[-1] in ("cite", "confidence") else "add it"
        else:
            message = f"'{path[-1] if path else name}': {problem['msg']}"
            fix = ""
        self.complain(name, path, message, fix)

    def complain(self, name: str, path: PlacePath, message: str, fix: str = "") -> None:
        """Note something wrong at a path of a file."""
        line, column = self.place(name, path)
        self.findings.append(Finding(message, fix, file=name, line=line, column=column))

    def place(self, name: str, path: PlacePath) -> tuple[int | None, int | None]:
        """Return line and column of a path; read only when somebody asks."""
        if name not in self._texts:
            return None, None
        if name not in self._places:
            self._places[name] = Places(self._texts[name])
        return self._places[name].of(path)

    # -- building -------------------------------------------------------------------------------

    def law(self, *, check: bool = True) -> Law:
        """Return the law of all entries.

        Args:
            check: Whether to check the entries against each other too.

        Raises:
            FindingsError: If anything is wrong with them.
        """
        facts = self.known_facts | {
            fact.id: fact for _, _, entry in self.entries for fact in _facts(entry)
        }
        rules = [
            self._rule(rule, name, regime, position, facts)
            for name, regime, entry in self.entries
            for position, rule in enumerate(entry.rules)
        ]
        where = self._where()
        first_days = [
            (name, day) for name, _, e in self.entries if (day := e.encoded_from) is not None
        ]
        for name, _ in first_days[1:]:
            message = f"'encoded_from' is there already, in {first_days[0][0]}"
            self.complain(name, ("encoded_from",), message, "say it once")
        law = Law(
            facts=facts,
            parameters={p.id: _parameter(p) for _, _, e in self.entries for p in e.parameters},
            groups={g.id: _group(g) for _, _, e in self.entries for g in e.groups},
            aliases=tuple(_alias(a) for _, _, e in self.entries for a in e.aliases),
            policies=tuple(
                ReviewPolicy(id=p.id, meaning=p.meaning)
                for _, _, e in self.entries
                for p in e.policies
            ),
            rules=tuple(rules),
            encoded_from=first_days[0][1] if first_days else None,
        )
        if check and not self.findings:
            for thing, path, message, fix in check_law(law):
                name, start = where.get(thing, ("", ()))
                self.complain(name, (*start[:-1], *path), message, fix)
        if errors_only(self.findings):
            raise FindingsError(self.findings, title="law")
        return law

    def _where(self) -> dict[str, tuple[str, PlacePath]]:
        """Return where each id stands; ids are unique within a kind of entry, over all files."""
        where: dict[str, tuple[str, PlacePath]] = {}
        seen: dict[tuple[str, str], str] = {}
        for name, _, entry in self.entries:
            for section in ("facts", "parameters", "groups", "policies", "rules"):
                for position, each in enumerate(getattr(entry, section)):
                    path: PlacePath = (section, position, "id")
                    if (section, each.id) in seen:
                        message = f"'{each.id}' is there already, in {seen[section, each.id]}"
                        self.complain(name, path, message, "ids are unique over all files")
                    seen[section, each.id] = name
                    where[each.id] = (name, path)
        return where

    def _rule(
        self,
        entry: RuleEntry,
        name: str,
        regime: str,
        position: int,
        facts: Mapping[str, FactDefinition],
    ) -> Rule:
        path: PlacePath = ("rules", position)
        versions = []
        for number, version in enumerate(entry.versions):
            here = (*path, "versions", number, "when")
            reader = ConditionReader(
                facts, lambda at, message, fix: self.complain(name, at, message, fix)
            )
            when = reader.read(version.when, here) if facts else ALWAYS
            effects = {
                key: getattr(version if key in version.model_fields_set else entry, key)
                for key in EFFECT_KEYS
            }
            versions.append(RuleVersion(when=when, **effects, **_dated(version)))
        return Rule(
            id=entry.id,
            kind=entry.kind,
            title=entry.title,
            regime=entry.regime or regime,
            code=entry.code,
            versions=with_ends(tuple(versions)),
            file=name,
            line=None,
        )


def _dated(entry: VersionEntry) -> dict[str, Any]:
    return {
        "effective": entry.effective,
        "compliance": entry.compliance,
        "ends": entry.ends,
        "published": entry.published or entry.effective,
        "ends_published": entry.ends_published,
        "status": entry.status,
        "cite": entry.cite,
        "confidence": entry.confidence,
        "note": entry.note,
    }


def _facts(entry: FileEntry) -> list[FactDefinition]:
    return [
        FactDefinition(
            **fact.model_dump(exclude={"derived"}),
            numerator=fact.derived.numerator if fact.derived else (),
            denominator=fact.derived.denominator if fact.derived else (),
        )
        for fact in entry.facts
    ]


def _parameter(entry: ParameterEntry) -> Parameter:
    versions = tuple(ParameterVersion(value=v.value, **_dated(v)) for v in entry.versions)
    return Parameter(
        id=entry.id, meaning=entry.meaning, unit=entry.unit, versions=with_ends(versions)
    )


def _group(entry: GroupEntry) -> Group:
    versions = tuple(
        GroupVersion(members=v.members, excepted=v.excepted, **_dated(v)) for v in entry.versions
    )
    return Group(id=entry.id, of=entry.of, meaning=entry.meaning, versions=with_ends(versions))


def _alias(entry: AliasEntry) -> Alias:
    return Alias(
        fact_type=entry.fact_type,
        code=entry.code,
        means=entry.means,
        regime=entry.regime,
        **_dated(entry),
    )


def _keys_at(path: PlacePath) -> list[str]:
    """Return the keys that are allowed beside the one at the end of a path."""
    model: Any = FileEntry
    for part in path[:-1]:
        if isinstance(part, int) or not (isinstance(model, type) and issubclass(model, BaseModel)):
            continue
        field = model.model_fields.get(str(part))
        inner = (
            [a for a in getattr(field.annotation, "__args__", ()) if isinstance(a, type)]
            if field
            else []
        )
        model = inner[0] if inner else None
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return []
    return [field.alias or name for name, field in model.model_fields.items()]
