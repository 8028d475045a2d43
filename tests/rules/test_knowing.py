# SPDX-License-Identifier: Apache-2.0
"""Deciding each distinct row once gives what deciding every row on its own gives."""

import random
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from tests.rules.small_law import small_law

from chokegraph.rules import bulk, knowing
from chokegraph.rules.bulk import Options, determine_file
from chokegraph.rules.engine import compiled_engine, scalar_engine
from chokegraph.rules.enriching import enrich
from chokegraph.rules.framing import Framer, without
from chokegraph.rules.knowing import Knower
from chokegraph.rules.layout import layout, match_header
from chokegraph.rules.results import texts_of
from chokegraph.rules.spans import Spans

DAYS = [
    *("2022-10-20", "2022-10-21", "2023-11-16", "2023-11-17", "2025-09-29", "2025-11-09"),
    *("2025-11-10", "2026-11-09", "2026-11-10", None, "2024-13-01"),
]
CELLS = {
    "as_of": (pl.String, DAYS),
    "order date": (pl.String, ["2019-06-01", None, None, "never"]),
    "eccn": (pl.String, ["3A090.a", "3a090 c", "EAR99", "3Z", None, "?"]),
    "origin": (pl.String, ["US", "Taiwan", "Korea", None]),
    "destination": (pl.String, ["CN", "Hong Kong", "RU", "KZ", "FR", None]),
    "power": (pl.String, ["2400", "4799", "4800", "2000..5000", "n/a", None, "-1", "much"]),
    "area": (pl.Float64, [1.0, 0.0, None, float("nan"), -1.0]),
    "civil": (pl.Boolean, [True, False, None]),
    "lists": (pl.Categorical(), ["none", "OWNED", "ENTITY_LIST;OWNED", None]),
    "content low": (pl.Float64, [0.0, 10.0, 30.0, None]),
    "content high": (pl.Float64, [5.0, 25.0, 26.0, None]),
    "end_user": (pl.String, ["Example Fab", "n/a", "", None]),
    "end_user_country": (pl.String, ["CN", "US", None]),
    "id": (pl.String, ["a", None, " b "]),
}


def table(rows, seed):
    """Rows drawn from a few kinds of row, so that some repeat."""
    draw = random.Random(seed)  # noqa: S311
    kinds = [{n: draw.choice(cells) for n, (_, cells) in CELLS.items()} for _ in range(6)]
    chosen = [dict(draw.choice(kinds)) for _ in range(rows)]
    for row in chosen:
        row["as_of"], row["id"] = draw.choice(DAYS), draw.choice(CELLS["id"][1])
    return pl.DataFrame(
        {n: pl.Series([row[n] for row in chosen], dtype=t) for n, (t, _) in CELLS.items()}
    )


def add_content(framed):
    """An enricher: content by the day and the name, and a note."""
    days = framed.facts["as_of"]
    named = framed.texts["end_user"] == "Example Fab"
    late = (days > date(2025, 11, 9)).to_numpy() & named.fill_null(value=False).to_numpy()
    notified = [True if each else None for each in late.tolist()]
    facts = pl.DataFrame({"notified": notified}, schema={"notified": pl.Boolean})
    return facts, pl.DataFrame({"found": np.where(late, "late", "")})


class Listed:
    """The same, which says when it changes and counts its rows."""

    days = (date(2025, 11, 10),)

    def __init__(self):
        self.rows = 0

    def __call__(self, framed):
        return add_content(framed)

    def count(self, notes, rows):
        self.rows += int(rows[(notes["found"].cast(pl.String) == "late").to_numpy()].sum())


def one_by_one(batch, framer, engine, enrichers):
    """The plain way: all rows are read, enriched and decided, whether or not they repeat."""
    framed = framer.frame(batch)
    bad = framed.bad
    numbers = pl.Series("row", range(1, batch.height + 1), dtype=pl.Int64)
    framed, kept = without(framed, batch.height)
    notes = []
    if not kept.size:
        return None, bad
    for enricher in enrichers:
        framed, more = enrich(framed, enricher)
        notes += more.get_columns()
    found = engine(framed.facts, {})
    own = [numbers.gather(kept), framed.texts["id"], framed.facts["as_of"]]
    return pl.DataFrame(own).hstack(texts_of(found.table)[found.states]).hstack(notes), bad


def framer_of(law, batch):
    return Framer(law, match_header(batch.columns, layout(law)))


@settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(st.integers(0, 10**6), st.sampled_from([None, "any day", "some days"]), st.booleans())
@example(261, "some days", False)  # a later batch whose new rows are all unreadable
def test_files_come_out_as_if_each_row_was_decided_on_its_own(tmp_path_factory, seed, how, fast):
    law = small_law()
    batch = table(60, seed)
    listed = Listed()
    enrichers = {None: (), "any day": (add_content,), "some days": (listed,)}[how]
    engine = compiled_engine(law) if fast else scalar_engine(law)
    folder = tmp_path_factory.mktemp("knowing")
    source, out = folder / "in.parquet", folder / "out.parquet"
    batch.write_parquet(source)
    outcome = determine_file(
        source, law, out=out, engine=engine, options=Options(rows=25, enrichers=enrichers)
    )
    expected, bad = one_by_one(batch, framer_of(law, batch), scalar_engine(law), enrichers)
    found = pl.read_parquet(out).cast({pl.Categorical: pl.String})
    if expected is None:
        assert (found.height, outcome.rejected) == (0, batch.height)
        return
    assert found.equals(expected), (found, expected)
    assert (outcome.decided, outcome.rejected) == (expected.height, len(bad))
    counts = expected["licence"].value_counts()
    assert dict(outcome.tally.licences) == dict(counts.iter_rows())
    if bad:
        rejects = pl.read_csv(folder / "out.rejects.csv")
        because = rejects["rejected_because"].to_list()
        assert because == ["; ".join(bad[at]) for at in sorted(bad)]
    if how == "some days":
        assert listed.rows == expected["found"].to_list().count("late")


@pytest.mark.parametrize("name", ["MOST", "MOST_STATES", "_FEW"])
def test_forgetting_and_resting_change_nothing(monkeypatch, tmp_path, name):
    from chokegraph.rules import results

    law = small_law()
    batch = table(400, 5)
    batch.write_parquet(tmp_path / "in.parquet")

    def decide(out):
        options = Options(rows=40, enrichers=(Listed(),))
        done = determine_file(tmp_path / "in.parquet", law, out=tmp_path / out, options=options)
        return pl.read_parquet(tmp_path / out), done.tally.licences, done.tally.missing

    frame, licences, missing = decide("one.parquet")
    monkeypatch.setattr(results if name == "MOST_STATES" else knowing, name, 10)
    other, its_licences, its_missing = decide("two.parquet")
    assert other.equals(frame)
    assert (its_licences, its_missing) == (licences, missing)


@pytest.mark.parametrize(("many", "waiting"), [(1, 1), (1 << 30, 3), (20, 50)])
def test_waiting_for_more_new_rows_changes_nothing(monkeypatch, tmp_path, many, waiting):
    law = small_law()
    table(400, 5).write_parquet(tmp_path / "in.parquet")
    seen = []

    def decide(name):
        options = Options(rows=40, enrichers=(Listed(),))
        calls = []
        done = determine_file(
            tmp_path / "in.parquet",
            law,
            out=tmp_path / name / "out.parquet",
            options=options,
            progress=lambda *call: calls.append(call),
        )
        assert [call[1] for call in calls] == list(range(40, 401, 40))
        files = [
            (tmp_path / name / file).read_bytes() for file in ("out.parquet", "out.rejects.csv")
        ]
        seen.append((files, done.findings, done.rejected, done.decided, done.tally.reasons))

    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        decide(name)
        monkeypatch.setattr(bulk, "MANY", many)
        monkeypatch.setattr(bulk, "WAITING", waiting)
    assert seen[0] == seen[1]


def test_each_distinct_row_is_decided_once():
    law = small_law()
    decided = []
    inner = compiled_engine(law)

    def engine(facts, blanks):
        decided.append(facts.height)
        return inner(facts, blanks)

    batch = pl.DataFrame(
        {
            "as_of": [date(2024, 1, 1) + timedelta(days=n % 300) for n in range(6000)],
            "eccn": ["3A090.a"] * 6000,
            "origin": ["US"] * 6000,
            "destination": [("CN", "FR")[n % 2] for n in range(6000)],
        }
    )
    knower = Knower(framer_of(law, batch), engine, {})
    for _ in range(3):
        found = knower.know(batch)
        assert not found.bad.size
    assert decided == [2]
    assert knower.tally().licences == {"unknown": 18_000}


def test_unreadable_rows_between_readable_ones_keep_their_place_in_the_notes():
    law = small_law()
    good = {"as_of": ["2026-01-01"], "origin": ["US"], "destination": ["CN"]}
    batch = pl.DataFrame(good | {"eccn": ["3A090.a"], "end_user": ["Example Fab"]})
    bad = batch.with_columns(pl.lit("Ruritania").alias("destination"))
    plain = batch.with_columns(pl.lit("Other").alias("end_user"))
    listed = Listed()
    knower = Knower(framer_of(law, batch), compiled_engine(law), {}, (listed,))
    found = []
    for table_ in (bad, batch, bad.with_columns(end_user=pl.lit("x")), plain, batch):
        known = knower.know(table_)
        assert known.bad.size == (table_["destination"][0] == "Ruritania")
        notes = known.keyed[1:]
        if not known.bad.size:
            found += notes[0].columns()["found"].texts(notes[0].keys).to_list()
    assert found == ["late", "", "late"]
    assert listed.rows == 2


def test_days_between_two_changes_are_one_span():
    cuts = [date(2024, 1, 1), date(2025, 1, 1)]
    days = pl.Series([date(1, 1, 1), date(2023, 12, 31), *cuts, date(2025, 1, 2), date(9999, 1, 1)])
    assert Spans(cuts, set()).of(days).tolist() == [0, 0, 1, 2, 2, 2]
    assert Spans(cuts, {date(2025, 1, 2)}).of(days).tolist() == [0, 0, 1, 2, 3, 3]
    assert len(set(Spans(cuts, None).of(days).tolist())) == 6
    assert Spans([], set()).of(days).tolist() == [0] * 6
