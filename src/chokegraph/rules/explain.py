# SPDX-License-Identifier: Apache-2.0
"""Why a row was decided as it was: ordered steps, what nearly applied, what would change it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from chokegraph.rules.atoms import us_eccn
from chokegraph.rules.combined import Circuit
from chokegraph.rules.compile import Program
from chokegraph.rules.day_view import day_view
from chokegraph.rules.decision import Decision, decide
from chokegraph.rules.language import Clause, Literal, Met, Test
from chokegraph.rules.model import EVERY, Law, Rule, RuleVersion
from chokegraph.rules.saying import say_literal, say_value
from chokegraph.rules.scalar import Trace
from chokegraph.rules.traced import CompiledTrace
from chokegraph.rules.truth import FALSE, TRUE, Truth, in_words
from chokegraph.rules.values import Value


@dataclass(frozen=True, slots=True)
class Input:
    """A part of a rule's condition as it came out for the row.

    Args:
        text: The part in words, with the law's values of the day.
        value: What the row says, in words; "" for a part that is another rule.
        truth: How it came out.
        marks: Doubted parts of the law that it rests on.
        inside: For a part that is another rule: what made that rule come out so.
    """

    text: str
    value: str
    truth: Truth
    marks: tuple[str, ...]
    inside: tuple[Input, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A rule as it came out for the row.

    Args:
        section: The part of the order of evaluation: classification, release, jurisdiction,
            requirement, exclusion, exception, restriction, review policy, warning, not in force.
        rule: The rule's id.
        code: What it reports.
        title: What it says.
        truth: How its condition came out.
        result: What came of it: "stands", "removed by ...", "not subject" and so on.
        version: The first day of the version used.
        cite: Where it stands.
        confidence: Its mark.
        inputs: The parts of the clause that decided: the one that holds, or the unknown ones.
    """

    section: str
    rule: str
    code: str
    title: str
    truth: Truth
    result: str
    version: date
    cite: str
    confidence: str
    inputs: tuple[Input, ...]


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A rule that a single part of its condition kept from applying."""

    rule: str
    code: str
    title: str
    lacking: Input
    cite: str


@dataclass(frozen=True)
class Explanation:
    """The decision, the steps to it, and what nearly applied."""

    on: date
    decision: Decision
    steps: tuple[Step, ...]
    nearly: tuple[NearMiss, ...]


def explain(row: Mapping[str, Value], law: Law | Program, on: date) -> Explanation:
    """Explain the decision of one row.

    Args:
        row: Values by fact; a missing key, or None, is unknown.
        law: The law; compiled, it takes a part of the time, and the explanation is the same.
        on: The day of the transaction.

    Returns:
        The decision with its steps in the order of evaluation, and the near misses.

    Example:
        >>> from datetime import date
        >>> from chokegraph.rules import load_law
        >>> explain({"origin": "US"}, load_law(), date(2024, 1, 1)).decision.subject
        'yes'
    """
    trace = Trace(row, law, on) if isinstance(law, Law) else CompiledTrace(row, law, on)
    circuit = Circuit(trace)
    inputs = Inputs(trace)
    steps = tuple(_Teller(trace, circuit, inputs).steps())
    return Explanation(on, decide(trace, circuit), steps, tuple(near_misses(trace, inputs)))


class _Teller:
    """Tells the steps of a row, section by section."""

    def __init__(self, trace: Trace, circuit: Circuit, inputs: Inputs) -> None:
        self.trace = trace
        self.circuit = circuit
        self.inputs = inputs

    def steps(self) -> Iterator[Step]:
        circuit = self.circuit
        # A stated ECCN is believed unless parameters surely establish another, so a classification
        # that cannot be told matters only where none is stated.
        stated = us_eccn(self.trace.value("eccn")) is not None
        for rule, version in circuit.of("classification"):
            truth = circuit.truth(rule)
            if truth is TRUE or (truth is not FALSE and not stated):
                yield self._step("classification", rule, version, version.eccn)
        for rule, version in circuit.of("release"):
            if circuit.truth(rule) is not FALSE:
                yield self._step("release", rule, version, "not subject")
        for rule, version in circuit.of("hook"):
            if circuit.truth(rule) is not FALSE:
                yield self._step("jurisdiction", rule, version, self._hook_result(rule))
        for rule, version in circuit.requirements:
            if circuit.truth(rule) is not FALSE:
                yield self._step("requirement", rule, version, self._requirement_result(rule))
        yield from self._shadows()
        effective = {rule.id for rule, _ in circuit.effective_exclusions()}
        for rule, version in circuit.of("exclusion"):
            if rule.id in effective or circuit.truth(rule) not in (TRUE, FALSE):
                yield self._step("exclusion", rule, version, ", ".join(version.removes))
        yield from self._exceptions()
        policy, chosen = circuit.policy()
        for rule, version in circuit.of("policy"):
            if chosen is not None and rule.id == chosen.id:
                yield self._step("review policy", rule, version, str(policy))
        for rule, version in circuit.of("flag"):
            if self.trace.holds(rule.id):
                yield self._step("warning", rule, version, version.message)

    def _hook_result(self, rule: Rule) -> str:
        by = [each.id for each in self.circuit.excluders(rule) if self.circuit.truth(each) is TRUE]
        if by:
            return f"removed by {', '.join(by)}"
        return "subject" if self.circuit.hook(rule) is TRUE else "cannot tell"

    def _requirement_result(self, rule: Rule) -> str:
        standing = self.circuit.standing(rule)
        by = [each.id for each in self.circuit.excluders(rule) if self.circuit.truth(each) is TRUE]
        if by:
            return f"removed by {', '.join(by)}"
        if standing is FALSE:
            return "the item is not subject"
        if standing is TRUE:
            left = self.circuit.left(rule)
            return "overcome by an exception" if left is FALSE else "stands"
        return "cannot tell"

    def _shadows(self) -> Iterator[Step]:
        for rule, version, why in self.circuit.view.shadows:
            if self.trace.version(rule, version) is not FALSE:
                yield self._step("not in force", rule, version, why)

    def _exceptions(self) -> Iterator[Step]:
        standing = {
            r.code for r, _ in self.circuit.requirements if self.circuit.standing(r) is not FALSE
        }
        for rule, version in self.circuit.of("exception"):
            useful = version.overcomes == EVERY or standing & set(version.overcomes)
            if not useful or self.circuit.truth(rule) is FALSE:
                continue
            available = self.circuit.available(rule)
            words = {TRUE: "available", FALSE: "barred"}.get(available, "cannot tell")
            yield self._step("exception", rule, version, words)
            if available is not TRUE:
                yield from self._restrictions(rule)

    def _restrictions(self, exception: Rule) -> Iterator[Step]:
        for rule, version in self.circuit.of("restriction"):
            barring = version.bars == EVERY or exception.code in version.bars
            barring = barring and exception.code not in version.spares
            if barring and self.circuit.truth(rule) is not FALSE:
                yield self._step("restriction", rule, version, f"bars {exception.code}")

    def _step(self, section: str, rule: Rule, version: RuleVersion, result: str) -> Step:
        return Step(
            section=section,
            rule=rule.id,
            code=rule.code,
            title=rule.title,
            truth=self.trace.version(rule, version),
            result=result,
            version=version.effective,
            cite=version.cite,
            confidence=version.confidence,
            inputs=self.inputs.deciding(rule, version),
        )


class Inputs:
    """Parts of conditions as they came out for a row, each worked out once.

    Args:
        trace: The truths.
    """

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self._of_rule: dict[tuple[str, int], tuple[Input, ...]] = {}
        self._known: dict[int, Input] = {}

    def deciding(self, rule: Rule, version: RuleVersion) -> tuple[Input, ...]:
        """Return the parts of the clause that makes a version true, or that it waits for."""
        key = (rule.id, id(version))
        found = self._of_rule.get(key)
        if found is None:
            found = self._of_rule[key] = tuple(self._deciding(rule, version))
        return found

    def _deciding(self, rule: Rule, version: RuleVersion) -> Iterator[Input]:
        clauses = self.trace.law.clauses(version, rule.regime)
        truths = [self.trace.clause(clause) for clause in clauses]
        best = max(truths, default=FALSE)
        if best is FALSE:
            return
        chosen = [clause for clause, truth in zip(clauses, truths, strict=True) if truth is best]
        for literal in min(chosen, key=len):
            yield self.of(literal)

    def of(self, literal: Literal) -> Input:
        """Return a part as it came out."""
        key = id(literal)  # parts of clauses live as long as the law, so an id is a name
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._work_out(literal)
        return found

    def _work_out(self, literal: Literal) -> Input:
        trace, atom = self.trace, literal.atom
        text, truth = say_literal(literal, trace.law, trace.on), trace.literal(literal)
        if isinstance(atom, Test):
            value = say_value(trace.value(atom.fact), trace.law.facts[atom.fact].unit)
            return Input(text, value, truth, tuple(sorted(trace.answer(atom).marks)))
        inside: tuple[Input, ...] = ()
        if isinstance(atom, Met):
            version = trace.law.in_force(trace.on).get(atom.rule)
            if version is not None:
                inside = self.deciding(trace.law.rule(atom.rule), version)
        return Input(text, "", truth, tuple(sorted(trace.marks_of(atom))), inside)


def near_misses(trace: Trace, inputs: Inputs) -> Iterator[NearMiss]:
    """Yield the hooks and requirements that a single part of a clause kept from applying."""
    perhaps = trace.nearly()
    for rule, version in day_view(trace.law, trace.on).applying:
        if rule.id not in perhaps or trace.rule(rule.id) is not FALSE:
            continue
        for clause in trace.clauses(rule.id):
            lacking = _only_lacking(trace, clause)
            if lacking is not None:
                part = inputs.of(lacking)
                yield NearMiss(rule.id, rule.code, rule.title, part, version.cite)
                break


def _only_lacking(trace: Trace, clause: Clause) -> Literal | None:
    """Return the one literal that fails while all others, of which there are some, hold."""
    lacking: Literal | None = None
    for literal in clause:
        truth = trace.literal(literal)
        if truth is TRUE:
            continue
        if truth is not FALSE or lacking is not None:
            return None
        lacking = literal
    return lacking if len(clause) > 1 else None


def _tell_input(part: Input, indent: str) -> Iterator[str]:
    value = f" (here: {part.value})" if part.value else ""
    marks = f" {' '.join(part.marks)}" if part.marks else ""
    yield f"{indent}- {part.text}: {in_words(part.truth)}{value}{marks}"
    for inner in part.inside:
        yield from _tell_input(inner, indent + "  ")


def tell(explanation: Explanation) -> list[str]:
    """Return an explanation as lines of text."""
    lines: list[str] = []
    for number, step in enumerate(explanation.steps, start=1):
        code = f" {step.code}" if step.code else ""
        lines.append(f"{number}. {step.section}{code}: {in_words(step.truth)}; {step.result}")
        lines.append(f"   {step.title}")
        lines.append(f"   {step.rule}, from {step.version} [{step.confidence}], {step.cite}")
        for part in step.inputs:
            lines += _tell_input(part, "   ")
    if explanation.nearly:
        lines.append("Nearly applied:")
    for miss in explanation.nearly:
        lines.append(f"   {miss.code} {miss.title}")
        lines.append(f"   but for: {miss.lacking.text} (here: {miss.lacking.value or 'no'})")
    return lines
