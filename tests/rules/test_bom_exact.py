# SPDX-License-Identifier: Apache-2.0
"""Shares of bills of materials are exact: 25 % to the last digit is not above 25 %."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.test_bom import DAY, HEAD, bom, controlled, share
from tests.rules.test_scalar import LAW
from typer.testing import CliRunner

from chokegraph.cli import app
from chokegraph.rules.de_minimis import contributions
from chokegraph.rules.exact import decimals, scaled

ITEM = f"{HEAD}\n,tool,,VALUE,3B991,DE,commodity,,,\n"
DEEP = 40
"""Levels of a bill whose sums need more digits than a float has."""


def item(value: str, *lines: str) -> str:
    return ITEM.replace("VALUE", value) + "".join(f"{line},commodity,no,,no\n" for line in lines)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (item("1.2", "tool,a,3,0.1,3A090,US"), (25.0, 25.0)),
        (item("3", "tool,a,3,0.1,3A090,US"), (10.0, 10.0)),
        (item("1.2", "tool,a,1,0.1,3A090,US", "tool,b,1,0.2,3A090,US"), (25.0, 25.0)),
        (item("1.2", "tool,a,3,0.1,,US"), (0.0, 25.0)),
        (item("1.2", "tool,a,3,0.1,3A090,US", "tool,b,1,0.9,,US"), (25.0, 100.0)),
        (item("2.4", "tool,m,0.3,5,EAR99,DE", "m,a,0.2,10,3A090,US"), (25.0, 25.0)),
        (item("28e-1", "tool,a,7,.1,3A090,US"), (25.0, 25.0)),
    ],
)
def test_a_share_is_what_the_decimals_make(text: str, expected: tuple[float, float]) -> None:
    assert share(text, "CN") == expected


def test_a_cent_more_is_more() -> None:
    text = item("40000000000", "tool,a,1,10000000000.01,3A090,US")
    assert share(text, "CN")[0] > 25


def test_what_makes_up_25_percent_does_not_add_up_to_more() -> None:
    text = item("1.2", "tool,a,1,0.1,3A090,US", "tool,b,2,0.1,3A090,US")
    found = contributions(bom(text), "tool", "CN", LAW, DAY, controlled=controlled)
    assert found["part"].to_list() == ["b", "a"]
    assert found["so_far"].to_list()[-1] == 25.0
    assert found["sure"].to_list() == [True, True]


def deep(levels: int) -> str:
    """A bill of many levels, each with a tenth of a part in it: exactly 25 %."""
    lines = [f"p{at},p{at + 1},0.7,1,EAR99,DE" for at in range(levels)]
    value = 4 * Decimal("0.7") ** (levels + 1) * Decimal("0.3")
    text = item(str(float(value)), *lines, f"p{levels},a,0.7,0.3,3A090,US")
    return text.replace("tool", "p0")


def test_a_deep_bill_needs_more_digits_than_a_float_has() -> None:
    bill = bom(deep(DEEP))
    assert scaled(bill, bill.value).value.dtype == object
    low, high = share(deep(DEEP), "CN")
    assert low == high == pytest.approx(25.0, rel=1e-15)
    shallow = share(deep(10), "CN")
    assert shallow == (25.0, 25.0)


def test_numbers_of_any_size_are_read() -> None:
    found = decimals(np.array([1e23, 1e-7, 0.30000000000000004, 5.0]))
    exact = [
        Fraction(whole) / 10**places
        for whole, places in zip(found.whole, found.places.tolist(), strict=True)
    ]
    assert exact == [Fraction(text) for text in ("1e23", "1e-7", "0.30000000000000004", "5")]


NUMBERS = st.decimals(Decimal("0.001"), Decimal(1000), places=3)


@st.composite
def bills(draw: st.DrawFn) -> tuple[str, dict[int, tuple[Decimal, str]], list]:
    """A random bill with decimal values and quantities, whose item is worth a lot."""
    parts = draw(st.integers(2, 7))
    described = {0: (Decimal(10**12), "DE")}
    text = [HEAD, f",p0,,{described[0][0]},EAR99,DE,commodity,no,,no"]
    lines = []
    for child in range(1, parts):
        described[child] = (draw(NUMBERS), draw(st.sampled_from(["US", "DE"])))
        for _ in range(draw(st.integers(1, 2))):
            lines.append((draw(st.integers(0, child - 1)), child, draw(NUMBERS)))
    for parent, child, quantity in lines:
        value, origin = described[child]
        text.append(f"p{parent},p{child},{quantity},{value},3A090,{origin},commodity,no,,no")
    return "\n".join(text), described, lines


@given(case=bills())
def test_the_roll_up_is_exact(case) -> None:
    text, described, lines = case

    def inside(part: int) -> Fraction:
        return sum(
            (
                Fraction(quantity)
                * (Fraction(described[child][0]) if described[child][1] == "US" else inside(child))
                for parent, child, quantity in lines
                if parent == part
            ),
            Fraction(0),
        )

    expected = float(100 * inside(0) / Fraction(described[0][0]))
    assert share(text, "CN") == (expected, expected)
    found = contributions(bom(text), "p0", "CN", LAW, DAY, controlled=controlled)
    assert (found["so_far"].to_list() or [0.0])[-1] == expected


@pytest.mark.parametrize(
    ("value", "to", "subject"),
    [("1.2", "CN", "no"), ("1.1999", "CN", "yes"), ("3.0", "IR", "no"), ("2.9999", "IR", "yes")],
)
def test_exactly_the_threshold_is_not_above_it(tmp_path, value, to, subject) -> None:
    (tmp_path / "bom.csv").write_text(item(value, "tool,a,3,0.1,3B001.b,US"), encoding="utf-8")
    file, out = tmp_path / "a.csv", tmp_path / "out.csv"
    file.write_text(
        f"as_of,eccn,destination,exporter_country,origin\n2023-06-01,3B991,{to},DE,DE\n",
        encoding="utf-8",
    )
    words = (file, "--bom", tmp_path / "bom.csv", "--blank", "not-so", "--out", out)
    assert CliRunner().invoke(app, ["determine", *map(str, words)]).exit_code == 0
    assert pl.read_csv(out)["subject"].to_list() == [subject]
