# SPDX-License-Identifier: Apache-2.0
"""How numbers are written for people: as many digits as the interval deserves, and always a unit.

A figure is never written alone: its unit comes from the same table as its scale (`words.yaml`),
and a missing value is a phrase, not a symbol of a programming language.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

MINUS = "\N{MINUS SIGN}"
THIN = "\N{NARROW NO-BREAK SPACE}"
CURRENCY = "USD"


@dataclass(frozen=True, slots=True)
class Unit:
    """How a unit of the model is shown: values are multiplied by `factor`, then labelled.

    Args:
        label: What stands behind a number or on an axis ("%", "USD million", "generations").
        factor: Multiplier from the model's unit to the shown one.
        change_label: The label for a difference ("points" for "%").

    Example:
        >>> Unit("%", 100.0, "points").change_label
        'points'
    """

    label: str
    factor: float = 1.0
    change_label: str = ""

    @property
    def change(self) -> Unit:
        """The same unit as shown for differences."""
        return Unit(self.change_label or self.label, self.factor, self.change_label)


PERCENT = Unit("%", 100.0)


def decimals_for(*values: float) -> int:
    """Say how many decimals a group of numbers needs: about two digits of the largest.

    Args:
        values: The numbers that are shown together, in shown units.

    Returns:
        0, 1, 2 or 3.

    Example:
        >>> decimals_for(12.3, 57.0), decimals_for(0.31, 2.4), decimals_for(0.02)
        (0, 1, 3)
    """
    finite = [abs(value) for value in values if math.isfinite(value)]
    largest = max(finite, default=0.0)
    for decimals, floor in enumerate((10.0, 1.0, 0.1)):
        if largest >= floor:
            return decimals
    return 3 if largest > 0 else 0


def number(value: float, decimals: int | None = None) -> str:
    """Write one number: thousands separated, a true minus sign, no negative zero.

    Args:
        value: A finite number, already in shown units.
        decimals: Decimals; by default as many as `decimals_for` says.

    Returns:
        The number in words for people.

    Raises:
        ValueError: The value is not finite; missing values need their own phrase.

    Example:
        >>> number(-1234.5, 0), number(-0.001, 1)
        ('−1,234', '0.0')
    """
    if not math.isfinite(value):
        message = f"cannot write {value!r} as a number; use the phrase for missing values"
        raise ValueError(message)
    places = decimals_for(value) if decimals is None else decimals
    text = f"{abs(value):,.{places}f}"
    negative = value < 0 and any(digit in "123456789" for digit in text)
    return (MINUS if negative else "") + text


def percent(share: float) -> str:
    """Write a share in whole per cent, without the per-cent sign.

    Example:
        >>> percent(0.283)
        '28'
    """
    return number(100 * float(share), 0)


def is_known(value: float | None) -> bool:
    """Say whether a number is there and finite.

    Example:
        >>> [is_known(value) for value in (0.0, None, float("inf"))]
        [True, False, False]
    """
    return value is not None and math.isfinite(value)


def signed(value: float, decimals: int | None = None) -> str:
    """Write a change: like `number`, with a plus sign for a gain.

    Example:
        >>> signed(3.2), signed(-3.2), signed(0.0)
        ('+3.2', '−3.2', '0')
    """
    text = number(value, decimals)
    positive = value > 0 and any(digit in "123456789" for digit in text)
    return "+" + text if positive else text


def with_unit(text: str, unit: Unit) -> str:
    """Put the unit behind a number, held together with a narrow no-break space.

    Money is written with its currency first, as on an invoice.

    Example:
        >>> with_unit("12", Unit("%")) == "12" + THIN + "%"
        True
        >>> with_unit("−3.5", Unit("USD billion a year")).replace(THIN, " ")
        '−USD 3.5 billion a year'
    """
    if not unit.label:
        return text
    currency, _, rest = unit.label.partition(" ")
    if currency == CURRENCY:
        sign = text[:1] if text[:1] in (MINUS, "+") else ""
        return f"{sign}{currency}{THIN}{text.removeprefix(sign)}{THIN}{rest}"
    return f"{text}{THIN}{unit.label}"


def interval(
    median: float, low: float, high: float, unit: Unit, *, change: bool = False
) -> tuple[str, str]:
    """Write a median and its interval with the same decimals.

    Args:
        median: The central value, in the model's unit.
        low: The 5 % quantile, in the model's unit.
        high: The 95 % quantile, in the model's unit.
        unit: How the unit is shown.
        change: Whether this is a difference (signs are written, and its label is used).

    Returns:
        The median with its unit, and the interval in the same unit ("12 to 48").

    Example:
        >>> interval(-0.31, -0.52, -0.12, Unit("%", 100.0, "pp"), change=True)
        ('−31\u202fpp', '−52 to −12')
    """
    shown = unit.change if change else unit
    values = [value * shown.factor for value in (median, low, high)]
    places = decimals_for(*values)
    write = signed if change else number
    mid, lower, upper = (write(value, places) for value in values)
    return with_unit(mid, shown), f"{lower} to {upper}"


def money_unit(largest: float) -> Unit:
    """Choose USD million or USD billion for a group of values given in USD million.

    Args:
        largest: The largest magnitude in the group, in USD million.

    Returns:
        The unit that keeps numbers short.

    Example:
        >>> money_unit(25_000).label, money_unit(900).label
        ('USD billion', 'USD million')
    """
    limit = 10_000.0
    if math.isfinite(largest) and abs(largest) >= limit:
        return Unit("USD billion", 1e-3)
    return Unit("USD million")


def probability(value: float, error: float, draws: int, *, change: bool = False) -> str:
    """Write a probability, or a change of one, with its Monte Carlo error.

    When the event happens in every draw or in none, the standard error is zero but the chance is
    not certain: then the 95 % bound is given (the rule of three, 3 over the number of draws).

    Args:
        value: Probability in 0..1, or a difference of two.
        error: Its standard error in 0..1.
        draws: The number of draws.
        change: Whether it is a difference.

    Returns:
        For example "23 % ± 1.3 points".

    Example:
        >>> probability(0.23, 0.013, 1000).replace(THIN, " ")
        '23.0 % ± 1.3 points'
        >>> probability(1.0, 0.0, 300).replace(THIN, " ")
        '100 % of draws (over 99 % at 95 % confidence)'
    """
    if not change and value in (0.0, 1.0):
        bound = min(3 / draws, 1.0)
        edge = 100 * (1 - bound if value else bound)
        side = "over" if value else "under"
        return (
            f"{number(100 * value, 0)}{THIN}% of draws "
            f"({side} {number(edge, max(0, decimals_for(100 * bound) - 1))}{THIN}%"
            f" at 95{THIN}% confidence)"
        )
    fine = 0.05
    places = 1 if error < fine else 0
    text = (signed if change else number)(100 * value, places)
    return f"{text}{THIN}{'points' if change else '%'} ± {number(100 * error, places)}{THIN}points"


def quarter_words(quarter: str) -> str:
    """Write a quarter label with a space.

    Example:
        >>> quarter_words("2027Q3")
        '2027 Q3'
    """
    return f"{quarter[:4]} {quarter[4:]}" if "Q" in quarter else quarter


def quarter_position(quarter: str) -> float:
    """Turn "2027Q3" into its middle as a decimal year.

    Example:
        >>> quarter_position("2027Q1")
        2027.125
    """
    return int(quarter[:4]) + (int(quarter[5:]) - 0.5) / 4
