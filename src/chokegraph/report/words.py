# SPDX-License-Identifier: Apache-2.0
"""Labels, units and phrases of the report, read from `words.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML

from chokegraph.report.numbers import Unit


@dataclass(frozen=True)
class Words:
    """The phrases of the report.

    Args:
        tables: The content of `words.yaml`.
    """

    tables: dict[str, Any]

    def unit(self, unit: str) -> Unit:
        """Return how a unit of the model is shown; an unlisted unit is shown as it is.

        Example:
            >>> load_words().unit("fraction").label, load_words().unit("wafers").label
            ('%', 'wafers')
        """
        entry = self.tables["units"].get(unit)
        if entry is None:
            return Unit(plain(unit))
        return Unit(
            str(entry["label"]), float(entry.get("factor", 1.0)), str(entry.get("change", ""))
        )

    def unit_key(self, outcome: str, unit: str) -> str:
        """Return the unit of an outcome, where the outcome says more than its unit.

        Example:
            >>> load_words().unit_key("price", "1"), load_words().unit_key("output", "1")
            ('price index', '1')
        """
        return str(self.tables["outcome_units"].get(outcome, unit))

    def empty(self, state: str) -> str:
        """Return the one phrase for an empty state.

        Example:
            >>> load_words().empty("value")
            'not known'
        """
        return str(self.tables["empty"][state])

    def label(self, table: str, key: str) -> str:
        """Return the label of a key in a table; a key without one is written in plain letters.

        Example:
            >>> load_words().label("stages", "cmp"), load_words().label("stages", "some-thing")
            ('Polishing', 'Some thing')
        """
        text = self.tables[table].get(key)
        return str(text) if text is not None else sentence(key)


@cache
def load_words() -> Words:
    """Read the phrases once.

    Returns:
        The phrases of the report.

    Example:
        >>> "limits" in load_words().tables
        True
    """
    text = files("chokegraph.report").joinpath("words.yaml").read_text(encoding="utf-8")
    return Words(dict(YAML(typ="safe").load(text)))


def plain(key: str) -> str:
    """Turn an id into words: hyphens and underscores become spaces.

    Example:
        >>> plain("over_compliance"), plain("wet-chemicals")
        ('over compliance', 'wet chemicals')
    """
    return key.replace("_", " ").replace("-", " ").strip()


def sentence(key: str) -> str:
    """Turn an id into words that begin with a capital.

    Example:
        >>> sentence("over_compliance")
        'Over compliance'
    """
    text = plain(key)
    return text[:1].upper() + text[1:]


def inside(name: str) -> str:
    """Write a name as it stands inside a sentence; names in capitals stay.

    Example:
        >>> inside("Advanced logic"), inside("DRAM"), inside("ArF scanners")
        ('advanced logic', 'DRAM', 'ArF scanners')
    """
    first = name.split(" ")[0].split("-")[0]
    return name[:1].lower() + name[1:] if first[1:].islower() or len(first) == 1 else name


def span(period: str) -> str:
    """Write a span of years in words.

    Example:
        >>> span("2024-2031"), span("2031")
        ('2024 to 2031', '2031')
    """
    first, dash, last = period.partition("-")
    return f"{first} to {last}" if dash and first.isdigit() and last.isdigit() else period


def listed(items: list[str] | tuple[str, ...], last: str = "and") -> str:
    """Join items as a sentence does.

    Example:
        >>> listed(["a", "b", "c"]), listed(["a"]), listed([])
        ('a, b and c', 'a', '')
    """
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"
