# SPDX-License-Identifier: Apache-2.0
"""Looking up what a scenario names in the world: inputs, countries, products, routes, policies.

The check walks the document, not the model, so that it also reports on files with other faults.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chokegraph.errors import Finding
from chokegraph.response.drawn_beliefs import KINDS
from chokegraph.scenario.cap_check import cap_problems
from chokegraph.scenario.control import Cap
from chokegraph.scenario.document import Document, Path_
from chokegraph.scenario.licence import load_licence_policies
from chokegraph.scenario.selector import Selector, eccn_below
from chokegraph.scenario.suggest import suggestion

if TYPE_CHECKING:
    from chokegraph.world.model import World

_SHOWN = 12


def check_against_world(document: Document, world: World) -> list[Finding]:
    """Return a finding for every name in the document that the world does not know.

    Args:
        document: The scenario as read.
        world: The world that it will be run on.

    Returns:
        Errors for unknown names and for selectors that choose nothing.
    """
    bought = {key: item for key, item in world.inputs.items() if item.use != "none"}
    known: dict[str, Collection[str]] = {
        "ids": bought,
        "tags": {tag for item in bought.values() for tag in item.tags},
        "families": {item.family for item in bought.values()},
        "kinds": {item.family for item in bought.values()}.union(KINDS),
        "stages": {item.stage for item in bought.values()},
        "countries": world.countries,
        "products": world.products,
        "routes": world.routes,
        "policies": load_licence_policies(),
    }
    eccns = {eccn for item in bought.values() for eccn in item.eccns}
    findings: list[Finding] = []

    def check(path: Path_, value: object, kind: str, what: str) -> None:
        if isinstance(value, str) and value not in known[kind]:
            group = world.inputs.get(value) if kind == "ids" else None
            findings.append(_unknown(document, path, value, what, known[kind], group is not None))

    def check_member(path: Path_, value: object) -> None:
        if value != "coalition":
            check(path, value, "countries", "country")

    def visit(path: Path_, value: Any) -> None:  # noqa: ANN401 - any YAML value
        key = path[-1] if path else ""
        if key == "law" and path in (("law",), ("baseline", "law")):
            return  # its names are those of the law files: see law_check
        before = len(findings)
        if key in ("ids", "exclude"):
            _each(path, value, lambda p, v: check(p, v, "ids", "input"))
        elif path[:1] == ("assumptions",) and key == "families":
            _each(path, value, lambda p, v: check(p, v, "kinds", "family"))
        elif key in ("tags", "families", "stages"):
            word = {"tags": "tag", "families": "family", "stages": "stage"}[str(key)]
            _each(path, value, lambda p, v: check(p, v, str(key), word))
        elif key == "eccns":
            _each(path, value, lambda p, v: findings.extend(_eccn(document, p, v, eccns)))
        elif key in ("target", "country"):
            check(path, value, "countries", "country")
        elif key == "coalition" or (key == "by" and path[0] != "event"):
            _each(path, value, check_member)
        elif key == "policy":
            check(path, value, "policies", "licence policy")
        elif path[:1] == ("event",) and key in ("product", "route", "input"):
            if (key, value) != ("input", "covered"):
                check(path, value, "ids" if key == "input" else f"{key}s", str(key))
        elif isinstance(value, dict):
            for name, inner in value.items():
                visit((*path, name), inner)
            if key == "inputs" and len(findings) == before:
                findings.extend(_empty_selector(document, path, value, world))
        elif isinstance(value, list):
            for place, inner in enumerate(value):
                visit((*path, place), inner)

    visit((), document.data)
    findings += _caps(document, world)
    findings += _unlisted_providers(document, world)
    return findings


def _each(path: Path_, value: object, act: Callable[[Path_, object], None]) -> None:
    if isinstance(value, list):
        for place, item in enumerate(value):
            act((*path, place), item)
    else:
        act(path, value)


def _unknown(
    document: Document,
    path: Path_,
    value: str,
    what: str,
    allowed: Collection[str],
    is_group: bool,  # noqa: FBT001 - private
) -> Finding:
    if is_group:
        message = f"{value!r} is a process step or a group, which nobody buys"
        return document.finding(path, message, "name the inputs below it")
    near = suggestion(value, allowed)
    if near:
        fix = f"did you mean {near!r}?"
    elif len(allowed) <= _SHOWN:
        fix = f"known: {', '.join(sorted(allowed))}"
    else:
        fix = f"{len(allowed)} are known; see `chokegraph data show`"
    return document.finding(path, f"unknown {what} {value!r}", fix)


def _eccn(document: Document, path: Path_, value: object, eccns: Collection[str]) -> list[Finding]:
    if not isinstance(value, str) or any(eccn_below(own, value) for own in eccns):
        return []
    return [_unknown(document, path, value, "export-control number", eccns, is_group=False)]


def _empty_selector(
    document: Document, path: Path_, value: dict[str, Any], world: World
) -> list[Finding]:
    try:
        selector = Selector.model_validate(value)
    except ValueError:
        return []  # reported by the model
    if any(item.use != "none" and selector.matches(item) for item in world.inputs.values()):
        return []
    return [document.finding(path, "these inputs come to nothing", "loosen the selection")]


def _caps(document: Document, world: World) -> list[Finding]:
    """Return a finding for every cap by grade that cannot be set on what its control chooses."""
    findings = []
    for path, control in _controls(document.data):
        try:
            selector = Selector.model_validate(control.get("inputs"))
            cap = Cap.model_validate(control.get("cap"))
        except ValueError:
            continue  # none, or reported by the model
        chosen = [i for i in world.inputs.values() if i.use != "none" and selector.matches(i)]
        findings += [
            document.finding((*path, "cap"), message, fix)
            for message, fix in cap_problems(cap, chosen, world)
        ]
    return findings


def _unlisted_providers(document: Document, world: World) -> list[Finding]:
    """Warn of controls by a country that provides none of what it controls."""
    findings = []
    coalition = document.data.get("coalition")
    for path, control in _controls(document.data):
        by = control.get("by")
        members = coalition if by in ("coalition", ["coalition"]) else by
        members = [members] if isinstance(members, str) else members
        try:
            selector = Selector.model_validate(control.get("inputs"))
        except ValueError:
            continue
        if not isinstance(members, list):
            continue
        chosen = {key for key, item in world.inputs.items() if selector.matches(item)}
        for country in members:
            if country in world.countries and not any(
                country in world.country_shares[key].shares
                for key in chosen
                if key in world.country_shares
            ):
                message = f"{country} is not known to provide any input of {control.get('name')!r}"
                at = document.finding((*path, "by"), message)
                findings.append(replace(at, severity="warning"))
    return findings


def _controls(data: dict[str, Any]) -> list[tuple[Path_, dict[str, Any]]]:
    found: list[tuple[Path_, dict[str, Any]]] = []
    baseline = data.get("baseline")
    for path, holder in ((("controls",), data), (("baseline", "controls"), baseline)):
        rows = holder.get("controls") if isinstance(holder, dict) else None
        if isinstance(rows, list):
            found += [((*path, n), row) for n, row in enumerate(rows) if isinstance(row, dict)]
    return found
