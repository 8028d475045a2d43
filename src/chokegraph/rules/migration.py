# SPDX-License-Identifier: Apache-2.0
"""Known items on two days, or over time: whose status the law changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from chokegraph.rules.decision import Decision
from chokegraph.rules.known_items import Known, KnownItem, Route
from chokegraph.rules.many import Engine, decide_many
from chokegraph.rules.model import Law

Change = Literal["stricter", "looser", "other grounds", "open", "same"]

_LICENCE_ORDER = {"no": 0, "exception": 1, "yes": 2}
LICENCE_WORDS = {
    "no": "no licence", "exception": "exception", "yes": "licence", "unknown": "cannot tell",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Status:
    """How one item stands on one route on one day.

    Args:
        licence: yes, no, exception or unknown.
        subject: yes, no or unknown.
        reasons: Codes of the requirements that stand, and of outcomes.
        exceptions: Exceptions that may be used.
        policy: The review policy, if a licence is needed.
        missing: Facts without which it cannot be told.
        marks: Doubted parts of the law that decide.
        classified: Paragraphs that the parameters meet.
    """

    licence: str
    subject: str
    reasons: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
    policy: str | None = None
    missing: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    classified: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[object, ...]:
        """What must be the same for two statuses to be the same."""
        return (self.licence, self.reasons, self.exceptions, self.policy)

    def __str__(self) -> str:
        words = LICENCE_WORDS[self.licence]
        if self.licence == "exception":
            words = f"exception {'/'.join(self.exceptions)}"
        if self.policy:
            words += f", {self.policy.replace('_', ' ')}"
        if self.reasons:
            words += f" ({', '.join(self.reasons)})"
        if self.licence == "unknown" and self.missing:
            words += f"; not known: {', '.join(self.missing)}"
        return words


@dataclass(frozen=True, kw_only=True)
class Move:
    """One item on one route, on two days.

    Args:
        item: The item.
        route: The route.
        before: Its status on the first day.
        after: Its status on the second.
        strictness: Places of the review policies, 0 the strictest.
    """

    item: KnownItem
    route: Route
    before: Status
    after: Status
    strictness: Mapping[str, int]

    @property
    def change(self) -> Change:
        """Whether the second day is stricter, looser, or the same on other grounds."""
        if self.before.key == self.after.key:
            return "same"
        if "unknown" in (self.before.licence, self.after.licence):
            return "open"
        old, new = _LICENCE_ORDER[self.before.licence], _LICENCE_ORDER[self.after.licence]
        if old == new and old == _LICENCE_ORDER["yes"]:
            # A policy with a greater place is milder; without one nothing can be said.
            places = [self.strictness.get(each.policy or "") for each in (self.before, self.after)]
            if places[0] is not None and places[1] is not None:
                old, new = -places[0], -places[1]
        if new == old:
            return "other grounds"
        return "stricter" if new > old else "looser"


@dataclass(frozen=True, kw_only=True)
class Step:
    """A day on which the status of an item on a route changes; the first has no `before`."""

    day: date
    item: KnownItem
    route: Route
    before: Status | None
    after: Status


def status_of(decision: Decision) -> Status:
    """Return the part of a decision that a comparison shows."""
    return Status(
        licence=decision.licence,
        subject=decision.subject,
        reasons=tuple(sorted({*decision.reasons, *decision.outcomes})),
        exceptions=decision.exceptions if decision.licence == "exception" else (),
        policy=decision.policy,
        missing=decision.missing,
        marks=decision.marks,
        classified=decision.classified,
    )


def migration(
    law: Law,
    known: Known,
    first: date,
    second: date,
    *,
    items: Iterable[KnownItem] | None = None,
    route: str = "",
    engine: Engine = decide_many,
) -> list[Move]:
    """Return the status of known items on their routes on two days.

    Args:
        law: The law.
        known: The items and routes.
        first: The first day.
        second: The second day.
        items: The items wanted; all if not given.
        route: Only this route.
        engine: What decides.

    Returns:
        One move for each item and route; `Move.change` is "same" where nothing moves.
    """
    pairs = _pairs(known, items, route)
    rows = [(known.row(item, way, on, law), on) for item, way in pairs for on in (first, second)]
    found = [status_of(decision) for decision in engine(rows, law)]
    return [
        Move(
            item=item, route=way, before=found[2 * place], after=found[2 * place + 1],
            strictness=law.strictness,
        )
        for place, (item, way) in enumerate(pairs)
    ]  # fmt: skip


def item_timeline(
    law: Law,
    known: Known,
    item: KnownItem,
    *,
    since: date | None = None,
    until: date | None = None,
    route: str = "",
    engine: Engine = decide_many,
) -> list[Step]:
    """Return the days on which an item's status changes, route by route.

    Every day on which the law or a dated fact of the item changes is looked at.

    Args:
        law: The law.
        known: The routes.
        item: The item.
        since: The first day wanted; its status is the first step. If not given, the day from
            which the items are followed.
        until: The last day wanted.
        route: Only this route.
        engine: What decides.
    """
    days = set(law.days)
    for dated in item.dated:
        days |= {day for day in (dated.since, dated.until) if day is not None}
    since = known.begins if since is None else since
    ordered = sorted({since} | {d for d in days if d > since and (until is None or d <= until)})
    steps: list[Step] = []
    for _, way in _pairs(known, [item], route):
        rows = [(known.row(item, way, on, law), on) for on in ordered]
        last: Status | None = None
        for on, decision in zip(ordered, engine(rows, law), strict=True):
            status = status_of(decision)
            if last is None or status.key != last.key:
                steps.append(Step(day=on, item=item, route=way, before=last, after=status))
            last = status
    return steps


def _pairs(
    known: Known, items: Iterable[KnownItem] | None, route: str
) -> list[tuple[KnownItem, Route]]:
    wanted = known.items.values() if items is None else items
    only = known.find_route(route) if route else None
    pairs = [(item, way) for item in wanted for way in known.routes_of(item)]
    return [pair for pair in pairs if only is None or pair[1] == only]
