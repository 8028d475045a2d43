# SPDX-License-Identifier: Apache-2.0
"""Write the report to a file."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from chokegraph.report.page import render
from chokegraph.result import Result


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
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(page)
        temporary.chmod(0o644)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return target
