# SPDX-License-Identifier: Apache-2.0
"""Write the report to a file."""

from __future__ import annotations

from pathlib import Path

from chokegraph.report.page import render
from chokegraph.result import Result
from chokegraph.world.folders import whole_file


def write_report(result: Result, path: str | Path) -> Path:
    """Write a result as one self-contained HTML file.

    The file makes no network request, opens from disk, is readable without JavaScript, and follows
    the reader's light or dark setting. It is written beside its place and then renamed, so that a
    half-written report never stands there.

    Args:
        result: The result of a run, fresh or loaded.
        path: Where to write; missing folders are made, an existing file is replaced.

    Returns:
        The path written.

    Raises:
        OSError: The file cannot be written.
    """
    target = Path(path)
    page = render(result)
    with whole_file(target) as work:
        work.write_text(page, encoding="utf-8", newline="\n")
    return target
