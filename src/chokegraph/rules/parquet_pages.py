# SPDX-License-Identifier: Apache-2.0
"""The values of a column as the bytes of Parquet pages.

Encodings as in the format's own description (https://parquet.apache.org/docs/file-format/): plain
texts, codes of a dictionary in packed bits, whole numbers by their differences, and one bit a row
for blanks.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chokegraph.rules.thrift import varint, zigzag

_WIDTHS = (1, 2, 4, 8, 16)
"""Bits of a code that are used: those that fit evenly into bytes, or bytes that fit into them."""
_WIDEST = 32
_BYTE = 8
_LENGTH = 4
"""Bytes of the length before a plain text."""
_BLOCK, _PARTS = 128, 4
"""Differences of a block, and how many parts it has."""


def dictionary_page(words: list[str]) -> bytes:
    r"""Return texts one after the other, each behind its length.

    Example:
        >>> dictionary_page(["a", ""])
        b'\x01\x00\x00\x00a\x00\x00\x00\x00'
    """
    coded = [word.encode() for word in words]
    return b"".join(len(each).to_bytes(_LENGTH, "little") + each for each in coded)


def codes_page(codes: NDArray[Any], distinct: int) -> bytes:
    r"""Return codes of a dictionary.

    Args:
        codes: The codes.
        distinct: How many words the dictionary has.

    Example:
        >>> codes_page(np.array([0, 1, 1], dtype=np.uint8), 2)
        b'\x01\x03\x06'
        >>> codes_page(np.zeros(300, dtype=np.uint8), 1)
        b'\x01\xd8\x04\x00'
    """
    if distinct == 1:
        return b"\x01" + varint(codes.size << 1) + b"\x00"
    width = next((each for each in _WIDTHS if distinct <= 1 << each), _WIDEST)
    groups = -(-codes.size // _BYTE)
    return bytes([width]) + varint(groups << 1 | 1) + _packed(codes, width, groups * _BYTE)


def _packed(codes: NDArray[Any], width: int, room: int) -> bytes:
    codes = codes.astype(f"<u{max(1, width // _BYTE)}", copy=False)
    if codes.size < room:
        codes = np.concatenate([codes, np.zeros(room - codes.size, dtype=codes.dtype)])
    if width == 1:
        return np.packbits(codes, bitorder="little").tobytes()
    if width == 2:
        fours: NDArray[np.uint32] = np.ascontiguousarray(codes).view("<u4")
        codes = fours | fours >> 6 | fours >> 12 | fours >> 18
        return codes.astype("u1").tobytes()
    if width == 4:
        twos: NDArray[np.uint16] = np.ascontiguousarray(codes).view("<u2")
        codes = twos | twos >> 4
        return codes.astype("u1").tobytes()
    return codes.tobytes()


def differences_page(numbers: NDArray[np.int64]) -> bytes:
    r"""Return whole numbers by their differences: a few bytes where they go up evenly.

    Example:
        >>> differences_page(np.arange(5, 8))
        b'\x80\x01\x04\x03\n\x02\x00\x00\x00\x00'
    """
    head = varint(_BLOCK) + varint(_PARTS) + varint(numbers.size)
    if not numbers.size:
        return head + zigzag(0)
    head += zigzag(int(numbers[0]))
    steps = np.diff(numbers)
    if not steps.size:
        return head
    least = int(steps.min())
    above = steps - least
    most = int(above.max())
    width = next(each for each in (0, 8, 16, 32, 64) if most < 1 << each)
    parts = -(-steps.size // (_BLOCK // _PARTS))
    blocks = -(-parts // _PARTS)
    start = zigzag(least) + bytes([width]) * _PARTS
    bytes_each = width // _BYTE * _BLOCK
    table = np.zeros((blocks, len(start) + bytes_each), dtype="u1")
    table[:, : len(start)] = np.frombuffer(start, dtype="u1")
    if width:
        padded = np.zeros(blocks * _BLOCK, dtype=f"<u{width // _BYTE}")
        padded[: steps.size] = above
        table[:, len(start) :] = padded.view("u1").reshape(blocks, bytes_each)
    spare = (blocks * _PARTS - parts) * bytes_each // _PARTS
    return head + table.tobytes()[: table.size - spare]


def texts_page(texts: pl.Series) -> bytes:
    r"""Return the texts of a column, blanks left out, each behind its length.

    Example:
        >>> texts_page(pl.Series(["ab", None, "c"]))
        b'\x02\x00\x00\x00ab\x01\x00\x00\x00c'
    """
    texts = texts.drop_nulls()
    if not len(texts):
        return b""
    lengths = texts.str.len_bytes().to_numpy().astype("<u4")
    letters = np.frombuffer("".join(texts.to_list()).encode(), dtype="u1")
    ends = np.cumsum(lengths, dtype=np.int64)
    starts = ends - lengths + _LENGTH * np.arange(lengths.size)
    page = np.empty(letters.size + _LENGTH * lengths.size, dtype="u1")
    is_text = np.ones(page.size, dtype=bool)
    parts = lengths.view("u1").reshape(-1, _LENGTH)
    for place in range(_LENGTH):
        page[starts + place] = parts[:, place]
        is_text[starts + place] = False
    page[is_text] = letters
    return page.tobytes()


def there_page(there: NDArray[np.bool_]) -> bytes:
    r"""Return which rows of a column are there, for one that may have blanks.

    Example:
        >>> there_page(np.array([True, False, True]))
        b'\x02\x00\x00\x00\x03\x05'
    """
    if there.all():
        body = varint(there.size << 1) + b"\x01"
    else:
        groups = -(-there.size // _BYTE)
        body = varint(groups << 1 | 1) + np.packbits(there, bitorder="little").tobytes()
    return len(body).to_bytes(_LENGTH, "little") + body
