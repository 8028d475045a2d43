# SPDX-License-Identifier: Apache-2.0
"""`chokegraph data` as a user meets it: readable answers; every finding, code 2, no traceback."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

DATA = Path(__file__).parent / "data"
SMALL = f"package:{DATA / 'small'}"
COMMANDS = [
    ("sources",),
    ("show", "scanner-wet"),
    ("show", "scanner"),
    ("show", "mystery-gas"),
    ("why", "scanner-wet", "share"),
    ("gaps",),
    ("disagreements",),
    ("sql", "select * from inputs"),
    ("sql", "select * from statements limit 3"),
]


@pytest.mark.parametrize("command", COMMANDS)
def test_answers_fit_in_100_columns(chokegraph, command):
    code, out, err = chokegraph("data", *command, "--world", SMALL)
    assert (code, err) == (0, "")
    wide = [line for line in out.splitlines() if len(line) > 100]
    # Titles and addresses of sources are not broken, so that they can be copied.
    assert command[0] in ("why", "disagreements") or wide == []
    assert "nan" not in out.lower().split()
    assert "None" not in out


def test_show_tells_unknown_from_zero(chokegraph):
    _, out, _ = chokegraph("data", "show", "scanner-wet", "--world", SMALL)
    assert "80 %" in out
    assert "no figure" in out
    assert "Not attributed" in out
    _, out, _ = chokegraph("data", "show", "scanner-dry", "--world", SMALL)
    (china,) = [line for line in out.splitlines() if line.startswith("China")]
    assert " 0 %" in china


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("tsmc-n5", ("N5  node:tsmc-n5", "foundry TSMC", "wafer price", "khan-mann-2020")),
        ("package:hybrid-d2w", ("bond mode d2w", "advanced-die-placement", "bond yield")),
        ("memory:hbm2e", ("hbm2e or hbm", "memory bandwidth")),
        ("saqp", ("scheme:saqp", "needs euv no", "ald-tools", "min pitch")),
        ("cxmt-g4", ("memory-node:cxmt-g4", "bit density")),
        ("h20", ("accelerator:h20", "applicable die area")),
        ("euv-layer-cost", ("setting:euv-layer-cost", "asml-lercel-250w")),
        ("sic-200mm", ("substrate:sic-200mm",)),
    ],
)
def test_show_reaches_technology(chokegraph, name, words):
    code, out, err = chokegraph("data", "show", name)
    assert (code, err) == (0, "")
    for text in words:
        assert text in out, out
    assert max(len(line) for line in out.splitlines()) <= 100
    subject = out.split("data why ")[1].split()[0]
    code, why, _ = chokegraph("data", "why", subject)
    assert code == 0
    assert "used " in why


def test_sql_reaches_technology(chokegraph):
    query = "select count(*) as n from nodes join technology on subject_id = 'node:' || node_id"
    _, out, _ = chokegraph("data", "sql", query, "--format", "json")
    assert json.loads(out)[0]["n"] > 100


def test_why_has_source_page_interval_grade_and_period(chokegraph):
    _, out, _ = chokegraph(
        "data", "why", "resist", "share", "--object", "country:JP", "--world", SMALL
    )
    for text in (
        "used     90 %, 90 % 85 % to 95 %, 2023, grade C",
        "the paper counts sales, the register only firms",
        "An invented paper [paper], table 2",
        "https://example.org/paper (read 2026-11-22)",
        "not used 70 %",
        "statement 88852eb25ed6",
    ):
        assert text in out, text


def test_formats(chokegraph):
    _, out, _ = chokegraph("data", "gaps", "--world", SMALL, "--format", "csv")
    assert out.splitlines()[0] == "input,missing,only judged"
    query = "select input_id, eccns from inputs where input_id = 'scanner'"
    _, out, _ = chokegraph("data", "sql", query, "--world", SMALL, "--format", "json")
    assert json.loads(out) == [{"input_id": "scanner", "eccns": ["3B001"]}]
    _, out, _ = chokegraph("data", "sql", query, "--world", SMALL, "--format", "csv")
    assert out == "input_id,eccns\nscanner,3B001\n"
    _, out, _ = chokegraph("data", "disagreements", "--world", SMALL, "--format", "json")
    assert {row["intervals"] for row in json.loads(out)} == {"apart", "overlap"}


def test_check_of_a_sound_and_a_broken_package(chokegraph, package):
    code, out, err = chokegraph("data", "check", package.folder)
    assert (code, out.strip(), err) == (0, "Nothing wrong found.", "")
    line = package.set("statements", "value", "1.3", subject_id="input:cleaner", value="0.4")
    package.add("chain", "logic-chip", "needed_by", "resist", "1")
    code, out, err = chokegraph("data", "check", package.folder)
    assert code == 2
    assert f"statements.csv:{line}:value: error: 1.3 is above 1 (fix: " in err
    assert "the chain goes round: " in err
    assert "chain.csv:" in err
    assert out.strip() == "5 errors, 0 warnings"


def test_check_by_spec_and_of_an_imported_release(chokegraph):
    assert chokegraph("data", "check", "--world", SMALL)[0] == 0
    code, out, err = chokegraph("data", "check", "--world", f"eto:{DATA / 'eto' / 'older'}")
    assert code == 0
    assert "warning" in err
    assert out.strip() == "0 errors, 1 warning"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("show", "scaner"), "did you mean 'scanner'?"),
        (("why", "scanner", "gradee"), "did you mean 'grade'?"),
        (("sql", "select * from input"), "did you mean 'inputs'?"),
        (("sources", "--world", "package:no-such"), "the folder does not exist"),
        (("sources", "--world", "eto:no-such"), "the folder does not exist"),
        (("sources", "--world", "etos:x"), "names no world"),
        (("sources", "--world", "builtin@now"), "is not a year"),
        (("import", "eto", "no-such"), "the folder does not exist"),
        (("check", "no-such"), "the folder does not exist"),
    ],
)
def test_mistakes_end_with_code_2_and_a_fix(chokegraph, command, words):
    world = () if "--world" in command or command[0] in ("import", "check") else ("--world", SMALL)
    code, _, err = chokegraph("data", *command, *world)
    assert code == 2
    assert words in err
    assert "(fix: " in err
    assert "Traceback" not in err


def test_import_summarises_and_writes_a_package(chokegraph, tmp_path):
    folder = DATA / "eto" / "older"
    code, out, _ = chokegraph("data", "import", "eto", folder, "--out", tmp_path / "mine")
    assert code == 0
    assert "8, 6 links" in out
    assert "'N999' is not in inputs.csv" in out
    assert f"--world package:{tmp_path / 'mine'}" in out
    code, out, _ = chokegraph(
        "data", "show", "film-stock", "--world", f"package:{tmp_path / 'mine'}"
    )
    assert code == 0
    assert "no figure" in out
    code, _, err = chokegraph("data", "import", "eto", folder, "--out", tmp_path / "mine")
    assert code == 2
    assert "there is already something here" in err


@pytest.mark.parametrize("form", ["csv", "parquet", "graphml"])
def test_export(chokegraph, tmp_path, form):
    out_dir = tmp_path / "out"
    code, out, _ = chokegraph(
        "data", "export", "--format", form, "--out", out_dir, "--world", SMALL
    )
    assert code == 0
    assert str(out_dir) in out
    assert any(path.suffix == f".{form}" for path in out_dir.iterdir())
    if form == "csv":
        assert chokegraph("data", "check", out_dir)[0] == 0


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_a_wrong_encoding_from_the_command_line(chokegraph, package, encoding):
    text = package.path("countries").read_text(encoding="utf-8") + "DE,Dänemark\n"
    package.path("countries").write_bytes(text.encode(encoding))
    code, _, err = chokegraph("data", "show", "scanner", "--world", package.spec)
    assert code == 2
    assert "countries.csv:" in err
    assert "UTF-8" in err


def test_200_megabytes_of_noise_are_refused_quickly_and_in_little_memory(tmp_path):
    """In a process of its own whose address space is limited, so that memory is really bounded."""
    shutil.copytree(DATA / "small", tmp_path / "noisy")
    chunk = os.urandom(2**20)
    with (tmp_path / "noisy" / "statements.csv").open("wb") as file:
        for _ in range(200):
            file.write(chunk)
        assert file.tell() == 200 * 2**20
    header = b"source_id,relation,target_id,essentiality,note\n"
    (tmp_path / "noisy" / "chain.csv").write_bytes(header + b"x,y,z,w,v\n" * 200_000)
    many = b"country_id,name\n" + b"x,y\n" * (2 * 2**20)
    (tmp_path / "noisy" / "countries.csv").write_bytes(many)
    code = (
        "import resource, sys; from chokegraph.cli import main;"
        "resource.setrlimit(resource.RLIMIT_AS, (3 * 2**29, 3 * 2**29));"
        f"sys.argv = ['chokegraph', 'data', 'check', {str(tmp_path / 'noisy')!r}]; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2, done.stderr[-2000:]
    assert "200 MiB" in done.stderr
    assert "2,097,153 lines" in done.stderr
    assert "more findings in this file are not listed" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) < 300
