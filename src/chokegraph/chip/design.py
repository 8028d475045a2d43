# SPDX-License-Identifier: Apache-2.0
"""Design files: read with every finding at its line, and turned into arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

import numpy as np
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from chokegraph.chip.arrays import NONE, Designs, Dies
from chokegraph.chip.catalogue import Catalogue, load_catalogue
from chokegraph.chip.design_model import Design, Die
from chokegraph.chip.figures import Figures
from chokegraph.chip.yaml_file import Where, YamlFile, parse_yaml, read_yaml
from chokegraph.errors import Finding, FindingsError
from chokegraph.world.quantiles import quantiles

__all__ = ["Design", "Die", "as_designs", "load_design", "parse_design"]


def load_design(path: str | Path, *, catalogue: Catalogue | None = None) -> Design:
    """Read and check a design file.

    Args:
        path: The YAML file.
        catalogue: Where nodes, packages and memories are looked up; the bundled one if None.

    Raises:
        FindingsError: With everything that is wrong, each with file, line, column and fix.
    """
    return _checked(read_yaml(path), catalogue)


def parse_design(text: str, *, file: str = "design", catalogue: Catalogue | None = None) -> Design:
    r"""Like `load_design`, from text.

    Example:
        >>> design = parse_design(
        ...     "name: a\ndies: [{node: tsmc-n7, area_mm2: 100}]\npackage: organic-flip-chip\n")
        >>> design.dies[0].count
        1
    """
    return _checked(parse_yaml(text, file), catalogue)


def as_designs(designs: Sequence[Design], figures: Figures) -> Designs:
    """Return designs as arrays, one element for each.

    Args:
        designs: The designs; those with fewer kinds of dies get the others with a count of zero.
        figures: For the codes, and for the density of logic where a die is given by its blocks
            (the median, if there are draws).

    Raises:
        ValueError: If the figures lack a node, package or memory.
    """
    kinds = max(len(one.dies) for one in designs)
    rows = [[_die(d, one, figures) for d in one.dies] for one in designs]
    empty = {"node": 0, "area": 1.0, "count": 0.0}
    columns = []
    for kind in range(kinds):
        cells = [row[kind] if kind < len(row) else empty for row in rows]
        names = sorted({name for cell in cells for name in cell})
        columns.append(Dies(**{name: _column(name, cells) for name in names}))

    def array(values: Iterator[float]) -> Any:  # noqa: ANN401 - an array
        return np.array(list(values), float)

    def or_nan(value: float | None) -> float:
        return np.nan if value is None else float(value)

    def intensity(one: Design, name: str) -> float:
        workload = getattr(one.workloads, name)
        return np.nan if workload is None else float(workload.operations_per_byte)

    first = {None: np.nan, "chip-first": 1.0, "chip-last": 0.0}
    memories = [
        NONE if one.memory is None else figures.code("memories", one.memory.id) for one in designs
    ]
    return Designs(
        dies=tuple(columns),
        package=figures.codes("packages", [one.package for one in designs]),
        memory=np.array(memories, np.intp),
        stacks=array(0.0 if one.memory is None else one.memory.stacks for one in designs),
        volume=array(np.inf if one.volume is None else one.volume for one in designs),
        frequency=array(one.frequency for one in designs),
        chip_first=array(first[one.assembly] for one in designs),
        memory_bound=array(intensity(one, "memory_bound") for one in designs),
        compute_bound=array(intensity(one, "compute_bound") for one in designs),
        bond_yield=array(or_nan(one.bond_yield) for one in designs),
    )


def _column(name: str, cells: list[dict[str, Any]]) -> Any:  # noqa: ANN401 - an array
    default = getattr(Dies(node=0, area=1.0), name)
    values = [cell.get(name, default) for cell in cells]
    return np.array(values, np.intp if name == "node" else float)


def _die(die: Die, design: Design, figures: Figures) -> dict[str, Any]:
    node = figures.code("nodes", die.node)
    cell: dict[str, Any] = {
        "node": node,
        "area": die.area_mm2 or _area(die, design, figures, node),
        "count": die.count,
        "euv": float(design.euv if die.euv is None else die.euv),
        "critical": die.critical_area,
        "compute": die.compute_share,
    }
    cell |= {"clustering": die.clustering} if die.clustering is not None else {}
    cell |= {"coverage": die.coverage} if die.coverage is not None else {}
    cell |= {"volume": die.volume} if die.volume is not None else {}
    if die.harvest is not None:
        cell |= {"units": die.harvest.units, "spare": die.harvest.spare}
        cell["unit_share"] = die.harvest.area_share
    return cell


def _area(die: Die, design: Design, figures: Figures, node: int) -> float:
    """Blocks at the density that the node reaches, and the interface if there are other dies."""
    if die.blocks is None:
        message = "a die without area or blocks"
        raise ValueError(message)

    def middle(value: Any) -> float:  # noqa: ANN401 - a number or an array
        return float(quantiles(np.ravel(value), [0.5])[0])

    density = middle(figures.nodes.logic_density[..., node])
    reached = density * middle(figures.settings.logic_utilisation)
    core = die.blocks.logic_mtr / reached + die.blocks.sram_mm2 + die.blocks.io_mm2
    package = figures.code("packages", design.package)
    several = sum(one.count for one in design.dies) > 1
    return core * (1 + several * middle(figures.packages.overhead[..., package]))


# -- checking ----------------------------------------------------------------------------------


def _checked(file: YamlFile, catalogue: Catalogue | None) -> Design:
    catalogue = load_catalogue() if catalogue is None else catalogue
    findings: list[Finding] = []
    design: Design | None = None
    try:
        design = Design.model_validate(file.data)
    except ValidationError as error:
        details = error.errors()
        findings += [_finding(file, detail) for detail in details if not _follows(detail, details)]
    findings += _unknown_ids(file, catalogue)
    if design is None or findings:
        findings.sort(key=lambda one: (one.line or 0, str(one.column or "")))
        raise FindingsError(findings, title=f"design {file.file}")
    return design


def _follows(detail: ErrorDetails, others: Sequence[ErrorDetails]) -> bool:
    """Whether "too few items" is said only because the items themselves are wrong."""
    size = len(detail["loc"])
    inside = (one["loc"] for one in others if len(one["loc"]) > size)
    return detail["type"] == "too_short" and any(loc[:size] == detail["loc"] for loc in inside)


def _unknown_ids(file: YamlFile, catalogue: Catalogue) -> list[Finding]:
    dies = file.data.get("dies")
    memory = file.data.get("memory")
    asked: list[tuple[Where, str, Any, Sequence[str]]] = [
        (("dies", at, "node"), "node", die.get("node"), list(catalogue.nodes))
        for at, die in enumerate(dies if isinstance(dies, list) else [])
        if isinstance(die, dict)
    ]
    asked.append((("package",), "package", file.data.get("package"), list(catalogue.packages)))
    if isinstance(memory, dict):
        asked.append((("memory", "id"), "memory", memory.get("id"), list(catalogue.memories)))
    return [
        file.finding(path, f"no {word} {given!r}", _hint(given, known))
        for path, word, given, known in asked
        if isinstance(given, str) and given not in known
    ]


def _hint(given: str, known: Sequence[str]) -> str:
    near = get_close_matches(given.lower(), known, n=1)
    return f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"


def _finding(file: YamlFile, detail: ErrorDetails) -> Finding:
    path: Where = tuple(detail["loc"])
    models, unit = _field(path)
    words = "".join(f"[{p + 1}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(".")
    kind, given = detail["type"], detail["input"]
    if kind == "extra_forbidden":
        allowed = sorted({name for model in models for name in model.model_fields})
        hint = _hint(str(path[-1]), allowed)
        return file.finding(path, f"unknown key {path[-1]!r}", hint, key=True)
    in_unit = f" (in {unit})" if unit else ""
    if kind == "missing":
        return file.finding(path, f"{words} is missing", f"add `{path[-1]}:`{in_unit}")
    if kind == "value_error":
        message = detail["msg"].removeprefix("Value error, ")
        return file.finding(
            path, f"{words}: {message}" if words else message, "correct one of them"
        )
    shown = f" (given: {given!r})" if isinstance(given, str | int | float | bool) else ""
    message = f"{words}: {detail['msg'][0].lower()}{detail['msg'][1:]}{shown}"
    return file.finding(path, message, _fix(detail, unit))


_BOUNDS = {"gt": "above", "ge": "at least", "lt": "below", "le": "at most"}


def _fix(detail: ErrorDetails, unit: str) -> str:
    context = detail.get("ctx", {})
    for name, words in _BOUNDS.items():
        if name in context:
            return f"give a number {words} {context[name]:g} ({unit})"
    if detail["type"].startswith(("float", "int", "finite")):
        return f"give a number ({unit}), without writing the unit"
    if detail["type"] == "literal_error":
        return f"one of {context.get('expected', '')}"
    return "compare with examples/designs"


def _field(path: Where) -> tuple[list[type[BaseModel]], str]:
    """The models around a place in a design, and the unit of the field there."""
    models: list[type[BaseModel]] = [Design]
    unit = ""
    for at, part in enumerate(path):
        if isinstance(part, int):
            continue
        found = [model.model_fields[part] for model in models if part in model.model_fields]
        unit = next((text for one in found for text in _units(one)), "")
        below = [inner for one in found for inner in _models(one.annotation)]
        if below and at < len(path) - 1:
            models = below
    return models, unit


def _units(field: Any) -> Iterator[str]:  # noqa: ANN401 - a pydantic field, or part of a type
    extra = getattr(field, "json_schema_extra", None)
    if isinstance(extra, dict) and "unit" in extra:
        yield str(extra["unit"])
    for part in getattr(field, "metadata", ()) or getattr(field, "__metadata__", ()):
        yield from _units(part)
    annotation = getattr(field, "annotation", None)
    for part in get_args(annotation) if annotation is not None else get_args(field):
        yield from _units(part)


def _models(annotation: Any) -> list[type[BaseModel]]:  # noqa: ANN401 - any annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [inner for part in get_args(annotation) for inner in _models(part)]
