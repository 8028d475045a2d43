# SPDX-License-Identifier: Apache-2.0
"""A block of designs with the figures of its choices looked up: the ground of an evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from chokegraph.chip.arrays import NONE, Designs, Dies, values
from chokegraph.chip.lazy import lazy
from chokegraph.chip.wafer import Floats
from chokegraph.chip.yields import Model

Index = tuple[slice, ...]


class Gathered:
    """Part of an evaluation that fits the cache. Quantities are computed when asked for.

    A single number stays a plain float, though it is annotated as an array: it broadcasts as one.

    Args:
        designs: All designs.
        shape: Their shape, behind that of the draws if there are any.
        index: The part of that shape that is evaluated.
        tables: Tables by code for these draws; see `prepared`.
        settings: Settings for these draws.
        model: The yield model of dies.
        traits: What occurs in any of the designs; see `traits_of`.
    """

    def __init__(
        self,
        designs: Designs,
        shape: tuple[int, ...],
        index: Index,
        tables: Mapping[str, Floats],
        settings: Mapping[str, Floats],
        model: Model,
        traits: frozenset[str],
    ) -> None:
        self._axes = len(designs.shape)
        self._index = index[len(index) - self._axes :]
        self._designs = designs
        self._tables = tables
        self._model: Model = model
        self._traits = traits
        self._settings: dict[str, Any] = {
            name: value.reshape(-1, *(1,) * self._axes) if value.ndim else float(value)
            for name, value in settings.items()
        }
        self.shape = tuple(
            len(range(*part.indices(size))) for part, size in zip(index, shape, strict=True)
        )

    def setting(self, name: str) -> Floats:
        """Return a setting: a number, or [draw, 1, ...]."""
        found: Floats = self._settings[name]
        return found

    def design(self, name: str) -> Floats:
        """Return a field of the designs in this block."""
        return self._cut(getattr(self._designs, name))

    def die(self, kind: int, name: str) -> Floats:
        """Return a field of a kind of die in this block."""
        return self._cut(getattr(self._designs.dies[kind], name))

    def by_package(self, name: str) -> Floats:
        """Look up a table by package."""
        return self._look_up(name, self._package)

    def by_memory(self, name: str) -> Floats:
        """Look up a table by memory."""
        return self._look_up(name, self._memory)

    def by_node(self, kind: int, name: str) -> Floats:
        """Look up a table by the node of a kind of die."""
        return self._look_up(name, self._nodes[kind])

    def has(self, trait: str) -> bool:
        """Say whether something occurs in any of the designs."""
        return trait in self._traits

    @property
    def kinds(self) -> range:
        """The kinds of dies."""
        return range(len(self._designs.dies))

    @lazy
    def misfit(self) -> Floats:
        """Infinite where the package cannot carry the memory."""
        table = self._tables["misfit"]
        memories = self._tables["memory_bandwidth"].shape[-1]
        found: Floats = table.take(self._package * memories + self._memory, mode="clip")
        return found

    @lazy
    def _package(self) -> Any:  # noqa: ANN401 - codes
        return self._codes(self._designs.package)

    @lazy
    def _memory(self) -> Any:  # noqa: ANN401 - codes
        return self._codes(self._designs.memory) - NONE  # The tables begin with "no memory".

    @lazy
    def _nodes(self) -> list[Any]:
        variants = self._tables["price"].shape[-1] // 2
        found = []
        for one in self._designs.dies:
            codes = self._codes(one.node)
            if one.euv is not True:
                codes = codes + variants * (np.asarray(self._padded(one.euv)) == 0)
            found.append(codes)
        return found

    def _codes(self, codes: Any) -> Any:  # noqa: ANN401 - codes
        return self._padded(np.asarray(codes, np.intp))

    def _padded(self, value: Any) -> Any:  # noqa: ANN401 - an array
        """With as many axes as the designs, so that an axis of draws stands in front."""
        value = np.asarray(self._cut(value))
        return value.reshape((1,) * (self._axes - value.ndim) + value.shape)

    def _cut(self, value: Any) -> Floats:  # noqa: ANN401 - a number or an array
        axes = np.ndim(value)
        if axes == 0:
            return value  # type: ignore[no-any-return]
        part = self._index[self._axes - axes :]
        return value[  # type: ignore[no-any-return]
            tuple(
                one if size > 1 else slice(None)
                for one, size in zip(part, value.shape, strict=True)
            )
        ]

    def _look_up(self, name: str, codes: Any) -> Floats:  # noqa: ANN401 - codes
        found: Floats = self._tables[name].take(codes, axis=-1, mode="clip")
        return found


def traits_of(designs: Designs, tables: Mapping[str, Floats]) -> frozenset[str]:
    """Return what occurs in the designs; the evaluation leaves out what does not.

    `stacked`, `by_wafer`, `on_logic`: some package or memory is so. `memory`: some design has one.
    `harvest`: some dies are sold with bad units.
    """

    def any_of(table: str, codes: Any) -> bool:  # noqa: ANN401 - codes
        used = np.bincount(np.ravel(codes), minlength=tables[table].shape[-1]) > 0
        return bool((tables[table] * used).any())

    found = set()
    for trait in ("stacked", "by_wafer"):
        if any_of(f"package_{trait}", designs.package):
            found.add(trait)
    if any_of("memory_on_logic", np.asarray(designs.memory) - NONE):
        found.add("on_logic")
    if np.any(np.asarray(designs.memory) != NONE) and np.any(np.asarray(designs.stacks) != 0):
        found.add("memory")
    if any(np.any(np.asarray(one.spare) > 0) for one in designs.dies):
        found.add("harvest")
    return frozenset(found)


def check(designs: Designs, tables: Mapping[str, Floats]) -> None:
    """Refuse codes that do not exist, and numbers that no design can have.

    Raises:
        ValueError: With the first thing that is wrong.
    """
    nodes = tables["price"].shape[-1] // 2
    packages = tables["area_factor"].shape[-1]
    memories = tables["memory_bandwidth"].shape[-1] - 1
    for one in designs.dies:
        _within("node", one.node, 0, nodes - 1)
        _positive("die areas must be above zero mm2", one)
    _within("package", designs.package, 0, packages - 1)
    _within("memory", designs.memory, -1, memories - 1)
    if not np.all(np.asarray(designs.volume) > 0):
        message = "a volume must be above zero units"
        raise ValueError(message)


def _within(word: str, codes: Any, least: int, most: int) -> None:  # noqa: ANN401 - codes
    codes = np.asarray(codes)
    if codes.size and (codes.min() < least or codes.max() > most):
        message = f"a {word} code is not between {least} and {most}"
        raise ValueError(message)


def _positive(message: str, one: Dies) -> None:
    if not np.all((np.asarray(one.area) > 0) | (np.asarray(one.count) == 0)):
        raise ValueError(message)


def numbers(designs: Designs) -> Designs:
    """Return designs whose fields are floats or arrays of floats, codes apart."""

    def plain(name: str, value: Any) -> Any:  # noqa: ANN401 - a number or an array
        if name in ("node", "package", "memory"):
            return np.asarray(value, np.intp) if np.ndim(value) else value
        if np.ndim(value) == 0:
            return value if value is True else float(value)
        return np.asarray(value, float)

    dies = tuple(
        Dies(**{name: plain(name, value) for name, value in values(one).items()})
        for one in designs.dies
    )
    parts = {name: plain(name, value) for name, value in values(designs).items()}
    return Designs(dies=dies, **parts)
