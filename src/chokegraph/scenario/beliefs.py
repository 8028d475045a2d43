# SPDX-License-Identifier: Apache-2.0
"""Looking up what a scenario says about the model: names of priors and of mechanisms."""

from __future__ import annotations

from collections.abc import Collection

from chokegraph.errors import Finding
from chokegraph.response.drawn_beliefs import BY_INPUT, ROUTE_BELIEFS
from chokegraph.response.policy import MECHANISMS, OFF_BY_DEFAULT
from chokegraph.response.priors import load_priors
from chokegraph.response.start import ZEROED
from chokegraph.scenario.document import Document, Path_
from chokegraph.scenario.suggest import suggestion


def check_beliefs(document: Document) -> list[Finding]:
    """Return a finding for every assumption and mechanism that the model does not know.

    Args:
        document: The scenario as read.

    Returns:
        Errors, each with a suggestion.
    """
    findings: list[Finding] = []
    names = sorted({prior.name for prior in load_priors().values()})
    for section, allowed, what in (
        ("assumptions", names, "assumption"),
        ("mechanisms", sorted(MECHANISMS), "mechanism"),
    ):
        given = document.data.get(section)
        if not isinstance(given, dict):
            continue
        for name in given:
            if name not in allowed:
                near = suggestion(name, allowed)
                fix = f"did you mean {near!r}?" if near else f"known: {', '.join(allowed)}"
                path: Path_ = (section, name)
                findings.append(document.finding(path, f"unknown {what} {name!r}", fix, key=True))
    findings += _families(document, names)
    findings += _idle(document)
    return findings


def _idle(document: Document) -> list[Finding]:
    """Return a finding for every assumption that something else in the file makes void."""
    given, switched = document.data.get("assumptions"), document.data.get("mechanisms")
    switched = switched if isinstance(switched, dict) else {}
    void: dict[str, tuple[str, str]] = {}
    for mechanism, names in ZEROED.items():
        if not switched.get(mechanism, mechanism not in OFF_BY_DEFAULT):
            fix = f"write mechanisms: {{{mechanism}: true}}, or leave it out"
            void |= dict.fromkeys(names, (f"the mechanism {mechanism!r} is off", fix))
    if document.data.get("routes") == "tables":
        reason = "routes come from tables"
        void |= dict.fromkeys(ROUTE_BELIEFS, (reason, "write routes: chip, or leave it out"))
    return [
        document.finding(
            ("assumptions", name), f"the assumption {name!r} reaches nothing: {why}", fix, key=True
        )
        for name, (why, fix) in void.items()
        if isinstance(given, dict) and name in given
    ]


def _families(document: Document, names: Collection[str]) -> list[Finding]:
    given = document.data.get("assumptions")
    findings = []
    for name, parts in (given if isinstance(given, dict) else {}).items():
        rows = parts if isinstance(parts, list) else [parts]
        split = any(isinstance(row, dict) and row.get("families") for row in rows)
        if split and name in names and name not in BY_INPUT:
            message = f"the assumption {name!r} is one for all inputs, so it takes no families"
            fix = f"families are for: {', '.join(BY_INPUT)}"
            findings.append(document.finding(("assumptions", name), message, fix, key=True))
    return findings
