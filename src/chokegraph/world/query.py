# SPDX-License-Identifier: Apache-2.0
"""Questions about the facts: why this number, what is missing, where sources disagree."""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from chokegraph.errors import Finding, FindingsError
from chokegraph.world.estimates import as_estimate, choose
from chokegraph.world.frames import all_frames
from chokegraph.world.model import Input, Statement, World
from chokegraph.world.schema import PROVIDES_PROPERTY, SHARE_PROPERTY
from chokegraph.world.tables import did_you_mean, nearest


@dataclass(frozen=True, slots=True)
class Reason:
    """All statements on one subject, property and object, the one in use, and why it is."""

    subject_id: str
    property: str
    object_id: str
    statements: tuple[Statement, ...]
    chosen: Statement | None
    why: str


@dataclass(frozen=True, slots=True)
class Gap:
    """What the facts do not say about an input, and what only our own judgement says."""

    input_id: str
    name: str
    missing: str
    judged: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Figures for the same thing and period from different sources.

    `apart` says whether their intervals do not even touch.
    """

    subject_id: str
    property: str
    object_id: str
    year: int | None
    statements: tuple[Statement, ...]
    chosen: Statement | None
    why: str
    apart: bool


_JUDGED = {
    SHARE_PROPERTY: "shares",
    "market_size": "market size",
    "grade": "grades",
    "qualification_time": "qualification time",
}
"""Properties of which it matters whether a source stands behind them."""


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


def gaps(world: World) -> list[Gap]:
    """Return what is missing, or rests on judgement alone, for each input that is bought.

    Example:
        >>> from chokegraph.world import load_world
        >>> all(gap.missing or gap.judged for gap in gaps(load_world()))
        True
    """
    stated = set(world.by_subject)
    sourced = {
        (row.subject_id, row.property)
        for row in world.statements.values()
        if row.grade != "X" and row.value is not None
    }
    linked = {name for link in world.links for name in (link.source, link.target)}
    found = []
    for input_id, row in world.inputs.items():
        if row.use == "none":
            continue
        subject = f"input:{input_id}"
        share = world.country_shares.get(input_id)
        checks = (
            ("country shares", share is not None and share.complete),
            (f"shares of {world.year}", share is not None and share.year == world.year),
            ("providers", share is not None),
            ("market size", (subject, "market_size") in stated),
            ("grades", (subject, "grade") in stated),
            ("grade ladder", bool(row.ladder_id)),
            ("qualification time", (subject, "qualification_time") in stated),
            ("ECCN", bool(row.eccns)),
            ("description", bool(row.description)),
            ("link in the chain", input_id in linked),
        )
        missing = ", ".join(name for name, there in checks if not there)
        judged = ", ".join(
            words
            for name, words in _JUDGED.items()
            if (subject, name) in stated and (subject, name) not in sourced
        )
        if missing or judged:
            found.append(Gap(input_id, row.name, missing, judged))
    return found


def disagreements(world: World) -> list[Disagreement]:
    """Return where different sources give different figures for the same thing and period.

    Those whose intervals do not touch come first.

    Example:
        >>> from chokegraph.world import load_world
        >>> all(len(one.statements) > 1 for one in disagreements(load_world()))
        True
    """
    groups: dict[tuple[str, ...], list[Statement]] = {}
    for row in world.statements.values():
        if row.value is not None:
            period = (row.period_start, row.period_end)
            key = (row.subject_id, row.property, row.object_id, *period)
            groups.setdefault(key, []).append(row)
    found = []
    for (subject, name, thing, *_), rows in groups.items():
        year = rows[0].year
        if len({row.source_id for row in rows}) < 2 or len({row.value for row in rows}) < 2:
            continue
        spans = [as_estimate(row) for row in rows]
        apart = max(one.low for one in spans) > min(one.high for one in spans)
        chosen, reason = choose(rows, world.selected, world.year if year is None else year)
        found.append(Disagreement(subject, name, thing, year, tuple(rows), chosen, reason, apart))
    return sorted(
        found, key=lambda one: (not one.apart, one.subject_id, one.property, one.object_id)
    )


def sql(world: World, text: str) -> pl.DataFrame:
    """Answer an SQL query over all tables of a world and the view `shares`.

    Raises:
        FindingsError: If the query is wrong; it says which tables or columns there are.

    Example:
        >>> from chokegraph.world import load_world
        >>> sql(load_world(), "select name from countries where country_id = 'NL'").item()
        'Netherlands'
    """
    frames = all_frames(world)
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


def gaps_frame(world: World) -> pl.DataFrame:
    """Return `gaps` as a table.

    Example:
        >>> from chokegraph.world import load_world
        >>> gaps_frame(load_world()).columns
        ['input', 'missing', 'only judged']
    """
    rows = [(gap.input_id, gap.missing, gap.judged) for gap in gaps(world)]
    schema = dict.fromkeys(("input", "missing", "only judged"), pl.String())
    return pl.DataFrame(rows, schema=schema, orient="row")


def disagreements_frame(world: World) -> pl.DataFrame:
    """Return `disagreements` as a table, the figures in use marked with a star.

    Example:
        >>> from chokegraph.world import load_world
        >>> disagreements_frame(load_world()).columns
        ['subject', 'property', 'object', 'year', 'figures', 'intervals', 'why']
    """
    rows = []
    for one in disagreements(world):
        used = one.chosen.statement_id if one.chosen else ""
        figures = "; ".join(
            f"{row.value:.4g}{'*' if row.statement_id == used else ''} ({row.source_id})"
            for row in sorted(one.statements, key=lambda row: row.statement_id != used)
        )
        apart = "apart" if one.apart else "overlap"
        about = (one.subject_id.partition(":")[2], one.property, one.object_id.partition(":")[2])
        rows.append((*about, one.year, figures, apart, one.why))
    names = ("subject", "property", "object", "year", "figures", "intervals", "why")
    schema = {name: pl.Int64() if name == "year" else pl.String() for name in names}
    return pl.DataFrame(rows, schema=schema, orient="row")
