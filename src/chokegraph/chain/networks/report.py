# SPDX-License-Identifier: Apache-2.0
"""What was found while a network was read or checked: errors, warnings, what was repaired."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chokegraph.errors import Finding, FindingsError, errors_only

MOST_OF_A_KIND = 20
"""How many findings of one kind are listed one by one; the others are counted."""


@dataclass(frozen=True)
class NetworkReport:
    """What is wrong with a network, what was repaired, and how it was read.

    Args:
        findings: Errors and warnings, in the order of the files.
        repaired: What was changed so that the network can be used, a sentence each.
        notes: What a reader should know and need not mend, a sentence each.
        nodes: How many nodes there are.
        edges: How many edges are left.
        rows: How many rows of the edge list were read.
        total: Sum of the values of all edges, in the network's unit.

    Example:
        >>> report = NetworkReport((Finding("odd", severity="warning"),), repaired=("merged",))
        >>> len(report.errors), len(report.warnings)
        (0, 1)
    """

    findings: tuple[Finding, ...] = ()
    repaired: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    nodes: int = 0
    edges: int = 0
    rows: int = 0
    total: float = 0.0

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Findings that stop the work."""
        return tuple(errors_only(self.findings))

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Findings that are shown while the work goes on."""
        return tuple(one for one in self.findings if one.severity == "warning")

    def raise_errors(self, title: str = "network") -> None:
        """Raise all findings if one of them is an error.

        Raises:
            FindingsError: With every finding, warnings included.
        """
        if self.errors:
            raise FindingsError(self.findings, title=title)


def listed(findings: Iterable[Finding], words: str, total: int) -> list[Finding]:
    """Return the first findings of a kind, and one that counts the others.

    Args:
        findings: Findings of one kind; only the first ones are taken from it.
        words: What they are, in the plural, for the line that counts.
        total: How many there are in all.

    Example:
        >>> many = (Finding(f"row {i}") for i in range(100))
        >>> [one.message for one in listed(many, "bad rows", 100)][-2:]
        ['row 19', 'and 80 more bad rows']
    """
    kept = [one for _, one in zip(range(MOST_OF_A_KIND), findings, strict=False)]
    if total > len(kept) and kept:
        last = kept[-1]
        kept.append(
            Finding(
                f"and {total - len(kept):,} more {words}", file=last.file, severity=last.severity
            )
        )
    return kept


def some(names: Sequence[object], most: int = 5, *, total: int | None = None) -> str:
    """Return the first names of a list, and how many more there are.

    Args:
        names: The names, or their beginning.
        most: How many are shown.
        total: How many there are in all, where `names` is only their beginning.

    Example:
        >>> some(["a", "b", "c"], 2)
        'a, b and 1 more'
    """
    head = ", ".join(str(name) for name in names[:most])
    more = (len(names) if total is None else total) - min(most, len(names))
    return f"{head} and {more:,} more" if more > 0 else head


def merged(first: NetworkReport, second: NetworkReport) -> NetworkReport:
    """Return what both reports say; the counts are those of the second.

    Example:
        >>> merged(NetworkReport(notes=("a",)), NetworkReport(notes=("b",), nodes=2)).notes
        ('a', 'b')
    """
    return NetworkReport(
        findings=first.findings + second.findings,
        repaired=first.repaired + second.repaired,
        notes=first.notes + second.notes,
        nodes=second.nodes,
        edges=second.edges,
        rows=max(first.rows, second.rows),
        total=second.total,
    )
