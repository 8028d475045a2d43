# SPDX-License-Identifier: Apache-2.0
"""The documentation says what is so: help texts, commands, Python examples, links between files."""

import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
sys.path.insert(0, str(DOCS / "_ext"))

import cli_reference  # noqa: E402
import databook  # noqa: E402

PAGES = [
    ROOT / "README.md",
    *sorted(
        path
        for path in DOCS.rglob("*.md")
        if not {"_build", "generated"} & set(path.relative_to(DOCS).parts)
    ),
]


def fenced(path: Path, *languages: str) -> list[str]:
    text = path.read_text(encoding="utf-8")
    pattern = rf"^```(?:{'|'.join(languages)})\n(.*?)^```"
    return re.findall(pattern, text, flags=re.MULTILINE | re.DOTALL)


def documented_commands() -> list[tuple[str, str]]:
    found = []
    for page in PAGES:
        for block in fenced(page, "console", "sh", "bash"):
            for line in block.splitlines():
                words = line.removeprefix("$ ").strip()
                if words.startswith("chokegraph "):
                    found.append((str(page.relative_to(ROOT)), words))
    return found


@pytest.fixture(scope="module")
def helps() -> dict[str, str]:
    return dict(cli_reference.commands())


def test_options_name_what_they_take_and_no_type_of_a_programming_language(helps):
    raw = re.compile(r"^ +--[a-z-]+ +<(?:int|float|str|path|list|text|%)[^>|]*>", re.MULTILINE)
    for name, text in helps.items():
        assert not raw.findall(text), name
        assert "Their seed" not in text, name


def test_the_page_on_data_names_the_commands_that_take_a_world(helps):
    text = (DOCS / "how-to" / "data.md").read_text(encoding="utf-8")
    start = text.index("`run`, `map`, `coalitions`, `power` and the commands of `data` take it")
    said = text[start : text.index("take none", start)]
    for name, printed in helps.items():
        command = name.split()[1] if " " in name else ""
        takes = "--world" in printed
        if takes:
            assert f"`{command}`" in said.split("take it")[0], name
        elif command in ("run", "map", "coalitions", "power"):
            pytest.fail(f"{name} takes no --world")


def test_the_page_holds_what_the_program_prints(helps):
    page = cli_reference.page()
    for name, text in helps.items():
        assert f"`{name}`" in page
        assert text in page
    real = subprocess.run(
        [sys.executable, "-m", "chokegraph", "map", "--help"]
        if (ROOT / "src/chokegraph/__main__.py").exists()
        else [str(Path(sys.executable).parent / "chokegraph"), "map", "--help"],
        capture_output=True,
        text=True,
        env={"COLUMNS": cli_reference.WIDTH, "TERMINAL_WIDTH": cli_reference.WIDTH, "PATH": ""},
    )
    assert real.returncode == 0, real.stderr
    assert real.stdout.strip("\n") == helps["chokegraph map"]


def test_every_command_and_option_has_a_help_text(helps):
    from typer.main import get_command

    from chokegraph.cli import app

    def walk(command, path):
        assert command.help, f"{path} has no help text"
        for parameter in command.params:
            if parameter.param_type_name == "option":
                assert parameter.help, f"{path} {parameter.opts[0]} has no help text"
        for name, child in getattr(command, "commands", {}).items():
            walk(child, f"{path} {name}")

    walk(get_command(app), "chokegraph")


@pytest.mark.parametrize(("page", "line"), documented_commands())
def test_every_command_in_the_documentation_exists_with_its_options(page, line, helps):
    words = shlex.split(line.split(" > ")[0].split(" | ")[0], comments=True)
    name = "chokegraph"
    for word in words[1:]:
        if f"{name} {word}" not in helps:
            break
        name = f"{name} {word}"
    for word in words:
        if word.startswith("--"):
            option = word.split("=")[0]
            assert re.search(rf"{option}\b", helps[name]), f"{page}: {name} has no {option}"
    assert name != "chokegraph" or len(words) == 1 or words[1].startswith("-"), f"{page}: {line}"


EXAMPLES = [
    pytest.param(text, id=f"{page.relative_to(ROOT)}-{number}")
    for page in PAGES
    for number, text in enumerate(fenced(page, "python"))
]


@pytest.mark.parametrize("text", EXAMPLES)
def test_python_in_the_documentation_runs(text, tmp_path, monkeypatch):
    script = tmp_path / "example.py"
    script.write_text(text, encoding="utf-8")
    monkeypatch.chdir(ROOT)
    runpy.run_path(str(script))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_files_lead_somewhere(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if re.match(r"[a-z]+:", link) or link.startswith("generated/") or "/generated/" in link:
            continue
        assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_decisions_have_a_number_of_their_own_and_say_their_status():
    notes = sorted((DOCS / "decisions").glob("*.md"))
    numbers = [int(note.name[:3]) for note in notes]
    assert len(set(numbers)) == len(numbers)
    for note in notes:
        text = note.read_text(encoding="utf-8")
        assert text.startswith(f"# {note.name[:3]} ")
        assert "**Status:**" in text


def test_the_data_book_has_every_input_and_source(tmp_path):
    from chokegraph.world import load_world

    databook.write(tmp_path)
    book = "".join(path.read_text(encoding="utf-8") for path in tmp_path.glob("*.md"))
    world = load_world()
    for input_id in world.inputs:
        assert f"`{input_id}`" in book
    for source_id in world.sources:
        assert f"(source-{source_id})=" in book
    for cited in re.findall(r"\(#source-([^)]*)\)", book):
        assert cited in world.sources
    databook.write(tmp_path)  # a second time, over what is there
    assert "nan" not in re.findall(r"\| (\w+) \|", book)
