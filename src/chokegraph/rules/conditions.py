# SPDX-License-Identifier: Apache-2.0
"""From YAML to conditions: a reader that reports everything wrong, with its path."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from difflib import get_close_matches

from chokegraph.rules.language import (
    ALWAYS,
    COMPARISONS,
    All,
    Condition,
    Either,
    Item,
    Met,
    MetCode,
    Not,
    OnlyHooks,
    Operand,
    Operator,
    Reference,
    Sure,
    Test,
)
from chokegraph.rules.model import FactDefinition
from chokegraph.rules.places import PlacePath

Complain = Callable[[PlacePath, str, str], None]
"""Called with the path, what is wrong, and what to do."""

_SHAPES = ("all", "any", "not", "sure", "met", "met_code", "only_hooks", "item", "always")
_OPERATORS: dict[str, tuple[Operator, ...]] = {
    "flag": ("is", "known"),
    "number": (*COMPARISONS, "known"),
    "date": (*COMPARISONS, "known"),
    **dict.fromkeys(("code", "country", "eccn"), ("in", "not_in", "known")),
    **dict.fromkeys(("codes", "countries", "eccns"), ("has", "has_none", "known")),
}


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return "did you mean ...?" for a word, or "" if nothing is like it.

    Example:
        >>> suggestion("tp", ["tpp", "origin"])
        'did you mean tpp?'
    """
    found = get_close_matches(word, list(known), n=1)
    return f"did you mean {found[0]}?" if found else ""


class ConditionReader:
    """Reads conditions against the facts that exist.

    Args:
        facts: Definitions by id.
        complain: Called for everything that is wrong.
    """

    def __init__(self, facts: Mapping[str, FactDefinition], complain: Complain) -> None:
        self.facts = facts
        self.complain = complain

    def read(self, data: object, path: PlacePath) -> Condition:
        """Return the condition; something wrong is complained about and reads as "always"."""
        if not isinstance(data, dict) or not data:
            self.complain(path, f"a condition must be a mapping, not {data!r}", "see the law book")
            return ALWAYS
        shapes = [key for key in data if key in _SHAPES]
        if shapes and len(data) > 1:
            self.complain(
                path,
                f"'{shapes[0]}' stands beside other keys in one condition",
                "put the parts into a list under 'all'",
            )
            return ALWAYS
        if shapes:
            return self._shape(shapes[0], data[shapes[0]], (*path, shapes[0]))
        tests = [
            test for fact, asked in data.items() for test in self._tests(str(fact), asked, path)
        ]
        return tests[0] if len(tests) == 1 else All(tuple(tests))

    def _shape(self, shape: str, data: object, path: PlacePath) -> Condition:
        match shape:
            case "all" | "any":
                if not isinstance(data, list):
                    self.complain(path, f"'{shape}' needs a list of conditions", "write a list")
                    return ALWAYS
                parts = tuple(self.read(part, (*path, n)) for n, part in enumerate(data))
                return All(parts) if shape == "all" else Either(parts)
            case "not":
                return Not(self.read(data, path))
            case "sure":
                return Sure(self.read(data, path))
            case "met":
                if not isinstance(data, str):
                    self.complain(path, f"'met' needs a rule's id, not {data!r}", "give one id")
                    return ALWAYS
                return Met(data)
            case "always":
                if data is not True:
                    self.complain(path, "'always' can only be true", "write always: true")
                return ALWAYS
            case "met_code":
                return MetCode(self._names(data, path))
            case "only_hooks":
                return OnlyHooks(self._names(data, path))
            case _:
                return Item(self._names(data, path))

    def _names(self, data: object, path: PlacePath) -> tuple[str, ...]:
        names = data if isinstance(data, list) else [data]
        for name in names:
            if not isinstance(name, str):
                self.complain(path, f"{name!r} is not a text", "put it in quotes")
        return tuple(str(name) for name in names)

    def _tests(self, fact: str, asked: object, path: PlacePath) -> list[Test]:
        here = (*path, fact)
        definition = self.facts.get(fact)
        if definition is None:
            fix = suggestion(fact, [*self.facts, *_SHAPES])
            self.complain(here, f"there is no fact '{fact}'", fix or "define it under 'facts'")
            return []
        if isinstance(asked, bool) and definition.type == "flag":
            return [Test(fact, "is", asked)]
        if isinstance(asked, (str, list)) and definition.kind:
            operator: Operator = "has" if definition.is_set else "in"
            return [Test(fact, operator, self._names(asked, here))]
        if not isinstance(asked, dict) or not asked:
            allowed = ", ".join(_OPERATORS[definition.type])
            self.complain(
                here,
                f"{asked!r} cannot be asked of '{fact}', which is a {definition.type}",
                f"write a mapping with one of: {allowed}",
            )
            return []
        return [
            test
            for key, operand in asked.items()
            if (test := self._test(definition, str(key), operand, here)) is not None
        ]

    def _test(
        self, fact: FactDefinition, key: str, operand: object, path: PlacePath
    ) -> Test | None:
        here = (*path, key)
        allowed = _OPERATORS[fact.type]
        if key not in allowed:
            self.complain(
                here,
                f"'{key}' cannot be asked of '{fact.id}', which is a {fact.type}",
                suggestion(key, allowed) or f"use one of: {', '.join(allowed)}",
            )
            return None
        read: Operand | None
        if key in ("known", "is"):
            read = operand if isinstance(operand, bool) else None
        elif key in COMPARISONS:
            read = self._bound(fact, operand)
        else:
            read = self._names(operand, here)
        if read is None:
            self.complain(here, f"{operand!r} does not fit '{key}' of '{fact.id}'", "")
            return None
        return Test(fact.id, key, read)

    @staticmethod
    def _bound(fact: FactDefinition, operand: object) -> Operand | None:
        if isinstance(operand, str) and operand.startswith("$"):
            return Reference(operand[1:])
        if fact.type == "date":
            return operand if isinstance(operand, date) else None
        if isinstance(operand, bool) or not isinstance(operand, (int, float)):
            return None
        return float(operand)
