# SPDX-License-Identifier: Apache-2.0
"""Where things stand in a YAML file: read only when there is something to report."""

from __future__ import annotations

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

PlacePath = tuple[str | int, ...]


class Places:
    r"""Lines and columns of a YAML file, by the path of keys and positions to each value.

    Args:
        text: The file's text; it must be valid YAML.

    Example:
        >>> Places("rules:\n  - id: a\n").of(("rules", 0, "id"))
        (2, 5)
        >>> Places("rules:\n  - id: a\n").of(("rules", 0, "when"))
        (2, 5)
    """

    def __init__(self, text: str) -> None:
        self._places: dict[PlacePath, tuple[int, int]] = {}
        node = YAML().compose(text)
        if node is not None:
            self._add(node, (), (node.start_mark.line + 1, node.start_mark.column + 1))

    def _add(self, node: Node, path: PlacePath, place: tuple[int, int]) -> None:
        self._places[path] = place
        if isinstance(node, MappingNode):
            for key, value in node.value:
                mark = key.start_mark
                self._add(value, (*path, str(key.value)), (mark.line + 1, mark.column + 1))
        elif isinstance(node, SequenceNode):
            for position, value in enumerate(node.value):
                mark = value.start_mark
                self._add(value, (*path, position), (mark.line + 1, mark.column + 1))

    def of(self, path: PlacePath) -> tuple[int | None, int | None]:
        """Return line and column of the key or entry at a path, or of the nearest above it."""
        for length in range(len(path), -1, -1):
            if path[:length] in self._places:
                return self._places[path[:length]]
        return None, None
