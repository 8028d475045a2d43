# SPDX-License-Identifier: Apache-2.0
"""How fast the law is applied: rows per second, amendments, explanations; and against OpenFisca.

    python benchmarks/bench_rules.py [--rows 10000000] [--seed 1] [--openfisca FOLDER]

Times are processor times of one process (Polars is held to one thread), so that a busy machine
distorts them less; on shared cores they are still up to three times those of a quiet machine.
"Cold" starts with an empty state machine and includes building it; "warm" is a second run over the
same rows. Two kinds of made-up tables: "lanes" repeats shipments along some hundred fixed lanes
(item, exporter, customer) on days of three years, as a trader's file does; "mixed" draws every
column of every row on its own, over eight years, which is as bad as it gets and uses fewer rows.
Facts that the tables do not give count as "not so" for the bundled law.

OpenFisca-core is AGPL and no dependency: install it into an environment of its own and name the
folder of its packages. Its chain: one formula per rule, each an "and" of five comparisons with
dated parameters, and one that puts the rules together; as many rules as the synthetic law has.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

os.environ.setdefault("POLARS_MAX_THREADS", "1")

import numpy as np
import polars as pl

from chokegraph.errors import FindingsError
from chokegraph.rules import Law, load_law
from chokegraph.rules.compile import compile_law
from chokegraph.rules.completing import absent_value, completed
from chokegraph.rules.dated import with_ends
from chokegraph.rules.encode import encode
from chokegraph.rules.explain import explain
from chokegraph.rules.flips import flips
from chokegraph.rules.kernel import determine
from chokegraph.rules.language import All, Either, Reference, Test
from chokegraph.rules.model import (
    FactDefinition,
    Group,
    GroupVersion,
    Parameter,
    ParameterVersion,
    ReviewPolicy,
    Rule,
    RuleVersion,
)
from chokegraph.rules.values import Value

FIRST, LAST = date(2019, 1, 1), date(2026, 12, 31)
COUNTRIES = [
    *("CN", "US", "NL", "JP", "KR", "TW", "DE", "SG", "MY", "VN", "KZ", "RU", "BY", "IL", "AE"),
    *("HK", "MO", "GB", "FR", "IT", "ES", "SE", "IN", "BR", "MX", "CA", "AU", "TH", "ID", "SA"),
    *("PL", "CZ", "HU", "AT", "CH", "BE", "IE", "FI", "NO", "DK", "NZ", "ZA", "EG", "PK", "UZ"),
]  # fmt: skip
ITEMS: list[dict[str, Any]] = [
    {"eccn": "3A090.a", "tpp": 15832.0, "die_mm2": 814.0, "marketed_datacentre": True},
    {"eccn": "3A090.a", "tpp": 5285.0, "die_mm2": 609.0, "marketed_datacentre": False},
    {"eccn": "3A991", "tpp": 2368.0, "die_mm2": 814.0, "marketed_datacentre": True},
    {"eccn": "3A090.b", "tpp": 1936.0, "die_mm2": 294.0, "marketed_datacentre": True},
    {"eccn": "4A090.a", "tpp": 15832.0, "die_mm2": 814.0, "marketed_datacentre": True},
    {"eccn": "3B001.d.8"}, {"eccn": "3B001.c"}, {"eccn": "3B001"}, {"eccn": "3B991"},
    {"eccn": "3B993.f.1", "wavelength_nm": 193.0, "na": 1.35, "dco_nm": 1.8},
    {"eccn": "3B001.f.1.b.2.b", "wavelength_nm": 193.0, "na": 1.35, "dco_nm": 1.4},
    {"eccn": "3B992"}, {"eccn": "3B903"}, {"eccn": "EAR99"}, {"eccn": "5A992.c"},
    {"eccn": "3D006"}, {"eccn": "3E001"}, {"eccn": "3A991"}, {"eccn": None}, {"eccn": "EAR99"},
]  # fmt: skip
ITEM_FACTS = ("tpp", "die_mm2", "marketed_datacentre", "wavelength_nm", "na", "dco_nm")


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311


def catalogue(count: int, random: Random) -> list[dict[str, Any]]:
    """Items that are sold: each from somewhere, made somehow."""
    made = []
    for _ in range(count):
        item = dict(random.choice(ITEMS))
        for fact in ITEM_FACTS:
            if fact not in item:
                item[fact] = None if fact == "marketed_datacentre" else float("nan")
        item["origin"] = random.choice(["US", "US", "TW", "KR", "JP", "NL", "DE", None])
        item["us_content_pct"] = random.choice([0.0, 5.0, 10.0, 18.0, 25.0, 40.0, None])
        item["plant_direct_product_of_us"] = random.choice([True, True, False, None])
        made.append(item)
    return made


def parties(count: int, random: Random) -> list[dict[str, Any]]:
    """Buyers: most are on no list."""
    made = []
    for _ in range(count):
        country = random.choice(COUNTRIES)
        listed = random.random() < 0.03
        made.append(
            {
                "destination": country,
                "party_headquarters": country if random.random() < 0.9 else f"{country};CN",
                "party_lists": "ENTITY_LIST" if listed else "",
                "party_footnotes": random.choice(["", "1", "4", "5"]) if listed else "",
                "end_use_class": random.choice(["datacentre", "fab", "consumer", None]),
                "fab_node": random.choice(["advanced", "mature", "unknown", "n/a", "n/a"]),
            }
        )
    return made


def lanes(rows: int, seed: int, count: int = 300) -> pl.DataFrame:
    """Shipments along fixed lanes, on days of three years."""
    rng = np.random.default_rng(seed)
    kinds = shipments(count, seed, independent=False).drop("as_of")
    days = rng.integers(0, 3 * 365, rows, dtype=np.int32)
    as_of = pl.Series("as_of", days + (date(2023, 1, 1) - date(1970, 1, 1)).days).cast(pl.Date)
    return pl.DataFrame([as_of]).hstack(kinds[rng.integers(0, count, rows)])


def shipments(rows: int, seed: int, *, independent: bool) -> pl.DataFrame:
    """A table of facts of 17 columns."""
    rng, random = np.random.default_rng(seed), seeded(seed)
    sources = [
        pl.DataFrame(catalogue(400, random), schema_overrides=dict.fromkeys(
            ("us_content_pct", "tpp", "die_mm2", "wavelength_nm", "na", "dco_nm"), pl.Float64)),
        pl.DataFrame(parties(5000, random)),
        pl.DataFrame({"exporter_country": random.choices(COUNTRIES[:12], k=40)}),
    ]  # fmt: skip
    columns = []
    for source in sources:
        picks = rng.integers(0, source.height, rows)
        for column in source.get_columns():
            if independent:
                picks = rng.integers(0, source.height, rows)
            columns.append(column[picks])
    days = rng.integers(0, (LAST - FIRST).days + 1, rows, dtype=np.int32)
    as_of = pl.Series("as_of", days + (FIRST - date(1970, 1, 1)).days).cast(pl.Date)
    return pl.DataFrame([as_of, *columns])


def synthetic_law(seed: int) -> Law:
    """40 requirements, each a conjunction of about five tests, with three versions."""
    random = seeded(seed)
    types = {
        "eccn": "eccn", "origin": "country", "destination": "country",
        "exporter_country": "country",
        "party_headquarters": "countries", "party_lists": "codes", "party_footnotes": "codes",
        "end_use_class": "code", "fab_node": "code", "tpp": "number", "die_mm2": "number",
        "us_content_pct": "number", "marketed_datacentre": "flag",
        "plant_direct_product_of_us": "flag",
    }  # fmt: skip
    facts = {k: FactDefinition(id=k, type=t, meaning=k) for k, t in types.items()}  # type: ignore[arg-type]
    days = [date(2020, 5, 1), date(2022, 10, 21), date(2024, 12, 2)]

    def dated(day: date) -> dict[str, Any]:
        return {"effective": day, "published": day, "cite": f"from {day}", "confidence": "A"}

    groups = {}
    for number in range(6):
        versions = [
            GroupVersion(members=tuple(random.sample(COUNTRIES, 14)), **dated(day)) for day in days
        ]
        groups[f"G{number}"] = Group(
            id=f"G{number}", of="country", meaning="", versions=with_ends(tuple(versions))
        )
    parameters = {}
    for fact, low, high in [("tpp", 1000, 9000), ("die_mm2", 300, 800), ("us_content_pct", 5, 40)]:
        versions = [ParameterVersion(value=random.uniform(low, high), **dated(day)) for day in days]
        parameters[fact] = Parameter(
            id=fact, meaning="", unit="", versions=with_ends(tuple(versions))
        )
    eccns = sorted({item["eccn"] for item in ITEMS if item["eccn"]})
    makers: list[Callable[[], Any]] = [
        lambda: Test(random.choice(["destination", "origin", "exporter_country"]), "in",
                     (f"G{random.randrange(6)}",)),
        lambda: Test("party_headquarters", "has", (f"G{random.randrange(6)}",)),
        lambda: Test("eccn", "in", tuple(random.sample(eccns, 4))),
        lambda: Test("party_lists", "has", ("ENTITY_LIST",)),
        lambda: (lambda f: Test(f, random.choice(["at_least", "less_than"]), Reference(f)))(
            random.choice(["tpp", "die_mm2", "us_content_pct"])),
        lambda: Test("plant_direct_product_of_us", "is", True),
        lambda: Test("end_use_class", "in", ("datacentre", "fab")),
        lambda: Test("fab_node", "not_in", ("mature",)),
    ]  # fmt: skip
    rules = []
    for number in range(40):
        parts = [random.choice(makers)() for _ in range(4)]
        parts.append(Either((random.choice(makers)(), random.choice(makers)())))
        versions = [
            RuleVersion(when=All(tuple(parts[: 3 + place])), needs_subject=False, **dated(day))
            for place, day in enumerate(days)
        ]
        rules.append(
            Rule(id=f"rule-{number}", kind="requirement", title="", regime="us",
                 code=f"R{number}", versions=with_ends(tuple(versions)))
        )  # fmt: skip
    policies = (ReviewPolicy(id="denial", meaning=""),)
    return Law(facts, parameters, groups, (), policies, tuple(rules))


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def median_ms(work: Callable[[], Any], repeats: int = 15) -> float:
    return 1000 * statistics.median(timed(work)[0] for _ in range(repeats))


def rate(rows: int, seconds: float) -> str:
    return f"{rows / seconds / 1e6:7.1f} M rows/s  ({seconds:6.2f} s)"


def bench_table(name: str, law: Law, table: pl.DataFrame, blanks: dict[str, Value]) -> float:
    """Print the figures for one law and table; return the seconds of the warm kernel."""
    rows = table.height
    compiling, program = timed(lambda: compile_law(law))
    encoding, encoded = timed(lambda: encode(table, program, blanks=blanks))
    cold, result = timed(lambda: determine(encoded, program))
    deciding, decided = timed(lambda: result.table)
    warm = min(timed(lambda: determine(encoded, program))[0] for _ in range(3))
    entries = sum(len(level.table) for level in result.machine.levels)
    print(f"\n{name}: {len(law.rules)} rules, {len(program.book.clauses)} bits, {rows:,} rows")
    print(f"  {len(encoded.columns)} columns of codes from {table.width}, "
          f"{decided.height:,} states, tables of {entries * 4 / 1e6:.0f} MB, "
          f"emptied {result.machine.flushes} times")  # fmt: skip
    print(f"  compile                        {1000 * compiling:8.1f} ms")
    print(f"  kernel, warm                {rate(rows, warm)}")
    print(f"  kernel, cold                {rate(rows, cold)}")
    print(f"    + a decision per state    {rate(rows, cold + deciding)}")
    print(f"  encoding                    {rate(rows, encoding)}")
    print(f"  encoding + kernel, warm     {rate(rows, encoding + warm)}", flush=True)
    return warm


def bench_amendments(law: Law) -> None:
    """Print how long it takes to compile an amendment, and to explain one row."""
    program = compile_law(law)
    changes: list[dict[str, Any]] = [
        {"end": "ear-744.23-a4", "on": date(2027, 1, 1)},
        {"group": "D:5", "add": ["KZ"], "from": date(2027, 1, 1)},
        {"parameter": "tpp-high", "value": 9000, "from": date(2027, 1, 1)},
    ]
    print("\namendments, compiled from the program of the bundled law")
    for change in changes:
        try:
            amended = law.amend([change])
        except FindingsError as error:
            print(f"  {change}: {error}")
            continue
        print(f"  {next(iter(change))} {next(iter(change.values())):16} "
              f"{median_ms(lambda law=amended: program.with_law(law)):6.1f} ms")  # fmt: skip
    row = completed(
        {"eccn": "3A090.a", "tpp": 5285.0, "die_mm2": 609.0, "marketed_datacentre": False,
         "origin": "US", "destination": "CN", "exporter_country": "US",
         "party_headquarters": frozenset({"CN"})}, law
    )  # fmt: skip
    sparse = {"eccn": "3B001.d.8", "origin": "NL", "destination": "CN"}
    day = date(2023, 12, 1)
    print("\none row: median and least of 25, after a first time")
    for name, each in (("complete", row), ("3 facts, the rest unknown", sparse)):
        print(f"  {name}")
        for what, work in (
            ("explain, by the scalar evaluator", lambda each=each: explain(each, law, day)),
            ("explain, by the compiled law", lambda each=each: explain(each, program, day)),
            ("facts and days that flip it", lambda each=each: flips(program, each, day)),
        ):
            work()
            times = sorted(timed(work)[0] for _ in range(25))
            print(f"    {what:34} {1000 * times[12]:6.1f} ms  {1000 * times[0]:6.1f} ms")


def openfisca_rate(folder: str, rules: int, rows: int, seed: int) -> float | None:
    """Rows per second of a chain of formulas in OpenFisca; None if it is not installed."""
    sys.path.append(folder)
    try:
        from openfisca_core import entities, periods, simulations, taxbenefitsystems, variables
    except ImportError:
        return None
    rng = np.random.default_rng(seed)
    shipment = entities.build_entity(
        key="shipment", plural="shipments", label="shipment", is_person=True
    )
    system = taxbenefitsystems.TaxBenefitSystem([shipment])
    month, period = periods.DateUnit.MONTH, "2024-01"

    def add(name: str, value_type: type, formula: Any = None) -> None:
        body = {"value_type": value_type, "entity": shipment, "definition_period": month,
                "label": name}  # fmt: skip
        if formula is not None:
            body["formula"] = formula
        system.add_variable(type(name, (variables.Variable,), body))

    def rule(number: int) -> Any:
        picks = [(f"fact{(number + step) % 12}", 0.1 * (1 + step)) for step in range(5)]

        def formula(shipment: Any, period: Any) -> Any:
            held = True
            for name, bound in picks:
                held = held & (shipment(name, period) >= bound)
            return held

        return formula

    def decide(shipment: Any, period: Any) -> Any:
        found = False
        for number in range(rules):
            found = found | shipment(f"rule{number}", period)
        return found

    for number in range(12):
        add(f"fact{number}", float)
    for number in range(rules):
        add(f"rule{number}", bool, rule(number))
    add("decision", bool, decide)
    simulation = simulations.SimulationBuilder().build_default_simulation(system, count=rows)
    for number in range(12):
        simulation.set_input(f"fact{number}", period, rng.random(rows).astype(np.float32))
    seconds, _ = timed(lambda: simulation.calculate("decision", period))
    return rows / seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--openfisca", default="", help="folder of packages that has OpenFisca")
    args = parser.parse_args()
    law, small = load_law(), synthetic_law(args.seed)
    absent = {name: absent_value(fact) for name, fact in law.facts.items() if not fact.derived}
    blanks = {name: value for name, value in absent.items() if value is not None}
    blanks = {name: value for name, value in blanks.items() if law.facts[name].type != "date"}
    table = lanes(args.rows, args.seed)
    bench_table("bundled law, lanes", law, table, blanks)
    kernel = args.rows / bench_table("synthetic law, lanes", small, table, {})
    table = shipments(args.rows // 50, args.seed, independent=True)
    bench_table("bundled law, mixed", law, table, blanks)
    bench_table("synthetic law, mixed", small, table, {})
    bench_amendments(law)
    other = openfisca_rate(args.openfisca, len(small.rules), args.rows // 20, args.seed)
    if other is None:
        print("\nOpenFisca is not there: python -m venv of && of/bin/pip install openfisca-core,"
              "\n  then --openfisca of/lib/python3.*/site-packages")  # fmt: skip
    else:
        print(f"\nOpenFisca-core, {len(small.rules)} rules and a decision, true or false only: "
              f"{other / 1e6:.2f} M rows/s")  # fmt: skip
        print(f"  kernel, warm, synthetic law on lanes, to OpenFisca: {kernel / other:.0f} to 1")
    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.1f} GB")


if __name__ == "__main__":
    main()
