# SPDX-License-Identifier: Apache-2.0
"""The command-line reference, from the program's own `--help`."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterator
from pathlib import Path

WIDTH = "80"


def commands() -> Iterator[tuple[str, str]]:
    """Yield each command with the text that its `--help` prints, the program itself first."""
    # Typer takes the width from the terminal; a page must not depend on who builds it.
    before = {name: os.environ.get(name) for name in ("COLUMNS", "TERMINAL_WIDTH")}
    os.environ.update(COLUMNS=WIDTH, TERMINAL_WIDTH=WIDTH)
    try:
        yield from _commands()
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _commands() -> Iterator[tuple[str, str]]:
    from typer.main import get_command

    from chokegraph.cli import app

    program = get_command(app)

    def walk(command: object, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        # Not the test runner of Typer: it forces a width of its own.
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
            program.main([*path, "--help"], prog_name="chokegraph")
        yield " ".join(("chokegraph", *path)), printed.getvalue().strip("\n")
        for name, child in getattr(command, "commands", {}).items():
            yield from walk(child, (*path, name))

    yield from walk(program, ())


def page() -> str:
    """Return the whole page."""
    parts = [
        "# Command line",
        "Printed by the program itself: what stands here is what `--help` says.",
    ]
    for name, text in commands():
        depth = "##" if name.count(" ") <= 1 else "###"
        parts.append(f"{depth} `{name}`\n\n```text\n{text}\n```")
    return "\n\n".join(parts) + "\n"


def write(path: Path) -> None:
    """Write the page, unless it is there already as it should be."""
    text = page()
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
