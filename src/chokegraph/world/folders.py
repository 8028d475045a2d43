# SPDX-License-Identifier: Apache-2.0
"""Folders that stand in their place whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_folder(target: Path, *, replace: bool = False) -> Iterator[Path]:
    """Give a folder beside the one wanted, and rename it once all is written.

    Where something fails, nothing is left of it, and what stood in its place stays.

    Args:
        target: The folder wanted; it is not there, or is empty.
        replace: Whether it may hold something, which is then replaced.

    Yields:
        The folder to write to.

    Example:
        >>> place = Path(tempfile.mkdtemp()) / "answer"
        >>> with whole_folder(place) as work:
        ...     _ = (work / "told.txt").write_text("all of it")
        >>> (place / "told.txt").read_text()
        'all of it'
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        yield work
        work.chmod(0o755)  # mkdtemp makes folders for their owner only
        if replace and target.exists():
            old = work.with_name(work.name + "-old")
            target.rename(old)
            work.rename(target)
            shutil.rmtree(old)
        else:
            if target.exists():
                target.rmdir()
            work.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
