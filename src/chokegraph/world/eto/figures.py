# SPDX-License-Identifier: Apache-2.0
"""Shares and market sizes of an ETO release as statements."""

from __future__ import annotations

import re

from chokegraph.errors import Finding
from chokegraph.world.eto.nouns import Nouns
from chokegraph.world.eto.release import Release, rules
from chokegraph.world.model import Statement
from chokegraph.world.quality import statement_hash
from chokegraph.world.reading import Collector, did_you_mean
from chokegraph.world.schema import PROVIDES_PROPERTY, SHARE_PROPERTY
from chokegraph.world.tables import parse_number

_SIZE = re.compile(r"\$\s*([\d,.]+)\s*(trillion|billion|million)")
_YEAR = re.compile(r"\((20\d\d|19\d\d)\)")
_FACTORS = {"trillion": 1e6, "billion": 1e3, "million": 1.0}
_NEGLIGIBLE = "negligible"


def read_figures(
    release: Release, nouns: Nouns, source_id: str
) -> tuple[dict[str, Statement], list[Finding]]:
    """Return the statements of a release by id, and findings for rows that cannot be read."""
    statements, findings = _shares(release, nouns, source_id)
    sizes, found = _sizes(release, nouns, source_id)
    rows = sorted([*statements, *sizes], key=lambda row: row.statement_id)
    return {row.statement_id: row for row in rows}, findings + found


def parse_share(text: str) -> tuple[float | None, int]:
    """Read a share in per cent, with or without the sign: (fraction, printed decimals).

    Example:
        >>> parse_share("12.5"), parse_share("61%"), parse_share("n/a")
        ((0.125, 1), (0.61, 0), (None, 0))
    """
    plain = text.strip().removesuffix("%").strip()
    value = parse_number(plain)
    if value is None:
        return None, 0
    # Rounding away binary noise: 11.4 / 100 is not exactly the nearest number to 0.114.
    return round(value / 100, 12), len(plain.partition(".")[2])


def share_interval(share: float, decimals: int, *, ceiled: bool) -> tuple[float, float]:
    """Return the 90 % interval of a printed share (see `rules.csv`).

    Args:
        share: The share as a fraction.
        decimals: Digits after the point, of the per cent as printed.
        ceiled: Whether the layout rounds shares between 0 and 1 per cent up to 1.

    Example:
        >>> share_interval(0.0, 1, ceiled=False)
        (0.0, 0.0005)
    """
    rule = rules()
    accuracy = rule["share_accuracy"] * share * (1 - share) + rule["share_coverage"] * share
    half = 0.5 * 10.0 ** (-decimals - 2) + accuracy
    low = max(0.0, share - half)
    if ceiled and share <= rule["ceiled_up_to"]:
        low = 0.0
    return round(low, 9), round(min(1.0, share + half), 9)


def _shares(
    release: Release, nouns: Nouns, source_id: str
) -> tuple[list[Statement], list[Finding]]:
    table = release.tables["provision"]
    found = Collector(table.file)
    remarks: list[Finding] = []
    out: list[Statement] = []
    seen: dict[tuple[str, str, str], tuple[str, int]] = {}
    undated = str(int(rules()["undated_year"]))
    skipped: dict[str, list[int]] = {}
    for line, row in table.records():
        provider = nouns.providers.get(row["provider_id"].strip())
        input_id = nouns.input_ids.get(row["provided_id"].strip())
        if input_id is None:
            skipped.setdefault(row["provided_id"].strip(), []).append(line)
            continue
        if provider is None:
            known = did_you_mean(row["provider_id"], set(nouns.providers))
            fix = known or "add it to providers.csv"
            message = f"'{row['provider_id']}' is not in providers.csv"
            found.add(message, fix, line, "provider_id")
            continue
        text = row["share_provided"].strip()
        year = row.get("year", "").strip() if release.has_years else undated
        if year and not re.fullmatch(r"(19|20)\d\d", year):
            found.add(f"'{year}' is not a year", "write a year, or leave it blank", line, "year")
            continue
        mark = row.get("negligible_market_share", "").strip()
        key = (provider, input_id, year)
        before = seen.setdefault(key, (text + mark, line))
        if before[1] != line:
            if before[0] != text + mark:
                message = f"{provider} has another share of this in line {before[1]}"
                found.add(message, "keep one of the two rows", line, "share_provided")
            else:
                message = f"the same as line {before[1]}; read once"
                fix = "remove one of the two rows"
                remarks.append(Finding(message, fix, table.file, line, severity="warning"))
            continue
        share, decimals = parse_share(text) if text else (None, 0)
        if text and (share is None or not 0 <= share <= 1):
            what = "is not a number" if share is None else "is outside 0 to 100 per cent"
            fix = "write per cent as 12.5 or 12.5%, or leave it blank if unknown"
            found.add(f"'{text}' {what}", fix, line, "share_provided")
            continue
        out.append(
            _share_statement(release, source_id, line, (input_id, provider), year,
                             (text, share, decimals, mark), row.get("source", "").strip())
        )  # fmt: skip
    for eto_id, lines in skipped.items():
        message = f"'{eto_id}' is not in inputs.csv or stages.csv; {len(lines)} rows left out"
        fix = "add it to inputs.csv if you need it"
        where = (table.file, lines[0], "provided_id")
        remarks.append(Finding(message, fix, *where, severity="warning"))
    return out, [*found.sorted(), *remarks]


def _share_statement(
    release: Release,
    source_id: str,
    line: int,
    about: tuple[str, str],
    year: str,
    figure: tuple[str, float | None, int, str],
    cited: str,
) -> Statement:
    text, share, decimals, mark = figure
    notes = [f"the dataset cites: {cited}"] if cited else []
    if not release.has_years:
        notes.append("the layout has no year column; the year is that of the release's tool data")
    if share is not None:
        ceiled = release.whole_per_cent
        low, high = share_interval(share, decimals, ceiled=ceiled)
        name, status, method = SHARE_PROPERTY, "A", "per cent to fraction; interval by rule"
    else:
        negligible = mark.lower() == _NEGLIGIBLE
        low, high = 0.0, rules()["negligible_high"] if negligible else 1.0
        name, status, method = PROVIDES_PROPERTY, "M", "named without a figure"
        if negligible:
            notes.append("marked negligible")
    return _statement(
        (f"input:{about[0]}", name, about[1]),
        (share, low, high, "fraction"),
        year,
        status,
        source_id,
        f"provision.csv line {line}",
        " ".join(part for part in (text, mark) if part),
        method,
        release.read_on,
        "; ".join(notes),
        line,
    )


def _sizes(release: Release, nouns: Nouns, source_id: str) -> tuple[list[Statement], list[Finding]]:
    column = "market_share_chart_global_market_size_info"
    out: list[Statement] = []
    remarks: list[Finding] = []
    for name, key in (("inputs", "input_id"), ("stages", "stage_id")):
        table = release.tables[name]
        for line, row in table.records():
            text = row.get(column, "").strip()
            input_id = nouns.input_ids.get(row[key].strip())
            if not text or input_id is None:
                continue
            match = _SIZE.search(text)
            amount = parse_number(match[1].replace(",", "")) if match else None
            if match is None or amount is None:
                message = f"'{text}' is not read as a market size"
                fix = "write it as $1.5 billion (2024)"
                remarks.append(Finding(message, fix, table.file, line, column, "warning"))
                continue
            value = amount * _FACTORS[match[2]]
            # One decimal is printed, and a trailing .0 dropped.
            half = 0.05 * _FACTORS[match[2]] + rules()["size_accuracy"] * value
            dated = _YEAR.search(text)
            year = dated[1] if dated else row.get("year", "").strip()
            rest = " ".join(_YEAR.sub("", _SIZE.sub("", text)).split())
            out.append(
                _statement(
                    (f"input:{input_id}", "market_size", ""),
                    (value, max(0.0, value - half), value + half, "USD million"),
                    year,
                    "A",
                    source_id,
                    f"{name}.csv line {line}",
                    text,
                    "as printed, in USD million; interval by rule",
                    release.read_on,
                    f"printed with: {rest}" if rest else "",
                    line,
                )
            )
    return out, remarks


def _statement(
    about: tuple[str, str, str],
    figure: tuple[float | None, float, float, str],
    year: str,
    status: str,
    source_id: str,
    locator: str,
    original: str,
    method: str,
    read_on: str,
    note: str,
    line: int,
) -> Statement:
    subject, name, thing = about
    value, low, high, unit = figure
    parts = {
        "subject_id": subject,
        "property": name,
        "object_id": thing,
        "period_start": year,
        "period_end": year,
        "source_id": source_id,
        "locator": locator,
    }
    return Statement(
        statement_hash(parts),
        subject,
        name,
        thing,
        value,
        unit,
        low,
        high,
        "rule",
        "triangular" if value is not None else "uniform",
        year,
        year,
        status,
        source_id,
        locator,
        original,
        method,
        (),
        "C",
        read_on,
        note,
        line,
    )
