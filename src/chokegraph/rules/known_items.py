# SPDX-License-Identifier: Apache-2.0
"""Known chips, memories and tools, and the ways on which they travel: data for comparisons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from chokegraph.errors import Finding, FindingsError
from chokegraph.rules.case_keys import WrongValue, read_value
from chokegraph.rules.completing import completed
from chokegraph.rules.conditions import suggestion
from chokegraph.rules.model import Law
from chokegraph.rules.places import PlacePath, Places
from chokegraph.rules.values import Value

KNOWN_FOLDER = Path(__file__).parent / "known"
ITEMS_FILE = KNOWN_FOLDER / "known_items.yaml"
Kind = Literal["chip", "memory", "tool", "other"]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Dated(_Entry):
    """Facts that hold for a time: an ECCN, a national list, a letter to the maker.

    Args:
        since: The first day.
        until: The first day on which they no longer hold; None for ever.
        facts: The facts, over those without a date.
        routes: The routes on which they hold; () for all.
        cite: Where that comes from.
        mark: The confidence: A, B, C or ?.
    """

    since: date = Field(alias="from")
    until: date | None = None
    facts: dict[str, Any]
    routes: tuple[str, ...] = ()
    cite: str = Field(min_length=1)
    mark: Literal["A", "B", "C", "?"]

    def holds(self, on: date, route: str) -> bool:
        """Return whether these facts hold on a day, on a route."""
        in_time = self.since <= on and (self.until is None or on < self.until)
        return in_time and (not self.routes or route in self.routes)


class KnownItem(_Entry):
    """A product that people speak of by its name.

    Args:
        id: A short name in small letters.
        name: The name.
        kind: chip, memory, tool or other.
        routes: Ids of routes, or of sets of routes.
        facts: What is known of it, as in a case file.
        dated: Facts that hold for a time.
        source: Where the facts come from.
        mark: The confidence: A, B, C or ?.
        note: Anything a reader should know.
    """

    id: str
    name: str
    kind: Kind
    routes: tuple[str, ...]
    facts: dict[str, Any]
    dated: tuple[Dated, ...] = ()
    source: str = Field(min_length=1)
    mark: Literal["A", "B", "C", "?"]
    note: str = ""


class Route(_Entry):
    """A way of shipping: from where, to whom, for what.

    Args:
        id: A short name.
        name: What it is, in words.
        facts: The facts that it adds to those of the item.
    """

    id: str
    name: str
    facts: dict[str, Any]


class _File(_Entry):
    begins: date = date.min
    routes: tuple[Route, ...] = ()
    route_sets: dict[str, tuple[str, ...]] = {}
    items: tuple[KnownItem, ...] = ()


@dataclass(frozen=True)
class Known:
    """Known items with the routes on which they are looked at.

    Args:
        items: By id.
        routes: By id.
        sets: Sets of routes by id.
        begins: The day from which the items are followed.
    """

    items: Mapping[str, KnownItem]
    routes: Mapping[str, Route]
    sets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    begins: date = date.min

    def routes_of(self, item: KnownItem) -> list[Route]:
        """Return the routes of an item, sets written out."""
        names: dict[str, None] = {}
        for name in item.routes:
            names.update(dict.fromkeys(self.sets.get(name, (name,))))
        return [self.routes[name] for name in names]

    def row(self, item: KnownItem, route: Route, on: date, law: Law) -> dict[str, Value]:
        """Return the facts of a shipment of an item on a route on a day.

        Facts of the item go over those of the route, dated ones over both; what nobody mentions
        is "not so", as in a case file.
        """
        given = {**route.facts, **item.facts}
        for each in item.dated:
            if each.holds(on, route.id):
                given |= each.facts
        row = {name: read_value(law.facts[name], value) for name, value in given.items()}
        return completed(row, law)

    def find(self, name: str) -> KnownItem:
        """Return an item by id or name, with a suggestion if there is none.

        Raises:
            FindingsError: If no item has that name.
        """
        key = name.lower()
        for item in self.items.values():
            if key in (item.id, item.name.lower()):
                return item
        fix = suggestion(key, self.items) or f"known items: {', '.join(self.items)}"
        raise FindingsError([Finding(f"no known item is called '{name}'", fix)], title="items")

    def find_route(self, name: str) -> Route:
        """Return a route by id.

        Raises:
            FindingsError: If there is none.
        """
        if name in self.routes:
            return self.routes[name]
        fix = suggestion(name, self.routes) or f"routes: {', '.join(self.routes)}"
        raise FindingsError([Finding(f"there is no route '{name}'", fix)], title="items")


@cache
def load_known() -> Known:
    """Return the known items that come with the package.

    Example:
        >>> load_known().find("A100").facts["tpp"]
        4992
    """
    from chokegraph.rules.reading import load_law

    return read_known([ITEMS_FILE], load_law())


def read_known(files: Iterable[Path], law: Law) -> Known:
    """Read files of known items and routes.

    Args:
        files: YAML files with `routes`, `route_sets` and `items`.
        law: Where the facts are defined.

    Raises:
        FindingsError: With everything that is wrong, each with its place.
    """
    findings: list[Finding] = []
    entries: list[tuple[Path, _File]] = []
    for file in files:
        entry = _read_file(file, findings)
        if entry is not None:
            entries.append((file, entry))
    known = Known(
        items={item.id: item for _, entry in entries for item in entry.items},
        routes={route.id: route for _, entry in entries for route in entry.routes},
        sets={name: ids for _, entry in entries for name, ids in entry.route_sets.items()},
        begins=max((entry.begins for _, entry in entries), default=date.min),
    )
    for file, entry in entries:
        _check(file, entry, known, law, findings)
    if findings:
        raise FindingsError(findings, title="known items")
    return known


def _read_file(file: Path, findings: list[Finding]) -> _File | None:
    try:
        text = file.read_text(encoding="utf-8")
        data = YAML(typ="safe", pure=False).load(text)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        findings.append(Finding(f"cannot be read: {reason}", file=str(file)))
        return None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        findings.append(Finding(f"not YAML: {error.problem}", file=str(file), line=line))
        return None
    try:
        return _File.model_validate(data if data is not None else {})
    except ValidationError as error:
        places = Places(text)
        for problem in error.errors():
            line, column = places.of(tuple(problem["loc"]))
            message = f"'{problem['loc'][-1] if problem['loc'] else 'file'}': {problem['msg']}"
            findings.append(Finding(message, file=str(file), line=line, column=column))
        return None


def _check(file: Path, entry: _File, known: Known, law: Law, findings: list[Finding]) -> None:
    places: list[Places] = []

    def complain(path: PlacePath, message: str, fix: str) -> None:
        if not places:
            places.append(Places(file.read_text(encoding="utf-8")))
        line, column = places[0].of(path)
        findings.append(Finding(message, fix, file=str(file), line=line, column=column))

    def check_facts(path: PlacePath, facts: Mapping[str, Any]) -> None:
        for name, value in facts.items():
            if name not in law.facts:
                complain((*path, name), f"there is no fact '{name}'", suggestion(name, law.facts))
                continue
            try:
                read_value(law.facts[name], value)
            except WrongValue as error:
                complain((*path, name), str(error), "")

    for place, route in enumerate(entry.routes):
        check_facts(("routes", place, "facts"), route.facts)
    for place, item in enumerate(entry.items):
        check_facts(("items", place, "facts"), item.facts)
        for number, dated in enumerate(item.dated):
            check_facts(("items", place, "dated", number, "facts"), dated.facts)
        for name in item.routes:
            for each in known.sets.get(name, (name,)):
                if each not in known.routes:
                    fix = suggestion(each, [*known.routes, *known.sets])
                    complain(("items", place, "routes"), f"there is no route '{each}'", fix)


@cache
def designers() -> dict[str, tuple[str, ...]]:
    """Return the Entity List footnotes of the designers that case files name.

    Example:
        >>> designers()["HiSilicon"]
        ('1',)
    """
    data = YAML(typ="safe").load((KNOWN_FOLDER / "designers.yaml").read_text(encoding="utf-8"))
    return {entry["name"]: tuple(entry["footnotes"]) for entry in data["designers"]}
