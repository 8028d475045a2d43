# SPDX-License-Identifier: Apache-2.0
"""The bulk job: columns, cells, batches, rejects, files. The law is a small made-up one."""

import json
from datetime import date

import polars as pl
import pytest
from tests.rules.small_law import small_law

from chokegraph.errors import FindingsError
from chokegraph.rules import load_law
from chokegraph.rules.batches import open_source
from chokegraph.rules.bulk import Options, determine_file
from chokegraph.rules.cells import CellError, country, eccn, read_assumptions, read_cell
from chokegraph.rules.engine import compiled_engine, scalar_engine
from chokegraph.rules.enriching import enrich
from chokegraph.rules.framing import Framed, Framer, without
from chokegraph.rules.layout import Column, layout, match_header
from chokegraph.rules.rowwise import row_values
from chokegraph.rules.values import NOT_APPLICABLE, Interval

DAY = date(2024, 1, 5)


@pytest.fixture(scope="module")
def law():
    return small_law()


@pytest.fixture
def decide(law, tmp_path):
    """Decide a text as a CSV file and read the output."""

    def run(text, *, suffix="csv", engine=None, **options):
        source = tmp_path / "in.csv"
        source.write_text(text, encoding="utf-8")
        out = tmp_path / f"out.{suffix}"
        outcome = determine_file(
            source,
            law,
            out=out,
            options=Options(**options),
            engine=engine or scalar_engine(law),
        )
        read = pl.read_csv(out) if suffix == "csv" else pl.read_parquet(out)
        return outcome, read

    return run


MIXED = (
    "Shipment ID,Ship date,Order date,ECCN,Country of origin,Destination country,power,lists\n"
    "a,2024-01-05,,3A090 a,USA,Hong Kong,5000,ENTITY_LIST\n"
    "b,,2024-01-05,3a090.b,Taiwan,Viet Nam,2000..3000,none\n"
    "c,,,3a090.b,Taiwan,Viet Nam,1,none\n"
    '"d\nd",2024-13-01,,3Z,Korea,Ruritania,-3,none\n'
    "e,2024-01-05,,,,,,\n"
    "f,2024-01-05,,EAR99,US\n"
    "g,2024-01-05,,EAR99,US,FR,n/a,none\n"
)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_good_rows_are_decided_and_bad_ones_kept_with_their_line(decide, tmp_path, suffix):
    outcome, read = decide(MIXED, suffix=suffix)
    assert (outcome.rows, outcome.decided, outcome.rejected) == (7, 4, 3)
    assert read["row"].to_list() == [1, 2, 5, 7]
    assert read["id"].to_list() == ["a", "b", "e", "g"]
    assert read["licence"].cast(pl.String).to_list() == ["yes", "no", "unknown", "no"]
    assert "R_LIST" in read["reasons"][0]
    rejects = pl.read_csv(tmp_path / "out.rejects.csv")
    assert rejects.columns[:2] == ["Shipment ID", "Ship date"]
    assert rejects["rejected_line"].to_list() == [4, 5, 8]
    because = rejects["rejected_because"].to_list()
    assert because[0].startswith("as_of: no date")
    for word in ("Ship date", "ECCN", "KP or KR", "Ruritania", "below zero"):
        assert word in because[1]
    assert because[2] == "5 cells where 8 are expected"
    places = {(finding.line, finding.column) for finding in outcome.findings}
    assert {(4, "as_of"), (5, "ECCN"), (5, "power")} <= places
    about = json.loads((tmp_path / f"out.{suffix}.about.json").read_text(encoding="utf-8"))
    assert about["notice"].startswith("Not legal advice")
    assert about["rejected"] == 3
    assert not list(tmp_path.glob(".*.part"))


def test_a_csv_output_can_be_read_by_any_tool(decide, tmp_path):
    decide(MIXED)
    first = (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("row,id,as_of,subject,licence,")


def test_compiled_engine_and_scalar_evaluator_give_the_same_file(decide, law):
    _, slow = decide(MIXED, suffix="parquet")
    _, fast = decide(MIXED, suffix="parquet", engine=compiled_engine(law))
    assert slow.cast({pl.Categorical: pl.String}).equals(fast.cast({pl.Categorical: pl.String}))


def test_the_same_rows_give_the_same_file(decide, tmp_path):
    seen = set()
    for _ in range(2):
        decide(MIXED, suffix="parquet")
        seen.add((tmp_path / "out.parquet").read_bytes())
    assert len(seen) == 1


def test_batches_make_no_difference(decide, law):
    rows = [
        f"r{n},2024-01-{n % 28 + 1:02d},,3A090.{'ab'[n % 2]},{'US' if n % 3 else 'TW'},"
        f"{'CN' if n % 5 else 'oops'},{n * 7},none\n"
        for n in range(400)
    ]
    text = MIXED.splitlines(keepends=True)[0] + "".join(rows)
    whole, expected = decide(text)
    parts, found = decide(text, block=700, engine=compiled_engine(law))
    assert found.equals(expected)
    assert whole.rejected == parts.rejected == 80
    assert whole.tally.licences == parts.tally.licences
    assert whole.tally.reasons == parts.tally.reasons


def test_parquet_with_types_of_its_own(law, tmp_path):
    frame = pl.DataFrame(
        {
            "id": [7, 8, 9],
            "as_of": pl.Series([DAY, DAY, None], dtype=pl.Date),
            "eccn": pl.Series(["3A090.a", "3A090.a", None], dtype=pl.Categorical),
            "origin": ["US", "US", "US"],
            "destination": ["CN", "CN", "CN"],
            "power": [5000, -1, None],
            "civil": [True, False, None],
            "lists": [["ENTITY_LIST", "UVL"], [], None],
        }
    )
    source, out = tmp_path / "in.parquet", tmp_path / "out.parquet"
    frame.write_parquet(source)
    outcome = determine_file(
        source, law, out=out, options=Options(rows=2), engine=compiled_engine(law)
    )
    assert (outcome.decided, outcome.rejected) == (1, 2)
    read = pl.read_parquet(out)
    assert read["id"].to_list() == ["7"]
    assert read["reasons"][0].split(";") == ["R_CHIPS", "R_LIST"] or "R_LIST" in read["reasons"][0]
    rejects = pl.read_csv(tmp_path / "out.rejects.csv")
    assert rejects["id"].to_list() == [8, 9]
    assert "no quantity" in rejects["rejected_because"][0]


def test_nothing_is_left_of_a_job_that_fails(law, tmp_path):
    source = tmp_path / "in.csv"
    source.write_text(MIXED, encoding="utf-8")
    old = tmp_path / "out.parquet"
    determine_file(source, law, out=old)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    assert len(before) == 4

    def broken(facts, blanks):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        determine_file(source, law, out=old, engine=broken)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_job_that_is_stopped_keeps_what_is_finished(law, tmp_path, suffix):
    source = tmp_path / "in.csv"
    rows = "".join(f"2024-01-05,EAR99,US,FR,{n}\n" for n in range(1000))
    source.write_text("as_of,eccn,origin,destination,power\n" + rows, encoding="utf-8")
    calls = []

    def progress(stage, done, size):
        calls.append((stage, done, size))

    outcome = determine_file(
        source,
        law,
        out=tmp_path / f"out.{suffix}",
        options=Options(block=4000),
        engine=compiled_engine(law),
        progress=progress,
        should_stop=lambda: len(calls) == 3,
    )
    assert outcome.stopped
    assert 0 < outcome.decided < 1000
    out = outcome.out
    read = pl.read_csv(out) if suffix == "csv" else pl.read_parquet(out)
    assert read.height == outcome.decided
    assert read["row"].to_list() == list(range(1, outcome.decided + 1))
    about = json.loads(outcome.about.read_text(encoding="utf-8"))
    assert about["stopped before the end"] is True
    assert calls[-1][1] < calls[-1][2]


def test_all_rows_bad_still_gives_a_file_and_an_old_rejects_file_goes(decide, tmp_path):
    head = MIXED.splitlines(keepends=True)[0]
    outcome, read = decide(head + "c,,,3a090.b,Taiwan,Viet Nam,1,none\n")
    assert (outcome.decided, read.height) == (0, 0)
    assert (tmp_path / "out.rejects.csv").exists()
    decide(head + "a,2024-01-05,,EAR99,US,FR,1,none\n")
    assert not (tmp_path / "out.rejects.csv").exists()


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("eccn,destination,origin", "no column says the day"),
        ("as_of,destination,origin", "no column says the item"),
        ("as_of,eccn,origin", "no column says where it goes"),
        ("as_of,eccn,destination", "no column says where it comes from"),
        ("as_of,eccn,destination,origin,Destination country", "are both 'destination'"),
        ("as_of,destination,origin,power_low", "does not go with the rest"),
    ],
)
def test_a_file_that_lacks_what_is_needed_is_refused(decide, header, said):
    with pytest.raises(FindingsError, match=said):
        decide(f"{header}\n")


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.csv", b"", "no header"),
        ("a.csv", b"\xff\xfea\x00", "UTF-16"),
        ("a.csv", b"a;b\n", "not divided by commas"),
        ("a.csv", b"a,a\n", "there twice"),
        ("a.xlsx", b"x", "no kind of file"),
        ("a.parquet", b"x", "no Parquet file"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path, name, data, said):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(FindingsError, match=said):
        open_source(tmp_path / name)
    with pytest.raises(FindingsError, match="does not exist"):
        open_source(tmp_path / "none.csv")


def test_outputs_that_cannot_be_are_refused(law, tmp_path):
    source = tmp_path / "in.csv"
    source.write_text(MIXED, encoding="utf-8")
    for out, said in (
        (tmp_path / "out.xlsx", "no kind of output"),
        (source, "would replace the input"),
        (tmp_path, "no kind of output"),
        (tmp_path / "no" / "out.csv", "folder does not exist"),
    ):
        with pytest.raises(FindingsError, match=said):
            determine_file(source, law, out=out)


def test_lines_survive_quotes_blank_lines_and_stray_bytes(tmp_path):
    path = tmp_path / "odd.csv"
    path.write_bytes(
        b'\xef\xbb\xbfa,b,c\r\n1,2,3\r\n\r\n"x\ny",5\r\n\xe9,1,2\r\n5" disk,b,c\r\n'
        b'1,2,3,4\r\n"q ""w""",1,2\r\nlast,1,2'
    )
    for block in (8, 60, 1 << 20):
        found = {}
        for batch in open_source(path, block=block).batches(["a", "c"]):
            for at, cell in enumerate(batch.table["a"].to_list()):
                found[batch.line_of(at)] = (cell, batch.broken.get(at))
        assert found == {
            2: ("1", None),
            4: ("x\ny", "2 cells where 3 are expected"),
            6: ("\ufffd", "bytes that are no text in UTF-8"),
            7: ('5" disk', None),
            8: ("1", "4 cells where 3 are expected"),
            9: ('q "w"', None),
            10: ("last", None),
        }


def test_an_unclosed_quote_spoils_only_what_it_swallows(tmp_path):
    path = tmp_path / "open.csv"
    path.write_text('a,b\n1,2\n3,"4\n5,6\n', encoding="utf-8")
    batches = list(open_source(path).batches(["a"]))
    rows = [cell for batch in batches for cell in batch.table["a"].to_list()]
    assert rows[0] == "1"
    assert sum(batch.table.height for batch in batches) == 2


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


def test_intervals_in_one_column_or_two(law):
    header = match_header(["eccn", "to", "from", "origin", "Power low", "Power high"], layout(law),
                          dated=True)  # fmt: skip
    framer = Framer(law, header, as_of=DAY)
    batch = pl.DataFrame(
        {
            "eccn": ["EAR99"] * 4,
            "to": ["CN"] * 4,
            "from": ["US"] * 4,
            "origin": ["US"] * 4,
            "Power low": ["1", "5", None, "7"],
            "Power high": ["2", "4", "3", "7"],
        }
    )
    framed = framer.frame(batch)
    assert list(framed.bad) == [1]
    good, kept = without(framed, 4)
    assert kept.tolist() == [0, 2, 3]
    values = [row_values(row, law).get("power") for row in good.facts.iter_rows(named=True)]
    assert values == [Interval(1.0, 2.0), None, 7.0]


def test_enrichers_fill_and_never_overwrite():
    framed = Framed(
        pl.DataFrame({"content": [1.0, None], "lists": ["A", None]}), pl.DataFrame(), {}
    )

    def add(batch):
        facts = pl.DataFrame(
            {"content__low": [5.0, 5.0], "content__high": [6.0, 6.0], "lists": ["B", "B"]}
        )
        return facts, pl.DataFrame({"note": ["x", "y"]})

    more, notes = enrich(framed, add)
    assert more.facts["content__low"].to_list() == [1.0, 5.0]
    assert more.facts["content__high"].to_list() == [1.0, 6.0]
    assert more.facts["lists"].to_list() == ["A", "B"]
    assert "content" not in more.facts.columns
    assert notes["note"].to_list() == ["x", "y"]


def test_blanks_are_unknown_unless_said(law):
    assert read_assumptions(["civil=no", "power = 2..3", "origin="], layout(law)) == {
        "civil": False,
        "power": Interval(2.0, 3.0),
    }
    with pytest.raises(FindingsError, match="did you mean 'civil="):
        read_assumptions(["civl=no"], layout(law))
    with pytest.raises(FindingsError, match="neither yes nor no"):
        read_assumptions(["civil=perhaps"], layout(law))


def test_assumptions_stand_in_the_note(decide, law):
    text = "as_of,eccn,origin,destination\n2024-01-05,EAR99,US,FR\n"
    outcome, read = decide(text)
    assert read["licence"].to_list() == ["unknown"]
    blanks = {"lists": frozenset(), "power": 1.0}
    for engine in (scalar_engine(law), compiled_engine(law)):
        outcome, read = decide(text, blanks=blanks, engine=engine)
        assert read["licence"].to_list() == ["no"]
    about = json.loads(outcome.about.read_text(encoding="utf-8"))
    assert about["taken for blank cells"] == {"lists": "none", "power": "1.0"}


def test_parties_by_role_give_countries_and_headquarters():
    header = match_header(
        ["as_of", "eccn", "origin", "destination", "Buyer", "Buyer HQ", "Intermediate",
         "Intermediate HQ", "End user", "End user HQ"],
        layout(load_law()),
    )  # fmt: skip
    rows = [
        ("A", "US", None, None, "B", "China"),
        ("A", "US", "C", None, "B", "CN"),
        ("A", "US", None, None, "unknown", None),
        ("A", "US", None, None, "N/A", None),
        ("A", "Nowhere", "C", "Taiwan", "B", "CN"),
    ]
    batch = pl.DataFrame(
        [("2024-01-05", "EAR99", "US", "FR", *row) for row in rows],
        schema=header.sources,
        orient="row",
    )
    framed = Framer(load_law(), header).frame(batch)
    assert framed.facts["party_headquarters"].to_list()[:4] == ["CN;US", None, None, "US"]
    assert list(framed.bad) == [4]
    assert framed.texts["end_user"].to_list()[2:4] == [None, "n/a"]
