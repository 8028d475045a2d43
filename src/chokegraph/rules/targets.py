# SPDX-License-Identifier: Apache-2.0
"""The files that a job writes, and those that it must not touch.

Beside the output that somebody names, a job writes two files whose names follow from it. Any of the
three may be there already. What an earlier job left there may go; nothing else may: it can be the
input (rejected rows, corrected and handed in again), a list, or the work of somebody who never
heard of that name. So all three are looked at before anything is done.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chokegraph.errors import Finding, FindingsError
from chokegraph.rules.outputs import Part

KINDS = (".csv", ".parquet", ".pq")
"""How the name of an output may end."""
PROGRAM = "chokegraph"
"""How the note beside an output says who wrote it."""
REJECTED = "rejected rows"
"""Under which key that note names the file of rejected rows."""


@dataclass(frozen=True)
class Targets:
    """The files of a job.

    Args:
        out: The decisions.
    """

    out: Path

    @property
    def rejects(self) -> Path:
        """The rows that could not be read."""
        return self.out.with_name(f"{self.out.stem}.rejects.csv")

    @property
    def about(self) -> Path:
        """The note that goes with the decisions."""
        return self.out.with_name(f"{self.out.name}.about.json")


def check_targets(targets: Targets, source: Path, others: Sequence[Path] = ()) -> None:
    """Refuse outputs that cannot be written, or that would replace what is not an earlier output.

    Args:
        targets: The files that will be written.
        source: The input.
        others: The other files that the job reads.

    Raises:
        FindingsError: With every reason.
    """
    out = targets.out
    found = None
    if out.suffix.lower() not in KINDS:
        found = Finding(f"'{out.suffix}' is no kind of output", "end in .csv or .parquet")
    elif not _is_folder(out.parent):
        found = _no_folder(out.parent)
    elif _is_folder(out):
        found = Finding("this is a folder", "give the name of a file", str(out))
    findings = _replaced(targets, source, others) if found is None else [found]
    findings = findings or _unwritable(targets)
    if findings:
        raise FindingsError(findings, title="output")


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # too long a name, or no right to look: making a file says which
        return False


def _no_folder(folder: Path) -> Finding:
    """Say why a path is no folder."""
    for path in (folder, *folder.parents):
        if os.path.lexists(path) and not _is_folder(path):
            return Finding("this is a file, no folder", "give a folder that is there", str(path))
    return Finding("the folder does not exist", "make it", str(folder))


def _unwritable(targets: Targets) -> list[Finding]:
    """Return a finding if files of these names cannot be made; rights alone do not tell."""
    try:
        # The longest of the three names; a temporary file has a longer one still.
        probe = Part(targets.about)
        try:
            probe.open().close()
        finally:
            probe.give_up()
    except OSError as error:
        message = f"no file can be made here: {error.strerror}"
        return [Finding(message, "give another folder or name", str(targets.out))]
    return []


def _replaced(targets: Targets, source: Path, others: Sequence[Path]) -> list[Finding]:
    """Return a finding for each file that would be replaced and must not be."""
    note = _note(targets.about)
    ours = {
        targets.out: note is not None,
        targets.rejects: note is not None and _is_left_by(note, targets.rejects),
        targets.about: note is not None,
    }
    words = {
        targets.out: "the decisions",
        targets.rejects: "the rejected rows",
        targets.about: "the note beside the decisions",
    }
    findings = []
    for path, what in words.items():
        if not os.path.lexists(path):
            continue
        if _same(path, source):
            whom, fix = "the input", "rename the input, or give the output another name"
        elif any(_same(path, other) for other in others):
            whom, fix = "a file that is read", "rename that file, or give the output another name"
        elif not ours[path]:
            whom = "a file that is not as `determine` left it"
            fix = "move that file away, or give the output another name"
        else:
            continue
        findings.append(Finding(f"{what} would replace {whom}", fix, str(path)))
    return findings


def _same(path: Path, other: Path) -> bool:
    """Whether two names lead to one file, by links too."""
    return path.exists() and other.exists() and path.samefile(other)


def _note(path: Path) -> dict[str, Any] | None:
    """Return the note that an earlier job left; None if there is none, or it is something else."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(found, dict) or not str(found.get("program")).startswith(f"{PROGRAM} "):
        return None
    return found


def _is_left_by(note: dict[str, Any], rejects: Path) -> bool:
    """Whether a file of rejected rows is the one that a note names, as it was then."""
    named = note.get(REJECTED)
    if not isinstance(named, dict) or not rejects.is_file():
        return False
    return bool(named.get("file") == rejects.name and named.get("sha256") == digest(rejects))


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
