# SPDX-License-Identifier: Apache-2.0
"""Printed licence requirements and review policies read into codes; unknown texts are kept."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache

from chokegraph.parties.tables import table

OTHER = "other"
"""The code of a text that is in no known form; the text itself stands in the entry."""
_OFFICE = re.compile(
    r"^(?:the |u\.?s\.? |bis |ofac |ddtc |commerce |treasury |state |department )+", re.IGNORECASE
)
"""Offices that stand before the name of a list."""


@cache
def _patterns(kind: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (row["code"], re.compile(row["pattern"], re.IGNORECASE))
        for row in table("requirement_texts")
        if row["kind"] == kind
    )


def _plain(text: str) -> str:
    return " ".join(text.replace("\xa0", " ").split())


@cache
def footnotes_of(requirement: str) -> tuple[str, ...]:
    """Return the Entity List footnotes that a licence requirement's text shows.

    In the published files the superscripts stand as plain digits behind a citation.

    Example:
        >>> footnotes_of("All items, see §§ 734.9(e)1 and 744.11 of the EAR2")
        ('1', '2')
        >>> footnotes_of("All items (See §§734.4(a)(9), 734.9(e)(3), and 744.11 of the EAR)5")
        ('5',)
    """
    text = _plain(requirement)
    return tuple(sorted({code for code, pattern in _patterns("footnote") if pattern.search(text)}))


def _first(kind: str, text: str) -> str:
    plain = _plain(text)
    if not plain:
        return ""
    return next((code for code, pattern in _patterns(kind) if pattern.search(plain)), OTHER)


@cache
def scope_of(requirement: str) -> str:
    """Return what a licence requirement covers: "all", another code, "other", or "" for no text.

    Example:
        >>> scope_of("For all items subject to the EAR. (See §744.11 of the EAR)")
        'all'
        >>> scope_of("Only chairs"), scope_of("")
        ('other', '')
    """
    return _first("scope", requirement)


@cache
def policy_of(policy: str) -> str:
    """Return the code of a review policy's text; the strictest where it states several.

    Example:
        >>> policy_of("Presumption of denial."), policy_of("See §§744.11 and 744.23(d) of the EAR")
        ('presumption_of_denial', '744.23_d')
    """
    return _first("policy", policy)


@cache
def exceptions_of(requirement: str, policy: str) -> tuple[str, ...]:
    """Return the licence exceptions that an entry leaves open.

    Example:
        >>> exceptions_of("All items. This may be overcome by License Exception GOV", "")
        ('GOV',)
    """
    text = _plain(f"{requirement} {policy}")
    return tuple(code for code, pattern in _patterns("exception") if pattern.search(text))


@cache
def list_code(source: str) -> str:
    """Return the code of a list from its official name, its short name or the code itself.

    Case, spaces, hyphens and underscores do not count, nor does the office before the name. A list
    that is not known keeps its name, in capitals with underscores; see `known_lists`.

    Example:
        >>> list_code("Entity List (EL) - Bureau of Industry and Security"), list_code("UVL")
        ('ENTITY_LIST', 'UVL')
        >>> list_code("BIS Entity-List"), list_code("Denied Persons"), list_code("Other: our own")
        ('ENTITY_LIST', 'DPL', 'OTHER')
        >>> list_code("Sanctions of Ruritania")
        'SANCTIONS_OF_RURITANIA'
    """
    plain = _plain(source)
    for name in (plain, _OFFICE.sub("", plain)):
        key = _key(name)
        for row in table("lists"):
            names = (row["code"], row["short"], *row["aliases"].split(";"))
            if key.removesuffix("list") in {_key(each).removesuffix("list") for each in names}:
                return row["code"]
            if key.startswith(_key(row["name_starts"])):
                return row["code"]
    return re.sub(r"\W+", "_", plain).strip("_").upper()


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


@cache
def known_lists() -> frozenset[str]:
    """Return the codes of the lists that are known.

    Example:
        >>> "DPL" in known_lists(), "SANCTIONS_OF_RURITANIA" in known_lists()
        (True, False)
    """
    return frozenset(row["code"] for row in table("lists"))


def likely_list(name: str) -> str:
    """Return what to write instead of a list's name that is not known.

    Example:
        >>> likely_list("Entiti List")
        "did you mean ENTITY_LIST? A list that the law does not ask about is 'other: NAME'"
    """
    names = {
        _key(each): row["code"]
        for row in table("lists")
        for each in (row["code"], row["short"], row["name_starts"], *row["aliases"].split(";"))
        if each
    }
    near = get_close_matches(_key(name), names, n=1)
    known = ", ".join(row["code"] for row in table("lists"))
    said = f"did you mean {names[near[0]]}?" if near else f"write one of {known}."
    return f"{said} A list that the law does not ask about is 'other: NAME'"


def strictest_policy(codes: set[str]) -> str:
    """Return the strictest of several codes: the first in the table's order; "" for none."""
    order = [code for code, _ in _patterns("policy")]
    known = [code for code in order if code in codes]
    return known[0] if known else min(codes, default="")


def widest_scope(codes: set[str]) -> str:
    """Return the widest of several codes: the first in the table's order; "" for none."""
    order = [code for code, _ in _patterns("scope")]
    known = [code for code in order if code in codes]
    return known[0] if known else min(codes, default="")


@cache
def deciding_lists() -> frozenset[str]:
    """Return the lists on which one listed party decides, whoever else takes part.

    Example:
        >>> "ENTITY_LIST" in deciding_lists(), "UVL" in deciding_lists()
        (True, False)
    """
    return frozenset(row["code"] for row in table("lists") if row["decides"] == "yes")
