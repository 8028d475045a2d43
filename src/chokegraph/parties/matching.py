# SPDX-License-Identifier: Apache-2.0
"""Find names in a list: the same name, or one so alike that a person must look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from chokegraph.parties.model import ListEntry, PartyList
from chokegraph.parties.names import normalise, short_name, variants
from chokegraph.parties.tables import threshold

MOST_KNOWN = 1_000_000
"""Distinct parties whose matches are remembered."""
FULL = 100.0
BATCH = 256
"""Names compared with the whole list at a time, so that memory stays bounded."""


@dataclass(frozen=True, slots=True)
class Match:
    """What a list says of one name.

    Args:
        entries: Entries of the same name (and of the same country, where both are known).
        possible: Entries that may be meant, each with a score of 100 and a reason.
    """

    entries: tuple[ListEntry, ...] = ()
    possible: tuple[tuple[ListEntry, float, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.entries or self.possible)


class NameIndex:
    """An index over the names and other names of lists.

    Args:
        lists: The lists to look in.
        same_place: Countries that count as another here, such as {"HK": "CN"}.
        near: The likeness, of 100, from which a name is a possible match; that of the table
            `matching.csv` if None.

    Example:
        >>> entry = ListEntry(list="ENTITY_LIST", name="Example Fab Co., Ltd.", countries=("CN",))
        >>> index = NameIndex([PartyList("my.csv", "own", "", (entry,))])
        >>> index.find("EXAMPLE FAB LIMITED", "CN").entries == (entry,)
        True
        >>> index.find("Exampel Fab").possible[0][2]
        'a name like it'
        >>> bool(index.find("Another Firm"))
        False
    """

    def __init__(
        self,
        lists: Iterable[PartyList],
        *,
        same_place: Mapping[str, str] | None = None,
        near: float | None = None,
    ) -> None:
        self.same_place = dict(same_place or {})
        self.near = threshold("near") if near is None else near
        self.shortest = int(threshold("shortest"))
        self.most = int(threshold("possible_shown"))
        by_key: dict[str, dict[int, ListEntry]] = defaultdict(dict)
        by_short: dict[str, dict[int, ListEntry]] = defaultdict(dict)
        for each in lists:
            for entry in each.entries:
                for name in entry.names:
                    for key in variants(name):
                        by_key[key][id(entry)] = entry
                    by_short[short_name(name)][id(entry)] = entry
        self._entries = {key: tuple(found.values()) for key, found in by_key.items()}
        self._short = {key: tuple(found.values()) for key, found in by_short.items() if key}
        self._keys = [key for key in self._entries if len(key) >= self.shortest]
        self._sorted = [_sorted(key) for key in self._keys]
        self._known: dict[tuple[str, str], Match] = {}

    def find(self, name: str, country: str = "") -> Match:
        """Return what the lists say of a name.

        Args:
            name: The name as written.
            country: Its country (ISO alpha-2), if known. A listed name with addresses only in
                other countries is a possible match then.
        """
        return self.find_all([(name, country)])[0]

    def find_all(self, parties: Iterable[tuple[str, str]]) -> list[Match]:
        """Return what the lists say of many names with countries; each is looked up once."""
        wanted = list(parties)
        if len(self._known) > MOST_KNOWN:
            self._known.clear()
        new = [party for party in dict.fromkeys(wanted) if party not in self._known]
        keys = {party: normalise(party[0]) for party in new}
        unseen = sorted({key for key in keys.values() if key not in self._entries})
        near = dict(zip(unseen, self._near(unseen), strict=True))
        for party in new:
            key = keys[party]
            found = self._same_name(self._entries.get(key, ()), party[1])
            short = tuple(
                (entry, FULL, "its short name")
                for entry in self._short.get(key, ())
                if entry not in found.entries
            )
            possible = found.possible + short + near.get(key, ())
            self._known[party] = Match(found.entries, possible[: self.most])
        return [self._known[party] for party in wanted]

    def _same_name(self, entries: tuple[ListEntry, ...], country: str) -> Match:
        here: list[ListEntry] = []
        elsewhere: list[ListEntry] = []
        for entry in entries:
            places = {self._place(code) for code in entry.countries}
            fits = not country or not places or self._place(country) in places
            (here if fits else elsewhere).append(entry)
        if here:
            return Match(entries=tuple(here))
        reason = "the same name in another country"
        return Match(possible=tuple((entry, FULL, reason) for entry in elsewhere))

    def _place(self, code: str) -> str:
        return self.same_place.get(code, code)

    def _near(self, keys: list[str]) -> list[tuple[tuple[ListEntry, float, str], ...]]:
        found: list[tuple[tuple[ListEntry, float, str], ...]] = []
        for start in range(0, len(keys), BATCH):
            some = keys[start : start + BATCH]
            scores = process.cdist(
                [_sorted(key) for key in some],
                self._sorted,
                scorer=fuzz.ratio,
                score_cutoff=self.near,
                workers=-1,
            )
            found += [self._best(key, row) for key, row in zip(some, scores, strict=True)]
        return found

    def _best(
        self, key: str, scores: NDArray[np.float32]
    ) -> tuple[tuple[ListEntry, float, str], ...]:
        if len(key) < self.shortest:
            return ()
        places = np.flatnonzero(scores)
        places = places[np.argsort(-scores[places], kind="stable")][: self.most]
        pairs = {
            id(entry): (entry, round(float(scores[place]), 1), "a name like it")
            for place in places[::-1]
            for entry in self._entries[self._keys[place]]
        }
        return tuple(sorted(pairs.values(), key=lambda pair: -pair[1])[: self.most])


def _sorted(key: str) -> str:
    return " ".join(sorted(key.split()))
