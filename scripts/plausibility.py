# SPDX-License-Identifier: Apache-2.0
"""Write the plausibility page: the model from 2019, against the public figures of 2022 to 2025.

Run: python scripts/plausibility.py [--draws N] [--engine auto|numpy|jax]

The page is committed. Nothing in the model is chosen to fit it; a miss stays on the page.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from chokegraph.response.simulate import Engine, simulate
from chokegraph.scenario import load_scenario
from chokegraph.study.setting import build_setting
from chokegraph.world import load_world
from chokegraph.world.model import Statement, World
from chokegraph.world.quantiles import quantiles

ROOT = Path(__file__).resolve().parent.parent
SCENARIO = ROOT / "examples" / "scenarios" / "real-calendar-2019.yaml"
PAGE = ROOT / "docs" / "explanation" / "plausibility.md"
FIGURE = ROOT / "docs" / "images" / "plausibility.svg"

CLASSES = {
    "lithography": "Lithography",
    "resist-processing": "Resist processing",
    "etch": "Dry etch",
    "stripping": "Stripping",
    "cleaning": "Cleaning",
    "deposition-cvd": "CVD",
    "deposition-ald": "ALD",
    "deposition-pvd": "PVD",
    "deposition-epi": "Epitaxy",
    "thermal": "Thermal",
    "implant": "Implant",
    "cmp": "CMP",
    "metrology-inspection": "Metrology and inspection",
}
ALL = "all-equipment"
FIRST, LAST = 2022, 2025
JUDGED = "chokegraph-judgement"
BASIS = {
    "eto-2025-07": "value",
    "csis-allen-2024": "value",
    "trendforce-2025-02-14": "value",
    "barclays-afn": "value",
    "bottom-up-listed-2026": "value",
    "ijiwei-tenders-2022": "tenders",
    "csis-sme-2024": "tenders",
    "digitimes-2023-09-22": "tenders or count",
}
"""What a source counts; a source that is not listed does not say."""
DERIVED_FROM = "eto-2025-07"
WHOLE = 0.97


@dataclass(frozen=True)
class Public:
    """A public figure: value and interval, year, definition, source."""

    value: float
    low: float
    high: float
    year: int
    text: str
    source: str
    grade: str


def model_shares(draws: int, engine: Engine) -> tuple[dict[str, dict[int, np.ndarray]], list[int]]:
    """Return draws of the local share by class and year, weighted by purchases at the start."""
    scenario = load_scenario(SCENARIO)
    world = load_world(scenario.world)
    setting = build_setting(scenario, world, draws=draws, seed=scenario.seed)
    policies = {"scenario": setting.policies.by_run()["scenario"]}
    paths = simulate(setting.structure, setting.params, policies, engine=engine)["scenario"]
    structure, local = setting.structure, paths["local_share"]
    years = [structure.start_year + k for k in range(local.shape[1])]
    weight = np.nan_to_num(structure.demand.mid[:3]).sum(axis=0)
    # No EUV scanner was for sale, so none was bought: it has no place among the purchases.
    euv = np.array(["euv" in world.inputs[i].tags for i in structure.inputs])
    tools = np.array([world.inputs[i].kind == "tool" for i in structure.inputs])
    family = np.array(structure.families)
    chosen = {key: (family == key) & tools & ~euv for key in CLASSES}
    chosen[ALL] = np.any(list(chosen.values()), axis=0)
    out: dict[str, dict[int, np.ndarray]] = {}
    for key, mask in chosen.items():
        part = weight * mask
        mean = local @ part / part.sum()
        out[key] = {year: mean[:, k] for k, year in enumerate(years)}
    return out, years


def derived(world: World, family: str) -> Public | None:
    """Return the local share that follows from world shares and sizes of the data year 2024."""
    sold = total = 0.0
    for item in world.inputs.values():
        if item.family != family or item.kind != "tool" or "euv" in item.tags:
            continue
        subject = f"input:{item.input_id}"
        size = _figure(world, subject, "market_size", "")
        share = _figure(world, subject, "provision_share", "country:CN")
        if share is None:
            # Nothing is known about China, unless the countries listed make up the whole market.
            share = 0.0 if _listed(world, subject) >= WHOLE else None
        if size is not None and share is not None:
            total += size
            sold += size * share
    buyers = [
        s
        for s in world.by_subject.get((f"family:{ALL}", "buyer_share"), ())
        if s.object_id == "country:CN" and s.year == 2024 and s.value
    ]
    if not total or not buyers:
        return None
    part = max(s.value for s in buyers if s.value is not None)
    value = min(sold / (part * total), 1.0)
    text = (
        "derived: sales of makers with headquarters in China (ETO, data year 2024), all taken as "
        "sold at home, over China's part of world equipment billings (SEMI)"
    )
    return Public(value, value * 0.85, min(value * 1.15, 1.0), 2024, text, DERIVED_FROM, "C")


def _listed(world: World, subject: str) -> float:
    """Return the part of the market that the source attributes to named countries."""
    return sum(
        statement.value or 0.0
        for statement in world.by_subject.get((subject, "provision_share"), ())
        if statement.source_id == DERIVED_FROM and statement.object_id.startswith("country:")
    )


def _figure(world: World, subject: str, prop: str, obj: str) -> float | None:
    for statement in world.by_subject.get((subject, prop), ()):
        if statement.source_id == DERIVED_FROM and statement.object_id == obj:
            return statement.value
    return None


def published(world: World, family: str) -> list[Public]:
    """Return the public figures on a class, without our own estimates."""
    rows: list[Statement] = [
        s
        for s in world.by_subject.get((f"family:{family}", "local_share"), ())
        if s.object_id == "country:CN"
        and s.value is not None
        and s.year is not None
        and FIRST <= s.year <= LAST
        and s.source_id not in (JUDGED, DERIVED_FROM)
    ]
    found = [
        Public(
            s.value or 0.0,
            s.low if s.low is not None else 0.0,
            s.high if s.high is not None else 1.0,
            s.year or 0,
            _definition(s.note),
            s.source_id,
            s.grade,
        )
        for s in rows
    ]
    return sorted(found, key=lambda public: (public.year, public.source))


def _definition(note: str) -> str:
    text = note.split(":", 1)[1] if note.lower().startswith("definition:") else note
    return text.strip().replace("|", "/")


def verdict(public: Public, low: float, high: float) -> str:
    """Return whether the model's interval holds the figure, and if not on which side it misses."""
    if low <= public.value <= high:
        return "inside"
    return "**miss: model too low**" if public.value > high else "**miss: model too high**"


def percent(value: float) -> str:
    return f"{100 * value:.0f} %" if value >= 0.0995 else f"{100 * value:.1f} %"


def figure(rows: list[tuple[str, np.ndarray, list[Public]]]) -> str:
    """Return an SVG: the model's interval by class, and each public figure as a mark."""
    left, width, height, step = 190, 760, 60 + 34 * len(rows), 34
    span = width - left - 30

    def x(value: float) -> float:
        return left + span * value

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        'font-family="system-ui, sans-serif" font-size="13">',
        "<title>Local share of China's tool purchases: model from 2019 against public figures"
        "</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    for tick in range(0, 101, 20):
        at = x(tick / 100)
        parts.append(
            f'<line x1="{at:.0f}" x2="{at:.0f}" y1="20" y2="{height - 40}" stroke="#dddddd"/>'
            f'<text x="{at:.0f}" y="{height - 24}" text-anchor="middle" fill="#333333">{tick} %'
            "</text>"
        )
    for k, (name, draws, publics) in enumerate(rows):
        y = 36 + step * k
        low, middle, high = quantiles(draws)
        parts.append(
            f'<text x="{left - 12}" y="{y + 4}" text-anchor="end" fill="#111111">{name}</text>'
            f'<line x1="{x(low):.1f}" x2="{x(high):.1f}" y1="{y}" y2="{y}" stroke="#0b6e99" '
            'stroke-width="8" stroke-opacity="0.45"/>'
            f'<line x1="{x(middle):.1f}" x2="{x(middle):.1f}" y1="{y - 7}" y2="{y + 7}" '
            'stroke="#0b4f6c" stroke-width="3"/>'
        )
        for public in publics:
            by_value = BASIS.get(public.source) == "value"
            fill = "#b3541e" if by_value else "#ffffff"
            parts.append(
                f'<circle cx="{x(public.value):.1f}" cy="{y}" r="4.5" fill="{fill}" '
                f'stroke="#b3541e" stroke-width="1.6"><title>{percent(public.value)}, '
                f"{public.year}, {public.source}</title></circle>"
            )
    parts.append(
        f'<text x="12" y="{height - 6}" fill="#333333">Bar: model, 5 to 95 %, line: median, '
        "2024. Full mark: by value. Open mark: other definitions.</text></svg>"
    )
    return "\n".join(parts) + "\n"


def page(shares: dict[str, dict[int, np.ndarray]], world: World, draws: int) -> tuple[str, str]:
    """Return the page and the figure."""
    names = {**CLASSES, ALL: "All tool classes"}
    lines = [HEAD.format(draws=draws)]
    drawn: list[tuple[str, np.ndarray, list[Public]]] = []
    tally: dict[str, list[int]] = {}
    for key, name in names.items():
        publics = published(world, key)
        from_shares = derived(world, key) if key != ALL else None
        if from_shares is not None:
            publics = [*publics, from_shares]
        drawn.append((name, shares[key][2024], publics))
        for public in publics:
            year = min(max(public.year, FIRST), LAST)
            low, middle, high = quantiles(shares[key][year])
            said = verdict(public, low, high)
            basis = BASIS.get(public.source, "not stated")
            count = tally.setdefault("value" if basis == "value" else "other", [0, 0])
            count[0] += said == "inside"
            count[1] += 1
            lines.append(
                f"| {name} | {year} | {percent(middle)} ({percent(low)} to {percent(high)}) | "
                f"{percent(public.value)} | {basis} | {said} | {public.text} | {public.source} "
                f"({public.grade}) |"
            )
    start = [f"{names[key]} {percent(float(quantiles(shares[key][2019])[1]))}" for key in names]
    value, other = tally.get("value", [0, 0]), tally.get("other", [0, 0])
    lines.append(TAIL.format(value=value, other=other, start=", ".join(start)))
    return "\n".join(lines), figure(drawn)


HEAD = """# Is the model plausible? From 2019 to 2024

<!-- Written by scripts/plausibility.py; do not edit by hand. -->

The model starts from the world of 2019, with the law and the lists of parties as they came
(`examples/scenarios/real-calendar-2019.yaml`), and runs forward with {draws} draws from the priors.
This page sets its local share (the part of China's purchases that Chinese makers supply) against
public figures. **No prior was set or changed to fit this page.** A figure outside the
model's 5 to 95 % interval is a miss and is shown as one.

The public figures do not measure one thing. Some count *value*, some count *tenders won*, some are
brokers' "localisation rates" without a stated base; for 2023 they run from 10 % to 47 % for the
same market. The model's share is by volume at start prices, of all purchases in mainland China,
plants of foreign owners included. Only the figures by value come close to that definition.

![Local share by tool class: model against public figures](../images/plausibility.svg)

| Class | Year | Model: median (5 to 95 %) | Public | Basis | Verdict | Definition | Source, grade |
|---|---|---|---|---|---|---|---|"""

TAIL = """
**Of {value[1]} figures by value, {value[0]} lie inside the model's interval. Of {other[1]} on
another basis, or on none that is stated, {other[0]} do.** Since the figures on one class
contradict each other, no model could hold them all.

The start, in 2019 (medians): {start}.

## What to read from it

- Where only tender counts and brokers' rates lie above the interval, the figure and the model may
  both be right: they measure different things.
- A figure *by value* outside the interval is a real miss, with one exception: the source of the
  derived figures counts ACM Research, which is run from China, as American. This explains cleaning.
- Grades of suppliers in 2019 rest partly on later judgement, because no source gives them for that
  year, so the start is not wholly blind to what came after.
- The target's mandates and subsidies of these years are not in the calendar: no public source gives
  their size by class of tools. The baseline drift stands for them.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=400)
    parser.add_argument("--engine", default="auto")
    options = parser.parse_args()
    shares, _ = model_shares(options.draws, options.engine)
    text, drawing = page(shares, load_world("builtin@2024"), options.draws)
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    FIGURE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(text, encoding="utf-8")
    FIGURE.write_text(drawing, encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)} and {FIGURE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
