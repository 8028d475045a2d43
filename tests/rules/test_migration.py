# SPDX-License-Identifier: Apache-2.0
"""Two days compared, the calendar, and the known items."""

from dataclasses import replace
from datetime import date
from textwrap import dedent

import pytest

from chokegraph.errors import FindingsError
from chokegraph.rules import load_law
from chokegraph.rules.catalogue import find_entry, law_at, list_rules
from chokegraph.rules.known_items import designers, load_known, read_known
from chokegraph.rules.law_changes import law_changes
from chokegraph.rules.migration import Status, item_timeline, migration
from chokegraph.rules.records import rule_record, status_on, users
from chokegraph.rules.timeline import timeline
from rules.small_law import small_law

ITEMS = """
begins: 2019-01-01
routes:
  - {id: us-cn, name: to China, facts: {origin: US, destination: CN}}
  - {id: us-ru, name: to Russia, facts: {origin: US, destination: RU}}
  - {id: us-kz, name: to Kazakhstan, facts: {origin: US, destination: KZ}}
route_sets: {both: [us-cn, us-ru]}
items:
  - {id: big, name: Big chip, kind: chip, routes: [both, us-kz], source: made up, mark: A,
     facts: {eccn: EAR99, power: 5000, civil: false, notified: false}}
  - id: small
    name: Small civil chip
    kind: chip
    routes: [both]
    source: made up
    mark: A
    facts: {eccn: EAR99, power: 3000, civil: true, notified: true}
    dated:
      - {from: 2024-06-01, until: 2024-07-01, facts: {notified: false}, routes: [us-cn],
         cite: made up, mark: A}
"""


@pytest.fixture
def law():
    return small_law()


@pytest.fixture
def known(law, tmp_path):
    file = tmp_path / "items.yaml"
    file.write_text(ITEMS, encoding="utf-8")
    return read_known([file], law)


def changes_of(moves):
    return {(move.item.id, move.route.id): move.change for move in moves}


# -- the matrix -----------------------------------------------------------------------------------


def test_who_is_moved_by_a_lower_threshold(law, known):
    moves = migration(law, known, date(2023, 1, 1), date(2024, 1, 1))
    assert changes_of(moves) == {
        ("big", "us-cn"): "same", ("big", "us-ru"): "same", ("big", "us-kz"): "same",
        ("small", "us-cn"): "stricter", ("small", "us-ru"): "stricter",
    }  # fmt: skip
    after = {(m.item.id, m.route.id): str(m.after) for m in moves}
    assert after["small", "us-cn"] == "exception NAC (R_CHIPS)"
    assert after["small", "us-ru"] == "licence, presumption of denial (R_CHIPS)"
    assert after["big", "us-kz"] == "no licence"


def test_the_other_way_round_it_is_looser(law, known):
    moves = migration(law, known, date(2024, 1, 1), date(2023, 1, 1), route="us-ru")
    assert changes_of(moves) == {("big", "us-ru"): "same", ("small", "us-ru"): "looser"}


def test_a_milder_policy_is_looser(law, known):
    moves = migration(law, known, date(2025, 1, 1), date(2026, 2, 1), items=[known.find("small")])
    assert changes_of(moves)["small", "us-ru"] == "looser"
    assert changes_of(moves)["small", "us-cn"] == "same"


def test_what_cannot_be_told_is_open(law, known):
    item = known.find("big")
    item = item.model_copy(update={"facts": {**item.facts, "eccn": None, "power": None}})
    moves = migration(law, known, date(2020, 1, 1), date(2024, 1, 1), items=[item], route="us-cn")
    assert [move.change for move in moves] == ["open"]
    assert str(moves[0].after) == "cannot tell; not known: eccn"


def test_other_grounds(known, law):
    status = Status(licence="yes", subject="yes", reasons=("R_A",))
    item, route = known.find("big"), known.find_route("us-cn")
    from chokegraph.rules.migration import Move

    move = Move(
        item=item, route=route, before=status, after=replace(status, reasons=("R_B",)),
        strictness=law.strictness,
    )  # fmt: skip
    assert move.change == "other grounds"


# -- an item over time ----------------------------------------------------------------------------


def test_the_days_on_which_an_item_moves(law, known):
    steps = item_timeline(law, known, known.find("small"), route="us-cn")
    found = [(step.day.isoformat(), step.after.licence) for step in steps]
    assert found == [
        ("2019-01-01", "no"), ("2023-11-17", "exception"), ("2024-06-01", "yes"),
        ("2024-07-01", "exception"),
    ]  # fmt: skip
    assert steps[0].before is None
    assert steps[1].before == steps[0].after


def test_a_window_begins_with_the_status_of_its_first_day(law, known):
    steps = item_timeline(
        law, known, known.find("small"), route="us-cn", since=date(2024, 1, 1),
        until=date(2024, 6, 30),
    )  # fmt: skip
    assert [step.day for step in steps] == [date(2024, 1, 1), date(2024, 6, 1)]


# -- the law --------------------------------------------------------------------------------------


def test_what_changes_in_the_law(law):
    found = {
        change.id: change.what for change in law_changes(law, date(2020, 1, 1), date(2024, 1, 1))
    }
    assert found["chips-to-d5"] == "begins"
    assert found["high"] == "begins: 2400"
    assert found["HK counts as CN"] == "begins"
    assert "us-origin" not in found
    back = {
        change.id: change.what for change in law_changes(law, date(2024, 1, 1), date(2020, 1, 1))
    }
    assert back["chips-to-d5"] == "ends"
    values = law_changes(law, date(2023, 1, 1), date(2024, 1, 1))
    assert {change.id: change.what for change in values}["high"] == "4800 becomes 2400"


def test_a_suspension_is_seen(law):
    found = {c.id: c.what for c in law_changes(law, date(2025, 10, 1), date(2026, 1, 1))}
    assert found["owned"] == "is suspended"
    found = {c.id: c.what for c in law_changes(law, date(2026, 1, 1), date(2026, 12, 1))}
    assert found["owned"] == "begins (was suspended)"


def test_the_same_day_changes_nothing(law, known):
    day = date(2024, 1, 1)
    assert law_changes(law, day, day) == []
    assert {move.change for move in migration(law, known, day, day)} == {"same"}


# -- the calendar ---------------------------------------------------------------------------------


def test_the_calendar_has_every_change_with_its_citation(law):
    events = timeline(law)
    found = {(event.day.isoformat(), event.id): event.what for event in events}
    assert found["2022-10-21", "high"] == "is 4800"
    assert found["2023-11-17", "high"] == "4800 becomes 2400"
    assert found["2019-05-16", "listed"] == "begins, to be complied with from 2019-06-01"
    assert found["2019-06-01", "listed"] == "must be complied with"
    assert found["2025-11-10", "owned"] == "is suspended"
    assert found["2026-11-10", "owned"] == "changes"
    assert found["2020-12-23", "HK counts as CN"] == "HK counts as CN"
    assert all(event.cite for event in events)


def test_the_calendar_of_a_window_and_of_a_state(law):
    events = timeline(law, since=date(2023, 1, 1), until=date(2024, 1, 1))
    assert {event.day.year for event in events} == {2023}
    assert timeline(law, regime="nl") == []


def test_the_calendar_of_the_real_law_covers_the_version_calendar():
    days = {event.day for event in timeline(load_law())}
    for text in (
        "2020-05-15", "2020-08-17", "2022-10-21", "2023-01-17", "2023-11-17", "2024-04-04",
        "2024-09-06", "2024-12-02", "2024-12-31", "2025-09-29", "2025-11-10", "2026-01-15",
    ):  # fmt: skip
        assert date.fromisoformat(text) in days, text


# -- the book -------------------------------------------------------------------------------------


def test_rules_are_listed_by_what_is_asked(law):
    assert {r["kind"] for r in list_rules(law, kind="hook")} == {"hook"}
    assert list_rules(law, regime="nl") == []
    ids = {r["id"]: r["status"] for r in list_rules(law, on=date(2026, 1, 1))}
    assert ids["owned"] == "suspended"
    assert "chips-to-d5" not in {r["id"] for r in list_rules(law, on=date(2020, 1, 1))}
    with pytest.raises(FindingsError, match="did you mean hook"):
        list_rules(law, kind="hok")


def test_the_law_of_a_day(law):
    book = law_at(law, date(2026, 1, 1))
    assert "chips-to-d5" in {rule["id"] for rule in book["rules"]}
    assert {rule["id"]: rule["status"] for rule in book["beside"]} == {"owned": "suspended"}
    assert {p["id"]: p["value"] for p in book["parameters"]} == {"high": 2400}
    assert {g["id"] for g in book["groups"]} == {"D:5", "chips"}


def test_how_a_thing_stands(law):
    versions = law.rule("owned").versions
    days = {"2025-01-01": "not yet", "2025-10-01": "in force", "2026-01-01": "suspended"}
    for day, status in days.items():
        assert status_on(versions, date.fromisoformat(day)) == status
    assert status_on(law.rule("listed").versions, date(2019, 5, 20)) == "pending"


def test_a_rule_in_full(law):
    record = rule_record(law, law.rule("chips-to-d5"), date(2024, 1, 1))
    version = record["versions"][0]
    assert version["cite"] == "742.6"
    assert version["condition"][0] == "all of:"
    assert version["refers_to"]["groups"] == {"chips": "3A090; except 3A090.c", "D:5": "CN, RU"}
    assert users(law, "high") == ["chip"]
    assert users(law, "D:5") == ["chips-to-d5"]
    chip = rule_record(law, law.rule("chip"), date(2024, 1, 1))["versions"][0]
    assert chip["refers_to"]["parameters"] == {"high": "2400 TPP"}
    assert chip["effects"] == {"eccn": "3A090.a"}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("chips-to-d5", "rule"), ("high", "parameter"), ("D:5", "group"), ("power", "fact"),
        ("case_by_case", "policy"), ("R_CHIPS", "code"), ("SAVED", "code"),
        ("NOT_APPLIED", "code"),
    ],
)  # fmt: skip
def test_everything_has_a_name(law, name, kind):
    assert find_entry(law, name).kind == kind


def test_an_unknown_name_is_met_with_a_suggestion(law):
    with pytest.raises(FindingsError, match="did you mean chips-to-d5"):
        find_entry(law, "chips-to-d4")
    with pytest.raises(FindingsError, match="ids with it: no-nac-for-russia"):
        find_entry(law, "russia")


def test_every_rule_of_the_real_law_can_be_shown():
    law = load_law()
    for rule in law.rules:
        record = rule_record(law, rule, date(2026, 7, 23))
        assert all(version["condition"] and version["cite"] for version in record["versions"])


# -- known items ----------------------------------------------------------------------------------


def test_the_known_items_are_what_people_speak_of():
    known = load_known()
    for name in (
        "A100", "A800", "H100", "H800", "H200", "H20", "L40S", "L20", "L4", "L2", "RTX-4090",
        "RTX-4090-D", "MI300X", "MI308X", "MI325X", "B200", "Ascend-910B", "HBM2", "HBM2E", "HBM3",
        "GDDR6", "NXT-1970i", "NXT-1980Di", "NXT-2000i", "NXT-2050i",
    ):  # fmt: skip
        assert known.find(name).routes
    assert all(known.routes_of(item) for item in known.items.values())
    assert designers()["HiSilicon"] == ("1",)


def test_every_known_item_has_a_row_on_every_route():
    known, law = load_known(), load_law()
    for item in known.items.values():
        for route in known.routes_of(item):
            row = known.row(item, route, date(2026, 1, 1), law)
            assert row["destination"]
            assert row["eccn"]


@pytest.mark.parametrize(
    ("item", "days", "route", "licences"),
    [
        ("a100", ("2022-10-01", "2022-10-21"), "us-cn", ("yes", "yes")),
        ("a100", ("2022-08-01", "2022-10-21"), "us-cn", ("no", "yes")),
        ("a800", ("2022-11-01", "2023-11-17"), "us-cn", ("no", "yes")),
        ("h800", ("2022-11-01", "2023-11-17"), "tw-cn", ("no", "yes")),
        ("h20", ("2022-11-01", "2024-01-01"), "us-cn", ("no", "no")),
        ("rtx-4090", ("2023-01-01", "2024-01-01"), "us-cn-retail", ("no", "exception")),
        ("rtx-4090-d", ("2023-01-01", "2024-01-01"), "us-cn-retail", ("no", "no")),
        ("hbm2e", ("2024-12-30", "2024-12-31"), "kr-cn", ("no", "yes")),
        ("gddr6", ("2024-12-30", "2024-12-31"), "kr-cn", ("no", "no")),
    ],
)
def test_who_moved_when(item, days, route, licences):
    known = load_known()
    first, second = (date.fromisoformat(day) for day in days)
    moves = migration(load_law(), known, first, second, items=[known.find(item)], route=route)
    assert [(m.before.licence, m.after.licence) for m in moves] == [licences]


def test_a_review_policy_moves_the_h200():
    known = load_known()
    days = date(2026, 1, 14), date(2026, 1, 15)
    [move] = migration(load_law(), known, *days, items=[known.find("h200")], route="us-cn")
    assert (move.before.policy, move.after.policy) == ("presumption_of_denial", "case_by_case")
    assert move.change == "looser"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("items: [{id: a}]", "Field required"),
        ("items: 3", "items"),
        ("routes: [{id: r, name: x, facts: {orign: US}}]", "there is no fact 'orign'"),
        ("routes: [{id: r, name: x, facts: {origin: usa}}]", "write two capital letters"),
        ("items: [", "not YAML"),
        (
            "items: [{id: a, name: A, kind: chip, routes: [us-nc], facts: {}, source: s, mark: A}]",
            "there is no route 'us-nc'",
        ),
        (
            "items: [{id: a, name: A, kind: chip, routes: [], source: s, mark: A, facts: {},"
            " dated: [{from: 2024-01-01, facts: {powr: 1}, cite: c, mark: A}]}]",
            "there is no fact 'powr'",
        ),
    ],
)
def test_a_broken_file_of_items_is_a_finding(tmp_path, law, text, message):
    file = tmp_path / "items.yaml"
    file.write_text(dedent(text), encoding="utf-8")
    with pytest.raises(FindingsError, match=message):
        read_known([file], law)


def test_a_missing_file_of_items_is_a_finding(tmp_path, law):
    with pytest.raises(FindingsError, match="cannot be read"):
        read_known([tmp_path / "none.yaml"], law)


def test_an_unknown_item_or_route_is_met_with_a_suggestion(known):
    assert known.find("Big Chip").id == "big"
    with pytest.raises(FindingsError, match="did you mean small"):
        known.find("smal")
    with pytest.raises(FindingsError, match="did you mean us-cn"):
        known.find_route("us-cm")
