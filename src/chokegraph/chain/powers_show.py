# SPDX-License-Identifier: Apache-2.0
"""Coalitions as CSV and JSON: fractions, blanks for unknown, lists divided by `;`."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from chokegraph.chain.concentration import Interval
from chokegraph.chain.powers import CoalitionPowers, MemberPower
from chokegraph.world.model import World

INDICES = ("shapley", "banzhaf", "birnbaum", "lost_alone", "loss_share")
"""Quantities with bounds, in the order of the columns."""

MEMBER_COLUMNS = (
    "provider",
    "name",
    "alone",
    "pairs",
    *(f"{name}{end}" for name in INDICES for end in ("", "_low", "_high")),
    "shapley_error",
    "banzhaf_error",
    "loss_error",
    "fussell_vesely",
    "fussell_vesely_at",
    "betweenness",
)
TEXTS = ("provider", "name", "alone", "pairs", "members", "blocks", "unattributed")
"""Columns that hold words or lists; all others hold numbers."""
COALITION_COLUMNS = ("size", "members", "blocks", "unattributed")
PLAN_COLUMNS = ("size", "members")


def provider_names(world: World) -> dict[str, str]:
    """Return names for people: country code or firm id -> name.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> provider_names(toy_world())["ZZ"]
        'unattributed'
    """
    names = {code: country.name for code, country in world.countries.items()}
    names |= {name: firm.name for name, firm in world.firms.items()}
    return names | {"ZZ": "unattributed"}


def members_csv(found: CoalitionPowers, names: Mapping[str, str] | None = None) -> str:
    """Return who matters, a row each; columns as in `MEMBER_COLUMNS`.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> from chokegraph.chain.weigh import coalition_powers
        >>> text = members_csv(coalition_powers(toy_world(), "product:chip"))
        >>> text.splitlines()[1].split(",")[:5]
        ['JP', '', 'no', 'DE;NL', '0.666667']
    """
    return _csv(MEMBER_COLUMNS, (_member_row(m, names or {}) for m in found.members))


def coalitions_csv(found: CoalitionPowers) -> str:
    """Return the minimal coalitions, a row each, with how sure they are."""
    every = [*found.blocking.coalitions, *found.possible]
    return _csv(
        COALITION_COLUMNS,
        (
            {
                "size": len(coalition),
                "members": ";".join(coalition),
                "blocks": found.sure(coalition),
                "unattributed": "yes" if "ZZ" in coalition else "no",
            }
            for coalition in every
        ),
    )


def plans_csv(found: CoalitionPowers) -> str:
    """Return the minimal production plans that are listed, a row each."""
    return _csv(PLAN_COLUMNS, ({"size": len(p), "members": ";".join(p)} for p in found.plans.plans))


def powers_json(
    found: CoalitionPowers,
    *,
    names: Mapping[str, str] | None = None,
    world: World | None = None,
) -> str:
    """Return everything as one JSON object, with the sources where the world is given."""
    record: dict[str, Any] = {
        "goal": found.goal,
        "target": found.target,
        "by": found.by,
        "threshold": found.threshold,
        "tau": found.tau,
        "shares_are": "fractions",
        "providers": found.providers,
        "coalitions": [
            {"members": list(c), "blocks": found.sure(c)} for c in found.blocking.coalitions
        ],
        "coalitions_complete": found.blocking.complete,
        "largest_coalition_looked_for": found.blocking.largest,
        "patterns": [
            {
                "size": pattern.size,
                "number": pattern.number,
                "parts": [{"any": n, "of": list(group)} for group, n in pattern.parts],
            }
            for pattern in found.patterns
        ],
        "possible_coalitions": [list(c) for c in found.possible],
        "readings": {
            name: [list(c) for c in one.coalitions] for name, one in found.readings.items()
        },
        "single_points": list(found.single_points),
        "pivot_pairs": [list(pair) for pair in found.pairs],
        "plans": [list(plan) for plan in found.plans.plans],
        "plans_number": found.plans.number,
        "plans_complete": found.plans.complete,
        "lost_to_all": _interval(found.lost_to_all),
        "chance": found.chance,
        "exact": found.exact,
        "sampled": list(found.sampled),
        "draws": found.draws if found.sampled else None,
        "seed": found.seed if found.sampled else None,
        "members": [_member_record(m, names or {}) for m in found.members],
    }
    if world is not None:
        used = [world.statements[s] for s in found.statement_ids if s in world.statements]
        sources = dict.fromkeys(statement.source_id for statement in used)
        record |= {
            "world": world.origin,
            "year": world.year,
            "data_sha256": world.data_hash,
            "sources": {s: asdict(world.sources[s]) for s in sources if s in world.sources},
        }
    return json.dumps(record, indent=2, ensure_ascii=False, default=_plain)


def _member_row(member: MemberPower, names: Mapping[str, str]) -> dict[str, object]:
    row: dict[str, object] = {
        "provider": member.provider,
        "name": names.get(member.provider, ""),
        "alone": "yes" if member.alone else "no",
        "pairs": ";".join(member.pairs),
        "fussell_vesely": _cut(member.fussell_vesely),
        "fussell_vesely_at": _cut(member.fussell_vesely_at),
        "betweenness": _cut(member.betweenness),
    }
    for name in INDICES:
        interval: Interval | None = getattr(member, name)
        if interval is not None:
            row |= {
                name: _cut(interval.value),
                f"{name}_low": _cut(interval.low),
                f"{name}_high": _cut(interval.high),
            }
    for name in ("shapley_error", "banzhaf_error", "loss_error"):
        row[name] = _cut(getattr(member, name))
    return row


def _member_record(member: MemberPower, names: Mapping[str, str]) -> dict[str, Any]:
    record: dict[str, Any] = {
        "provider": member.provider,
        "name": names.get(member.provider, ""),
        "alone": member.alone,
        "pairs": list(member.pairs),
        "fussell_vesely": _cut(member.fussell_vesely),
        "fussell_vesely_at": _cut(member.fussell_vesely_at),
        "betweenness": _cut(member.betweenness),
    }
    for name in INDICES:
        interval: Interval | None = getattr(member, name)
        record[name] = None if interval is None else _interval(interval)
    for name in ("shapley_error", "banzhaf_error", "loss_error"):
        record[name] = _cut(getattr(member, name))
    return record


def _interval(interval: Interval) -> dict[str, float | None]:
    return {
        "value": _cut(interval.value),
        "low": _cut(interval.low),
        "high": _cut(interval.high),
    }


def _cut(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _plain(value: object) -> str:
    return str(value)


def _csv(columns: Iterable[str], rows: Iterable[Mapping[str, object]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(columns), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow(row)
    return text.getvalue()
