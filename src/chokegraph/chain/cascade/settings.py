# SPDX-License-Identifier: Apache-2.0
"""How a cascade is run: which rule stops it, what may be replaced, which engine does the work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from chokegraph.errors import Finding

Mode = Literal["reference", "converged"]
Precision = Literal["float64", "float32"]
Direction = Literal["down", "up"]
Engine = Literal["auto", "numba", "numpy"]
StopRule = Literal["change", "ratio"]

PUBLISHED_STOP = 1e-2
"""The published stopping rule: no node loses more than this share of its output in a step."""


@dataclass(frozen=True, eq=False)
class Settings:
    """How a cascade is run.

    Args:
        mode: "reference" repeats the published updates with the published stop, so that its numbers
            and its counts of iterations can be held against published ones. "converged" goes on to
            the limit and states how far the result may be from it.
        market_shares: Others in the market take over lost sales, in proportion to what is left of
            the market (the published replaceability). False: nothing can be replaced.
        stop: Reference mode: stop when no node's output falls by more than this in a step; with
            `stop_rule="ratio"`, when the loss grows by no more than this share.
        stop_rule: "change" is the published `conv_type` 1, "ratio" its `conv_type` 2.
        error: Converged mode: the largest distance from the limit, of any node's output.
        precision: "float32" halves the memory and is enough for six digits.
        directions: "down" for customers that lose inputs, "up" for suppliers that lose orders.
        reuse_cap: The largest share of a lost input that can be bought from others in the market.
            None: the market alone decides. 0: nothing is bought elsewhere, as if `market_shares`
            were False. It never adds to what the market allows.
        inventories: Stocks in steps of full use, in any shape that broadcasts to (N, S): (S,) for a
            stock of each kind at every buyer, (N, 1) for a stock of everything at each node. A
            stock delays a loss and does not avert it, so it needs `steps` and changes only the
            history.
        steps: How many steps of the path to keep in `history`; None keeps none.
        engine: "auto" takes the compiled engine where the work is worth compiling and numba is
            installed; the result says which ran.

    Example:
        >>> Settings(mode="converged").market_shares
        True
    """

    mode: Mode = "reference"
    market_shares: bool = True
    stop: float = PUBLISHED_STOP
    stop_rule: StopRule = "change"
    error: float = 1e-9
    precision: Precision = "float64"
    directions: tuple[Direction, ...] = ("down", "up")
    reuse_cap: float | None = None
    inventories: NDArray[np.float64] | None = None
    steps: int | None = None
    engine: Engine = "auto"

    @property
    def number(self) -> type[np.float64] | type[np.float32]:
        """The type of the numbers that the engines work with."""
        return np.float32 if self.precision == "float32" else np.float64


def check_settings(settings: Settings, *, nodes: int, kinds: int) -> list[Finding]:
    """Say what is wrong with settings for a network with so many nodes and kinds.

    Args:
        settings: What to look at.
        nodes: N of the network.
        kinds: S of the network.

    Returns:
        One finding for each thing that is wrong; empty if all is well.

    Example:
        >>> [f.message for f in check_settings(Settings(stop=0.0), nodes=3, kinds=3)]
        ['stop 0.0 is not a number above 0']
    """
    findings: list[Finding] = []
    choices: list[tuple[str, Any]] = [
        ("mode", Mode),
        ("precision", Precision),
        ("engine", Engine),
        ("stop_rule", StopRule),
    ]
    for name, allowed in choices:
        value = getattr(settings, name)
        if value not in get_args(allowed):
            fix = "choose one of: " + ", ".join(get_args(allowed))
            findings.append(Finding(f"{name} {value!r} is not known", fix=fix))
    wrong = [way for way in settings.directions if way not in get_args(Direction)]
    if wrong or not settings.directions or len(set(settings.directions)) < len(settings.directions):
        message = f"directions {settings.directions!r} are not understood"
        findings.append(Finding(message, fix='give ("down",), ("up",) or ("down", "up")'))
    for name in ("stop", "error"):
        value = getattr(settings, name)
        if not (np.isfinite(value) and value > 0):
            fix = "give a small number, for example the default"
            findings.append(Finding(f"{name} {value!r} is not a number above 0", fix=fix))
    cap = settings.reuse_cap
    if cap is not None and not 0 <= cap <= 1:
        fix = "give a share from 0 to 1, or None for no cap"
        findings.append(Finding(f"reuse_cap {cap!r} is not a share", fix=fix))
    if settings.steps is not None and settings.steps < 1:
        findings.append(Finding(f"steps {settings.steps!r} is below 1", fix="give 1 or more"))
    return findings + _check_stocks(settings, nodes=nodes, kinds=kinds)


def _check_stocks(settings: Settings, *, nodes: int, kinds: int) -> list[Finding]:
    if settings.inventories is None:
        return []
    findings: list[Finding] = []
    stocks = np.asarray(settings.inventories, dtype=np.float64)
    try:
        np.broadcast_to(stocks, (nodes, kinds))
    except ValueError:
        message = f"inventories of shape {stocks.shape} fit neither the kinds nor the nodes"
        fix = f"give ({kinds},) for kinds, ({nodes}, 1) for nodes, or ({nodes}, {kinds})"
        findings.append(Finding(message, fix=fix))
    if np.isnan(stocks).any() or (stocks < 0).any():
        message = "inventories hold a number below 0 or none at all"
        findings.append(Finding(message, fix="give steps of full use; 0 for no stock"))
    if settings.steps is None:
        message = "inventories delay losses, and no path over time was asked for"
        findings.append(Finding(message, fix="say how many steps to keep: Settings(steps=...)"))
    return findings
