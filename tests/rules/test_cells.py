# SPDX-License-Identifier: Apache-2.0
"""Cells of a file of transactions: numbers, days, countries, codes, and what blanks mean."""

from datetime import date

import pytest
from tests.rules.small_law import small_law

from chokegraph.errors import FindingsError
from chokegraph.rules.cells import CellError, country, eccn, read_assumptions, read_cell
from chokegraph.rules.layout import Column, layout
from chokegraph.rules.values import NOT_APPLICABLE, Interval


@pytest.fixture(scope="module")
def law():
    return small_law()


def column(kind, unit="", values=()):
    from chokegraph.rules.model import FactDefinition

    fact = FactDefinition(id="x", type=kind, meaning="", unit=unit, values=values)
    return Column(name="x", type=kind, about="item", meaning="", unit=unit, fact=fact)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("number", "12.5", 12.5),
        ("number", "1e3", 1000.0),
        ("number", "20..30", Interval(20.0, 30.0)),
        ("number", " 20 .. 20 ", 20.0),
        ("number", "..30", Interval(0.0, 30.0)),
        ("number", "20..", Interval(20.0, float("inf"))),
        ("number", "N/A", NOT_APPLICABLE),
        ("number", "", None),
        ("flag", "YES", True),
        ("flag", "0", False),
        ("flag", "n/a", False),
        ("flag", "unknown", None),
        ("date", "2024-02-29", date(2024, 2, 29)),
        ("date", "2024-02-29T12:00:00", date(2024, 2, 29)),
        ("country", "de", "DE"),
        ("country", "Côte d'Ivoire", "CI"),
        ("country", "NA", "NA"),
        ("country", "n/a", NOT_APPLICABLE),
        ("countries", "China; US ;", frozenset({"CN", "US"})),
        ("countries", "none", frozenset()),
        ("eccns", "3e001;3D001", frozenset({"3E001", "3D001"})),
        ("eccn", "3B001.F.1.B.2.B", "3B001.f.1.b.2.b"),
        ("eccn", "5A992.z.1", "5A992.z.1"),
        ("code", "anything", "anything"),
    ],
)
def test_cells_that_can_be_read(kind, text, value):
    assert read_cell(text, column(kind)) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("number", "1,200"),
        ("number", "30..20"),
        ("number", "-1"),
        ("number", "inf"),
        ("number", "NA"),
        ("number", "4800 TOPS"),
        ("flag", "maybe"),
        ("date", "01/02/2024"),
        ("date", "2024-02-30"),
        ("country", "Korea"),
        ("country", "XQ"),
        ("eccn", "3B1"),
        ("eccn", "3B001*"),
        ("eccn", "3B0011"),
        ("countries", "CN;Ruritania"),
    ],
)
def test_cells_that_cannot(kind, text):
    with pytest.raises(CellError):
        read_cell(text, column(kind))


def test_codes_with_a_list_of_values_and_percentages():
    node = column("code", values=("advanced", "mature", "unknown"))
    assert read_cell("Mature", node) == "mature"
    assert read_cell("unknown", node) == "unknown"
    assert read_cell("", node) is None
    with pytest.raises(CellError, match="none of advanced"):
        read_cell("legacy", node)
    assert read_cell("12 %", column("number", unit="% of value")) == 12.0
    assert read_cell("-40", column("number", unit="degC")) == -40.0


def test_codes_take_the_spelling_of_the_law(law):
    columns = layout(law)
    assert columns["lists"].codes == ("ENTITY_LIST", "OWNED")
    assert read_cell("entity list;Other", columns["lists"]) == frozenset({"ENTITY_LIST", "Other"})


def test_every_country_has_a_code_and_every_name_leads_to_codes():
    import csv

    from chokegraph.rules.layout import TABLES

    with (TABLES / "countries.csv").open(encoding="utf-8", newline="") as file:
        codes = {row["code"]: row["name"] for row in csv.DictReader(file)}
    with (TABLES / "country_names.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            assert set(row["codes"].split(";")) <= set(codes), row
    for code, name in codes.items():
        assert country(name) == code
        assert country(code.lower()) == code
    assert eccn("EAR 99") == "EAR99"


def test_blanks_are_unknown_unless_said(law):
    assert read_assumptions(["civil=no", "power = 2..3", "origin="], layout(law)) == {
        "civil": False,
        "power": Interval(2.0, 3.0),
    }
    with pytest.raises(FindingsError, match="did you mean 'civil="):
        read_assumptions(["civl=no"], layout(law))
    with pytest.raises(FindingsError, match="neither yes nor no"):
        read_assumptions(["civil=perhaps"], layout(law))
