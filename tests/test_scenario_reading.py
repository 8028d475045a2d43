# SPDX-License-Identifier: Apache-2.0
"""Every fault of a scenario file is reported at its line, with what is allowed."""

from __future__ import annotations

import re

import pytest

from chokegraph.errors import FindingsError
from chokegraph.scenario import load_scenario, parse_scenario
from result_factory import SCENARIO_TEXT


def findings(text, **options):
    with pytest.raises(FindingsError) as caught:
        parse_scenario(text, file="s.yaml", **options)
    return caught.value.findings


def only(text, **options):
    found = findings(text, **options)
    assert len(found) == 1, [str(finding) for finding in found]
    return found[0]


def line_of(text, part):
    return next(n for n, line in enumerate(text.splitlines(), start=1) if part in line)


def test_a_good_scenario_is_read():
    scenario = parse_scenario(SCENARIO_TEXT)
    assert scenario.members(scenario.controls[1]) == ("US", "NL")
    assert scenario.quarters == 32
    assert scenario.assumptions["leakage"][0].value == (0.05, 0.2)


@pytest.mark.parametrize(
    ("old", "new", "line_part", "message", "fix"),
    [
        ("draws:", "drawz:", "drawz", "unknown key 'drawz'", "draws"),
        ("policy: presumption-of-denial", "polcy: x", "polcy", "unknown key 'polcy'", "policy"),
        ("tiers: [advanced, leading]", "tiers: [advancd]", "advancd", "'advancd'", "advanced"),
        ("outcome: output,", "outcome: outputs,", "outputs", "'outputs'", "output"),
        ("approval: [0.0, 0.2]", "approval: [0.2, 0.0]", "[0.2, 0.0]", "runs downwards", ""),
        ("approval: [0.0, 0.2]", "approval: 20", "approval: 20", "outside 0 to 1", ""),
        ("from: 2025-01-01", "from: 2025-13-01", "2025-13-01", "month", ""),
        ("from: 2025-01-01", "from: spring", "from: spring", "neither a quarter", ""),
        ("announced: 2024-07-01", "announced: 2026-07-01", "name: etch", "announced", ""),
        (
            "licence: {policy: presumption-of-denial}",
            "cap: {kind: hard, grade: 3}",
            "name: etch",
            "leave tiers out",
            "",
        ),
        ("by: [US]", "by: [USA]", "USA", "two-letter code", ""),
        ("target: CN", "target: US", None, "both the target and a member", ""),
        ("end: 2031Q4", "end: 2031Q3", None, "end in a fourth", ""),
        ("end: 2031Q4", "end: 2020Q4", None, "shorter than four quarters", ""),
        ("by: 2028, below", "by: 2050, below", None, "outside 2024Q1", ""),
        ("below: 0.8", "below: 0.8, above: 0.9", "event:", "either below or above", ""),
        ("product: advanced-logic, ", "", "event:", "needs a product", ""),
        ("below: 0.8", "below: 80", "event:", "outside 0 to 1, the scale of output; write 0.8", ""),
        ("below: 0.8", "above: -1", "event:", "outside 0 to 1", ""),
        ("below: 0.8", "above: 20, measure: difference", "event:", "outside -1 to 1", ""),
        ("  leakage:", "  leekage:", "leekage", "unknown assumption 'leekage'", "leakage"),
        ("draws: 40", "mechanisms: {entri: false}", "entri", "unknown mechanism", "entry"),
        ("strength: 0.5", "strength: 2", "strength: 2", "less than or equal to 1", ""),
        ("  leakage:", "  lock_in: 0.3\n  leakage:", "lock_in", "'lock_in' is off", "true"),
        ("draws: 40", "mechanisms: {leakage: false}", "leakage:", "'leakage' is off", "leave it"),
        (
            "  leakage:",
            "  power_cost: 4\nroutes: tables\n#",
            "power_cost",
            "routes come from tables",
            "routes: chip",
        ),
    ],
)
def test_a_fault_is_reported_where_it_stands(old, new, line_part, message, fix):
    text = SCENARIO_TEXT.replace(old, new, 1)
    assert text != SCENARIO_TEXT
    finding = only(text)
    assert message in finding.message
    assert fix in finding.fix
    assert finding.file == "s.yaml"
    assert finding.line == (line_of(text, line_part) if line_part else 1)


def test_all_faults_come_at_once():
    text = SCENARIO_TEXT
    for old, new in (("draws:", "drawz:"), ("by: [US]", "by: [USA]"), ("seed: 7", "seed: no")):
        text = text.replace(old, new, 1)
    found = findings(text)
    assert len(found) == 3
    assert [finding.line for finding in found] == sorted(finding.line for finding in found)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        ("- a\n- b\n", "a list"),
        ("just words\n", "single value"),
        ("schema: 1\n  name: x\n", "not valid YAML"),
        ("a: [1, 2\n", "not valid YAML"),
        ("name: a\nname: b\n", "duplicate key"),
        ("a: *missing\n", "not valid YAML"),
        ("question: x\n?  levers:\n    a: 1\n", "a mapping or a list stands as a key"),
        ("a: &x 1\nb: &x 2\n", "anchor &x is given twice"),
        ("a: !!python/object:os.system x\n", "unknown key"),
    ],
)
def test_what_is_no_scenario_at_all_is_a_finding(text, message):
    assert any(message in finding.message for finding in findings(text))


def test_yaml_that_unfolds_without_end_is_refused():
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert any("too many values" in finding.message for finding in findings("\n".join(rows)))


def test_files_that_cannot_be_read_are_findings(tmp_path):
    missing = tmp_path / "none.yaml"
    with pytest.raises(FindingsError, match="no such file"):
        load_scenario(missing)
    with pytest.raises(FindingsError, match="not a file"):
        load_scenario(tmp_path)
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("title: Zürich".encode("latin-1"))
    with pytest.raises(FindingsError, match="UTF-8"):
        load_scenario(latin)
    huge = tmp_path / "huge.yaml"
    huge.write_bytes(b"# " + b"x" * 2_000_000)
    with pytest.raises(FindingsError, match="larger than a megabyte"):
        load_scenario(huge)


def test_a_country_called_no_stays_norway():
    text = SCENARIO_TEXT.replace("coalition: [US, NL]", "coalition: [US, NL, NO]")
    assert parse_scenario(text).coalition == ("US", "NL", "NO")


def test_thresholds_without_a_whole_are_free():
    for event in (
        "{outcome: output, product: dram, by: 2028, above: 1.05, measure: ratio}",
        "{outcome: sales, country: US, by: 2028, below: 50000}",
        "{outcome: local_share, by: 2028, above: 1}",
    ):
        text = re.sub(r"event: .*", f"event: {event}", SCENARIO_TEXT)
        assert parse_scenario(text).event is not None


def test_what_is_never_in_force_is_remarked():
    assert parse_scenario(SCENARIO_TEXT).remarks == ()
    text = SCENARIO_TEXT.replace("from: 2025-01-01", "from: 2045-01-01")
    late = text.replace("announced: 2024-07-01\n", "announced: 2044-07-01\n")
    assert parse_scenario(late).remarks == (
        "the control 'etch' is never in force: it begins in 2045Q1, after the end 2031Q4",
    )
    early = SCENARIO_TEXT.replace("from: 2022Q3,", "from: 2020Q1, until: 2020Q4,")
    assert parse_scenario(early).remarks == (
        "a mandate is never in force: it ends in 2020Q4, before the start 2024Q1",
    )
