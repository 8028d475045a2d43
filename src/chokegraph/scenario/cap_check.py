# SPDX-License-Identifier: Apache-2.0
"""Whether a cap by grade can be set on the inputs that a control chooses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from chokegraph.scenario.control import Cap

if TYPE_CHECKING:
    from chokegraph.world.model import Input, World


def cap_problems(cap: Cap, items: Iterable[Input], world: World) -> list[tuple[str, str]]:
    """Return what stands against a cap on these inputs, each with what to do about it.

    Without a ladder an input has no grades; without a published grade nobody knows the frontier
    that the cap is counted from. Carried out all the same, such a cap would stop everything, or
    nothing, and nobody would be told.

    Args:
        cap: The cap as written.
        items: The inputs that its control chooses.
        world: The facts.

    Returns:
        Messages and fixes; none if the cap can be set on all the inputs.
    """
    items = list(items)
    bare = [item.input_id for item in items if not world.ladders.get(item.ladder_id)]
    found = []
    if bare:
        fix = f"exclude: [{', '.join(bare)}], or control these without a cap"
        message = f"a cap by grade cannot be set on {_named(bare)}: there is no ladder of grades"
        found.append((message, fix))
    on_ladder = [item for item in items if item.input_id not in bare]
    if cap.label is not None:
        found += _without_rung(cap.label, on_ladder, world)
    if cap.behind is not None or cap.generations is not None:
        blind = [item.input_id for item in on_ladder if not _is_graded(item, world)]
        if blind:
            message = f"the frontier of {_named(blind)} is not known: no grade is published"
            fix = f"exclude: [{', '.join(blind)}], or cap at a grade of the ladder"
            found.append((message, fix))
    return found


def _named(names: list[str]) -> str:
    return ", ".join(f"{name!r}" for name in names)


def _without_rung(label: str, items: list[Input], world: World) -> list[tuple[str, str]]:
    found = []
    for item in items:
        labels = [step.label for step in world.ladders[item.ladder_id]]
        if label.lower() not in {own.lower() for own in labels}:
            message = f"the ladder of {item.input_id!r} has no rung {label!r}"
            found.append((message, f"its rungs: {', '.join(labels)}"))
    return found


def _is_graded(item: Input, world: World) -> bool:
    """Whether the grade of some country's suppliers is published."""
    from chokegraph.world import estimate

    subject = f"input:{item.input_id}"
    for row in world.by_subject.get((subject, "grade"), ()):
        found = estimate(world, subject, "grade", row.object_id)
        if found is not None and found.value is not None:
            return True
    return False
