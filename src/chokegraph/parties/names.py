# SPDX-License-Identifier: Apache-2.0
"""Names made comparable: case, accents, punctuation and legal forms do not count."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from chokegraph.parties.tables import table

_DOTTED = re.compile(r"\b(?:\w\.){2,}")
_BRACKET_AT_END = re.compile(r"\(([^()]*)\)\s*$")
_SUCCESSORS = re.compile(r"[;,]?\s+and any (?:successor|sub-?unit|subsidiar).*$", re.IGNORECASE)


@cache
def _legal_forms() -> frozenset[str]:
    return frozenset(row["form"] for row in table("legal_forms"))


def normalise(name: str) -> str:
    """Return a name without case, accents, punctuation and legal form.

    Letters of every script are kept. A name that has nothing but legal forms keeps them.

    Example:
        >>> normalise("Müller & Söhne GmbH"), normalise("EXAMPLE Semi-conductor Co., Ltd.")
        ('muller and sohne', 'example semi conductor')
        >>> normalise("Voorbeeld B.V."), normalise("The Company Ltd")
        ('voorbeeld', 'the')
    """
    text = unicodedata.normalize("NFKD", name).casefold()
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    text = _DOTTED.sub(lambda found: found.group().replace(".", ""), text)
    text = text.replace("&", " and ").replace("'", "").replace("’", "")
    words = "".join(letter if letter.isalnum() else " " for letter in text).split()
    kept = [word for word in words if word not in _legal_forms()]
    return " ".join(kept or words)


def variants(name: str) -> Iterator[str]:
    """Yield the normalised forms under which a listed name is found.

    A bracket at the end mostly holds a short name; one inside a name mostly tells a branch from
    another, so it stays.

    Example:
        >>> list(variants("Example Institute of Etching (EIE); and any successor thereof"))
        ['example institute of etching eie', 'example institute of etching']
    """
    plain = _SUCCESSORS.sub("", name)
    seen = set()
    for form in (plain, _BRACKET_AT_END.sub(" ", plain)):
        key = normalise(form)
        if key and key not in seen:
            seen.add(key)
            yield key


def short_name(name: str) -> str:
    """Return the one word in brackets at the end of a listed name, normalised; "" for none.

    Example:
        >>> short_name("Example Institute of Etching (EIE)"), short_name("Example (of the North)")
        ('eie', '')
    """
    found = _BRACKET_AT_END.search(_SUCCESSORS.sub("", name))
    key = normalise(found.group(1)) if found else ""
    return key if key and " " not in key else ""
