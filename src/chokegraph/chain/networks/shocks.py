# SPDX-License-Identifier: Apache-2.0
"""Shocks in words: `firm:asml`, `country:JP`, `input:resist`, `edge:a->b=0.5`, `cut:file.csv`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz import process

from chokegraph.chain.networks.cuts import EVERY, shocks_from_cuts
from chokegraph.chain.networks.model import Network
from chokegraph.chain.networks.words import country_code
from chokegraph.errors import Finding, FindingsError

if TYPE_CHECKING:
    from chokegraph.chain.cascade import Shock

FORMS = {
    "firm": "a node, by id or name, loses its capacity",
    "country": "all nodes of a country lose their capacity",
    "sector": "all nodes of a sector lose their capacity",
    "owner": "all nodes of an owner lose their capacity",
    "input": "all sales of a product are cut, whoever sells it",
    "edge": "sales of one node to another are cut: edge:a->b, edge:a->b/product",
    "flow": "sales from one country to another are cut: flow:JP->CN, flow:JP->*/product",
    "cut": "a file of cuts; each name in its column shock is a shock",
}
"""What may stand before the colon, and what it means."""

_PART = re.compile(rf"\+(?=(?:{'|'.join(FORMS)}):)")
_FRACTION = re.compile(r"^(.*)=\s*([^=/>]*)$", re.DOTALL)
_ALIKE = 60
"""How alike, of 100, a name of the network must be to be offered in a message; nothing else
depends on it, as with the suggestions of `chokegraph.world.reading`."""


def parse_shocks(network: Network, texts: Iterable[str]) -> list[Shock]:
    """Understand shocks written as words.

    Args:
        network: The network that names are looked up in.
        texts: One shock each. Parts joined with `+` happen together. A part is a form and a name,
            `country:JP`, and where wanted a fraction, `country:JP=0.5` or `country:JP=50%`; the
            whole is meant without one. Forms are in `FORMS`.

    Returns:
        One shock for each text; a file of cuts may give several.

    Raises:
        FindingsError: With everything that cannot be understood, and names that are alike.

    Example:
        >>> import polars as pl
        >>> from chokegraph.chain.networks import read_network
        >>> rows = {"supplier": ["a", "b"], "customer": ["b", "c"], "value": [1.0, 1.0]}
        >>> network, _ = read_network(pl.DataFrame(rows))
        >>> shocks = parse_shocks(network, ["firm:a+edge:b->c=50%"])
        >>> shocks[0].lost, shocks[0].cut
        ({0: 1.0}, {1: 0.5})
    """
    from chokegraph.chain.cascade import Shock

    names = _Names(network)
    findings: list[Finding] = []
    found: list[Shock] = []
    for text in texts:
        lost: dict[int, float] = {}
        cut: dict[int, float] = {}
        whole = text.strip()
        if whole.startswith("cut:") and not _PART.search(whole):
            try:
                found.extend(shocks_from_cuts(network, whole[4:], name=whole))
            except FindingsError as error:
                findings.extend(error.findings)
            continue
        for part in _PART.split(whole):
            try:
                names.add(part.strip(), lost, cut)
            except FindingsError as error:
                findings.extend(error.findings)
        found.append(Shock(whole, lost=lost, cut=cut))
    if findings:
        raise FindingsError(findings, title="shocks")
    return found


def _fail(part: str, message: str, fix: str) -> FindingsError:
    return FindingsError([Finding(f"{part!r}: {message}", fix=fix)], title="shocks")


class _Names:
    """Looks names of shocks up in a network."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.countries = np.array(network.countries or [""] * network.nodes, dtype=object)
        self.owners = np.array(network.owners or [""] * network.nodes, dtype=object)
        self.sector = {name: at for at, name in enumerate(network.sector_names)}

    def add(self, part: str, lost: dict[int, float], cut: dict[int, float]) -> None:
        """Add what one part says; the larger fraction holds where parts meet."""
        form, colon, body = part.partition(":")
        if not colon or form not in FORMS or not body.strip():
            fix = "; ".join(f"{name}: {meaning}" for name, meaning in FORMS.items())
            raise _fail(part, "not understood", f"write one of {fix}")
        if form == "cut":
            for shock in shocks_from_cuts(self.network, body, name=body):
                _merge(cut, shock.cut)
            return
        fraction = 1.0
        match = _FRACTION.match(body)
        if match and not self._known(form, body.strip()):
            body = match[1]
            fraction = self._fraction(part, match[2])
        find: Callable[[str, str], Sequence[int]] = getattr(self, f"_{form}")
        hit = dict.fromkeys(find(part, body.strip()), fraction)
        _merge(cut if form in ("input", "edge", "flow") else lost, hit)

    def _known(self, form: str, body: str) -> bool:
        """Whether a name holds the equals sign itself."""
        return form in ("firm", "input", "sector", "owner") and (
            body in self.network.index or body in self.sector or body in self.network.owners
        )

    def _fraction(self, part: str, text: str) -> float:
        number = text.strip().removesuffix("%")
        try:
            value = float(number) / (100 if text.strip().endswith("%") else 1)
        except ValueError:
            value = float("nan")
        if not 0 <= value <= 1:
            raise _fail(
                part, f"fraction {text.strip()!r} is not within 0 and 1", "write 0.5 or 50%"
            )
        return value

    def _alike(self, name: str, among: Iterable[str]) -> str:
        close = process.extract(
            name.casefold(),
            {key: key.casefold() for key in among if key},
            limit=3,
            score_cutoff=_ALIKE,
        )
        words = ", ".join(repr(key) for _, _, key in close)
        return f"did you mean {words}?" if words else "check the name against the network"

    def _node(self, part: str, name: str) -> int:
        at = self.network.index.get(name)
        if at is not None:
            return at
        wanted = name.casefold()
        hits = [
            spot
            for spot, (key, words) in enumerate(
                zip(self.network.node_ids, self.network.names or self.network.node_ids, strict=True)
            )
            if wanted in (key.casefold(), words.casefold())
        ]
        if len(hits) == 1:
            return hits[0]
        if hits:
            ids = ", ".join(self.network.node_ids[hit] for hit in hits[:5])
            raise _fail(part, f"{name!r} may be any of {len(hits)} nodes", f"write the id: {ids}")
        among = {*self.network.node_ids, *self.network.names}
        raise _fail(part, f"no node {name!r}", self._alike(name, among))

    def _firm(self, part: str, name: str) -> Sequence[int]:
        return [self._node(part, name)]

    def _place(self, part: str, name: str) -> str:
        code = country_code(name) or name
        if code in set(self.network.countries) - {""}:
            return code
        present = sorted(set(self.network.countries) - {""})
        if not present:
            raise _fail(part, "no node has a known country", "give a node table with countries")
        raise _fail(part, f"no node in {name!r}", f"there are {', '.join(present)}")

    def _country(self, part: str, name: str) -> Sequence[int]:
        spots: list[int] = np.flatnonzero(self.countries == self._place(part, name)).tolist()
        return spots

    def _owner(self, part: str, name: str) -> Sequence[int]:
        spots: list[int] = np.flatnonzero(self.owners == name).tolist()
        if not spots:
            raise _fail(part, f"no owner {name!r}", self._alike(name, set(self.network.owners)))
        return spots

    def _sector(self, part: str, name: str) -> Sequence[int]:
        at = self.sector.get(name, -1)
        spots: list[int] = np.flatnonzero(self.network.sectors == at).tolist()
        if not spots:
            used = {self.network.sector_names[one] for one in np.unique(self.network.sectors)}
            raise _fail(part, f"no node in sector {name!r}", self._alike(name, used))
        return spots

    def _kind(self, part: str, name: str) -> int:
        at = self.sector.get(name, -1)
        if at < 0 or not (self.network.kind == at).any():
            sold = {self.network.sector_names[one] for one in np.unique(self.network.kind)}
            raise _fail(part, f"nobody sells {name!r}", self._alike(name, sold))
        return at

    def _input(self, part: str, name: str) -> Sequence[int]:
        spots: list[int] = np.flatnonzero(self.network.kind == self._kind(part, name)).tolist()
        return spots

    def _ends(self, part: str, body: str, *, places: bool = False) -> tuple[str, str, str]:
        """Supplier, customer and product of an arrow; product "" for everything."""
        source, arrow, rest = body.partition("->")
        if not arrow:
            raise _fail(part, "no arrow", "write a->b or a->b/product")
        target, product = rest.strip(), ""
        if places:
            target, _, product = target.partition("/")
        elif target not in self.network.index and "/" in target:
            # Ids may hold a slash themselves: the longest one that is an id wins.
            pieces = target.split("/")
            for cut in range(len(pieces) - 1, 0, -1):
                head, tail = "/".join(pieces[:cut]), "/".join(pieces[cut:])
                if head in self.network.index or tail in self.sector or cut == 1:
                    target, product = head, tail
                    break
        return source.strip(), target.strip(), product.strip()

    def _edge(self, part: str, body: str) -> Sequence[int]:
        source, target, product = self._ends(part, body)
        network = self.network
        hit = (network.supplier == self._node(part, source)) & (
            network.customer == self._node(part, target)
        )
        return self._met(part, hit, product)

    def _flow(self, part: str, body: str) -> Sequence[int]:
        source, target, product = self._ends(part, body, places=True)
        hit = np.ones(self.network.edges, dtype=bool)
        for place, ends in ((source, self.network.supplier), (target, self.network.customer)):
            if place != EVERY:
                hit &= self.countries[ends] == self._place(part, place)
        return self._met(part, hit, product)

    def _met(self, part: str, hit: np.ndarray, product: str) -> Sequence[int]:
        if product:
            hit = hit & (self.network.kind == self._kind(part, product))
        spots: list[int] = np.flatnonzero(hit).tolist()
        if not spots:
            raise _fail(part, "no such sale in the network", "check both ends and the product")
        return spots


def _merge(into: dict[int, float], more: object) -> None:
    for at, fraction in dict(more).items():  # type: ignore[call-overload]
        into[at] = max(float(fraction), into.get(at, 0.0))
