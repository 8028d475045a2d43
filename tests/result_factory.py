# SPDX-License-Identifier: Apache-2.0
"""A small, complete, made-up result for tests. Its numbers mean nothing."""

from __future__ import annotations

import numpy as np
import xarray as xr

from chokegraph.result import Result, make_table
from chokegraph.scenario import parse_scenario

SCENARIO_TEXT = """\
schema: 1
name: made-up
title: A made-up ban on etch tools
question: What would a made-up ban on etch tools and scanners do to made-up logic output?
event: {outcome: output, product: advanced-logic, by: 2028, below: 0.8}
world: builtin@2024
target: CN
coalition: [US, NL]
start: 2024Q1
end: 2031Q4
baseline:
  levers:
    mandate:
      - {inputs: {families: [etch]}, from: 2022Q3, strength: 0.5}
controls:
  - name: etch
    by: [US]
    inputs: {ids: [dry-etch]}
    tiers: [advanced, leading]
    from: 2025-01-01
    announced: 2024-07-01
    licence: {policy: presumption-of-denial}
    sources: ["Made-up Register 1, 1"]
  - name: scanners
    by: coalition
    inputs: {ids: [duv-scanner]}
    from: 2025Q1
    licence: {approval: [0.0, 0.2]}
    servicing: {ban: true}
levers:
  subsidy:
    - {inputs: {families: [etch, lithography]}, from: 2025Q1, usd_million_per_year: 2000}
assumptions:
  leakage: {value: [0.05, 0.2], families: lithography, note: "made up"}
draws: 40
seed: 7
"""

INPUTS = {
    "dry-etch": ("Dry etch tools", "etch-clean", "etch"),
    "duv-scanner": ("DUV immersion scanners", "lithography", "lithography"),
    "photoresist-arf": ("ArF photoresist", "materials", "resists"),
    "hybrid-bonder": ("Hybrid bonders", "packaging", "packaging-tools"),
    "neon": ("Neon", "materials", "gases"),
}
COUNTRIES = {"CN": "China", "US": "United States", "NL": "Netherlands", "ZZ": "not attributed"}
PRODUCTS = {"advanced-logic": "Advanced logic", "dram": "DRAM"}
ROUTES = {
    "logic-euv": ("Logic with EUV", "advanced-logic"),
    "logic-multi": ("Logic by multi-patterning", "advanced-logic"),
    "dram-plain": ("DRAM", "dram"),
}
VARIABLES = {
    "output": ("quarter", "product", "output relative to plan", "1"),
    "output_level": ("quarter", "product", "output, plan of first quarter = 1", "1"),
    "route_output": ("year", "route", "output by route, relative to plan", "1"),
    "local_share": ("year", "input", "share of the target's purchases from home", "1"),
    "availability": ("year", "input", "what is available of what is needed", "1"),
    "vacancy": ("year", "input", "share of the target's demand that nobody serves", "1"),
    "capability": ("year", "input", "grade of the target's best supplier", "generations"),
    "frontier": ("year", "input", "grade of the world's best supplier", "generations"),
    "cover": ("year", "input", "stock in quarters of demand", "quarters"),
    "price": ("year", "input", "price index", "1"),
    "sales": ("quarter", "country", "sales", "USD million per quarter"),
    "sales_to_target": ("quarter", "country", "sales to the target", "USD million per quarter"),
    "rnd": ("quarter", "country", "research and development", "USD million per quarter"),
    "lead": ("quarter", "", "lead of the coalition over the target", "generations"),
    "visible_share": ("quarter", "", "share of purchases from the coalition", "1"),
    "stockpile": ("quarter", "", "value of stocks", "USD million"),
    "order": ("quarter", "", "extra orders", "USD million"),
    "coalition_unserved": ("quarter", "", "demand unserved in the coalition", "1"),
    "others_unserved": ("quarter", "", "demand unserved elsewhere", "1"),
    "route_value": ("quarter", "route", "what makers choose a route by", "1"),
    "route_yield": ("year", "route", "yield of the route over a ripe one", "1"),
}
_MONEY = {"sales": 900.0, "sales_to_target": 300.0, "rnd": 120.0, "stockpile": 400.0, "order": 30.0}
_LEVEL = {"capability": 6.0, "frontier": 10.0, "cover": 2.0, "price": 1.0, "lead": 3.0}


def fake_dataset(*, draws: int = 40, seed: int = 7) -> xr.Dataset:
    """Outcomes with the variables, dimensions and attributes of a real result."""
    scenario = parse_scenario(SCENARIO_TEXT)
    years = np.arange(2024, 2032)
    axes = {
        "quarter": np.array(scenario.quarter_names),
        "year": years,
        "country": np.array(list(COUNTRIES)),
        "input": np.array(list(INPUTS)),
        "product": np.array(list(PRODUCTS)),
        "route": np.array(list(ROUTES)),
    }
    rng = np.random.default_rng(seed)
    data = {}
    for name, (time, item, long_name, units) in VARIABLES.items():
        dims = ("run", "draw", time, *([item] if item else []))
        steps = axes[time].size
        shape = (draws, steps, *([axes[item].size] if item else []))
        drift = np.linspace(0, 1, steps).reshape(1, steps, *([1] if item else []))
        spread = rng.normal(0, 1, (draws, 1, *shape[2:]))
        if name in _MONEY:
            base = _MONEY[name] * (1 + 0.4 * drift) * np.exp(0.1 * spread)
            after = base * (1 - 0.2 * drift)
        elif name in _LEVEL:
            base = _LEVEL[name] * (1 + 0.3 * drift) + 0.1 * spread
            after = base + (-0.4 if name == "capability" else 0.3) * drift
        else:
            base = 1 / (1 + np.exp(-(1.5 + 0.5 * drift + 0.4 * spread)))
            after = base * (1 - 0.35 * drift * (1 + 0.2 * spread).clip(0.2))
        values = np.broadcast_to(np.stack([base, after]), (2, *shape)).astype(np.float32)
        data[name] = (dims, values.copy(), {"long_name": long_name, "units": units})
    coords = {"run": ["baseline", "scenario"], "draw": np.arange(draws), **axes}
    return xr.Dataset(data, coords).assign_coords(
        country_name=("country", list(COUNTRIES.values())),
        input_name=("input", [row[0] for row in INPUTS.values()]),
        input_stage=("input", [row[1] for row in INPUTS.values()]),
        input_family=("input", [row[2] for row in INPUTS.values()]),
        input_weight=("input", np.array([0.3, 0.4, 0.1, 0.15, 0.05])),
        coalition_covered=("draw", np.full(draws, 0.7)),
        input_covered=("input", [name in ("dry-etch", "duv-scanner") for name in INPUTS]),
        product_name=("product", list(PRODUCTS.values())),
        route_name=("route", [row[0] for row in ROUTES.values()]),
        route_product=("route", [row[1] for row in ROUTES.values()]),
        route_around=("route", [name == "logic-multi" for name in ROUTES]),
    )


def _headline(ensemble: xr.Dataset) -> list[dict]:
    rows = []

    def add(outcome, label, item, item_name, period, unit, values, *, key=False, note=""):
        base, after = np.asarray(values, dtype=float)
        with np.errstate(invalid="ignore"):  # never less never is undefined
            change = after - base
        row = {
            "outcome": outcome, "label": label, "item": item, "item_name": item_name,
            "period": period, "unit": unit, "key": key, "note": note,
            "up": float(np.mean(change > 0)), "defined": float(np.mean(np.isfinite(change))),
        }  # fmt: skip
        for name, sample in (("baseline", base), ("scenario", after), ("difference", change)):
            known = sample[~np.isnan(sample)]
            low, mid, high = np.quantile(known, [0.05, 0.5, 0.95], method="inverted_cdf")
            row |= {f"{name}_low": low, f"{name}_median": mid, f"{name}_high": high}
        rows.append(row)

    yearly = ensemble["output"].sel(quarter=[q for q in ensemble["quarter"].values if "2031" in q])
    for product, name in PRODUCTS.items():
        values = yearly.mean("quarter").sel(product=product).values
        add("output", "Output against plan", product, name, "2031", "1", values, key=True)
    for item, (name, *_) in INPUTS.items():
        at = {"input": item, "year": 2031}
        values = ensemble["local_share"].sel(at).values
        add("local_share", "Share bought at home", item, name, "2031", "1", values)
        lag = (ensemble["frontier"] - ensemble["capability"]).sel(at).values
        add("lag", "Lag behind the frontier", item, name, "2031", "generations", lag)
    for country, name in COUNTRIES.items():
        values = ensemble["sales"].sel(country=country).sum("quarter").values
        key = country != "ZZ"
        add("sales", "Sales", country, name, "2024-2031", "USD million", values, key=key)
    values = ensemble["lead"].isel(quarter=-1).values
    add("lead", "Lead of the coalition", "", "", "2031", "generations", values, key=True)
    reach = np.where(np.arange(values.size).reshape(values.shape) % 3 == 0, np.inf, 2029.0)
    add(
        "self_sufficiency", "Year when half is bought at home", "dry-etch", "Dry etch tools", "",
        "year", np.where(np.isinf(reach[0]), np.inf, reach), note="infinite: not by 2031",
    )  # fmt: skip
    return rows


def fake_result(*, draws: int = 40, seed: int = 7) -> Result:
    """Build a complete result from made-up numbers; the same arguments give the same result."""
    ensemble = fake_dataset(draws=draws, seed=seed)
    rng = np.random.default_rng(seed)
    drop = (ensemble["output"].sel(product="advanced-logic") < 0.8).sel(
        quarter=[q for q in ensemble["quarter"].values if q < "2029"]
    )
    happened = drop.any("quarter").values.astype(float)
    base, after = happened.mean(1)
    event = {
        "event": "Output of advanced logic below 0.8 of plan in a year up to 2028",
        "baseline": base, "baseline_se": (base * (1 - base) / draws) ** 0.5,
        "scenario": after, "scenario_se": (after * (1 - after) / draws) ** 0.5,
        "difference": after - base,
        "difference_se": float((happened[1] - happened[0]).std() / draws**0.5),
        **{f"{name}_defined": 1.0 for name in ("baseline", "scenario", "difference")},
        "draws": draws,
    }  # fmt: skip
    sensitivity = [
        {
            "outcome": "output", "label": "Output against plan of Advanced logic, 2031",
            "item": "advanced-logic", "period": "2031", "of": "difference", "parameter": name,
            "parameter_label": label, "first_order": share, "first_order_se": 0.03,
            "noise": 0.08, "rank_correlation": float(rng.uniform(-1, 1)), "rank": rank + 1,
            "clear": share > 0.08, "source_id": source,
        }
        for rank, (name, label, share, source) in enumerate(
            [
                ("leakage.lithography", "leakage", 0.46, "scenario"),
                ("qualification_rate", "speed of qualification", 0.21, "chokegraph-judgement"),
                ("approval:etch", "licences granted under etch", 0.12, "scenario"),
                ("price_substitution", "price substitution", 0.02, "chokegraph-judgement"),
            ]
        )
    ]  # fmt: skip
    attribution = [
        {
            "mechanism": name, "label": label, "outcome": "output",
            "outcome_label": "Output against plan of Advanced logic, 2031",
            "item": "advanced-logic", "period": "2031", "unit": "1", "with_median": -0.28,
            "without_median": -0.28 - effect, "effect_median": effect,
            "effect_low": effect - 0.04, "effect_high": effect + 0.04, "draws": draws,
        }
        for name, label, effect in [
            ("stockpiling", "Stockpiling", 0.06),
            ("imitation", "Imitation", 0.03),
            ("service", "Loss of service", -0.09),
        ]
    ]  # fmt: skip
    access = [
        {
            "control": control, "run": "scenario", "kind": "sales", "country": country,
            "input": item, "input_name": INPUTS[item][0], "market": "target",
            "tiers": "advanced;leading", "from": "2025Q1", "until": "", "announced": announced,
            "policy": policy, "approval_mean": 0.1, "approval_low": 0.01, "approval_high": 0.2,
            "share": share, "blocked": share * 0.9,
        }
        for control, country, item, announced, policy, share in [
            ("etch", "US", "dry-etch", "2024Q3", "presumption-of-denial", 0.4),
            ("scanners", "NL", "duv-scanner", "2025Q1", "[0, 0.2]", 0.8),
            ("scanners", "US", "duv-scanner", "2025Q1", "[0, 0.2]", 0.0),
        ]
    ]  # fmt: skip
    evidence = [
        {
            "statement_id": f"{number:012x}", "subject_id": f"input:{item}",
            "property": "provision_share", "object_id": f"country:{country}", "value": value,
            "unit": "1", "low": None if value is None else value - 0.1,
            "high": 0.9 if value is None else value + 0.1, "period": "2024", "grade": grade,
            "source_id": "made-up-2024", "source": "Made-up Yearbook", "publisher": "Nobody",
            "url": "https://example.org/yearbook", "locator": f"table {number}",
            "accessed": "2026-11-22", "used_for": "provision shares",
            "note": "" if value is not None else "named, without a figure",
        }
        for number, (item, country, value, grade) in enumerate(
            [
                ("dry-etch", "US", 0.4, "C"),
                ("dry-etch", "CN", 0.12, "D"),
                ("duv-scanner", "NL", 0.8, "B"),
                ("photoresist-arf", "US", None, "X"),
            ],
            start=1,
        )
    ]  # fmt: skip
    manifest = {
        "tool": "chokegraph", "version": "0.0.0", "scenario": "made-up",
        "scenario_sha256": "0" * 64, "scenario_text": SCENARIO_TEXT,
        "world": "builtin", "world_year": 2024, "world_version": "0", "data_sha256": "1" * 64,
        "seed": seed, "draws_asked": draws, "draws": draws, "engine": "numpy", "dtype": "float64",
        "quantiles": "inverted_cdf (Hyndman and Fan, type 1)",
        "python": "3.11", "numpy": "2", "jax": None, "git_commit": None,
        "started": "2026-11-22T03:00:00+00:00", "seconds": 1.0,
        "statements": [row["statement_id"] for row in evidence],
    }  # fmt: skip
    return Result(
        scenario=parse_scenario(SCENARIO_TEXT),
        dataset=ensemble,
        headline=make_table("headline", _headline(ensemble)),
        event=make_table("event", [event]),
        sensitivity=make_table("sensitivity", sensitivity),
        attribution=make_table("attribution", attribution),
        access=make_table("access", access),
        day_one=make_table("day_one", []),
        routes=make_table("routes", []),
        law=make_table("law", []),
        rules=make_table("rules", []),
        evidence=make_table("evidence", evidence),
        manifest=manifest,
    )
