# SPDX-License-Identifier: Apache-2.0
"""What is wrong, where, and what to do: the finding, and the error that carries all of them.

Every check in the house returns a list of `Finding`; nothing stops at the first one. A function
that cannot go on raises `FindingsError` with the whole list; the command line prints it and ends
with exit code 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, where it is, and what to do about it.

    Args:
        message: What is wrong, in a sentence, with the offending value quoted.
        fix: What the reader can do. Empty only if there is nothing to do.
        file: The file's name as the user knows it, or "" when no file is meant.
        line: The line in the file, counted from 1; None when no line is meant.
        column: The column: a name for tables, a number counted from 1 for text.
        severity: "error" stops the work, "warning" is shown and the work goes on.

    Example:
        >>> print(Finding("share 1.3 is above 1", fix="give a fraction", file="a.csv", line=3))
        a.csv:3: error: share 1.3 is above 1 (fix: give a fraction)
    """

    message: str
    fix: str = ""
    file: str = ""
    line: int | None = None
    column: str | int | None = None
    severity: Severity = "error"

    def __str__(self) -> str:
        where = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        head = f"{where}: " if where else ""
        tail = f" (fix: {self.fix})" if self.fix else ""
        return f"{head}{self.severity}: {self.message}{tail}"


def errors_only(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that stop the work.

    Example:
        >>> errors_only([Finding("odd", severity="warning"), Finding("wrong")])[0].message
        'wrong'
    """
    return [finding for finding in findings if finding.severity == "error"]


class FindingsError(Exception):
    """Work cannot go on; all the reasons are in `findings`.

    Args:
        findings: Every finding, errors and warnings, in the order of the files.
        title: What was being done, for the first line of the printed list.

    Example:
        >>> try:
        ...     raise FindingsError([Finding("no such file", file="x.yaml")], title="scenario")
        ... except FindingsError as error:
        ...     print(error)
        scenario: 1 error
        x.yaml: error: no such file
    """

    def __init__(self, findings: Sequence[Finding], *, title: str = "input") -> None:
        self.findings: tuple[Finding, ...] = tuple(findings)
        self.title = title
        super().__init__(title)

    def __str__(self) -> str:
        count = len(errors_only(self.findings))
        head = f"{self.title}: {count} error{'s' if count != 1 else ''}"
        return "\n".join([head, *(str(finding) for finding in self.findings)])
