# SPDX-License-Identifier: Apache-2.0
"""The law of a run as tables: what was decided for which links, by which rules, from when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from chokegraph.response.state import TIERS
from chokegraph.result.tables import make_table
from chokegraph.rules.model import Law, Rule, RuleVersion
from chokegraph.scenario.when import quarter_index, quarter_name
from chokegraph.study.law import SERVICE, STAFF, RunLaw
from chokegraph.study.law_decide import FREE, UNKNOWN

if TYPE_CHECKING:
    import polars as pl

    from chokegraph.study.setting import Setting

Array = np.ndarray[Any, np.dtype[Any]]
Row = dict[str, Any]

_MARKS_OF_STATUS = ("hook", "requirement", "exclusion", "exception", "policy")


def law_record(law: RunLaw | None) -> dict[str, Any]:
    """Return what the manifest says about the law of a run."""
    if law is None:
        return {"base": "none"}
    setting = law.decided.setting
    known = setting.as_known_on
    return {
        "base": "ear",
        "as_known_on": known.isoformat() if known else "",
        "regimes": list(setting.regimes),
        "amendments": [
            change.model_dump(mode="json", by_alias=True, exclude_defaults=True)
            for change in setting.amend
        ],
        "version": law.decided.law.version_hash,
        "facts_sha256": law.decided.facts.digest,
    }


@dataclass(frozen=True)
class _Grounds:
    """Why some links are treated as they are."""

    outcome: str
    reasons: tuple[str, ...]
    hooks: tuple[str, ...]
    exceptions: tuple[str, ...]
    missing: tuple[str, ...]
    rules: tuple[str, ...]
    citations: tuple[str, ...]
    marks: tuple[str, ...]


def law_table(setting: Setting) -> pl.DataFrame:
    """Return what the law decided for the links of both runs, with reasons and rules.

    Returns:
        A row per run, country, input, kind and grounds, for each time in which they hold. Links
        that need no licence are left out.
    """
    rows: list[Row] = []
    for run, law in setting.policies.laws.items():
        if law is not None:
            rows += _Teller(setting, run, law).rows()
    return make_table("law", rows)


class _Teller:
    def __init__(self, setting: Setting, run: str, law: RunLaw) -> None:
        self.setting, self.run, self.law = setting, run, law
        self.decided = law.decided
        self.states = self.decided.decisions.to_dicts()

    def rows(self) -> Iterator[Row]:
        first = quarter_index(self.setting.scenario.start)
        spans = self.decided.spans[1:, 0]
        open_rows: dict[tuple[Any, ...], Row] = {}
        last = ""
        for t, span in enumerate(spans):
            quarter = quarter_name(first + t)
            if t and span == spans[t - 1]:
                last = quarter
                continue
            now = dict(self._on(int(span)))
            for key in [key for key in open_rows if key not in now]:
                yield {**open_rows.pop(key), "until": last}
            for key, row in now.items():
                open_rows.setdefault(key, {**row, "from": quarter, "until": ""})
            last = quarter
        yield from open_rows.values()

    def _on(self, span: int) -> Iterator[tuple[tuple[Any, ...], Row]]:
        """Yield what holds on a span, with a key by which it is found again on the next."""
        import polars as pl

        decided, table = self.decided, self.law.links
        at = table["at"].to_numpy()
        outcome = decided.outcome[span][at]
        hit = np.flatnonzero(outcome != decided.names.index(FREE))
        pairs, which = np.unique(
            np.stack([outcome[hit], decided.decision[span][at][hit]], axis=1),
            axis=0,
            return_inverse=True,
        )
        day = decided.days[span]
        found = [self._grounds(decided.names[name], number, day) for name, number in pairs.tolist()]
        places = {grounds: n for n, grounds in enumerate(dict.fromkeys(found))}
        numbers = np.array([places[grounds] for grounds in found], dtype=np.int64)
        kinds = {SERVICE: "servicing", STAFF: "staff"}
        grouped = (
            table[hit]
            .with_columns(
                grounds=numbers[np.ravel(which)],
                kind=pl.col("row").replace_strict(kinds, default="sales", return_dtype=pl.String),
                part=pl.col("weight") * pl.col("buyer_middle") * pl.col("tier_part"),
            )
            .group_by("country", "input", "kind", "grounds")
            .agg(
                pl.col("part").sum(),
                pl.col("tier_number").unique().sort(),
                pl.col("buyer_class").unique().sort(),
                pl.col("item_class").unique().sort(),
            )
            .sort("country", "input", "kind", "grounds")
        )
        named = list(places)
        inputs = self.setting.world.inputs
        for country, item, kind, number, part, tiers, buyers, classes in grouped.iter_rows():
            grounds = named[number]
            row = {
                "run": self.run,
                "country": country,
                "input": item,
                "input_name": inputs[item].name,
                "kind": kind,
                "tiers": ";".join(TIERS[tier] for tier in tiers),
                "buyers": ";".join(buyers),
                "items": ";".join(classes),
                "outcome": grounds.outcome,
                "reasons": ";".join(grounds.reasons),
                "hooks": ";".join(grounds.hooks),
                "exceptions": ";".join(grounds.exceptions),
                "missing": ";".join(grounds.missing),
                "rules": ";".join(grounds.rules),
                "citations": " | ".join(grounds.citations),
                "marks": ";".join(grounds.marks),
                "part": part,
            }
            yield (country, item, kind, grounds, row["buyers"], row["items"], row["tiers"]), row

    def _grounds(self, outcome: str, number: int, day: date) -> _Grounds:
        state = self.states[number]
        unknown = outcome == UNKNOWN
        reasons = tuple(state["reasons"] or (state["reasons_possible"] if unknown else ()))
        hooks = tuple(state["hooks"] or (state["hooks_possible"] if unknown else ()))
        return _Grounds(
            outcome,
            reasons,
            hooks,
            tuple(state["exceptions"]),
            tuple(state["missing"]) if unknown else (),
            tuple(deciding_rules(self.decided.law, state, reasons, hooks, day)),
            tuple(state["citations"]),
            tuple(state["marks"]),
        )


def deciding_rules(
    law: Law, state: Mapping[str, Any], reasons: tuple[str, ...], hooks: tuple[str, ...], day: date
) -> Iterator[str]:
    """Yield the rules that a decision cites, each with the first day of its version."""
    cited, fired = set(state["citations"]), set(state["fired"])
    unknown = state["licence"] == "unknown"
    for name, version in law.in_force(day).items():
        if name not in fired and not unknown:
            continue
        rule = law.rule(name)
        if rule.kind not in _MARKS_OF_STATUS:
            continue
        by_code = rule.code in (*reasons, *hooks) and rule.kind in ("hook", "requirement")
        perhaps = unknown and rule.kind == "requirement"
        if (by_code or version.cite in cited) and (rule.id in fired or perhaps):
            yield f"{rule.id}@{version.effective.isoformat()}"


def rules_table(setting: Setting, table: pl.DataFrame) -> pl.DataFrame:
    """Return the rules that the law table names, with their versions and citations.

    Args:
        setting: What was run.
        table: From `law_table`.
    """
    import polars as pl

    rows: list[Row] = []
    for run, law in setting.policies.laws.items():
        if law is None:
            continue
        amended = {change.rule or change.end for change in law.decided.setting.amend}
        added = {
            str(change.add.get("id"))
            for change in law.decided.setting.amend
            if isinstance(change.add, dict)
        }
        own = table.filter(pl.col("run") == run)
        used = own.select("input", rule=pl.col("rules").str.split(";")).explode("rule")
        counts = used.filter(pl.col("rule") != "").group_by("rule").agg(pl.col("input").unique())
        for key, inputs in counts.sort("rule").iter_rows():
            name, _, begin = key.partition("@")
            rule = law.decided.law.rule(name)
            version = _version(rule, begin)
            rows.append(
                {
                    "run": run,
                    "rule": name,
                    "kind": rule.kind,
                    "code": rule.code,
                    "regime": rule.regime,
                    "title": rule.title,
                    "from": version.effective.isoformat(),
                    "until": version.ends.isoformat() if version.ends else "",
                    "cite": version.cite,
                    "confidence": version.confidence,
                    "note": version.note,
                    "amended": name in amended or name in added,
                    "inputs": ";".join(sorted(inputs)),
                }
            )
    return make_table("rules", rows)


def _version(rule: Rule, begin: str) -> RuleVersion:
    return next(each for each in rule.versions if each.effective.isoformat() == begin)
