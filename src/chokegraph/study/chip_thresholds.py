# SPDX-License-Identifier: Apache-2.0
"""The law's thresholds on chips, on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chokegraph.rules import Law, load_law
from chokegraph.rules.dated import live

RULES = {"first": "cls-3a090-2022", "a": "cls-3a090-a", "b": "cls-3a090-b"}
"""The classification of circuits in the law: the first text, and both paragraphs of the second."""
REVIEW = "case-by-case-chip-2026"
NOTIFIED = "nac-eligible-item"
PARAMETERS = {
    "transfer": "io-rate",
    "bits_tops": "bits-tops",
    "high": "tpp-high",
    "middle": "tpp-mid",
    "low": "tpp-low",
    "dense": "pd-high",
    "medium": "pd-mid",
    "sparse": "pd-low",
    "tpp_cap": "review-tpp-2026",
    "bandwidth_cap": "review-dram-bw-2026",
    "stacked": "mbd-limit",
    "stacked_exception": "mbd-exception",
    "node": "logic-node",
    "nand_layers": "nand-layers",
    "dram_half_pitch": "dram-half-pitch",
    "dram_cell_area": "dram-cell-area",
    "dram_density": "dram-density",
    "dram_vias": "dram-tsv",
}
"""The parameter of the law behind each threshold."""
SECOND = ("high", "middle", "low", "dense", "medium", "sparse")
"""The thresholds of the second text of 3A090."""


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """The numbers of the law on a day; None where the law of that day has none.

    Args:
        on: The day.
        bits_tops: First text: bit length times TOPS.
        transfer: First text: rate of all inputs and outputs but memory, GB/s.
        high: TPP of 3A090.a.1.
        middle: TPP of 3A090.b.1.
        low: TPP of 3A090.a.2 and b.2.
        dense: Performance density of 3A090.a.2.
        medium: Performance density of 3A090.b.2.
        sparse: Performance density of 3A090.b.1.
        tpp_cap: TPP below which the review of 2026 is case by case.
        bandwidth_cap: DRAM bandwidth below which it is, GB/s.
        stacked: Memory bandwidth density of 3A090.c, GB/s per mm2.
        stacked_exception: The density below which its exception is open.
        node: Node at or below which logic is advanced, nm.
        nand_layers: Layers from which NAND memory is advanced.
        dram_half_pitch: Half-pitch at or below which DRAM is advanced, nm.
        dram_cell_area: Cell area below which it is, um2.
        dram_density: Density above which it is, Gb per mm2.
        dram_vias: Vias of a die above which it is.
    """

    on: date
    bits_tops: float | None = None
    transfer: float | None = None
    high: float | None = None
    middle: float | None = None
    low: float | None = None
    dense: float | None = None
    medium: float | None = None
    sparse: float | None = None
    tpp_cap: float | None = None
    bandwidth_cap: float | None = None
    stacked: float | None = None
    stacked_exception: float | None = None
    node: float | None = None
    nand_layers: float | None = None
    dram_half_pitch: float | None = None
    dram_cell_area: float | None = None
    dram_density: float | None = None
    dram_vias: float | None = None

    def some(self, *names: str) -> dict[str, float] | None:
        """Return several thresholds, or None if the law of the day lacks one of them."""
        found = {name: getattr(self, name) for name in names}
        return None if None in found.values() else found


def thresholds_on(on: date, law: Law | None = None) -> Thresholds:
    """Return the thresholds in force on a day.

    Args:
        on: The day.
        law: The law; the bundled one if None.

    Example:
        >>> from datetime import date
        >>> thresholds_on(date(2024, 1, 1)).high, thresholds_on(date(2023, 1, 1)).high
        (4800.0, None)
    """
    law = load_law() if law is None else law
    found: dict[str, float] = {}
    for name, parameter in PARAMETERS.items():
        known = law.parameters.get(parameter)
        version = None if known is None else live(known.versions, on)
        if version is not None and not isinstance(version.value, date):
            found[name] = float(version.value)
    return Thresholds(on=on, **found)


def days_of_change(law: Law | None = None) -> tuple[date, ...]:
    """Return the days on which a text about circuits or their review starts or ends.

    Example:
        >>> [day.isoformat() for day in days_of_change()]
        ['2022-10-21', '2023-11-17', '2026-01-15']
    """
    law = load_law() if law is None else law
    days: set[date] = set()
    for name in (*RULES.values(), REVIEW):
        for version in law.rule(name).versions if name in law.by_id else ():
            days |= {day for day in (version.applies_from, version.ends) if day is not None}
    return tuple(sorted(days))
