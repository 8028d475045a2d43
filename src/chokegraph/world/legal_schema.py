# SPDX-License-Identifier: Apache-2.0
"""The tables of legal facts: which columns each has and what they hold."""

from __future__ import annotations

from chokegraph.world.schema import TIERS, Column, TableSpec

_EVIDENCE = (
    Column("source_id", "id", required=True),
    Column("locator"),
    Column("grade", required=True, choices=("A", "B", "C", "D", "X")),
    Column("note"),
)
_PART = tuple(Column(name, "number", low=0, high=1) for name in ("part", "low", "high"))
_ANSWER = ("true", "false", "unknown")

_SPECS = (
    TableSpec(
        "item_classes",
        "Classes of items as export-control lists see them, with their number from each day on",
        (
            Column("item_class", "id", required=True),
            Column("title", required=True),
            Column("from", "date"),
            Column("eccn", required=True),
            Column("item_kind", required=True),
            Column("facts", "list"),
            *_EVIDENCE,
        ),
        ("item_class", "from"),
    ),
    TableSpec(
        "legal_items",
        "Which classes of items are sold under an input, and which part each is of the purchases",
        (
            Column("subject_id", required=True),
            Column("tier", "list"),
            Column("item_class", "id", required=True),
            *_PART,
            *_EVIDENCE,
        ),
        ("subject_id", "tier", "item_class"),
    ),
    TableSpec(
        "production_facts",
        "Where a country's goods are made, and what of them comes from the United States",
        (
            Column("subject_id", required=True),
            Column("country", required=True),
            Column("place"),
            *_PART,
            *(
                Column(name, "number", low=0, high=100)
                for name in ("us_content_low", "us_content", "us_content_high")
            ),
            *(
                Column(name, required=True, choices=_ANSWER)
                for name in (
                    "contains_us_ic",
                    "contains_ic_from_us_tool_plant",
                    "plant_direct_product_of_us",
                )
            ),
            Column("technology_eccns", "list", required=True),
            Column("us_person", required=True, choices=_ANSWER),
            *_EVIDENCE,
        ),
        ("subject_id", "country", "place"),
    ),
    TableSpec(
        "buyer_sectors",
        "Who buys an input: plants, packaging houses, design houses, toolmakers and others",
        (
            Column("subject_id", required=True),
            Column("sector", "id", required=True),
            *_PART,
            *_EVIDENCE,
        ),
        ("subject_id", "sector"),
    ),
    TableSpec(
        "buyer_classes",
        "Classes of buyers in the target, and their part of the purchases of sector and tier",
        (
            Column("buyer_class", "id", required=True),
            Column("title", required=True),
            Column("sector", "id", required=True),
            Column("tier", choices=TIERS),
            *_PART,
            *_EVIDENCE,
        ),
        ("buyer_class", "sector", "tier"),
    ),
    TableSpec(
        "buyer_facts",
        "What the law looks at in a class of buyers, from each day on; act: by a government",
        (
            Column("buyer_class", "id", required=True),
            Column("from", "date"),
            Column("act", "flag", required=True),
            Column("facts", "list"),
            *_EVIDENCE,
        ),
        ("buyer_class", "from"),
    ),
    TableSpec(
        "national_lists",
        "Items that the country of export has on its own control list, from each day on",
        (
            Column("item_class", "id", required=True),
            Column("country", required=True),
            Column("from", "date", required=True),
            *_EVIDENCE,
        ),
        ("item_class", "country"),
    ),
    TableSpec(
        "licence_practice",
        "How licences are decided in practice, where the law files do not say",
        (
            Column("item_class", "id", required=True),
            Column("country", required=True),
            Column("from", "date", required=True),
            Column("until", "date"),
            Column("policy", "id", required=True),
            *_EVIDENCE,
        ),
        ("item_class", "country", "from"),
    ),
)

LEGAL_TABLES: dict[str, TableSpec] = {spec.name: spec for spec in _SPECS}
"""The tables of legal facts, by name."""
