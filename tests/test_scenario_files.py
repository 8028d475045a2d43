# SPDX-License-Identifier: Apache-2.0
"""The schema and reference are generated; every example holds against them and the world."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from chokegraph.errors import FindingsError
from chokegraph.result.reference import reference_page as results_page
from chokegraph.scenario import load_scenario, parse_scenario
from chokegraph.scenario.document import parse_document, read_document
from chokegraph.scenario.schema import json_schema, reference_page, schema_text
from chokegraph.world import load_world
from result_factory import SCENARIO_TEXT

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = sorted((ROOT / "examples" / "scenarios").glob("*.yaml"))
HEAD = "# yaml-language-server: $schema=../../schemas/scenario.schema.json\n"


@cache
def world(spec):
    return load_world(spec)


def test_the_committed_schema_is_the_generated_one():
    committed = (ROOT / "schemas" / "scenario.schema.json").read_text(encoding="utf-8")
    assert committed == schema_text(), "run scripts/make_schema.py"


def test_the_committed_reference_is_the_generated_one():
    committed = (ROOT / "docs" / "reference" / "scenario.md").read_text(encoding="utf-8")
    assert committed == reference_page(), "run scripts/make_schema.py"


def test_the_committed_reference_of_results_is_the_generated_one():
    committed = (ROOT / "docs" / "reference" / "results.md").read_text(encoding="utf-8")
    assert committed == results_page(), "run scripts/make_schema.py"


def test_the_schema_is_a_schema_and_describes_every_key():
    schema = json_schema()
    Draft202012Validator.check_schema(schema)
    for name, part in schema["$defs"].items():
        for key, about in part.get("properties", {}).items():
            assert about.get("description"), f"{name}.{key}"


def test_there_are_enough_examples():
    assert len(EXAMPLES) >= 10


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_sound(path):
    text = path.read_text(encoding="utf-8")
    assert text.startswith(HEAD)
    scenario = load_scenario(path)
    assert scenario.name == path.stem
    assert load_scenario(path, world=world(scenario.world)) == scenario
    faults = Draft202012Validator(json_schema()).iter_errors(read_document(path).data)
    assert [fault.message for fault in faults] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [("draws:", "drawz:"), ("policy: presumption", "policy: resumption"), ("by: [US]", "by: [us]")],
)
def test_the_schema_refuses_what_the_models_or_the_world_refuse(old, new):
    schema = Draft202012Validator(json_schema())
    good = parse_document(SCENARIO_TEXT).data
    assert not list(schema.iter_errors(good))
    bad = parse_document(SCENARIO_TEXT.replace(old, new, 1)).data
    assert list(schema.iter_errors(bad))


@pytest.mark.parametrize(
    ("old", "new", "message", "fix"),
    [
        ("ids: [dry-etch]", "ids: [ald-tool]", "unknown input 'ald-tool'", "ald-tools"),
        ("families: [etch]", "families: [etching]", "unknown family 'etching'", "etch"),
        ("target: CN", "target: XX", "unknown country 'XX'", ""),
        ("product: advanced-logic", "product: advanced-logi", "unknown product", "advanced-logic"),
        ("presumption-of-denial", "presumption-of-deny", "unknown licence policy", "presumption"),
        ("ids: [dry-etch]", "eccns: [3B999]", "unknown export-control number '3B999'", ""),
        ("ids: [dry-etch]", "tags: [hybrid-bondin]", "unknown tag", "hybrid-bonding"),
        ("ids: [dry-etch]", "ids: [photoresists]", "nobody buys", "inputs below"),
    ],
)
def test_names_are_looked_up_in_the_world(old, new, message, fix):
    text = SCENARIO_TEXT.replace("duv-scanner", "arf-dry-lithography")
    if "dry-etch" not in old:
        text = text.replace("ids: [dry-etch]", "ids: [ald-tools]")
    text = text.replace(old, new, 1)
    with pytest.raises(FindingsError) as caught:
        parse_scenario(text, file="s.yaml", world=world("builtin@2024"))
    found = [finding for finding in caught.value.findings if finding.severity == "error"]
    assert len(found) == 1, [str(finding) for finding in found]
    assert message in found[0].message
    assert fix in found[0].fix
    assert found[0].line == next(
        n
        for n, row in enumerate(text.splitlines(), start=1)
        if new.split(": ")[-1].strip("[]") in row
    )


def test_a_belief_may_be_for_a_use_or_a_leak_class_but_not_for_nobody():
    text = SCENARIO_TEXT.replace("duv-scanner", "krf-lithography").replace("dry-etch", "ald-tools")
    for kind in ("capital", "consumable", "chips", "parts", "tools"):
        good = text.replace("families: lithography, note", f"families: {kind}, note")
        assert parse_scenario(good, world=world("builtin@2024")).assumptions["leakage"]
    wrong = text.replace("families: lithography, note", "families: tool, note")
    with pytest.raises(FindingsError, match="unknown family 'tool'") as caught:
        parse_scenario(wrong, file="s.yaml", world=world("builtin@2024"))
    (found,) = (finding for finding in caught.value.findings if finding.severity == "error")
    assert found.line == next(n for n, row in enumerate(wrong.splitlines(), 1) if "tool," in row)


@pytest.mark.parametrize(
    ("inputs", "cap", "message", "fix"),
    [
        ("mocvd-tools", "{kind: sliding, generations: 2}", "'mocvd-tools'", "[mocvd-tools]"),
        ("mocvd-tools", "{kind: hard, behind: 2}", "no ladder of grades", "without a cap"),
        ("ald-tools", "{kind: hard, label: 3pc}", "'ald-tools' has no rung '3pc'", "its rungs"),
    ],
)
def test_a_cap_that_cannot_be_set_is_reported_where_it_stands(inputs, cap, message, fix):
    text = SCENARIO_TEXT.replace("duv-scanner", "arf-dry-lithography").replace("dry-etch", inputs)
    text = text.replace("    tiers: [advanced, leading]\n", "")
    text = text.replace("licence: {policy: presumption-of-denial}", f"cap: {cap}", 1)
    with pytest.raises(FindingsError) as caught:
        parse_scenario(text, file="s.yaml", world=world("builtin@2024"))
    (found,) = (finding for finding in caught.value.findings if finding.severity == "error")
    assert message in found.message
    assert fix in found.fix
    line = next(n for n, row in enumerate(text.splitlines(), start=1) if "cap:" in row)
    assert (found.file, found.line, found.column) == ("s.yaml", line, len("    cap: ") + 1)


def test_the_examples_name_their_schema_where_it_is():
    for path in EXAMPLES:
        place = path.parent / HEAD.split("=")[1].strip()
        assert json.loads(place.read_text(encoding="utf-8"))["title"] == "Scenario"


def test_yaml_of_the_examples_is_plain():
    for path in EXAMPLES:
        assert YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))["schema"] == 1


def test_every_example_is_listed_in_the_documentation():
    page = (ROOT / "docs" / "how-to" / "ready-scenarios.md").read_text(encoding="utf-8")
    listed = {line.split("`")[1] for line in page.splitlines() if line.startswith("| `")}
    assert listed == {path.name for path in EXAMPLES}


def test_the_scenario_of_the_guide_is_sound():
    page = (ROOT / "docs" / "how-to" / "write-a-scenario.md").read_text(encoding="utf-8")
    text = page.split("```yaml\n")[1].split("```")[0]
    assert parse_scenario(text, world=world("builtin@2024")).name == "etch-alone"
    beliefs = page.split("```yaml\n")[2].split("```")[0]
    assert parse_scenario(text + beliefs).mechanisms == {"lock_in": True}
    for part in re.findall(r"^\| [^|]+ \| `([a-z]+): (.*?)`", page, re.M):
        assert part[0] in {"licence", "cap", "servicing", "staff", "by", "tiers"}
    faulty = text.replace("advanced-logic,", "advanced-logik,").replace("tiers:", "tier:")
    with pytest.raises(FindingsError) as caught:
        parse_scenario(faulty, file="etch-alone.yaml", world=world("builtin@2024"))
    assert str(caught.value) in page


def test_pairs_that_are_meant_to_be_compared_differ_in_little():
    def parts(name):
        scenario = load_scenario(ROOT / "examples" / "scenarios" / f"{name}.yaml")
        return scenario.model_dump(exclude={"name", "title", "question", "controls"})

    assert parts("hard-cap") == parts("sliding-scale")
    assert parts("hybrid-bonding-us-alone") == parts("hybrid-bonding-coalition")
