"""The package in a terminal: gate, blast radius, risk, what matters, what could not look, within one screen."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from weighbridge.domain.findings import Finding, Severity
from weighbridge.domain.gate import GateState
from weighbridge.domain.package import ReviewPackage
from weighbridge.review import sentences
from weighbridge.review.standing import Unseen, is_quiet, new_findings, open_needs, tally, unseen
from weighbridge.review.visible import columns, inert, one_line, shortened, shortened_path, wrapped

SCREEN: Final = 23
"""The lines a usual change may take: a 24-line terminal keeps one for the prompt."""
_NARROWEST, _WIDEST, _LABEL = 40, 120, 14
_MOST_NEEDS: Final = 5

_ASCII: Final = str.maketrans({"…": "...", "·": "-", "✓": "ok", "✗": "x", "→": "->"})
_OBJECT_ID: Final = re.compile(r"\b([0-9a-f]{10})(?:[0-9a-f]{30}|[0-9a-f]{54})\b")
_COLOURS: Final = {"bad": "1;31", "warn": "33", "good": "32", "dim": "2", "bold": "1", "plain": ""}
_BY_SEVERITY: Final = {
    Severity.CRITICAL: "bad",
    Severity.HIGH: "bad",
    Severity.MEDIUM: "warn",
    Severity.LOW: "plain",
    Severity.NOTE: "dim",
}
_BY_STATE: Final = {
    GateState.SATISFIED: "good",
    GateState.NOT_APPLICABLE: "good",
    GateState.UNSATISFIED: "bad",
    GateState.ERROR: "bad",
    GateState.OVERRIDDEN: "warn",
    GateState.BYPASSED: "warn",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """Where lines gather; it knows the width, the colours and the characters the terminal can show."""

    width: int
    colour: bool
    unicode: bool
    lines: list[str] = field(default_factory=list)

    def paint(self, text: str, style: str) -> str:
        code = _COLOURS[style]
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and code and text else text

    def labelled(self, label: str, text: str, *, style: str = "plain", most: int = 2) -> None:
        """`text` beside its label, wrapped to at most `most` lines."""
        room = self.width - _LABEL
        broken = wrapped(self.safe(text), room)
        kept = broken[:most]
        if len(broken) > most:
            kept[-1] = self.cut(f"{kept[-1]} {broken[most]} …", room)
        for index, line in enumerate(kept):
            head = label if index == 0 else ""
            self.lines.append(self.paint(head.ljust(_LABEL), "bold") + self.paint(line, style))

    def safe(self, text: str) -> str:
        """`text` on one line in characters that this terminal shows and that cannot act on it."""
        shown = one_line(text)
        return shown if self.unicode else shown.translate(_ASCII).encode("ascii", "backslashreplace").decode("ascii")

    def cut(self, text: str, width: int) -> str:
        """`text` made safe and cut to `width` columns."""
        return shortened(self.safe(text), width, ellipsis=self.safe("…"))


def render_terminal(
    package: ReviewPackage, written: Mapping[str, str], *, width: int, colour: bool, unicode: bool = True
) -> str:
    """The page for a terminal of `width` columns; `written` says where which rendering went (`html` to its path).

    Colour is the caller's choice (`NO_COLOR`, not a terminal); so is `unicode`, false where the terminal is not UTF-8.
    """
    page = _Page(width=max(_NARROWEST, min(width - 1, _WIDEST)), colour=colour, unicode=unicode)
    if is_quiet(package.decision):
        page.lines.extend(_quiet(package, page))
    else:
        _busy(package, page, written=len(written))
    _written(written, page)
    return inert("\n".join(line.rstrip() for line in page.lines) + "\n")


def _quiet(package: ReviewPackage, page: _Page) -> list[str]:
    sentence = wrapped(page.safe(package.presentation.summary), page.width - 3)
    return [page.paint(page.safe("✓"), "good") + f"  {sentence[0]}", *(f"   {line}" for line in sentence[1:])]


def _busy(package: ReviewPackage, page: _Page, *, written: int) -> None:
    decision, presentation = package.decision, package.presentation
    page.lines.extend(page.paint(line, "bold") for line in wrapped(page.safe(presentation.summary), page.width)[:3])
    _gate(package, page)
    page.labelled("Blast radius", sentences.blast_radius(decision.impact))
    page.labelled("Risk", sentences.risk_line(presentation.risk), most=1)
    page.labelled("Provenance", sentences.provenance_line(decision.provenance), most=1)
    after: list[str] = []
    tail = _Page(width=page.width, colour=page.colour, unicode=page.unicode, lines=after)
    _unseen(unseen(decision), str(decision.coverage), page=tail)
    if presentation.question:
        tail.labelled("Ask", presentation.question)
    if not written:
        tail.labelled("Reproduce", _OBJECT_ID.sub(r"\1", presentation.reproduce), most=3)
    _findings(new_findings(decision), page, room=SCREEN - len(page.lines) - len(after) - max(1, written))
    page.lines.extend(after)


def _gate(package: ReviewPackage, page: _Page) -> None:
    gate = package.decision.gate
    words = f"{sentences.gate_line(gate)} · {gate.level} change"
    page.labelled("Gate", words, style=_BY_STATE[gate.state], most=1)
    needs = open_needs(gate)
    for need, more in needs[:_MOST_NEEDS]:
        mark = "?" if need.state is GateState.ERROR else "✗"
        why = sentences.because(need, gate)
        words = f"{mark} {need.ask}" + (f" (and {more:,} more like it)" if more else f" ({why})" if why else "")
        page.lines.append(" " * _LABEL + page.cut(words, page.width - _LABEL))
    if len(needs) > _MOST_NEEDS:
        page.labelled("", f"… and {len(needs) - _MOST_NEEDS:,} more", style="dim")


def _findings(findings: tuple[Finding, ...], page: _Page, *, room: int) -> None:
    if not findings:
        page.labelled("Findings", "none new", style="good")
        return
    page.labelled("Findings", sentences.severities(tally(findings)), most=1)
    shown = max(2, (room - 1) // 2)
    if len(findings) > shown:
        shown = max(2, (room - 2) // 2)
    for finding in findings[:shown]:
        page.lines.extend(_finding(finding, page))
    if len(findings) > shown:
        page.lines.append(
            page.paint(f"  {page.safe('…')} and {len(findings) - shown:,} more in the full package", "dim")
        )


def _finding(finding: Finding, page: _Page) -> Iterable[str]:
    name = f"  {finding.severity:<8}  {page.cut(finding.rule, page.width - 12 - 16)}"
    place = shortened_path(page.safe(str(finding.place)), page.width - columns(name) - 2, ellipsis=page.safe("…"))
    unsure = "" if finding.confidence == "high" else f" ({finding.confidence} confidence)"
    yield page.paint(name, _BY_SEVERITY[finding.severity]) + "  " + place
    yield " " * 12 + page.cut(finding.message + unsure, page.width - 12)


def _unseen(items: tuple[Unseen, ...], coverage: str, *, page: _Page) -> None:
    page.labelled("Not examined", f"Analysis: {coverage}" + ("" if items else "; nothing was left out"), most=1)
    for item in items[:3]:
        subject = sentences.listed(item.subjects, 2) or sentences.listed(item.rules, 2) or "the change"
        remedy = f" → {item.missing.remedy}" if item.missing.remedy else ""
        line = page.cut(f"? {subject}: {item.missing.reason}, {item.missing.detail}{remedy}", page.width - _LABEL)
        page.lines.append(" " * _LABEL + page.paint(line, "warn"))
    if len(items) > 3:
        page.labelled("", f"… and {len(items) - 3:,} more reasons", style="dim")


def _written(written: Mapping[str, str], page: _Page) -> None:
    for index, (kind, path) in enumerate(written.items()):
        label = "Full package" if index == 0 else ""
        page.lines.append(page.paint(label.ljust(_LABEL), "bold") + page.safe(f"{kind}: {path}"))
