# SPDX-License-Identifier: Apache-2.0
"""Addresses of citations: the Code of Federal Regulations and the Federal Register."""

from __future__ import annotations

import re

_CODE = "https://www.ecfr.gov/current/title-{title}/"
_REGISTER = "https://www.federalregister.gov/citation/{volume}-FR-{page}"
_PATTERN = re.compile(
    r"(?P<title>\d+) CFR (?P<part>\d+)(?:\.(?P<section>\d+))?"
    r"|(?P<volume>\d+) FR (?P<page>\d+)"
)


def linked(cite: str) -> tuple[tuple[str, str], ...]:
    """Cut a citation into pieces, each with its address; "" for what has none.

    The code is shown as it stands today, which need not be how it stood then; the Federal Register
    has the change itself.

    Example:
        >>> linked("15 CFR 744.23(a)(3); 88 FR 73458")[0]
        ('15 CFR 744.23', 'https://www.ecfr.gov/current/title-15/section-744.23')
        >>> [text for text, _ in linked("15 CFR 744.23(a)(3); 88 FR 73458")]
        ['15 CFR 744.23', '(a)(3); ', '88 FR 73458']
        >>> linked("MOFCOM No. 46 of 2024")
        (('MOFCOM No. 46 of 2024', ''),)
    """
    pieces: list[tuple[str, str]] = []
    end = 0
    for found in _PATTERN.finditer(cite):
        if found.start() > end:
            pieces.append((cite[end : found.start()], ""))
        pieces.append((found.group(), _address(found)))
        end = found.end()
    if end < len(cite):
        pieces.append((cite[end:], ""))
    return tuple(pieces)


def _address(found: re.Match[str]) -> str:
    if found["volume"]:
        return _REGISTER.format(volume=found["volume"], page=found["page"])
    code = _CODE.format(title=found["title"])
    if found["section"]:
        return f"{code}section-{found['part']}.{found['section']}"
    return f"{code}part-{found['part']}"
