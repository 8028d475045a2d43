# SPDX-License-Identifier: Apache-2.0
"""What each maker and each route must buy, read off the chain and the needs.

A process step or a group sells nothing, so what it needs is passed on to whoever needs it: the
path's weakest link says how strongly. Variants of one thing are one kind with several suppliers.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from chokegraph.world.model import Link, World


@dataclass(frozen=True, slots=True)
class Want:
    """One kind of purchase of one user.

    Args:
        kind: What is bought: the id of an input, or of the group whose variants stand in for each
            other.
        sources: Inputs of that kind; more than one only for variants.
        strength: How far the user stops without it, 0..1.
        capital: Whether it is worn out over years: then its absence stops new lines, not those
            that run.

    Example:
        >>> Want("resist-krf", ("resist-krf",), 1.0, capital=False).sources
        ('resist-krf',)
    """

    kind: str
    sources: tuple[str, ...]
    strength: float
    capital: bool


def bought_inputs(world: World) -> tuple[str, ...]:
    """Return the inputs that somebody sells: all but process steps and groups without shares.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> bought_inputs(toy_world())
        ('litho', 'wafer')
    """
    return tuple(
        name
        for name, item in world.inputs.items()
        if item.use != "none" or name in world.country_shares or name in world.firm_shares
    )


def wants_of(world: World) -> dict[str, tuple[Want, ...]]:
    """Return what each user buys: `input:ID` for makers of an input, `route:ID` for routes.

    In a world without routes the ends of the chain stand for them: groups and steps that nothing
    needs, as `route:ID`.

    Args:
        world: The facts.

    Returns:
        The purchases of every user that buys something.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> [want.kind for want in wants_of(toy_world())["route:chip"]]
        ['litho', 'wafer']
    """
    reader = _Reader(world)
    found = {f"input:{name}": reader.of_input(name) for name in bought_inputs(world)}
    by_route: dict[str, list[Want]] = defaultdict(list)
    for need in world.needs:
        by_route[need.route_id] += reader.passed_on(need.input_id, need.requirement)
    for route in world.routes:
        found[f"route:{route}"] = _merged(by_route[route])
    if not world.routes:
        for name in ends_of(world):
            found[f"route:{name}"] = _merged(reader.below(name, 1.0))
    return {user: wants for user, wants in found.items() if wants}


def ends_of(world: World) -> tuple[str, ...]:
    """Return the groups and process steps that nothing else needs: what the chain leads to."""
    used = {link.source for link in world.links}
    sold = set(bought_inputs(world))
    into = {link.target for link in world.links}
    return tuple(name for name in world.inputs if name in into - used - sold)


class _Reader:
    """Follows links downwards through whatever is not sold as such."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sold = set(bought_inputs(world))
        self.into: dict[str, list[Link]] = defaultdict(list)
        for link in world.links:
            self.into[link.target].append(link)

    def of_input(self, name: str) -> tuple[Want, ...]:
        return _merged(self.below(name, 1.0))

    def passed_on(self, name: str, strength: float) -> list[Want]:
        """Return what needing `name` means: itself, or what is below it if nobody sells it."""
        if name in self.sold:
            return [Want(name, (name,), strength, self._capital((name,)))]
        return self.below(name, strength)

    def below(self, name: str, strength: float) -> list[Want]:
        found: list[Want] = []
        for link in self.into[name]:
            if link.relation == "needed_by":
                found += self.passed_on(link.source, min(strength, link.essentiality))
        variants = self._variants(name)
        if variants:
            kind = f"{name} (variants)" if name in self.sold else name
            found.append(Want(kind, variants, strength, self._capital(variants)))
        return found

    def _variants(self, name: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for link in self.into[name]:
            if link.relation == "variant_of":
                sold = link.source in self.sold
                more = (link.source,) if sold else self._variants(link.source)
                found |= dict.fromkeys(more)
        return tuple(found)

    def _capital(self, sources: tuple[str, ...]) -> bool:
        return all(self.world.inputs[name].use == "capital" for name in sources)


def _merged(wants: list[Want]) -> tuple[Want, ...]:
    """Keep one purchase of a kind: the one that is needed most."""
    best: dict[str, Want] = {}
    for want in wants:
        if want.kind not in best or best[want.kind].strength < want.strength:
            best[want.kind] = want
    return tuple(best.values())
