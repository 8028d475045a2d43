# SPDX-License-Identifier: Apache-2.0
"""A second cascade, loop by loop straight from the formulas: slow, plain, shares no code."""

from __future__ import annotations

from chokegraph.chain.networks import ESSENTIAL, NON_ESSENTIAL, Network


class Oracle:
    """Coefficients of every edge by the definitions, and one step by the definitions."""

    def __init__(self, network: Network, *, guard: bool, market_shares: bool, cap=None):
        self.network, self.guard, self.market_shares, self.cap = network, guard, market_shares, cap
        n = network.nodes
        self.edges = [
            (int(i), int(j), float(w), int(k))
            for i, j, w, k in zip(
                network.supplier, network.customer, network.value, network.kind, strict=True
            )
        ]
        self.sold = [sum(w for i, _, w, _ in self.edges if i == node) for node in range(n)]
        bought = [sum(w for _, j, w, _ in self.edges if j == node) for node in range(n)]
        self.sales = list(self.sold)
        if network.sales is not None:
            for node in range(n):
                if network.sales[node] == network.sales[node]:  # not NaN
                    self.sales[node] = max(self.sold[node], float(network.sales[node]))
        self.need, self.down, self.up = [], [], []
        for i, j, w, k in self.edges:
            need = int(network.essentiality[k, network.sectors[j]])
            self.need.append(need)
            if need == ESSENTIAL:
                total = sum(v for _, b, v, m in self.edges if b == j and m == k)
                self.down.append(w / total)
            elif need == NON_ESSENTIAL:
                self.down.append(w / bought[j])
            else:
                self.down.append(0.0)
            self.up.append(w / self.sales[i])

    def replaced(self, h: list[float]) -> list[float]:
        """sigma: the share of each node's loss that nobody makes good."""
        n = self.network.nodes
        if not self.market_shares:
            return [1.0] * n
        out = []
        for i in range(n):
            market = self.network.markets[i]
            left = sum(self.sold[a] * h[a] for a in range(n) if self.network.markets[a] == market)
            if self.guard and left <= 1e-10:
                left = 1.0
            sigma = 1.0 if left <= 0 else min(1.0, self.sold[i] / left)
            out.append(sigma if self.cap is None else max(sigma, 1 - self.cap))
        return out

    def step_down(self, h: list[float], psi: list[float], cut: dict[int, float]) -> list[float]:
        sigma = self.replaced(h)
        after = []
        for j in range(self.network.nodes):
            essential: dict[int, float] = {}
            other = 0.0
            for e, (i, b, _, k) in enumerate(self.edges):
                if b != j or self.down[e] == 0:
                    continue
                arrives = (1 - cut.get(e, 0.0)) * (1 - sigma[i] * (1 - h[i]))
                gone = self.down[e] * (1 - arrives)
                if self.need[e] == ESSENTIAL:
                    essential[k] = essential.get(k, 0.0) + gone
                else:
                    other += gone
            worst = min([psi[j], 1 - other, *[1 - gone for gone in essential.values()]])
            after.append(max(0.0, worst))
        return after

    def step_up(self, h: list[float], psi: list[float], cut: dict[int, float]) -> list[float]:
        after = []
        for i in range(self.network.nodes):
            gone = 0.0
            for e, (a, j, _, _) in enumerate(self.edges):
                if a == i:
                    gone += self.up[e] * (1 - (1 - cut.get(e, 0.0)) * h[j])
            after.append(max(0.0, min(psi[i], 1 - gone)))
        return after

    def run(self, lost, cut, *, stop=1e-2, rule="change", directions=("down", "up")):
        """The published loop; returns output left down and up, index, parts and steps."""
        n = self.network.nodes
        psi = [1 - lost.get(node, 0.0) for node in range(n)]
        down, up, steps = list(psi), list(psi), 0
        while True:
            steps += 1
            new_down = self.step_down(down, psi, cut) if "down" in directions else down
            new_up = self.step_up(up, psi, cut) if "up" in directions else up
            if rule == "change":
                change = max(
                    max(a - b for a, b in zip(down, new_down, strict=True)),
                    max(a - b for a, b in zip(up, new_up, strict=True)),
                )
                done = change <= stop
            else:
                done = self.index(new_down, new_up) <= (1 + stop) * self.index(down, up)
            down, up = new_down, new_up
            if done:
                return down, up, self.index(down, up), steps

    def index(self, down, up) -> float:
        gone = [s * (1 - min(d, u)) for s, d, u in zip(self.sold, down, up, strict=True)]
        return sum(gone) / sum(self.sold)
