# SPDX-License-Identifier: Apache-2.0
"""Questions about the facts: why this number, which sources, and any other in SQL."""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from chokegraph.errors import Finding, FindingsError
from chokegraph.world.estimates import choose
from chokegraph.world.frames import all_frames
from chokegraph.world.model import Input, Statement, World
from chokegraph.world.reading import did_you_mean, nearest
from chokegraph.world.schema import PROVIDES_PROPERTY, SHARE_PROPERTY
from chokegraph.world.technology_frames import technology_frames


@dataclass(frozen=True, slots=True)
class Reason:
    """All statements on one subject, property and object, the one in use, and why it is."""

    subject_id: str
    property: str
    object_id: str
    statements: tuple[Statement, ...]
    chosen: Statement | None
    why: str


def find_subject(world: World, name: str) -> str:
    """Return `kind:id` for an id given with or without its kind.

    Args:
        world: The world.
        name: `input:x`, or `x` alone: an input first, then a firm, country, product or family.

    Raises:
        FindingsError: If nothing has this id.

    Example:
        >>> from chokegraph.world import load_world
        >>> find_subject(load_world(), "NL")
        'country:NL'
    """
    known: dict[str, set[str]] = {
        "input": set(world.inputs),
        "firm": set(world.firms),
        "country": set(world.countries),
        "product": set(world.products),
        "route": set(world.routes),
        "family": {row.family for row in world.inputs.values()} - {""},
    }
    for statement in world.statements.values():
        kind, _, one = statement.subject_id.partition(":")
        known.setdefault(kind, set()).add(one)
    kind, colon, rest = name.partition(":")
    if colon:
        if rest in known.get(kind, set()):
            return name
    else:
        for kind, ids in known.items():
            if name in ids:
                return f"{kind}:{name}"
    everything = set().union(*known.values())
    fix = did_you_mean(rest if colon else name, everything)
    hint = "list what there is: chokegraph data sql 'select input_id, name from inputs'"
    raise FindingsError([Finding(f"nothing is called '{name}'", fix or hint)], title="data")


def why(world: World, subject: str, property: str = "", *, object_id: str = "") -> list[Reason]:
    """Return, for each object, every statement on a property and the reason for the one in use.

    Args:
        world: The world; its year decides which statement is used.
        subject: An id, with or without its kind.
        property: A property, or blank for all of the subject. `share` stands for
            `provision_share`.
        object_id: Only this object; blank for all.

    Raises:
        FindingsError: If the subject or the property is unknown, or nothing is stated.

    Example:
        >>> from chokegraph.world import load_world
        >>> try:
        ...     why(load_world(), "no-such-input", "grade")
        ... except FindingsError as error:
        ...     print(error.findings[0].message)
        nothing is called 'no-such-input'
    """
    subject_id = find_subject(world, subject)
    wanted = SHARE_PROPERTY if property == "share" else property
    if wanted and wanted not in world.properties:
        hint = did_you_mean(wanted, set(world.properties))
        fix = hint or "one of " + ", ".join(world.properties)
        raise FindingsError([Finding(f"'{wanted}' is no property", fix)], title="data")
    groups: dict[tuple[str, str], list[Statement]] = {}
    for (about, name), rows in world.by_subject.items():
        if about == subject_id and (not wanted or name == wanted):
            for row in rows:
                if not object_id or row.object_id == object_id:
                    groups.setdefault((name, row.object_id), []).append(row)
    if not groups:
        stated = sorted({name for about, name in world.by_subject if about == subject_id})
        fix = f"stated are: {', '.join(stated)}" if stated else "see: chokegraph data gaps"
        message = " ".join(f"nothing is stated about '{subject_id}' {wanted} {object_id}".split())
        raise FindingsError([Finding(message, fix)], title="data")
    used = _statements_in_shares(world, subject_id)
    reasons = []
    for (name, thing), stated_rows in groups.items():
        chosen, reason = choose(stated_rows, world.selected, world.year)
        if name in (SHARE_PROPERTY, PROVIDES_PROPERTY) and chosen is not None:
            chosen, reason = _share_choice(stated_rows, used, chosen, reason)
        if chosen is not None and reason.startswith("selected"):
            note = next(
                (one.reason for one in world.selections if one.statement_id == chosen.statement_id),
                "",
            )
            reason = f"{reason}: {note}"
        ordered = sorted(
            stated_rows, key=lambda row: (-(row.year or 0), row.grade, row.statement_id)
        )
        reasons.append(Reason(subject_id, name, thing, tuple(ordered), chosen, reason))

    def size(reason: Reason) -> tuple[str, float, str]:
        value = reason.chosen.value if reason.chosen else None
        return (reason.property, -value if value is not None else 1.0, reason.object_id)

    return sorted(reasons, key=size)


def _statements_in_shares(world: World, subject_id: str) -> set[str]:
    input_id = subject_id.partition(":")[2]
    used: set[str] = set()
    for shares in (world.country_shares, world.firm_shares):
        share = shares.get(input_id)
        if share is not None:
            for one in (*share.shares.values(), share.remainder):
                used.update(one.statement_ids)
    return used


def _share_choice(
    rows: list[Statement], used: set[str], chosen: Statement, reason: str
) -> tuple[Statement | None, str]:
    """Shares are put together per input (see `chokegraph.world.shares`), so look what was used."""
    in_use = [row for row in rows if row.statement_id in used]
    if not in_use:
        return None, "not used: the figures of the leading source leave no room for it"
    if chosen.statement_id in used:
        return chosen, reason
    return in_use[0], "used together with the other figures of its source and year"


_CHANGES = re.compile(
    r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(create|drop|truncate|delete|alter|update|insert)\b",
    flags=re.IGNORECASE | re.DOTALL,
)
"""A statement that would change the tables of this one query, and look as if it had done more."""


def sql(world: World, text: str) -> pl.DataFrame:
    """Answer an SQL query over all tables of a world and the views `shares` and `technology`.

    Raises:
        FindingsError: If the query is wrong; it says which tables or columns there are.

    Example:
        >>> from chokegraph.world import load_world
        >>> sql(load_world(), "select name from countries where country_id = 'NL'").item()
        'Netherlands'
    """
    frames = all_frames(world) | technology_frames(world)
    changing = _CHANGES.match(text)
    if changing:
        message = f"{changing[1].lower()} is not supported: a query reads, it changes nothing"
        raise FindingsError([Finding(message, "begin with select, with or show")], title="sql")
    context = pl.SQLContext(frames=frames, eager=True)
    try:
        answer = context.execute(text)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        message = str(error).splitlines()[0] if str(error) else "the query cannot be read"
        raise FindingsError([Finding(message, _sql_fix(frames, text))], title="sql") from error
    if not isinstance(answer, pl.DataFrame):
        answer = answer.collect()
    return answer


def _sql_fix(frames: dict[str, pl.DataFrame], text: str) -> str:
    named = re.findall(r"\b(?:from|join)\s+([A-Za-z_]\w*)", text, flags=re.IGNORECASE)
    unknown = [name for name in named if name not in frames]
    for name in unknown:
        hint = did_you_mean(name, set(frames))
        if hint:
            return hint
    if unknown or not named:
        return f"the tables are: {', '.join(sorted(frames))}"
    return "; ".join(f"{name} has {', '.join(frames[name].columns)}" for name in named)


def find_input(world: World, name: str) -> Input:
    """Return an input by its id, or by its name in any case.

    Raises:
        FindingsError: If there is none; it suggests the nearest.

    Example:
        >>> from chokegraph.world import load_world
        >>> world = load_world()
        >>> first = next(iter(world.inputs.values()))
        >>> find_input(world, first.name.upper()) == first
        True
    """
    plain = name.removeprefix("input:")
    if plain in world.inputs:
        return world.inputs[plain]
    by_name = {row.name.lower(): row for row in world.inputs.values()}
    if plain.lower() in by_name:
        return by_name[plain.lower()]
    for kind, known in (("firm", world.firms), ("country", world.countries)):
        if plain in known:
            fix = f"ask: chokegraph data why {kind}:{plain}"
            raise FindingsError([Finding(f"'{name}' is a {kind}, no input", fix)], title="data")
    near = nearest(plain.lower(), set(world.inputs) | set(by_name))
    fix = f"did you mean '{by_name[near].input_id if near in by_name else near}'?" if near else ""
    hint = 'list them: chokegraph data sql "select input_id, name from inputs"'
    raise FindingsError([Finding(f"no input is called '{name}'", fix or hint)], title="data")


def sources_frame(world: World) -> pl.DataFrame:
    """Return the sources, with how many statements rest on each, most first.

    Example:
        >>> from chokegraph.world import load_world
        >>> sources_frame(load_world()).columns
        ['source', 'title', 'publisher', 'published', 'licence', 'statements']
    """
    counts: dict[str, int] = {}
    for row in world.statements.values():
        counts[row.source_id] = counts.get(row.source_id, 0) + 1
    rows = [
        (one.source_id, one.title, one.publisher, one.published, one.licence,
         counts.get(one.source_id, 0))
        for one in world.sources.values()
    ]  # fmt: skip
    rows.sort(key=lambda row: (-row[-1], row[0]))
    names = ("source", "title", "publisher", "published", "licence")
    schema = {**dict.fromkeys(names, pl.String()), "statements": pl.Int64()}
    return pl.DataFrame(rows, schema=schema, orient="row")
