# SPDX-License-Identifier: Apache-2.0
"""What a result says of the law, traced back to its rules."""

from __future__ import annotations

import re

import polars as pl

from chokegraph.cli.law_print import print_law
from chokegraph.result import explain


def test_the_manifest_records_the_law(result):
    law = result.manifest["law"]
    assert law["baseline"]["as_known_on"] == "2024-12-01"
    assert law["baseline"]["version"] != law["scenario"]["version"]
    assert len(law["scenario"]["version"]) == 16
    assert law["scenario"]["facts_sha256"] == law["baseline"]["facts_sha256"]


def test_the_law_table_names_rules_that_are_in_the_rules_table(result):
    for which in ("baseline", "scenario"):
        law = result.law.filter(pl.col("run") == which)
        named = {rule for cell in law["rules"] for rule in cell.split(";") if rule}
        rules = result.rules.filter(pl.col("run") == which)
        have = {f"{row['rule']}@{row['from']}" for row in rules.to_dicts()}
        assert named == have
    assert result.rules["cite"].str.len_chars().min() > 0
    assert set(result.rules["confidence"]) <= {"A", "B", "C", "?"}


def test_a_reader_finds_the_rule_behind_stacked_memory(result):
    rows = result.law.filter(input="hbm", country="KR", run="scenario")
    assert set(rows["outcome"]) == {"presumption-of-denial"}
    late = rows.filter(pl.col("from") >= "2025Q1")
    assert late.height
    assert all("R_RS_HBM" in reasons for reasons in late["reasons"])
    before = result.law.filter(input="hbm", country="KR", run="baseline")
    assert set(before["reasons"]) == {"R_EL"}
    assert set(before["buyers"]) <= {"design-fn1", "design-fn4", "design-fn1;design-fn4"}


def test_unknown_is_told_with_the_facts_that_are_missing(result):
    unknown = result.law.filter(outcome="cannot-tell")
    assert unknown.height
    assert (unknown["missing"].str.len_chars() > 0).all()
    note = result.evidence.filter(statement_id="licence:cannot-tell")["note"][0]
    assert "Facts that are missing:" in note


def test_the_access_table_has_the_law(result):
    rows = result.access.filter(pl.col("control") == "law")
    assert set(rows["kind"]) == {"sales", "servicing", "staff"}
    assert ((rows["approval_mean"] >= 0) & (rows["approval_mean"] <= 1)).all()
    hbm = rows.filter(input="hbm", country="KR", run="scenario").to_dicts()
    assert [row["until"] for row in hbm][-1] == ""
    assert hbm[-1]["approval_mean"] < hbm[0]["approval_mean"]


def test_legal_facts_are_evidence(result):
    legal = result.evidence.filter(pl.col("statement_id").str.starts_with("legal:"))
    assert {"item_classes", "buyer_facts", "legal_items"} <= set(legal["property"])
    assert (legal["source_id"].str.len_chars() > 0).all()


def test_explain_walks_to_the_rules(result, capsys):
    from rich.console import Console

    found = explain(result, "local_share:hbm")
    assert found.access[0]["input"] == "hbm"
    assert {row["input"] for row in found.law} == {"hbm"}
    assert "ear-734.9-h" in {rule["rule"] for rule in found.rules}
    assert not found.controls
    print_law(Console(width=100), found)
    shown = capsys.readouterr().out
    for word in ("not legal advice", "R_RS_HBM", "ear-734.9-h", "89 FR 96790"):
        assert word in shown


def test_the_page_shows_the_law(result):
    from chokegraph.report.page import render

    page = render(result)
    assert 'id="law"' in page
    assert "as it could be known on 2024-12-01" in page
    # The citation is a link, so tags stand in it.
    assert "734.9(h)" in re.sub("<[^>]*>", "", page)
