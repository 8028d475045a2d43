# SPDX-License-Identifier: Apache-2.0
"""Case files: shipments with the answer that the law gives, one a line, as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from chokegraph.errors import Finding, FindingsError, Severity, errors_only
from chokegraph.rules.case_keys import (
    LABELS,
    RENAMED,
    TEXTS,
    UnknownCode,
    WrongValue,
    codes_in,
    node_of,
    place_in,
    read_object,
    read_text_key,
    read_value,
    review_in,
)
from chokegraph.rules.completing import completed
from chokegraph.rules.conditions import suggestion
from chokegraph.rules.known_items import designers
from chokegraph.rules.model import Law
from chokegraph.rules.values import NOT_APPLICABLE, Value

JSON_COLUMNS = ("item_parameters", "production", "facts")
COLUMNS = (
    "id", "as_of", "item_eccn", "item_parameters", "origin", "us_content_pct", "production",
    "exporter", "destination", "end_user", "end_use", "expected_subject", "expected_hook",
    "expected_licence_required", "expected_reason", "citation", "certainty", "note", "facts",
)  # fmt: skip
OPTIONAL = ("exporter", "end_user", "end_use", "citation", "note", "facts")
CERTAINTIES = ("certain", "likely", "to_be_checked")
SUBJECTS = ("yes", "no", "unknown", "n/a", "")
LICENCES = ("yes", "no", "exception", "unknown")
REGIMES = ("us", "nl", "jp", "cn")


@dataclass(frozen=True, kw_only=True)
class Case:
    """One shipment, and what the law is expected to say of it.

    Args:
        id: Its name.
        line: Where its row begins in the file.
        as_of: The day of the shipment.
        regime: Whose law is asked: us, nl, jp or cn.
        row: The facts, those that the file does not mention filled in.
        subject: Expected: "yes", "no", "unknown"; "" if not compared.
        hooks: Expected codes; ("NONE",) for none at all; () if not compared.
        licence: Expected: "yes", "no", "exception" or "unknown".
        reasons: Expected codes of reasons, exceptions or outcomes, as `hooks`.
        policy: Expected review policy, or "".
        certainty: certain, likely or to_be_checked.
        citation: Where the expectation comes from.
        note: Anything else.
        title: What it is about, in a line.
    """

    id: str
    line: int
    as_of: date
    regime: str
    row: Mapping[str, Value]
    subject: str
    hooks: tuple[str, ...]
    licence: str
    reasons: tuple[str, ...]
    policy: str
    certainty: str
    citation: str
    note: str
    title: str


def read_cases(file: Path, law: Law) -> tuple[tuple[Case, ...], tuple[Finding, ...]]:
    """Read a case file.

    Args:
        file: A CSV file with the columns of `COLUMNS`.
        law: Where the facts are defined.

    Returns:
        The cases, and warnings about keys that mean nothing to the law.

    Raises:
        FindingsError: If the file or a row is broken, with everything that is wrong.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        finding = Finding(f"cannot be read: {reason}", "give a CSV file", file=str(file))
        raise FindingsError([finding], title="cases") from None
    return parse_cases(text, law, file=str(file))


def parse_cases(
    text: str, law: Law, *, file: str = "cases.csv"
) -> tuple[tuple[Case, ...], tuple[Finding, ...]]:
    """Read the text of a case file; see `read_cases`."""
    reader = _Reader(file, law)
    cases = reader.read(text)
    if errors_only(reader.findings):
        raise FindingsError(reader.findings, title="cases")
    return tuple(cases), tuple(reader.findings)


class _Reader:
    def __init__(self, file: str, law: Law) -> None:
        self.file = file
        self.law = law
        self.findings: list[Finding] = []
        self.line = 1
        self.seen: dict[str, int] = {}

    def complain(
        self, column: str | None, message: str, fix: str, severity: Severity = "error"
    ) -> None:
        self.findings.append(Finding(message, fix, self.file, self.line, column, severity))

    def read(self, text: str) -> list[Case]:
        cases: list[Case] = []
        lines = csv.reader(io.StringIO(text, newline=""), strict=True)
        try:
            header = [name.strip() for name in next(lines, [])]
            if not self._header(header):
                return []
            ended = lines.line_num
            for cells in lines:
                self.line, ended = ended + 1, lines.line_num
                if cells:
                    case = self._row(header, cells)
                    cases += [case] if case is not None else []
        except csv.Error as error:
            self.line = max(lines.line_num, 1)
            self.complain(None, f"not CSV: {error}", "look at the quotation marks")
        if not cases and not self.findings:
            self.complain(None, "there are no cases", "add a row below the header")
        return cases

    def _header(self, header: list[str]) -> bool:
        needed = [name for name in COLUMNS if name not in OPTIONAL]
        for name in needed:
            if name not in header:
                others = [other for other in header if other not in COLUMNS]
                like = suggestion(name, others).replace("did you mean", "is it").replace("?", "")
                fix = f"{like}?" if like else "add it"
                self.complain(None, f"there is no column '{name}'", fix)
        for name in header:
            if name not in COLUMNS:
                fix = suggestion(name, COLUMNS) or f"the columns are {', '.join(COLUMNS)}"
                self.complain(name, f"column '{name}' is not read", fix, "warning")
        for name in sorted({name for name in header if header.count(name) > 1}):
            self.complain(name, f"column '{name}' is there twice", "keep one")
        return not errors_only(self.findings)

    def _row(self, header: list[str], cells: list[str]) -> Case | None:
        before = len(errors_only(self.findings))
        if len(cells) != len(header):
            message = f"{len(cells)} cells, but the header has {len(header)}"
            self.complain(None, message, "quote cells that hold a comma")
            return None
        cell = dict.fromkeys(OPTIONAL, "")
        cell |= {name: text.strip() for name, text in zip(header, cells, strict=True)}
        given = self._facts(cell)
        as_of = self._date(cell["as_of"])
        name = cell["id"]
        if not name:
            self.complain("id", "the row has no id", "give it one")
        elif name in self.seen:
            self.complain("id", f"'{name}' is there already, in line {self.seen[name]}", "rename")
        self.seen.setdefault(name, self.line)
        subject = self._one_of("expected_subject", cell, SUBJECTS)
        licence = self._one_of("expected_licence_required", cell, LICENCES)
        certainty = self._one_of("certainty", cell, CERTAINTIES)
        regime = str(given.get("regime_item") or "us").lower()
        if regime not in REGIMES:
            message = f"there is no law of '{regime.upper()}'"
            self.complain("item_parameters", message, "use US, NL, JP or CN")
        if len(errors_only(self.findings)) > before or as_of is None:
            return None
        label = read_object(cell["item_parameters"])
        titles = (label.get(key) for key in ("name", "kind", "activity"))
        title = next(filter(None, titles), cell["end_user"])
        return Case(
            id=name, line=self.line, as_of=as_of, regime=regime, row=completed(given, self.law),
            subject="" if subject == "n/a" else subject, hooks=codes_in(cell["expected_hook"]),
            licence=licence, reasons=codes_in(cell["expected_reason"]),
            policy=review_in(cell["note"]),
            certainty=certainty, citation=cell["citation"], note=cell["note"],
            title=f"{cell['item_eccn']} {title}, to {cell['destination']}",
        )  # fmt: skip

    def _one_of(self, column: str, cell: Mapping[str, str], allowed: tuple[str, ...]) -> str:
        text = cell[column].lower()
        if text not in allowed:
            fix = suggestion(text, allowed) or f"use one of {', '.join(filter(None, allowed))}"
            self.complain(column, f"'{cell[column]}' is not a value of this column", fix)
        return text

    def _date(self, text: str) -> date | None:
        try:
            day = date.fromisoformat(text)
            if why := self.law.too_early(day):
                self.complain("as_of", why, "leave the row out")
            return day
        except ValueError:
            self.complain("as_of", f"'{text}' is not a date", "write YYYY-MM-DD")
            return None

    def _facts(self, cell: Mapping[str, str]) -> dict[str, Value]:
        given: dict[str, Value] = {}
        for column in JSON_COLUMNS:
            data = self._json(column, cell[column])
            for key, value in data.items():
                self._key(column, key, value, given)
            if "transistors_bn" in data:
                # Such a row is about the foundry presumption; the layout has no keys for these.
                node = node_of(str(data.get("kind", "")))
                for fact, value in (("exporter_is_fab_or_osat", True), ("node_nm", node)):
                    if fact not in given and value is not None:
                        self._take(column, fact, value, given)
        plain = {"item_eccn": "eccn", "origin": "origin", "destination": "destination"}
        for column, fact in plain.items():
            if cell[column]:
                self._take(column, fact, cell[column], given)
        self._content(cell["us_content_pct"], given)
        self._consequences(given)
        place = place_in(cell["exporter"])
        if place:
            given.setdefault("exporter_country", place)
        return given

    def _json(self, column: str, text: str) -> dict[str, Any]:
        try:
            return read_object(text)
        except WrongValue as error:
            self.complain(column, str(error), 'write {"key": value, ...}, with "" doubled in CSV')
            return {}

    def _key(self, column: str, key: str, value: object, given: dict[str, Value]) -> None:
        if key in LABELS or (value is None and key in TEXTS):
            return
        if key in TEXTS:
            try:
                data = read_text_key(key, value, designers())
            except WrongValue as error:
                self.complain(column, f"{key}: {error}", "")
                return
            for fact, each in data.items():
                self._take(column, fact, each, given)
            return
        self._take(column, RENAMED.get(key, key), value, given, key=key)

    def _take(
        self, column: str, fact: str, value: object, given: dict[str, Value], *, key: str = ""
    ) -> None:
        definition = self.law.facts.get(fact)
        if definition is None:
            if key:
                known = [*self.law.facts, *RENAMED, *TEXTS, *LABELS]
                message = f"key '{key}' means nothing to the law and is not used"
                self.complain(column, message, suggestion(key, known), "warning")
            return
        try:
            given[fact] = read_value(definition, value)
        except UnknownCode as error:
            given[fact] = None
            self.complain(column, str(error), "it is taken as unknown", "warning")
        except WrongValue as error:
            self.complain(column, f"{key or fact}: {error}", "")

    def _content(self, text: str, given: dict[str, Value]) -> None:
        """A blank share of US content is "not relevant" in a case file."""
        try:
            given["us_content_pct"] = float(text) if text else NOT_APPLICABLE
        except ValueError:
            self.complain(
                "us_content_pct", f"'{text}' is not a number", "write per cent, or leave it"
            )

    @staticmethod
    def _consequences(given: dict[str, Value]) -> None:
        """Fill in what follows from the layout where the file does not say otherwise."""
        places = {given.get("destination"), given.get("known_final_destination")}
        countries = frozenset(place for place in places if isinstance(place, str))
        given.setdefault("party_countries", countries)
        if any(key.startswith("supercomputer_") for key in given):
            final = given.get("known_final_destination") or given.get("destination")
            given.setdefault("supercomputer_country", given.get("facility_country") or final)
