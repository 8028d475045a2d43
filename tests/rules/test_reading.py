# SPDX-License-Identifier: Apache-2.0
"""Law files with something wrong in them: everything is reported, with its line and a fix."""

from datetime import date
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from tests.rules.small_law import TEXT, law_of

from chokegraph.errors import FindingsError
from chokegraph.rules.dated import known_by, with_ends
from chokegraph.rules.model import ParameterVersion
from chokegraph.rules.reading import LAW_FOLDER, load_law

FACTS = """
facts:
  - {id: origin, type: country, meaning: origin}
  - {id: power, type: number, unit: TPP, meaning: performance}
  - {id: civil, type: flag, meaning: civil use}
"""
VERSION = "effective: 2022-10-21, cite: text, confidence: A"


def findings(folder: Path, text: str) -> str:
    with pytest.raises(FindingsError) as caught:
        law_of(folder, text)
    return str(caught.value)


def rule(when: str, more: str = "kind: concept", version: str = VERSION) -> str:
    return f"""
{FACTS}
rules:
  - id: r
    title: a rule
    {more}
    versions:
      - {{{version}, when: {when}}}
"""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (rule("{orign: US}"), "law.yaml:13:"),
        (rule("{orign: US}"), "there is no fact 'orign' (fix: did you mean origin?)"),
        (rule("{origin: {at_least: 3}}"), "'at_least' cannot be asked of 'origin'"),
        (rule("{power: {at_leest: 3}}"), "did you mean at_least?"),
        (rule("{power: {at_least: many}}"), "'many' does not fit 'at_least'"),
        (rule("{power: {at_least: $limit}}"), "there is no parameter 'limit'"),
        (rule("{origin: Germany}"), "neither a country nor a group"),
        (rule("{met: other}"), "there is no rule 'other'"),
        (rule("{met: r}"), "depends on itself"),
        (rule("{met_code: R_X}"), "no rule has the code 'R_X'"),
        (rule("{all: [{civil: true}], any: []}"), "stands beside other keys"),
        (rule("{}"), "must be a mapping"),
        (rule("{civil: 3}"), "3 cannot be asked of 'civil'"),
        (rule("{civil: true}", "kind: requirement"), "a requirement needs a code"),
        (rule("{civil: true}", "kind: exclusion"), "needs 'removes'"),
        (rule("{civil: true}", "kind: ban"), "'kind'"),
        (rule("{civil: true}", "kind: concept\n    colour: red"), "unknown key 'colour'"),
        (
            rule("{civil: true}", version="effective: 2022-10-21, confidence: A"),
            "'cite' is missing",
        ),
        (
            rule("{civil: true}", version="effective: 2022-10-21, cite: t, confidence: D"),
            "'confidence'",
        ),
        (
            rule("{civil: true}", version="effective: soon, cite: t, confidence: A"),
            "'soon' is not a day",
        ),
        (
            rule("{civil: true}", version=VERSION + ", ends: 2022-10-21"),
            "not after it begins",
        ),
        (
            rule("{civil: true}", "kind: policy\n    for: all\n    policy: mercy"),
            "no review policy 'mercy'",
        ),
        ("rules: [", "not YAML"),
        ("rules:\n  - {id: D:5}\n", "quote names with a colon"),
    ],
)
def test_each_mistake_is_named(tmp_path: Path, text: str, words: str) -> None:
    assert words in findings(tmp_path, text)


def test_everything_wrong_is_said_at_once(tmp_path: Path) -> None:
    text = findings(tmp_path, rule("{all: [{orign: US}, {civl: true}, {power: {at: 1}}]}"))
    assert text.startswith("law: 3 errors")


def test_overlapping_versions_and_repeated_ids(tmp_path: Path) -> None:
    overlapping = TEXT.replace(
        "effective: 2025-09-29, cite: rule", "effective: 2025-09-29, ends: 2026-01-01, cite: rule"
    )
    assert "overlaps" in findings(tmp_path, overlapping)
    assert "is there already" in findings(tmp_path, TEXT + TEXT[TEXT.index("  - id: red-flag") :])


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    from chokegraph.rules import read_law

    file = tmp_path / "law.yaml"
    file.write_bytes(b"\xff\xfe\x00rules")
    with pytest.raises(FindingsError, match="cannot be read"):
        read_law([file, tmp_path / "none.yaml"])


def version(effective: str, status: str = "in_force", **keys: object) -> ParameterVersion:
    day = date.fromisoformat(effective)
    base = {"effective": day, "published": day, "cite": "t", "confidence": "A", "value": 1.0}
    return ParameterVersion(**{**base, "status": status, **keys})


def test_an_end_follows_from_the_next_version_that_counts() -> None:
    first, beside, last = with_ends(
        (
            version("2020-01-01"),
            version("2021-01-01", "unenforced"),
            version("2022-01-01", compliance=date(2022, 3, 1)),
        )
    )
    assert first.ends == date(2022, 3, 1), "the old text counts until the new must be complied with"
    assert beside.ends is None
    assert last.ends is None


def test_what_was_published_later_is_not_known() -> None:
    versions = with_ends((version("2020-01-01"), version("2022-01-01", published=date(2021, 6, 1))))
    [only] = known_by(versions, date(2021, 5, 31))
    assert (only.effective, only.ends) == (date(2020, 1, 1), None)
    assert len(known_by(versions, date(2021, 6, 1))) == 2


def test_the_law_of_the_package_reads_alike_with_both_parsers() -> None:
    load_law()
    for file in sorted(LAW_FOLDER.rglob("*.yaml")):
        text = file.read_text(encoding="utf-8")
        fast = YAML(typ="safe", pure=False).load(text)
        plain = YAML(typ="safe", pure=True).load(text)
        assert fast == plain, file.name
