# SPDX-License-Identifier: Apache-2.0
"""`run`, `compare` and `explain` as a user meets them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from chokegraph.cli import app, progress
from chokegraph.cli.figures import figure, own_scale, scale, spread
from chokegraph.cli.progress import watched
from chokegraph.errors import FindingsError
from chokegraph.result import load_result
from chokegraph.result.headline import headline_table
from chokegraph.result.measures import measures
from result_factory import fake_result

TEXT = """\
schema: 1
name: tiny
title: A tiny run
question: What would a ban on etch tools do in one year?
event: {outcome: output, product: advanced-logic, by: 2026, below: 0.9}
world: builtin@2024
target: CN
coalition: [US, JP]
start: 2026Q1
end: 2026Q4
controls:
  - name: etch
    by: coalition
    inputs: {families: etch}
    from: 2026Q2
    licence: {policy: denial}
draws: 2
seed: 4
"""


@pytest.fixture
def scenario_file(tmp_path):
    path = tmp_path / "tiny.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def two_results(tmp_path_factory):
    place = tmp_path_factory.mktemp("results")
    folders = []
    for seed in (7, 8):
        made = fake_result(seed=seed)
        table = headline_table(measures(made.dataset, made.scenario))
        folders.append(replace(made, headline=table).save(place / f"seed-{seed}"))
    return folders


def call(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def test_a_run_prints_the_outcomes_and_saves_the_result(scenario_file, tmp_path):
    out = tmp_path / "answer"
    result = call(
        "run", scenario_file, "--out", out, "--engine", "numpy", "--no-attribution", "--no-report"
    )
    assert result.exit_code == 0, result.output
    assert max(len(line) for line in result.stdout.splitlines()) <= 100
    for part in ("A tiny run", "Probability of the event", "Output against plan", "2 draws"):
        assert part in result.stdout
    assert "nan" not in result.stdout.lower().replace("financ", "")
    loaded = load_result(out)
    assert loaded.manifest["scenario_text"] == TEXT
    assert (out / "scenario.yaml").read_text(encoding="utf-8") == TEXT
    assert loaded.manifest["engine"] == "numpy"


def test_what_does_nothing_is_said_before_the_run(scenario_file, tmp_path, monkeypatch):
    late = "  - {name: late, by: US, inputs: {families: etch}, from: 2045Q1, staff: true}\n"
    text = TEXT.replace("draws: 2", f"{late}draws: 2")
    scenario_file.write_text(text, encoding="utf-8")

    def never(*_args, **_kwargs):
        raise FindingsError([], title="not run in this test")

    monkeypatch.setattr("chokegraph.study.run", never)
    told = CliRunner().invoke(app, ["run", str(scenario_file), "--out", str(tmp_path / "r")])
    assert "warning: the control 'late' is never in force: it begins in 2045Q1" in told.stderr


def test_options_win_over_the_file(scenario_file, tmp_path):
    out = tmp_path / "answer"
    options = ["--draws", 1, "--seed", 9, "--engine", "numpy", "--no-attribution", "--no-report"]
    assert call("run", scenario_file, "--out", out, *options).exit_code == 0
    loaded = load_result(out)
    assert (loaded.draws, loaded.manifest["seed"]) == (1, 9)


def test_a_faulty_file_is_refused_before_any_work(scenario_file, tmp_path):
    scenario_file.write_text(TEXT.replace("families: etch", "families: etchh"), encoding="utf-8")
    result = call("run", scenario_file, "--out", tmp_path / "answer")
    assert isinstance(result.exception, FindingsError)
    assert "did you mean 'etch'" in str(result.exception)
    assert not (tmp_path / "answer").exists()


def test_a_folder_that_is_no_result_is_refused_before_any_work(scenario_file, tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "a.txt").write_text("x")
    result = call("run", scenario_file, "--out", tmp_path / "thesis")
    assert "not a result folder" in str(result.exception)


def test_findings_end_with_code_two_and_no_traceback(scenario_file, tmp_path):
    scenario_file.write_text("schema: 1\ncontrls: []\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", "from chokegraph.cli import main; main()", "run", scenario_file],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    expected = "tiny.yaml:2:1: error: unknown key 'contrls' (fix: did you mean 'controls'?)"
    assert expected in done.stderr


def test_compare_prints_what_differs_and_why_not(two_results):
    same = call("compare", two_results[0], two_results[0])
    assert same.exit_code == 0, same.output
    assert "Nothing differs" in same.stdout
    assert "B less A, draw by draw" in same.stdout
    other = call("compare", *two_results)
    assert "run.seed" in other.stdout
    assert "the seeds differ: 7 and 8" in other.stdout


def test_explain_walks_from_outcome_to_source(two_results):
    listed = call("explain", two_results[0])
    assert "output: advanced-logic, dram" in listed.stdout
    result = call("explain", two_results[0], "output:advanced-logic")
    assert result.exit_code == 0, result.output
    steps = [
        "1 Outcome", "2 Mechanisms", "3 Driven by", "4 Links stopped", "5 Controls",
        "6 Statements",
    ]  # fmt: skip
    places = [result.stdout.index(step) for step in steps]
    assert places == sorted(places)
    assert "made-up-2024, table 3" in result.stdout
    assert max(len(line) for line in result.stdout.splitlines()) <= 100


def test_explain_of_something_unknown_suggests(two_results):
    result = call("explain", two_results[0], "outputs")
    assert isinstance(result.exception, FindingsError)


@pytest.fixture
def interruptible():
    """Programs started in the background may have been told to ignore interrupts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_the_first_interrupt_asks_and_the_second_ends():
    with watched() as (report, stopped):
        report("working", 1, 2)
        assert not stopped()
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.05)
        assert stopped()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_interrupted_run_is_saved_with_the_draws_it_finished(
    scenario_file, tmp_path, monkeypatch
):
    asked = []

    @contextmanager
    def interrupted():
        yield lambda _stage, _done, _total: None, lambda: asked.append(1) or len(asked) > 3

    monkeypatch.setattr(progress, "watched", interrupted)
    out = tmp_path / "answer"
    result = call("run", scenario_file, "--out", out, "--engine", "numpy", "--no-report")
    assert result.exit_code == 0, result.output
    assert "1 draws of the 2 asked for (stopped early)" in result.stdout
    loaded = load_result(out)
    assert (loaded.draws, loaded.manifest["interrupted"]) == (1, True)


@pytest.mark.parametrize(
    ("value", "options", "text"),
    [
        (0.0, {}, "0"),
        (-0.0001, {"signed": True}, "0"),
        (2031.0, {"unit": "year"}, "2031"),
        (float("inf"), {"unit": "year"}, "never"),
        (float("nan"), {}, "-"),
        (123.4, {"signed": True}, "+123"),
    ],
)
def test_figures_are_for_people(value, options, text):
    assert figure(value, **options) == text


def test_money_is_shown_in_the_unit_that_fits():
    assert scale("USD million", [900.0]) == (1.0, "USD million")
    assert (
        scale("USD million per quarter of delay", [2e6])[1] == "USD trillion per quarter of delay"
    )
    assert scale("USD million", [float("inf"), 5e3, None])[1] == "USD billion"
    assert own_scale("USD million", [5.0], "USD billion") == (1.0, " m")
    assert own_scale("fraction", [0.1], "%") == (100.0, "")
    assert spread(None, None) == "-"
