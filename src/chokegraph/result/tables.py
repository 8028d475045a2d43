# SPDX-License-Identifier: Apache-2.0
"""The columns of a result's tables: name, type and meaning, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import polars as pl

COLUMNS: dict[str, dict[str, tuple[str, str]]] = {
    "headline": {
        "outcome": ("text", "id of the outcome"),
        "label": ("text", "the outcome in words"),
        "item": ("text", "input, product, route or country; empty for a total"),
        "item_name": ("text", "its name"),
        "period": ("text", "year, years, or empty for the whole horizon"),
        "unit": ("text", "unit of the values"),
        "baseline_median": ("number", "median over draws in the baseline"),
        "baseline_low": ("number", "5 % quantile in the baseline"),
        "baseline_high": ("number", "95 % quantile in the baseline"),
        "scenario_median": ("number", "median over draws in the scenario"),
        "scenario_low": ("number", "5 % quantile in the scenario"),
        "scenario_high": ("number", "95 % quantile in the scenario"),
        "difference_median": ("number", "median of scenario minus baseline on the same draw"),
        "difference_low": ("number", "5 % quantile of the difference"),
        "difference_high": ("number", "95 % quantile of the difference"),
        "up": ("number", "fraction of draws in which the scenario is higher"),
        "defined": ("number", "fraction of draws in which the difference is defined"),
        "key": ("flag", "whether it belongs to the first table a reader sees"),
        "note": ("text", "what to know about this row"),
    },
    "event": {
        "event": ("text", "the event in words"),
        "baseline": (
            "number",
            "probability in the baseline; empty if it compares the runs, or if few draws define it",
        ),
        "baseline_se": ("number", "its Monte Carlo standard error"),
        "scenario": ("number", "probability in the scenario; empty if few draws define it"),
        "scenario_se": ("number", "its Monte Carlo standard error"),
        "difference": ("number", "scenario less baseline, on the same draws"),
        "difference_se": ("number", "its Monte Carlo standard error"),
        "baseline_defined": ("number", "fraction of draws that define it in the baseline"),
        "scenario_defined": ("number", "fraction of draws that define it in the scenario"),
        "difference_defined": ("number", "fraction of draws that define it in both"),
        "draws": ("count", "draws of the run"),
    },
    "sensitivity": {
        "outcome": ("text", "id of the outcome"),
        "label": ("text", "the outcome in words, with item and period"),
        "item": ("text", "input, product, route or country; empty for a total"),
        "period": ("text", "year or years"),
        "of": ("text", "what is explained: the paired difference, or the scenario"),
        "parameter": ("text", "name of the uncertain quantity"),
        "parameter_label": ("text", "what it is"),
        "first_order": ("number", "fraction of the variance that it explains alone"),
        "first_order_se": ("number", "standard error of that, by bootstrap; empty for weak ones"),
        "noise": ("number", "what the luckiest of as many meaningless quantities seldom exceeds"),
        "rank_correlation": ("number", "Spearman's rank correlation with the outcome"),
        "rank": ("count", "1 for the quantity that explains most"),
        "clear": ("flag", "whether the fraction stands out of the noise"),
        "source_id": ("text", "where its prior comes from, or `scenario`"),
    },
    "attribution": {
        "mechanism": ("text", "name of the mechanism"),
        "label": ("text", "the mechanism in words"),
        "outcome": ("text", "id of the outcome"),
        "outcome_label": ("text", "the outcome in words, with item and period"),
        "item": ("text", "input, product, route or country; empty for a total"),
        "period": ("text", "year or years"),
        "unit": ("text", "unit of the values"),
        "with_median": ("number", "median paired difference with all mechanisms"),
        "without_median": ("number", "median paired difference without this one"),
        "effect_median": ("number", "median of with less without, on the same draw"),
        "effect_low": ("number", "5 % quantile of that"),
        "effect_high": ("number", "95 % quantile of that"),
        "draws": ("count", "draws on which it rests"),
    },
    "access": {
        "control": ("text", "name of the control in the scenario, or `law`"),
        "run": ("text", "the run in which it holds"),
        "kind": ("text", "what it stops: sales, sales above a cap, servicing, or staff"),
        "country": ("text", "the country that applies it"),
        "input": ("text", "the input"),
        "input_name": ("text", "its name"),
        "market": ("text", "whose purchases it stops"),
        "tiers": ("text", "which of the target's production, separated by semicolons"),
        "from": ("text", "first quarter in force"),
        "until": ("text", "last quarter in force; empty for ever"),
        "announced": ("text", "quarter from which buyers know"),
        "policy": ("text", "licence policy, or the approved fraction as written"),
        "approval_mean": ("number", "mean approved fraction over the draws"),
        "approval_low": ("number", "5 % quantile of the approved fraction"),
        "approval_high": ("number", "95 % quantile of the approved fraction"),
        "share": ("number", "the country's share in the target's purchases at the start, median"),
        "blocked": (
            "number",
            "part of `share` denied, median; of a cap: what is asked for above it",
        ),
    },
    "day_one": {
        "quarter": ("text", "the quarter of the day"),
        "fullest": ("flag", "whether it is the day on which most is cut; else the first day"),
        "place": ("text", "target, coalition or others; of sales, the supplying country"),
        "kind": ("text", "input, output (of lines that run), new lines, or sales"),
        "item": ("text", "input, product or country"),
        "item_name": ("text", "its name"),
        "unit": ("text", "unit of the losses"),
        "loss_median": ("number", "what is lost at once, median over the draws"),
        "loss_low": ("number", "5 % quantile of it"),
        "loss_high": ("number", "95 % quantile of it"),
        "direct_median": ("number", "of that, what is cut itself, median; empty for products"),
        "binds": ("text", "for a product, the input that binds in most draws"),
        "binds_name": ("text", "its name"),
        "binds_in": ("number", "fraction of the draws in which it binds"),
        "chain": ("text", "inputs from what is lacking to what is cut, separated by semicolons"),
        "because": ("text", "the same in words, in the draw with the median loss"),
        "draws": ("count", "draws on which it rests"),
    },
    "routes": {
        "product": ("text", "the product"),
        "product_name": ("text", "its name"),
        "route": ("text", "the route"),
        "route_name": ("text", "its name"),
        "design_around": ("flag", "whether the route avoids controlled inputs"),
        "way": ("text", "the reference design, or the route where it has none"),
        "design": ("text", "its dies, package and memory in a line"),
        "merit_from": ("text", "where its merit comes from: chip or tables"),
        "yield_from": ("text", "where its start yield comes from: chip or tables"),
        "merit_low": ("number", "5 % quantile of its output for its cost, the best being about 1"),
        "merit_median": ("number", "median of that"),
        "merit_high": ("number", "95 % quantile of that"),
        "yield_low": ("number", "5 % quantile of its yield at the start over a ripe one"),
        "yield_median": ("number", "median of that"),
        "yield_high": ("number", "95 % quantile of that"),
        "used_baseline": ("number", "fraction of draws in which it is the way, last year"),
        "used_scenario": ("number", "the same in the scenario"),
        "share_baseline": ("number", "its share of the product's output, mean, last year"),
        "share_scenario": ("number", "the same in the scenario"),
        "measure": ("text", "what performance is counted in"),
        "performance": ("number", "performance of one good package, middle figures"),
        "cost_now": ("number", "cost over its life with the defects of the start, USD"),
        "cost": ("number", "the same with a ripe process: the sum of the parts that follow, USD"),
        "silicon": ("number", "dies as if all were good, USD"),
        "die_loss": ("number", "bad dies, USD"),
        "memory_cost": ("number", "memory, USD"),
        "package_loss": ("number", "what is lost in packages that fail, USD"),
        "carrier": ("number", "interposer, bridges, bonds, USD"),
        "substrate": ("number", "substrate, USD"),
        "assembly": ("number", "assembly and test, USD"),
        "nre": ("number", "its part of design and masks, USD"),
        "system": ("number", "board, host, network and rack, USD"),
        "power_cost": ("number", "power over its life, USD"),
        "die_yield": ("number", "yield of its dies at the start"),
        "package_yield": ("number", "yield of its package at the start"),
        "tpp": ("number", "total processing performance"),
        "power": ("number", "power, W"),
        "duv_hours": ("number", "hours of immersion scanners for a good package"),
        "euv_hours": ("number", "hours of EUV scanners for a good package"),
        "cycle_days": ("number", "days in the fab"),
        "within": ("number", "fraction of draws in which it keeps all physical limits"),
        "dies": ("number", "dies in a package"),
        "area": ("number", "area of a die, mm2"),
        "stacks": ("number", "memory stacks or packages, or gigabits bonded on logic"),
        "clock": ("number", "clock over the usual one of its node"),
        "node": ("text", "its process"),
        "package": ("text", "its package"),
        "memory": ("text", "its memory"),
        "status": ("text", "what the classification of chips says of it, by text and day"),
        "needs": ("text", "inputs that it needs, separated by semicolons"),
        "rests_on": ("text", "subjects of the statements behind its figures"),
        "source_id": ("text", "source of the reference design"),
        "grade": ("text", "how good the evidence for the design is"),
        "note": ("text", "what it stands for"),
    },
    "law": {
        "run": ("text", "the run in which it holds"),
        "from": ("text", "first quarter"),
        "until": ("text", "last quarter; empty for ever"),
        "country": ("text", "the provider's country"),
        "input": ("text", "the input"),
        "input_name": ("text", "its name"),
        "kind": ("text", "sales, servicing or staff"),
        "tiers": ("text", "which of the target's production, separated by semicolons"),
        "buyers": ("text", "classes of buyers, separated by semicolons"),
        "items": ("text", "classes of items, separated by semicolons"),
        "outcome": ("text", "licence policy, exception, authorised, or cannot-tell"),
        "reasons": ("text", "codes of the licence requirements that stand, or may stand"),
        "hooks": ("text", "codes of what makes the item subject to a state's rules"),
        "exceptions": ("text", "licence exceptions that can be used"),
        "missing": ("text", "facts without which it cannot be told"),
        "rules": ("text", "rules that decide, each with the first day of its version"),
        "citations": ("text", "where they stand"),
        "marks": ("text", "doubtful parts of the law that decide"),
        "part": ("number", "part of the country's flow that is treated so, middle value"),
    },
    "rules": {
        "run": ("text", "the run in which it counts"),
        "rule": ("text", "id of the rule"),
        "kind": ("text", "what it does: hook, requirement, exclusion, exception, policy"),
        "code": ("text", "the code that it reports"),
        "regime": ("text", "whose law: us, nl, jp, cn"),
        "title": ("text", "what it says, in a line"),
        "from": ("text", "first day of the version used"),
        "until": ("text", "first day on which it no longer applies; empty if none is set"),
        "cite": ("text", "where it stands"),
        "confidence": ("text", "A, B, C or ?: how sure the text is"),
        "note": ("text", "anything to know"),
        "amended": ("flag", "whether an amendment of the scenario made or changed it"),
        "inputs": ("text", "inputs that it bears on, separated by semicolons"),
    },
    "evidence": {
        "statement_id": ("text", "id of the statement"),
        "subject_id": ("text", "what it is about"),
        "property": ("text", "which property"),
        "object_id": ("text", "whose, for example a country's share"),
        "value": ("number", "the value; empty if the source gives none"),
        "unit": ("text", "its unit"),
        "low": ("number", "lower end of its 90 % interval"),
        "high": ("number", "upper end of its 90 % interval"),
        "period": ("text", "the time that it is about"),
        "grade": ("text", "how good the evidence is: A, B, C, D, or X for our judgement"),
        "source_id": ("text", "id of the source"),
        "source": ("text", "title of the source"),
        "publisher": ("text", "who published it"),
        "url": ("text", "where it is"),
        "locator": ("text", "where in the source"),
        "accessed": ("text", "when it was read"),
        "used_for": ("text", "what the run used it for"),
        "note": ("text", "anything to know"),
    },
}
"""Per table: column -> (type, meaning). Types: text, number, count, flag."""


def make_table(name: str, rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Build one of a result's tables with its types, whatever the rows hold.

    Args:
        name: A key of `COLUMNS`.
        rows: Rows with exactly the table's columns.

    Returns:
        The table; with no rows it still has its columns.

    Raises:
        KeyError: If a row lacks a column.

    Example:
        >>> make_table("event", []).columns[0]
        'event'
    """
    import polars as pl

    kinds = {"text": pl.String, "number": pl.Float64, "count": pl.Int64, "flag": pl.Boolean}
    columns = COLUMNS[name]
    data = [{column: row[column] for column in columns} for row in rows]
    return pl.DataFrame(data, schema={key: kinds[kind] for key, (kind, _) in columns.items()})
