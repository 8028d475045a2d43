# SPDX-License-Identifier: Apache-2.0
"""A YAML file with the line and column of everything in it, for findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from chokegraph.errors import Finding, FindingsError

MOST_BYTES = 1_000_000
Where = tuple[str | int, ...]


@dataclass(frozen=True)
class YamlFile:
    """What a file says, as plain values, and where.

    Args:
        file: Its name as the user knows it.
        data: Its values.
        places: Line and column of each value, by path; keys are under (path, "key").
    """

    file: str
    data: dict[str, Any]
    places: dict[tuple[Where, str], tuple[int, int]]

    def finding(self, path: Where, message: str, fix: str = "", *, key: bool = False) -> Finding:
        """Return a finding at a path, or at the nearest place above it."""
        kind = "key" if key else "value"
        while path and (path, kind) not in self.places:
            path, kind = path[:-1], "value"
        line, column = self.places.get((path, kind), (1, 1))
        return Finding(message, fix=fix, file=self.file, line=line, column=column)


def read_yaml(path: str | Path) -> YamlFile:
    """Read a file.

    Raises:
        FindingsError: If it is missing, too large, not UTF-8, not YAML or not a mapping.
    """
    file, name = Path(path), str(path)
    if not file.is_file():
        _stop(name, "no such file", "check the path; examples are in examples/designs")
    if file.stat().st_size > MOST_BYTES:
        _stop(name, "the file is larger than a megabyte", "a design is a page of YAML")
    try:
        return parse_yaml(file.read_bytes().decode("utf-8-sig"), name)
    except UnicodeDecodeError as error:
        _stop(name, f"not UTF-8 text (byte {error.start})", "save the file as UTF-8")


def parse_yaml(text: str, file: str = "design") -> YamlFile:
    r"""Read a text; see `read_yaml`.

    Example:
        >>> parse_yaml("a:\n  - b: 1\n").finding(("a", 0, "b"), "no").line
        2
    """
    try:
        tree = YAML(typ="rt", pure=True).load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = " ".join(str(part) for part in (error.context, error.problem) if part)
        finding = Finding(
            f"not valid YAML: {reason}",
            fix="check indentation, quotes and repeated keys near this line",
            file=file,
            line=mark.line + 1 if mark else None,
            column=mark.column + 1 if mark else None,
        )
        raise FindingsError([finding], title=f"design {file}") from None
    except TypeError:
        # The parser cannot tell where: it fails when it looks the key up.
        _stop(
            file, "a mapping or a list stands as a key", "keys are words: look for `? ` in the file"
        )
    except (YAMLError, ValueError, RecursionError) as error:
        _stop(file, f"not valid YAML: {str(error) or type(error).__name__}", "compare an example")
    if not isinstance(tree, Mapping):
        _stop(file, "the file is not a mapping of keys to values", "start with `name:`")
    places: dict[tuple[Where, str], tuple[int, int]] = {}
    _walk(tree, (), places)
    return YamlFile(file, _plain(tree), places)


def _stop(file: str, message: str, fix: str) -> NoReturn:
    raise FindingsError([Finding(message, fix=fix, file=file)], title=f"design {file}")


def _walk(node: Any, path: Where, places: dict[tuple[Where, str], tuple[int, int]]) -> None:  # noqa: ANN401
    if isinstance(node, Mapping):
        for key, value in node.items():
            here = (*path, str(key))
            spot = node.lc.data.get(key) if hasattr(node, "lc") and node.lc.data else None
            if spot:
                places[here, "key"] = (spot[0] + 1, spot[1] + 1)
                places[here, "value"] = (spot[2] + 1, spot[3] + 1)
            _walk(value, here, places)
    elif isinstance(node, list):
        for at, value in enumerate(node):
            spot = node.lc.data.get(at) if hasattr(node, "lc") and node.lc.data else None
            if spot:
                places[(*path, at), "value"] = (spot[0] + 1, spot[1] + 1)
            _walk(value, (*path, at), places)


def _plain(node: Any) -> Any:  # noqa: ANN401 - any YAML value
    if isinstance(node, Mapping):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    if isinstance(node, bool) or node is None:
        return node
    for kind in (int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return str(node)
