"""The package in a terminal: gate, blast radius, risk, what matters, what could not look, within one screen.

Every part first takes the lines it needs at least; the lines that are left on the screen then go to what would be cut.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from weighbridge.domain.exceptions import KnownException
from weighbridge.domain.findings import Finding, Severity, Suppression
from weighbridge.domain.gate import EXCEPTED, GateState, Level
from weighbridge.domain.package import ReviewPackage
from weighbridge.review import sentences
from weighbridge.review.exceptional import elsewhere_line, exception_words, of_this
from weighbridge.review.needs import Need, met, short_needs
from weighbridge.review.standing import (
    Unseen,
    asked_otherwise,
    needs_nobody,
    new_findings,
    refused_excuses,
    tally,
    unseen,
)
from weighbridge.review.visible import columns, inert, one_line, shortened, shortened_path, wrapped

SCREEN: Final = 24
_UNBOUNDED: Final = 500
"""The lines of the smallest terminal that is still common; one of them is kept for the prompt."""
_NARROWEST, _WIDEST, _LABEL = 40, 120, 14
_MOST_NEEDS: Final = 6
_MOST_UNSEEN: Final = 3
_MOST_EXCEPTIONS: Final = 4
_LEAST_TOLD: Final = 2

_ASCII: Final = str.maketrans({"…": "...", "·": "-", "✓": "ok", "✗": "x", "→": "->"})
_ONE_COMMIT: Final = re.compile(r"HEAD(?:[~^@].*)?|[0-9a-f]{7,64}")
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


class Terminal(Struct, frozen=True, kw_only=True):
    """What the terminal can show: colour is the user's choice, and not all terminals speak UTF-8.

    What has no height, such as the log of a build, is given every message whole.
    """

    width: int = 80
    height: int | None = SCREEN
    colour: bool = False
    unicode: bool = True


class _Entry(Struct, frozen=True, kw_only=True):
    """Words with what stands before them, and the lines they would take; the lowest `wants` gets spare lines first."""

    head: str
    lines: tuple[str, ...]
    style: str = "plain"
    indent: int = _LABEL
    least: int = 1
    most: int = 3
    wants: int = 9


class _Page(Struct, frozen=True, kw_only=True):
    """Where entries gather; it knows the size, the colours and the characters the terminal can show."""

    width: int
    height: int
    colour: bool
    unicode: bool
    entries: list[_Entry] = field(default_factory=list)

    @property
    def is_unbounded(self) -> bool:
        """Whether nothing scrolls away."""
        return self.height >= _UNBOUNDED

    def paint(self, text: str, style: str) -> str:
        code = _COLOURS[style]
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and code and text else text

    def labelled(
        self, label: str, text: str, *, style: str = "plain", least: int = 1, most: int = 3, wants: int = 9
    ) -> None:
        """`text` beside its label."""
        head = self.paint(label.ljust(_LABEL), "bold")
        lines = tuple(wrapped(self.safe(text), self.width - _LABEL))
        self.entries.append(_Entry(head=head, lines=lines, style=style, least=least, most=most, wants=wants))

    def marked(self, mark: str, text: str, *, style: str = "plain", wants: int = 9, least: int = 1) -> None:
        """`text` in the column of the values, its further lines indented below it."""
        indent = _LABEL + 2
        head = " " * _LABEL + self.paint(self.safe(mark), style) + " "
        lines = tuple(wrapped(self.safe(text), self.width - indent - columns(self.safe(mark)) + 1))
        entry = _Entry(head=head, lines=lines, style=style, indent=indent, least=least, most=6, wants=wants)
        self.entries.append(entry)

    def safe(self, text: str) -> str:
        """`text` on one line in characters that this terminal shows and that cannot act on it."""
        shown = one_line(text)
        return shown if self.unicode else shown.translate(_ASCII).encode("ascii", "backslashreplace").decode("ascii")

    def cut(self, text: str, width: int) -> str:
        """`text` made safe and cut to `width` columns."""
        return shortened(self.safe(text), width, ellipsis=self.safe("…"))

    def laid_out(self) -> list[str]:
        """All entries, each with as many lines as the screen has left for it."""
        given = [entry.least for entry in self.entries]
        spare = self.height - sum(given)
        for _, index in sorted((entry.wants, index) for index, entry in enumerate(self.entries)):
            entry = self.entries[index]
            most = len(entry.lines) if self.is_unbounded else min(len(entry.lines), entry.most)
            extra = max(0, min(spare, most - entry.least))
            given[index] += extra
            spare -= extra
        return [line for entry, most in zip(self.entries, given, strict=True) for line in self._shown(entry, most)]

    def _shown(self, entry: _Entry, most: int) -> Iterator[str]:
        kept = list(entry.lines[:most])
        if kept and len(entry.lines) > most:
            room = self.width - entry.indent
            kept[-1] = self.cut(f"{kept[-1]} {entry.lines[most]} …", room)
        for index, line in enumerate(kept):
            yield (entry.head if index == 0 else " " * entry.indent) + self.paint(line, entry.style)


def render_terminal(package: ReviewPackage, written: Mapping[str, str], *, terminal: Terminal) -> str:
    """The page for a terminal; `written` says where which rendering went (`html` to its path)."""
    page = _Page(
        width=max(_NARROWEST, min(terminal.width - 1, _WIDEST)),
        height=_UNBOUNDED if terminal.height is None else max(SCREEN, terminal.height) - 1,
        colour=terminal.colour,
        unicode=terminal.unicode,
    )
    lines = _quiet(package, page) if needs_nobody(package) else _busy(package, page, written=written)
    lines += _written(written, page)
    return inert("\n".join(line.rstrip() for line in lines) + "\n")


def _quiet(package: ReviewPackage, page: _Page) -> list[str]:
    sentence = wrapped(page.safe(package.presentation.summary), page.width - 3)
    lines = [page.paint(page.safe("✓"), "good") + f"  {sentence[0]}", *(f"   {line}" for line in sentence[1:])]
    known = package.presentation.exceptions
    words = "; ".join([*map(exception_words, of_this(known)), *filter(None, [elsewhere_line(known)])])
    weighed = [] if _is_named(package) else wrapped(page.safe(_weighed(package)), page.width - 3)
    lines += [f"   {page.paint(line, 'dim')}" for line in weighed]
    told = wrapped(page.safe(f"Exceptions: {words}"), page.width - 3) if words else []
    return [*lines, *(f"   {page.paint(line, 'warn')}" for line in told)]


def _is_named(package: ReviewPackage) -> bool:
    """Whether the name that was given says itself what was weighed: both ends, one commit, or what has none yet."""
    asked = package.names.range_text
    return ".." in asked or package.decision.change.head_commit is None or bool(_ONE_COMMIT.fullmatch(asked))


def _weighed(package: ReviewPackage) -> str:
    return f"Weighed: {sentences.weighed_line(package)}."


def _busy(package: ReviewPackage, page: _Page, *, written: Mapping[str, str]) -> list[str]:
    decision, presentation = package.decision, package.presentation
    _headline(package, page)
    page.labelled("Weighed", sentences.weighed_line(package), least=0 if _is_named(package) else 1, most=2, wants=7)
    for words in asked_otherwise(decision):
        page.labelled("Mind", words, style="warn", most=4, wants=0)
    _gate(package, page)
    for words in presentation.in_force:
        page.labelled("In force", words, style="warn", most=2, wants=2)
    _exceptions(presentation.exceptions, page)
    radius = sentences.blast_radius(decision.impact, decision.coverage, room=page.width - _LABEL)
    page.labelled("Blast radius", radius, most=1)
    page.labelled(
        "Risk", sentences.risk_line(presentation.risk), most=2 if sentences.placed(presentation.risk) is None else 1
    )
    page.labelled("Provenance", sentences.provenance_line(decision.provenance), most=1)
    tail = replace(page, entries=[])
    _excuses(refused_excuses(decision), tail)
    _unseen(unseen(decision), str(decision.coverage), page=tail)
    if presentation.question:
        tail.labelled("Ask", presentation.question, most=6, wants=3)
    if not written:
        tail.labelled("Reproduce", _OBJECT_ID.sub(r"\1", presentation.reproduce), least=0, most=2, wants=1)
        tail.labelled("Full package", "not written: add --html FILE, --markdown, --json or --sarif", most=1)
    after = sum(entry.least for entry in tail.entries) + len(written)
    _findings(new_findings(decision), page, room=page.height - sum(entry.least for entry in page.entries) - after)
    page.entries.extend(tail.entries)
    page.entries.extend(_Entry(head="", lines=("",)) for _ in written)  # the lines that `_written` will take
    lines = page.laid_out()
    return lines[: len(lines) - len(written)]


def _headline(package: ReviewPackage, page: _Page) -> None:
    decision = package.decision
    words = f"{sentences.headline(decision)}." if decision.change.files else package.presentation.summary
    lines = tuple(wrapped(page.safe(words), page.width))
    page.entries.append(_Entry(head="", lines=lines, style="bold", indent=0, most=2, wants=0))


def _gate(package: ReviewPackage, page: _Page) -> None:
    gate = package.gate
    words = f"{sentences.gate_line(gate)} · {gate.level} change"
    page.labelled("Gate", words, style=_BY_STATE[gate.state], most=1)
    if gate.level is not Level.LOW:
        page.marked("·", "; ".join(gate.reasons), style="dim", wants=5, least=0)
    needs = short_needs(gate)
    for need in needs[:_MOST_NEEDS]:
        page.marked(_MARKS.get(need.state, "-"), _words(need), wants=1)
        for words in need.given:
            page.marked("·", words, style="dim", wants=1, least=0)
    if len(needs) > _MOST_NEEDS:
        page.marked("…", f"and {len(needs) - _MOST_NEEDS:,} more", style="dim")
    for words in package.presentation.left_behind[:_MOST_LEFT_BEHIND]:
        page.marked("·", words, style="warn", wants=1, least=1)
    if (more := len(package.presentation.left_behind) - _MOST_LEFT_BEHIND) > 0:
        page.marked("…", f"and approvals of {sentences.count(more, 'more earlier form')}", style="dim")
    for each in met(gate):
        page.marked("~" if each.state in EXCEPTED else "✓", each.words, style=_BY_STATE[each.state], wants=1, least=0)
    for words in package.presentation.notices[:_MOST_NOTICES]:
        page.marked("·", words, style="dim", wants=8, least=0)


def _exceptions(known: tuple[KnownException, ...], page: _Page) -> None:
    """What passes by people's word: those that have to do with this change, and how many others stand."""
    here, others = of_this(known), elsewhere_line(known)
    lines = [exception_words(each) for each in here[:_MOST_EXCEPTIONS]]
    if len(here) > _MOST_EXCEPTIONS:
        lines.append(f"and {len(here) - _MOST_EXCEPTIONS:,} more of this change: weighbridge exceptions lists them")
    lines += [others] if others else []
    for number, words in enumerate(lines):
        if number == 0:
            page.labelled("Exceptions", words, style="warn", most=2, wants=4)
        else:
            page.marked("·", words, style="warn", wants=6, least=1)


_MOST_NOTICES: Final = 3
_MOST_EXCUSES: Final = 2
_MOST_LEFT_BEHIND: Final = 2
_MARKS: Final = {GateState.ERROR: "?", GateState.UNSATISFIED: "✗"}


def _words(need: Need) -> str:
    notes = [need.because] if need.because else []
    notes += [f"and {need.more:,} more like it"] if need.more else []
    rules = f" [{sentences.listed(need.rules)}]" if need.rules else ""
    return need.ask + (f" ({'; '.join(notes)})" if notes else "") + rules


def _findings(findings: tuple[Finding, ...], page: _Page, *, room: int) -> None:
    if not findings:
        page.labelled("Findings", "none new", style="good")
        return
    page.labelled("Findings", sentences.severities(tally(findings)), most=1)
    told, named = _how_many(findings, page, room=room - 1)
    if named < len(findings):
        told, named = _how_many(findings, page, room=room - 2)
    for number, finding in enumerate(findings[:named]):
        _finding(finding, page, is_told=number < told)
    if len(findings) > named:
        left = f"and {len(findings) - named:,} more in the full package"
        page.entries.append(
            _Entry(head=f"  {page.paint(page.safe('…'), 'dim')} ", lines=(left,), style="dim", indent=4)
        )


def _how_many(findings: tuple[Finding, ...], page: _Page, *, room: int) -> tuple[int, int]:
    """How many findings are told with their message, two at least, and how many by rule and place, those included.

    Where all can be named, all are, with as many messages as there is room for; else those are shown that fit whole.
    """
    all_named = 2 * _LEAST_TOLD + len(findings) - _LEAST_TOLD <= room
    told = 0
    for finding in findings:
        lines = 1 + min(2, len(wrapped(page.safe(_said(finding)), page.width - 12)))
        others = len(findings) - told - 1 if all_named else 0
        if told >= _LEAST_TOLD and lines + others > room:
            break
        room -= lines
        told += 1
    return told, len(findings) if all_named else told


def _said(finding: Finding) -> str:
    return finding.message + ("" if finding.confidence == "high" else f" ({finding.confidence} confidence)")


def _finding(finding: Finding, page: _Page, *, is_told: bool) -> None:
    """The finding's rule and place, and its message where there is room for it."""
    name = f"  {finding.severity:<8}  {page.cut(finding.rule, page.width - 12 - 16)}"
    place = shortened_path(page.safe(str(finding.place)), page.width - columns(name) - 2, ellipsis=page.safe("…"))
    head = page.paint(name, _BY_SEVERITY[finding.severity]) + "  "
    page.entries.append(_Entry(head=head, lines=(place,)))
    if is_told:
        said = tuple(wrapped(page.safe(_said(finding)), page.width - 12))
        page.entries.append(_Entry(head=" " * 12, lines=said, indent=12, most=5, wants=2))


def _excuses(refused: tuple[Suppression, ...], page: _Page) -> None:
    """Excuses that do not hold, and why: who wrote one takes it to hold."""
    for number, excuse in enumerate(refused[:_MOST_EXCUSES]):
        words = f"not honoured: {excuse.rule} at {excuse.place}: {excuse.problem}"
        page.labelled("" if number else "Excuses", words, style="warn", most=3, wants=5)
    if len(refused) > _MOST_EXCUSES:
        page.marked("…", f"and {len(refused) - _MOST_EXCUSES:,} more that are not honoured", style="dim")


def _unseen(items: tuple[Unseen, ...], coverage: str, *, page: _Page) -> None:
    page.labelled("Not examined", f"Analysis: {coverage}" + ("" if items else "; nothing was left out"), most=1)
    for item in items[:_MOST_UNSEEN]:
        subject = sentences.listed(item.subjects, 2) or sentences.listed(item.rules, 2) or "the change"
        remedy = f" → {item.missing.remedy}" if item.missing.remedy else ""
        page.marked("?", f"{item.missing.reason}: {subject}, {item.missing.detail}{remedy}", style="warn", wants=4)
    if len(items) > _MOST_UNSEEN:
        page.marked("…", f"and {sentences.count(len(items) - _MOST_UNSEEN, 'more reason')}", style="dim")


def _written(written: Mapping[str, str], page: _Page) -> Iterable[str]:
    for index, (kind, path) in enumerate(written.items()):
        label = "Full package" if index == 0 else ""
        yield page.paint(label.ljust(_LABEL), "bold") + page.safe(f"{kind}: {path}")
