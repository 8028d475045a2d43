# SPDX-License-Identifier: Apache-2.0
"""Looking up what a scenario's `law` names: rules, parameters and groups of the law files."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from chokegraph.errors import Finding, FindingsError
from chokegraph.rules import Law, load_law
from chokegraph.rules.dated import with_ends
from chokegraph.scenario.document import Document, Path_
from chokegraph.scenario.law import LawSetting


def check_law_settings(document: Document) -> list[Finding]:
    """Return a finding, with its place, for every amendment that the law cannot take.

    Args:
        document: The scenario as read.

    Returns:
        Errors; none for parts that are not even a law setting, which the models report.
    """
    data = document.data
    baseline = data.get("baseline")
    inner = baseline.get("law") if isinstance(baseline, dict) else None
    findings, base = _check(document, ("baseline", "law"), inner, None)
    findings += _check(document, ("law",), data.get("law"), base)[0]
    return findings


def _check(
    document: Document,
    path: Path_,
    value: Any,  # noqa: ANN401 - any YAML value
    base: Law | None,
) -> tuple[list[Finding], Law | None]:
    if not isinstance(value, dict):
        return [], None
    try:
        setting = LawSetting.model_validate(value)
    except ValidationError:
        return [], None
    if setting.base == "baseline" and base is None:
        return [], None  # the models report it
    try:
        law = base if setting.base == "baseline" and base is not None else base_law(setting)
    except FindingsError as error:
        where = (*path, "as_known_on")
        return [document.finding(where, each.message, each.fix) for each in error.findings], None
    try:
        return [], amended(law, setting)
    except FindingsError as error:
        return [_placed(document, path, finding) for finding in error.findings], None


def base_law(setting: LawSetting) -> Law:
    """Return the law files as a setting takes them, before its amendments.

    Raises:
        FindingsError: If the law as known on that day is not encoded.

    Example:
        >>> from chokegraph.scenario.law import LawSetting
        >>> {rule.regime for rule in base_law(LawSetting(regimes=("us",))).rules} <= {"us"}
        True
    """
    law = load_law()
    if setting.as_known_on is not None:
        if why := law.too_early(setting.as_known_on):
            raise FindingsError([Finding(why, "give a later day")], title="law")
        law = _closed(law.known_on(setting.as_known_on))
    left_out = tuple(rule for rule in law.rules if rule.regime in setting.regimes)
    return law if len(left_out) == len(law.rules) else replace(law, rules=left_out)


def _closed(law: Law) -> Law:
    """Return a law in which each version ends when the next that is known begins.

    An end that was set later is not known on a day; a version that follows may be.
    """
    return replace(
        law,
        parameters={
            k: replace(v, versions=with_ends(v.versions)) for k, v in law.parameters.items()
        },
        groups={k: replace(v, versions=with_ends(v.versions)) for k, v in law.groups.items()},
        rules=tuple(replace(rule, versions=with_ends(rule.versions)) for rule in law.rules),
    )


def amended(law: Law, setting: LawSetting) -> Law:
    """Return a law with the amendments of a setting.

    Raises:
        FindingsError: With everything that is wrong; `column` counts the amendments from 1.
    """
    empty = {rule.id for rule in law.rules if not rule.versions}
    empty |= {key for key, each in law.parameters.items() if not each.versions}
    empty |= {key for key, each in law.groups.items() if not each.versions}
    findings = []
    for number, change in enumerate(setting.amend, start=1):
        name = change.rule or change.end or change.parameter or change.group
        if str(name) in empty:
            message = f"amendment {number}: {name!r} is not known on {setting.as_known_on}"
            findings.append(Finding(message, "leave it out, or know more", column=number))
    if findings:
        raise FindingsError(findings, title="amendments of the law")
    return law.amend([change.mapping() for change in setting.amend]) if setting.amend else law


def _placed(document: Document, path: Path_, finding: Finding) -> Finding:
    number = finding.column if isinstance(finding.column, int) else None
    where: Path_ = (*path, "amend") if number is None else (*path, "amend", number - 1)
    message = finding.message.removeprefix(f"amendment {number}: ")
    return document.finding(where, message, finding.fix)
