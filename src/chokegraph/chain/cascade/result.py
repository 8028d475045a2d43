# SPDX-License-Identifier: Apache-2.0
"""What a cascade came to: output left at each node, losses, and how the numbers were found."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from chokegraph.chain.cascade.layout import Layout
from chokegraph.chain.cascade.settings import Settings
from chokegraph.chain.cascade.shocks import Shock
from chokegraph.chain.networks import Network
from chokegraph.errors import Finding

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CascadeResult:
    """Where each scenario ends.

    Args:
        network: The network.
        shocks: The K scenarios.
        settings: How they were run; `settings.mode` says which rule stopped them.
        down: (K, N) share of output left as inputs fail to arrive, 0 to 1.
        up: (K, N) share of output left as orders fail to arrive, 0 to 1.
        loss: (K,) weighted loss, at each node the worse of the two directions; the published
            index (ESRI) with the default weights. A node's own loss at the start counts.
        loss_down: (K,) the same for inputs alone; NaN if not asked for.
        loss_up: (K,) the same for orders alone; NaN if not asked for.
        iterations_down: (K,) steps taken downstream.
        iterations_up: (K,) steps taken upstream.
        error: (K,) no output of a node, and so no loss, is further than this from the limit. The
            limit lies on the side of more loss. NaN in reference mode, which has no bound.
        engine: What did the work, in words.
        weights: (N,) weights of the losses, adding up to 1.
        findings: What a reader should know: facts that are missing.
        layout: The network as the engines read it.
        history: (K, steps + 1, N) share of output left after each step, with stocks; None unless
            asked for.

    A direction that was not asked for holds NaN.

    Example:
        >>> from chokegraph.chain.cascade import Shock, cascade
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> cascade(chain_of_three(), [Shock("s", lost={0: 1.0})]).loss.tolist()
        [1.0]
    """

    network: Network
    shocks: tuple[Shock, ...]
    settings: Settings
    down: FloatArray
    up: FloatArray
    loss: FloatArray
    loss_down: FloatArray
    loss_up: FloatArray
    iterations_down: NDArray[np.int64]
    iterations_up: NDArray[np.int64]
    error: FloatArray
    engine: str
    weights: FloatArray
    findings: tuple[Finding, ...]
    layout: Layout = field(repr=False)
    history: FloatArray | None = None

    @property
    def left(self) -> FloatArray:
        """(K, N) share of output left, the lower of the two directions."""
        return np.fmin(self.down, self.up)

    @property
    def loss_path(self) -> FloatArray | None:
        """(K, steps + 1) weighted loss after each step; None without a history."""
        return None if self.history is None else (1 - self.history) @ self.weights

    def first_step_below(self, left: float) -> NDArray[np.int64]:
        """The first step after which a node's output is at or below a share.

        Args:
            left: The share of output left, 0 to 1.

        Returns:
            (K, N) the step, 0 for the start; -1 where it did not happen within the history.

        Raises:
            ValueError: If the cascade was run without `steps`.

        Example:
            >>> from chokegraph.chain.cascade import Settings, Shock, cascade
            >>> from chokegraph.chain.cascade.examples import chain_of_three
            >>> shock = Shock("s", lost={0: 1.0})
            >>> ran = cascade(chain_of_three(), [shock], Settings(directions=("down",), steps=4))
            >>> ran.first_step_below(0.5).tolist()
            [[0, 1, 2]]
        """
        if self.history is None:
            message = "the cascade kept no path over time; run it with Settings(steps=...)"
            raise ValueError(message)
        below = self.history <= left
        return np.where(below.any(axis=1), below.argmax(axis=1), -1)


@dataclass(frozen=True, eq=False)
class RiskTable:
    """How much is lost when each node, or each group of nodes, stops altogether.

    Args:
        network: The network.
        settings: How the cascades were run.
        names: (K,) what was knocked out: ids of nodes, or names of groups.
        loss: (K,) weighted loss with both directions, the published index (ESRI).
        loss_down: (K,) the same for inputs alone; NaN if not asked for.
        loss_up: (K,) the same for orders alone; NaN if not asked for.
        own: (K,) the part of it that is the weight of the nodes knocked out.
        iterations_down: (K,) steps taken downstream.
        iterations_up: (K,) steps taken upstream.
        error: (K,) no loss is further than this below the limit; NaN in reference mode.
        engine: What did the work, in words.
        findings: What a reader should know: facts that are missing.

    Example:
        >>> from chokegraph.chain.cascade import systemic_risk
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> systemic_risk(chain_of_three()).order.tolist()
        [0, 1, 2]
    """

    network: Network
    settings: Settings
    names: tuple[str, ...]
    loss: FloatArray
    loss_down: FloatArray
    loss_up: FloatArray
    own: FloatArray
    iterations_down: NDArray[np.int64]
    iterations_up: NDArray[np.int64]
    error: FloatArray
    engine: str
    findings: tuple[Finding, ...] = field(default=())

    @property
    def order(self) -> NDArray[np.int64]:
        """(K,) rows from the largest loss to the smallest; ties stay in the order of the nodes."""
        return np.argsort(-self.loss, kind="stable")
