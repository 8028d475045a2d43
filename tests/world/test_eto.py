# SPDX-License-Identifier: Apache-2.0
"""The importer on invented rows in the three layouts of the ETO release."""

from __future__ import annotations

import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chokegraph.errors import FindingsError, errors_only
from chokegraph.world import import_eto, load_world, share_matrix
from chokegraph.world.eto.figures import parse_share, share_interval
from chokegraph.world.eto.nouns import slug
from chokegraph.world.model import Link


@pytest.fixture(scope="module")
def current(eto_data):
    return import_eto(eto_data / "current")


@pytest.fixture(scope="module")
def oldest(eto_data):
    return import_eto(eto_data / "oldest")


@pytest.fixture
def copy(eto_data, tmp_path):
    folder = tmp_path / "eto"
    shutil.copytree(eto_data / "current", folder)

    def change(table, old, new):
        path = folder / f"{table}.csv"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        return folder

    return change


def findings_of(folder):
    with pytest.raises(FindingsError) as caught:
        import_eto(folder)
    return errors_only(caught.value.findings)


def test_inputs_and_their_kinds(current):
    kinds = {row.input_id: (row.kind, row.use) for row in current.inputs.values()}
    assert kinds == {
        "patterning": ("process", "none"),
        "beam-tools": ("group", "none"),
        "narrow-beam-tools-adv": ("tool", "capital"),
        "wide-beam-tools": ("tool", "capital"),
        "film-stock": ("material", "consumable"),
        "goods": ("group", "none"),
        "toy-chip": ("chip", "none"),
        "stage-etching": ("group", "none"),
    }
    assert current.inputs["film-stock"].tags == ("eto-n905",)


def test_goes_into_is_and_and_is_type_of_is_or_also_on_one_input(current):
    links = set(current.links)
    assert Link("beam-tools", "needed_by", "patterning") in links
    assert Link("narrow-beam-tools-adv", "variant_of", "beam-tools") in links
    assert Link("film-stock", "needed_by", "patterning") in links
    assert Link("film-stock", "variant_of", "goods") in links
    assert len(links) == 6


def test_the_output_becomes_a_product_with_what_it_cannot_do_without(current):
    assert list(current.products) == ["toy-chip"]
    assert [need.input_id for need in current.needs] == ["film-stock"]


def test_several_rows_for_one_provider_become_aliases(current):
    acme = current.firms["acme-beam"]
    assert acme.aliases == ("Acme Optics", "Old Acme")
    assert acme.headquarters == "US"
    assert current.firms["beem-and-zonen"].headquarters == "NL"


def test_country_and_firm_rows_are_kept_apart(current):
    by_country = current.country_shares["narrow-beam-tools-adv"]
    by_firm = current.firm_shares["narrow-beam-tools-adv"]
    assert {name: one.value for name, one in by_country.shares.items()} == {
        "NL": 0.851,
        "US": 0.114,
    }
    assert {name: one.value for name, one in by_firm.shares.items()} == {
        "beem-and-zonen": 0.8,
        "acme-beam": 0.114,
    }


def test_various_belong_to_the_remainder(current):
    for shares, value in ((current.country_shares, 0.035), (current.firm_shares, 0.086)):
        rest = shares["narrow-beam-tools-adv"].remainder
        assert rest.value == pytest.approx(value)
        assert len(rest.statement_ids) == 1


def test_a_stated_zero_and_a_region(current):
    europe = current.country_shares["wide-beam-tools"].shares["EU"]
    assert (europe.value, europe.low, europe.high) == (0.0, 0.0, 0.0005)
    assert "region" in current.countries["EU"].name


def test_blanks_are_unknown(current):
    film = current.country_shares["film-stock"]
    assert not film.complete
    assert {name: (one.value, one.low, one.high) for name, one in film.shares.items()} == {
        "NL": (None, 0.0, 1.0),
        "US": (None, 0.0, 1.0),
    }


def test_market_sizes(current):
    sizes = {
        row.subject_id: (row.value, row.year, row.note)
        for row in current.statements.values()
        if row.property == "market_size"
    }
    assert sizes == {
        "input:beam-tools": (1500.0, 2031, ""),
        "input:narrow-beam-tools-adv": (852.6, 2031, ""),
        "input:film-stock": (3000.0, None, ""),
        "input:goods": (2000.0, 2019, "printed with: about"),
        "input:stage-etching": (10000.0, 2031, ""),
    }


def test_every_statement_says_where_it_stands(current, eto_data):
    for row in current.statements.values():
        name, _, line = row.locator.partition(" line ")
        assert row.source_id == "eto"
        text = (eto_data / "current" / name).read_text(encoding="utf-8")
        assert row.original_value in "\n".join(text.splitlines()[int(line) - 1 : int(line) + 1])
        assert row.grade == "C"
    assert current.sources["eto"].redistributable == "no"


def test_rows_on_an_undefined_input_are_left_out_with_a_warning(eto_data):
    older = import_eto(eto_data / "older")
    assert older.year == 2030
    (note,) = older.notes
    assert "provision.csv:14" in note
    assert "'N999'" in note


def test_the_oldest_layout(oldest):
    assert oldest.year == 2019
    narrow = oldest.country_shares["narrow-beamers"]
    assert {name: one.value for name, one in narrow.shares.items()} == {
        "US": 0.61,
        "MY": 0.38,
        "CN": 0.01,
    }
    assert narrow.shares["CN"].low == 0.0  # between 0 and 1 per cent is printed as 1
    assert narrow.remainder.value == pytest.approx(0.0)  # the rows sum to 101
    firms = oldest.firm_shares["narrow-beamers"].shares
    assert firms["hao-guang"].high == 0.025  # negligible
    assert firms["acme-beam"].high == 1.0
    assert any("the same as line 9" in note for note in oldest.notes)
    assert sum(row.year == 2019 for row in oldest.statements.values()) == len(oldest.statements)


def test_a_column_of_the_matrix_sums_to_one_in_spite_of_rounding(oldest):
    matrix = share_matrix(oldest)
    column = matrix.value[:, matrix.input_index["narrow-beamers"]]
    assert sum(v for v in column if v == v) == pytest.approx(1.0)


def test_it_is_a_world_by_its_spec(eto_data):
    world = load_world(f"eto:{eto_data / 'current'}@2022")
    assert world.year == 2022
    assert world.country_shares["stage-etching"].shares["US"].value == 0.4


@pytest.mark.parametrize(
    ("table", "old", "new", "message"),
    [
        ("provision", "85.1", "851", "'851' is outside 0 to 100 per cent"),
        ("provision", "85.1", "-1", "'-1' is outside 0 to 100 per cent"),
        ("provision", "85.1", "most", "'most' is not a number"),
        ("provision", "NLD,P2,Film", "NLD,P99,Film", "'P99' is not in providers.csv"),
        ("provision", "40.0,2022", "40.0,22", "'22' is not a year"),
        ("providers", "P10,organization,USA", "P10,organization,USB", "'USB' is no known country"),
        ("providers", "P2,country", "P2,state", "'state' is no type"),
        ("inputs", "N904,Wide-beam tools,tool_", "N903,Wide-beam tools,tool_", "already there"),
        ("inputs", "material_resource", "stuff", "'stuff' is no known type"),
        ("sequence", "N901,Toy chip,N907", "N901,Toy chip,N777", "'N777' is not in inputs.csv"),
        ("sequence", ",N901,Toy chip,N907,,", ",N901,,,,", "'N901' leads nowhere"),
        ("sequence", ",N901,Toy chip,N907,,", ",N901,Film,N905,,", "the chain goes round"),
        ("provision", "share_provided", "share", "no column 'share_provided'"),
        ("stages", "stage_id,", "id,", "no column 'stage_id'"),
    ],
)
def test_mistakes_are_found_with_file_and_line(copy, table, old, new, message):
    folder = copy(table, old, new)
    findings = findings_of(folder)
    assert any(
        message in f.message and f.file == str(folder / f"{table}.csv") and f.line and f.fix
        for f in findings
    ), findings


def test_two_different_shares_for_one_provider(copy):
    folder = copy("provision", "NLD,P2,Film stock,N905,,2019", "USA,P1,Film stock,N905,7,2019")
    (finding,) = findings_of(folder)
    assert "another share of this in line 10" in finding.message


def test_all_mistakes_are_reported_together(copy):
    copy("provision", "85.1", "most")
    copy("providers", "P2,country", "P2,state")
    folder = copy("sequence", "N901,Toy chip,N907", "N901,Toy chip,N777")
    files = {f.file.rsplit("/", 1)[-1] for f in findings_of(folder)}
    assert files == {"provision.csv", "providers.csv", "sequence.csv"}


def test_a_missing_file(copy):
    folder = copy("stages", "S9", "S9")
    (folder / "stages.csv").unlink()
    (finding,) = findings_of(folder)
    assert finding.message == "the file does not exist"


def test_names_as_ids():
    assert slug("Film, stack & shape (adv. pkg.)") == "film-stack-and-shape-adv-pkg"


@given(st.integers(0, 1000), st.sampled_from(["", "%"]), st.booleans())
def test_printed_shares_lie_in_their_interval(tenths, sign, ceiled):
    share, decimals = parse_share(f"{tenths / 10}{sign}")
    low, high = share_interval(share, decimals, ceiled=ceiled)
    assert 0 <= low <= share <= high <= 1
    assert high - low > 0
