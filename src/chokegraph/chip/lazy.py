# SPDX-License-Identifier: Apache-2.0
"""A quantity that is computed when it is first asked for, and then kept.

As `functools.cached_property`, without the lock that it takes in Python 3.11: a block has dozens of
quantities, so that the lock would be a tenth of the work.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class lazy(Generic[T]):
    """A method that becomes an attribute.

    Example:
        >>> class Square:
        ...     side = 3
        ...     @lazy
        ...     def area(self) -> int:
        ...         return self.side**2
        >>> Square().area
        9
    """

    def __init__(self, function: Callable[[Any], T]) -> None:
        self._function = function
        self._name = function.__name__
        self.__doc__ = function.__doc__

    def __get__(self, instance: Any, owner: type) -> T:  # noqa: ANN401 - any object
        if instance is None:
            return self  # type: ignore[return-value]
        value = self._function(instance)
        instance.__dict__[self._name] = value
        return value
