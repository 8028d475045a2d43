# SPDX-License-Identifier: Apache-2.0
"""Is a chip caught? The law's thresholds on a day, applied to parts and to arrays of designs.

`status` applies the thresholds to arrays, millions at once; `chokegraph.study.chip_law` asks the
rules of the law themselves about one part. Both must agree, and tests hold them to it. Answers are
0, 1, 2: no, unknown, yes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from chokegraph.chip import caught
from chokegraph.chip.caught import NO, UNKNOWN, YES
from chokegraph.chip.entities import Accelerator, Range
from chokegraph.chip.performance import largest_uncontrolled
from chokegraph.chip.wafer import Number
from chokegraph.study.chip_thresholds import SECOND, Thresholds, days_of_change, thresholds_on

__all__ = [
    "Parts",
    "Status",
    "Thresholds",
    "ceiling",
    "days_of_change",
    "in_words",
    "parts_of",
    "status",
    "status_of_block",
    "thresholds_on",
]

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Truths = np.ndarray[Any, np.dtype[np.uint8]]


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What the law asks of circuits, as numbers or arrays; NaN is unknown.

    Args:
        tpp: Total processing performance; also the performance of the first text.
        area: Applicable die area, mm2; 0 if no logic die is non-planar.
        transfer: Rate of all inputs and outputs but memory, both ways, GB/s.
        bandwidth: DRAM bandwidth, GB/s.
        datacentre: Whether it is designed or marketed for data centres: 0, 1 (unknown), 2.
    """

    tpp: Any
    area: Any = np.nan
    transfer: Any = np.nan
    bandwidth: Any = np.nan
    datacentre: Any = UNKNOWN


def parts_of(accelerators: Sequence[Accelerator]) -> Parts:
    """Return real parts as arrays.

    Example:
        >>> from chokegraph.chip.catalogue import load_catalogue
        >>> parts_of([load_catalogue().accelerators["h20"]]).tpp.tolist()
        [2368.0]
    """

    def column(name: str) -> Numbers:
        figures: list[Range | None] = [getattr(one, name) for one in accelerators]
        return np.array([np.nan if one is None else one.mid for one in figures])

    # What is given for parts that work from memory on the die is not a bandwidth of DRAM.
    on_die = np.array([one.memory.upper().startswith("SRAM") for one in accelerators], bool)
    return Parts(
        tpp=column("tpp"),
        area=column("area"),
        transfer=column("io_bandwidth"),
        bandwidth=np.where(on_die, np.nan, column("memory_bandwidth")),
        datacentre=np.array([YES if one.datacentre else NO for one in accelerators], np.uint8),
    )


@dataclass(frozen=True, kw_only=True)
class Status:
    """Answers for each part: 0 no, 1 unknown, 2 yes.

    Args:
        first: Caught by the first text.
        a: Caught by 3A090.a.
        b: Caught by 3A090.b.
        caught: Caught by any of them.
        case_by_case: Under both caps of the review of 2026; says nothing about a part that is free.
        review: Whether the law of the day has that review.
    """

    first: Truths
    a: Truths
    b: Truths
    caught: Truths
    case_by_case: Truths
    review: bool

    def words(self) -> list[str]:
        """Return one phrase for each part."""
        rows = zip(
            *(np.atleast_1d(getattr(self, name)).ravel() for name in ("first", "a", "b")),
            strict=True,
        )
        return [in_words(*(int(each) for each in row)) for row in rows]


def in_words(first: int, a: int, b: int) -> str:
    """Return a status as a phrase.

    Example:
        >>> in_words(0, 2, 0), in_words(2, 0, 0), in_words(0, 1, 1), in_words(0, 0, 0)
        ('3A090.a', '3A090', 'cannot be told', 'not 3A090')
    """
    for answer, words in ((first, "3A090"), (a, "3A090.a"), (b, "3A090.b")):
        if answer == YES:
            return words
    return "cannot be told" if UNKNOWN in (first, a, b) else "not 3A090"


def status(parts: Parts, thresholds: Thresholds) -> Status:
    """Return whether parts or designs are caught, by the thresholds of a day.

    Args:
        parts: Their figures.
        thresholds: See `thresholds_on`.

    Example:
        >>> from datetime import date
        >>> h800 = Parts(tpp=15831.2, area=814.0, transfer=528.0, datacentre=2)
        >>> days = [date(2022, 10, 1), date(2023, 1, 1), date(2024, 1, 1)]
        >>> [status(h800, thresholds_on(day)).words()[0] for day in days]
        ['not 3A090', 'not 3A090', '3A090.a']
    """
    given = (getattr(parts, one.name) for one in fields(Parts))
    tpp, area, transfer, bandwidth, centre = np.broadcast_arrays(*given)
    centre = centre.astype(np.uint8)
    first = a = b = case = np.zeros(tpp.shape, np.uint8)
    old = thresholds.some("bits_tops", "transfer")
    if old is not None:
        first = caught.advanced_2022(
            tpp, transfer, bits_tops_limit=old["bits_tops"], transfer_limit=old["transfer"]
        )
    second = thresholds.some(*SECOND)
    if second is not None:
        of_a = {name: second[name] for name in ("high", "low", "dense")}
        a = caught.advanced_2023_a(tpp, area, centre, **of_a)
        b = caught.advanced_2023_b(tpp, area, centre, **second)
    caps = thresholds.some("tpp_cap", "bandwidth_cap")
    if caps is not None:
        case = caught.case_by_case(tpp, bandwidth, **caps)
    return Status(
        first=first,
        a=a,
        b=b,
        caught=caught.either(first, a, b),
        case_by_case=case,
        review=caps is not None,
    )


def status_of_block(
    thresholds: Thresholds, *, transfer: Number = np.nan, datacentre: int = YES
) -> Callable[[Any], Truths]:
    """Return a function that says of evaluated designs whether they are caught.

    Args:
        thresholds: See `thresholds_on`.
        transfer: Rate of their inputs and outputs but memory, GB/s; the first text asks for it.
        datacentre: Whether they are designed or marketed for data centres: 0, 1, 2.

    Returns:
        A function for `also` of `chip.cost.evaluate`, and for `uncaught` of a search: it takes
        anything with `tpp`, `applicable_area` and `dram_bandwidth`.
    """
    old = thresholds.some("bits_tops", "transfer")
    second = thresholds.some(*SECOND)

    def test(block: Any) -> Truths:  # noqa: ANN401 - a block, an evaluation or a mapping
        def of(name: str) -> Numbers:
            return np.asarray(block[name] if isinstance(block, Mapping) else getattr(block, name))

        tpp = of("tpp")
        found = np.zeros(tpp.shape, np.uint8)
        if old is not None:
            limits = {"bits_tops_limit": old["bits_tops"], "transfer_limit": old["transfer"]}
            found = caught.either(found, caught.advanced_2022(tpp, transfer, **limits))
        if second is not None:
            area = of("applicable_area")
            found = caught.either(found, caught.advanced_2023(tpp, area, datacentre, **second))
        return found

    return test


def ceiling(
    area: Number, thresholds: Thresholds, *, datacentre: bool = True, transfer: float = np.inf
) -> Numbers:
    """Return the TPP from which a part with this die area is caught; infinite if none is.

    Args:
        area: Applicable die area, mm2.
        thresholds: See `thresholds_on`.
        datacentre: Whether it is designed or marketed for data centres.
        transfer: Rate of its inputs and outputs but memory, GB/s, for the first text.

    Example:
        >>> from datetime import date
        >>> ceiling([400.0, 814.0], thresholds_on(date(2024, 1, 1))).tolist()
        [1600.0, 2400.0]
    """
    found = np.full(np.shape(area), np.inf)
    old = thresholds.some("bits_tops", "transfer")
    if old is not None and transfer >= old["transfer"]:
        found = np.minimum(found, old["bits_tops"])
    second = thresholds.some(*SECOND)
    if second is not None:
        least = largest_uncontrolled(area, datacentre=datacentre, **second)
        found = np.minimum(found, least)
    return found
