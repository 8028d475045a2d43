# SPDX-License-Identifier: Apache-2.0
"""A YAML file with the line and column of everything in it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, ReusedAnchorWarning, YAMLError

from chokegraph.errors import Finding, FindingsError

_MOST_BYTES = 1_000_000
_MOST_NODES = 50_000

Place = tuple[int | None, int | None]
Path_ = tuple[str | int, ...]


class _TextDates(RoundTripConstructor):
    """Leaves dates as text, so that a wrong one is reported with the rest."""


_TextDates.add_constructor(
    "tag:yaml.org,2002:timestamp", lambda _constructor, node: str(node.value)
)


@dataclass(frozen=True)
class Document:
    """What a YAML file says, as plain Python values, and where it says it.

    Args:
        file: The file's name as the user knows it.
        text: The file's text.
        data: The values, as dictionaries, lists, texts, numbers.
        places: Line and column (counted from 1) of each value and of each key, by path.
    """

    file: str
    text: str
    data: dict[str, Any]
    places: dict[Path_, Place]
    key_places: dict[Path_, Place]

    def finding(self, path: Path_, message: str, fix: str = "", *, key: bool = False) -> Finding:
        """Return a finding at this path, or at the nearest known place above it."""
        line, column = self.place(path, key=key)
        return Finding(message=message, fix=fix, file=self.file, line=line, column=column)

    def place(self, path: Path_, *, key: bool = False) -> Place:
        """Return line and column of the value (or the key) at this path or the nearest above."""
        first = self.key_places if key else self.places
        if path in first:
            return first[path]
        while path:
            if path in self.places:
                return self.places[path]
            path = path[:-1]
        return self.places.get((), (None, None))


def read_document(path: str | Path) -> Document:
    """Read a YAML file.

    Args:
        path: The file.

    Returns:
        Its values and their places.

    Raises:
        FindingsError: If it is missing, too large, not UTF-8, not YAML or not a mapping.
    """
    file = Path(path)
    name = str(path)
    if not file.is_file():
        message = "no such file" if not file.exists() else "not a file"
        _stop(name, message, "check the path; ready scenarios are in examples/scenarios")
    if file.stat().st_size > _MOST_BYTES:
        _stop(name, "the file is larger than a megabyte", "a scenario is a page or two of YAML")
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _stop(name, f"not UTF-8 text (byte {error.start})", "save the file as UTF-8")
    return parse_document(text, name)


def parse_document(text: str, file: str = "scenario") -> Document:
    r"""Parse YAML text; see `read_document`.

    Example:
        >>> document = parse_document("a:\n  - b: 1\n")
        >>> document.data, document.place(("a", 0, "b"))
        ({'a': [{'b': 1}]}, (2, 8))
    """
    try:
        reader = YAML(typ="rt", pure=True)
        reader.Constructor = _TextDates
        with warnings.catch_warnings():
            # An anchor given twice makes an alias mean what its reader does not expect.
            warnings.simplefilter("error", ReusedAnchorWarning)
            tree = reader.load(text)
    except ReusedAnchorWarning as error:
        name = str(error).split("'")[1]
        message = f"the anchor &{name} is given twice"
        _stop(file, message, "give each its own name")
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
        reason = " ".join(str(part) for part in (error.context, error.problem) if part)
        finding = Finding(
            f"not valid YAML: {reason}",
            fix="check indentation, quotes and repeated keys near this line",
            file=file,
            line=line,
            column=column,
        )
        raise FindingsError([finding], title=f"scenario {file}") from None
    except TypeError:
        # The parser cannot tell where: it fails when it looks the key up.
        _stop(
            file, "a mapping or a list stands as a key", "keys are words: look for `? ` in the file"
        )
    except (YAMLError, ValueError, RecursionError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        _stop(file, f"not valid YAML: {first}", "compare with the files in examples/scenarios")
    if not isinstance(tree, Mapping):
        kind = "empty" if tree is None else f"a {_kind(tree)}"
        _stop(
            file, f"the file is {kind}, not a mapping of keys to values", "start with `schema: 1`"
        )
    places: dict[Path_, Place] = {(): (1, 1)}
    keys: dict[Path_, Place] = {}
    for count, (path, holder) in enumerate(_walk(tree)):
        if count > _MOST_NODES:
            _stop(file, "the file unfolds to too many values", "do not nest YAML anchors")
        places[path], keys[path] = _place(*holder)
    return Document(file=file, text=text, data=_plain(tree), places=places, key_places=keys)


def _stop(file: str, message: str, fix: str) -> NoReturn:
    raise FindingsError([Finding(message, fix=fix, file=file)], title=f"scenario {file}")


def _kind(value: object) -> str:
    return "list" if isinstance(value, Sequence) and not isinstance(value, str) else "single value"


def _walk(node: Any, path: Path_ = ()) -> Iterator[tuple[Path_, tuple[Any, Any]]]:  # noqa: ANN401
    items: Any = ()
    if isinstance(node, Mapping):
        items = node.items()
    elif isinstance(node, list):
        items = enumerate(node)
    for key, value in items:
        here = (*path, key if isinstance(key, int) and isinstance(node, list) else str(key))
        yield here, (node, key)
        yield from _walk(value, here)


def _place(node: Any, key: Any) -> tuple[Place, Place]:  # noqa: ANN401 - any YAML
    try:
        if isinstance(node, Mapping):
            key_line, key_column, line, column = node.lc.data[key][:4]  # type: ignore[attr-defined]
            return (line + 1, column + 1), (key_line + 1, key_column + 1)
        line, column = node.lc.data[key][:2]
        return (line + 1, column + 1), (line + 1, column + 1)
    except (AttributeError, KeyError, TypeError):
        return (None, None), (None, None)


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
    return node
