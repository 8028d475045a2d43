# SPDX-License-Identifier: Apache-2.0
"""The compact protocol of Thrift, as far as the headers of a Parquet file need it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_I32, _I64, _BINARY, _LIST, _STRUCT = 5, 6, 8, 9, 12
_STOP = b"\x00"
_SHORT = 15
"""Steps between field numbers, and lengths of lists, below this fit in the first byte."""


@dataclass(frozen=True)
class Small:
    """A whole number of 32 bits; plain numbers have 64."""

    value: int


Field = int | Small | str | bytes | Sequence["Field"] | dict[int, "Field | None"]
"""A struct is a dictionary of its fields by number; those that are None are left out."""


def varint(number: int) -> bytes:
    r"""Return a number, not negative, in groups of seven bits.

    Example:
        >>> varint(300)
        b'\xac\x02'
    """
    parts = bytearray()
    while number > 0x7F:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    parts.append(number)
    return bytes(parts)


def zigzag(number: int) -> bytes:
    r"""Return a number of either sign as a varint.

    Example:
        >>> zigzag(-1), zigzag(1)
        (b'\x01', b'\x02')
    """
    return varint(2 * number if number >= 0 else -2 * number - 1)


def struct(fields: dict[int, Field | None]) -> bytes:
    r"""Return a struct in the compact protocol.

    Args:
        fields: The fields by number.

    Example:
        >>> struct({1: Small(3), 4: "ab", 5: [1]})
        b'\x15\x068\x02ab\x19\x16\x02\x00'
    """
    parts = []
    before = 0
    for number in sorted(fields):
        value = fields[number]
        if value is None:
            continue
        kind, step = _kind(value), number - before
        if step <= _SHORT:
            parts.append(bytes([step << 4 | kind]))
        else:
            parts.append(bytes([kind]) + zigzag(number))
        parts.append(_value(value))
        before = number
    return b"".join(parts) + _STOP


def _kind(value: Field) -> int:
    if isinstance(value, Small):
        return _I32
    if isinstance(value, int):
        return _I64
    if isinstance(value, (str, bytes)):
        return _BINARY
    return _STRUCT if isinstance(value, dict) else _LIST


def _value(value: Field) -> bytes:
    if isinstance(value, Small):
        return zigzag(value.value)
    if isinstance(value, int):
        return zigzag(value)
    if isinstance(value, str):
        value = value.encode()
    if isinstance(value, bytes):
        return varint(len(value)) + value
    if isinstance(value, dict):
        return struct(value)
    kind = _kind(value[0]) if value else _STRUCT
    size = len(value)
    head = bytes([size << 4 | kind]) if size < _SHORT else bytes([0xF0 | kind]) + varint(size)
    return head + b"".join(_value(each) for each in value)
