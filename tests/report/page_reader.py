# SPDX-License-Identifier: Apache-2.0
"""Read a report as a reader does: its visible text, its links, its parts, its faults."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "hr", "img", "input"}
IMPLIED_END = {"td": ("td", "th"), "th": ("td", "th"), "tr": ("tr",), "tbody": ("tbody",)}
"""HTML lets these end tags be left out; the long tables of evidence do."""

SILENT = {"script", "style", "pre", "code", "cite"}
"""Not the report's own words: programs, commands, places in sources as their authors name them."""


@dataclass
class Part:
    """One element: its name, attributes and the text inside it."""

    name: str
    attributes: dict[str, str]
    text: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())


class PageReader(HTMLParser):
    """Collect elements with their text, and the visible text of the page."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[Part] = []
        self.visible: list[str] = []
        self._open: list[Part] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        for ended in IMPLIED_END.get(tag, ()):
            self._end_within_table(ended)
        part = Part(tag, {key: value or "" for key, value in attrs})
        self.parts.append(part)
        if tag not in VOID:
            self._open.append(part)

    def handle_startendtag(self, tag, attrs):
        self.parts.append(Part(tag, {key: value or "" for key, value in attrs}))

    def handle_endtag(self, tag):
        names = [part.name for part in self._open]
        if tag in names:
            del self._open[len(names) - 1 - names[::-1].index(tag) :]

    def _end_within_table(self, tag):
        """End an open cell or row; those of a table further out stay open."""
        names = [part.name for part in self._open]
        start = len(names) - names[::-1].index("table") if "table" in names else len(names)
        if tag in names[start:]:
            del self._open[start + names[start:].index(tag) :]

    def handle_data(self, data):
        for part in self._open:
            part.text.append(data)
        if not SILENT & {part.name for part in self._open}:
            self.visible.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.visible).split())

    def all(self, name: str, **attributes: str) -> list[Part]:
        return [
            part
            for part in self.parts
            if part.name == name
            and all(part.attributes.get(k.rstrip("_")) == v for k, v in attributes.items())
        ]

    def by_class(self, css: str) -> list[Part]:
        return [part for part in self.parts if css in part.attributes.get("class", "").split()]


def lint(text: str) -> list[str]:
    """Words that no reader should meet: raw ids, missing values as a program prints them."""
    slugs = re.findall(r"\b[a-z0-9]+_[a-z0-9_]+\b", text)
    broken = re.findall(r"(?i)\b(?:nan|undefined|null|inf)\b", text)
    broken += re.findall(r"\bNone\b(?! (?!to\b)[a-z])", text)  # "none" is plain English
    return slugs + broken
