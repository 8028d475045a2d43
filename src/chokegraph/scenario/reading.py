# SPDX-License-Identifier: Apache-2.0
"""Reading a scenario: from YAML to a checked `Scenario`, with every finding at its line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from chokegraph.errors import Finding, FindingsError, errors_only
from chokegraph.scenario.document import Document, Path_, parse_document, read_document
from chokegraph.scenario.model import Scenario
from chokegraph.scenario.suggest import suggestion

if TYPE_CHECKING:
    from chokegraph.world.model import World


_PATTERNS = {
    "^[A-Z]{2}$": "expected a country's two-letter code, such as US",
    "^([A-Z]{2}|coalition)$": "expected a country's two-letter code, such as US, or `coalition`",
    "^[a-z0-9]+(-[a-z0-9]+)*$": "expected small letters, digits and hyphens, such as us-alone",
}


def load_scenario(path: str | Path, *, world: World | None = None) -> Scenario:
    """Read and check a scenario file.

    Args:
        path: The YAML file.
        world: If given, inputs, products, routes and countries are looked up in it as well.

    Returns:
        The scenario.

    Raises:
        FindingsError: With everything that is wrong, each with file, line and column.
    """
    return scenario_from_document(read_document(path), world=world)


def parse_scenario(text: str, *, file: str = "scenario", world: World | None = None) -> Scenario:
    """Like `load_scenario`, from text.

    Example:
        >>> parse_scenario("schema: 2")
        Traceback (most recent call last):
        ...
        chokegraph.errors.FindingsError: scenario scenario: 8 errors
        ...
    """
    return scenario_from_document(parse_document(text, file), world=world)


def scenario_from_document(document: Document, *, world: World | None = None) -> Scenario:
    """Check a parsed document; see `load_scenario`."""
    from chokegraph.scenario.beliefs import check_beliefs
    from chokegraph.scenario.law_check import check_law_settings
    from chokegraph.scenario.lookup import check_against_world

    findings: list[Finding] = []
    scenario: Scenario | None = None
    try:
        scenario = Scenario.model_validate(document.data)
    except ValidationError as error:
        findings += [_finding(document, detail) for detail in _first_causes(error.errors())]
    findings += check_beliefs(document)
    findings += check_law_settings(document)
    if world is not None:
        findings += check_against_world(document, world)
    if scenario is None or errors_only(findings):
        ordered = sorted(findings, key=lambda f: (f.line or 0, str(f.column or "")))
        raise FindingsError(ordered, title=f"scenario {document.file}")
    return scenario


def _first_causes(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out "too few items" where the reason is that the items themselves are wrong."""
    return [
        detail
        for detail in details
        if detail["type"] != "too_short"
        or not any(
            len(other["loc"]) > len(detail["loc"])
            and other["loc"][: len(detail["loc"])] == detail["loc"]
            for other in details
        )
    ]


def _finding(document: Document, detail: ErrorDetails) -> Finding:
    path = _in_document(document.data, detail["loc"])
    kind = detail["type"]
    if kind == "extra_forbidden":
        key = str(detail["loc"][-1])
        allowed = _allowed_keys(detail["loc"][:-1])
        near = suggestion(key, allowed)
        fix = f"did you mean {near!r}?" if near else f"allowed here: {', '.join(allowed)}"
        return document.finding(path, f"unknown key {key!r}", fix, key=True)
    where = _words(path)
    if kind == "missing":
        return document.finding(path, f"{where} is missing", f"add `{detail['loc'][-1]}:`")
    message = detail["msg"].removeprefix("Value error, ")
    if kind == "string_pattern_mismatch":
        message = _PATTERNS.get(str(detail.get("ctx", {}).get("pattern")), message)
    if kind == "value_error":
        return document.finding(path, f"{where}: {message}" if path else message)
    given = detail["input"]
    shown = f" (given: {given!r})" if isinstance(given, str | int | float | bool) else ""
    fix = ""
    if kind == "literal_error":
        allowed = [part.strip(" '") for part in _expected(detail).replace(" or ", ",").split(",")]
        near = suggestion(str(given), allowed)
        message = f"{given!r} is not allowed"
        fix = f"did you mean {near!r}? " if near else ""
        fix += f"allowed: {', '.join(allowed)}"
        shown = ""
    return document.finding(path, f"{where}: {message[0].lower()}{message[1:]}{shown}", fix)


def _expected(detail: ErrorDetails) -> str:
    return str(detail.get("ctx", {}).get("expected", ""))


def _in_document(data: Any, loc: tuple[str | int, ...]) -> Path_:  # noqa: ANN401 - any YAML
    """Keep the parts of a pydantic location that exist in the document.

    Locations also name branches of a union and list items that only a validator made.
    """
    path: list[str | int] = []
    for position, part in enumerate(loc):
        here = dict(enumerate(data)) if isinstance(data, list) else data
        if isinstance(here, dict) and part in here:
            data = here[part]
        elif isinstance(data, dict) and position == len(loc) - 1 and isinstance(part, str):
            path.append(part)
            break
        else:
            continue
        path.append(part)
    return tuple(path)


def _words(path: Path_) -> str:
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else (f".{part}" if text else part)
    return text


def _allowed_keys(loc: tuple[str | int, ...]) -> list[str]:
    """Return the keys that the model at this location knows."""
    models: list[Any] = [Scenario]
    for part in loc:
        following: list[Any] = []
        for model in models:
            if isinstance(part, str) and isinstance(model, type) and issubclass(model, BaseModel):
                for name, info in model.model_fields.items():
                    if part in (name, info.alias):
                        following += _models_in(info.annotation)
        models = following or models
    keys = [
        info.alias or name
        for model in models
        if isinstance(model, type) and issubclass(model, BaseModel)
        for name, info in model.model_fields.items()
    ]
    return sorted(set(keys))


def _models_in(annotation: Any) -> list[Any]:  # noqa: ANN401 - any annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    found: list[Any] = []
    for part in get_args(annotation):
        found += _models_in(part)
    return found
