# SPDX-License-Identifier: Apache-2.0
"""Rules without which a world cannot be built: unique keys, references, ranges, no cycles.

Each rule takes the tables and returns findings; none stops at the first mistake.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chokegraph.errors import Finding
from chokegraph.world.reading import Collector, did_you_mean
from chokegraph.world.schema import (
    ALL_FAMILIES,
    FREE_KINDS,
    SHARE_PROPERTY,
    STAGES,
    SUBJECT_KINDS,
    TABLES,
    TIERS,
)
from chokegraph.world.tables import Cell, Table, is_id

Tables = Mapping[str, Table]

_TOLERANCE = 1e-9  # room for decimal fractions that binary numbers cannot hold


def check_integrity(tables: Tables, known: Iterable[Finding] = ()) -> list[Finding]:
    """Return everything that keeps these tables from forming a world.

    Args:
        tables: All tables of `TABLES`, read.
        known: What was found when they were read. A cell that could not be read counts as blank
            here, so findings on such a cell would be echoes and are left out.

    Example:
        >>> check_integrity({name: Table(name, f"{name}.csv") for name in TABLES})
        []
    """
    findings: list[Finding] = []
    for table in tables.values():
        found = Collector(table.file)
        _duplicates(table, found)
        _references(table, tables, found)
        if table.name == "statements":
            _statement_things(table, tables, found)
            _statement_numbers(table, tables, found)
        findings += found.sorted()
    findings += share_sums(tables["statements"])
    findings += cycles(tables["chain"])
    seen = {(one.file, one.line, one.column) for one in known}
    return [one for one in findings if (one.file, one.line, one.column) not in seen]


def _duplicates(table: Table, found: Collector) -> None:
    key = TABLES[table.name].key
    columns = [table.column(name) for name in key]
    keys = list(zip(*columns, strict=True))
    if len(set(keys)) == len(keys):
        return
    seen: dict[tuple[Cell, ...], int] = {}
    for values, line in zip(keys, table.lines, strict=True):
        if not values[0]:
            continue  # a blank key has its own finding
        first = seen.setdefault(values, line)
        if first != line:
            shown = " | ".join("" if value is None else str(value) for value in values)
            message = f"'{shown}' is already in line {first}"
            found.add(message, "keep one of the two rows", line, key[0])


def _references(table: Table, tables: Tables, found: Collector) -> None:
    for column in TABLES[table.name].columns:
        if not column.refers:
            continue
        known = tables[column.refers].ids(TABLES[column.refers].key[0])
        cells = table.column(column.name)
        bad: dict[Cell, list[str]] = {}  # each text is looked up once: columns repeat themselves
        for cell in set(cells):
            parts = cell if isinstance(cell, tuple) else (str(cell),)
            missing = [part for part in parts if part not in known] if cell else []
            if missing:
                bad[cell] = missing
        for cell, line in zip(cells, table.lines, strict=True) if bad else ():
            for part in bad.get(cell, ()):
                fix = did_you_mean(part, known) or f"add it to {column.refers}.csv"
                found.add(f"'{part}' is not in {column.refers}.csv", fix, line, column.name)


def known_things(tables: Tables) -> dict[str, set[str]]:
    """Return, for each kind in `kind:id`, the ids that exist.

    Example:
        >>> known_things({name: Table(name, "") for name in TABLES})["tier"] == set(TIERS)
        True
    """
    known = {kind: tables[name].ids(TABLES[name].key[0]) for kind, name in SUBJECT_KINDS.items()}
    families = tables["inputs"].ids("family") - {""}
    known["family"] = families | set(ALL_FAMILIES)
    known["stage"] = set(STAGES)
    known["tier"] = set(TIERS)
    known["firm"] = known["firm"] | {"ZZ"}  # "various companies" of a source
    return known


def thing_problem(thing: str, known: Mapping[str, set[str]]) -> tuple[str, str]:
    """Return what is wrong with a `kind:id`, and the fix; blanks when nothing is.

    Example:
        >>> thing_problem("input:abc", {"input": {"abd"}})
        ("'abc' is no known input", "did you mean 'abd'?")
        >>> thing_problem("country:NL", {"country": {"NL"}})
        ('', '')
    """
    kind, colon, name = thing.partition(":")
    if colon and kind in FREE_KINDS:
        if is_id(name):
            return "", ""
        return f"'{name}' is not an id", "use small letters, digits and hyphens"
    if not colon or kind not in known:
        kinds = ", ".join(sorted((*known, *FREE_KINDS)))
        return f"'{thing}' does not start with a known kind", f"write kind:id, kind one of {kinds}"
    if name in known[kind]:
        return "", ""
    table = SUBJECT_KINDS.get(kind)
    hint = did_you_mean(name, known[kind])
    fix = hint or (
        f"add it to {table}.csv" if table else f"one of {', '.join(sorted(known[kind]))}"
    )
    return f"'{name}' is no known {kind}", fix


def _statement_things(table: Table, tables: Tables, found: Collector) -> None:
    known = known_things(tables)
    for name in ("subject_id", "object_id"):
        cells = table.column(name)
        problems = {cell: thing_problem(str(cell), known) for cell in set(cells) if cell}
        bad = {cell: problem for cell, problem in problems.items() if problem[0]}
        for cell, line in zip(cells, table.lines, strict=True) if bad else ():
            if cell in bad:
                found.add(*bad[cell], line, name)


def _statement_numbers(table: Table, tables: Tables, found: Collector) -> None:
    bounds = {str(row["property"]): (row["min"], row["max"]) for row in tables["properties"].rows}
    columns = (table.column(name) for name in ("property", "value", "low", "high", "obs_status"))
    for about, value, low, high, status, line in zip(*columns, table.lines, strict=True):
        least, most = bounds.get(str(about), (None, None))
        for name, number in (("value", value), ("low", low), ("high", high)):
            if not isinstance(number, float):
                continue
            if isinstance(least, float) and number < least:
                fix = f"{about} is at least {least:g}; correct the number or its unit"
                found.add(f"{number:g} is below {least:g}", fix, line, name)
            if isinstance(most, float) and number > most:
                fix = f"{about} is at most {most:g}"
                if most == 1:
                    fix += "; give shares as fractions, not per cent"
                found.add(f"{number:g} is above {most:g}", fix, line, name)
        if isinstance(low, float) and isinstance(high, float) and low > high:
            found.add(f"low {low:g} is above high {high:g}", "swap or correct them", line, "low")
        elif isinstance(value, float):
            below = isinstance(low, float) and value < low - _TOLERANCE
            above = isinstance(high, float) and value > high + _TOLERANCE
            if below or above:
                shown = " to ".join(
                    f"{one:g}" if isinstance(one, float) else "?" for one in (low, high)
                )
                message = f"value {value:g} is outside its interval {shown}"
                found.add(message, "correct the value or the interval", line, "value")
        if value is None and status != "M":
            fix = "give the value, or set obs_status to M when the source gives no figure"
            found.add("no value, but obs_status is not M (missing)", fix, line, "value")
        elif value is not None and status == "M":
            fix = "leave the value blank, or set obs_status to A or E"
            found.add("a value, but obs_status is M (missing)", fix, line, "obs_status")


def share_sums(statements: Table) -> list[Finding]:
    """Find groups of shares of one source that cannot all be true: their lows sum above 1.

    A group is one input, one level (country or firm), one period and one source. Rounding may push
    the sum of the values a little above 1; the sum of the lower bounds may not be.

    Example:
        >>> def row(object_id, low):
        ...     return {"subject_id": "input:a", "property": "provision_share", "low": low,
        ...             "object_id": object_id, "value": low, "source_id": "s",
        ...             "period_start": "", "period_end": "2024"}
        >>> rows = [row("country:NL", 0.7), row("country:US", 0.6)]
        >>> print(share_sums(Table.of_rows("statements", "s.csv", rows, [2, 3]))[0].message)
        the shares of 'input:a' by country in 2024 sum to 1.3 (at least 1.3), source 's'
    """
    sums: dict[tuple[str, str, str, str], list[float]] = {}
    first: dict[tuple[str, str, str, str], int] = {}
    for at, (name, value) in enumerate(
        zip(statements.column("property"), statements.column("value"), strict=True)
    ):
        if name != SHARE_PROPERTY or not isinstance(value, float):
            continue
        row = {column: cells[at] for column, cells in statements.columns.items()}
        level = str(row["object_id"]).partition(":")[0]
        period = str(row["period_end"] or row["period_start"])
        key = (str(row["subject_id"]), level, period, str(row["source_id"]))
        total = sums.setdefault(key, [0.0, 0.0])
        total[0] += value
        total[1] += row["low"] if isinstance(row["low"], float) else value
        first.setdefault(key, statements.lines[at])
    findings = []
    for key, (total_value, total_low) in sums.items():
        if total_low > 1 + _TOLERANCE:
            subject, level, period, source = key
            message = (
                f"the shares of '{subject}' by {level} in {period or 'no year'} sum to "
                f"{total_value:.4g} (at least {total_low:.4g}), source '{source}'"
            )
            fix = "correct them, or widen the intervals if the source rounds"
            findings.append(Finding(message, fix, statements.file, first[key], "value"))
    return findings


def cycles(chain: Table) -> list[Finding]:
    """Find every knot of the chain in which an input needs itself, and print one way round.

    Example:
        >>> rows = [{"source_id": a, "target_id": b} for a, b in ("ab", "bc", "ca")]
        >>> print(cycles(Table.of_rows("chain", "chain.csv", rows, [2, 3, 4]))[0].message)
        the chain goes round: a -> b -> c -> a
    """
    line_of: dict[tuple[str, str], int] = {}
    after: dict[str, list[str]] = {}
    ends = zip(chain.column("source_id"), chain.column("target_id"), chain.lines, strict=True)
    for source, target, line in ((str(a), str(b), line) for a, b, line in ends):
        if line_of.setdefault((source, target), line) == line:
            after.setdefault(source, []).append(target)
    findings = []
    for circle in _circles(after):
        way = " -> ".join([*circle, circle[0]])
        line = min(line_of[edge] for edge in zip(circle, [*circle[1:], circle[0]], strict=True))
        fix = "remove one of these links"
        message = f"the chain goes round: {way}"
        findings.append(Finding(message, fix, chain.file, line, "target_id"))
    return findings


def _circles(after: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Return one circle for each link that closes one, by depth-first search without recursion."""
    done: set[str] = set()
    circles = []
    for start in after:
        if start in done:
            continue
        path: list[str] = [start]
        on_path = {start: 0}
        ways = [iter(after.get(start, ()))]
        while ways:
            target = next(ways[-1], None)
            if target is None:
                ways.pop()
                leaving = path.pop()
                del on_path[leaving]
                done.add(leaving)
            elif target in on_path:
                circles.append(path[on_path[target] :])
            elif target not in done:
                on_path[target] = len(path)
                path.append(target)
                ways.append(iter(after.get(target, ())))
    return circles
