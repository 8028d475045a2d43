# SPDX-License-Identifier: Apache-2.0
"""What a scenario changes, in sentences. Levers and assumptions are kept apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chokegraph.report.names import Names
from chokegraph.report.numbers import PERCENT, Unit, interval, number, quarter_words, with_unit
from chokegraph.report.reaches import Reach, between, covers, share
from chokegraph.report.words import Words, inside, listed, plain
from chokegraph.scenario.assumption import Assumption
from chokegraph.scenario.control import Cap, Control, Licence
from chokegraph.scenario.levers import Levers
from chokegraph.scenario.model import Scenario
from chokegraph.scenario.selector import Selector

MONEY = Unit("USD million a year")


@dataclass(frozen=True)
class Change:
    """One thing that is changed.

    Args:
        title: Its short name.
        text: What it does, in a sentence.
        covers: What it reaches.
        stops: What the shares of `covers` are, one heading a column.
        capped: Whether only what is above a grade is denied.
        note: What the author of the scenario wrote beside it.
        sources: Where it is documented: citations or links.
    """

    title: str
    text: str
    covers: tuple[Reach, ...] = ()
    note: str = ""
    sources: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    capped: bool = False


@dataclass(frozen=True)
class Changes:
    """All that a scenario changes, and what its baseline already holds."""

    baseline: tuple[Change, ...]
    controls: tuple[Change, ...]
    levers: tuple[Change, ...]
    assumptions: tuple[Change, ...]
    mechanisms_off: tuple[str, ...]
    law: bool = False

    @property
    def summary(self) -> str:
        """Count the changes in one sentence."""
        parts = [
            _count(len(self.controls), "control"),
            _count(len(self.levers), "lever"),
            _count(len(self.assumptions), "assumption"),
        ]
        if self.law:
            parts = ["the law", *(part for part in parts if not part.startswith("no "))]
        return f"This scenario changes {listed(parts)}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _count(number_of: int, noun: str) -> str:
    small = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    words = small[number_of] if number_of < len(small) else str(number_of)
    return f"{words} {noun}" if number_of == 1 else f"{words} {noun}s"


def describe(
    scenario: Scenario, access: list[dict[str, Any]], names: Names, words: Words
) -> Changes:
    """Put a scenario into words.

    Args:
        scenario: The question.
        access: The table `access` of a result: what each control reaches.
        names: Names of inputs and countries.
        words: The phrases of the report.

    Returns:
        Sentences for controls, levers and assumptions, each in its own group.
    """
    base = scenario.baseline
    return Changes(
        baseline=(
            *(_control(c, scenario, access, names, words, "baseline") for c in base.controls),
            *_levers(base.levers, scenario, names, words),
        ),
        controls=tuple(
            _control(c, scenario, access, names, words, "scenario") for c in scenario.controls
        ),
        levers=_levers(scenario.levers, scenario, names, words),
        assumptions=tuple(
            _assumption(name, parts, names, words) for name, parts in scenario.assumptions.items()
        ),
        mechanisms_off=tuple(plain(k) for k, on in scenario.mechanisms.items() if not on),
        law=scenario.law_of("scenario") != scenario.law_of("baseline"),
    )


def _selected(selector: Selector, names: Names, words: Words) -> str:
    parts = [inside(names.input(key)) for key in selector.ids]
    parts += [
        f"all inputs tagged \N{LEFT DOUBLE QUOTATION MARK}{plain(tag)}"
        "\N{RIGHT DOUBLE QUOTATION MARK}"
        for tag in selector.tags
    ]
    parts += [f"all of {inside(words.label('families', key))}" for key in selector.families]
    parts += [f"the stage {inside(words.label('stages', key))}" for key in selector.stages]
    parts += [f"items under export-control number {eccn}" for eccn in selector.eccns]
    text = listed(parts)
    if selector.exclude:
        text += f", without {listed([inside(names.input(key)) for key in selector.exclude])}"
    return text


def _when(begin: str, end: str | None) -> str:
    until = f" until {quarter_words(end)}" if end else ""
    return f"in force from {quarter_words(begin)}{until}"


def _money(amount: float) -> str:
    return with_unit(number(amount), MONEY)


def _licence(licence: Licence | None) -> str:
    if licence is None:
        return "no licences are given"
    if licence.policy is not None:
        return f"licence policy: {plain(licence.policy)}"
    return f"licences are given for {share(licence.approval or (0.0, 0.0))} of the trade"


def _cap(cap: Cap) -> str:
    if cap.kind == "sliding":
        behind = with_unit(number(cap.generations or 0.0), Unit("generations"))
        return f"whatever is newer than {behind} behind the frontier (sliding scale)"
    if cap.label is not None:
        return f"whatever is above {cap.label} (hard cap)"
    if cap.behind is not None:
        behind = with_unit(number(cap.behind), Unit("generations"))
        return f"whatever is above the grade {behind} behind the frontier of the start (hard cap)"
    return f"whatever is above grade {number(cap.grade or 0.0)} of its ladder (hard cap)"


def _control(
    control: Control,
    scenario: Scenario,
    access: list[dict[str, Any]],
    names: Names,
    words: Words,
    run: str,
) -> Change:
    members = scenario.members(control)
    who = listed([names.country(key) for key in members])
    stop = "stop" if len(members) > 1 else "stops"
    what = _selected(control.inputs, names, words)
    buyer = (
        names.country(scenario.target)
        if control.on == "target"
        else {"coalition": "the coalition", "others": "third countries"}[control.on]
    )
    serviced = control.servicing is not None and control.servicing.ban
    only_staff = control.staff and not (control.cap or control.licence or serviced)
    sentences = []
    if control.cap is not None:
        sentences.append(f"{who} {stop} selling {buyer} {_cap(control.cap)}, for {what}")
    elif control.licence is not None:
        licensing = "require" if len(members) > 1 else "requires"
        sentences.append(f"{who} {licensing} a licence to sell {what} to {buyer}")
    elif serviced:
        sentences.append(f"{who} {stop} servicing {what} in {buyer}")
    else:
        withdraw, their = ("withdraw", "their") if len(members) > 1 else ("withdraws", "its")
        sentences.append(
            f"{who} {withdraw} the support of {their} people for those in {buyer} who make or use "
            f"{what}"
        )
    sentences[0] += f"; {_when(control.from_, control.until)}"
    if control.announced:
        sentences[0] += f", announced {quarter_words(control.announced)}"
    if control.licence is not None:
        sentences.append(_capital(_licence(control.licence)) + _approved(access, control.name, run))
    elif control.cap is not None:
        sentences.append(_capital(_licence(None)))
    if control.servicing is not None and serviced:
        rate = share(control.servicing.approval)
        sentences.append(f"Servicing of tools already sold stops; {rate} of it is still licensed")
    if control.staff and not only_staff:
        their = "Their" if len(members) > 1 else "Its"
        sentences.append(f"{their} people may no longer support those who make or use these inputs")
    every = set(control.tiers) == set(words.tables["tiers"])
    if not every:
        tiers = listed([words.label("tiers", tier) for tier in control.tiers])
        sentences.append(f"It covers {tiers} production only")
    reached, stops = covers(access, control.name, run, words)
    return Change(
        _name(control.name, names),
        ". ".join(sentences) + ".",
        reached,
        control.note,
        control.sources,
        stops,
        capped=control.cap is not None,
    )


def _name(name: str, names: Names) -> str:
    """A control's short name as words; country codes in capitals."""
    parts = [part.upper() if part.upper() in names.countries else part for part in name.split("-")]
    return _capital(" ".join(parts))


def _approved(access: list[dict[str, Any]], name: str, run: str) -> str:
    """How much of the trade is licensed in the draws, if the result says so."""
    for row in access:
        sold = (row["control"], row["run"]) == (name, run) and row["kind"].startswith("sales")
        if sold and row["approval_mean"] is not None:
            middle, between = interval(
                row["approval_mean"], row["approval_low"], row["approval_high"], PERCENT
            )
            return f", taken as {middle} of the trade licensed ({between})"
    return ""


def _levers(levers: Levers, scenario: Scenario, names: Names, words: Words) -> tuple[Change, ...]:
    target = names.country(scenario.target)
    made = []
    for mandate in levers.mandate:
        text = (
            f"{target} tells its buyers to prefer domestic "
            f"{_selected(mandate.inputs, names, words)}, with a strength of "
            f"{share((mandate.strength,) * 2)} of the strictest order; "
            f"{_when(mandate.from_, mandate.until)}."
        )
        made.append(Change("Buy-domestic order", text, note=mandate.note))
    for subsidy in levers.subsidy:
        text = (
            f"{target} pays {_money(subsidy.usd_million_per_year)} to its own providers of "
            f"{_selected(subsidy.inputs, names, words)}, {share((subsidy.capacity_share,) * 2)} "
            f"of it for capacity; {_when(subsidy.from_, subsidy.until)}."
        )
        made.append(Change("Subsidy", text, note=subsidy.note))
    for promotion in levers.promotion:
        members = scenario.members(promotion)
        who = listed([names.country(key) for key in members])
        pay = "pay" if len(members) > 1 else "pays"
        text = (
            f"{who} {pay} {_money(promotion.usd_million_per_year)} to their own providers of "
            f"{_selected(promotion.inputs, names, words)}; "
            f"{_when(promotion.from_, promotion.until)}."
        )
        made.append(Change("Promotion", text, note=promotion.note))
    return tuple(made)


def _assumption(name: str, parts: tuple[Assumption, ...], names: Names, words: Words) -> Change:
    meaning, unit = names.parameter(name)
    texts = []
    for part in parts:
        if part.value is not None:
            low, high = part.value
            text = f"{'set to' if low == high else 'drawn from'} {between(part.value, unit)}"
        else:
            shape = [number(value) for value in (part.a, part.b) if value is not None]
            text = f"drawn from a {plain(part.dist or '')} distribution ({listed(shape)})"
        where = [inside(words.label("families", key)) for key in part.families]
        texts.append(text + (f" for {listed(where)}" if where else ""))
    notes = " ".join(part.note for part in parts if part.note)
    return Change(meaning, _capital("; ".join(texts)) + ".", (), notes)
