# SPDX-License-Identifier: Apache-2.0
"""What a run rests on: statements with their sources, priors, licence policies; and access."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from chokegraph.response.policy import Policy, approval_draws
from chokegraph.response.priors import Prior
from chokegraph.result.quantiles import quantiles
from chokegraph.result.tables import make_table
from chokegraph.scenario import load_licence_policies
from chokegraph.scenario.when import quarter_index, quarter_name
from chokegraph.study.access_shares import denied_shares, start_shares
from chokegraph.study.beliefs import SCENARIO_SOURCE
from chokegraph.study.law_access import law_access
from chokegraph.study.law_decide import UNKNOWN
from chokegraph.study.policy import Rule
from chokegraph.study.setting import Setting
from chokegraph.world.model import World

if TYPE_CHECKING:
    import polars as pl

Array = np.ndarray[Any, np.dtype[Any]]


def evidence_table(setting: Setting) -> pl.DataFrame:
    """Return everything that a run rests on, with its source.

    Args:
        setting: What was run.

    Returns:
        A row per statement that entered the arrays, per prior that some value rests on, and per
        licence policy used.
    """
    rows = [
        *_statements(setting),
        *_priors(setting),
        *_licences(setting),
        *_legal_facts(setting),
    ]
    return make_table("evidence", rows)


def _statements(setting: Setting) -> Iterator[dict[str, Any]]:
    world = setting.world
    for key in dict.fromkeys(setting.statement_ids):
        fact = world.statements.get(key)
        if fact is None:
            continue
        about = world.properties.get(fact.property)
        yield {
            "statement_id": key,
            "subject_id": fact.subject_id,
            "property": fact.property,
            "object_id": fact.object_id,
            "value": fact.value,
            "unit": fact.unit,
            "low": fact.low,
            "high": fact.high,
            "period": fact.period_end or fact.period_start,
            "grade": fact.grade,
            "locator": fact.locator,
            "accessed": fact.accessed,
            "used_for": about.meaning if about else fact.property.replace("_", " "),
            "note": fact.note,
            **_source(world, fact.source_id),
        }


def _priors(setting: Setting) -> Iterator[dict[str, Any]]:
    for key, prior in setting.priors.items():
        if key not in setting.params.reaching:
            continue  # figures of the world stand everywhere instead
        shape = (
            f"{prior.dist}({prior.a:g})"
            if _single(prior)
            else (f"{prior.dist}({prior.a:g}, {prior.b:g})")
        )
        yield {
            "statement_id": f"prior:{key}",
            "subject_id": f"prior:{prior.name}",
            "property": "distribution",
            "object_id": f"family:{prior.family}" if prior.family else "",
            "value": float(prior.quantile(0.5)),
            "unit": prior.unit,
            "low": prior.low,
            "high": prior.high,
            "period": "",
            "grade": prior.grade,
            "locator": prior.locator,
            "accessed": "",
            "used_for": prior.meaning,
            "note": shape,
            **_source(setting.world, prior.source_id),
        }


def _single(prior: Prior) -> bool:
    return prior.dist in ("fixed", "halfnormal")


def _licences(setting: Setting) -> Iterator[dict[str, Any]]:
    table = load_licence_policies()
    used = {
        rule.control.licence.policy
        for rules in setting.policies.rules.values()
        for rule in rules
        if rule.control.licence is not None and rule.control.licence.policy
    }
    missing = _missing(setting)
    for law in setting.policies.laws.values():
        used |= {part.outcome for part in law.flows.parts} if law is not None else set()
    for name in sorted(used & set(table)):
        policy = table[name]
        facts = f" Facts that are missing: {missing}." if name == UNKNOWN and missing else ""
        yield {
            "statement_id": f"licence:{name}",
            "subject_id": f"licence:{name}",
            "property": "approved_fraction",
            "object_id": "",
            "value": None,
            "unit": "fraction",
            "low": policy.low,
            "high": policy.high,
            "period": "",
            "grade": policy.grade,
            "locator": policy.locator,
            "accessed": "",
            "used_for": "part of the trade that is licensed under this policy",
            "note": policy.note + facts,
            **_source(setting.world, policy.source_id),
        }


def _missing(setting: Setting) -> str:
    """Name the facts without which the law cannot tell, the most frequent first."""
    count: Counter[str] = Counter()
    for law in setting.policies.laws.values():
        if law is not None:
            for names in law.decided.decisions.filter(licence="unknown")["missing"].to_list():
                count.update(names)
    return ", ".join(name for name, _ in count.most_common())


def _legal_facts(setting: Setting) -> Iterator[dict[str, Any]]:
    """Yield the legal facts of the links that some licence bears on."""
    laws = [law for law in setting.policies.laws.values() if law is not None]
    if not laws:
        return
    names = {
        key: set().union(*(set(law.links[key]) for law in laws))
        for key in ("item_class", "buyer_class", "sector")
    }
    for table in ("item_classes", "legal_items", "buyer_sectors", "buyer_classes", "buyer_facts"):
        for number, row in enumerate(laws[0].decided.facts.rows(table), start=2):
            if any(key in row and row[key] not in known for key, known in names.items()):
                continue
            key = next(key for key in ("subject_id", "buyer_class", "item_class") if key in row)
            kind, _, name = str(row[key]).rpartition(":")
            facts = row.get("facts")
            text = [row.get("eccn"), *(facts if isinstance(facts, tuple) else ())]
            yield {
                "statement_id": f"legal:{table}:{number}",
                "subject_id": f"{kind or key.removesuffix('_class')}:{name}",
                "property": table,
                "object_id": str(row.get("item_class") or row.get("sector") or ""),
                "value": row.get("part"),
                "unit": "fraction" if row.get("part") is not None else "",
                "low": row.get("low"),
                "high": row.get("high"),
                "period": str(row.get("from") or ""),
                "grade": row["grade"],
                "locator": row["locator"],
                "accessed": "",
                "used_for": "legal facts of supply links",
                "note": "; ".join(str(part) for part in (*text, row["note"]) if part),
                **_source(setting.world, str(row["source_id"])),
            }


def _source(world: World, source_id: str) -> dict[str, str]:
    if source_id == SCENARIO_SOURCE:
        title, publisher, url = "The scenario itself", "", ""
    else:
        source = world.sources.get(source_id)
        title = source.title if source else source_id
        publisher, url = (source.publisher, source.url) if source else ("", "")
    return {"source_id": source_id, "source": title, "publisher": publisher, "url": url}


def access_table(setting: Setting) -> pl.DataFrame:
    """Return which control stops whose sales of what, when and how far.

    Args:
        setting: What was run.

    Returns:
        A row per control, country and input that the country provides at the start, for each run;
        for the law, a row for each time in which it stays the same.
        `share` is the country's share in the purchases that the control is about.
    """
    rows: list[dict[str, Any]] = []
    for run, rules in setting.policies.rules.items():
        policy = Policy(controls=tuple(rule.spec for rule in rules))
        granted = approval_draws(policy, setting.params.seed, setting.params.draws)
        for number, rule in enumerate(rules):
            rows += _access(setting, run, rule, granted[:, number])
    rows += law_access(setting)
    return make_table("access", rows)


def _access(setting: Setting, run: str, rule: Rule, granted: Array) -> Iterator[dict[str, Any]]:
    structure, spec, control = setting.structure, rule.spec, rule.control
    start = quarter_index(setting.scenario.start)
    low, high = (float(value) for value in quantiles(granted, (0.05, 0.95)))
    shares, denied = start_shares(setting, rule), denied_shares(setting, rule)
    licence = control.licence
    if licence is not None and licence.policy:
        policy = licence.policy
    elif licence is not None and licence.approval is not None:
        policy = f"approval {_range(licence.approval)}"
    else:
        policy = "no licences"
    until = spec.until_quarter
    for member in spec.members:
        for place in np.flatnonzero(spec.inputs):
            share, stopped = shares[:, member, place], denied[:, member, place]
            if not share.any():
                continue
            item = setting.world.inputs[structure.inputs[place]]
            yield {
                "control": control.name,
                "run": run,
                "kind": rule.kind,
                "country": structure.countries[member],
                "input": item.input_id,
                "input_name": item.name,
                "market": control.on,
                "tiers": ";".join(control.tiers) if control.on == "target" else "",
                "from": quarter_name(start + spec.from_quarter),
                "until": "" if until is None else quarter_name(start + until - 1),
                "announced": quarter_name(control.known_from),
                "policy": policy,
                "approval_mean": float(granted.mean()),
                "approval_low": low,
                "approval_high": high,
                "share": float(quantiles(share)[1]),
                "blocked": float(quantiles(stopped * (1 - granted))[1]),
            }


def _range(pair: tuple[float, float]) -> str:
    low, high = pair
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"
