# SPDX-License-Identifier: Apache-2.0
"""Read a list of parties from the user's own download."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from chokegraph.errors import Finding, FindingsError
from chokegraph.parties.layouts import Raw, Reader, layout_of, read_json_rows
from chokegraph.parties.model import ListEntry, PartyList
from chokegraph.parties.texts import known_lists, likely_list

MAX_BYTES = 512 * 2**20
"""Largest list file that is read (512 MiB); the Consolidated Screening List has some 30 MiB."""
MAX_FINDINGS = 20
"""Findings listed for one file; the rest are counted."""


def read_list(path: str | Path) -> PartyList:
    r"""Read a file of listed parties.

    The layout is told from the header: the CSV or JSON of the Consolidated Screening List (with
    or without `_id`), its flattened form, or a table of one's own with the columns `name` and
    `list` (and, if known, alt_names, country, footnotes, scope, policy, from, until, cite).

    Args:
        path: A .csv or .json file.

    Returns:
        The entries; rows that cannot be read are left out and named in `findings`.

    Raises:
        FindingsError: If the file cannot be read at all, or has no entry.

    Example:
        >>> import tempfile
        >>> folder = tempfile.TemporaryDirectory()
        >>> file = Path(folder.name, "my-list.csv")
        >>> _ = file.write_text("name,list,footnotes\nExample Fab Co. Ltd.,EL,5\n")
        >>> read_list(file).entries[0].footnotes
        ('5',)
        >>> folder.cleanup()
    """
    file = Path(path)
    name = str(path)
    data = _bytes(file, name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = Finding("not UTF-8 text", "save the file as UTF-8", name, line)
        raise FindingsError([found], title="list") from None
    if file.suffix.lower() == ".json" or text.lstrip()[:1] in ("{", "["):
        layout, rows, entry = read_json_rows(_json(text, name), name)
    else:
        layout, rows, entry = _csv_rows(text, name)
    entries, findings = _collect(rows, entry, name)
    if not entries:
        findings.append(Finding("no party in this list", "check that it is the right file", name))
        raise FindingsError(findings, title="list")
    digest = hashlib.sha256(data).hexdigest()
    return PartyList(name, layout, digest, tuple(entries), tuple(findings))


def _bytes(file: Path, name: str) -> bytes:
    try:
        if not file.is_file():
            message = "the file does not exist" if not file.exists() else "this is no file"
            raise FindingsError([Finding(message, "correct the path", name)], title="list")
        if file.stat().st_size > MAX_BYTES:
            message = f"the file is larger than the {MAX_BYTES // 2**20} MiB that a list may have"
            raise FindingsError([Finding(message, "check the file", name)], title="list")
        return file.read_bytes()
    except OSError as error:
        message = f"the file cannot be read: {error.strerror or error}"
        raise FindingsError([Finding(message, "check its rights", name)], title="list") from None


def _json(text: str, name: str) -> object:
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        found = Finding(f"not JSON: {error}", "download the file again", name, line)
        raise FindingsError([found], title="list") from None


def _csv_rows(text: str, name: str) -> tuple[str, Iterator[tuple[int, Raw]], Reader]:
    csv.field_size_limit(min(sys.maxsize, MAX_BYTES))
    reader = csv.reader(io.StringIO(text, newline=""))
    header = next(reader, None)
    if not header:
        found = Finding("the file is empty", "download it again", name)
        raise FindingsError([found], title="list")
    layout, columns, entry = layout_of(header, name)

    def rows() -> Iterator[tuple[int, Raw]]:
        line = reader.line_num + 1
        for cells in reader:
            if any(cells):
                padded = [*cells, *[""] * (len(columns) - len(cells))]
                yield line, {c: v for c, v in zip(columns, padded, strict=False) if c}
            line = reader.line_num + 1

    return layout, rows(), entry


def _collect(
    rows: Iterator[tuple[int, Raw]], read: Reader, name: str
) -> tuple[list[ListEntry], list[Finding]]:
    entries: list[ListEntry] = []
    findings: list[Finding] = []
    more = 0
    try:
        for line, raw in rows:
            try:
                entry, notes = read(raw)
                entries.append(replace(entry, line=line))
            except ValueError as error:
                notes = (str(error),)
            for note in notes:
                if len(findings) < MAX_FINDINGS:
                    findings.append(Finding(note, "", name, line, severity="warning"))
                else:
                    more += 1
    except csv.Error as error:
        findings.append(Finding(f"not CSV: {error}", "check the quotes", name))
    if more:
        message = f"{more:,} more remarks on this list are not shown"
        findings.append(Finding(message, "", name, severity="warning"))
    findings += _unknown_lists(entries, name)
    undated = sum(entry.start is None for entry in entries)
    if undated:
        message = f"{undated:,} of {len(entries):,} entries have no first day"
        fix = "they count on every date; check them for dates in the past"
        findings.append(Finding(message, fix, name, severity="warning"))
    return entries, findings


def _unknown_lists(entries: list[ListEntry], name: str) -> list[Finding]:
    """Tell the lists that are none the law knows: whoever is on one may be on one that it asks."""
    found: dict[str, list[ListEntry]] = {}
    for entry in entries:
        if entry.list not in known_lists():
            found.setdefault(entry.list, []).append(entry)
    findings = [
        Finding(
            f"'{code}' is no list that is known; the listing of its {_parties(len(on))} is unknown",
            likely_list(code),
            name,
            on[0].line,
            "list",
            severity="warning",
        )
        for code, on in list(found.items())[:MAX_FINDINGS]
    ]
    if len(found) > MAX_FINDINGS:
        message = f"{len(found) - MAX_FINDINGS:,} more names of lists are not known"
        findings.append(Finding(message, "check the column 'list'", name, severity="warning"))
    return findings


def _parties(count: int) -> str:
    return f"{count:,} parties" if count != 1 else "party"
