# SPDX-License-Identifier: Apache-2.0
"""Folders and files that stand in their place whole or not at all.

What is written is written beside its place and renamed at the end. Where a folder replaces another
the two change names in one step of the file system, where it has that step (Linux, macOS): whatever
happens, a whole folder has the right name. Elsewhere the old one steps aside first, and comes back
if the new one does not get there.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from chokegraph.errors import Finding, FindingsError


@contextmanager
def whole_folder(target: Path, *, replace: bool = False) -> Iterator[Path]:
    """Give a folder beside the one wanted, and rename it once all is written.

    Whenever it is interrupted, either what stood in its place stands there still, or the new folder
    does, whole.

    Args:
        target: The folder wanted; it is not there, or is empty.
        replace: Whether it may hold something, which is then replaced.

    Yields:
        The folder to write to.

    Raises:
        FindingsError: If nothing can be written beside it.

    Example:
        >>> place = Path(tempfile.mkdtemp()) / "answer"
        >>> with whole_folder(place) as work:
        ...     _ = (work / "told.txt").write_text("all of it")
        >>> (place / "told.txt").read_text()
        'all of it'
    """
    target = target.resolve()  # "." has no name to write beside, and a link is not what is replaced
    with _told(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        yield work
        work.chmod(0o755)  # mkdtemp makes folders for their owner only
        if replace and target.exists():
            _change_places(work, target)
        else:
            if target.exists():
                target.rmdir()
            work.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """Give a file beside the one wanted, and rename it once all is written.

    Missing folders are made and an earlier file is replaced. Where something fails, nothing is left
    of the new file, and the earlier one stays.

    Args:
        target: The file wanted.

    Yields:
        The file to write to; it is there, and empty.

    Raises:
        FindingsError: If nothing can be written beside it.

    Example:
        >>> place = Path(tempfile.mkdtemp()) / "told.txt"
        >>> with whole_file(place) as work:
        ...     _ = work.write_text("all of it")
        >>> place.read_text()
        'all of it'
    """
    with _told(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
    os.close(handle)
    work = Path(name)
    try:
        yield work
        work.chmod(0o644)  # mkstemp makes files for their owner only
        work.replace(target)
    finally:
        work.unlink(missing_ok=True)


def unfit_folder(folder: Path) -> Finding | None:
    """Say why a folder cannot be made or replaced, before work is done for it.

    Args:
        folder: The folder wanted.

    Returns:
        None if it can, as far as that can be seen.

    Example:
        >>> print(unfit_folder(Path(".")))
        .: error: it is the current folder, or holds it, so it is not replaced \
(fix: choose a folder inside it)
        >>> unfit_folder(Path("a-folder-that-is-not-there")) is None
        True
    """
    place = folder.resolve()
    inside, elsewhere = "choose a folder inside it", "choose another folder"
    if Path.cwd().is_relative_to(place):
        message = "it is the current folder, or holds it, so it is not replaced"
        return Finding(message, fix=inside, file=str(folder))
    if os.path.ismount(place):  # Path.is_mount knows no Windows before Python 3.12
        message = "a disk is mounted there, so it is not replaced"
        return Finding(message, fix=inside, file=str(folder))
    above = next(one for one in place.parents if one.exists())
    if not above.is_dir():
        return Finding(f"{above} is a file, not a folder", fix=elsewhere, file=str(folder))
    try:
        # Rights do not tell all: some file systems take nothing from anybody.
        Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=above)).rmdir()
    except OSError as error:
        message = f"nothing can be written to {above}: {error.strerror or error}"
        return Finding(message, fix=elsewhere, file=str(folder))
    return None


@contextmanager
def _told(target: Path) -> Iterator[None]:
    """Tell why nothing can be written as other mistakes are told."""
    try:
        yield
    except OSError as error:
        message = f"cannot be written: {error.strerror or error}"
        raise FindingsError([Finding(message, "choose another place", str(target))]) from error


def _change_places(work: Path, target: Path) -> None:
    """Put a folder in the place of another, which is then where the first was, or gone."""
    if _swapped(work, target):
        return
    old = work.with_name(f"{work.name}-old")
    try:
        target.rename(old)
        work.rename(target)
    finally:
        if old.exists():
            if target.exists():
                shutil.rmtree(old, ignore_errors=True)
            else:
                old.rename(target)


_HERE = -100  # AT_FDCWD: names are taken as they stand
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux, RENAME_SWAP of macOS


def _swapped(one: Path, other: Path) -> bool:
    """Let two folders change names in one step; False where the system has no such step."""
    names = os.fsencode(one), os.fsencode(other)
    if sys.platform not in ("linux", "darwin"):
        return False
    with suppress(AttributeError):  # an older C library
        library = ctypes.CDLL(None)
        if sys.platform == "darwin":
            return bool(library.renamex_np(*names, _EXCHANGE) == 0)
        return bool(library.renameat2(_HERE, names[0], _HERE, names[1], _EXCHANGE) == 0)
    return False
