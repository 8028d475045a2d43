# SPDX-License-Identifier: Apache-2.0
"""The bulk job: decisions, rejects, files. The law is a small made-up one."""

import json
from datetime import date

import polars as pl
import pytest
from tests.rules.small_law import small_law

from chokegraph.errors import FindingsError
from chokegraph.rules.bulk import Options, determine_file
from chokegraph.rules.engine import compiled_engine, scalar_engine

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
    assert rejects["rejected_row"].to_list() == [3, 4, 6]
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
    # Whether the exception for civil chips was notified is not said, so R_CHIPS may be overcome.
    said = read.select(pl.col("reasons", "reasons_possible").cast(pl.String))
    assert said.rows() == [("R_LIST", "R_CHIPS")]
    rejects = pl.read_csv(tmp_path / "out.rejects.csv")
    assert rejects["id"].to_list() == [8, 9]
    assert "no quantity" in rejects["rejected_because"][0]


def test_rejects_of_a_parquet_file_say_which_rows_they_were(law, tmp_path):
    source, out = tmp_path / "in.parquet", tmp_path / "out.csv"
    places = ["FR", "Ruritania", "FR", "FR", "Ruritania"]
    pl.DataFrame({"eccn": "EAR99", "origin": "US", "destination": places}).write_parquet(source)
    options = Options(as_of=date(2024, 1, 5), rows=2)
    determine_file(source, law, out=out, options=options, engine=scalar_engine(law))
    rejects = pl.read_csv(tmp_path / "out.rejects.csv")
    assert rejects["rejected_row"].to_list() == [2, 5]
    assert rejects["rejected_line"].to_list() == [None, None]


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
