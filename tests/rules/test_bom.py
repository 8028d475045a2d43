# SPDX-License-Identifier: Apache-2.0
"""Bills of materials rolled up to controlled content: by hand, and against a recursive reading."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.test_scalar import LAW

from chokegraph.errors import FindingsError
from chokegraph.rules.bom import Bom, make_bom, read_bom
from chokegraph.rules.de_minimis import Content, contributions, roll_up

DAY = date(2024, 1, 1)
HEAD = "parent,child,quantity,value,eccn,origin,kind,discrete,bundled,integrated_circuit"
TOOL = f"""{HEAD}
,tool,,1000,3B991,DE,commodity,,,
tool,pump,2,50,2B999,US,commodity,,,no
tool,board,1,200,3A992,MY,commodity,no,,no
board,chip,4,10,3A090.a,US,commodity,,,yes
tool,controller,1,300,3A992,JP,commodity,yes,,no
controller,chip,20,10,3A090.a,US,commodity,,,yes
"""


def bom(text: str) -> Bom:
    rows = [line.split(",") for line in text.strip().splitlines()]
    return make_bom(pl.DataFrame(rows[1:], schema=rows[0], orient="row"))


def controlled(eccn: str, destination: str) -> tuple[float, float]:
    """Chips are controlled to China, everything to Iran; what is not classified may be."""
    if destination == "IR":
        return 1.0, 1.0
    if not eccn:
        return 0.0, 1.0
    return (1.0, 1.0) if eccn.startswith("3A090") else (0.0, 0.0)


def content(text: str, *destinations: str) -> Content:
    return roll_up(bom(text), destinations, LAW, DAY, controlled=controlled)


def share(text: str, destination: str) -> tuple[float, float]:
    row = content(text, destination).table.row(0, named=True)
    return row["us_content_pct__low"], row["us_content_pct__high"]


def test_the_same_tool_has_another_share_for_each_destination() -> None:
    # China: 4 chips of 10 = 40. Iran: the pumps too, 2 x 50. The controller is a discrete product.
    assert share(TOOL, "CN") == (4.0, 4.0)
    assert share(TOOL, "IR") == (14.0, 14.0)


def test_parts_inside_a_discrete_product_are_not_counted_again() -> None:
    assert share(TOOL.replace("JP,commodity,yes", "JP,commodity,no"), "CN") == (24.0, 24.0)


def test_a_us_assembly_counts_whole_and_once() -> None:
    assert share(TOOL.replace("3A992,MY", "3A090,US"), "CN") == (20.0, 20.0)


def test_what_is_not_known_makes_an_interval() -> None:
    assert share(TOOL.replace("2B999,US", ",US"), "CN") == (4.0, 14.0)
    # The board may be of US origin: then it counts whole if it is controlled, else the chips do.
    assert share(TOOL.replace("3A992,MY", "3A992,"), "CN") == (0.0, 4.0)
    assert share(TOOL.replace("3A992,MY", ","), "CN") == (0.0, 20.0)


def test_a_us_circuit_anywhere_inside() -> None:
    assert content(TOOL, "CN").table["contains_us_ic"].to_list() == [True]
    none = TOOL.replace("3A090.a,US", "3A090.a,KR")
    assert content(none, "CN").table["contains_us_ic"].to_list() == [False]
    silent = none.replace("2B999,US,commodity,,,no", "2B999,US,commodity,,,")
    assert content(silent, "CN").table["contains_us_ic"].to_list() == [None]


SOFTWARE = f"""{HEAD}
,tool,,1000,3B991,DE,commodity,,,
tool,control,1,100,EAR99,US,software,,yes,
tool,design,1,100,3D001,US,software,,yes,
tool,loose,1,100,EAR99,US,software,,no,
tool,know-how,1,100,"3E001",US,technology,,,
"""


def test_bundled_software_counts_only_if_nothing_but_terrorism_controls_it() -> None:
    table = content(SOFTWARE.replace('"', ""), "IR").table
    assert table["us_content_pct__low"].to_list() == [10.0]
    assert table["apart"].to_list() == ["design; know-how; loose"]


def test_software_in_software_is_commingled() -> None:
    text = f"{HEAD}\n,suite,,100,5D992,DE,software,,,\nsuite,kernel,1,30,3A090,US,software,,,\n"
    assert share(text, "CN") == (30.0, 30.0)


def test_the_content_that_tips_it() -> None:
    found = contributions(bom(TOOL), "tool", "IR", LAW, DAY, controlled=controlled)
    assert found.select("part", "quantity", "pct", "so_far").rows() == [
        ("pump", 2.0, 10.0, 10.0),
        ("chip", 4.0, 4.0, 14.0),
    ]
    with pytest.raises(KeyError):
        contributions(bom(TOOL), "pump", "IR", LAW, DAY, controlled=controlled)


def test_the_engine_says_what_is_controlled() -> None:
    table = roll_up(bom(TOOL), ["CN", "KZ"], LAW, DAY).table
    shares = dict(table.select("destination", "us_content_pct__low").iter_rows())
    assert shares == {"CN": 4.0, "KZ": 0.0}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (TOOL + "chip,board,1,,,,,,,\n", "runs in a circle: chip > board > chip"),
        (TOOL + "tool,pump,1,60,,,,,,\n", "'pump' has more than one value"),
        (TOOL.replace("2,50", "two,50"), "'two' is not an amount"),
        (TOOL.replace("2,50", ",50"), "no quantity"),
        (TOOL.replace("2,50", "2,-5"), "'-5' is not an amount"),
        (TOOL.replace("2,50", "2,"), "'pump' has no value"),
        (TOOL.replace("1000", ""), "'tool' has no value"),
        (TOOL.replace("1000", "0"), "has the value 0"),
        (TOOL.replace("1000", "100"), "'tool' is worth 100, and the US parts in it 140"),
        (TOOL.replace("US,commodity,,,no", "USA,commodity,,,no"), "'USA' is not a country"),
        (TOOL.replace("MY,commodity", "MY,thing"), "'thing' is not known"),
        *(
            (TOOL.replace("2B999,US", f"{code},US"), f"{code!r} is no ECCN")
            for code in ("3BOO1", "9Z9Q", "3B0001", "xyz", "n/a")
        ),
        (TOOL.replace("MY,commodity", "QQ,commodity"), "'QQ' is not a country"),
        (TOOL.replace("MY,commodity", "my,commodity"), "'my' is not a country"),
        (TOOL.replace("board,chip", "bord,chip"), "'bord' has no line of its own"),
        (TOOL.replace("quantity", "quantty"), "did you mean quantity?"),
        (TOOL.replace(",origin", ",colour"), "the column 'origin' is missing"),
    ],
)
def test_what_is_wrong_is_said(text: str, words: str) -> None:
    with pytest.raises(FindingsError) as caught:
        content(text, "CN")
    assert words in str(caught.value)


def test_every_line_whose_eccn_is_none_is_named() -> None:
    text = TOOL.replace("2B999,US", "9Z9Q,US").replace("3A992,JP", "3BOO1,JP")
    with pytest.raises(FindingsError) as caught:
        bom(text)
    said = [(each.line, each.column, each.message) for each in caught.value.findings]
    assert said == [(3, "eccn", "'9Z9Q' is no ECCN"), (6, "eccn", "'3BOO1' is no ECCN")]


def test_eccns_are_read_as_in_a_file_of_transactions() -> None:
    spelled = TOOL.replace("board,chip,4,10,3A090.a", "board,chip,4,10,3a090(a)")
    assert bom(spelled).eccn == bom(TOOL).eccn
    assert bom(TOOL.replace("2B999,US", "unknown,US")).eccn[1] == ""


@pytest.mark.parametrize("end", ["\n", "\n# nothing yet\n"])
def test_a_bill_without_lines_is_a_finding(tmp_path: Path, end: str) -> None:
    file = tmp_path / "bom.csv"
    file.write_text(HEAD + end, encoding="utf-8")
    with pytest.raises(FindingsError) as caught:
        read_bom(file)
    [finding] = caught.value.findings
    assert (finding.message, finding.file) == ("the bill of materials has no lines", str(file))


def test_an_item_without_parts_has_no_content() -> None:
    assert share("\n".join(TOOL.splitlines()[:2]), "CN") == (0.0, 0.0)


def test_every_value_that_is_missing_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "bom.csv"
    text = (
        TOOL.replace("2,50", "2,").replace("1000", "").replace("4,10", "4,").replace("20,10", "20,")
    )
    file.write_text(text, encoding="utf-8")
    with pytest.raises(FindingsError) as caught:
        read_bom(file)
    said = [(each.file, each.line, each.column, each.message) for each in caught.value.findings]
    assert said == [
        (str(file), line, "value", f"'{part}' has no value")
        for line, part in ((2, "tool"), (3, "pump"), (5, "chip"))
    ]


def test_comments_and_cells_of_several_lines_do_not_shift_the_line(tmp_path: Path) -> None:
    file = tmp_path / "bom.csv"
    text = TOOL.replace("tool,pump", '# a remark, with "one" quote"\ntool,"pu\nmp"')
    file.write_text("# made up\n" + text.replace("MY,commodity", "MY,thing"), encoding="utf-8")
    with pytest.raises(FindingsError) as caught:
        read_bom(file)
    assert [finding.line for finding in caught.value.findings] == [7]


def test_findings_carry_the_line(tmp_path: Path) -> None:
    file = tmp_path / "bom.csv"
    file.write_text(TOOL.replace("2,50", "two,50"), encoding="utf-8")
    with pytest.raises(FindingsError) as caught:
        read_bom(file)
    [finding] = caught.value.findings
    assert (finding.file, finding.line, finding.column) == (str(file), 3, "quantity")


@st.composite
def boms(draw: st.DrawFn) -> tuple[str, list[tuple[int, int, int]], list[tuple]]:
    """A random acyclic bill: parts are numbered, lines go from lower to higher numbers."""
    parts = draw(st.integers(2, 8))
    described = [
        (
            draw(st.integers(1, 50)) if part else 10**9,
            draw(st.sampled_from(["3A090", "EAR99", ""])),
            draw(st.sampled_from(["US", "DE", ""])) if part else "DE",
            draw(st.booleans()),
        )
        for part in range(parts)
    ]
    lines = [
        (draw(st.integers(0, child - 1)), child, draw(st.integers(1, 3)))
        for child in range(1, parts)
        for _ in range(draw(st.integers(1, 2)))
    ]
    text = [HEAD, f",p0,,{described[0][0]},EAR99,DE,commodity,,,"]
    for parent, child, quantity in lines:
        value, eccn, origin, discrete = described[child]
        text.append(
            f"p{parent},p{child},{quantity},{value},{eccn},{origin},commodity,"
            f"{'yes' if discrete else 'no'},,"
        )
    return "\n".join(text), lines, described


@given(case=boms())
def test_the_roll_up_agrees_with_a_recursive_reading(case) -> None:
    text, lines, described = case

    def inside(part: int) -> tuple[float, float]:
        low = high = 0.0
        for parent, child, quantity in lines:
            if parent == part:
                each_low, each_high = counted(child)
                low, high = low + quantity * each_low, high + quantity * each_high
        return low, high

    def counted(part: int) -> tuple[float, float]:
        value, eccn, origin, discrete = described[part]
        own = tuple(value * bound for bound in controlled(eccn, "CN"))
        below = (0.0, 0.0) if discrete else inside(part)
        if origin == "US":
            return own
        return below if origin else (0.0, max(own[1], below[1]))

    expected = tuple(100 * bound / described[0][0] for bound in inside(0))
    assert share(text, "CN") == pytest.approx(expected)
