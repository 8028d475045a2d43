# SPDX-License-Identifier: Apache-2.0
"""Turn country-level figures of the ETO chip supply-chain dataset into statement rows.

The Emerging Technology Observatory (ETO) publishes "Advanced Semiconductor Supply Chain Dataset"
as CSV files under CC BY-NC 4.0. This script carries single, cited *figures* from a user's copy:
country-level provision shares and world market sizes. It never carries ETO texts, and never firm
shares. Only rows whose provider has `provider_type == country` are read.

Usage::

    python scripts/carry_country_shares.py MAPPING.csv OUT.csv \
        --release eto-2024-09=DIR/history/2024-09 \
        --release eto-2025-07=DIR/history/2025-07 \
        --release eto-2026-08=DIR

`MAPPING.csv` has the columns `input_id,eto_id` and optionally `releases` (semicolon list of
source ids for which the row holds, blank = all), `sizes` (no = do not carry the market size),
`shares` (no = do not carry the shares) and `note` (put into every statement; say here where the
definition of the two differs). Give the releases oldest first: a figure that a later release only
repeats (same input, country, year and value) is carried once, from the oldest.

Rules of conversion:

* per cent becomes a fraction; the printed text stays in `original_value`;
* a share that is blank is *unknown*, not zero: it becomes a `provides` statement without a value,
  bounded by what the figures of the others leave; `negligible` (2019) is bounded by 2.5 %;
* "Various countries" becomes `country:ZZ`; a region that is no country ("EUR") is skipped, and
  said so, unless `--keep-regions` is given;
* the 90 % interval is half a unit of rounding, plus the stated accuracy: `--accuracy` (default
  0.2) times share times (1 - share), about a 20 % error in the odds, plus 1 % of the share for
  vendors that the source may not cover;
* where rounding makes a group sum to more than 1, the group is scaled to 1, and `method` says so.

A figure for one year that differs between releases is kept twice and listed as a conflict: the
author of the fragment must then write a row in `selections.csv`.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from dataclasses import dataclass
from pathlib import Path

COLUMNS = [
    "statement_id",
    "subject_id",
    "property",
    "object_id",
    "value",
    "unit",
    "low",
    "high",
    "interval_kind",
    "dist",
    "period_start",
    "period_end",
    "obs_status",
    "source_id",
    "locator",
    "original_value",
    "method",
    "derived_from",
    "grade",
    "accessed",
    "note",
]

# ETO writes ISO 3166-1 alpha-3 codes, with one of its own (MAL).
ISO2 = {
    "AUT": "AT",
    "BEL": "BE",
    "BLR": "BY",
    "CAN": "CA",
    "CHE": "CH",
    "CHN": "CN",
    "CZE": "CZ",
    "DEU": "DE",
    "DNK": "DK",
    "ESP": "ES",
    "FIN": "FI",
    "FRA": "FR",
    "GBR": "GB",
    "HUN": "HU",
    "IRL": "IE",
    "ISR": "IL",
    "ITA": "IT",
    "JPN": "JP",
    "KOR": "KR",
    "LUX": "LU",
    "MAL": "MY",
    "MYS": "MY",
    "NLD": "NL",
    "NOR": "NO",
    "PHL": "PH",
    "RUS": "RU",
    "SGP": "SG",
    "SWE": "SE",
    "THA": "TH",
    "TWN": "TW",
    "USA": "US",
}
UNATTRIBUTED = {"Various", "Various countries"}
REGIONS = {"EUR": "EU"}

# Data year of the oldest layout, which has no year column.
UNDATED_YEAR = "2019"
NEGLIGIBLE_HIGH = 0.025
SIZE_ACCURACY = 0.10
COVERAGE = 0.01


@dataclass(frozen=True)
class Mapped:
    """One row of the mapping: our input, their input, and what to carry."""

    input_id: str
    eto_id: str
    releases: frozenset[str]
    sizes: bool
    shares: bool
    note: str


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def read_mapping(path: Path) -> list[Mapped]:
    rows = []
    for row in read_csv(path):
        releases = frozenset(part for part in (row.get("releases") or "").split(";") if part)
        rows.append(
            Mapped(
                row["input_id"],
                row["eto_id"],
                releases,
                (row.get("sizes") or "yes") != "no",
                (row.get("shares") or "yes") != "no",
                row.get("note") or "",
            )
        )
    return rows


def country_code(name: str, *, keep_regions: bool) -> str | None:
    """Return our country code for ETO's provider name, or None for a region that is skipped."""
    if name in UNATTRIBUTED:
        return "ZZ"
    if name in REGIONS:
        return REGIONS[name] if keep_regions else None
    return ISO2[name]  # an unknown code must stop the run, not vanish


def rounding(text: str) -> float:
    """Return one unit of the last printed digit: "12%" -> 1, "12.3" -> 0.1.

    The oldest layout prints whole per cent, and rounds everything between 0 and 1 up to 1.
    """
    digits = text.rstrip("%").partition(".")[2]
    return 10.0 ** -len(digits)


def share_interval(text: str, share: float, accuracy: float) -> tuple[float, float]:
    half = 0.005 * rounding(text) + accuracy * share * (1.0 - share) + COVERAGE * share
    low = 0.0 if text in {"1%", "1"} else share - half
    return max(0.0, low), min(1.0, share + half)


def parse_size(text: str) -> tuple[float, float, str] | None:
    """Return (USD million, one unit of rounding in USD million, year or "")."""
    found = re.search(r"\$\s*([\d.]+)\s*(billion|million|trillion)", text)
    if not found:
        return None
    factor = {"million": 1.0, "billion": 1e3, "trillion": 1e6}[found.group(2)]
    year = re.search(r"\((20\d\d)\)", text)
    # ETO prints one decimal and drops a trailing ".0".
    return float(found.group(1)) * factor, 0.1 * factor, year.group(1) if year else ""


def number(value: float) -> str:
    return f"{value:.6g}"


def statement(**fields: str) -> dict[str, str]:
    unknown = set(fields) - set(COLUMNS)
    if unknown:
        raise KeyError(sorted(unknown))
    return {column: fields.get(column, "") for column in COLUMNS}


def share_rows(
    item: Mapped, source: str, folder_rows: list[dict[str, str]], accuracy: float, accessed: str
) -> list[dict[str, str]]:
    """Statements for the rows of one input in one release (already filtered to countries)."""
    out = []
    years: dict[str, list[dict[str, str]]] = {}
    for row in folder_rows:
        years.setdefault(row["year"], []).append(row)
    for year, group in years.items():
        figures = {
            row["country"]: float(row["share"].rstrip("%")) / 100 for row in group if row["share"]
        }
        total = sum(figures.values())
        scale = 1.0 / total if total > 1.0 else 1.0
        common = {
            "subject_id": f"input:{item.input_id}",
            "period_start": year,
            "period_end": year,
            "source_id": source,
            "accessed": accessed,
            "grade": "C",
            "note": item.note,
        }
        lows = 0.0
        for row in group:
            if not row["share"]:
                continue
            share = figures[row["country"]] * scale
            low, high = share_interval(row["share"], share, accuracy)
            lows += low
            method = (
                "per cent / 100; 90 % interval = half a unit of rounding + "
                f"{accuracy:g} x share x (1 - share) + {COVERAGE:g} x share (vendors not covered)"
            )
            if scale < 1.0:
                method += f"; group scaled by {scale:.5f} because rounding made it exceed 1"
            out.append(
                statement(
                    **common,
                    property="provision_share",
                    object_id=f"country:{row['country']}",
                    value=number(share),
                    unit="fraction",
                    low=number(low),
                    high=number(high),
                    interval_kind="derived",
                    dist=f"dirichlet-group:{item.input_id}-{year}",
                    obs_status="A",
                    locator=f"provision.csv {row['locator']}",
                    original_value=row["share"] + ("" if "%" in row["share"] else " %"),
                    method=method,
                )
            )
        for row in group:
            if row["share"]:
                continue
            left = max(0.0, 1.0 - lows)
            bound = min(NEGLIGIBLE_HIGH, left) if row["negligible"] else left
            negligible = "named as negligible (2 % or less)"
            reason = negligible if row["negligible"] else "named, no figure"
            out.append(
                statement(
                    **common,
                    property="provides",
                    object_id=f"country:{row['country']}",
                    unit="fraction",
                    low="0",
                    high=number(bound),
                    interval_kind="rule",
                    obs_status="M",
                    locator=f"provision.csv {row['locator']}",
                    original_value=reason,
                    method="bound: what the figures of the others leave",
                )
            )
    return out


def size_rows(item: Mapped, source: str, text: str, accessed: str) -> list[dict[str, str]]:
    parsed = parse_size(text)
    if parsed is None:
        return []
    value, unit, printed_year = parsed
    year = printed_year or UNDATED_YEAR
    note = item.note if printed_year else f"{item.note} Year not printed: the report's year."
    half = unit / 2 + SIZE_ACCURACY * value
    return [
        statement(
            subject_id=f"input:{item.input_id}",
            property="market_size",
            value=number(value),
            unit="USD million",
            low=number(max(0.0, value - half)),
            high=number(value + half),
            interval_kind="derived",
            dist="lognormal",
            period_start=year,
            period_end=year,
            obs_status="A",
            source_id=source,
            locator=f"inputs.csv {item.eto_id}",
            original_value=text,
            method=f"nominal; 90 % interval = half a unit of rounding + {SIZE_ACCURACY:.0%}",
            grade="C",
            accessed=accessed,
            note=note.strip(),
        )
    ]


def country_provision(
    folder: Path, wanted: frozenset[str], *, keep_regions: bool
) -> dict[str, list[dict[str, str]]]:
    """Return the country rows of `provision.csv` by ETO input id, in one shape for all layouts."""
    kinds = {row["provider_id"]: row["provider_type"] for row in read_csv(folder / "providers.csv")}
    rows: dict[str, list[dict[str, str]]] = {}
    for row in read_csv(folder / "provision.csv"):
        if kinds[row["provider_id"]] != "country" or row["provided_id"] not in wanted:
            continue
        code = country_code(row["provider_name"], keep_regions=keep_regions)
        if code is None:
            print(f"skipped region {row['provider_name']} of {row['provided_id']}", file=sys.stderr)
            continue
        rows.setdefault(row["provided_id"], []).append(
            {
                "country": code,
                "share": row["share_provided"].strip(),
                "negligible": (row.get("negligible_market_share") or "").strip(),
                "year": (row.get("year") or "").strip() or UNDATED_YEAR,
                "locator": f"{row['provided_id']} {row['provider_id']}",
            }
        )
    return rows


def carry(
    mapping: list[Mapped],
    releases: list[tuple[str, Path]],
    accuracy: float,
    accessed: str,
    *,
    keep_regions: bool = False,
) -> tuple[list[dict[str, str]], list[str]]:
    """Return all statement rows, and the conflicts between releases."""
    out: list[dict[str, str]] = []
    conflicts: list[str] = []
    seen: dict[tuple[str, str, str, str], str] = {}
    for source, folder in releases:
        wanted = frozenset(item.eto_id for item in mapping)
        provision = country_provision(folder, wanted, keep_regions=keep_regions)
        inputs = {row["input_id"]: row for row in read_csv(folder / "inputs.csv")}
        for item in mapping:
            if item.releases and source not in item.releases:
                continue
            rows: list[dict[str, str]] = []
            if item.shares:
                group = provision.get(item.eto_id, [])
                rows += share_rows(item, source, group, accuracy, accessed)
            if item.sizes and item.eto_id in inputs:
                text = inputs[item.eto_id]["market_share_chart_global_market_size_info"]
                rows += size_rows(item, source, text, accessed)
            for row in rows:
                key = (row["subject_id"], row["property"], row["object_id"], row["period_end"])
                if key in seen:
                    if seen[key] == row["value"]:
                        continue
                    conflicts.append(f"{' '.join(key)}: {seen[key]} then {row['value']} ({source})")
                seen[key] = row["value"]
                out.append(row)
    return out, conflicts


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("mapping", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument(
        "--release", action="append", required=True, metavar="SOURCE_ID=DIR", help="oldest first"
    )
    parser.add_argument("--accuracy", type=float, default=0.2)
    parser.add_argument("--accessed", default="2026-11-22")
    parser.add_argument("--keep-regions", action="store_true")
    args = parser.parse_args(argv)
    releases = [(part.partition("=")[0], Path(part.partition("=")[2])) for part in args.release]
    rows, conflicts = carry(
        read_mapping(args.mapping),
        releases,
        args.accuracy,
        args.accessed,
        keep_regions=args.keep_regions,
    )
    with args.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    for conflict in conflicts:
        print(f"conflict: {conflict}", file=sys.stderr)
    print(f"{len(rows)} statements, {len(conflicts)} conflicts")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
