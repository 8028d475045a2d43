# SPDX-License-Identifier: Apache-2.0
"""Lists of parties: layouts, printed texts, names, matches. All parties are made up."""

import json
from datetime import date

import pytest

from chokegraph.errors import FindingsError
from chokegraph.parties import ListEntry, NameIndex, PartyList, normalise, read_list
from chokegraph.parties.tables import table, threshold
from chokegraph.parties.texts import (
    exceptions_of,
    footnotes_of,
    list_code,
    policy_of,
    scope_of,
    strictest_policy,
    widest_scope,
)

OLD = (
    "source,entity_number,type,programs,name,title,addresses,federal_register_notice,start_date,"
    "end_date,standard_order,license_requirement,license_policy,remarks,alt_names"
)
ROWS = [
    "Entity List (EL) - Bureau of Industry and Security,,,,Example Fab (EXF),,"
    '"1 Wafer Road, Example, Shanghai, CN; 2 Wafer Road, HK",89 FR 1,2024-12-02,,,'
    '"For all items subject to the EAR (See §§734.4(a)(9), 734.9(e)(3), and 744.11 of the EAR)5",'
    "Presumption of denial.,,Example Semiconductor; EXF Shanghai",
    "Denied Persons List (DPL) - Bureau of Industry and Security,,,, JANE DOE,,"
    '"3 A STREET, TOWN, CA, 90000, US",80 FR 2,2015-01-01,2020-01-01,Y,,,,',
    "Unverified List (UVL) - Bureau of Industry and Security,,,,Invented Trading LLC,,"
    '"Somewhere without a code",,,,,,,,',
]


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(params=["old", "new", "json"])
def screening_list(request, tmp_path):
    if request.param == "old":
        return read_list(write(tmp_path / "csl.csv", "\n".join([OLD, *ROWS]) + "\n"))
    if request.param == "new":
        rows = [f"id{number},{row}" for number, row in enumerate(ROWS)]
        return read_list(write(tmp_path / "csl.csv", "\n".join([f"_id,{OLD}", *rows]) + "\n"))
    names = OLD.split(",")
    import csv

    results = []
    for row in csv.reader(ROWS):
        item = {name: value or None for name, value in zip(names, row, strict=True)}
        item["alt_names"] = row[-1].split("; ") if row[-1] else []
        item["addresses"] = [
            {"address": a, "country": a[-2:] if a[-2:].isupper() else None}
            for a in row[6].split("; ")
        ]
        results.append(item)
    return read_list(write(tmp_path / "csl.json", json.dumps({"results": results})))


def test_all_layouts_of_the_screening_list_give_the_same_entries(screening_list):
    fab, person, trader = screening_list.entries
    assert (fab.list, fab.name, fab.footnotes) == ("ENTITY_LIST", "Example Fab (EXF)", ("5",))
    assert fab.countries == ("CN", "HK")
    assert fab.alt_names == ("Example Semiconductor", "EXF Shanghai")
    assert (fab.scope, fab.policy, fab.cite) == ("all", "presumption_of_denial", "89 FR 1")
    assert person.name == "JANE DOE"
    assert person.stands_on(date(2019, 12, 31))
    assert not person.stands_on(date(2020, 1, 1))
    assert not person.stands_on(date(2014, 12, 31))
    assert trader.countries == ()
    assert trader.stands_on(date(1999, 1, 1))
    assert any("no first day" in finding.message for finding in screening_list.findings)


def test_flattened_list_and_own_layout(tmp_path):
    flat = read_list(
        write(
            tmp_path / "flat.csv",
            "list,name,alt_names,type,address_countries,license_requirement,license_policy,"
            "programs,federal_register_notice,source_list_url\n"
            'EL,Example One,,,TURKIYE,"For all items subject to the EAR. (See §744.11 of the EAR)",'
            "Decided by lot,,1 FR 1,\n",
        )
    )
    assert flat.entries[0].countries == ()
    assert flat.entries[0].policy == "other"
    assert flat.entries[0].policy_text == "Decided by lot"
    assert any("kept as text" in finding.message for finding in flat.findings)
    own = read_list(
        write(
            tmp_path / "own.csv",
            "Party,List,Footnotes,Scope,Policy,From,Until,Country,Alternative names\n"
            "Example Two,entity list,4; 1,all,denial,2023-01-02,2024-01-02,CN;HK,E2\n"
            "Example Three,MEU,,,,not a day,,,\n"
            ",MEU,,,,,,,\n"
            "Example Four,,,,,,,,\n",
        )
    )
    two, three = own.entries
    assert (two.list, two.footnotes, two.scope, two.policy) == (
        "ENTITY_LIST",
        ("4", "1"),
        "all",
        "denial",
    )
    assert two.countries == ("CN", "HK")
    assert not two.stands_on(date(2024, 1, 2))
    assert three.start is None  # kept: a party that is listed is never lost for its date
    said = " ".join(str(finding) for finding in own.findings)
    assert "no date" in said
    assert ":4: " in said
    assert ":5: " in said


@pytest.mark.parametrize(
    ("text", "name"),
    [("", "empty.csv"), ("a,b\n1,2\n", "other.csv"), ("name,list\n", "none.csv"), ("{", "x.json")],
)
def test_what_is_no_list_is_said(tmp_path, text, name):
    with pytest.raises(FindingsError):
        read_list(write(tmp_path / name, text))
    with pytest.raises(FindingsError, match="does not exist"):
        read_list(tmp_path / "missing.csv")


@pytest.mark.parametrize(
    ("text", "footnotes"),
    [
        ("For all items subject to the EAR. (See §744.11 of the EAR).", ()),
        ("For All Items Subject to the EAR (See §734.9(e)1, and §744.11 of the EAR)2.", ("1", "2")),
        ("See §§ 734.9(e) 1 and 744.11 of the EAR 2", ("1", "2")),
        ("(See §§ 734.9(e)(2) and 744.11 of the EAR)4", ("4",)),
        ("(See §734.9(e), and 744.11 of the EAR)4.", ("4",)),
        ("(See §§ 734.9(g),3 746.8(a)(3), and 744.21(b) of the EAR)", ("3",)),
        ("(See §734.9(g), 3 §746.8(a)(3), and §744.21(b) of the EAR).", ("3",)),
        ("(See §§734.4(a)(9), 734.9(e)(3), and 744.11 of the EAR)5", ("5",)),
        ("All items; see footnote 5", ("5",)),
    ],
)
def test_footnotes_flattened_into_the_text_are_found(text, footnotes):
    assert footnotes_of(text) == footnotes


def test_scopes_policies_and_names_of_lists():
    assert scope_of("For all items subject to the EAR") == "all"
    assert scope_of("For All Items Subject to the EAR (See §744.11 of the EAR).") == "all"
    assert scope_of("All items subject to the EAR except for crude oil") == "other"
    assert scope_of("For any item subject to the EAR listed in supplement no. 2 to part 744.") == (
        "supp2_744"
    )
    assert policy_of("Policy of denial. See §§ 746.8(b) and 744.21(e).") == "denial"
    assert policy_of("Policy of denial apart from food and medicine") == "denial_food_medicine"
    assert policy_of("See §§740.26, 744.11 and 744.23(d) of the EAR.") == "744.23_d"
    assert exceptions_of("", "See §§740.26, 744.11 and 744.23(d) of the EAR.") == ("RFF",)
    assert policy_of(
        "Presumption of denial. Case-by-case for items designed for production of 200mm wafers"
    ).endswith("200mm_case_by_case")
    assert scope_of("For items on the CCL and listed in supplement no. 7 to part 746") == "other"
    assert (
        policy_of("Case-by-case review for chairs; and presumption of denial for all other items")
        == "presumption_of_denial"
    )
    assert policy_of("") == ""
    assert strictest_policy({"case_by_case", "denial", "other"}) == "denial"
    assert strictest_policy({"other"}) == "other"
    assert widest_scope({"supp2_744", "all"}) == "all"
    assert list_code("Military End User (MEU) List - Bureau of Industry and Security") == "MEU"


def entry(name, **more):
    return ListEntry(list="ENTITY_LIST", name=name, **more)


def index(*entries, **more):
    return NameIndex([PartyList("made-up.csv", "own", "", entries)], **more)


def test_same_names_match_whatever_their_case_accents_and_legal_forms():
    listed = entry("Société Exemple (Beijing) Co., Ltd.", alt_names=("Exemple & Fils",))
    names = index(listed)
    for name in ("SOCIETE EXEMPLE BEIJING", "Société Exemple (Beijing) Inc", "exemple and fils"):
        assert names.find(name).entries == (listed,), name
    assert not names.find("Exemple Tianjin").entries
    assert normalise("Co., Ltd.") == "co ltd"


def test_a_listed_name_in_another_country_is_a_possible_match():
    names = index(entry("Example Trading", countries=("AE",)), same_place={"HK": "CN"})
    assert names.find("Example Trading").entries
    assert names.find("Example Trading", "AE").entries
    match = names.find("Example Trading", "US")
    assert not match.entries
    assert match.possible[0][2] == "the same name in another country"
    both = index(entry("Example Trading", countries=("CN",)), same_place={"HK": "CN"})
    assert both.find("Example Trading", "HK").entries


def test_alike_and_short_names_are_possible_never_a_yes_or_a_no():
    names = index(entry("Example Memory Technologies (EXMT)"))
    near = names.find("Exampel Memory Technologies Co")
    assert not near.entries
    assert near.possible[0][1] > 90
    short = names.find("EXMT")
    assert not short.entries
    assert short.possible[0][2] == "its short name"
    assert not names.find("Something Else")
    assert not names.find("")


def test_many_names_at_once_in_their_order():
    names = index(*(entry(f"Company of number {number:03d}") for number in range(50)))
    wanted = [(f"Company of number {number:03d}", "") for number in (3, 49, 3)]
    found = names.find_all([*wanted, ("Nobody at all", "")])
    assert [bool(match.entries) for match in found] == [True, True, True, False]
    assert found[0] is found[2]


def test_every_threshold_of_the_matching_has_a_unit_a_reason_and_a_grade():
    rows = table("matching")
    assert {row["quantity"] for row in rows} == {"near", "shortest", "possible_shown"}
    for row in rows:
        assert float(row["value"]) > 0
        assert row["unit"]
        assert row["meaning"]
        assert row["source"]
        assert row["grade"] in tuple("ABCDX")


def test_the_threshold_of_the_table_is_the_one_used():
    entry = ListEntry(list="ENTITY_LIST", name="Example Fab")
    lists = [PartyList("my.csv", "own", "", (entry,))]
    assert NameIndex(lists).near == threshold("near")
    assert not NameIndex(lists, near=100.0).find("Exampel Fab").possible
