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


def words_of(numbers: Sequence[int], size: int) -> Words:
    """Return numbers as words.

    Args:
        numbers: The numbers.
        size: How many bits they have at most.

    Example:
        >>> words_of([5, 1 << 64], 65).tolist()
        [[5, 0], [0, 1]]
    """
    words = size // WIDTH + 1
    text = b"".join(number.to_bytes(_BYTE * words, "little") for number in numbers)
    return np.frombuffer(text, dtype="<u8").reshape(-1, words).T.copy()


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
