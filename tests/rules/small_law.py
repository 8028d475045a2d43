# SPDX-License-Identifier: Apache-2.0
"""A made-up law that is small enough to work out by hand."""

from pathlib import Path
from textwrap import dedent

from chokegraph.rules import Law
from chokegraph.rules.reading import LawReader, read_law

TEXT = """
regime: us
facts:
  - {id: eccn, type: eccn, meaning: classification}
  - {id: origin, type: country, meaning: origin}
  - {id: destination, type: country, meaning: destination}
  - {id: power, absent_in_cases: not_relevant, type: number, unit: TPP, meaning: speed}
  - {id: area, absent_in_cases: not_relevant, type: number, unit: mm2, meaning: die area}
  - {id: density, type: number, meaning: performance per area,
     derived: {numerator: [power], denominator: [area]}}
  - {id: civil, absent_in_cases: "no", type: flag, meaning: civil use}
  - {id: notified, absent_in_cases: "no", type: flag, meaning: notified in time}
  - {id: lists, absent_in_cases: "no", type: codes, meaning: lists that name a party}
  - {id: started, absent_in_cases: not_relevant, type: date, meaning: production started}
  - {id: content, absent_in_cases: not_relevant, type: number, unit: "%", meaning: US content}
parameters:
  - id: high
    meaning: performance that is caught
    unit: TPP
    versions:
      - {value: 4800, effective: 2022-10-21, cite: first text, confidence: A}
      - {value: 2400, effective: 2023-11-17, published: 2023-10-25, cite: second,
         confidence: C}
groups:
  - id: "D:5"
    of: country
    meaning: embargoed for arms
    versions:
      - {members: [CN, RU], effective: 2018-01-01, cite: supplement, confidence: A}
  - id: chips
    of: eccn
    meaning: chips that are caught
    versions:
      - {members: [3A090], except: [3A090.c], effective: 2018-01-01, cite: list, confidence: A}
aliases:
  - {fact_type: country, code: HK, means: CN, effective: 2020-12-23, cite: order, confidence: B}
policies:
  - {id: presumption_of_denial, meaning: denied as a rule}
  - {id: case_by_case, meaning: each looked at}
rules:
  - id: chip
    kind: classification
    title: a chip by its performance
    eccn: 3A090.a
    versions:
      - {effective: 2022-10-21, cite: 3A090, confidence: A, when: {power: {at_least: $high}}}
  - id: us-origin
    kind: hook
    code: US_ORIGIN
    title: made in the United States
    versions:
      - {effective: 2018-01-01, cite: "734.3(a)(2)", confidence: A, when: {origin: US}}
  - id: content-25
    kind: hook
    code: DE_MINIMIS_25
    title: more than a quarter of US content
    versions:
      - {effective: 2018-01-01, cite: "734.4(d)", confidence: A,
         when: {origin: {not_in: US}, content: {more_than: 25}}}
  - id: published
    kind: release
    title: published material
    versions:
      - {effective: 2018-01-01, cite: "734.7", confidence: A, when: {eccn: NOT_SUBJECT}}
  - id: chips-to-d5
    kind: requirement
    code: R_CHIPS
    title: chips to D:5
    versions:
      - {effective: 2022-10-21, cite: "742.6", confidence: A,
         when: {all: [{item: chips}, {destination: {in: "D:5"}}]}}
  - id: listed
    kind: requirement
    code: R_LIST
    title: a party is on the list
    versions:
      - {effective: 2019-05-16, compliance: 2019-06-01, cite: "744.11", confidence: A,
         when: {lists: {has: ENTITY_LIST}}}
  - id: owned
    kind: requirement
    code: R_OWNED
    title: owned by listed parties
    shadow_code: NOT_APPLIED
    versions:
      - {effective: 2025-09-29, cite: rule, confidence: B, when: {lists: {has: OWNED}}}
      - {effective: 2025-11-10, status: suspended, cite: suspension, confidence: B,
         when: {lists: {has: OWNED}}}
      - {effective: 2026-11-10, cite: suspension, confidence: "?", when: {lists: {has: OWNED}}}
  - id: old-stock
    kind: exclusion
    title: production that began before
    removes: [R_CHIPS]
    outcome: SAVED
    versions:
      - {effective: 2018-01-01, cite: savings clause, confidence: A,
         when: {started: {less_than: 2020-05-15}}}
  - id: nac
    kind: exception
    code: NAC
    title: notified civil chips
    overcomes: [R_CHIPS]
    versions:
      - {effective: 2023-11-17, cite: "740.8", confidence: A, when: {civil: true, notified: true}}
  - id: no-nac-for-russia
    kind: restriction
    title: nothing to Russia
    bars: all
    versions:
      - {effective: 2018-01-01, cite: "740.2", confidence: A, when: {destination: RU}}
  - id: denial
    kind: policy
    title: presumption of denial
    for: all
    policy: presumption_of_denial
    versions:
      - {effective: 2018-01-01, cite: "742.6(b)", confidence: A, when: {always: true}}
  - id: relaxed
    kind: policy
    title: civil chips are looked at
    for: [R_CHIPS]
    policy: case_by_case
    overrides: [denial]
    versions:
      - {effective: 2026-01-15, cite: 91 FR 1684, confidence: A, when: {civil: true}}
  - id: red-flag
    kind: flag
    code: DIVERSION
    title: diversion
    message: ask where it goes
    versions:
      - {effective: 2018-01-01, cite: supplement 3, confidence: A, when: {destination: KZ}}
"""


def small_law() -> Law:
    """The law above."""
    from ruamel.yaml import YAML

    reader = LawReader()
    reader.add("small.yaml", YAML(typ="safe", pure=False).load(TEXT))
    return reader.law()


def law_of(folder: Path, text: str) -> Law:
    """A law from a text, by way of a file, so that findings have places."""
    file = folder / "law.yaml"
    file.write_text(dedent(text), encoding="utf-8")
    return read_law([file])
