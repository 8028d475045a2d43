# SPDX-License-Identifier: Apache-2.0
"""A search for the best chip, asked in words: ids that may and may not be used, and limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

import numpy as np

from chokegraph.chip.catalogue import Catalogue, load_catalogue
from chokegraph.chip.caught import NO, YES
from chokegraph.chip.search import Allowed, Request, SearchResult, search
from chokegraph.errors import Finding, FindingsError
from chokegraph.rules import Law
from chokegraph.study.chip_status import status_of_block
from chokegraph.study.chip_thresholds import thresholds_on
from chokegraph.world.load import load_world
from chokegraph.world.model import World

GROUPS = ("nodes", "packages", "memories")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked of a search.

    Args:
        allow: Ids of nodes, packages and memories; a group of which none is named is free.
        forbid: Ids of nodes, packages and memories, or of inputs of the world that cannot be had:
            an input, a class with all its variants (euv-lithography), or a family (hbm: stacks of
            all generations).
        objective: An output of the evaluation, such as tpp or cost, or a ratio, cost_per_tpp.
        budget: Most that a good package may cost, USD.
        at_least: Texts such as tpp=4000.
        at_most: Texts such as power=700.
        volume: Packages over which one-off costs are spread; None leaves them out.
        wafers: Wafers that can be had for them.
        without_euv: Whether nodes may be made with multiple immersion exposures instead of EUV.
        uncaught: Whether designs must not be caught by the rule of the day.
        datacentre: Whether designs are marketed for data centres; the rule asks.
        transfer: Rate of their inputs and outputs but memory, GB/s; the first text asks.
        draws: Draws over which the finalists are evaluated.
        seed: Their seed.
        finalists: How many families are kept.
    """

    allow: Sequence[str] = ()
    forbid: Sequence[str] = ()
    objective: str = "tpp"
    budget: float | None = None
    at_least: Sequence[str] = ()
    at_most: Sequence[str] = ()
    volume: float | None = None
    wafers: float | None = None
    without_euv: bool = False
    uncaught: bool = False
    datacentre: bool = True
    transfer: float | None = None
    draws: int = 0
    seed: int = 0
    finalists: int = 8


def find_best(
    asked: Asked, on: date, *, catalogue: Catalogue | None = None, law: Law | None = None
) -> SearchResult:
    """Search for the best chip.

    Designs come with their status under the law of the day; `asked.uncaught` leaves out those that
    are, or may be, caught.

    Args:
        asked: What is asked.
        on: The day whose law is meant.
        catalogue: The bundled one if None.
        law: The bundled one if None.

    Raises:
        FindingsError: With every mistake in what is asked.
    """
    catalogue = load_catalogue() if catalogue is None else catalogue
    request, allowed = meant(asked, on, catalogue=catalogue, law=law)
    return search(
        catalogue,
        request,
        allowed,
        finalists=asked.finalists,
        draws=asked.draws,
        seed=asked.seed,
    )


def meant(
    asked: Asked, on: date, *, catalogue: Catalogue | None = None, law: Law | None = None
) -> tuple[Request, Allowed]:
    """Return what is asked in words as a request of a search, and what may be used.

    Args:
        asked: What is asked.
        on: The day whose law is meant.
        catalogue: The bundled one if None.
        law: The bundled one if None.

    Raises:
        FindingsError: With every mistake in what is asked.

    Example:
        >>> from datetime import date
        >>> _, allowed = meant(Asked(forbid=["hbm"]), date(2026, 1, 1))
        >>> sorted(allowed.denied)
        ['hbm', 'hbm2e', 'high-bandwidth-memory']
    """
    catalogue = load_catalogue() if catalogue is None else catalogue
    findings: list[Finding] = []
    allowed = _allowed(asked, catalogue, findings)
    at_least = limits("--at-least", asked.at_least, findings)
    at_most = limits("--at-most", asked.at_most, findings)
    if asked.budget is not None:
        at_most["cost"] = min(asked.budget, at_most.get("cost", asked.budget))
    if findings:
        raise FindingsError(findings, title="chip search")
    test = status_of_block(
        thresholds_on(on, law),
        transfer=np.nan if asked.transfer is None else asked.transfer,
        datacentre=YES if asked.datacentre else NO,
    )
    request = Request(
        objective=asked.objective,
        at_least=at_least,
        at_most=at_most,
        volume=np.inf if asked.volume is None else asked.volume,
        wafers=asked.wafers,
        uncaught=test if asked.uncaught else None,
    )
    return request, allowed


def inputs_meant(name: str, world: World) -> tuple[str, ...]:
    """Return the inputs that a name stands for: itself, its variants, and the family of that name.

    So `euv-lithography` is every EUV scanner, and `hbm`, which is a family and one input of it,
    is high-bandwidth memory of all generations. A generation is named by its memory (`hbm3`).

    Args:
        name: An input, a class of inputs that are alternatives, or a family.
        world: Where they stand.

    Example:
        >>> from chokegraph.world import load_world
        >>> inputs_meant("hbm", load_world())
        ('hbm', 'hbm2e', 'high-bandwidth-memory')
    """
    found = {one.input_id for one in world.inputs.values() if name in (one.input_id, one.family)}
    waiting = list(found)
    while waiting:
        kind = waiting.pop()
        more = {
            link.source
            for link in world.links
            if link.relation == "variant_of" and link.target == kind
        }
        waiting += more - found
        found |= more
    return tuple(sorted(found))


def _allowed(asked: Asked, catalogue: Catalogue, findings: list[Finding]) -> Allowed:
    groups = {group: list(getattr(catalogue, group)) for group in GROUPS}
    world = load_world()
    every = [name for names in groups.values() for name in names]
    families = {one.family for one in world.inputs.values()} - {""}
    for option, names, known in (
        ("--allow", asked.allow, every),
        ("--forbid", asked.forbid, [*every, *world.inputs, *families]),
    ):
        for name in names:
            if name not in known:
                near = get_close_matches(name, known, n=1)
                fix = (
                    f"did you mean {near[0]!r}?"
                    if near
                    else "see `chokegraph chip nodes`, `packages`, `memories` and `chokegraph map`"
                )
                findings.append(Finding(f"{option}: no {name!r}", fix=fix))
    kept: dict[str, list[str] | None] = {}
    for group, known in groups.items():
        named = [name for name in known if name in asked.allow]
        left = [name for name in (named or known) if name not in asked.forbid]
        kept[group] = None if left == known else left
    # What is a node, package or memory is meant as such: `hbm2e` is one generation of stacks.
    wanted = [name for name in asked.forbid if name not in every]
    return Allowed(
        nodes=kept["nodes"],
        packages=kept["packages"],
        memories=kept["memories"],
        denied=tuple(dict.fromkeys(one for name in wanted for one in inputs_meant(name, world))),
        without_euv=None if asked.without_euv else (),
    )


def limits(
    option: str, texts: Sequence[str], findings: list[Finding], *, example: str = "tpp=4000"
) -> dict[str, float]:
    """Return names and numbers written as `name=number`.

    Args:
        option: Where they were given, for the findings.
        texts: The texts.
        findings: Takes what is wrong.
        example: How one is written.

    Example:
        >>> limits("--at-least", ["tpp=4000"], [])
        {'tpp': 4000.0}
    """
    found = {}
    for text in texts:
        name, _, value = text.partition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError:
            findings.append(
                Finding(f"{option}: {text!r} is not a number for a name", f"write it as {example}")
            )
    return found
