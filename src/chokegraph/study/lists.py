# SPDX-License-Identifier: Apache-2.0
"""Lists of parties meet the rows of a file: what the law asks about listings, row by row.

Names are looked up once per distinct name and country. A row whose parties are all named and not
listed has no listing; one with an unnamed party, or with a name that is only alike, is open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from chokegraph.parties.matching import Match, NameIndex
from chokegraph.parties.model import ListEntry, PartyList
from chokegraph.parties.texts import deciding_lists, known_lists, strictest_policy, widest_scope
from chokegraph.rules.framing import Framed
from chokegraph.rules.layout import MAY_BE_ABSENT, ROLES
from chokegraph.rules.model import Law
from chokegraph.rules.vectors import NOT_RELEVANT

MAIN_LIST = "ENTITY_LIST"
"""The list whose entries have footnotes, a scope and a policy of their own."""
NOTES = ("listed_parties", "possible_matches")
MOST_KNOWN = 1_000_000
"""Distinct parties that are remembered from batch to batch."""
_BETWEEN = "\x1f"


@dataclass(frozen=True)
class _Row:
    """What the lists say of one combination of parties on one day."""

    lists: str | None
    footnotes: str | None
    policy: str | None
    scope: str | None
    exceptions: str | None
    red_flag: bool | None
    listed: str
    possible: str


class ListJoin:
    """Adds to a batch what lists say of its parties; an enricher of `determine_file`.

    Args:
        lists: The lists.
        law: Whose aliases say which countries count as another.

    Example:
        >>> from chokegraph.rules import load_law
        >>> entry = ListEntry(list="ENTITY_LIST", name="Example Fab", footnotes=("5",), scope="all")
        >>> join = ListJoin([PartyList("made-up.csv", "own", "", (entry,))], load_law())
        >>> texts = pl.DataFrame({"end_user": ["EXAMPLE FAB LTD", "Someone Else", None]})
        >>> days = pl.DataFrame({"as_of": [date(2025, 1, 1)] * 3})
        >>> facts, notes = join(Framed(days, texts))
        >>> facts["party_lists"].to_list(), notes["listed_parties"][0]
        (['ENTITY_LIST', '', None], 'end_user: Example Fab (ENTITY_LIST, footnote 5)')
    """

    def __init__(self, lists: Sequence[PartyList], law: Law) -> None:
        same_place = {
            alias.code: alias.means
            for alias in law.aliases
            if alias.fact_type == "country" and alias.regime == "us"
        }
        self.index = NameIndex(lists, same_place=same_place)
        self._known_facts = set(law.facts)
        self._numbers: dict[str, int] = {}
        self._matches: list[Match] = [Match()]
        self._rows: dict[tuple[tuple[int, ...], bool, date], _Row] = {}
        self.days = {day for each in lists for e in each.entries for day in (e.start, e.end) if day}
        self.with_matches = 0
        self.with_possible = 0

    def __call__(self, framed: Framed) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return the facts on listings, and the columns that name the matches."""
        rows = framed.facts.height
        roles = [role for role in ROLES if role in framed.texts.columns]
        if not roles or not rows:
            return pl.DataFrame(), pl.DataFrame()
        numbers = np.stack([self._look_up(framed.texts, role) for role in roles])
        unnamed = np.zeros(rows, dtype=bool)
        for role in roles:
            if role != MAY_BE_ABSENT:
                unnamed |= framed.texts[role].is_null().to_numpy()
        place = np.where(unnamed, 1, 0)
        answers = [
            _Row("", "", NOT_RELEVANT, NOT_RELEVANT, "", None, "", ""),
            _Row(None, None, None, None, None, None, "", ""),
        ]
        hit = np.flatnonzero(numbers.any(axis=0))
        if hit.size:
            place[hit] = self._decide(framed, roles, numbers, unnamed, hit, answers)
        stated = "party_lists" in framed.facts.columns
        own = framed.facts["party_lists"].is_not_null().to_numpy() if stated else None
        return self._facts(answers, place, own), _notes(answers, place)

    def count(self, notes: pl.DataFrame, rows: np.ndarray) -> None:
        """Count rows whose parties are listed, or may be.

        Args:
            notes: The columns that name the matches, for distinct rows.
            rows: How many rows each stands for.
        """
        if not notes.width:
            return
        listed, possible = ((notes[name].cast(pl.String) != "").to_numpy() for name in NOTES)
        self.with_matches += int(rows[listed].sum())
        self.with_possible += int(rows[possible & ~listed].sum())

    def _look_up(self, texts: pl.DataFrame, role: str) -> np.ndarray:
        """Return for each row the number of the match of a role's name; 0 for none."""
        countries = f"{role}_country"
        # The country comes first: its code holds no such character, and a name may hold any.
        parts = [pl.lit(_BETWEEN), pl.col(role)]
        if countries in texts.columns:
            parts.insert(0, pl.col(countries).cast(pl.String).fill_null(""))
        joined = texts.select(pl.concat_str(parts)).to_series()
        kind = pl.Categorical(pl.Categories.random())
        coded = joined.cast(kind)
        words = kind.categories.to_series().to_list()
        if len(self._numbers) > MOST_KNOWN:
            self._numbers.clear()
        new = [word for word in words if word not in self._numbers]
        parties = []
        for word in new:
            country, _, name = word.partition(_BETWEEN)
            parties.append((name, country))
        for word, match in zip(new, self.index.find_all(parties), strict=True):
            self._numbers[word] = len(self._matches) if match else 0
            if match:
                self._matches.append(match)
        found = np.array([self._numbers[word] for word in words], dtype=np.int64)
        codes = coded.to_physical().fill_null(len(words)).to_numpy()
        numbers: np.ndarray = np.append(found, 0)[codes]
        return numbers

    def _decide(
        self,
        framed: Framed,
        roles: list[str],
        numbers: np.ndarray,
        unnamed: np.ndarray,
        hit: np.ndarray,
        answers: list[_Row],
    ) -> np.ndarray:
        """Work out each distinct combination of matches and day once."""
        days = framed.facts["as_of"].gather(hit)
        keys = np.vstack([numbers[:, hit], unnamed[hit], days.to_physical().to_numpy()])
        distinct, first, back = np.unique(keys, axis=1, return_index=True, return_inverse=True)
        places = np.empty(distinct.shape[1], dtype=np.int64)
        for at, one in enumerate(first.tolist()):
            key = (tuple(distinct[:-2, at].tolist()), bool(distinct[-2, at]), days[one])
            if key not in self._rows:
                self._rows[key] = self._row(roles, *key)
            places[at] = len(answers)
            answers.append(self._rows[key])
        return places[back.ravel()]

    def _row(self, roles: list[str], matches: tuple[int, ...], unnamed: bool, day: date) -> _Row:  # noqa: FBT001
        sure: list[tuple[str, ListEntry]] = []
        perhaps: list[tuple[str, ListEntry, float, str]] = []
        for role, number in zip(roles, matches, strict=True):
            match = self._matches[number]
            sure += [(role, entry) for entry in match.entries if entry.stands_on(day)]
            perhaps += [(role, *each) for each in match.possible if each[0].stands_on(day)]
        entries = [entry for _, entry in sure if entry.list in known_lists()]
        covered = {entry.list for entry in entries}
        open_ = unnamed or any(entry.list not in covered for _, entry, _, _ in perhaps)
        # A list that nobody knows may be one that the law asks about, by another name.
        open_ = open_ or len(entries) < len(sure)
        listed = " | ".join(dict.fromkeys(f"{role}: {_said(entry)}" for role, entry in sure))
        possible = " | ".join(
            dict.fromkeys(
                f"{role}: {_said(entry)}, {score:g} of 100, {reason}"
                for role, entry, score, reason in perhaps
            )
        )
        red_flag = True if perhaps else None
        if not entries or (open_ and not covered & deciding_lists()):
            # Where a listing decides, it is kept although somebody else is open; any other listing
            # would read as "on no further list", which nobody can say.
            blank = None if open_ else ""
            none = None if open_ else NOT_RELEVANT
            return _Row(blank, blank, none, none, blank, red_flag, listed, possible)
        main = [entry for entry in entries if entry.list == MAIN_LIST] or entries
        return _Row(
            lists=";".join(sorted(covered)),
            footnotes=";".join(sorted({each for entry in main for each in entry.footnotes})),
            policy=strictest_policy({e.policy for e in main if e.policy}) or NOT_RELEVANT,
            scope=widest_scope({e.scope for e in main if e.scope}) or NOT_RELEVANT,
            exceptions=";".join(sorted(set.intersection(*(set(e.exceptions) for e in main)))),
            red_flag=red_flag,
            listed=listed,
            possible=possible,
        )

    def _facts(
        self, answers: list[_Row], place: np.ndarray, own: np.ndarray | None
    ) -> pl.DataFrame:
        if own is not None:
            # The row states itself what lists its parties are on: nothing is added to that.
            answers = [*answers, _Row(None, None, None, None, None, None, "", "")]
            place = np.where(own, len(answers) - 1, place)
        at = pl.Series(place)
        columns = {
            "party_lists": [answer.lists for answer in answers],
            "party_footnotes": [answer.footnotes for answer in answers],
            "party_list_policy": [answer.policy for answer in answers],
            "party_list_scope": [answer.scope for answer in answers],
            "party_list_exceptions": [answer.exceptions for answer in answers],
        }
        facts = {
            name: pl.Series(name, values, dtype=pl.String).gather(at)
            for name, values in columns.items()
            if name in self._known_facts
        }
        flags = pl.Series("knowledge_red_flag", [a.red_flag for a in answers], dtype=pl.Boolean)
        if flags.any() and flags.name in self._known_facts:
            facts["knowledge_red_flag"] = flags.gather(at)
        return pl.DataFrame(facts)


def _notes(answers: list[_Row], place: np.ndarray) -> pl.DataFrame:
    at = pl.Series(place)
    texts = ([answer.listed for answer in answers], [answer.possible for answer in answers])
    return pl.DataFrame(
        [pl.Series(n, each).gather(at) for n, each in zip(NOTES, texts, strict=True)]
    )


def _said(entry: ListEntry) -> str:
    notes = [entry.list]
    if entry.footnotes:
        notes.append(f"footnote{'s' * (len(entry.footnotes) > 1)} {', '.join(entry.footnotes)}")
    if entry.cite:
        notes.append(entry.cite)
    return f"{entry.name} ({', '.join(notes)})"
