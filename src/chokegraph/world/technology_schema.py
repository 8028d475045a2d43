# SPDX-License-Identifier: Apache-2.0
"""The tables of technology: what a node, a package, a memory or a part is called and consists of.

Their figures are statements about `node:ID`, `scheme:ID` and so on; these tables hold the rest.
"""

from __future__ import annotations

from chokegraph.world.schema import Column, ColumnType, TableSpec

BOND_MODES = ("chip-last", "chip-first", "bridge", "d2w", "w2w")
CARRIER_UNITS = ("mm2", "wafer", "bridge", "die", "wafer-pair")
NEED_KINDS = ("process", "package", "memory")
MEASURES = ("compute", "transistors", "bits")
STARTS = ("as-stated", "new", "ripe", "table")
BILLS = ("made", "table")

_YEAR = {"low": 1900, "high": 2100}


def _year(name: str, *, required: bool = True) -> Column:
    return Column(name, "integer", required=required, low=_YEAR["low"], high=_YEAR["high"])


def _texts(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name) for name in names)


def _key(name: str, kind: ColumnType = "id") -> Column:
    return Column(name, kind, required=True)


_SPECS = (
    TableSpec(
        "nodes",
        "Logic processes",
        (
            _key("node_id"),
            Column("name", required=True),
            Column("foundry", required=True),
            Column("class_nm", "number", required=True, low=0),
            _year("hvm_year"),
            Column("nonplanar", "flag", required=True),
            Column("needs_euv", "flag", required=True),
            Column("process", "id", required=True),
            *_texts("critical_scheme", "note"),
        ),
        ("node_id",),
    ),
    TableSpec(
        "patterning",
        "Ways to pattern a layer",
        (
            _key("scheme_id"),
            Column("name", required=True),
            Column("needs_euv", "flag", required=True),
            Column("needs", "list", required=True),
            Column("note"),
        ),
        ("scheme_id",),
    ),
    TableSpec(
        "packages",
        "Ways to put dies together",
        (
            _key("package_id"),
            Column("name", required=True),
            Column("family", required=True),
            Column("bond_mode", required=True, choices=BOND_MODES),
            Column("carrier_unit", required=True, choices=CARRIER_UNITS),
            Column("memory_types", "list"),
            Column("note"),
        ),
        ("package_id",),
    ),
    TableSpec(
        "memories",
        "Memory stacks and packages",
        (
            _key("memory_id"),
            Column("name", required=True),
            Column("type", required=True),
            _year("year"),
            Column("process"),
            Column("makers", "list"),
            Column("note"),
        ),
        ("memory_id",),
    ),
    TableSpec(
        "memory_nodes",
        "Generations of memory chips",
        (
            _key("memory_node_id"),
            Column("name", required=True),
            Column("device", required=True, choices=("dram", "nand")),
            Column("maker", required=True),
            _year("year"),
            *_texts("stated_limit", "note"),
        ),
        ("memory_node_id",),
    ),
    TableSpec(
        "accelerators",
        "Real accelerators; the status in a table of facts is what was worked out by hand",
        (
            _key("accelerator_id"),
            Column("name", required=True),
            Column("maker", required=True),
            Column("country", required=True),
            _year("launch_year"),
            *_texts("foundry", "process"),
            Column("nodes", "list"),
            Column("memory"),
            Column("tpp_bits", "integer", low=1),
            Column("datacentre", "flag", required=True),
            *_texts("status_2022", "status_2023", "below_caps_2026"),
            Column("checked", required=True, choices=("yes", "partly", "no")),
            Column("source_id", "id", required=True),
            *_texts("area_note", "history"),
        ),
        ("accelerator_id",),
    ),
    TableSpec(
        "substrates",
        "Silicon carbide wafers, by diameter",
        (
            _key("substrate_id"),
            Column("name", required=True),
            Column("input_id", "id", required=True),
            Column("note"),
        ),
        ("substrate_id",),
    ),
    TableSpec(
        "chip_settings",
        "Settings of the model of chips, with the bounds that a draw never leaves",
        (
            _key("setting_id"),
            Column("name", required=True),
            Column("unit"),
            Column("min", "number"),
            Column("max", "number"),
            Column("meaning", required=True),
        ),
        ("setting_id",),
    ),
    TableSpec(
        "technology_needs",
        "Which inputs a process, a package or a memory needs, and what can stand in for each",
        (
            _key("subject_id", "text"),
            Column("input_id", "id", required=True),
            Column("requirement", "number", required=True, low=0, high=1),
            Column("alternatives", "list"),
            Column("note"),
        ),
        ("subject_id", "input_id"),
    ),
    TableSpec(
        "route_designs",
        "Reference designs of routes: what is made on a route, and what may be chosen in it",
        (
            _key("design_id"),
            _key("route_id"),
            Column("measure", required=True, choices=MEASURES),
            Column("node_id", "id"),
            Column("starts", required=True, choices=STARTS),
            Column("grows_into", "id"),
            Column("more_masks", "number", low=0),
            Column("package_id", "id"),
            Column("memory_id", "id"),
            Column("dies", "list"),
            Column("stacks", "list"),
            Column("clocks", "list"),
            Column("logic_mtr", "number", low=0),
            Column("layers", "integer", low=1),
            Column("decks", "integer", low=1),
            Column("volume", "number", low=1),
            Column("bill", required=True, choices=BILLS),
            Column("not_needed", "list"),
            Column("also_needed", "list"),
            Column("source_id", "id", required=True),
            Column("grade", required=True, choices=("A", "B", "C", "D", "X")),
            Column("note", required=True),
        ),
        ("design_id",),
    ),
)

TECHNOLOGY_TABLES: dict[str, TableSpec] = {spec.name: spec for spec in _SPECS}
"""The tables of technology, by name."""

TECHNOLOGY_KINDS = {
    "node": "nodes",
    "scheme": "patterning",
    "package": "packages",
    "memory": "memories",
    "memory-node": "memory_nodes",
    "accelerator": "accelerators",
    "substrate": "substrates",
    "setting": "chip_settings",
}
"""Kinds in `kind:id` of statements, and the table that must hold the id."""
