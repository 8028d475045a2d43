# SPDX-License-Identifier: Apache-2.0
"""Random laws and rows for comparing the two evaluators; everything is made up."""

from datetime import date, timedelta
from random import Random

import polars as pl

from chokegraph.rules.dated import with_ends
from chokegraph.rules.language import (
    All,
    Either,
    Item,
    Met,
    MetCode,
    Not,
    OnlyHooks,
    Reference,
    Sure,
    Test,
)
from chokegraph.rules.model import (
    EVERY,
    Alias,
    FactDefinition,
    Group,
    GroupVersion,
    Law,
    Parameter,
    ParameterVersion,
    ReviewPolicy,
    Rule,
    RuleVersion,
)
from chokegraph.rules.values import NOT_APPLICABLE, Interval

DAYS = [date(2020, 1, 1) + timedelta(days=100 * n) for n in range(7)]
COUNTRIES = ["CN", "HK", "US", "NL", "KZ"]
ECCNS = ["3A090", "3A090.a", "3A090.b", "3A090.b.1", "3A", "3B001", "EAR99", "NL:DUV", "CN:Ga"]
CODES = ["X", "Y", "Z"]
EDGES = [1.0, 2.0, 4.5]
NUMBERS = [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.5, 9.0]
LOGIC_DAYS = [DAYS[1], DAYS[3]]

_FACTS = [
    ("flag1", "flag"), ("flag2", "flag"), ("number1", "number"), ("number2", "number"),
    ("started", "date"), ("code1", "code"), ("origin", "country"), ("known", "country"),
    ("destination", "country"), ("eccn", "eccn"), ("activity", "eccn"), ("lists", "codes"),
    ("headquarters", "countries"), ("technology", "eccns"),
]  # fmt: skip


def facts() -> dict[str, FactDefinition]:
    found = [FactDefinition(id=name, type=kind, meaning=name) for name, kind in _FACTS]
    found.append(
        FactDefinition(
            id="ratio", type="number", meaning="derived", numerator=("number1", "$p1"),
            denominator=("number2",),
        )
    )  # fmt: skip
    found.append(
        FactDefinition(id="total", type="number", meaning="sum", sum_of=("number1", "number2"))
    )
    found.append(
        FactDefinition(
            id="final", type="country", meaning="derived", first_of=("known", "destination")
        )
    )
    return {fact.id: fact for fact in found}


class Maker:
    """Makes one random law."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.rules: list[Rule] = []
        self.facts = facts()

    def some(self, things, most=3):
        return self.random.sample(things, self.random.randint(1, min(most, len(things))))

    def dated(self, day):
        random = self.random
        return {
            "effective": day,
            "compliance": day + timedelta(days=40) if random.random() < 0.2 else None,
            "published": day,
            "cite": f"cite {random.randint(1, 12)}",
            "confidence": random.choices("ABC?", [8, 4, 2, 1])[0],
        }

    def days(self, most=3):
        return sorted(self.some(DAYS[:6], most))

    def groups(self):
        random = self.random
        made = {}
        for name, kind, pool in [
            ("G1", "country", COUNTRIES), ("G2", "country", [*COUNTRIES, "G1"]),
            ("G3", "country", [*COUNTRIES, "G1", "G2"]), ("E1", "eccn", [*ECCNS, "3*"]),
            ("E2", "eccn", [*ECCNS, "E1"]), ("C1", "code", CODES),
        ]:  # fmt: skip
            versions = [
                GroupVersion(
                    members=tuple(self.some(pool)),
                    excepted=tuple(self.some(pool, 2)) if random.random() < 0.3 else (),
                    **self.dated(day),
                )
                for day in self.days()
            ]
            made[name] = Group(id=name, of=kind, meaning=name, versions=with_ends(tuple(versions)))
        return made

    def parameters(self):
        made = {}
        for name in ("p1", "p2"):
            versions = tuple(
                ParameterVersion(value=self.random.choice(EDGES), **self.dated(day))
                for day in self.days()
            )
            made[name] = Parameter(id=name, meaning=name, unit="", versions=with_ends(versions))
        versions = tuple(
            ParameterVersion(value=self.random.choice(LOGIC_DAYS), **self.dated(day))
            for day in self.days(2)
        )
        made["day"] = Parameter(id="day", meaning="day", unit="", versions=with_ends(versions))
        return made

    def test(self):
        random = self.random
        fact = random.choice(list(self.facts.values()))
        if random.random() < 0.06:
            return Test(fact.id, "known", random.random() < 0.5)
        if fact.type == "flag":
            return Test(fact.id, "is", random.random() < 0.7)
        if fact.type in ("number", "date"):
            operator = random.choice(["at_least", "more_than", "at_most", "less_than", "equals"])
            if fact.type == "date":
                bound = random.choice([*LOGIC_DAYS, Reference("day")])
            else:
                bound = random.choice([*EDGES, Reference("p1"), Reference("p2")])
            return Test(fact.id, operator, bound)
        pools = {
            "country": [*COUNTRIES, "G1", "G2", "G3"], "eccn": [*ECCNS, "E1", "E2"],
            "code": [*CODES, "C1"],
        }  # fmt: skip
        names = tuple(self.some(pools[fact.kind], 2))
        plain, negated = ("has", "has_none") if fact.is_set else ("in", "not_in")
        return Test(fact.id, plain if random.random() < 0.7 else negated, names)

    def condition(self, depth, *, items=True):
        random = self.random
        draw = random.random()
        if depth and draw < 0.5:
            parts = tuple(
                self.condition(depth - 1, items=items) for _ in range(random.randint(1, 3))
            )
            return All(parts) if draw < 0.3 else Either(parts)
        if depth and draw < 0.6:
            return Not(self.condition(depth - 1, items=items))
        if depth and draw < 0.68:
            return Sure(self.condition(depth - 1, items=items))
        usable = [rule for rule in self.rules if items or rule.title == "plain"]
        if usable and draw < 0.76:
            return Met(random.choice(usable).id)
        if items and draw < 0.82:
            return Item(tuple(self.some([*ECCNS, "E1", "E2"], 2)))
        coded = [rule.code for rule in usable if rule.code and rule.kind != self.kind]
        if items and coded and draw < 0.85:
            return MetCode((random.choice(coded),))
        return self.test()

    def rule(self, number, kind):
        random = self.random
        codes = {
            "hook": ["H1", "H2", "NL1"], "requirement": ["R1", "R2", "R3"],
            "exception": ["E1X", "E2X"], "flag": ["FLAG"],
        }  # fmt: skip
        name = f"{kind}-{number}"
        code = random.choice(codes[kind]) if kind in codes else ""
        # Classifications, and what they look at, must not look at classifications.
        plain = kind == "classification" or (kind == "concept" and random.random() < 0.7)
        hooks_done = kind not in ("hook", "classification", "concept")
        versions = []
        for day in self.days():
            if hooks_done and random.random() < 0.1:
                when = All((OnlyHooks(("H1",)), self.test()))
            else:
                when = self.condition(2, items=not plain)
            effects = {
                "eccn": random.choice(ECCNS[1:4]) if kind == "classification" else "",
                "removes": tuple(self.some(["R1", "R2", "H1", "H2", "requirement-1"], 2)),
                "outcome": random.choice(["", "OUT1", "OUT2"]),
                "bars": random.choice([EVERY, ("E1X",), ("E1X", "E2X")]),
                "spares": random.choice([(), (), ("E1X",)]),
                "overcomes": random.choice([EVERY, ("R1",), ("R2", "R3")]),
                "concerns": random.choice([EVERY, ("R1",), ("R2", "R3")]),
                "policy": random.choice(["denial", "case", "approval"]),
                "overrides": tuple(
                    r.id for r in self.rules if r.kind == "policy" and random.random() < 0.5
                ),
                "needs_subject": random.random() < 0.7,
                "shadow_code": random.choice(["", "SHADE"]),
            }
            status = random.choices(
                ["in_force", "suspended", "unenforced", "announced", "vacated"], [12, 2, 1, 1, 1]
            )[0]
            versions.append(RuleVersion(when=when, status=status, **effects, **self.dated(day)))
        regime = (
            "nl" if code == "NL1" or (kind == "requirement" and random.random() < 0.1) else "us"
        )
        return Rule(
            id=name, kind=kind, title="plain" if plain else "", regime=regime, code=code,
            versions=with_ends(tuple(versions)),
        )  # fmt: skip

    def law(self):
        random = self.random
        counts = [
            ("concept", 2), ("classification", 2), ("hook", 3), ("release", 1), ("requirement", 4),
            ("exclusion", 2), ("restriction", 1), ("exception", 2), ("policy", 3), ("flag", 1),
        ]  # fmt: skip
        for kind, count in counts:
            self.kind = kind
            for number in range(count):
                self.rules.append(self.rule(number, kind))
        aliases = [
            Alias(fact_type="country", code="HK", means="CN", **self.dated(DAYS[2])),
            Alias(fact_type="eccn", code="EAR99", means="3A090.b", **self.dated(DAYS[4])),
        ]
        return Law(
            facts=self.facts,
            parameters=self.parameters(),
            groups=self.groups(),
            aliases=tuple(a for a in aliases if random.random() < 0.6),
            policies=tuple(ReviewPolicy(id=p, meaning=p) for p in ("denial", "case", "approval")),
            rules=tuple(self.rules),
        )


def seeded(seed: int) -> Random:
    """Return a generator; nothing here is secret."""
    return Random(seed)  # noqa: S311


def random_law(random: Random) -> Law:
    return Maker(random).law()


def value_for(random: Random, fact: FactDefinition, values: dict[str, list]):
    """A random value that a table can hold, often at a threshold."""
    if fact.type == "flag":
        return random.random() < 0.5
    if fact.type == "date":
        return random.choice(values["days"])
    draw = random.random()
    if draw < 0.08:
        return NOT_APPLICABLE
    if fact.type == "number":
        low = random.choice(values["numbers"])
        if draw < 0.3:
            high = random.choice([n for n in values["numbers"] if n >= low])
            return low if low == high else Interval(low, high)
        return low
    pool = values[fact.kind]
    if fact.is_set:
        return frozenset(random.sample(pool, random.randint(0, min(3, len(pool)))))
    return random.choice(pool)


def table_of(rows, facts) -> pl.DataFrame:
    """The table form of rows: (day, values by fact) each."""
    columns = {"as_of": pl.Series("as_of", [day for day, _ in rows], dtype=pl.Date)}
    for name in sorted({name for _, row in rows for name in row}):
        fact = facts[name]
        values = [row.get(name) for _, row in rows]
        if fact.type == "flag":
            columns[name] = pl.Series(name, values, dtype=pl.Boolean)
        elif fact.type == "date":
            columns[name] = pl.Series(name, values, dtype=pl.Date)
        elif fact.type == "number":
            ends = [_ends(value) for value in values]
            if any(isinstance(value, Interval) for value in values):
                columns[f"{name}__low"] = pl.Series([low for low, _ in ends], dtype=pl.Float64)
                columns[f"{name}__high"] = pl.Series([high for _, high in ends], dtype=pl.Float64)
            else:
                columns[name] = pl.Series(name, [low for low, _ in ends], dtype=pl.Float64)
        else:
            columns[name] = pl.Series(name, [_text(value) for value in values], dtype=pl.String)
    return pl.DataFrame(columns)


def _ends(value):
    if value is None:
        return None, None
    if value is NOT_APPLICABLE:
        return float("nan"), float("nan")
    if isinstance(value, Interval):
        return value.low, value.high
    return float(value), float(value)


def _text(value):
    if value is NOT_APPLICABLE:
        return "n/a"
    return ";".join(sorted(value)) if isinstance(value, frozenset) else value
