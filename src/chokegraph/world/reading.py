# SPDX-License-Identifier: Apache-2.0
"""Read files as CSV text with line numbers, and say everything that is wrong with them.

A file may come from anyone, so nothing is taken on trust: size, encoding, the header and the number
of cells are checked, and each mistake becomes a `Finding` with file, line, column and fix. Memory
stays bounded: a file above `MAX_BYTES` is refused before it is read, one above `MAX_LINES` before
it is taken apart.
"""

from __future__ import annotations

import csv
import io
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from chokegraph.errors import Finding

MAX_BYTES = 32 * 2**20
"""Largest table that is read (32 MiB); the bundled ones are below 2 MiB."""
MAX_LINES = 250_000
"""Most lines that are read; the bundled tables have about ten thousand."""
MAX_FINDINGS = 100
"""Findings listed for one file; the rest are counted, so that noise stays readable."""


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table as text: the header, the cells by column, and the line each row starts at."""

    file: str
    columns: tuple[str, ...]
    rows: list[list[str]]
    lines: list[int]

    def column(self, name: str) -> list[str]:
        """Return one column as text, "" where a row has no such cell."""
        if name not in self.columns:
            return [""] * len(self.rows)
        at = self.columns.index(name)
        return [row[at] for row in self.rows]

    def records(self) -> list[tuple[int, dict[str, str]]]:
        """Return (line, row as dictionary) for every row.

        Example:
            >>> RawTable("a.csv", ("x", "y"), [["1", "2"]], [2]).records()
            [(2, {'x': '1', 'y': '2'})]
        """
        return [
            (line, dict(zip(self.columns, row, strict=True)))
            for line, row in zip(self.lines, self.rows, strict=True)
        ]


def nearest(name: str, known: Sequence[str] | set[str]) -> str:
    """Return the known name most like `name`, or "" when none is alike.

    Example:
        >>> nearest("grades", ["grade", "value"])
        'grade'
    """
    near = get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    return near[0] if near else ""


def did_you_mean(name: str, known: Sequence[str] | set[str]) -> str:
    """Return "did you mean X?" for the nearest known name, or "".

    Example:
        >>> did_you_mean("uev-litho", ["euv-litho", "cmp-pads"])
        "did you mean 'euv-litho'?"
        >>> did_you_mean("zzz", ["euv-litho"])
        ''
    """
    near = nearest(name, known)
    return f"did you mean '{near}'?" if near else ""


class Collector:
    """Findings of one file: the first `MAX_FINDINGS` are kept, the rest only counted.

    A file of noise has a mistake in every cell; listing them all would fill memory and tell no
    one anything.

    Example:
        >>> found = Collector("a.csv")
        >>> for line in range(2, 150):
        ...     found.add("bad", "mend it", line)
        >>> found.sorted()[-1].message
        '48 more findings in this file are not listed'
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self.more = 0

    def add(self, message: str, fix: str, line: int | None = None, column: str = "") -> None:
        """Note one mistake of this file."""
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(Finding(message, fix, self.file, line, column or None))
        else:
            self.more += 1

    def sorted(self) -> list[Finding]:
        """Return the findings by line, and how many were left out."""
        findings = sorted(self.findings, key=lambda finding: finding.line or 0)
        if self.more:
            message = f"{self.more:,} more findings in this file are not listed"
            fix = "mend those listed and check again"
            findings.append(Finding(message, fix, self.file))
        return findings


def read_bytes(path: Path, file: str = "") -> tuple[bytes | None, list[Finding]]:
    """Read a file whole, unless it is missing, no file, unreadable or too large.

    Args:
        path: The file.
        file: Its name in findings; the path itself when blank.

    Returns:
        The bytes, or None with the findings that say why not.

    Example:
        >>> data, findings = read_bytes(Path("no-such.csv"))
        >>> data is None, findings[0].message
        (True, 'the file does not exist')
    """
    name = file or str(path)
    try:
        if path.is_dir():
            return None, [Finding("this is a folder, not a file", "give a CSV file", name)]
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # a device or a pipe may never end
            return None, [Finding("this is no regular file", "give a CSV file", name)]
        size = status.st_size
        if size > MAX_BYTES:
            message = (
                f"the file has {size / 2**20:,.0f} MiB, more than the {MAX_BYTES // 2**20} MiB "
                "that a table may have; it was not read"
            )
            return None, [Finding(message, "check that this is the right file", name)]
        return path.read_bytes(), []
    except FileNotFoundError:
        return None, [Finding("the file does not exist", "add it, or correct the path", name)]
    except OSError as error:
        reason = error.strerror or str(error)
        return None, [Finding(f"the file cannot be read: {reason}", "check its rights", name)]


def decode(data: bytes, file: str) -> tuple[str | None, list[Finding]]:
    """Decode UTF-8; name the line, the column and the likely encoding when it is not.

    A UTF-8 byte order mark is taken off and warned about.

    Example:
        >>> decode("naïve".encode("cp1252"), "a.csv")[1][0].line
        1
    """
    fix = "save the file as UTF-8 (in Excel: CSV UTF-8)"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return None, [Finding("the file is encoded in UTF-16", fix, file, 1)]
    nul = data.find(b"\x00")
    if nul >= 0:
        line = data.count(b"\n", 0, nul) + 1
        message = f"a NUL byte at byte {nul + 1}: this is no text file"
        return None, [Finding(message, "give a CSV text file in UTF-8", file, line)]
    findings = []
    if data[:3] == b"\xef\xbb\xbf":
        data = data[3:]
        message = "the file starts with a byte order mark; it was left out"
        findings.append(Finding(message, "save as UTF-8 without BOM", file, 1, severity="warning"))
    try:
        return data.decode("utf-8"), findings
    except UnicodeDecodeError as error:
        start = data.rfind(b"\n", 0, error.start) + 1
        line = data.count(b"\n", 0, error.start) + 1
        column = len(data[start : error.start].decode("utf-8", "replace")) + 1
        ahead = data[max(start, error.start - 12) : error.start + 12].split(b"\n")[0]
        guess = ahead.decode("cp1252", "replace")
        bad = f"0x{data[error.start]:02x}"
        message = f"byte {bad} is not UTF-8; in Windows-1252 it would read {guess!r}"
        return None, [*findings, Finding(message, fix, file, line, column)]


def read_raw(
    path: Path, required: Sequence[str], *, file: str = ""
) -> tuple[RawTable | None, list[Finding]]:
    """Read a CSV file as text, with line numbers, and check its shape.

    Args:
        path: The file.
        required: Columns that must be there, in any order; others are kept.
        file: The name to use in findings.

    Returns:
        The table, or None when it cannot be used at all, and every finding.
    """
    name = file or str(path)
    data, findings = read_bytes(path, name)
    if data is None:
        return None, findings
    return parse_raw(data, required, file=name, findings=findings)


def parse_raw(
    data: bytes, required: Sequence[str], *, file: str, findings: list[Finding] | None = None
) -> tuple[RawTable | None, list[Finding]]:
    r"""Read CSV bytes as text, with line numbers, and check their shape.

    Example:
        >>> table, findings = parse_raw(b"a,b\n1,2\n3\n", ["a", "b"], file="t.csv")
        >>> print(findings[0])
        t.csv:3: error: 1 cell where 2 are expected (fix: check commas and quotes in this row)
    """
    found = list(findings or [])
    lines_there = data.count(b"\n")
    if lines_there > MAX_LINES:
        message = (
            f"the file has {lines_there:,} lines, more than the {MAX_LINES:,} that a table may "
            "have; it was not read"
        )
        return None, [*found, Finding(message, "check that this is the right file", file)]
    text, problems = decode(data, file)
    found += problems
    if text is None:
        return None, found
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    bad = Collector(file)
    header: tuple[str, ...] = ()
    line = 1
    try:
        header = tuple(name.strip() for name in next(reader))
        problems = _check_header(header, required, file)
        if problems:
            return None, found + problems
        width = len(header)
        line = reader.line_num + 1
        plain = _read_plain(text, width)
        if plain is not None:
            return RawTable(file, header, plain, list(range(2, len(plain) + 2))), found
        for cells in reader:
            if len(cells) == width:
                rows.append(cells)
                lines.append(line)
            elif cells:  # a blank line is not a row
                count = f"{len(cells)} cell{'s' if len(cells) != 1 else ''}"
                message = f"{count} where {width} are expected"
                bad.add(message, "check commas and quotes in this row", line)
            line = reader.line_num + 1
    except StopIteration:
        found.append(Finding("the file is empty", f"add the header {','.join(required)}", file, 1))
        return None, found
    except csv.Error as error:
        bad.add(f"not CSV: {error}", "check the quotes from here on", line)
    return RawTable(file, header, rows, lines), found + bad.sorted()


def _read_plain(text: str, width: int) -> list[list[str]] | None:
    """Read a table at once if each line is a whole row of the right width; None if not.

    Nearly all tables are like this, and reading row by row takes several times as long.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        rows = list(reader)
    except csv.Error:
        return None
    if reader.line_num != len(rows) or set(map(len, rows)) != {width}:
        return None
    return rows[1:]


def _check_header(header: tuple[str, ...], required: Sequence[str], file: str) -> list[Finding]:
    if len(header) == 1 and any(mark in header[0] for mark in ";\t"):
        message = "the cells are not divided by commas"
        return [Finding(message, "save as CSV with commas", file, 1)]
    findings = []
    known = set(header)
    for name in required:
        if name not in known:
            near = nearest(name, known - set(required))
            fix = f"rename the column '{near}' to '{name}'" if near else f"add a column '{name}'"
            findings.append(Finding(f"no column '{name}'", fix, file, 1, name))
    for name in sorted(known):
        if header.count(name) > 1:
            message = f"the column '{name}' is there {header.count(name)} times"
            findings.append(Finding(message, "keep one", file, 1, name))
    return findings
