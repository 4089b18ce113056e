"""The package as Markdown for a pull request: what matters above the fold, the rest folded, never too long to post."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from weighbridge.domain.exceptions import ExceptionState
from weighbridge.domain.findings import Finding, Severity, Suppression
from weighbridge.domain.gate import Gate, GateState
from weighbridge.domain.ids import symbol_name, symbol_path
from weighbridge.domain.impact import Certainty, ChangeDepth, Edge, Reached
from weighbridge.domain.package import Decision, ReviewPackage
from weighbridge.review import sentences
from weighbridge.review.exceptional import elsewhere_line, exception_words, of_this, passing_words
from weighbridge.review.needs import short_needs
from weighbridge.review.picture import component_picture
from weighbridge.review.render.markdown_text import code, fenced, prose, row
from weighbridge.review.render.mermaid import flowchart, sequence_diagram
from weighbridge.review.standing import (
    Unseen,
    asked_otherwise,
    by_depth,
    needs_nobody,
    new_findings,
    refused_excuses,
    tally,
    unseen,
)

MARKER: Final = "<!-- weighbridge:review -->"
"""The first line of every rendering: a bot finds its own comment by it and updates that."""
LIMIT: Final = 60_000
"""The most characters a rendering has; forges refuse comments of about 65,000."""
_SECTION: Final = 12_000
_MOST_EXCEPTIONS: Final = 8

_STATES: Final = {
    GateState.SATISFIED: "✅",
    GateState.NOT_APPLICABLE: "✅",
    GateState.UNSATISFIED: "❌",
    GateState.ERROR: "❓",
    GateState.OVERRIDDEN: "⚠️",
    GateState.BYPASSED: "⚠️",
}
_SEVERITIES: Final = {
    Severity.CRITICAL: "🟥",
    Severity.HIGH: "🟧",
    Severity.MEDIUM: "🟨",
    Severity.LOW: "⬜",
    Severity.NOTE: "▫️",
}


class _Sheet:
    """Lines gathered under the limit, for which the last ones are kept room: what does not fit is said to be left out."""

    def __init__(self, last: tuple[str, ...]) -> None:
        self._last = last
        self._parts: list[str] = []
        self._room = LIMIT - sum(len(line) + 1 for line in last) - 1

    def add(self, *lines: str) -> None:
        """`lines`, or as many of them as fit."""
        for line in lines:
            if len(line) + 1 <= self._room:
                self._parts.append(line)
                self._room -= len(line) + 1

    def folded(self, title: str, lines: Iterable[str], *, after: str = "") -> None:
        """A section that opens on demand; blank when there are no lines."""
        kept: list[str] = []
        room, left_out = min(_SECTION, self._room - 300 - len(title) - len(after)), 0
        for line in lines:
            if left_out or len(line) + 1 > room:
                left_out += 1
            else:
                kept.append(line)
                room -= len(line) + 1
        if not kept:
            return
        self.add("", f"<details><summary>{title}</summary>", "", *kept)
        if left_out:
            self.add(
                "",
                f"*… and more than fits here: {sentences.count(left_out, 'line')} left out; the full package has them.*",
            )
        self.add(*(["", after] if after else []), "", "</details>")

    def text(self) -> str:
        """The whole text."""
        return "\n".join([*self._parts, *self._last]) + "\n"


def render_markdown(package: ReviewPackage) -> str:
    """Markdown of fewer than `LIMIT` characters, beginning with `MARKER`."""
    decision, sheet = package.decision, _Sheet(tuple(_last_lines(package)))
    gate, quiet = package.gate, needs_nobody(package)
    said = prose(package.presentation.summary)
    sheet.add(
        MARKER, f"### {_STATES[gate.state]} Weighbridge: {prose(sentences.gate_line(gate).replace(':', ',', 1))}", ""
    )
    sheet.add(said if quiet else f"**{said}**", "", f"Weighed: {prose(sentences.weighed_line(package))}.")
    sheet.add(*(line for words in asked_otherwise(decision) for line in ("", f"> **Mind:** {prose(words, 600)}")))
    sheet.add(*(line for words in package.presentation.in_force for line in ("", f"> **In force:** {prose(words)}")))
    if quiet:
        _exceptions(package, sheet)
        return sheet.text()
    _needs(package, sheet)
    for words in package.presentation.left_behind[:_MOST_EXCEPTIONS]:
        sheet.add(f"- ⚪ {prose(words, 400)}")
    _exceptions(package, sheet)
    _at_a_glance(package, sheet)
    _dangers(new_findings(decision), sheet)
    _excuses(refused_excuses(decision), sheet)
    _not_examined(unseen(decision), sheet)
    if package.presentation.question:
        sheet.add("", f"> **Ask:** {prose(package.presentation.question)}")
    for title, lines in _sections(package):
        sheet.folded(title, lines())
    return sheet.text()


def _last_lines(package: ReviewPackage) -> Iterator[str]:
    decision = package.decision
    if not needs_nobody(package):
        yield from ("", f"Reproduce: {code(package.presentation.reproduce)}")
    policy = code(decision.gate.policy, 100)
    yield from ("", f"<sub>{prose(decision.tool, 100)} · policy {policy} · decision {code(package.digest)}</sub>")


def _needs(package: ReviewPackage, sheet: _Sheet) -> None:
    needs = short_needs(package.gate)
    if needs:
        sheet.add("", "**Still needed**" if package.gate.open else f"**{passing_words(package)}**", "")
    for need in needs[:8]:
        mark = {GateState.ERROR: "❓", GateState.UNSATISFIED: "❌"}.get(need.state, "⚪")
        more = f" (and {need.more:,} more like it)" if need.more else ""
        why = f" ({prose(need.because, 300)})" if need.because else ""
        sheet.add(f"- {mark} {prose(need.ask, 300)}{more}{why}")
    if len(needs) > 8:
        sheet.add(f"- … and {len(needs) - 8:,} more")


def _exceptions(package: ReviewPackage, sheet: _Sheet) -> None:
    known = package.presentation.exceptions
    if not known:
        return
    sheet.add("", "**Exceptions in force**", "")
    here, others = of_this(known), elsewhere_line(known)
    for each in here[:_MOST_EXCEPTIONS]:
        mark = "❌" if each.state is ExceptionState.REVIEW_OVERDUE else "⚠️"
        sheet.add(f"- {mark} {prose(exception_words(each), 400)}")
    if len(here) > _MOST_EXCEPTIONS:
        sheet.add(f"- … and {len(here) - _MOST_EXCEPTIONS:,} more of this change")
    if others:
        sheet.add(f"- {prose(others)}")


def _at_a_glance(package: ReviewPackage, sheet: _Sheet) -> None:
    decision = package.decision
    rows = [
        ("Changed", sentences.change_size(decision.change)),
        (
            "Level",
            f"{decision.gate.level}" + (f": {'; '.join(decision.gate.reasons[:3])}" if decision.gate.reasons else ""),
        ),
        ("Blast radius", sentences.blast_radius(decision.impact, decision.coverage)),
        ("Tests", sentences.guard(decision.impact)),
        ("Risk", sentences.risk_line(package.presentation.risk)),
        ("Provenance", sentences.provenance_line(decision.provenance)),
        ("Examined", sentences.coverage_line(decision.coverage)),
    ]
    sheet.add("", row("", ""), "|---|---|", *(row(f"**{name}**", prose(text)) for name, text in rows if text))


def _dangers(findings: tuple[Finding, ...], sheet: _Sheet) -> None:
    if not findings:
        sheet.add("", "**Dangerous:** no new finding.")
        return
    sheet.add("", f"**Dangerous:** {sentences.severities(tally(findings))}", "")
    for finding in findings[:5]:
        where = code(str(finding.place))
        sheet.add(
            f"- {_SEVERITIES[finding.severity]} **{finding.severity}** {where} {prose(finding.message, 300)} {code(finding.rule)}"
        )
    if len(findings) > 5:
        sheet.add(f"- … and {len(findings) - 5:,} more below")


def _excuses(refused: tuple[Suppression, ...], sheet: _Sheet) -> None:
    """Excuses that do not hold, and why: who wrote one takes it to hold."""
    if refused:
        sheet.add("", "**Excuses that are not honoured**", "")
    for each in refused[:4]:
        sheet.add(f"- ⚠️ {code(each.rule)} {code(str(each.place))}: {prose(each.problem, 300)}")
    if len(refused) > 4:
        sheet.add(f"- … and {len(refused) - 4:,} more")


def _not_examined(items: tuple[Unseen, ...], sheet: _Sheet) -> None:
    if not items:
        return
    sheet.add("", "**Not examined**", "")
    for item in items[:4]:
        names = item.subjects or item.rules or ("the change",)
        shown = ", ".join(code(name) for name in names[:3]) + (
            f" and {len(names) - 3:,} more" if len(names) > 3 else ""
        )
        remedy = f" To mend it: {prose(item.missing.remedy, 200)}" if item.missing.remedy else ""
        sheet.add(f"- ❓ {shown}: **{item.missing.reason}**, {prose(item.missing.detail, 200)}.{remedy}")
    if len(items) > 4:
        sheet.add(f"- … and {len(items) - 4:,} more reasons")


def _sections(package: ReviewPackage) -> Iterator[tuple[str, Callable[[], Iterable[str]]]]:
    """The folded sections in reading order: what changed, the map, what is dangerous and why, what was not seen."""
    decision, presentation = package.decision, package.presentation
    impact, findings = decision.impact, new_findings(decision)
    yield f"What changed ({sentences.change_size(decision.change)})", lambda: _changed(decision)
    yield "The map", lambda: _map(decision)
    code = sum(not d.is_test for d in impact.dependents)
    tests = sentences.count(len(impact.test_files), "test file")
    yield f"Who can notice ({sentences.count(code, 'dependent')}, {tests})", lambda: _reach(impact.reached)
    if presentation.sequences:
        yield "Before and after", lambda: _sequences(package)
    yield f"Findings, with their reasons ({len(findings):,})", lambda: _findings(findings)
    yield "How it could fail", lambda: _scenarios(package)
    yield "Risk among earlier changes", lambda: _risk(package)
    yield f"Sensitive surfaces ({len(decision.surfaces):,})", lambda: _surfaces(decision)
    yield f"Coverage ({decision.coverage})", lambda: _coverage(decision)
    yield f"Requirements ({len(package.gate.requirements):,})", lambda: _requirements(package.gate)
    if package.presentation.notices:
        yield "Notes on the record", lambda: (f"- {prose(words, 300)}" for words in package.presentation.notices)
    yield "Where it comes from", lambda: _provenance(decision)


def _changed(decision: Decision) -> Iterator[str]:
    ordered = by_depth(decision.impact.changed)
    in_text = sum(changed.depth is ChangeDepth.TEXT for changed in ordered)
    for changed in ordered[: len(ordered) - in_text]:
        where = f" in {code(symbol_path(changed.symbol))}" if symbol_name(changed.symbol) else ""
        yield f"- {code(sentences.named(changed.symbol))}{where}: {changed.depth}"
    if in_text:
        yield f"- comments, documentation or layout alone in {sentences.count(in_text, 'definition')}"
    if ordered:
        yield ""
    for file in decision.change.files:
        yield f"- {code(file.path)} {file.status} +{file.lines_added:,} -{file.lines_removed:,}"


def _map(decision: Decision) -> Iterator[str]:
    picture = component_picture(decision)
    if len(picture.nodes) > 1:
        yield fenced(flowchart(picture), "mermaid", limit=8000)
        yield ""
        limits = "; ".join(filter(None, (picture.left_out, decision.impact.truncated)))
        yield f"{prose(picture.described)} Dotted: inferred. {prose(limits)}".rstrip()


def chain(path: tuple[Edge, ...]) -> str:
    """`pay calls Cart.total calls round_total`, uncertain steps marked."""
    if not path:
        return ""
    steps = (f"{_used(e)}{_unsure(e.certainty)} {code(sentences.named(e.target))}" for e in path)
    return " ".join([code(sentences.named(path[0].source)), *steps])


def _used(edge: Edge) -> str:
    """How one symbol uses another; the route is the repository's word and stands as code."""
    return f"{sentences.verb(edge)} {code(edge.what)} of" if edge.what else sentences.verb(edge)


def _unsure(certainty: Certainty) -> str:
    return " (inferred)" if certainty is Certainty.INFERRED else ""


def _reach(reached: tuple[Reached, ...]) -> Iterator[str]:
    for item in reached:
        through = f": {chain(item.path[:8])}" if item.path else ""
        yield f"- {item.kind} {code(item.name)}{_unsure(item.certainty)}{through}"


def _sequences(package: ReviewPackage) -> Iterator[str]:
    for sequence in package.presentation.sequences:
        yield f"{code(sequence.entry_point)}\n\n{fenced(sequence_diagram(sequence), 'mermaid', limit=6000)}\n"


def _findings(findings: tuple[Finding, ...]) -> Iterator[str]:
    for finding in findings:
        head = f"{_SEVERITIES[finding.severity]} **{finding.severity}**, {finding.confidence} confidence: {prose(finding.message)}"
        lines = [f"- {head}", f"  {code(str(finding.place))} · {code(finding.rule)} · {code(finding.evidence)}"]
        steps = [*finding.flow[:8], *finding.related[:4]]
        lines += [f"  - {code(str(step.place))} {prose(step.message, 200)}" for step in steps]
        if finding.fix:
            patch = fenced(finding.fix.patch, "diff", limit=1500).replace("\n", "\n  ")
            lines += [f"  {prose(finding.fix.description, 200)}", "", f"  {patch}", ""]
        yield "\n".join(lines)


def _scenarios(package: ReviewPackage) -> Iterator[str]:
    for scenario in package.presentation.risk.scenarios:
        yield f"- {prose(scenario.words)} {' '.join(code(cite) for cite in scenario.cites[:4])}"


def _risk(package: ReviewPackage) -> Iterator[str]:
    """What the rank is made of: how the change compares with earlier ones, which is no way to fail."""
    for contribution in package.presentation.risk.contributions:
        yield f"- {prose(contribution.words)} ({sentences.ordinal(contribution.percentile)} percentile)"


def _surfaces(decision: Decision) -> Iterator[str]:
    for surface in decision.surfaces:
        symbol = f" {code(surface.symbol)}" if surface.symbol else ""
        yield f"- **{surface.kind}** {code(surface.path)}{symbol}: {prose(surface.reason)}"


def _coverage(decision: Decision) -> Iterator[str]:
    for file in decision.coverage.files:
        missing = file.missing
        why = f": {missing.reason}, {prose(missing.detail, 200)}" if missing else ""
        language = f" ({prose(file.language)})" if file.language else ""
        yield f"- {'✅' if file.examined else '❓'} {code(file.path)}{language}{why}"


def _requirements(gate: Gate) -> Iterator[str]:
    for need in gate.requirements:
        why = sentences.because(need, gate)
        because = f": {prose(why)}" if why else ""
        yield f"- {_STATES[need.state]} {sentences.STATE_WORDS[need.state]}: {prose(need.ask)} ({code(need.rule)}){because}"
        yield from (f"  - {prose(words, 200)}" for words in need.met_by)
        yield from (f"  - does not count: {prose(words, 200)}" for words in need.not_counted)


def _provenance(decision: Decision) -> Iterator[str]:
    subjects = {commit.oid: commit.subject for commit in decision.change.commits}
    for commit in decision.provenance.commits:
        yield f"- {code(commit.commit[:12])} {prose(subjects.get(commit.commit, ''), 120)}: **{commit.origin}**"
        for evidence in commit.evidence[:4]:
            yield f"  - {evidence.source} says {evidence.says}: {prose(evidence.detail, 200)} ({evidence.confidence} confidence)"
        for conflict in commit.conflicts[:4]:
            yield f"  - conflict: {prose(conflict, 200)}"
    for note in (*decision.provenance.disclosure, *decision.provenance.unreachable):
        yield f"- {prose(note, 300)}"
