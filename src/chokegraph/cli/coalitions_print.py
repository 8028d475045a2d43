# SPDX-License-Identifier: Apache-2.0
"""What `chokegraph coalitions` prints: tables that fit 100 columns."""

from __future__ import annotations

from collections.abc import Sequence

import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from chokegraph.chain import CoalitionPowers, Interval, MemberPower
from chokegraph.chain.coalitions import Coalition
from chokegraph.chain.powers_show import members_csv, powers_json
from chokegraph.chain.show import coalition_words, percent
from chokegraph.chain.terminal import print_renderable, source_lines, wrapped
from chokegraph.cli.coalitions_ask import Answered
from chokegraph.world import World

_SHOWN_COALITIONS = 12
_SHOWN_PLANS = 6
_SHOWN_OF_GROUP = 3
_SHOWN_MEMBERS = 20
_NAME_WIDTH = 24


def print_answer(found: Answered, output: str, *, sources: bool) -> None:
    """Print the answer as a table, as CSV (who matters, a row each) or as JSON (everything)."""
    if output == "csv":
        typer.echo(members_csv(found.powers, found.names), nl=False)
    elif output == "json":
        typer.echo(powers_json(found.powers, names=found.names, world=found.world))
    else:
        print_renderable(_view(found, sources=sources))


def _view(found: Answered, *, sources: bool) -> RenderableType:
    powers = found.powers
    whom = f" to {powers.target}" if powers.target else ""
    words = {"country": "countries", "firm": "firms"}.get(powers.by, powers.by)
    title = f"Who can deny {found.title}{whom}: coalitions of {words} ({found.where})"
    parts: list[RenderableType] = wrapped([title], style="bold")
    parts += [*wrapped([_rule(powers)]), Text("")]
    parts += _coalitions(powers)
    parts += [Text("")]
    if powers.members:
        parts += [_members(found), Text("")]
    parts += wrapped(_notes(found))
    if sources and found.world is not None:
        parts += [Text(""), *_sources(powers, found.world)]
    return Group(*parts)


def _rule(powers: CoalitionPowers) -> str:
    if powers.tau is not None:
        return f"Counted as denied: at least {percent(powers.tau)} of its capacity is lost."
    if powers.threshold is None:
        return "Strict: an input is denied only when no supplier is left."
    return f"An input is denied by whoever holds {percent(powers.threshold)} of its supply."


def _coalitions(powers: CoalitionPowers) -> list[RenderableType]:
    blocking = powers.blocking
    if blocking.coalitions == ((),):
        return wrapped(
            [
                "Out of reach whoever refuses: somewhere in its chain nobody supplies what it "
                "needs. So there is no coalition, and no production plan."
            ]
        )
    if powers.patterns:
        return [*_by_pattern(powers), *_plan_lines(powers)]
    count = len(blocking.coalitions)
    upto = "" if blocking.complete else f" of up to {blocking.largest} members; larger not searched"
    head = f"Minimal coalitions ({count}{upto})"
    lines: list[RenderableType] = [Text(head, style="bold")]
    readings = len(powers.readings) > 1
    words: dict[str, list[Coalition]] = {}
    for coalition in blocking.coalitions:
        words.setdefault(powers.sure(coalition), []).append(coalition)
    if not blocking.coalitions:
        lines += wrapped(["none: not even all of them together can deny it"])
    for sure, meaning in (
        ("certain", "certain, whatever the shares within their intervals"),
        ("likely", "likely, by the figures as they stand" if readings else "by the values given"),
    ):
        if sure in words:
            lines += wrapped([f"{meaning}: {_some(words[sure], _SHOWN_COALITIONS)}"])
    if powers.possible == ((),):
        lines += wrapped(
            ["possible: out of reach whoever refuses, if grades and shares are as low as may be"]
        )
    elif powers.possible:
        lines += wrapped(
            [
                "possible, if they hold as much as the intervals allow: "
                f"{_some(powers.possible, _SHOWN_COALITIONS)}"
            ]
        )
    alone = ", ".join(powers.single_points) or "nobody"
    pairs = ", ".join("+".join(pair) for pair in powers.pairs) or "none"
    lines += wrapped([f"Single points of failure: {alone}. Pivot pairs: {pairs}."])
    return [*lines, *_plan_lines(powers)]


def _by_pattern(powers: CoalitionPowers) -> list[RenderableType]:
    """Too many to list, but alike: so many of each group of identical suppliers."""
    total = sum(pattern.number for pattern in powers.patterns)
    head = f"Minimal coalitions ({total:,}, too many to list; those who supply the same as groups)"
    lines: list[RenderableType] = [Text(head, style="bold")]
    for pattern in powers.patterns[:_SHOWN_COALITIONS]:
        words = [_of_group(group, count) for group, count in pattern.parts]
        lines += wrapped([" + ".join(words) + f" ({pattern.number:,})"])
    left = len(powers.patterns) - _SHOWN_COALITIONS
    if left > 0:
        lines += wrapped([f"and {left:,} more patterns"])
    alone = ", ".join(powers.single_points) or "nobody"
    pairs = ", ".join("+".join(pair) for pair in powers.pairs) or "none"
    return [*lines, *wrapped([f"Single points of failure: {alone}. Pivot pairs: {pairs}."])]


def _of_group(group: Coalition, count: int) -> str:
    if len(group) == 1:
        return coalition_words(group)
    few = ", ".join(group[:_SHOWN_OF_GROUP]) + (", ..." if len(group) > _SHOWN_OF_GROUP else "")
    which = "all" if count == len(group) else f"any {count} of the"
    return f"{which} {len(group)} alike ({few})"


def _plan_lines(powers: CoalitionPowers) -> list[RenderableType]:
    blocking, plans = powers.blocking, powers.plans
    lines: list[RenderableType] = []
    if plans.number is None:
        why = "too many to list" if blocking.complete else "not all coalitions are known"
        lines += wrapped([f"Minimal production plans: not worked out ({why})."])
    elif plans.plans == ((),):
        lines += wrapped(["Minimal production plans: it can be had without any of them."])
    else:
        lines += wrapped(
            [
                f"Minimal production plans ({plans.number:,}): with only these supplying it can "
                f"still be had: {_some(plans.plans, _SHOWN_PLANS, more=plans.number)}"
            ]
        )
    return lines


def _some(coalitions: Sequence[Coalition], most: int, *, more: int | None = None) -> str:
    shown = [coalition_words(c) for c in coalitions[:most]]
    left = (len(coalitions) if more is None else more) - len(shown)
    return " or ".join(shown) + (f", and {left:,} more" if left > 0 else "")


def _members(found: Answered) -> Table:
    powers = found.powers
    grid = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold", expand=False)
    grid.add_column("Member", max_width=_NAME_WIDTH, no_wrap=True, overflow="ellipsis")
    columns = ["Shapley", "Banzhaf"]
    if powers.chance is not None:
        columns.append(f"Birnbaum {powers.chance:g}")
    columns += ["F-V", "In plans", "Lost alone", "Part of loss"]
    for name in columns:
        grid.add_column(name, justify="right", no_wrap=True)
    for member in powers.members[:_SHOWN_MEMBERS]:
        cells = [
            _index(member.shapley, member.shapley_error),
            _index(member.banzhaf, member.banzhaf_error),
        ]
        if powers.chance is not None:
            cells.append(_index(member.birnbaum, None))
        cells += [
            percent(member.fussell_vesely),
            percent(member.betweenness) if member.betweenness is not None else "?",
            _index(member.lost_alone, None),
            _index(member.loss_share, member.loss_error),
        ]
        grid.add_row(_name(member, found), *cells)
    return grid


def _name(member: MemberPower, found: Answered) -> str:
    if member.provider == "ZZ":
        return "? (unattributed)"
    name = found.names.get(member.provider)
    if not name or name == member.provider:
        return member.provider
    room = _NAME_WIDTH - len(member.provider) - len(" ()")
    if found.powers.by == "firm" or len(name) > room:
        return name if found.powers.by == "firm" else f"{name[: room - 1]}… ({member.provider})"
    return f"{name} ({member.provider})"


def _index(interval: Interval | None, error: float | None) -> str:
    if interval is None or interval.value is None:
        return "?"
    value = percent(interval.value).removesuffix(" %")
    text = f"{value} ±{100 * error:.0f}" if error is not None else value
    low, high = round(100 * interval.low), round(100 * interval.high)
    return text if low == high else f"{text} ({low}-{high})"


def _notes(found: Answered) -> list[str]:
    powers = found.powers
    shown = min(len(powers.members), _SHOWN_MEMBERS)
    if shown == len(powers.members):
        who = f"{powers.providers} may refuse; those not listed change nothing."
    else:
        who = (
            f"{powers.providers} may refuse, and {len(powers.members)} of them change something: "
            f"the first {shown} are listed, --format csv lists all."
        )
    notes = [
        f"All in %. {who}",
        "Shapley: share of all orders of refusing in which it is the one that blocks (adds to "
        "100). Banzhaf: share of the others' coalitions in which it decides. F-V: share of the "
        "minimal coalitions that hold it. In plans: share of the minimal plans that use it. Lost "
        "alone: capacity lost if it alone refuses. Part of loss: what it adds to the loss, "
        "averaged over all orders.",
    ]
    if len(powers.readings) > 1:
        notes[0] += (
            " In brackets: the range over the cautious, plain and bold reading of the shares."
        )
    if powers.sampled:
        what = " and ".join(powers.sampled)
        notes.append(
            f"Too much to count: {what} are estimated from {powers.draws:,} random orders "
            f"(seed {powers.seed}); ± is one standard error."
        )
    if any("ZZ" in coalition for coalition in powers.blocking.coalitions):
        notes.append("'?' in a coalition: together with whoever holds the unattributed rest.")
    notes.extend(found.notes)
    notes.append("Not legal advice, not a forecast: whether they would refuse is another question.")
    return notes


def _sources(powers: CoalitionPowers, world: World) -> list[RenderableType]:
    used = [world.statements[s] for s in powers.statement_ids if s in world.statements]
    where = dict.fromkeys((statement.source_id for statement in used), "")
    return [Text("Sources of the shares", style="bold"), *source_lines(where, world)]
