# SPDX-License-Identifier: Apache-2.0
"""The bits of many whole numbers as words of 64 bits: one row for each word, a column a number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Parts = list[tuple[int, np.uint64]]
"""The words of a mask that are not zero, with their places."""
WIDTH = 64
"""Bits of a word."""
_BYTE = 8


def rows_of(numbers: Sequence[int], size: int) -> Words:
    """Return numbers as words, a row for each.

    Args:
        numbers: The numbers.
        size: How many bits they have at most.

    Example:
        >>> rows_of([5, 1 << 64], 65).tolist()
        [[5, 0], [0, 1]]
    """
    return whole_words(numbers, size // WIDTH + 1)


def whole_words(numbers: Sequence[int], words: int) -> Words:
    """Return numbers as some words each, a row for each number.

    Example:
        >>> whole_words([1 << 127], 2).tolist()
        [[0, 9223372036854775808]]
    """
    text = b"".join([number.to_bytes(_BYTE * words, "little") for number in numbers])
    return np.frombuffer(text, dtype="<u8").reshape(len(numbers), words)


def bits_of(rows: Words) -> NDArray[np.bool_]:
    """Return the bits of words, each row one behind the other.

    Example:
        >>> np.flatnonzero(bits_of(rows_of([5, 1 << 64], 65))[1]).tolist()
        [64]
    """
    bytes_ = np.ascontiguousarray(rows).astype("<u8", copy=False).view(np.uint8)
    bits: NDArray[np.bool_] = np.unpackbits(bytes_, axis=-1, bitorder="little").view(bool)
    return bits


def words_of(numbers: Sequence[int], size: int) -> Words:
    """Return numbers as words, a column for each.

    Args:
        numbers: The numbers.
        size: How many bits they have at most.

    Example:
        >>> words_of([5, 1 << 64], 65).tolist()
        [[5, 0], [0, 1]]
    """
    return rows_of(numbers, size).T.copy()


def places_of(number: int) -> list[int]:
    """Return the places of the bits of a number that are set.

    Example:
        >>> places_of(0b1010)
        [1, 3]
    """
    found = []
    while number:
        last = number & -number
        found.append(last.bit_length() - 1)
        number ^= last
    return found


def numbers_of(words: Words) -> list[int]:
    """Return what `words_of` was given.

    Example:
        >>> numbers_of(words_of([5, 1 << 64], 65)) == [5, 1 << 64]
        True
    """
    text = np.ascontiguousarray(words.T).astype("<u8").tobytes()
    width = _BYTE * len(words)
    return [int.from_bytes(text[at : at + width], "little") for at in range(0, len(text), width)]


def bytes_of(words: Words) -> NDArray[np.uint8]:
    """Return the same bits as bytes: one row for each byte, a column a number.

    Example:
        >>> bytes_of(words_of([5, 257], 10))[:2].tolist()
        [[5, 1], [0, 1]]
    """
    split = np.ascontiguousarray(words).astype("<u8", copy=False).view(np.uint8)
    columns = split.reshape(len(words), -1, _BYTE)
    return columns.transpose(0, 2, 1).reshape(len(words) * _BYTE, -1)


def parts_of(mask: int) -> Parts:
    """Return the words of a mask that are not zero, with their places.

    Example:
        >>> [(place, int(word)) for place, word in parts_of(3 << 64)]
        [(1, 3)]
    """
    found = []
    place = 0
    while mask:
        word = mask & (1 << WIDTH) - 1
        if word:
            found.append((place, np.uint64(word)))
        mask >>= WIDTH
        place += 1
    return found


def held(words: Words, needed: Parts) -> Words:
    """Return for each number all bits of a mask that it has, in some word; 0 if it has none."""
    left = np.zeros(words.shape[1], dtype=np.uint64)
    for place, mask in needed:
        left |= words[place] & mask
    return left


def everywhere(where: NDArray[np.bool_]) -> Words:
    """Return a word with all bits set where something holds, 0 elsewhere."""
    found: Words = where.astype(np.uint64)
    return np.negative(found, out=found)


def drop(words: Words, where: Words, mask: Parts) -> None:
    """Take the bits of a mask out of the numbers where all bits of a word are set."""
    for place, part in mask:
        words[place] &= ~(where & part)


_SWAPS = tuple(
    (np.uint64(step), np.uint64(mask))
    for step, mask in ((7, 0x00AA00AA00AA00AA), (14, 0x0000CCCC0000CCCC), (28, 0x00000000F0F0F0F0))
)
"""Steps that turn a square of eight by eight bits: how far bits move, and which do."""


def turned(rows: Words) -> Words:
    """Return bits turned: a column for each bit of the rows, 64 rows in a word.

    Args:
        rows: Words, a row for each number.

    Example:
        >>> turned(np.array([[0b101], [0b100]], dtype=np.uint64))[0, :3].tolist()
        [1, 0, 3]
    """
    count, words = rows.shape
    eights = -(-count // _BYTE)
    padded = np.zeros((eights, _BYTE, words), dtype="<u8")
    padded.reshape(-1, words)[:count] = rows
    # Squares of eight rows by eight bits, each a word, are turned in three steps.
    squares = np.ascontiguousarray(padded.view(np.uint8).transpose(0, 2, 1)).view("<u8")[..., 0]
    for step, mask in _SWAPS:
        moved = squares >> step
        moved ^= squares
        moved &= mask
        squares ^= moved
        moved <<= step
        squares ^= moved
    # Now byte n of a square holds bit n of eight rows; eight squares below each other are a word.
    found = np.zeros((words * WIDTH, -(-eights // _BYTE) * _BYTE), dtype=np.uint8)
    found[:, :eights] = squares.view(np.uint8).T
    return found.view("<u8").T
