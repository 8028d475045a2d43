# SPDX-License-Identifier: Apache-2.0
"""The nearest allowed word to one that is not."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def suggestion(given: str, allowed: Iterable[str]) -> str:
    """Return the allowed word most like `given`, or "" if none is near.

    Example:
        >>> suggestion("lisence", ["licence", "cap"]), suggestion("zebra", ["licence", "cap"])
        ('licence', '')
    """
    words = {word.lower(): word for word in allowed}
    near = get_close_matches(given.lower(), list(words), n=1, cutoff=0.6)
    return words[near[0]] if near else ""
