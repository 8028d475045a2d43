# SPDX-License-Identifier: Apache-2.0
"""What counts of a part as US content: surely, and perhaps. A blank is neither yes nor no.

Every question has two answers here, one for the lower bound and one for the upper: what is not
said of a part is left out of the one and taken into the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np

from chokegraph.rules.atoms import is_elsewhere
from chokegraph.rules.bom import NOT_SAID, YES, Bom, Flags, Floats
from chokegraph.rules.bom_lines import HOME
from chokegraph.rules.model import Law
from chokegraph.rules.scopes import scope_on
from chokegraph.rules.truth import FALSE, TRUE

_ORIGINS = {HOME: 1, "": 2}
"""Numbers for the origins that matter; any other is 0."""
_AT_ONLY = ("at-only-items", "EAR99")


class Bounds(NamedTuple):
    """What is so, and what may be so, by part."""

    surely: Flags
    perhaps: Flags


@dataclass(frozen=True)
class Parts:
    """The parts of a bill of materials, as the roll-up asks about them.

    Args:
        home: Of US origin.
        kinds: What kind a part is stated to be: one array for each kind, "" included.
        bundled: Sold with the hardware, and EAR99 or controlled for anti-terrorism only.
        opened_low: Surely looked into: foreign-made, and not a discrete product.
        opened_high: Perhaps looked into.
    """

    home: Bounds
    kinds: dict[str, Flags]
    bundled: Bounds
    opened_low: Flags
    opened_high: Flags

    def of_kind(self, *kinds: str) -> Flags:
        """Whether a part is stated to be of one of some kinds; "" for those of which none is."""
        found: Flags = np.zeros(len(self.home.surely), bool)
        for kind in kinds:
            if kind in self.kinds:
                found = np.logical_or(found, self.kinds[kind])
        return found

    def counted(self, kind: str) -> Bounds:
        """Return what counts as content of an item of a kind, if it is of US origin.

        Software in software is commingled, and so is technology in technology. In a commodity,
        software counts only where it is bundled.
        """
        surely, perhaps = self.of_kind(kind), self.of_kind(kind, "")
        if kind == "commodity":
            software = self.of_kind("software")
            surely = surely | (software & self.bundled.surely)
            perhaps = perhaps | (software & self.bundled.perhaps)
        return Bounds(surely, perhaps)


def parts_of(bom: Bom, law: Law, on: date) -> Parts:
    """Return the parts of a bill of materials, asked about once for all destinations.

    Args:
        bom: The bill of materials.
        law: The law that says what is controlled for anti-terrorism only.
        on: The day.
    """
    origins = np.array([_ORIGINS.get(origin, 0) for origin in bom.origin], np.int8)
    home = Bounds(origins == _ORIGINS[HOME], origins != 0)
    named = {kind: number for number, kind in enumerate(dict.fromkeys(bom.kind))}
    numbers = np.array([named[kind] for kind in bom.kind], np.int8)
    plain = _at_only(bom, law, on)
    return Parts(
        home=home,
        kinds={kind: numbers == number for kind, number in named.items()},
        bundled=Bounds(
            (bom.bundled == YES) & plain.surely,
            ((bom.bundled == YES) | (bom.bundled == NOT_SAID)) & plain.perhaps,
        ),
        opened_low=~home.perhaps & (bom.discrete != YES) & (bom.discrete != NOT_SAID),
        opened_high=~home.surely & (bom.discrete != YES),
    )


def _at_only(bom: Bom, law: Law, on: date) -> Bounds:
    """Whether a part is EAR99 or controlled for anti-terrorism only."""
    scope = scope_on(law, _AT_ONLY, on)
    # What is not classified may be anything; another state's code is no ECCN.
    own = {eccn for eccn in bom.eccn if eccn and not is_elsewhere(eccn)}
    found = {eccn: scope.covers(eccn, "eccn") for eccn in own}
    surely = {eccn: covered is TRUE for eccn, covered in found.items()}
    perhaps = {eccn: covered is not FALSE for eccn, covered in found.items()}
    return Bounds(
        np.array([surely.get(eccn, False) for eccn in bom.eccn], bool),
        np.array([perhaps.get(eccn, True) for eccn in bom.eccn], bool),
    )


def worth(bom: Bom) -> Floats:
    """Return the value of each part; 0 where none is stated, since none was needed."""
    return np.nan_to_num(bom.value)
