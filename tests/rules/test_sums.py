# SPDX-License-Identifier: Apache-2.0
"""Facts that are sums of others: what is known of them, in both engines, and the law that asks."""

from dataclasses import replace
from datetime import date
from math import inf

import pytest

from chokegraph.rules import load_law
from chokegraph.rules.checks import check_law
from chokegraph.rules.compile import compile_law
from chokegraph.rules.encode import encode
from chokegraph.rules.many import decide_each, decide_many, fact_table
from chokegraph.rules.values import NOT_APPLICABLE, Interval, total

DAY = date(2025, 5, 1)
SUM = "dram_io_gbytes_s"


@pytest.mark.parametrize(
    ("parts", "value"),
    [
        ([1300.0, 1000.0], 2300.0),
        ([1300.0, Interval(0.0, 400.0)], Interval(1300.0, 1700.0)),
        ([1300.0, None], Interval(1300.0, inf)),
        ([Interval(1.0, 2.0), None], Interval(1.0, inf)),
        ([1300.0, NOT_APPLICABLE], 1300.0),
        ([None, NOT_APPLICABLE], None),
        ([None, None], None),
        ([NOT_APPLICABLE, NOT_APPLICABLE], NOT_APPLICABLE),
    ],
)
def test_what_is_known_of_a_sum(parts, value):
    assert total(parts) == value


def test_a_column_of_sums_says_the_same():
    law = load_law()
    values = [None, NOT_APPLICABLE, 0.0, 500.0, 1700.0, Interval(600.0, 1800.0)]
    rows = [
        ({"dram_bw_gbytes_s": dram, "io_gbytes_s": io}, DAY) for dram in values for io in values
    ]
    program = compile_law(law)
    encoded = encode(fact_table(rows, law), program)
    column = next(each for each in encoded.columns if SUM in each.facts)
    for at, (row, _) in enumerate(rows):
        found = column.values(int(column.codes[at]))[column.facts.index(SUM)]
        expected = total(list(row.values()))
        assert program.book.effect(SUM, found) == program.book.effect(SUM, expected), row


@pytest.mark.parametrize("decide", [decide_many, decide_each])
@pytest.mark.parametrize(
    ("dram", "io", "flagged"),
    [
        (1300.0, 1000.0, True),
        (1300.0, 400.0, True),
        (1300.0, 399.0, False),
        (1699.0, NOT_APPLICABLE, True),
        (1399.0, NOT_APPLICABLE, False),
        (700.0, 1000.0, True),
        (600.0, 1000.0, False),
    ],
)
def test_the_letters_of_april_2025_ask_for_the_sum(decide, dram, io, flagged):
    """Just below the sum, the outcome is that of a chip with no bandwidth at all."""
    row = {
        "eccn": "3A991", "origin": "US", "exporter_country": "US", "destination": "CN",
        "is_informed_letter": True, "dram_bw_gbytes_s": dram, "io_gbytes_s": io,
    }  # fmt: skip
    law = load_law()
    concept = "h20-notice-chip"
    from chokegraph.rules.scalar import Trace

    assert Trace(row, law, DAY).holds(concept) is flagged
    none = {**row, "dram_bw_gbytes_s": 0.0, "io_gbytes_s": 0.0}
    found, without = decide([(row, DAY), (none, DAY)], law)
    assert (found == without) is not flagged


def test_a_sum_of_what_is_no_number_is_a_finding():
    law = load_law()
    wrong = replace(law.facts[SUM], sum_of=("origin", "nothing"), first_of=("tpp",))
    said = [message for _, _, message, _ in check_law(replace(law, facts=law.facts | {SUM: wrong}))]
    assert "'origin' cannot be added to it" in said
    assert "it is derived from 'nothing', which does not exist" in said
    assert "it is derived in several ways" in said
