"""A check for a terminal: a finding in two lines, what could not look in one, and nothing about a clean change."""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.findings import Finding, Severity
from weighbridge.domain.ids import EvidenceId
from weighbridge.domain.outcomes import Reason
from weighbridge.domain.package import Decision
from weighbridge.review.sentences import count, listed
from weighbridge.review.standing import Unseen, new_findings, unseen
from weighbridge.review.visible import inert, one_line, shortened, wrapped

MOST_FINDINGS: Final = 20
MOST_COLUMNS: Final = 300
"""Of one line: a terminal wraps what it must, and a message cut short says nothing."""
_HANGING: Final = "    "
_COLOURS: Final = {
    Severity.CRITICAL: "1;31",
    Severity.HIGH: "1;31",
    Severity.MEDIUM: "33",
    Severity.LOW: "",
    Severity.NOTE: "2",
}


def render_checked(decision: Decision, *, width: int, colour: bool, unicode: bool = True, wraps: bool = False) -> str:
    """The lines to print; empty when there is nothing to say.

    Where it `wraps` they are broken between words: a terminal breaks them anywhere, and a program wants each on one line.
    """
    blocking = frozenset(cited for need in decision.gate.open for cited in need.cites)
    lines: list[str] = []
    for style, text in _lines(decision, blocking):
        indent, shown = "  " * text.startswith(" "), one_line(text)
        if not unicode:
            shown = shown.encode("ascii", "backslashreplace").decode("ascii")
        whole = shortened(shown, max(MOST_COLUMNS, width - 1), ellipsis="…" if unicode else "...")
        parts = wrapped(whole, max(20, width - 1 - len(_HANGING))) if wraps else [whole]
        for number, part in enumerate(parts):
            line = f"\x1b[{style}m{part}\x1b[0m" if colour and style else part
            lines.append((_HANGING if number else indent) + line)
    return inert("".join(f"{line}\n" for line in lines))


def _lines(decision: Decision, blocking: frozenset[EvidenceId]) -> Iterator[tuple[str, str]]:
    found = new_findings(decision)
    for finding in found[:MOST_FINDINGS]:
        yield from _finding(finding, blocks=finding.evidence in blocking)
    if len(found) > MOST_FINDINGS:
        yield "2", f"and {len(found) - MOST_FINDINGS:,} more: weighbridge check --json FILE holds them all"
    for item in unseen(decision):
        yield _style(item), _not_looked(item)
    if blocking:
        them = "it" if len(blocking) == 1 else "them"
        yield "1", f"{count(len(blocking), 'blocking finding')}: mend {them}, or let weighbridge explain ID say why"


def _finding(finding: Finding, *, blocks: bool) -> Iterator[tuple[str, str]]:
    mark = "blocks, " if blocks else ""
    unsure = "" if finding.confidence == "high" else f", {finding.confidence} confidence"
    short = finding.evidence.rpartition("-")[2]
    yield _COLOURS[finding.severity], f"{finding.place}: {finding.message}"
    yield "", f"  weighbridge explain {short}  {mark}{finding.severity}{unsure}: {finding.rule}"


def _style(item: Unseen) -> str:
    return "2" if item.missing.reason in (Reason.NOT_CONFIGURED, Reason.UNSUPPORTED) else "33"


def _not_looked(item: Unseen) -> str:
    what = listed(item.subjects, 2) or listed(item.rules, 2) or "the change"
    remedy = f": {item.missing.remedy}" if item.missing.remedy else ""
    return f"not looked at ({item.missing.reason}): {what}, {item.missing.detail}{remedy}"
